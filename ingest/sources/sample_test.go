package sources_test

import (
	"io/fs"
	"path"
	"strings"
	"testing"

	"bellwether/ingest/internal/rowtest"
	"bellwether/ingest/mapping"
	"bellwether/ingest/sources"
	sampledata "bellwether/sample-data"
)

func mappingOf(t testing.TB, source string) *mapping.Mapping {
	name := map[string]string{"safeguarding_concerns": "larkshire-concerns", "safeguarding_enquiries": "larkshire-enquiries", "complaints": "larkshire-complaints"}[source]
	if name == "" {
		return nil
	}
	return rowtest.Mapping(t, name)
}

// TestSampleCounty reads every file of the fictional county as its source does. A few rows of the safeguarding extracts are broken
// on purpose; nothing else may be held, refused or strange.
func TestSampleCounty(t *testing.T) {
	rows, held := map[string]int{}, map[string][]string{}
	err := fs.WalkDir(sampledata.Larkshire, "larkshire/inbox", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := fs.ReadFile(sampledata.Larkshire, p)
		if err != nil {
			return err
		}
		source := strings.Split(p, "/")[2]
		o, err := rowtest.Run(t, rowtest.Source(t, sources.All(), source).Decoder, path.Base(p), raw, mappingOf(t, source))
		if err != nil {
			t.Errorf("%s: %v", p, err)
			return nil
		}
		if len(o.Odd) > 0 {
			t.Errorf("%s: kept though outside its list: %v", p, o.Odd)
		}
		for _, r := range o.Rows {
			rows[source] += len(r)
		}
		for _, w := range append(o.Words(), o.Refused...) {
			held[source] = append(held[source], path.Base(p)+": "+w)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range sources.All() {
		if rows[s.Name] == 0 {
			t.Errorf("%s: no rows", s.Name)
		}
		if most := 10; len(held[s.Name]) > most || s.Family != "safeguarding" && len(held[s.Name]) > 0 {
			t.Errorf("%s: held: %v", s.Name, held[s.Name])
		}
	}
}

func TestSourcesNameTablesThatExist(t *testing.T) {
	tables, taken := rowtest.Tables(t), map[string]string{}
	for _, s := range sources.All() {
		if s.Name == "" || s.Title == "" || s.Family == "" || s.Decoder == nil || s.DefaultIntervalDays <= 0 || len(s.Extensions) == 0 {
			t.Errorf("%q is not complete", s.Name)
		}
		for _, name := range s.Tables {
			if tables[name] == nil || tables[name].Source != s.Name {
				t.Errorf("%s fills the table %s, whose contract does not say so", s.Name, name)
			}
			taken[name] = s.Name
		}
	}
	for name := range tables {
		if taken[name] == "" {
			t.Errorf("no source fills the table %s", name)
		}
	}
}
