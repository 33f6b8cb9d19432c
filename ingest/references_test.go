package ingest

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest/pseudonym"
)

// pseudonyms gives those of references in a domain.
func (w *world) pseudonyms(domain string, refs ...string) map[string]bool {
	w.t.Helper()
	h, err := w.cfg.Keys.Hasher(domain)
	w.must(err)
	out := map[string]bool{}
	for _, r := range refs {
		out[h.Pseudonym(r)] = true
	}
	return out
}

func TestOriginalsAreFoundInTheDeliveredFiles(t *testing.T) {
	w := newWorld(t)
	w.load("visits", "a.csv", visits(visit("V1", map[int]string{5: "P 1001"}), visit("V2", map[int]string{5: "P1002", 4: "P1003"})))
	w.load("visits", "b.csv", visits(visit("V3", map[int]string{5: "P1004"}), visit("V4", map[int]string{5: ""})))
	w.load("beds", "c.csv", "H1,2026-03-01T00:00:00Z,true,1,nursing:4\n")
	before := w.content()
	found, missing, err := w.loader.Originals(context.Background(), pseudonym.Person, w.pseudonyms(pseudonym.Person, "P1001", "p1002", "P1003", "P1004", "P9999"))
	w.must(err)
	want := map[string]string{}
	for ref := range map[string]bool{"P 1001": true, "P1002": true, "P1004": true} { // P1003 is a visitor's: another domain
		for p := range w.pseudonyms(pseudonym.Person, ref) {
			want[p] = ref
		}
	}
	if diff := cmp.Diff(want, found); diff != "" || missing != 0 {
		t.Errorf("missing %d, (-want +got):\n%s", missing, diff)
	}
	if diff := cmp.Diff(before, w.content()); diff != "" {
		t.Errorf("looking changed what is kept:\n%s", diff)
	}
	staff, _, err := w.loader.Originals(context.Background(), pseudonym.Staff, w.pseudonyms(pseudonym.Staff, "P1003"))
	if err != nil || len(staff) != 1 {
		t.Errorf("%d of the staff found, %v", len(staff), err)
	}
}

func TestOriginalsThatAreGoneAreCounted(t *testing.T) {
	w := newWorld(t)
	r := w.load("visits", "a.csv", visits(visit("V1", map[int]string{5: "P1001"})))
	w.load("visits", "b.csv", visits(visit("V3", map[int]string{5: "P1004"})))
	rec, _ := w.cfg.Ledger.Get(r.LoadID)
	w.must(os.Remove(w.path("landing", rec.SHA256[:2], rec.SHA256+".age")))
	found, missing, err := w.loader.Originals(context.Background(), pseudonym.Person, w.pseudonyms(pseudonym.Person, "P1001", "P1004"))
	if err != nil || missing != 1 || len(found) != 1 {
		t.Errorf("%d found, %d missing, %v", len(found), missing, err)
	}
	if _, _, err := w.loader.Originals(context.Background(), "plumber", nil); err == nil {
		t.Error("a domain that is none")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, err := w.loader.Originals(ctx, pseudonym.Person, w.pseudonyms(pseudonym.Person, "P1001")); !errors.Is(err, context.Canceled) {
		t.Errorf("after the caller left: %v", err)
	}
}
