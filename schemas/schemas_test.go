package schemas_test

import (
	"strings"
	"testing"

	"bellwether/ingest/contract"
	"bellwether/ingest/mapping"
	"bellwether/schemas"
)

// TestFeeds checks that every contract loads and can be read by people: the data dictionary is made from it.
func TestFeeds(t *testing.T) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	if len(tables) != 27 {
		t.Errorf("%d tables, want 27", len(tables))
	}
	for name, table := range tables {
		if table.Title == "" || !strings.HasSuffix(table.Description, ".") {
			t.Errorf("%s needs a title and a description in sentences", name)
		}
		for _, f := range table.Fields {
			if f.Title == "" || !strings.HasSuffix(f.Description, ".") {
				t.Errorf("%s.%s needs a title and a description in sentences", name, f.Name)
			}
		}
	}
}

// TestSynonymsAreClear checks that no heading stands for two fields of a table.
func TestSynonymsAreClear(t *testing.T) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	for name, table := range tables {
		taken := map[string]string{}
		for _, f := range table.Fields {
			for _, s := range append([]string{f.Name}, f.Synonyms...) {
				if by := taken[mapping.Fold(s)]; by != "" && by != f.Name {
					t.Errorf("%s: %q stands for %s and %s", name, s, by, f.Name)
				}
				taken[mapping.Fold(s)] = f.Name
			}
		}
	}
}

func TestMappings(t *testing.T) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := mapping.LoadAll(schemas.Mappings, tables); err != nil {
		t.Error(err)
	}
}
