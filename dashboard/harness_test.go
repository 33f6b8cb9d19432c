package dashboard

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

// people are the accounts of the tests; each one's password is its name backwards enough to be wrong elsewhere.
var people = map[string]access.Subject{
	"chair":      {UserID: "u-chair", Name: "Ada Chair", Roles: []string{"qsig_chair"}},
	"member":     {UserID: "u-member", Name: "Mo Member", Roles: []string{"qsig_member"}},
	"north":      {UserID: "u-north", Name: "Nia North", Roles: []string{"commissioner"}, LocalAuthorities: []string{"Larkshire North"}},
	"everywhere": {UserID: "u-all", Name: "Evi All", Roles: []string{"commissioner"}, LocalAuthorities: []string{"*"}},
	"officer":    {UserID: "u-officer", Name: "Oz Officer", Roles: []string{"contract_officer"}, Providers: []string{"1-9000002"}},
	"sal":        {UserID: "u-sal", Name: "Sal Safeguarding", Roles: []string{"safeguarding_officer"}},
	"sandy":      {UserID: "u-sandy", Name: "Sandy Safeguarding", Roles: []string{"safeguarding_officer"}},
	"strategic":  {UserID: "u-spcg", Name: "Stu Strategic", Roles: []string{"strategic_group"}},
	"governance": {UserID: "u-ig", Name: "Gil Governance", Roles: []string{"information_governance"}},
	"admin":      {UserID: "u-admin", Name: "Sys Admin", Roles: []string{"system_admin"}},
	"nobody":     {UserID: "u-none", Name: "No Role"},
	"lead":       {UserID: "u-lead", Name: "Lena Lead", Roles: []string{"safeguarding_officer"}},
	"wren":       {UserID: "u-wren", Name: "Wyn Wrenshire", Roles: []string{"placing_authority"}, Organisation: "Wrenshire Council"},
	"liaison":    {UserID: "u-cqc", Name: "Lee Liaison", Roles: []string{"police_cqc_liaison"}, Organisation: "Care Quality Commission"},
	"support":    {UserID: "u-support", Name: "Su Support", Roles: []string{"qsig_support"}},
	"auditor":    {UserID: "u-auditor", Name: "Au Auditor", Roles: []string{"auditor"}},
	"conflicted": {UserID: "u-conflict", Name: "Cy Conflict", Roles: []string{"qsig_member"}, Conflicts: []string{"1-9000001"}},
}

type fakeAccounts struct {
	closed sync.Map
	last   atomic.Value // the device of the last attempt
}

func (a *fakeAccounts) SignIn(_ context.Context, at page.Attempt) (page.Entrance, error) {
	a.last.Store(at.Device)
	if at.Username == "throttled" {
		return page.Entrance{}, &page.ThrottledError{RetryAfter: 30 * time.Second}
	}
	p, ok := people[at.Username]
	if !ok || at.Password != "pass-"+at.Username {
		return page.Entrance{}, &page.RefusedError{Code: "wrong_password"}
	}
	return page.Entrance{UserID: p.UserID, Device: "device-of-" + at.Username}, nil
}

func (a *fakeAccounts) Subject(_ context.Context, id string) (access.Subject, error) {
	if _, gone := a.closed.Load(id); gone {
		return access.Subject{}, page.ErrNoAccount
	}
	for _, p := range people {
		if p.UserID == id {
			return p, nil
		}
	}
	return access.Subject{}, page.ErrNoAccount
}

type fakeAudit struct {
	mu      sync.Mutex
	entries []page.Entry
	broken  error
}

func (a *fakeAudit) Record(_ context.Context, e page.Entry) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.broken != nil {
		return a.broken
	}
	a.entries = append(a.entries, e)
	return nil
}

func (a *fakeAudit) take() []page.Entry {
	a.mu.Lock()
	defer a.mu.Unlock()
	out := a.entries
	a.entries = nil
	return out
}

type fakeSnapshots struct {
	snap *read.Snapshot
	held sync.WaitGroup
}

func (f *fakeSnapshots) Acquire(context.Context) (*read.Snapshot, func(), error) {
	if f.snap == nil {
		return nil, nil, page.ErrNoSnapshot
	}
	f.held.Add(1)
	return f.snap, f.held.Done, nil
}

