package ingest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/google/go-cmp/cmp"

	"bellwether/ingest/ledger"
)

// eraseAll erases what is due, as the verb does, and gives the names of what stays.
func (w *world) eraseAll() (kept []string) {
	w.t.Helper()
	aged, err := w.loader.Aged(context.Background(), clock.Add(time.Hour))
	w.must(err)
	for _, a := range aged {
		if a.Held != "" {
			kept = append(kept, a.File+": "+a.Held)
			continue
		}
		w.must(w.loader.Erase(context.Background(), a.LoadID, "after 30 days"))
	}
	return kept
}

func (w *world) landed() (n int) {
	w.t.Helper()
	all, err := filepath.Glob(w.path("landing", "??", "*.age"))
	w.must(err)
	return len(all)
}

// TestErasedFilesLeaveTheirRows: the delivered bytes go by age, and the database can be made again from what stands in for them, to the
// same content. What is held keeps its file.
func TestErasedFilesLeaveTheirRows(t *testing.T) {
	w := newWorld(t)
	a := w.load("visits", "a.csv", visits(visit("V1", map[int]string{7: "Mrs CANARYNAME"}), visit("V2", map[int]string{2: "", 8: "-3.10"}), visit("V3", nil), visit("V4", nil), visit("V5", nil)))
	w.load("beds", "beds.csv", "H1,2026-03-01 10:00:00,yes,0.5,nursing:10;odd:3\nH2,,,,nursing:4\n")
	held := w.load("visits", "held.csv", visits(visit("V6", nil), visit("V7", map[int]string{2: "900"}), visit("V8", nil)))
	w.load("visits", "bad.csv", "nothing of the kind\n")
	before := w.content()
	want := []string{"held.csv: 1 row of it is held in quarantine", "bad.csv: it was rejected, and could be read again once what was wrong is mended"}
	if diff := cmp.Diff(want, w.eraseAll()); diff != "" {
		t.Error(diff)
	}
	rec, _ := w.cfg.Ledger.Get(a.LoadID)
	if !rec.Erased() || rec.State != ledger.Loaded || rec.ErasedWhy != "after 30 days" || w.cfg.Landing.Has(rec.SHA256) || !w.cfg.Landing.Has(rec.Extract) {
		t.Fatalf("%+v", rec)
	}
	if n := w.landed(); n != 4 {
		t.Errorf("%d files in the landing zone, want two extracts and two delivered files", n)
	}
	if again, err := w.loader.Aged(t.Context(), clock.Add(time.Hour)); err != nil || len(again) != 2 {
		t.Errorf("due once more: %+v, %v", again, err)
	}
	// The database is lost.
	w.close()
	w.must(os.RemoveAll(w.path("warehouse")))
	w.open()
	r, err := w.loader.Reconcile(t.Context())
	if err != nil || len(r.Lost) != 4 || len(r.Failed) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if diff := cmp.Diff(before, w.content()); diff != "" {
		t.Errorf("made again from extracts it differs:\n%s", diff)
	}
	if c, err := w.loader.Compare(t.Context()); err != nil || !c.Clean() {
		t.Errorf("not level: %+v, %v", c, err)
	}
	// The same bytes again change nothing, and are not kept.
	if r := w.load("visits", "again.csv", visits(visit("V1", map[int]string{7: "Mrs CANARYNAME"}), visit("V2", map[int]string{2: "", 8: "-3.10"}), visit("V3", nil), visit("V4", nil), visit("V5", nil))); r.Status != StatusAlreadyLoaded || w.cfg.Landing.Has(rec.SHA256) {
		t.Errorf("delivered again: %+v, kept: %v", r, w.cfg.Landing.Has(rec.SHA256))
	}
	if _, err := w.loader.replay(t.Context(), a.LoadID); err == nil || !strings.Contains(err.Error(), "was erased on 1 Apr 2026 (after 30 days), and only its rows are kept: deliver the file again") {
		t.Errorf("replayed: %v", err)
	}
	if err := w.loader.Erase(t.Context(), held.LoadID, "asked for"); err != nil {
		t.Errorf("a held file, when a person asks for it: %v", err)
	}
	// Destroying what was erased takes the extract too.
	if _, err := w.loader.Destroy(t.Context(), a.LoadID, "certificate"); err != nil || w.cfg.Landing.Has(rec.Extract) {
		t.Errorf("destroyed: %v", err)
	}
}

// TestAnInterruptedErasureIsFinished: an erasure that was noted and broken off before the file went is due again; one whose extract alone
// had landed is done over.
func TestAnInterruptedErasureIsFinished(t *testing.T) {
	w := newWorld(t)
	a := w.load("visits", "a.csv", visits(visit("V1", nil)))
	src, err := w.cfg.Registry.Get("visits")
	w.must(err)
	rec, _ := w.cfg.Ledger.Get(a.LoadID)
	blob, err := w.loader.landExtract(t.Context(), src, rec)
	w.must(err)
	w.must(w.cfg.Ledger.Append(ledger.Entry{At: clock, State: ledger.Erased, LoadID: a.LoadID, SHA256: blob.SHA256, Reason: "after 30 days"}))
	w.reopen()
	if w.eraseAll(); w.cfg.Landing.Has(rec.SHA256) {
		t.Error("the file is still there")
	}
	if again, err := w.loader.landExtract(t.Context(), src, rec); err != nil || again.SHA256 != blob.SHA256 {
		t.Errorf("the same load gives another extract: %v", err)
	}
}

// TestWhatTheContractsDroppedIsNotInTheExtract searches its decompressed bytes.
func TestWhatTheContractsDroppedIsNotInTheExtract(t *testing.T) {
	w := newWorld(t)
	a := w.load("visits", "a.csv", visits(visit("V1", map[int]string{4: "CANARYSTAFF", 5: "CANARYPERSON", 7: "CANARYNAME"})))
	src, err := w.cfg.Registry.Get("visits")
	w.must(err)
	var plain strings.Builder
	for _, table := range extracted(src) {
		w.must(w.loader.cfg.Raw.RowsOf(t.Context(), table, a.LoadID, func(rows array.RecordReader) error {
			for rows.Next() {
				fmt.Fprint(&plain, rows.RecordBatch())
			}
			return rows.Err()
		}))
	}
	if !strings.Contains(plain.String(), "V1") {
		t.Fatal("the search finds nothing that is there")
	}
	if strings.Contains(plain.String(), "CANARY") {
		t.Error("the extract holds what was dropped at the door")
	}
}
