package mapping_test

import (
	"testing"

	"bellwether/ingest/contract"
	"bellwether/ingest/mapping"
	"bellwether/schemas"
)

func tables(t testing.TB) map[string]*contract.Table {
	t.Helper()
	tabs, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	return tabs
}

func TestShippedMappingsLoad(t *testing.T) {
	ms, err := mapping.LoadAll(schemas.Mappings, tables(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"larkshire-concerns", "larkshire-enquiries", "larkshire-complaints"} {
		if ms[name] == nil {
			t.Errorf("no mapping %s among %v", name, ms)
		}
	}
}