// shared is a county that tests only read; building one takes longer than most tests.
var shared struct {
	once sync.Once
	db   *sql.DB
	wall *read.Wall
}

func county(t testing.TB) *sql.DB {
	t.Helper()
	shared.once.Do(func() { shared.db = larkshire.Kept(t) })
	if shared.db == nil {
		t.Fatal("the shared county could not be built")
	}
	return shared.db
}

// wallOf is the wall before a county; the shared county's stands as long as it does.
func wallOf(t testing.TB, db *sql.DB) *read.Wall {
	t.Helper()
	if db == shared.db && shared.wall != nil {
		return shared.wall
	}
	w, err := read.NewWall(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	if db == shared.db {
		shared.wall = w
	} else {
		t.Cleanup(func() { _ = w.Close() })
	}
	return w
}

// site is a running dashboard.
type site struct {
	t        testing.TB
	server   *page.Server
	web      *httptest.Server
	accounts *fakeAccounts
	audit    *fakeAudit
	snaps    *fakeSnapshots
	now      time.Time
	kept     store.Store // of the cases, where the test wants to see what is written
	browsers map[string]*http.Client
}

// testRules are two rules in words.
func testRules() page.RuleSet {
	return page.RuleSet{Name: "default", Hash: "2b91c07d44e8", Notes: []string{"Rules on placements wait for their feed."}, Rules: []page.Rule{
		{ID: "concerns-above-usual", Title: "More concerns than usual for its size and kind", Says: "Concerns in 12 weeks lie above the upper limit for a service of this size and kind.", Level: 2, Strength: "soft", Basis: "local setting", Family: "safeguarding", Counterfactual: "Within the usual range at two looks in a row."},
		{ID: "rating-fell", Title: "CQC rating fell", Says: "The overall rating is lower than the one before it.", Level: 1, Strength: "hard", Basis: "cited", Citation: "Darlington Safeguarding Partnership, When do the procedures apply", Family: "cqc"},
		{ID: "business-failure", Title: "A business failure event", Says: "The company register names an event that the regulations count as business failure.", Level: 3, FailureKind: "event", Strength: "hard", Basis: "cited", Citation: "SI 2015/301", Family: "finance"},
	}}
}

func newSite(t testing.TB, db *sql.DB, change ...func(*page.Config)) *site {
	t.Helper()
	st := &site{t: t, accounts: &fakeAccounts{}, audit: &fakeAudit{}, snaps: &fakeSnapshots{}, now: time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC), browsers: map[string]*http.Client{}}
	if db != nil {
		st.snaps.snap = read.New(db, larkshire.ID).Behind(wallOf(t, db))
	}
	cfg := page.Config{Snapshots: st.snaps, Accounts: st.accounts, Auditor: st.audit, Rules: testRules, Now: func() time.Time { return st.now }, Version: "test",
		Words: page.Vocabulary{Authority: "Larkshire Council"}, Log: slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))}
	for _, c := range change {
		c(&cfg)
	}
	var err error
	if st.server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	st.web = httptest.NewServer(st.server)
	t.Cleanup(st.web.Close)
	return st
}

// as gives a browser in which somebody is signed in; the empty name is a browser without a session.
func (st *site) as(name string) *http.Client {
	st.t.Helper()
	if c, ok := st.browsers[name]; ok {
		return c
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		st.t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	st.browsers[name] = c
	if name != "" {
		resp, err := c.PostForm(st.web.URL+"/sign-in", url.Values{"username": {name}, "password": {"pass-" + name}, "next": {"/market"}})
		if err != nil {
			st.t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusSeeOther {
			st.t.Fatalf("%s can't sign in: %d", name, resp.StatusCode)
		}
	}
	return c
}

// get fetches a page as somebody.
func (st *site) get(as, path string) (*http.Response, string) {
	st.t.Helper()
	return st.send(as, http.MethodGet, path, nil, nil)
}

func (st *site) send(as, method, path string, form url.Values, header http.Header) (*http.Response, string) {
	st.t.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(context.Background(), method, st.web.URL+path, body)
	if err != nil {
		st.t.Fatal(err)
	}
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for k, v := range header {
		req.Header[k] = v
	}
	resp, err := st.as(as).Do(req)
	if err != nil {
		st.t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		st.t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		st.t.Fatal(err)
	}
	return resp, string(text)
}
