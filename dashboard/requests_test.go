package dashboard

import (
	"archive/zip"
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"bellwether/casework/requests"
	"bellwether/casework/store/memory"
	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/ingest/pseudonym"
	"bellwether/internal/answers"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/tooltest"
)

// withRequests lets a site answer requests from a database, in a folder of its own. Two stand in its book from before: one of each kind.
func withRequests(t testing.TB, db *sql.DB) func(*page.Config) {
	t.Helper()
	cfg := config.Default()
	cfg.Dir, cfg.Council = t.TempDir(), "Larkshire Council"
	for _, folder := range []string{instance.Secrets, instance.Casework} {
		if err := os.Mkdir(cfg.Path(folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pseudonym.Create(cfg.Path(instance.Secrets, instance.PseudonymKey)); err != nil {
		t.Fatal(err)
	}
	return func(c *page.Config) {
		book, err := requests.NewBook(t.Context(), memory.New(), c.Now, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []requests.Kind{requests.FOI, requests.SubjectAccess} {
			if _, err := book.Log(t.Context(), "u-other", kind, time.Date(2026, 8, 3, 0, 0, 0, 0, time.UTC), "figures by area, asked by letter"); err != nil {
				t.Fatal(err)
			}
		}
		c.Requests = &answers.Desk{Book: book, Config: cfg, Now: c.Now, Newest: func(_ context.Context, use func(string, *sql.DB) error) error { return use(larkshire.ID, db) }}
	}
}

// first gives the id of a site's first request of a kind.
func (st *site) firstRequest(kind requests.Kind) string {
	return st.server.Config.Requests.Book.List(kind)[0].ID
}

// register registers a request through the page and gives its address.
func (st *site) register(as, kind string) string {
	st.t.Helper()
	resp, body := st.send(as, http.MethodPost, "/requests", on(fill("kind", kind, "words", "concerns by area since spring"), "received", "2026-09-14"), nil)
	if resp.StatusCode != http.StatusSeeOther {
		st.t.Fatalf("registering: %d\n%s", resp.StatusCode, mainOf(body))
	}
	return resp.Header.Get("Location")
}

func span() url.Values {
	return on(on(fill("by", "quarter", "profile", "sac"), "from", "2025-10-01"), "to", "2026-10-01")
}

// TestRequestsForCountsOnThePages goes from the day a request came to the file that leaves, as information governance and the chair.
func TestRequestsForCountsOnThePages(t *testing.T) {
	st := newSite(t, county(t), withPeople, withRequests(t, county(t)))
	step := func(as, at string, form url.Values) (int, string) {
		t.Helper()
		resp, body := st.send(as, http.MethodPost, at, form, nil)
		return resp.StatusCode, body
	}
	for says, bad := range map[string]url.Values{
		"today at the latest": on(fill("kind", "foi", "words", "concerns by area"), "received", "2026-12-01"),
		"Name nobody":         on(fill("kind", "foi", "words", "x"), "received", "2026-09-14"),
		"one for information": on(fill("kind", "none", "words", "concerns by area"), "received", "2026-09-14"),
		"a real date":         fill("kind", "foi", "words", "concerns by area", "received-day", "31", "received-month", "2", "received-year", "2026"),
	} {
		if code, body := step("governance", "/requests", bad); code != 422 || !strings.Contains(body, says) {
			t.Errorf("%s: %d\n%s", says, code, mainOf(body))
		}
	}
	at := st.register("governance", "foi")
	_, body := st.get("governance", at)
	needs(t, body, "12 Oct 2026", "Make the answer", "Registered", "OFFICIAL-SENSITIVE")
	if strings.Contains(body, "Sign the answer off") || strings.Contains(body, "answer.zip") {
		t.Error("steps are offered before there is anything to sign or to take")
	}
	for as, want := range map[string]int{"member": 403, "admin": 403, "auditor": 403, "sal": 403, "everywhere": 403, "chair": 200, "governance": 200} {
		if resp, _ := st.get(as, at); resp.StatusCode != want {
			t.Errorf("%s reads it: %d", as, resp.StatusCode)
		}
		if resp, _ := st.get(as, "/requests"); resp.StatusCode != want {
			t.Errorf("%s reads the list: %d", as, resp.StatusCode)
		}
	}
	if code, _ := step("chair", at+"/build", span()); code != 403 {
		t.Errorf("the chair makes an answer: %d", code)
	}
	if code, body := step("chair", at+"/sign", url.Values{}); code != 422 || !strings.Contains(body, "the answer is made first") {
		t.Errorf("signing nothing: %d", code)
	}
	if resp, _ := st.get("governance", at+"/answer.zip"); resp.StatusCode != 422 {
		t.Errorf("a file before there is one: %d", resp.StatusCode)
	}
	if code, body := step("governance", at+"/build", on(on(fill("by", "quarter", "profile", "sac"), "from", "2026-10-01"), "to", "2025-10-01")); code != 422 || !strings.Contains(body, "the second after the first") {
		t.Errorf("days the wrong way round: %d", code)
	}
	st.audit.take()
	if code, body := step("governance", at+"/build", span()); code != 303 {
		t.Fatalf("making it: %d\n%s", code, mainOf(body))
	}
	if log := st.audit.take(); len(log) != 1 || log[0].Action != "record" || log[0].Kind != "information_request" || log[0].Reason != "built" || !log[0].Allowed {
		t.Errorf("recorded as %+v", log)
	}
	_, body = st.get("governance", at)
	needs(t, body, "Safeguarding concerns about a service", "Larkshire South", "Make it again", "It waits for a second person")
	if code, body := step("governance", at+"/sign", url.Values{}); code != 422 || !strings.Contains(body, "It takes two people") {
		t.Errorf("signing one's own: %d", code)
	}
	if resp, _ := st.get("governance", at+"/answer.zip"); resp.StatusCode != 422 {
		t.Error("it leaves unsigned")
	}
	_, body = st.get("chair", at)
	needs(t, body, "Sign the answer off", "Safeguarding concerns about a service")
	// What was changed on the disk is neither shown nor signed.
	id := strings.TrimPrefix(at, "/requests/")
	file := st.server.Config.Requests.Candidate(id, ".zip")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, append(src, 'x'), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, body := st.get("chair", at); !strings.Contains(body, "was changed since") || strings.Contains(body, "Larkshire South") {
		t.Error("a changed answer is shown")
	}
	if code, body := step("chair", at+"/sign", url.Values{}); code != 422 || !strings.Contains(body, "was changed since") {
		t.Errorf("a changed answer is signed: %d", code)
	}
	if err := os.WriteFile(file, src, 0o600); err != nil {
		t.Fatal(err)
	}
	if code, body := step("chair", at+"/sign", url.Values{}); code != 303 {
		t.Fatalf("signing: %d\n%s", code, mainOf(body))
	}
	if resp, _ := st.get("chair", at+"/answer.zip"); resp.StatusCode != 403 {
		t.Errorf("the chair takes the file: %d", resp.StatusCode)
	}
	resp, bundle := st.get("governance", at+"/answer.zip")
	if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/zip" || bundle != string(src) {
		t.Fatalf("the file: %d", resp.StatusCode)
	}
	z, err := zip.NewReader(strings.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil || strings.Contains(string(text), "Saltmarsh") || strings.Contains(string(text), "1-9000001") {
			t.Errorf("%s names a provider: %v", f.Name, err)
		}
	}
	// The same from the command line's book: another day's answer that would give a hidden count away is refused by one register.
	if _, err := os.Stat(filepath.Join(filepath.Dir(filepath.Dir(file)), "releases.jsonl")); err != nil {
		t.Errorf("the release isn't in the register: %v", err)
	}
	if code, _ := step("governance", at+"/answered", url.Values{}); code != 303 {
		t.Errorf("noting that it has gone: %d", code)
	}
	_, body = st.get("chair", at)
	needs(t, body, "Answer sent")
	if strings.Contains(body, "Make it again") {
		t.Error("an answered request is made again")
	}
	_, body = st.get("chair", "/requests")
	needs(t, body, "overdue", "answered")
	if strings.Contains(body, "Register a request") {
		t.Error("the chair is offered to register")
	}
	st.now = st.now.Add(11 * time.Minute)
	if code, body := step("governance", "/requests", on(fill("kind", "foi", "words", "concerns by area"), "received", "2026-09-14")); code != 403 || !strings.Contains(body, "/account/confirm") {
		t.Errorf("without a fresh proof: %d", code)
	}
}

// TestRequestsOfPeopleOnThePages: one registers, another confirms, the paper is made once, and nothing keeps whom it is about.
func TestRequestsOfPeopleOnThePages(t *testing.T) {
	const person = "ASC-0047-Q"
	db := larkshire.County(t)
	var log strings.Builder
	st := newSite(t, db, withPeople, withRequests(t, db), func(c *page.Config) {
		c.Log = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	keys, err := pseudonym.Open(st.server.Config.Requests.Config.Path(instance.Secrets, instance.PseudonymKey))
	if err != nil {
		t.Fatal(err)
	}
	hasher, err := keys.Hasher(pseudonym.Person)
	if err != nil {
		t.Fatal(err)
	}
	// The pages ask nothing of an incident's people, so the county of their tests has no columns for them.
	for _, column := range []string{"person_ref", "staff_ref", "place", "outcome"} {
		if _, err := db.ExecContext(t.Context(), "ALTER TABLE core.incident ADD COLUMN "+column+" VARCHAR"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := db.ExecContext(t.Context(), "UPDATE core.concern SET adult_ref = ? WHERE concern_id = (SELECT max(concern_id) FROM core.concern)", hasher.Pseudonym(person)); err != nil {
		t.Fatal(err)
	}
	at := st.register("governance", "subject_access")
	ask := func(as, who string) (int, string) {
		resp, body := st.send(as, http.MethodPost, at+"/paper", fill(page.FieldPerson, who), nil)
		if strings.Contains(body, person) {
			t.Error("the reference comes back")
		}
		return resp.StatusCode, body
	}
	if code, body := ask("governance", person); code != 422 || !strings.Contains(body, "has not yet confirmed") {
		t.Errorf("before the second person: %d\n%s", code, mainOf(body))
	}
	if resp, body := st.send("governance", http.MethodPost, at+"/sign", url.Values{}, nil); resp.StatusCode != 422 || !strings.Contains(body, "It takes two people") {
		t.Errorf("confirming one's own: %d", resp.StatusCode)
	}
	if resp, _ := st.send("chair", http.MethodPost, at+"/sign", url.Values{}, nil); resp.StatusCode != 303 {
		t.Errorf("the second person: %d", resp.StatusCode)
	}
	if code, _ := ask("chair", person); code != 403 {
		t.Errorf("the chair looks somebody up: %d", code)
	}
	if code, body := ask("governance", " "); code != 422 || !strings.Contains(body, "Enter the reference") {
		t.Errorf("nobody: %d", code)
	}
	// A look-up that fails shows nothing and spends nothing.
	for _, rename := range []string{"core.incident RENAME place TO elsewhere", "core.incident RENAME elsewhere TO place"} {
		if _, err := db.ExecContext(t.Context(), "ALTER TABLE "+rename); err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(rename, "elsewhere") {
			if code, body := ask("governance", person); code != 500 || !strings.Contains(body, "The request still stands") || strings.Contains(body, "bw-secret") {
				t.Errorf("a look-up that fails: %d\n%s", code, mainOf(body))
			}
		}
	}
	st.audit.take()
	code, body := ask("governance", person)
	password := regexp.MustCompile(`class="bw-secret">([a-z]+(?:-[a-z]+){5})<`).FindStringSubmatch(body)
	link := regexp.MustCompile(`href="(/papers/[0-9a-f]{36})"`).FindStringSubmatch(body)
	if code != 200 || password == nil || link == nil {
		t.Fatalf("the paper: %d\n%s", code, mainOf(body))
	}
	entries := st.audit.take()
	if len(entries) < 2 || entries[0].Action != "relink" || entries[0].Class != "D" || entries[0].Purpose != "subject_access" || entries[1].Reason != "rows:1" {
		t.Errorf("recorded as %+v", entries)
	}
	resp, pdf := st.get("governance", link[1])
	if resp.StatusCode != 200 || !strings.Contains(resp.Header.Get("Content-Disposition"), "_OS.pdf") {
		t.Errorf("fetching it: %d %q", resp.StatusCode, resp.Header.Get("Content-Disposition"))
	}
	if resp, _ := st.get("chair", link[1]); resp.StatusCode != 404 {
		t.Errorf("somebody else fetches it: %d", resp.StatusCode)
	}
	text := openedPaper(t, pdf, password[1])
	for _, want := range []string{"What is held about you", "Safeguarding concern (1)", "OFFICIAL-SENSITIVE"} {
		if !strings.Contains(text, want) {
			t.Errorf("the paper lacks %q", want)
		}
	}
	if code, body := ask("governance", person); code != 422 || !strings.Contains(body, "once already") {
		t.Errorf("a second time: %d", code)
	}
	if resp, _ := st.send("governance", http.MethodPost, at+"/answered", url.Values{}, nil); resp.StatusCode != 303 {
		t.Errorf("noting that it has gone: %d", resp.StatusCode)
	}
	for name, kept := range map[string]string{"log": log.String(), "audit": strings.Join(auditText(st.audit.take()), " ")} {
		if strings.Contains(kept, person) || strings.Contains(kept, password[1]) {
			t.Errorf("the %s holds the person or the password", name)
		}
	}
	// A form that comes too late isn't kept either.
	st.as("governance").Jar.SetCookies(mustURL(t, st.web.URL), []*http.Cookie{{Name: "bellwether", Value: "gone"}})
	if resp, _ := st.send("governance", http.MethodPost, at+"/paper", fill(page.FieldPerson, person), nil); strings.Contains(resp.Header.Get("Location"), "draft") {
		t.Error("the reference is kept as a draft")
	}
}

func auditText(entries []page.Entry) (out []string) {
	for _, e := range entries {
		out = append(out, e.ID, e.Reason, e.Purpose, e.Kind)
	}
	return out
}

// openedPaper is the text of a sealed paper.
func openedPaper(t *testing.T, pdf, password string) string {
	t.Helper()
	sealed := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(sealed, []byte(pdf), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), tooltest.Find(t, "qpdf"), "--password="+password, "--decrypt", sealed, sealed+".open").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.CommandContext(t.Context(), tooltest.Find(t, "pdftotext"), "-layout", sealed+".open", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}
