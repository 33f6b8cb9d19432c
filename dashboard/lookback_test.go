package dashboard

import (
	"context"
	"database/sql"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
)

const marchID = "20260314T050021Z-0314aa21d0b4"

// withMarch keeps a snapshot of March beside the newest: Alder Homes' cluster was not there yet, and another flag stood.
type withMarch struct {
	*fakeSnapshots
	march *read.Snapshot
}

func (f *withMarch) At(_ context.Context, id string) (*read.Snapshot, func(), error) {
	if f.march == nil || id != f.march.ID {
		return nil, nil, page.ErrNoSnapshot
	}
	return f.march, func() {}, nil
}

func (f *withMarch) Kept(ctx context.Context) ([]page.KeptSnapshot, error) {
	var out []page.KeptSnapshot
	for _, s := range []*read.Snapshot{f.snap, f.march} {
		if s == nil {
			continue
		}
		frame, err := s.Frame(ctx)
		if err != nil {
			return nil, err
		}
		out = append(out, page.KeptSnapshot{ID: s.ID, Published: frame.Run.AsOf.Add(5 * time.Hour), Readable: true, Run: frame.Run})
	}
	return out, nil
}

const marchSentence = "6 concerns in 12 weeks where 2.1 were expected for a home of this size and type."

// inMarch makes the county's database one of 14 March.
func inMarch(t testing.TB) *sql.DB {
	t.Helper()
	db := larkshire.County(t)
	for _, stmt := range []string{
		"UPDATE ops.run SET as_of = DATE '2026-03-14', snapshot_id = '" + marchID + "'",
		"UPDATE analytics.flag SET sentence = '" + marchSentence + "' WHERE flag_id = 'F1a2b3c4d5e6f708'",
	} {
		if _, err := db.ExecContext(t.Context(), stmt); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

func withEarlier(t testing.TB, st *site) func() {
	t.Helper()
	march := inMarch(t)
	both := &withMarch{st.snaps, read.New(march, marchID).Behind(wallOf(t, march))}
	st.server.Config.Snapshots = both
	return func() { both.march = nil }
}

func TestLookingBackShowsWhatWasKnown(t *testing.T) {
	st := newSite(t, county(t))
	forget := withEarlier(t, st)
	_, list := st.get("chair", "/data/snapshots")
	for _, want := range []string{"Two runs can be looked at again", "14 Mar 2026", "in force", "Look back"} {
		if !strings.Contains(list, want) {
			t.Errorf("the list of runs lacks %q", want)
		}
	}
	resp, _ := st.send("chair", http.MethodPost, "/look-back", url.Values{"snapshot": {marchID}}, nil)
	if resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("looking back: %d", resp.StatusCode)
	}
	_, then := st.get("chair", "/flags/F1a2b3c4d5e6f708")
	for _, want := range []string{marchSentence, "You are looking back: this is what was known on", "14 Mar 2026", "Return to now"} {
		if !strings.Contains(then, want) {
			t.Errorf("the flag of March lacks %q", want)
		}
	}
	if strings.Contains(then, "17 concerns in 12 weeks") {
		t.Error("what is known now stands on the page of March")
	}
	for _, e := range st.audit.take() {
		if e.Kind == "flag" && e.SnapshotID != marchID {
			t.Errorf("the audit says %s was read", e.SnapshotID)
		}
	}
	// Others see now, programs see now, nothing is recorded from then, and nobody is sent to a place of then.
	if _, body := st.get("member", "/flags/F1a2b3c4d5e6f708"); !strings.Contains(body, "17 concerns") || strings.Contains(body, "looking back") {
		t.Error("somebody else looks back too")
	}
	if _, body := st.get("chair", "/api/v1/flags"); strings.Contains(body, marchSentence) {
		t.Error("a program is answered from March")
	}
	if resp, _ := st.send("chair", http.MethodPost, "/review/F1a2b3c4d5e6f708", url.Values{"act": {"acknowledge"}}, nil); resp.StatusCode != http.StatusConflict {
		t.Errorf("something is recorded from March: %d", resp.StatusCode)
	}
	if resp, body := st.get("chair", "/contingency?provider=1-9000001"); resp.StatusCode != http.StatusConflict || !strings.Contains(body, "Contingency is about now") {
		t.Errorf("destinations of March: %d", resp.StatusCode)
	}
	// What is erased meanwhile is gone, and the reader is told.
	forget()
	if _, body := st.get("chair", "/flags/F1a2b3c4d5e6f708"); !strings.Contains(body, "no longer kept") || !strings.Contains(body, "17 concerns") {
		t.Error("a snapshot that is gone is not told")
	}
	if resp, _ := st.send("chair", http.MethodPost, "/look-back", url.Values{"snapshot": {marchID}}, nil); resp.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown snapshot: %d", resp.StatusCode)
	}
}
