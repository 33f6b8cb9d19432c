package dashboard

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"bellwether/casework/accounts"
	"bellwether/casework/restricted"
	"bellwether/casework/store/sqlite"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// books are real accounts and sessions in a casework file of their own.
type books struct {
	local  *accounts.Accounts
	visits *accounts.Sessions
	glass  *restricted.Book
}

// SignIn implements Accounts.
func (b books) SignIn(ctx context.Context, a page.Attempt) (page.Entrance, error) {
	in, err := b.local.SignIn(ctx, accounts.Attempt{Username: a.Username, Password: a.Password, Device: a.Device})
	var refused *accounts.SignInError
	switch {
	case errors.As(err, &refused) && refused.RetryAfter > 0:
		return page.Entrance{}, &page.ThrottledError{RetryAfter: refused.RetryAfter}
	case errors.As(err, &refused):
		return page.Entrance{}, &page.RefusedError{Code: refused.Code}
	case err != nil:
		return page.Entrance{}, err
	}
	return page.Entrance{UserID: in.Account.ID, Device: in.Device}, nil
}

// Subject implements Accounts.
func (b books) Subject(ctx context.Context, id string) (access.Subject, error) {
	a, err := b.local.Get(ctx, id)
	if err != nil || a.Status != accounts.Active {
		return access.Subject{}, errors.Join(page.ErrNoAccount, err)
	}
	s := a.Subject()
	if b.glass != nil {
		s.BrokenGlass = b.glass.Broken(id)
	}
	return s, nil
}

// newBookSite is a dashboard over real accounts: each of people with its password, and sessions that end by the site's clock.
func newBookSite(t *testing.T, change ...func(*page.Config)) (*site, books) {
	t.Helper()
	var st *site
	now := func() time.Time {
		if st == nil {
			return time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
		}
		return st.now
	}
	db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "casework.db"), sqlite.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	var b books
	if b.local, err = accounts.New(db, accounts.Options{Now: now, Hash: accounts.HashParams{MemoryKiB: 8, Passes: 1, Threads: 1}, SealKey: bytes.Repeat([]byte{7}, 32)}); err != nil {
		t.Fatal(err)
	}
	if b.visits, err = accounts.NewSessions(db, accounts.SessionOptions{Now: now, Idle: 15 * time.Minute, Absolute: 12 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	for name, p := range people {
		if len(p.Roles) == 0 || len("pass-"+name) < 10 {
			continue
		}
		if _, err := b.local.Create(t.Context(), "test", accounts.NewAccount{Username: name, Name: p.Name, Roles: p.Roles, LocalAuthorities: p.LocalAuthorities,
			Providers: p.Providers, Password: bookPassword(name)}); err != nil {
			t.Fatal(err)
		}
	}
	st = newSite(t, county(t), append([]func(*page.Config){func(c *page.Config) {
		c.Accounts, c.Sessions, c.Visits, c.Local = b, b.visits.Manager(), b.visits, b.local
	}}, change...)...)
	return st, b
}

func bookPassword(name string) string { return "marsh lantern " + name + " folds" }

// stranger gives a name to a browser in which nobody is signed in, unless it has one.
func (st *site) stranger(browser string) {
	st.t.Helper()
	if _, ok := st.browsers[browser]; !ok {
		st.browsers[browser] = st.as("")
		delete(st.browsers, "")
	}
}

// enter signs somebody in anew in the browser of that name.
func (st *site) enter(browser, user string) *http.Response {
	st.t.Helper()
	st.stranger(browser)
	resp, _ := st.send(browser, http.MethodPost, "/sign-in", url.Values{"username": {user}, "password": {bookPassword(user)}, "next": {"/account"}}, nil)
	if resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/account" {
		st.t.Fatalf("%s can't sign in: %d", user, resp.StatusCode)
	}
	return resp
}

var sessionButton = regexp.MustCompile(`name="session" value="([0-9a-f]{16})"`)

func sessionIDs(body string) (ids []string) {
	for _, m := range sessionButton.FindAllStringSubmatch(body, -1) {
		ids = append(ids, m[1])
	}
	return ids
}

