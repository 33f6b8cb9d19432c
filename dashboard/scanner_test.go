package dashboard

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/casework/requests"
	"bellwether/dashboard/page"
	"bellwether/internal/tooltest"
)

// finding is what the scanner says about one address.
type finding struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Info      string `json:"info"`
	Parameter string `json:"parameter"`
}

// scanned runs Debian's wapiti over addresses of a server with a session's cookie, and gives what it found by kind. Each of its modules has a
// bounded time; what it did not reach in it is not found.
func scanned(t *testing.T, base, cookie string, modules string, each time.Duration, addresses []string) map[string][]finding {
	t.Helper()
	dir := t.TempDir()
	report := filepath.Join(dir, "report.json")
	args := []string{"-u", base + "/", "-d", "0", "-S", "normal", "-m", modules, "--max-scan-time", fmt.Sprint((3 * each).Seconds()), "--max-attack-time", fmt.Sprint(each.Seconds()), "-t", "60", "-f", "json", "-o", report,
		"--store-session", dir, "--store-config", dir, "--no-bugreport", "-v", "0"}
	if cookie != "" {
		args = append(args, "-H", "Cookie: "+cookie)
	}
	for _, a := range addresses {
		args = append(args, "-s", base+a)
	}
	cmd := exec.CommandContext(t.Context(), tooltest.Find(t, "wapiti"), args...)
	cmd.Env = append(os.Environ(), "HOME="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("wapiti: %v\n%.2000s", err, out)
	}
	src, err := os.ReadFile(report)
	if err != nil {
		t.Fatal(err)
	}
	var said struct {
		Vulnerabilities, Anomalies map[string][]finding
	}
	if err := json.Unmarshal(src, &said); err != nil {
		t.Fatalf("%v in %.500s", err, src)
	}
	found := map[string][]finding{}
	for _, kinds := range []map[string][]finding{said.Vulnerabilities, said.Anomalies} {
		for kind, all := range kinds {
			if len(all) > 0 {
				found[kind] = append(found[kind], all...)
			}
		}
	}
	return found
}

// weakServer repeats what it is sent, shows the errors of a database, and sets no header.
func weakServer(t *testing.T) *httptest.Server {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("bellwether"); err != nil || c.Value != "known" {
			http.Error(w, "sign in", http.StatusForbidden) // a scanner without its session finds nothing
			return
		}
		q := r.URL.Query()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if strings.ContainsAny(q.Get("id"), `'"`) {
			fmt.Fprint(w, "<p>You have an error in your SQL syntax; check the manual that corresponds to your MySQL server version</p>")
			return
		}
		fmt.Fprintf(w, "<html><body><p>%s</p><p>%s</p></body></html>", q.Get("q"), html.EscapeString(q.Get("id")))
	}))
	t.Cleanup(web.Close)
	return web
}

// scanAddresses are every address that takes a GET, with an id that exists and four of the names that pages read, each with a harmless
// value: over all addresses every name stands several times. The short form takes a third of the addresses and two names.
func scanAddresses(st *site) (all []string) {
	ids := strings.NewReplacer("{file}", "none.ics", "{$}", "", "{register}", "risks", "{number}", "1", "{note}", "1")
	for n, rt := range st.server.Routes {
		path, isGet := strings.CutPrefix(rt.Pattern, "GET ")
		if !isGet || path == "/account/stay" || strings.HasPrefix(path, "/sign-in/") {
			continue // nothing is shown there, or the browser is sent away
		}
		id := "1-9000001"
		switch {
		case strings.HasPrefix(path, "/cases/"), strings.HasPrefix(path, "/review/cases/"):
			id = openCase
		case strings.HasPrefix(path, "/flags/"), strings.HasPrefix(path, "/review/"), strings.HasPrefix(path, "/api/v1/flags/"):
			id = flagConcerns
		case strings.HasPrefix(path, "/requests/"):
			id = st.firstRequest(requests.FOI)
		}
		names := 4
		if !*whole {
			if names = 2; n%3 > 0 {
				continue
			}
		}
		q := url.Values{}
		for i := range names {
			q.Set(queries[(names*n+i)%len(queries)], "1")
		}
		all = append(all, strings.ReplaceAll(ids.Replace(path), "{id}", id)+"?"+q.Encode())
	}
	return all
}

