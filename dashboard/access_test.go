package dashboard

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/internal/larkshire"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
	"bellwether/schemas"
)

func allowEverything(s access.Subject, _ access.Action, _ access.Resource) access.Decision {
	return access.Decision{Allow: s.UserID != "", Reason: "test"}
}

// concrete fills a pattern's wildcards.
func concrete(pattern string) (method, path string) {
	method, path, _ = strings.Cut(pattern, " ")
	return method, strings.NewReplacer("{id}", "1-9000001", "{register}", "meetings", "{number}", "1", "{$}", "").Replace(path)
}

func TestNoRouteBypassesTheAuthoriseFunction(t *testing.T) {
	asked := map[string]bool{}
	st := newSite(t, county(t), func(c *page.Config) {
		c.Authorise = func(_ access.Subject, a access.Action, r access.Resource) access.Decision {
			asked[string(a)+" "+string(r.Class)+" "+string(r.Kind)] = true
			return access.Decision{Reason: "denied by the test"}
		}
	})
	st.as("chair")
	for _, rt := range st.server.Routes {
		method, path := concrete(rt.Pattern)
		if rt.Public {
			if path != "/sign-in" && path != "/sign-in/organisation" && path != "/sign-in/callback" && path != "/sign-in/code" && path != "/welcome" && path != "/sign-out" && path != "/" &&
				!strings.HasPrefix(path, "/calendar/") { // a calendar program can't sign in: the secret in its address is its credential
				t.Errorf("%s is public", rt.Pattern)
			}
			continue
		}
		if rt.Action == "" || rt.Class == "" || rt.Kind == "" || rt.Handle == nil {
			t.Errorf("%s declares no action, class or kind", rt.Pattern)
		}
		resp, _ := st.send("", method, path, nil, nil)
		if api := strings.HasPrefix(path, "/api/"); api && resp.StatusCode != http.StatusUnauthorized || !api && resp.StatusCode != http.StatusSeeOther {
			t.Errorf("%s without a session: %d", rt.Pattern, resp.StatusCode)
		}
		clear(asked)
		st.audit.take()
		resp, body := st.send("chair", method, path, nil, nil)
		if resp.StatusCode != http.StatusForbidden || strings.Contains(body, "Larkshire North") {
			t.Errorf("%s denied: %d", rt.Pattern, resp.StatusCode)
		}
		if !asked[string(rt.Action)+" "+string(rt.Class)+" "+string(rt.Kind)] {
			t.Errorf("%s was never asked about as declared: %v", rt.Pattern, asked)
		}
		if log := st.audit.take(); len(log) != 1 || log[0].Allowed || log[0].Reason != "denied by the test" {
			t.Errorf("%s: the denial is recorded as %+v", rt.Pattern, log)
		}
	}
}

func TestEveryDeclaredKindIsKnownToThePolicy(t *testing.T) {
	super := access.Subject{UserID: "u", Roles: []string{"qsig_chair"}}
	for _, rt := range routes() {
		if rt.Public {
			continue
		}
		if d := access.Authorise(super, rt.Action, access.Resource{Class: rt.Class, Kind: rt.Kind}); d.Reason == access.ReasonUnknown {
			t.Errorf("%s declares %s %s %s, which the policy doesn't know", rt.Pattern, rt.Action, rt.Class, rt.Kind)
		}
	}
}

