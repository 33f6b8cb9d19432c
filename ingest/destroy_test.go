package ingest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"bellwether/ingest/ledger"
)

func TestADestroyedLoadStaysGone(t *testing.T) {
	w := newWorld(t)
	const text = "a.csv"
	gone := w.load("visits", text, visits(visit("V1", nil), visit("V2", map[int]string{2: "999"}))) // one loaded, one held
	stays := w.load("visits", "b.csv", visits(visit("V3", nil)))
	rows, err := w.loader.Destroy(context.Background(), gone.LoadID, "certificate 1")
	if err != nil || rows != 1 {
		t.Fatalf("%d rows, %v", rows, err)
	}
	for _, line := range w.content() {
		if strings.Contains(line, gone.LoadID) {
			t.Errorf("still there: %s", line)
		}
	}
	rec, _ := w.cfg.Ledger.Get(gone.LoadID)
	kept, _ := w.cfg.Ledger.Get(stays.LoadID)
	if rec.State != ledger.Destroyed || rec.Reason != "certificate 1" || w.cfg.Landing.Has(rec.SHA256) || !w.cfg.Landing.Has(kept.SHA256) {
		t.Errorf("noted as %+v", rec)
	}
	if rows, err := w.loader.Destroy(context.Background(), gone.LoadID, "certificate 1"); err != nil || rows != 0 {
		t.Errorf("again after an interruption: %d, %v", rows, err)
	}
	w.reopen() // the manifest is read back from the disk
	r, err := w.loader.Reconcile(context.Background())
	if err != nil || !r.Clean() {
		t.Errorf("taken for lost: %+v, %v", r.Comparison, err)
	}
	again := w.load("visits", text, visits(visit("V1", nil), visit("V2", map[int]string{2: "999"})))
	if again.Status != StatusRejected || !strings.Contains(again.Rejection.Error(), "were destroyed") || w.cfg.Landing.Has(rec.SHA256) {
		t.Errorf("delivered again: %+v", again)
	}
	if _, err := w.loader.Destroy(context.Background(), "no such load", "x"); err == nil {
		t.Error("a load that is not there")
	}
}

func TestBytesThatAnotherLoadNeedsStay(t *testing.T) {
	w := newWorld(t)
	body := visits(visit("V1", nil))
	one := w.load("visits", "a.csv", body)
	two, err := w.loader.Load(context.Background(), Delivery{Source: "visits", Window: "2026-03", Name: "a.csv", Body: strings.NewReader(body), Received: clock})
	if err != nil || two.LoadID == one.LoadID {
		t.Fatalf("%v", err)
	}
	if _, err := w.loader.Destroy(context.Background(), one.LoadID, "certificate 1"); err != nil {
		t.Fatal(err)
	}
	rec, _ := w.cfg.Ledger.Get(two.LoadID)
	if !w.cfg.Landing.Has(rec.SHA256) {
		t.Error("the landed file of another load is gone")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := w.loader.Destroy(ctx, two.LoadID, "x"); !errors.Is(err, context.Canceled) {
		t.Errorf("after the caller left: %v", err)
	}
}
