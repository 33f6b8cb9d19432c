package dashboard

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"
	"bellwether/internal/access"
	"bellwether/internal/audit"
)

// ledger is a real audit log that the dashboard both writes and reads.
type ledger struct {
	path, points string
	key          ed25519.PrivateKey
	log          *audit.Log
}

// Record implements Auditor.
func (l ledger) Record(_ context.Context, e page.Entry) error {
	return l.log.Append(audit.Record{Actor: e.UserID, Session: e.Session, Action: e.Action, Class: e.Class, Kind: e.Kind, ID: e.ID, Allow: e.Allowed, Purpose: e.Purpose, Restricted: e.Restricted,
		Reason: strings.ReplaceAll(e.Reason, " ", "_"), PolicyHash: access.Hash(), RequestID: e.RequestID})
}

// Recent implements AuditBook.
func (l ledger) Recent(n int, match func(audit.Entry) bool) ([]audit.Entry, error) {
	return audit.Recent(l.path, n, match)
}

// Verify implements AuditBook.
func (l ledger) Verify() (*audit.Report, error) {
	return audit.Verify(l.path, audit.VerifyOptions{Checkpoints: l.points, Keys: []ed25519.PublicKey{l.key.Public().(ed25519.PublicKey)}})
}

// Status implements AuditBook.
func (l ledger) Status() audit.Status { return l.log.Status() }

func newAuditedSite(t *testing.T) (*site, ledger) {
	t.Helper()
	dir := t.TempDir()
	l := ledger{path: filepath.Join(dir, "log"), points: filepath.Join(dir, "points"), key: ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))}
	var st *site
	var err error
	if l.log, err = audit.Open(l.path, audit.Options{Now: func() time.Time {
		if st == nil {
			return ninth()
		}
		return st.now
	}, Key: l.key, Checkpoints: l.points, Every: 8}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.log.Close() })
	st = newSite(t, county(t), func(c *page.Config) { c.Auditor, c.Audit = l, l })
	return st, l
}

func TestAuditPage(t *testing.T) {
	st, l := newAuditedSite(t)
	st.get("chair", "/providers/1-9000001")
	st.get("member", "/providers/1-9000001")
	st.get("north", "/flags/F1a2b3c4d5e6f708")
	st.now = st.now.Add(25 * time.Hour)
	st.browsers = map[string]*http.Client{}
	st.get("chair", "/flags")
	st.play(t, []scenario{
		{"chair", "/audit", 403, nil, []string{"u-chair"}},
		{"admin", "/audit", 403, nil, []string{"u-chair"}},
		{"governance", "/audit", 200, []string{"u-chair", "u-member", "OFFICIAL-SENSITIVE", "Check the whole chain now", "sign in", "refused"}, []string{"Saltmarsh", "17 concerns"}},
		{"governance", "/audit?actor=u-member", 200, []string{"u-member", "1-9000001"}, []string{">u-chair<"}},
		{"governance", "/audit?object=1-9000001", 200, []string{"u-chair", "u-member"}, []string{"F1a2b3c4"}},
		{"governance", "/audit?refused=yes", 200, []string{"refused"}, []string{">allowed<"}},
		{"governance", "/audit?from=2026-10-02", 200, []string{"2 Oct 2026"}, []string{"1 Oct 2026, "}},
		{"governance", "/audit?to=2026-09-30", 200, []string{"No entry fits"}, nil},
		{"governance", "/audit?from=yesterday", 200, []string{"Left out: the day"}, nil},
		{"governance", "/audit?check=yes", 200, []string{"The chain holds"}, []string{"broken"}},
	})
	before := l.log.Status().Entries
	st.get("governance", "/audit?to=2026-09-30")
	if after := l.log.Status().Entries; after != before+1 {
		t.Errorf("reading the audit made %d entries", after-before)
	}
	resp, body := st.get("governance", "/audit.csv?object=1-9000001")
	rows, err := csv.NewReader(strings.NewReader(body)).ReadAll()
	if err != nil || resp.StatusCode != 200 || len(rows) < 3 || len(rows[1][11]) != 64 || !strings.Contains(resp.Header.Get("Content-Disposition"), "_OS.csv") {
		t.Errorf("%d %v %q", resp.StatusCode, err, body)
	}
	st.now = st.now.Add(11 * time.Minute)
	if resp, _ := st.get("governance", "/audit.csv"); resp.StatusCode != 403 {
		t.Errorf("a download without a fresh proof: %d", resp.StatusCode)
	}
}

