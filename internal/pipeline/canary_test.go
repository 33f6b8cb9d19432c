package pipeline

import (
	"bytes"
	"database/sql"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/ingest/contract"
	"bellwether/internal/config"
	"bellwether/internal/lake/parquettest"
	"bellwether/internal/warehouse"
	"bellwether/schemas"
)

// tabularTables are the tables that are read from a council's own tables, heading by heading.
var tabularTables = []string{"safeguarding_concern", "safeguarding_enquiry", "complaint", "placement", "placement_return", "capacity", "incident",
	"quality_visit", "quality_action", "lgsco_decision", "local_service", "contract_register", "spend_line"}

// canaryFile is a file of the table with a unique value in every personal field, and a word that may be kept in one that is not.
func canaryFile(t *contract.Table) (file string, personal, controls int) {
	var head, cells []string
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Name == "risk_attribution" {
			continue
		}
		v := ""
		switch {
		case f.Personal != "":
			personal++
			v = fmt.Sprintf("CANARY%s%d", strings.ToUpper(strings.ReplaceAll(t.Name, "_", "")), i)
		case f.Type == contract.Date:
			v = "2026-03-25"
		case f.Type == contract.Datetime:
			v = "2026-03-25 10:00:00"
		case f.Type == contract.Integer, f.Type == contract.Number, f.Type == contract.Decimal:
			v = "3"
		case f.Type == contract.Boolean:
			v = "yes"
		case len(f.Enum) > 0:
			v = f.Enum[0]
		case slices.Contains([]string{"provider_name", "supplier_name", "location_name", "service_name"}, f.Name):
			v, controls = "CONTROL"+strings.ToUpper(strings.ReplaceAll(t.Name, "_", "")), controls+1
		default:
			v = fmt.Sprintf("K%d", i)
		}
		head, cells = append(head, f.Name), append(cells, v)
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.WriteAll([][]string{head, cells})
	return b.String(), personal, controls
}

// TestNoPersonalValueIsLeftAnywhere plants a unique value in every personal field of every table, loads and publishes, and then searches
// the decoded values of every column and the bytes of every file. A word that may be kept, and the name of a delivered file, show that the
// two searches find what is there.
func TestNoPersonalValueIsLeftAnywhere(t *testing.T) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	cfg := newInstance(t)
	cfg.Publish.Parquet = config.Parquet{Folder: filepath.Join(t.TempDir(), "marts"), Keep: 2}
	p := open(t, cfg)
	planted := 0
	for _, name := range tabularTables {
		table := tables[name]
		text, personal, controls := canaryFile(table)
		if controls == 0 {
			t.Fatalf("%s has no field for the control", name)
		}
		planted += personal
		path := filepath.Join(t.TempDir(), name+".csv")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		report, err := p.IngestFiles(t.Context(), table.Source, []string{path}, time.Date(2026, 3, 30, 0, 0, 0, 0, time.UTC), false)
		if err != nil || report.Loaded != 1 || report.Held != 0 {
			t.Fatalf("%s: %v %+v", name, err, report)
		}
		for _, n := range report.Results[0].Notes {
			if strings.Contains(n, "CANARY") {
				t.Errorf("%s: a note holds a personal value", name)
			}
		}
	}
	if planted < 30 {
		t.Errorf("only %d personal fields were planted", planted)
	}
	rows, err := p.raw.DB().Query("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' ORDER BY 1")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for rows.Next() {
		var n string
		if err := rows.Scan(&n); err != nil {
			t.Fatal(err)
		}
		names = append(names, n)
	}
	_ = rows.Close()
	canaries, found := 0, 0
	for _, n := range names {
		var c, k int
		if err := p.raw.DB().QueryRow(`SELECT count(*) FILTER (WHERE r::VARCHAR ILIKE '%CANARY%'), count(*) FILTER (WHERE r::VARCHAR LIKE '%CONTROL%') FROM "`+n+`" r`).Scan(&c, &k); err != nil {
			t.Fatal(err)
		}
		if canaries += c; c > 0 {
			t.Errorf("the table %s holds a personal value", n)
		}
		found += k
	}
	if found != len(tabularTables) {
		t.Errorf("the search found the control in %d of %d tables", found, len(tabularTables))
	}
	out, err := p.Publish(t.Context(), noon)
	if err != nil || len(out.Deliveries) != 1 || out.Deliveries[0].Err != nil {
		t.Fatalf("%v, %+v", err, out.Deliveries)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	searchMarts(t, out.Deliveries[0].Where, out)
	files, named := 0, false
	err = filepath.WalkDir(cfg.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files++
		named = named || bytes.Contains(raw, []byte("quality_visit.csv"))
		if bytes.Contains(bytes.ToUpper(raw), []byte("CANARY")) {
			t.Errorf("%s holds a personal value", path)
		}
		return err
	})
	if err != nil || files < 8 || !named {
		t.Errorf("%d files searched, the name of a delivered file found: %v; %v", files, named, err)
	}
}

// searchMarts searches the decoded values of every column that leaves for the council's own engines: neither a personal value nor the
// pseudonym of anybody is among them.
func searchMarts(t *testing.T, dir string, out PublishReport) {
	t.Helper()
	snap, err := warehouse.OpenSnapshot(out.Snapshot.Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	rows, err := snap.DB().Query(`SELECT unnest([adult_ref, alleged_ref]) FROM core.concern UNION SELECT unnest([person_ref, staff_ref]) FROM core.incident UNION SELECT person_ref FROM core.placement`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	people := map[string]bool{}
	for rows.Next() {
		var ref sql.NullString
		if err := rows.Scan(&ref); err != nil {
			t.Fatal(err)
		}
		people[ref.String] = ref.Valid
	}
	values := 0
	for name, table := range parquettest.Folder(t, dir) {
		for _, row := range table.Rows {
			for c, v := range row {
				values++
				if people[v] || strings.Contains(strings.ToUpper(v), "CANARY") {
					t.Errorf("%s: %s leads to a person", name, table.Columns[c])
				}
			}
		}
	}
	if err := rows.Err(); err != nil || len(people) < 3 || values < 100 {
		t.Errorf("%d values were searched for %d people; %v", values, len(people), err)
	}
}
