package dashboard

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"
)

// sweepIDs are ids that exist, ids of other things, and things that were never ids.
var sweepIDs = []string{"1-9000001", "1-9000002", "1-9000003", "F1a2b3c4d5e6f708", "F5e6f70819203142", "none", "..%2f..%2fetc%2fpasswd", "%00", "1-9000001'--", "*", "0123456789abcdef"}

// TestEveryIDAsEveryRole asks for every id under every address as everybody: nothing identifiable is answered but where the policy
// allows it, every refusal is recorded once, and nothing breaks.
func TestEveryIDAsEveryRole(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.Restricted = nil })
	// Who may read what identifies which provider, written down apart from the policy.
	everything := []string{"chair", "member", "support", "everywhere"}
	may := func(as, id string) bool {
		provider := map[string]string{"F1a2b3c4d5e6f708": "1-9000001", "F5e6f70819203142": "1-9000003"}[id]
		if provider == "" {
			provider = id
		}
		switch as {
		case "conflicted":
			return provider != "1-9000001"
		case "officer":
			return provider == "1-9000002"
		case "north":
			return provider != "1-9000001" && provider != "1-9000002" // the two lie in the south
		}
		return slices.Contains(everything, as) || slices.Contains(people[as].Roles, "safeguarding_officer")
	}
	asked, refused, identified := 0, 0, 0
	for _, rt := range st.server.Routes {
		if !strings.Contains(rt.Pattern, "{id}") || rt.Public || strings.Contains(rt.Pattern, "/review/") || !strings.HasPrefix(rt.Pattern, "GET ") {
			continue
		}
		for _, id := range sweepIDs {
			for as := range people {
				st.as(as)
				st.audit.take()
				path := strings.Replace(strings.TrimPrefix(rt.Pattern, "GET "), "{id}", id, 1)
				resp, body := st.get(as, path)
				log := st.audit.take()
				asked++
				if resp.StatusCode >= 500 {
					t.Errorf("%s as %s breaks: %d", path, as, resp.StatusCode)
				}
				if resp.StatusCode == http.StatusForbidden {
					refused++
					if len(log) != 1 || log[0].Allowed {
						t.Errorf("%s as %s is refused and recorded as %+v", path, as, log)
					}
				}
				shown := slices.ContainsFunc(log, func(e page.Entry) bool { return e.Allowed && e.Class >= "B" })
				if shown {
					identified++
				}
				if shown && !may(as, id) {
					t.Errorf("%s as %s shows what identifies a provider", path, as)
				}
				if !shown && strings.Contains(body, "17 concerns in 12 weeks") {
					t.Errorf("%s as %s shows a flag without a record", path, as)
				}
			}
		}
	}
	t.Logf("%d requests, %d refused, %d that identify a provider", asked, refused, identified)
	if asked < 300 || refused == 0 || identified == 0 {
		t.Error("the sweep asks too little to prove anything")
	}
}

