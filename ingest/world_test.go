package ingest

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"bellwether/ingest/contract"
	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
	"bellwether/ingest/pseudonym"
	"bellwether/internal/warehouse"
)

const visitContract = `{
  "bellwether:source": "visits", "bellwether:version": 1, "primaryKey": "visit_ref", "bellwether:dataDate": "visited_on",
  "fields": [
    {"name": "visit_ref", "type": "string", "constraints": {"required": true, "maxLength": 20}},
    {"name": "visited_on", "type": "date", "constraints": {"required": true}},
    {"name": "score", "type": "integer", "constraints": {"minimum": 0, "maximum": 100}},
    {"name": "outcome", "type": "string", "constraints": {"enum": ["good", "poor"]}},
    {"name": "visitor_ref", "type": "string", "bellwether:personal": "pseudonym:staff"},
    {"name": "resident_ref", "type": "string", "bellwether:personal": "pseudonym:person"},
    {"name": "source_ref", "type": "string", "bellwether:personal": "pseudonym:source"},
    {"name": "resident_name", "type": "string", "bellwether:personal": "drop"},
    {"name": "cost", "type": "number", "bellwether:decimal": true},
    {"name": "origin", "type": "string", "constraints": {"enum": ["council"]}, "bellwether:mode": "reject_file"}
  ]
}`

const bedContract = `{
  "bellwether:source": "beds", "bellwether:version": 1,
  "fields": [
    {"name": "home", "type": "string", "constraints": {"required": true}},
    {"name": "kind", "type": "string", "constraints": {"enum": ["nursing"]}, "bellwether:mode": "evolve"},
    {"name": "beds", "type": "integer", "constraints": {"required": true}}
  ]
}`

const homeContract = `{
  "bellwether:source": "beds", "bellwether:version": 1, "primaryKey": ["home"], "bellwether:onDuplicate": "last",
  "fields": [
    {"name": "home", "type": "string", "constraints": {"required": true}},
    {"name": "seen", "type": "datetime"},
    {"name": "open", "type": "boolean"},
    {"name": "rate", "type": "number"}
  ]
}`

// csvReader is a plain reader of one table; a line that begins with "!" is a fault of the kind it names.
type csvReader struct{ table string }

func (r csvReader) Decode(ctx context.Context, f File, env Env, out Output) error {
	fields := env.Tables[r.table].Fields
	lines := csv.NewReader(io.NewSectionReader(f.Body, 0, f.Size))
	lines.FieldsPerRecord = -1
	header, err := lines.Read()
	if err != nil || len(header) != len(fields) || header[0] != fields[0].Name {
		return &FileError{File: "whatever the decoder thinks", Code: "bad_header", Column: "visit_ref", Reason: "the header is not known", NextStep: "Mend the mapping"}
	}
	for n := int64(1); ; n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		switch cells[0] {
		case "!short":
			err = out.Quarantine(Problem{Row: n, Code: "shifted_row", Reason: "the row has too few cells", ValueClass: "row"})
		case "!note":
			out.Note("a total line was passed over")
		case "!asat":
			out.AsAt(time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC))
		case "!panic":
			panic("CANARYPANIC")
		case "!broken":
			return errors.New("the disk is on fire")
		case "!table":
			err = out.Row(Row{Table: "nowhere", No: n, Cells: cells})
		case "!cells":
			err = out.Row(Row{Table: r.table, No: n, Cells: cells[:1]})
		default:
			err = out.Row(Row{Table: r.table, No: n, Cells: cells})
		}
		if err != nil {
			return err
		}
	}
}

// bedReader reads lines "home,seen,open,rate,kind:beds;kind:beds": one row of home and several of bed from each.
type bedReader struct{}

func (bedReader) Decode(_ context.Context, f File, _ Env, out Output) error {
	raw, err := io.ReadAll(io.NewSectionReader(f.Body, 0, f.Size))
	if err != nil {
		return err
	}
	for i, line := range strings.Split(strings.TrimSpace(string(raw)), "\n") {
		c := strings.Split(line, ",")
		if err := out.Row(Row{Table: "home", No: int64(i + 1), Cells: c[:4]}); err != nil {
			return err
		}
		for _, part := range strings.Split(c[4], ";") {
			kind, beds, _ := strings.Cut(part, ":")
			if err := out.Row(Row{Table: "bed", No: int64(i + 1), Cells: []string{c[0], kind, beds}}); err != nil {
				return err
			}
		}
	}
	return nil
}

// world is one instance in a temporary folder.
type world struct {
	t      testing.TB
	dir    string
	cfg    Config
	loader *Loader
	files  fstest.MapFS // the contracts
}

