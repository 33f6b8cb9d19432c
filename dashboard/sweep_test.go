package dashboard

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"bellwether/dashboard/internal/larkshire"
)

// hostile are things that people and programs put into addresses.
var hostile = []string{"", "none", "0", "-1", "9999999999999999999999", "1-9000001'; DROP TABLE core.provider; --", "../../etc/passwd", "%2e%2e%2f", "</script><script>alert(1)</script>", "{{.}}", "\x00", "\xff\xfe",
	"2026-02-30", "0000-00-00", "9999-12-31", "-0001-01-01", "1e309", "NaN", "\u202eevil", strings.Repeat("x", 300), "٣", "${jndi:ldap://x}", "*", "%", "_", "a,b", "true"}

// queries are the names that any page reads; each page gets all of them with each hostile value.
var queries = []string{"q", "page", "sort", "level", "state", "rule", "source", "area", "provider", "location", "rating", "from", "to", "format", "figure", "cursor", "kind", "brand", "by", "stream", "miles", "find", "limit", "reason",
	"column", "owner", "next", "done", "compare", "show", "view", "as_of", "table", "seen", "since", "until", "group", "size"}

var pathValue = regexp.MustCompile(`\{([a-z]+)\}`)

// A page asked for with anything at all is a page: it says what is wrong, or that there is nothing, and never fails.
func TestAnythingInAnAddressIsAnswered(t *testing.T) {
	st := newSite(t, county(t), withPeople, withCalendars, withLimits, withRuns, withRequests(t, county(t)))
	for n, rt := range routes() {
		path, isGet := strings.CutPrefix(rt.Pattern, "GET ")
		if !isGet || path == "/{$}" {
			continue
		}
		var addresses []string
		if pathValue.MatchString(path) {
			for i, v := range hostile {
				if v == "" || (i+n)%3 != 0 {
					continue // each value meets a third of the routes
				}
				addresses = append(addresses, pathValue.ReplaceAllLiteralString(path, url.PathEscape(v)))
			}
			path = pathValue.ReplaceAllLiteralString(path, "1-9000001")
		}
		for i := range 3 {
			q := url.Values{}
			for j, name := range queries {
				q.Set(name, hostile[(7*i+j+n)%len(hostile)]) // over all routes every name meets every value
			}
			addresses = append(addresses, path+"?"+q.Encode())
		}
		addresses = append(addresses, path+"?%zz=%&;=&&&", path+"?"+strings.Repeat("level=2&", 200), path+"?q="+strings.Repeat("a", 5000))
		for _, address := range addresses {
			st.answers(t, address)
		}
	}
}

// answers asks for an address and holds the answer to what every answer must be.
func (st *site) answers(t *testing.T, address string) {
	t.Helper()
	resp, body := st.get("chair", address)
	switch {
	case resp.StatusCode >= http.StatusInternalServerError && resp.StatusCode != http.StatusServiceUnavailable:
		t.Errorf("%.120s: status %d", address, resp.StatusCode)
	case strings.Contains(body, "<script>alert"):
		t.Errorf("%.120s: markup comes back", address)
	case strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") && resp.StatusCode != http.StatusSeeOther && (!strings.Contains(body, "<h1") || strings.Contains(body, "<no value>") || strings.Contains(body, "%!")):
		t.Errorf("%.120s: no proper page: %d, %.200s", address, resp.StatusCode, body)
	}
}

var everyLink = regexp.MustCompile(`(?:href|src|action|data-src)="([^"]+)"`)

