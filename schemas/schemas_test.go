package schemas_test

import (
	"testing"

	"bellwether/ingest/contract"
	"bellwether/schemas"
)

func TestFeedsLoad(t *testing.T) {
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	for name, tab := range tables {
		t.Log(name, len(tab.Fields), tab.Source)
	}
}