func TestPagesNobodyShouldReach(t *testing.T) {
	st := newSite(t, county(t))
	for _, path := range []string{"/metrics", "/metrics/business", "/debug/pprof/", "/debug/vars", "/.git/config", "/.env", "/casework.db", "/secrets/audit.key", "/bellwether.yml", "/templates/layout.html", "/static/", "/static/vendor/",
		"/admin", "/api", "/api/v1", "/api/v2/flags", "/audit/audit.jsonl", "/server-status", "/sign-in/", "/account/second/", "/flags/../../etc/passwd", "/console"} {
		for _, as := range []string{"", "chair", "admin"} {
			resp, body := st.get(as, path)
			if resp.StatusCode != 404 && resp.StatusCode != 301 && resp.StatusCode != 307 || strings.Contains(body, "goroutine") || strings.Contains(body, "PRIVATE") {
				t.Errorf("%s as %q: %d", path, as, resp.StatusCode)
			}
		}
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodPatch, "PROPFIND", http.MethodTrace, http.MethodConnect} {
		r := httptest.NewRequestWithContext(t.Context(), method, "/flags", nil)
		w := httptest.NewRecorder()
		st.server.ServeHTTP(w, r)
		if w.Code != 405 {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
}

// TestNoAnswerGoesWithoutItsHeaders looks at pages, refusals, downloads, files and errors alike.
func TestNoAnswerGoesWithoutItsHeaders(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.TLS = true })
	for _, path := range []string{"/sign-in", "/", "/market", "/none", "/api/v1/flags", st.server.Assets.URL("bellwether.css"), "/static/none", "/market?q=" + strings.Repeat("a", 5000), "/sign-in/callback?state=x"} {
		resp, body := st.get("", path)
		for name, want := range map[string]string{"Content-Security-Policy": page.ContentPolicy, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=31536000; includeSubDomains", "Server": "", "X-Powered-By": ""} {
			if got := resp.Header.Get(name); got != want {
				t.Errorf("%s: %s is %q", path, name, got)
			}
		}
		if strings.Contains(page.ContentPolicy, "unsafe") || strings.Contains(body, "<script>") || strings.Contains(body, "style=\"") || strings.Contains(body, "onclick") {
			t.Errorf("%s: something inline", path)
		}
		// Strangers learn no version.
		for _, never := range []string{"Version ", "go1.", "DuckDB", "chi/"} {
			if strings.Contains(body, never) && !strings.HasPrefix(path, "/static/") {
				t.Errorf("%s tells a stranger %q", path, never)
			}
		}
	}
}

func TestWhoAsksTooOftenIsSlowed(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.Limits = page.Limits{Door: 1, DoorBurst: 5, Inside: 2, InsideBurst: 8} })
	st.as("chair")
	got := map[int]int{}
	for range 12 {
		resp, _ := st.get("", "/sign-in")
		got[resp.StatusCode]++
		if resp.StatusCode == 429 && resp.Header.Get("Retry-After") == "" {
			t.Error("nobody says when to come back")
		}
	}
	if got[200] != 4 || got[429] != 8 { // one of five was spent signing in
		t.Errorf("at the door: %v", got)
	}
	clear(got)
	for range 12 {
		resp, _ := st.get("chair", "/help")
		got[resp.StatusCode]++
	}
	if got[200] != 8 || got[429] != 4 {
		t.Errorf("inside: %v", got)
	}
	if resp, _ := st.get("chair", st.server.Assets.URL("bellwether.css")); resp.StatusCode != 200 {
		t.Errorf("a style sheet: %d", resp.StatusCode)
	}
	st.now = st.now.Add(10 * time.Second)
	if resp, _ := st.get("chair", "/help"); resp.StatusCode != 200 {
		t.Errorf("after a while: %d", resp.StatusCode)
	}
}

// TestLogsHoldNothingThatWasSent signs in wrongly, follows bad links and asks for odd things, and reads the log.
func TestLogsHoldNothingThatWasSent(t *testing.T) {
	var log bytes.Buffer
	st, _ := newBookSite(t, func(c *page.Config) { c.Log = slog.New(slog.NewTextHandler(&log, nil)) })
	const canary = "canary-7f3a-horse"
	st.send("", http.MethodPost, "/sign-in", url.Values{"username": {canary}, "password": {canary}}, nil)
	st.get("", "/welcome?token="+canary)
	st.get("", "/sign-in/callback?code="+canary+"&state="+canary)
	st.enter("desk", "chair")
	st.get("desk", "/providers?q="+canary)
	st.get("desk", "/providers/"+canary)
	st.send("desk", http.MethodPost, "/account/confirm", url.Values{"password": {canary}}, nil)
	if strings.Contains(log.String(), canary) {
		t.Errorf("the log repeats what was sent: %s", log.String())
	}
	for _, e := range st.audit.take() {
		if strings.Contains(e.ID+e.Reason+e.UserID, canary) && e.Kind == "own_account" {
			t.Errorf("the audit repeats what was typed: %+v", e)
		}
	}
}
