package dashboard

import (
	"bufio"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"

	"bellwether/dashboard/page"
)

// What the checklist of the Application Security Verification Standard (docs/trust/asvs.md) names and no other test shows.

// TestEveryAnswerSaysWhatItIs: each address answers with a type, texts with their letters' encoding, and what is a file as one.
func TestEveryAnswerSaysWhatItIs(t *testing.T) {
	st := newSite(t, county(t), withPeople, withCalendars, withLimits)
	for _, path := range append(entrances(), st.server.Assets.URL("bellwether.css"), "/none", "/flags/none") {
		resp, body := st.get("chair", path)
		kind := resp.Header.Get("Content-Type")
		if body == "" {
			continue
		}
		if kind == "" || strings.HasPrefix(kind, "text/") && !strings.Contains(strings.ToLower(kind), "charset=utf-8") || strings.HasPrefix(kind, "application/json") && !strings.Contains(kind, "charset=utf-8") {
			t.Errorf("%s: %q", path, kind)
		}
		if html := strings.HasPrefix(strings.ToLower(strings.TrimSpace(body)), "<!doctype html"); html != strings.HasPrefix(kind, "text/html") && resp.StatusCode == http.StatusOK {
			t.Errorf("%s is %q and begins %.30q", path, kind, body)
		}
		if disposition := resp.Header.Get("Content-Disposition"); strings.Contains(path, ".csv") && resp.StatusCode == http.StatusOK && !strings.Contains(disposition, `attachment; filename="`) {
			t.Errorf("%s: %q", path, disposition)
		}
		if resp.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is offered to other sites", path)
		}
		if xss := resp.Header.Get("X-XSS-Protection"); xss != "0" {
			t.Errorf("%s: X-XSS-Protection is %q: the browsers that know it have holes of their own where it is on", path, xss)
		}
	}
}

// TestEveryPageOffersTheWayOut: whoever is signed in finds the button that signs out on every page.
func TestEveryPageOffersTheWayOut(t *testing.T) {
	st := newSite(t, county(t), withPeople, withCalendars, withLimits)
	pages := 0
	for _, path := range append(entrances(), "/account", "/account/confirm") {
		resp, body := st.get("chair", path)
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") || resp.StatusCode == http.StatusSeeOther {
			continue
		}
		if pages++; !strings.Contains(body, `action="/sign-out" method="post"`) {
			t.Errorf("%s (%d) has no way out", path, resp.StatusCode)
		}
	}
	if pages < 40 {
		t.Errorf("only %d pages were looked at", pages)
	}
}

// TestReadingChangesNothing asks for every address that takes a GET as who may see most, and in part as others: no event is written, in the cases or the
// reviews. What reading does write is the audit, and when somebody last looked.
func TestReadingChangesNothing(t *testing.T) {
	st, _ := canaryWorld(t)
	before := st.written()
	for i, path := range canaryAddresses(st) {
		if *whole || i%3 == 0 {
			st.get("sal", path)
		} else if i%3 == 1 {
			st.get([]string{"chair", "governance"}[i%2], path)
		}
	}
	if after := st.written(); after != before {
		t.Errorf("reading wrote %d events", after-before)
	}
}

// TestAForwardedAddressIsNotBelieved: who names another address in a header is slowed like anybody else.
func TestAForwardedAddressIsNotBelieved(t *testing.T) {
	st := newSite(t, county(t), func(c *page.Config) { c.Limits = page.Limits{Door: 1, DoorBurst: 3, Inside: 5, InsideBurst: 50} })
	slowed := 0
	for i := range 8 {
		from := fmt.Sprintf("203.0.113.%d", i+1)
		resp, _ := st.send("", http.MethodGet, "/sign-in", nil, http.Header{"X-Forwarded-For": {from}, "X-Real-Ip": {from}, "Forwarded": {"for=" + from}, "True-Client-Ip": {from}})
		if resp.StatusCode == http.StatusTooManyRequests {
			slowed++
		}
	}
	if slowed != 5 {
		t.Errorf("%d of 8 were slowed: a header moves the caller", slowed)
	}
}

// TestContradictoryLengthsAreRefused sends requests whose end two readers could see in different places.
func TestContradictoryLengthsAreRefused(t *testing.T) {
	st := newSite(t, county(t))
	for name, request := range map[string]string{
		"two lengths":                "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nContent-Length: 9\r\n\r\nabcdefghi",
		"a length that is no number": "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: +4\r\n\r\nabcd",
		"an unknown coding":          "POST /sign-in HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
		"a space before the colon":   "GET /sign-in HTTP/1.1\r\nHost : x\r\n\r\n",
		"a line feed in a name":      "GET /sign-in HTTP/1.1\r\nHost: x\r\nX-A\n: y\r\n\r\n",
	} {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(st.web.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Write([]byte(request)); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(conn).ReadString('\n')
		if err == nil && !strings.Contains(line, " 400 ") && !strings.Contains(line, " 501 ") {
			t.Errorf("%s: %s", name, strings.TrimSpace(line))
		}
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestScriptsWriteTextAsText reads the dashboard's own scripts: none writes markup, runs text, takes messages from other windows, or keeps
// anything in the browser but one preference.
func TestScriptsWriteTextAsText(t *testing.T) {
	never := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|addEventListener\('message'|sessionStorage|indexedDB|document\.cookie|__proto__`)
	store := regexp.MustCompile(`localStorage\.\w+\('([^']+)'`)
	scripts := 0
	err := fs.WalkDir(os.DirFS("static"), ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path, "vendor") || !strings.HasSuffix(path, ".js") {
			return err
		}
		scripts++
		src, err := os.ReadFile("static/" + path)
		if err != nil {
			return err
		}
		if found := never.FindString(string(src)); found != "" {
			t.Errorf("%s uses %s", path, found)
		}
		kept := store.FindAllStringSubmatch(string(src), -1)
		if strings.Count(string(src), "localStorage") != len(kept) {
			t.Errorf("%s keeps something in the browser under a name that isn't written there", path)
		}
		for _, m := range kept {
			if m[1] != "bellwether-keys" {
				t.Errorf("%s keeps %s in the browser", path, m[1])
			}
		}
		return nil
	})
	if err != nil || scripts < 2 {
		t.Errorf("%d scripts: %v", scripts, err)
	}
}
