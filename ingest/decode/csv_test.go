package decode

import (
	"encoding/csv"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// splitCSV reads all records of a text, with the numbers of those that are spoiled.
func splitCSV(data string, delim byte, limits Limits) (rows [][]string, bad []int, err error) {
	text, err := Text(strings.NewReader(data), int64(len(data)), limits)
	if err != nil {
		return nil, nil, err
	}
	c := newCSV(text, delim, limits)
	for {
		rec, err := c.next()
		if err == io.EOF {
			return rows, bad, nil
		}
		if err != nil {
			return rows, bad, err
		}
		if rec.bad != nil {
			bad = append(bad, len(rows))
		}
		rows = append(rows, slices.Clone(rec.cells))
	}
}

func TestCSVRecords(t *testing.T) {
	big := strings.Repeat("x", csvBuffer-2)
	tests := []struct {
		name, data string
		delim      byte
		want       [][]string
		bad        []int
	}{
		{name: "plain", data: "a,b\n1,2\n", want: [][]string{{"a", "b"}, {"1", "2"}}},
		{name: "no last line end", data: "a,b\n1,2", want: [][]string{{"a", "b"}, {"1", "2"}}},
		{name: "crlf", data: "a,b\r\n1,2\r\n", want: [][]string{{"a", "b"}, {"1", "2"}}},
		{name: "crlf without the last lf", data: "a,b\r\n1,2\r", want: [][]string{{"a", "b"}, {"1", "2"}}},
		{name: "quoted crlf without the last lf", data: "a,b\r\n1,\"2\"\r", want: [][]string{{"a", "b"}, {"1", "2"}}},
		{name: "blank line", data: "a\n\nb\n", want: [][]string{{"a"}, {""}, {"b"}}},
		{name: "empty cells", data: ",,\n", want: [][]string{{"", "", ""}}},
		{name: "quotes", data: "\"a\",\"b,c\"\n", want: [][]string{{"a", "b,c"}}},
		{name: "doubled quote", data: "\"say \"\"hello\"\"\",\"\"\"\"\n", want: [][]string{{`say "hello"`, `"`}}},
		{name: "empty quotes", data: "\"\",\"\"\n", want: [][]string{{"", ""}}},
		{name: "line break kept", data: "\"1 High St\nLarkshire\",x\n", want: [][]string{{"1 High St\nLarkshire", "x"}}},
		{name: "crlf in a cell becomes lf", data: "\"1 High St\r\nLarkshire\",x\r\n", want: [][]string{{"1 High St\nLarkshire", "x"}}},
		{name: "lone return kept", data: "a\rb,c\n", want: [][]string{{"a\rb", "c"}}},
		{name: "semicolons", data: "a;\"b;c\";d,e\n", delim: ';', want: [][]string{{"a", "b;c", "d,e"}}},
		{name: "tabs", data: "a\tb c\n", delim: '\t', want: [][]string{{"a", "b c"}}},
		{name: "stray quote", data: "12\" pipe,x\n1,2\n", want: [][]string{{`12" pipe`, "x"}, {"1", "2"}}, bad: []int{0}},
		{name: "space before quote", data: "a, \"b\"\n", want: [][]string{{"a", ` "b"`}}, bad: []int{0}},
		{name: "longer than the buffer", data: big + big + ",y\n1,2\n", want: [][]string{{big + big, "y"}, {"1", "2"}}, bad: []int{0}},
		{name: "quoted across the buffer", data: "\"" + big + "\"\"z\",y\n1,2\n", want: [][]string{{big + `"z`, "y"}, {"1", "2"}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, bad, err := splitCSV(tt.data, tt.delim, Limits{FieldBytes: csvBuffer + 10})
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, tt.want) || !slices.Equal(bad, tt.bad) {
				t.Errorf("got %.200q, bad %v", got, bad)
			}
		})
	}
}