// expected are findings that are none, with the reason.
var expected = map[string]string{
	// The scanner asks for 1. Browsers that know the header have holes of their own where it is on: 0 is what the standard asks for.
	"X-XSS-Protection is not set": "TestEveryAnswerSaysWhatItIs",
}

// TestAScannerFindsNothing runs wapiti with a signed-in session over addresses of the table of routes. Before that it runs over a server
// that is weak on purpose, where it must find all that is weak. The long form takes more kinds of attack and lets each go on for minutes.
func TestAScannerFindsNothing(t *testing.T) {
	weak := weakServer(t)
	found := scanned(t, weak.URL, "bellwether=known", "xss,sql,http_headers,csp", 2*time.Minute, []string{"/find?q=a&id=1"})
	for _, kind := range []string{"Cross Site Scripting", "SQL Injection", "HTTP Secure Headers", "Content Security Policy Configuration"} {
		if len(found[kind]) == 0 {
			t.Errorf("the scanner overlooks what is weak on purpose: %s", kind)
		}
	}
	if found := scanned(t, weak.URL, "", "xss,sql", 20*time.Second, []string{"/find?q=a&id=1"}); len(found["Cross Site Scripting"])+len(found["SQL Injection"]) > 0 {
		t.Error("the control needs no session, so the session proves nothing")
	}

	st, _ := canaryWorld(t, func(c *page.Config) { c.TLS = true })
	resp, _ := st.send("", http.MethodPost, "/sign-in", url.Values{"username": {"sal"}, "password": {"pass-sal"}}, nil)
	var cookie []string
	for _, c := range resp.Cookies() {
		cookie = append(cookie, c.Name+"="+c.Value)
	}
	var mu sync.Mutex
	asked, refused, broken := map[string]int{}, 0, []string{}
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/sign-out") || r.URL.Path == "/account/sessions/end" {
			w.WriteHeader(http.StatusNoContent) // the scanner would sign itself out
			return
		}
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		st.server.ServeHTTP(seen, r)
		mu.Lock()
		defer mu.Unlock()
		if asked[st.server.Pattern(r)]++; seen.status == http.StatusSeeOther && strings.HasPrefix(w.Header().Get("Location"), "/sign-in") {
			refused++
		}
		if seen.status >= 500 {
			broken = append(broken, fmt.Sprint(seen.status, " ", r.Method, " ", r.URL.Path))
		}
	}))
	t.Cleanup(web.Close)
	modules, each := "xss,sql,redirect,http_headers,csp,cookieflags", 6*time.Second
	if *whole {
		modules, each = "xss,permanentxss,sql,redirect,crlf,http_headers,csp,cookieflags,methods,ssrf,exec,file,backup,shellshock,htaccess", 2*time.Minute
	}
	began := time.Now()
	for kind, all := range scanned(t, web.URL, strings.Join(cookie, "; "), modules, each, scanAddresses(st)) {
		for _, f := range all {
			if expected[f.Info] == "" {
				t.Errorf("%s: %s %s %s: %s", kind, f.Method, f.Path, f.Parameter, f.Info)
			}
		}
	}
	total, attacked := 0, 0
	for _, n := range asked {
		if total += n; n >= 4 {
			attacked++
		}
	}
	t.Logf("%d requests over %d patterns, %d of them attacked, %d sent to sign in, in %s", total, len(asked), attacked, refused, time.Since(began).Round(time.Second))
	if slices.Sort(broken); len(broken) > 0 {
		t.Errorf("%d answers broke: %.400v", len(broken), slices.Compact(broken))
	}
	least := map[bool]int{false: 20, true: 60}[*whole]
	if refused*10 > total || attacked < least || total < 6*least {
		t.Error("the scanner reached too little for its silence to prove anything")
	}
}

// statusWriter remembers an answer's status.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
