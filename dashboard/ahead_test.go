package dashboard

import (
	"net/http"
	"strings"
	"testing"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
)

// TestPagesAreMadeAhead: of a new snapshot the pages of those who read the one before are asked for before they come, for each as they may
// see; nobody is recorded to have seen anything, and whoever stands elsewhere is answered from the snapshot itself.
func TestPagesAreMadeAhead(t *testing.T) {
	db := larkshire.County(t)
	st := newSite(t, db)
	pages := []string{"/market", "/providers", "/flags", "/providers/1-9000001"}
	for _, who := range []string{"north", "chair"} {
		for _, p := range pages[:2] {
			if resp, _ := st.get(who, p); resp.StatusCode != http.StatusOK {
				t.Fatalf("%s as %s: %d", p, who, resp.StatusCode)
			}
		}
	}
	st.snaps.snap = read.New(db, larkshire.ID+"-next").Behind(wallOf(t, db))
	st.audit.take()
	if err := st.server.Ahead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if told := st.audit.take(); len(told) != 0 {
		t.Errorf("making pages ahead is recorded as reading: %+v", told)
	}
	// A snapshot never changes. This one does, to show what is asked of it.
	for _, change := range []string{"UPDATE core.provider SET name = 'Asked again'", "UPDATE analytics.flag SET sentence = 'Asked again.'"} {
		if _, err := db.ExecContext(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range pages {
		resp, body := st.get("chair", p)
		if resp.StatusCode != http.StatusOK || strings.Contains(body, "Asked again") || p == pages[3] && !strings.Contains(body, "You have not looked at this provider") {
			t.Errorf("%s was not made ahead for the chair, or as if the chair had looked: %d", p, resp.StatusCode)
		}
	}
	for _, p := range pages[:2] {
		if _, body := st.get("north", p); strings.Contains(body, "Asked again") {
			t.Errorf("%s was not made ahead for the commissioner of the north", p)
		}
	}
	if _, body := st.get("officer", "/providers"); !strings.Contains(body, "Asked again") {
		t.Error("a reader who stands elsewhere is answered with what was made for others")
	}
}

// TestPagesAreMadeAheadAfterARestart: a server that has just begun knows who was seen before it, and makes the pages of the snapshot that it
// finds for them. Who signed in long ago and who never came stand in nobody's way.
func TestPagesAreMadeAheadAfterARestart(t *testing.T) {
	before, books := newBookSite(t)
	before.enter("desk", "chair")
	if resp, _ := before.get("desk", "/market"); resp.StatusCode != http.StatusOK {
		t.Fatalf("before: %d", resp.StatusCode)
	}
	db := larkshire.County(t)
	st := newSite(t, db, func(c *page.Config) {
		c.Accounts, c.Sessions, c.Visits, c.Local = books, books.visits.Manager(), books.visits, books.local
	})
	if err := st.server.Ahead(t.Context()); err != nil {
		t.Fatal(err)
	}
	if told := st.audit.take(); len(told) != 0 {
		t.Errorf("making pages ahead is recorded as reading: %+v", told)
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE core.provider SET name = 'Asked again'"); err != nil {
		t.Fatal(err)
	}
	st.enter("desk", "chair")
	for _, p := range []string{"/market", "/providers", "/flags"} {
		if resp, body := st.get("desk", p); resp.StatusCode != http.StatusOK || strings.Contains(body, "Asked again") {
			t.Errorf("%s was not made ahead for who was seen before the restart: %d", p, resp.StatusCode)
		}
	}
}