func TestCSVRefused(t *testing.T) {
	tests := []struct{ name, data, code, says string }{
		{"unclosed quote", "a,b\n1,\"2\n3,4\n", CodeTruncated, "opens a cell on line 2 is never closed"},
		{"unclosed quote at the end", "a,\"", CodeTruncated, "line 1"},
		{"text after a quote", "a,b\n\"The \"Oaks\" Home\",2\n", CodeShiftedRow, "on line 2 a quoted cell is followed by more text"},
		{"return after a quote", "a,\"b\"\rc\nx,y\n", CodeShiftedRow, "line 1"},
		{"row too long", "a,b\n" + strings.Repeat("x", 600) + "\n", CodeTooLong, "the row at line 2 is larger than the limit of 500 bytes"},
		{"quoted row too long", "a,b\n\"" + strings.Repeat("x\n", 600) + "\n", CodeTooLong, "opens a cell on line 2 is probably never closed"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, err := splitCSV(tt.data, 0, Limits{RowBytes: 500})
			wantError(t, err, tt.code, tt.says)
		})
	}
}

func TestCSVSpoiledRows(t *testing.T) {
	tests := []struct{ name, data string }{
		{"cell too long", "a,b\n1," + strings.Repeat("x", 101) + "\n1,2\n"},
		{"quoted cell too long", "a,b\n1,\"" + strings.Repeat("x", 101) + "\"\n1,2\n"},
		{"too many cells", "a,b\n1,2,3,4,5,6\n1,2\n"},
		{"too many quoted cells", "a,b\n\"1\",2,3,4,5,6\n1,2\n"},
		{"control character", "a,b\n1," + strings.Repeat("x", 90) + "\v" + strings.Repeat("\n1,2", 40)},
		{"bytes that are not UTF-8", "a,b\n1,\xe9\n" + strings.Repeat("é,2\n", 30)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, bad, err := splitCSV(tt.data, 0, Limits{FieldBytes: 100, Columns: 5})
			if err != nil || !slices.Equal(bad, []int{1}) {
				t.Errorf("got %d rows, bad %v, %v", len(rows), bad, err)
			}
		})
	}
}

// standard reads with the library, skipping what it skips: blank lines.
func standard(data string, delim byte) ([][]string, error) {
	r := csv.NewReader(strings.NewReader(data))
	r.FieldsPerRecord, r.Comma = -1, rune(delim)
	return r.ReadAll()
}

// agree checks our reader against the library's: the same rows, or both refuse or spoil something.
func agree(data string, delim byte) error {
	text, err := Text(strings.NewReader(data), int64(len(data)), Limits{})
	if err != nil || text.Encoding != EncodingUTF8 || text.crBreaks || text.Layers > 0 || text.start > 0 {
		return nil // the library knows no encodings
	}
	ours, bad, err := splitCSV(data, delim, Limits{})
	theirs, theirErr := standard(data, delim)
	if theirErr != nil {
		if err == nil && len(bad) == 0 {
			return fmt.Errorf("the library refuses (%v) what is accepted as %q", theirErr, ours)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("refused (%v) what the library reads as %q", err, theirs)
	}
	if text.Suspect {
		return nil
	}
	ours = slices.DeleteFunc(ours, func(r []string) bool { return len(r) == 1 && r[0] == "" })
	theirs = slices.DeleteFunc(theirs, func(r []string) bool { return len(r) == 1 && r[0] == "" })
	if len(bad) > 0 || len(ours) != len(theirs) || len(ours) > 0 && !reflect.DeepEqual(ours, theirs) {
		return fmt.Errorf("got %q (bad %v), the library %q", ours, bad, theirs)
	}
	return nil
}

func TestCSVAgreesWithTheLibrary(t *testing.T) {
	pieces := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "b c", ",", ",", ";", "\"", "\"\"", "\n", "\r\n", "\r", "é", " ", "1"}), 0, 40)
	rapid.Check(t, func(t *rapid.T) {
		data := strings.Join(pieces.Draw(t, "pieces"), "")
		delim := rapid.SampledFrom([]byte{',', ';'}).Draw(t, "delim")
		if err := agree(data, delim); err != nil {
			t.Fatalf("%q: %v", data, err)
		}
	})
}

// What the library writes is read back cell for cell.
func TestCSVReadsBackWhatIsWritten(t *testing.T) {
	cell := rapid.StringOf(rapid.SampledFrom([]rune("ab,\"\n é£–;")))
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cell, 2, 4), 1, 5).Draw(t, "rows")
		var b strings.Builder
		w := csv.NewWriter(&b)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		w.WriteAll(rows)
		got, bad, err := splitCSV(b.String(), ',', Limits{})
		if err != nil || bad != nil || !reflect.DeepEqual(got, rows) {
			t.Fatalf("wrote %q, read %q, bad %v, %v", rows, got, bad, err)
		}
	})
}
