package schemas_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"bellwether/ingest/contract"
	"bellwether/schemas"
)

var update = flag.Bool("update", false, "write the data dictionary anew")

const dictionary = "../docs/data-dictionary.md"

// TestTheDataDictionaryIsCurrent holds the document against the contracts it is made from.
func TestTheDataDictionaryIsCurrent(t *testing.T) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	want := contract.Dictionary(tables)
	if *update {
		if err := os.WriteFile(dictionary, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(dictionary)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/data-dictionary.md is not what the contracts give: run go test ./schemas -update")
	}
	for name, table := range tables {
		for i := range table.Fields {
			f := &table.Fields[i]
			row := "| `" + f.Name + "` |"
			if !strings.Contains(want, row) {
				t.Errorf("%s.%s is missing", name, f.Name)
			}
		}
	}
	for line := range strings.Lines(want) {
		if strings.HasPrefix(line, "| `") && strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") != 7 {
			t.Errorf("a row has not six cells: %s", line)
		}
	}
	if !strings.Contains(want, "| `adult_ref` | text") || !strings.Contains(want, "pseudonym (person)") || !strings.Contains(want, "| dropped |") {
		t.Error("the dictionary does not say what becomes of personal fields")
	}
}
