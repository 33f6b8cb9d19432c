package pipeline

import (
	"bytes"
	"database/sql"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"bellwether/ingest/decode"
	"bellwether/internal/warehouse"
)

// ours reads a CSV file of two columns with our reader. whole says that nothing of it was refused.
func ours(data []byte) (rows []string, whole bool) {
	t, err := decode.Open("a.csv", bytes.NewReader(data), int64(len(data)), decode.Options{Fields: []decode.Field{{Name: "a", Required: true}, {Name: "b", Required: true}}, HeaderRow: 1})
	if err != nil {
		return nil, false
	}
	defer t.Close()
	whole = true
	for {
		row, err := t.Read()
		if err == io.EOF {
			return rows, whole
		}
		if err != nil {
			return nil, false
		}
		if row.Problem != nil {
			whole = false
			continue
		}
		rows = append(rows, strings.Join(row.Cells, "\x1f"))
	}
}

// theirs reads the same file with DuckDB, told everything that it would otherwise guess.
func theirs(t *testing.T, db *sql.DB, file string) (rows []string, whole bool) {
	t.Helper()
	found, err := db.Query("SELECT a, b FROM read_csv(" + warehouse.Literal(file) + ", auto_detect = false, header = true, delim = ',', quote = '\"', escape = '\"', " +
		"columns = {'a': 'VARCHAR', 'b': 'VARCHAR'}, strict_mode = true, null_padding = false, ignore_errors = false)")
	if err != nil {
		return nil, false
	}
	defer found.Close()
	for found.Next() {
		var a, b sql.NullString
		if err := found.Scan(&a, &b); err != nil {
			t.Fatal(err)
		}
		if a.String == "" && b.String == "" {
			continue // a blank row is none
		}
		rows = append(rows, strings.ReplaceAll(a.String+"\x1f"+b.String, "\r\n", "\n"))
	}
	return rows, found.Err() == nil
}

// TestTwoReadersAgree reads files with our reader and with DuckDB's strict one. A file that ours takes whole has the same cells in theirs,
// and one that theirs refuses, ours refuses too, whole or in part. Where only ours refuses, the case says why.
func TestTwoReadersAgree(t *testing.T) {
	dir := t.TempDir()
	db, err := warehouse.OpenScratch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	type file struct {
		name, text string
		stricter   string // why ours alone may refuse
	}
	files := []file{
		{"plain", "a,b\n1,2\n3,4\n", ""}, {"quoted", "a,b\n\"1,x\",2\n\"he said \"\"no\"\"\",4\n", ""}, {"line break in a cell", "a,b\n\"1\n2\",3\n", ""},
		{"Windows line ends", "a,b\r\n1,2\r\n", ""}, {"no last line end", "a,b\n1,2", ""}, {"letters", "a,b\nZoë,£5\n", ""}, {"mark", "\ufeffa,b\n1,2\n", ""},
		{"empty cells", "a,b\n,\n1,\n,2\n", ""}, {"blank lines", "a,b\n\n1,2\n\n", ""}, {"spaces", "a,b\n 1 , 2 \n", ""}, {"formula", "a,b\n=1+1,@x\n", ""}, {"leading zeros", "a,b\n007,1E5\n", ""},
		{"ragged short", "a,b\n1\n3,4\n", ""}, {"ragged long", "a,b\n1,2,3\n3,4\n", ""}, {"quote never closed", "a,b\n\"1,2\n3,4\n", ""}, {"text after a quote", "a,b\n\"1\"x,2\n3,4\n", ""},
		{"bad UTF-8", "a,b\n\xff\xfe,2\n" + strings.Repeat("é,é\n", 30), ""}, {"two quotes in a row", "a,b\n\"\",\"\"\"\"\n", ""}, {"long cell", "a,b\n" + strings.Repeat("x", 200_000) + ",2\n", ""},
		{"NUL", "a,b\n1\x00,2\n", "a NUL is no text"}, {"escape sequences", "a,b\n" + strings.Repeat("1,2\n", 60) + "\x1b[2J,3\n", "a control character is no text"},
		{"quote in a bare cell", "a,b\n1\"2,3\n4,5\n", "the cells may be cut in the wrong place"}, {"cut last row", "a,b\n1,2\n3", "the file was cut short"},
	}
	seeds, err := filepath.Glob("../../ingest/decode/testdata/fuzz/FuzzCSV/*")
	if err != nil || len(seeds) == 0 {
		t.Fatalf("no committed corpus: %v", err)
	}
	for _, seed := range seeds {
		raw, err := os.ReadFile(seed)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.SplitSeq(string(raw), "\n") {
			if quoted, ok := strings.CutPrefix(line, "[]byte("); ok {
				text, err := strconv.Unquote(strings.TrimSuffix(quoted, ")"))
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, file{"corpus " + filepath.Base(seed), "a,b\n" + text, "a fuzzer's bytes"})
			}
		}
	}
	agreed, both := 0, 0
	for _, f := range files {
		path := filepath.Join(dir, "a.csv")
		if err := os.WriteFile(path, []byte(f.text), 0o600); err != nil {
			t.Fatal(err)
		}
		mine, takesMine := ours([]byte(f.text))
		other, takesOther := theirs(t, db, path)
		switch {
		case takesMine && takesOther:
			if !slices.Equal(mine, other) {
				t.Errorf("%s: ours %q, DuckDB's %q", f.name, shown(mine), shown(other))
			}
			agreed++
		case takesMine && len(mine) == 0:
			agreed++ // a row of spaces is blank to ours and one cell to theirs; neither has anything in it
		case takesMine && !utf8.ValidString(f.text):
			agreed++ // Windows-1252, which DuckDB is not told of
		case takesMine:
			t.Errorf("%s: DuckDB refuses what ours takes %.200q: %.200q", f.name, f.text, shown(mine))
		case takesOther && f.stricter == "":
			t.Errorf("%s: ours refuses what DuckDB takes: %.200q", f.name, shown(other))
		default:
			both++
		}
	}
	if agreed < 12 || both < 6 {
		t.Errorf("only %d files were read by both and %d refused", agreed, both)
	}
	t.Logf("%d files read alike, %d refused", agreed, both)
}

// shown keeps a failing test's rows readable.
func shown(rows []string) string {
	text := strings.Join(rows, "|")
	return text[:min(len(text), 200)]
}
