package ingest

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A load says by which version of its contract it was read, in the database and in the manifest.
func TestALoadKeepsItsContractsVersion(t *testing.T) {
	w := newWorld(t)
	if _, err := w.run(func(_ context.Context, _ File, _ Env, out Output) error {
		return out.Row(Row{Table: "visit", No: 1, Cells: cells("V1", nil)})
	}); err != nil {
		t.Fatal(err)
	}
	if got := w.query("SELECT contracts FROM raw.load"); !slices.Equal(got, []string{"visit 1"}) {
		t.Errorf("the database says %q", got)
	}
	manifest, err := os.ReadFile(filepath.Join(w.dir, "landing", "manifest.jsonl"))
	if err != nil || !strings.Contains(string(manifest), `"contracts":"visit 1"`) {
		t.Errorf("the manifest does not say it: %s, %v", manifest, err)
	}
}