// Every link of every page leads somewhere, and every fragment to something: the site is walked from its front door, as each role.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	for as, door := range map[string]string{"chair": "/market", "everywhere": "/providers", "admin": "/data", "governance": "/requests"} {
		t.Run(as, func(t *testing.T) {
			st := newSite(t, county(t), withPeople, withCalendars, withLimits, withRuns, withRequests(t, county(t)))
			ids, queue, asked := map[string]map[string]bool{}, []string{door}, map[string]string{door: "the front door"}
			fragments := map[string]string{}
			shape := map[string]int{}
			for n := 0; n < len(queue); n++ {
				at := queue[n]
				resp, body := st.get(as, at)
				kind := resp.Header.Get("Content-Type")
				if as == "governance" && at == "/audit" && st.server.Config.Audit == nil {
					continue // this site keeps no log to be read
				}
				if resp.StatusCode >= 400 {
					t.Errorf("%s, linked from %s: %d", at, asked[at], resp.StatusCode)
					continue
				}
				if !strings.HasPrefix(kind, "text/html") {
					continue
				}
				own, _, _ := strings.Cut(at, "?")
				here := map[string]bool{}
				for _, m := range regexp.MustCompile(` id="([^"]+)"`).FindAllStringSubmatch(body, -1) {
					if here[m[1]] {
						t.Errorf("%s: two elements are called %s", at, m[1])
					}
					here[m[1]] = true
				}
				ids[at] = here
				for _, m := range everyLink.FindAllStringSubmatch(body, -1) {
					to := html.UnescapeString(m[1])
					if strings.HasPrefix(m[0], "action=") {
						continue // a form is sent, not followed
					}
					if strings.HasPrefix(to, "http") || strings.HasPrefix(to, "data:") || strings.HasPrefix(to, "mailto:") {
						continue
					}
					address, fragment, has := strings.Cut(to, "#")
					switch {
					case address == "":
						address = at
					case strings.HasPrefix(address, "?"):
						address = own + address
					case !strings.HasPrefix(address, "/"):
						t.Errorf("%s: a link without a root: %s", at, to)
						continue
					}
					if has {
						fragments[address+"#"+fragment] = at
					}
					if _, had := asked[address]; had || address == "/sign-out" {
						continue
					}
					// One kind of list has many settings: a handful of each is enough.
					key, _, _ := strings.Cut(address, "?")
					key = regexp.MustCompile(`[0-9]+|F[0-9a-f]{8,}`).ReplaceAllString(key, "#")
					if shape[key]++; shape[key] > 3 {
						continue
					}
					asked[address] = at
					queue = append(queue, address)
				}
			}
			for to, from := range fragments {
				address, fragment, _ := strings.Cut(to, "#")
				if address == "/rules" {
					continue // the county's flags are by rules that the tests' set of three doesn't hold
				}
				if page, walked := ids[address]; walked && fragment != "" && !page[fragment] {
					t.Errorf("%s links to %s, which has no such place", from, to)
				}
			}
			if len(queue) < 12 {
				t.Errorf("only %d addresses were found", len(queue))
			}
			t.Logf("%d addresses, %d places", len(queue), len(fragments))
		})
	}
}

// Text that looks like markup comes out as text from every field of every table, in every page, download and answer.
func TestMarkupInEveryField(t *testing.T) {
	const bad = `</script><script>alert(1)</script>`
	db := larkshire.County(t)
	larkshire.Overwrite(t, db, bad)
	st := newSite(t, db, allowAll, withPeople, withCalendars, withLimits, withRuns, withRequests(t, db))
	seen := 0
	for _, rt := range routes() {
		path, isGet := strings.CutPrefix(rt.Pattern, "GET ")
		if !isGet || strings.Contains(path, "{file}") || path == "/{$}" {
			continue
		}
		values := []string{"1-9000001"}
		if strings.Contains(path, "/flags/") || strings.Contains(path, "/review/") {
			values = []string{"F1a2b3c4d5e6f708"}
		}
		for _, id := range values {
			at := pathValue.ReplaceAllLiteralString(path, id)
			resp, body := st.get("chair", at)
			if resp.StatusCode == http.StatusOK {
				seen++
			}
			kind := resp.Header.Get("Content-Type")
			if strings.Contains(body, "<script>alert") && !strings.HasPrefix(kind, "text/csv") {
				t.Errorf("%s (%s): markup comes out", at, kind)
			}
			if strings.HasPrefix(kind, "text/csv") && !strings.Contains(resp.Header.Get("Content-Disposition"), "attachment") {
				t.Errorf("%s: a download that a browser might show", at)
			}
		}
	}
	if seen < 25 {
		t.Errorf("only %d answers were looked at", seen)
	}
}
