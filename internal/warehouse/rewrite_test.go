package warehouse

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRewriteLeavesNoBytesBehind deletes rows, finds their bytes all the same, rewrites the file, and finds them nowhere; what stays, stays.
func TestRewriteLeavesNoBytesBehind(t *testing.T) {
	folder := t.TempDir()
	raw, err := OpenRaw(t.Context(), folder, Limits{MemoryMiB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	exec := func(q string, args ...any) {
		t.Helper()
		if err := raw.WithTx(t.Context(), func(tx *Tx) error { _, err := tx.Exec(t.Context(), q, args...); return err }); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE visit (visit_ref VARCHAR, load_id VARCHAR, n INTEGER)")
	exec("INSERT INTO visit VALUES ('stays-on-0001', 'l1', 1), ('goes-away-0001', 'l2', 2), ('shared-0001', 'l1', 3), ('shared-0001', 'l2', 4), ('short', 'l2', 5)")
	if err := raw.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	own, err := TextsOfLoad(t.Context(), raw.DB(), "visit", "l2", 10, 8)
	if err != nil || !slices.Equal(own, []string{"goes-away-0001"}) {
		t.Errorf("the load's own texts are %v, %v", own, err)
	}
	others := map[string]bool{}
	if err := EachTextOfOthers(t.Context(), raw.DB(), "l2", func(s string) { others[s] = true }); err != nil || !others["stays-on-0001"] || !others["shared-0001"] || others["goes-away-0001"] {
		t.Errorf("the others' texts are %v, %v", others, err)
	}
	exec("DELETE FROM visit WHERE load_id = 'l2'")
	if err := raw.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := raw.Rewrite(t.Context()); err != nil {
		t.Fatal(err)
	}
	all := map[string]bool{}
	if err := EachText(t.Context(), raw.DB(), func(place, s string) { all[place+" "+s] = true }); err != nil || !all["visit.visit_ref stays-on-0001"] || all["visit.visit_ref goes-away-0001"] {
		t.Errorf("after rewriting: %v, %v", all, err)
	}
	exec("INSERT INTO visit VALUES ('added-0001', 'l3', 6)") // the file is open for writing again
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Name(), "rewritten") || strings.HasSuffix(e.Name(), ".wal") {
			t.Errorf("%s is left", e.Name())
		}
		body, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err == nil && bytes.Contains(body, []byte("goes-away-0001")) {
			t.Errorf("%s still holds what was deleted", e.Name())
		}
	}
}

func TestRewriteStopsWithItsCaller(t *testing.T) {
	raw, err := OpenRaw(t.Context(), t.TempDir(), Limits{MemoryMiB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = raw.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := raw.Rewrite(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(raw.Path()), rewritten)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("an unfinished file is left: %v", err)
	}
}