func TestIdentifiableReadsAreRecordedOnce(t *testing.T) {
	st := newSite(t, county(t))
	for _, tc := range []struct {
		as, path, class, id string
		entries             int
	}{
		{"chair", "/market", "C", "", 1},
		{"everywhere", "/market", "B", "", 1},
		{"governance", "/market", "", "", 0},
		{"governance", "/providers/1-9000001", "", "", 0},
		{"chair", "/providers/1-9000001", "B", "1-9000001", 1},
		{"chair", "/flags/F1a2b3c4d5e6f708", "B", "F1a2b3c4d5e6f708", 1},
		{"chair", "/api/v1/flags", "B", "", 1},
		{"chair", "/records/contracts", "", "", 0},
		{"chair", "/help", "", "", 0},
		{"admin", "/data", "", "", 0},
	} {
		t.Run(tc.as+" "+tc.path, func(t *testing.T) {
			st.as(tc.as)
			st.audit.take()
			resp, _ := st.get(tc.as, tc.path)
			log := st.audit.take()
			if resp.StatusCode != http.StatusOK || len(log) != tc.entries {
				t.Fatalf("status %d, %d entries: %+v", resp.StatusCode, len(log), log)
			}
			if tc.entries == 1 && (log[0].Class != tc.class || log[0].ID != tc.id || !log[0].Allowed || log[0].UserID == "" || log[0].SnapshotID != larkshire.ID || log[0].RequestID == "") {
				t.Errorf("recorded as %+v", log[0])
			}
		})
	}
}

func TestWhatCantBeRecordedIsntShown(t *testing.T) {
	st := newSite(t, county(t))
	st.as("chair")
	st.audit.broken = errors.New("disk full")
	for path, status := range map[string]int{"/flags": 503, "/providers/1-9000001": 503, "/api/v1/flags": 503, "/records/contracts": 200, "/help": 200} {
		resp, body := st.get("chair", path)
		if resp.StatusCode != status || status == 503 && strings.Contains(body, "17 concerns") {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}

func TestSignIn(t *testing.T) {
	st := newSite(t, county(t))
	sign := func(user, pass, next string) (*http.Response, string) {
		return st.send("", http.MethodPost, "/sign-in", url.Values{"username": {user}, "password": {pass}, "next": {next}}, nil)
	}
	for _, tc := range []struct {
		user, pass string
		status     int
	}{{"chair", "wrong", 401}, {"stranger", "pass-stranger", 401}, {"", "", 401}, {"throttled", "pass-throttled", 429}} {
		resp, body := sign(tc.user, tc.pass, "/flags")
		if resp.StatusCode != tc.status || len(resp.Cookies()) != 0 || strings.Contains(body, tc.pass+"\"") && tc.pass != "" {
			t.Errorf("%s: %d, cookies %v", tc.user, resp.StatusCode, resp.Cookies())
		}
		if tc.status == 429 && resp.Header.Get("Retry-After") == "" {
			t.Error("no Retry-After")
		}
	}
	resp, _ := sign("chair", "pass-chair", "/flags?state=all")
	if resp.StatusCode != 303 || resp.Header.Get("Location") != "/flags?state=all" {
		t.Fatalf("%d to %s", resp.StatusCode, resp.Header.Get("Location"))
	}
	c := sessionCookie(resp.Cookies())
	if c.Name != "bellwether" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Secure || len(c.Value) < 40 || !c.Expires.IsZero() {
		t.Errorf("cookie %+v", c)
	}
	resp, _ = st.send("", http.MethodPost, "/sign-out", url.Values{}, nil)
	if resp.StatusCode != 303 || resp.Header.Get("Clear-Site-Data") == "" {
		t.Errorf("sign-out: %d", resp.StatusCode)
	}
	if resp, _ = st.get("", "/flags"); resp.StatusCode != 303 {
		t.Errorf("after sign-out: %d", resp.StatusCode)
	}
}

func TestSessionTokenChangesAtSignIn(t *testing.T) {
	st := newSite(t, county(t))
	first := sessionCookie(st.as("chair").Jar.Cookies(mustURL(t, st.web.URL))).Value
	resp, _ := st.send("chair", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {"pass-chair"}}, nil)
	if second := sessionCookie(resp.Cookies()).Value; second == first {
		t.Error("the token stays the same")
	}
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, st.web.URL+"/flags", nil)
	req.AddCookie(&http.Cookie{Name: "bellwether", Value: first})
	old, err := (&http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = old.Body.Close() }()
	if old.StatusCode != http.StatusSeeOther {
		t.Errorf("the old token still opens: %d", old.StatusCode)
	}
}