func TestAuditPageHidesWhatIsHidden(t *testing.T) {
	st, l := newAuditedSite(t)
	for i := range 3 {
		if err := l.log.Append(audit.Record{Actor: "u-member", Action: "view", Class: "C", Kind: "case", ID: "case-hidden", Restricted: true, Allow: i > 0, Reason: "restricted"}); err != nil {
			t.Fatal(err)
		}
	}
	st.play(t, []scenario{
		{"governance", "/audit", 200, []string{"u-member", ">hidden<"}, []string{"case-hidden"}},
		{"governance", "/audit?actor=u-member", 200, []string{">hidden<"}, []string{"case-hidden"}},
		{"governance", "/audit?kind=case", 200, []string{"No entry fits"}, nil},
	})
	if _, body := st.get("governance", "/audit.csv"); strings.Contains(body, "case-hidden") || !strings.Contains(body, "u-member") {
		t.Error("a download names what is hidden, or leaves the entry out")
	}
	// What was typed is found once it was typed: the entry of that very search, and no other.
	for i, want := range []string{"No entry fits", "u-ig"} {
		_, body := st.get("governance", "/audit?object=case-hidden&action=view")
		if i == 0 && strings.Count(body, "<tr data-row>") > 1 || strings.Contains(body, "u-member<") {
			t.Errorf("a hidden id can be searched for (%s)", want)
		}
	}
}

func TestAuditPageSaysThatTheChainIsBroken(t *testing.T) {
	st, l := newAuditedSite(t)
	for i := range 20 {
		st.now = st.now.Add(time.Minute)
		if err := l.log.Append(audit.Record{Actor: "u-member", Action: "view", Class: "B", Kind: "provider", ID: fmt.Sprint("p", i), Allow: true, Reason: "shown"}); err != nil {
			t.Fatal(err)
		}
	}
	st.as("governance")
	text, err := os.ReadFile(l.path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(l.path, bytes.Replace(text, []byte(`"id":"p7"`), []byte(`"id":"p8"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, body := st.get("governance", "/audit?check=yes"); !strings.Contains(body, "The chain is broken") || !strings.Contains(body, "it was edited") {
		t.Error("an edited entry is not noticed")
	}
}

func TestAuditPageThatCantBeRecordedIsntShown(t *testing.T) {
	st, l := newAuditedSite(t)
	st.as("governance")
	if err := l.log.Close(); err != nil {
		t.Fatal(err)
	}
	if resp, body := st.get("governance", "/audit"); resp.StatusCode != 503 || strings.Contains(body, "u-governance") {
		t.Errorf("%d", resp.StatusCode)
	}
}

func TestOlderEntriesArePaged(t *testing.T) {
	st, l := newAuditedSite(t)
	for i := range 120 {
		if err := l.log.Append(audit.Record{Actor: "u-member", Action: "view", Class: "B", Kind: "provider", ID: fmt.Sprint("p", i), Allow: true, Reason: "shown"}); err != nil {
			t.Fatal(err)
		}
	}
	seen := map[string]bool{}
	path := "/audit?actor=u-member"
	for range 5 {
		_, body := st.get("governance", path)
		for i := range 120 {
			if id := fmt.Sprint("p", i); strings.Contains(body, ">"+id+"<") {
				seen[id] = true
			}
		}
		at := strings.Index(body, `<p><a href="/audit?`)
		if at < 0 {
			break
		}
		path, _, _ = strings.Cut(strings.ReplaceAll(body[at+len(`<p><a href="`):], "&amp;", "&"), `"`)
	}
	if len(seen) != 120 {
		t.Errorf("%d of 120 entries are reached", len(seen))
	}
}

func TestRightsPage(t *testing.T) {
	st := newSite(t, county(t))
	st.play(t, []scenario{
		{"officer", "/account/access", 200, []string{"Contract or quality officer", "the provider or its area is in your portfolio", "you have confirmed your sign-in a short while ago", access.Hash()}, []string{"Chair of the"}},
		{"chair", "/account/access", 200, []string{"Chair of the Quality", "always"}, []string{"alleged source,"}},
		{"admin", "/account/access", 200, []string{"no data about care"}, nil},
		{"nobody", "/account/access", 403, []string{"no role yet"}, nil},
		{"", "/account/access", 303, nil, nil},
	})
}