func TestOwnSessionsAreListedAndEnded(t *testing.T) {
	st, _ := newBookSite(t)
	st.enter("desk", "chair")
	st.now = st.now.Add(time.Minute)
	st.enter("laptop", "chair")
	st.enter("elsewhere", "member")
	_, body := st.get("desk", "/account")
	ids := sessionIDs(body)
	if len(ids) != 2 || !strings.Contains(body, "this one") || !strings.Contains(body, "Ada Chair") || strings.Contains(body, "snapshot 7f3a") {
		t.Fatalf("%d sessions\n%s", len(ids), body)
	}
	_, others := st.get("elsewhere", "/account")
	stranger := sessionIDs(others)[0]
	st.audit.take()
	// Somebody else's session can't be ended by knowing its id.
	if resp, _ := st.send("desk", http.MethodPost, "/account/sessions/end", url.Values{"session": {stranger}}, nil); resp.StatusCode != 303 {
		t.Errorf("a stranger's id: %d", resp.StatusCode)
	}
	if resp, _ := st.get("elsewhere", "/account"); resp.StatusCode != 200 {
		t.Error("a stranger's session was ended")
	}
	resp, _ := st.send("desk", http.MethodPost, "/account/sessions/end", url.Values{"session": {"others"}}, nil)
	if resp.StatusCode != 303 || resp.Header.Get("Location") != "/account?done=ended" {
		t.Errorf("%d", resp.StatusCode)
	}
	if resp, _ := st.get("laptop", "/account"); resp.StatusCode != 303 {
		t.Error("the other session lives")
	}
	resp, body = st.get("desk", "/account?done=ended")
	if resp.StatusCode != 200 || !strings.Contains(body, "The session has ended") {
		t.Error("the own session ended too")
	}
	log := st.audit.take()
	if len(log) != 2 || log[1].Action != "end_session" || log[1].Session == "" || log[1].UserID == "" {
		t.Errorf("recorded as %+v", log)
	}
	own := sessionIDs(body)[0]
	if resp, _ := st.send("desk", http.MethodPost, "/account/sessions/end", url.Values{"session": {own}}, nil); resp.Header.Get("Location") != "/sign-in" || resp.Header.Get("Clear-Site-Data") == "" {
		t.Errorf("ending the own session: %d", resp.StatusCode)
	}
	if resp, _ := st.get("desk", "/account"); resp.StatusCode != 303 {
		t.Error("the own session lives")
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	st, _ := newBookSite(t)
	st.enter("desk", "chair")
	alive := func() bool { resp, _ := st.get("desk", "/account"); return resp.StatusCode == 200 }
	st.now = st.now.Add(15*time.Minute - time.Second)
	if !alive() {
		t.Fatal("ended before its idle time")
	}
	st.now = st.now.Add(15 * time.Minute)
	if alive() {
		t.Error("lives beyond its idle time")
	}
	st.enter("desk", "chair")
	for range 71 {
		st.now = st.now.Add(10 * time.Minute)
		if !alive() {
			t.Fatal("a session in use ended before its time")
		}
	}
	st.now = st.now.Add(10 * time.Minute)
	if alive() {
		t.Error("lives beyond twelve hours")
	}
}

func TestStepUp(t *testing.T) {
	st, _ := newBookSite(t)
	st.enter("desk", "officer")
	const file = "/providers/1-9000002/weeks.csv"
	if resp, _ := st.get("desk", file); resp.StatusCode != 200 {
		t.Fatalf("fresh: %d", resp.StatusCode)
	}
	st.now = st.now.Add(11 * time.Minute)
	resp, body := st.get("desk", file)
	if resp.StatusCode != 403 || !strings.Contains(body, `href="/account/confirm?next=%2fproviders%2f1-9000002%2fweeks.csv"`) && !strings.Contains(body, `href="/account/confirm?next=%2Fproviders%2F1-9000002%2Fweeks.csv"`) {
		t.Fatalf("stale: %d %s", resp.StatusCode, body)
	}
	if _, body = st.get("desk", "/account/confirm?next=//evil.example"); !strings.Contains(body, `value="/market"`) {
		t.Error("the way back leads elsewhere")
	}
	try := func(password string) *http.Response {
		resp, _ := st.send("desk", http.MethodPost, "/account/confirm", url.Values{"password": {password}, "next": {file}}, nil)
		return resp
	}
	for _, wrong := range []string{"", "wrong", bookPassword("chair")} {
		if resp := try(wrong); resp.StatusCode != 401 {
			t.Errorf("%q: %d", wrong, resp.StatusCode)
		}
		if resp, _ := st.get("desk", file); resp.StatusCode != 403 {
			t.Error("a wrong password opened it")
		}
	}
	before := st.as("desk").Jar.Cookies(mustURL(t, st.web.URL))
	st.audit.take()
	if resp := try(bookPassword("officer")); resp.StatusCode != 303 || resp.Header.Get("Location") != file {
		t.Fatalf("right password: %d to %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	if log := st.audit.take(); len(log) != 1 || log[0].Action != "confirm" || !log[0].Allowed {
		t.Errorf("recorded as %+v", log)
	}
	if resp, _ := st.get("desk", file); resp.StatusCode != 200 {
		t.Errorf("after the proof: %d", resp.StatusCode)
	}
	for _, old := range before {
		for _, c := range st.as("desk").Jar.Cookies(mustURL(t, st.web.URL)) {
			if old.Name == "bellwether" && c.Name == old.Name && c.Value == old.Value {
				t.Error("the token stays the same over a step-up")
			}
		}
	}
	// Guesses at an unattended screen are slowed like guesses at the door.
	for range 6 {
		try("guess")
	}
	if resp := try(bookPassword("officer")); resp.StatusCode != 429 {
		t.Errorf("guessing goes on: %d", resp.StatusCode)
	}
}

func TestSignInsAreRecorded(t *testing.T) {
	st, b := newBookSite(t)
	resp, _ := st.send("", http.MethodPost, "/sign-in", url.Values{"username": {"Chair "}, "password": {"my secret password"}}, nil)
	if resp.StatusCode != 401 {
		t.Fatal(resp.StatusCode)
	}
	log := st.audit.take()
	if len(log) != 1 || log[0].Allowed || log[0].Action != "sign_in" || log[0].Reason != accounts.CodeWrong || strings.Contains(log[0].ID, "hair") || !strings.HasPrefix(log[0].ID, "name:") {
		t.Errorf("a failure is recorded as %+v", log)
	}
	st.enter("desk", "chair")
	account, err := b.local.ByUsername(t.Context(), "chair")
	if err != nil {
		t.Fatal(err)
	}
	if log = st.audit.take(); len(log) != 1 || !log[0].Allowed || log[0].UserID != account.ID || log[0].Reason != "password" {
		t.Errorf("a success is recorded as %+v", log)
	}
	st.send("desk", http.MethodPost, "/sign-out", url.Values{}, nil)
	if log = st.audit.take(); len(log) != 1 || log[0].Action != "sign_out" {
		t.Errorf("a sign-out is recorded as %+v", log)
	}
	st.audit.broken = errors.New("disk full")
	if resp, _ := st.send("", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {bookPassword("chair")}}, nil); resp.StatusCode != 503 {
		t.Errorf("a sign-in that can't be recorded: %d", resp.StatusCode)
	}
	if resp, _ := st.get("", "/account"); resp.StatusCode != 303 {
		t.Error("it began a session all the same")
	}
}

func TestAKnownBrowserIsNotSlowedByStrangers(t *testing.T) {
	st, _ := newBookSite(t)
	resp := st.enter("desk", "chair")
	known := ""
	for _, c := range resp.Cookies() {
		if c.Name == "bellwether-device" {
			known = c.Value
			if !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.MaxAge < 86400 {
				t.Errorf("device cookie %+v", c)
			}
		}
	}
	if known == "" {
		t.Fatal("the browser was not made known")
	}
	for range 8 {
		st.send("", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {"guess"}}, nil)
	}
	if resp, _ := st.send("", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {bookPassword("chair")}}, nil); resp.StatusCode != 429 {
		t.Errorf("a stranger's ninth attempt: %d", resp.StatusCode)
	}
	st.enter("desk", "chair") // fails the test if it is slowed
}

func TestDeviceCookieIsBoundToTheHostUnderTLS(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.TLS = true })
	resp, _ := st.send("", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {"pass-chair"}}, nil)
	for _, c := range resp.Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || c.Path != "/" || c.Domain != "" || !c.HttpOnly {
			t.Errorf("cookie %+v", c)
		}
	}
	if len(resp.Cookies()) != 3 { // session, device, and whose form a late one is
		t.Errorf("%d cookies", len(resp.Cookies()))
	}
}

// grantOfficer adds a lead enquiry officer to the accounts.
func grantOfficer(t *testing.T, b books) error {
	t.Helper()
	_, err := b.local.Create(t.Context(), "test", accounts.NewAccount{Username: "leo", Name: "Leo Lead", Roles: []string{"safeguarding_officer"}, Password: bookPassword("leo")})
	return err
}