// sessionCookie picks the session's cookie out of those of a browser.
func sessionCookie(all []*http.Cookie) *http.Cookie {
	for _, c := range all {
		if strings.TrimPrefix(c.Name, "__Host-") == "bellwether" {
			return c
		}
	}
	return &http.Cookie{}
}

func mustURL(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestTLSHardensTheCookie(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.TLS = true })
	resp, _ := st.send("", http.MethodPost, "/sign-in", url.Values{"username": {"chair"}, "password": {"pass-chair"}}, nil)
	c := sessionCookie(resp.Cookies())
	if c.Name != "__Host-bellwether" || !c.Secure || c.Path != "/" || c.Domain != "" {
		t.Errorf("cookie %+v", c)
	}
	if resp.Header.Get("Strict-Transport-Security") == "" {
		t.Error("no transport security")
	}
}

func TestASwitchedOffAccountIsOutAtOnce(t *testing.T) {
	st := newSite(t, county(t))
	if resp, _ := st.get("chair", "/flags"); resp.StatusCode != 200 {
		t.Fatal(resp.StatusCode)
	}
	st.accounts.closed.Store("u-chair", true)
	if resp, _ := st.get("chair", "/flags"); resp.StatusCode != 303 {
		t.Errorf("still in: %d", resp.StatusCode)
	}
}

func TestFormsFromElsewhereAreRefused(t *testing.T) {
	st := newSite(t, county(t))
	for name, h := range map[string]http.Header{
		"another site":   {"Sec-Fetch-Site": {"cross-site"}},
		"another origin": {"Origin": {"https://evil.example"}},
	} {
		resp, body := st.send("chair", http.MethodPost, "/sign-out", url.Values{}, h)
		if resp.StatusCode != http.StatusForbidden || !strings.Contains(body, "somewhere else") {
			t.Errorf("%s: %d", name, resp.StatusCode)
		}
	}
	if resp, _ := st.get("chair", "/flags"); resp.StatusCode != 200 {
		t.Error("the session was ended from elsewhere")
	}
}

func TestLimits(t *testing.T) {
	st := newSite(t, county(t))
	if resp, _ := st.get("chair", "/providers?q="+strings.Repeat("a", 5000)); resp.StatusCode != http.StatusRequestURITooLong {
		t.Errorf("long query: %d", resp.StatusCode)
	}
	resp, _ := st.send("", http.MethodPost, "/sign-in", url.Values{"username": {strings.Repeat("a", 80<<10)}}, nil)
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("large form: %d", resp.StatusCode)
	}
}