var clock = time.Date(2026, 4, 1, 9, 30, 0, 0, time.UTC)

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{t: t, dir: t.TempDir(), files: fstest.MapFS{
		"visit.json": {Data: []byte(visitContract)}, "bed.json": {Data: []byte(bedContract)}, "home.json": {Data: []byte(homeContract)},
	}}
	if _, err := landing.CreateKey(w.path("secrets", "landing.agekey")); err != nil {
		t.Fatal(err)
	}
	// One key for all instances, so that their contents can be compared.
	key := "bellwether-pseudonym-key-1 " + base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"
	if err := os.WriteFile(w.path("secrets", "pseudonym.key"), []byte(key), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := landing.Create(w.path("landing")); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(w.path("inbox"), 0o700); err != nil {
		t.Fatal(err)
	}
	w.cfg = Config{Now: func() time.Time { return clock }, Version: "1", MaxBadShare: DefaultMaxBadShare, BatchRows: 4}
	w.open()
	t.Cleanup(w.close)
	return w
}

func (w *world) path(names ...string) string {
	return filepath.Join(append([]string{w.dir}, names...)...)
}

// open starts the program anew over whatever lies in the folder.
func (w *world) open() {
	w.t.Helper()
	key, err := landing.OpenKey(w.path("secrets", "landing.agekey"))
	w.must(err)
	w.cfg.Landing, err = landing.Open(w.path("landing"), key, 8<<20)
	w.must(err)
	w.cfg.Ledger, _, err = ledger.Open(w.path("landing"))
	w.must(err)
	w.cfg.Keys, err = pseudonym.Open(w.path("secrets", "pseudonym.key"))
	w.must(err)
	w.cfg.Raw, err = warehouse.OpenRaw(context.Background(), w.path("warehouse"), warehouse.Limits{MemoryMiB: 256, Threads: 1})
	w.must(err)
	w.cfg.Tables, err = contract.Load(w.files)
	w.must(err)
	w.cfg.Registry, err = NewRegistry(
		Source{Name: "visits", Title: "Visits", Tables: []string{"visit"}, Decoder: csvReader{"visit"}, Extensions: []string{".csv"}, Family: "quality"},
		Source{Name: "beds", Title: "Beds", Tables: []string{"home", "bed"}, Decoder: bedReader{}, Family: "capacity"},
	)
	w.must(err)
	w.loader, err = New(context.Background(), w.cfg)
	w.must(err)
}

func (w *world) close() {
	w.must(errors.Join(w.cfg.Raw.Close(), w.cfg.Ledger.Close(), w.cfg.Landing.Close()))
}

func (w *world) reopen() {
	w.t.Helper()
	w.close()
	w.open()
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

const visitHeader = "visit_ref,visited_on,score,outcome,visitor_ref,resident_ref,source_ref,resident_name,cost,origin\n"

func visits(rows ...string) string { return visitHeader + strings.Join(rows, "\n") + "\n" }

// visit is a good row; change replaces cells by position.
func visit(ref string, change map[int]string) string {
	cells := []string{ref, "2026-03-14", "80", "good", "S1", "P1", "", "", "12.50", "council"}
	for i, c := range change {
		cells[i] = c
	}
	return strings.Join(cells, ",")
}

func (w *world) load(source, name, content string) Result {
	w.t.Helper()
	r, err := w.loader.Load(context.Background(), Delivery{Source: source, Name: name, Body: strings.NewReader(content), Received: clock.AddDate(0, 0, -3)})
	w.must(err)
	return r
}

// drop puts a file into the drop zone.
func (w *world) drop(p, content string) {
	w.t.Helper()
	name := w.path("inbox", filepath.FromSlash(p))
	w.must(os.MkdirAll(filepath.Dir(name), 0o700))
	w.must(os.WriteFile(name, []byte(content), 0o600))
}

// query gives the rows of a query as lines.
func (w *world) query(q string, args ...any) []string {
	w.t.Helper()
	return queryLines(w.t, w.cfg.Raw.DB(), q, args...)
}

func queryLines(t testing.TB, db *sql.DB, q string, args ...any) []string {
	t.Helper()
	rows, err := db.Query(q, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	out := []string{}
	for rows.Next() {
		values := make([]any, len(cols))
		into := make([]any, len(cols))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		cells := make([]string, len(cols))
		for i, v := range values {
			switch v := v.(type) {
			case nil:
				cells[i] = "-"
			case time.Time:
				cells[i] = strings.TrimSuffix(v.UTC().Format("2006-01-02 15:04:05"), " 00:00:00")
			case float64:
				cells[i] = strconv.FormatFloat(v, 'g', -1, 64)
			default:
				cells[i] = fmt.Sprint(v)
			}
		}
		out = append(out, strings.Join(cells, " | "))
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// content is everything in the raw tables that does not depend on when the program ran, as a sorted list.
func (w *world) content() []string {
	w.t.Helper()
	var out []string
	for _, t := range slices.Sorted(maps.Keys(w.cfg.Tables)) {
		for _, line := range w.query("SELECT * FROM raw." + t) {
			out = append(out, t+": "+line)
		}
	}
	for _, line := range w.query("SELECT * EXCLUDE (loaded_at) FROM raw.load") {
		out = append(out, "load: "+line)
	}
	for _, line := range w.query("SELECT * EXCLUDE (quarantined_at, resolved_at) FROM raw.quarantine") {
		out = append(out, "quarantine: "+line)
	}
	slices.Sort(out)
	return out
}