func TestExportsNeedARecentSignIn(t *testing.T) {
	st := newSite(t, county(t))
	resp, body := st.get("officer", "/providers/1-9000002/weeks.csv")
	if resp.StatusCode != 200 || !strings.HasPrefix(body, "week,concerns,") || !strings.Contains(resp.Header.Get("Content-Disposition"), "_OS.csv") || resp.Header.Get("X-Protective-Marking") != "OFFICIAL-SENSITIVE" {
		t.Errorf("fresh: %d %s", resp.StatusCode, resp.Header.Get("Content-Disposition"))
	}
	st.now = st.now.Add(11 * time.Minute)
	if resp, _ = st.get("officer", "/providers/1-9000002/weeks.csv"); resp.StatusCode != 403 {
		t.Errorf("stale: %d", resp.StatusCode)
	}
	for _, path := range []string{"/providers/1-9000001/weeks.csv", "/flags.csv"} {
		if resp, _ = st.get("officer", path); resp.StatusCode != 403 {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}

func TestDownloads(t *testing.T) {
	db := larkshire.County(t)
	if _, err := db.ExecContext(t.Context(), "UPDATE core.provider SET name = '=HYPERLINK(\"http://x\")' WHERE provider_id = '1-9000005'"); err != nil {
		t.Fatal(err)
	}
	st := newSite(t, db)
	_, body := st.get("member", "/providers.csv")
	if !strings.Contains(body, `"'=HYPERLINK(`) || strings.Contains(body, "provider concern") || strings.Count(body, "\n") != 42 {
		t.Errorf("register's facts:\n%.400s", body)
	}
	if resp, _ := st.get("member", "/providers.csv?level=2"); resp.StatusCode != 403 {
		t.Errorf("narrowed by level: %d", resp.StatusCode)
	}
	_, body = st.get("officer", "/providers.csv?q=harrow")
	if !strings.Contains(body, "pre-provider concern") {
		t.Errorf("the officer's own provider:\n%s", body)
	}
	_, body = st.get("chair", "/market/weeks.csv")
	for _, line := range strings.Split(strings.TrimSpace(body), "\n")[1:] {
		for _, cell := range strings.Split(line, ",")[4:] {
			if cell != "*" && !strings.HasSuffix(cell, "0") && !strings.HasSuffix(cell, "5") {
				t.Fatalf("an unrounded count leaves: %s", line)
			}
		}
	}
}

func TestAPI(t *testing.T) {
	st := newSite(t, county(t))
	resp, body := st.get("chair", "/api/v1/flags")
	var a struct {
		Snapshot, Marking string
		Total             int64
		Data              []map[string]any
	}
	if err := json.Unmarshal([]byte(body), &a); err != nil || a.Snapshot != larkshire.ID || a.Marking != "OFFICIAL-SENSITIVE" || a.Total != 6 || len(a.Data) != 6 {
		t.Fatalf("%v %.300s", err, body)
	}
	tag := resp.Header.Get("ETag")
	if !strings.HasPrefix(tag, `"7f3a-`) {
		t.Errorf("tag %s", tag)
	}
	if resp, body = st.send("chair", http.MethodGet, "/api/v1/flags", nil, http.Header{"If-None-Match": {tag}}); resp.StatusCode != 304 || body != "" {
		t.Errorf("unchanged: %d", resp.StatusCode)
	}
	if resp, _ = st.send("officer", http.MethodGet, "/api/v1/flags", nil, http.Header{"If-None-Match": {tag}}); resp.StatusCode != 200 {
		t.Errorf("another reader's tag matches: %d", resp.StatusCode)
	}
	_, body = st.get("governance", "/api/v1/providers/1-9000001")
	if strings.Contains(body, "level") || !strings.Contains(body, `"marking":"OFFICIAL"`) {
		t.Errorf("public facts: %s", body)
	}
	for path, status := range map[string]int{"/api/v1/providers?cursor=x": 400, "/api/v1/providers?cursor=aaaa-200": 409, "/api/v1/providers/none": 404, "/api/v1/flags/none": 404, "/api/v1/none": 404} {
		if resp, body = st.get("chair", path); resp.StatusCode != status || !strings.Contains(body, `"reference"`) {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
}

func TestOpenAPIDescribesTheRoutes(t *testing.T) {
	var doc struct {
		Paths map[string]map[string]struct {
			OperationID string                     `json:"operationId"`
			Responses   map[string]json.RawMessage `json:"responses"`
		}
	}
	if err := json.Unmarshal(schemas.OpenAPI, &doc); err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			described[strings.ToUpper(method)+" "+path] = true
			if op.OperationID == "" || op.Responses["200"] == nil || op.Responses["401"] == nil {
				t.Errorf("%s %s is described in part", method, path)
			}
		}
	}
	for _, rt := range routes() {
		if strings.Contains(rt.Pattern, " /api/") && !described[rt.Pattern] {
			t.Errorf("%s isn't described", rt.Pattern)
		}
		delete(described, rt.Pattern)
	}
	for rest := range described {
		t.Errorf("%s is described and not served", rest)
	}
}

func TestFailuresAreLoggedWithoutWhatWasAskedFor(t *testing.T) {
	var log bytes.Buffer
	db := larkshire.County(t)
	st := newSite(t, db, func(c *page.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	if _, err := db.ExecContext(t.Context(), "DROP TABLE core.contract"); err != nil {
		t.Fatal(err)
	}
	resp, body := st.get("chair", "/records/contracts?provider=Secret-Name")
	if resp.StatusCode != 500 || strings.Contains(body, "contract_id") || strings.Contains(body, "Catalog") || !strings.Contains(body, "Reference") {
		t.Errorf("%d %s", resp.StatusCode, body)
	}
	if !strings.Contains(log.String(), "reference=") || strings.Contains(log.String(), "Secret-Name") {
		t.Errorf("log: %s", log.String())
	}
}

type failingFacts struct{}

func (failingFacts) About(_ context.Context, r access.Resource) (access.Resource, error) {
	if r.ProviderID == "1-9000001" {
		r.Restricted = access.PoliceRestriction
	}
	return r, nil
}

func TestARestrictedProviderIsAsIfAbsent(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.Facts = failingFacts{} })
	st.play(t, []scenario{
		{"chair", "/flags", 200, []string{"Brackwater"}, []string{"Saltmarsh"}},
		{"chair", "/flags/F1a2b3c4d5e6f708", 404, nil, []string{"17 concerns"}},
		{"chair", "/providers?level=2", 200, []string{"No provider fits"}, []string{"Saltmarsh"}},
		{"chair", "/market", 200, nil, []string{"Saltmarsh"}},
		{"chair", "/api/v1/flags/F1a2b3c4d5e6f708", 404, nil, []string{"17 concerns"}},
		{"chair", "/providers/1-9000001", 200, []string{"Public facts only"}, []string{"17 concerns", "restricted", "police"}},
	})
}

func TestPagesSayWhenAssetsArentBuilt(t *testing.T) {
	st := newSite(t, county(t))
	st.server.Assets.Built = false
	if st.server.AssetsBuilt() {
		t.Error("assets are called built")
	}
	if _, body := st.get("chair", "/flags"); !strings.Contains(body, "make assets") || !strings.Contains(body, "17 concerns") {
		t.Error("the page doesn't say what to run, or hides its content")
	}
}

func TestStaticFiles(t *testing.T) {
	st := newSite(t, county(t))
	path := st.server.Assets.URL("bellwether.css")
	resp, plainBody := st.send("", http.MethodGet, path, nil, http.Header{"Accept-Encoding": {"identity"}})
	if resp.StatusCode != 200 || !strings.Contains(resp.Header.Get("Cache-Control"), "immutable") || resp.Header.Get("Content-Type") != "text/css; charset=utf-8" {
		t.Errorf("%s: %d %v", path, resp.StatusCode, resp.Header)
	}
	for accept, want := range map[string]string{"gzip": "gzip", "gzip, deflate, br": "br", "br;q=0, gzip": "gzip", "deflate": ""} {
		resp, body := st.send("", http.MethodGet, path, nil, http.Header{"Accept-Encoding": {accept}})
		if got := resp.Header.Get("Content-Encoding"); got != want || want != "" && 3*len(body) > len(plainBody) || resp.Header.Get("Vary") == "" {
			t.Errorf("%s: packed as %q in %d of %d bytes", accept, got, len(body), len(plainBody))
		}
	}
	for _, bad := range []string{"/static/bellwether.css", "/static/../dashboard.go", "/static/vendor/", "/static/"} {
		if resp, body := st.get("", bad); resp.StatusCode == 200 || strings.Contains(body, "package dashboard") {
			t.Errorf("%s: %d", bad, resp.StatusCode)
		}
	}
}

func TestNewRefusesAnUnsafeConfiguration(t *testing.T) {
	good := page.Config{Snapshots: &fakeSnapshots{}, Accounts: &fakeAccounts{}, Auditor: &fakeAudit{}}
	for name, spoil := range map[string]func(*page.Config){
		"no snapshots": func(c *page.Config) { c.Snapshots = nil },
		"no accounts":  func(c *page.Config) { c.Accounts = nil },
		"no audit":     func(c *page.Config) { c.Auditor = nil },
		"bad origin":   func(c *page.Config) { c.TrustedOrigins = []string{"not an origin"} },
	} {
		c := good
		spoil(&c)
		if _, err := New(c); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := New(good); err != nil {
		t.Error(err)
	}
}
