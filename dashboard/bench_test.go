package dashboard

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/casework/restricted"
	"bellwether/casework/store/memory"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// BenchmarkPages measures a page from request to last byte, without the network.
func BenchmarkPages(b *testing.B) {
	st := newSite(b, county(b), allowAll)
	st.as("chair")
	u, err := http.NewRequestWithContext(b.Context(), http.MethodGet, st.web.URL, nil)
	if err != nil {
		b.Fatal(err)
	}
	cookies := st.as("chair").Jar.Cookies(u.URL)
	for _, path := range []string{"/market", "/providers", "/providers/1-9000001", "/flags", "/flags/F1a2b3c4d5e6f708", "/data", "/help"} {
		b.Run(path[1:], func(b *testing.B) {
			for b.Loop() {
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
				for _, c := range cookies {
					r.AddCookie(c)
				}
				w := httptest.NewRecorder()
				st.server.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d", path, w.Code)
				}
			}
		})
	}
}

// BenchmarkHiddenAndAbsent holds the time of an answer about a hidden case against that about one which never was: half of the answers
// must not differ by more than five milliseconds, or a clock would tell what the bytes don't.
func BenchmarkHiddenAndAbsent(b *testing.B) {
	book, err := restricted.NewBook(b.Context(), memory.New(), ninth)
	if err != nil {
		b.Fatal(err)
	}
	st := newSite(b, county(b), withPeople, func(c *page.Config) { c.Restricted = book })
	path := st.opens("sal", fill("provider_id", hiddenProvider, "stage", "pre_provider_concern", "reason", "Seventeen concerns, and a manager who has left."))
	id, _, _ := strings.Cut(strings.TrimPrefix(path, "/cases/"), "/")
	if _, err := book.Open(b.Context(), restricted.Opening{By: "u-sal", With: "u-member", Kind: access.PoliceRestriction, CaseID: id, Ground: "the police lead asks"}); err != nil {
		b.Fatal(err)
	}
	st.as("chair")
	u, err := url.Parse(st.web.URL)
	if err != nil {
		b.Fatal(err)
	}
	cookies := st.as("chair").Jar.Cookies(u)
	ask := func(path string) time.Duration {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, nil)
		for _, c := range cookies {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		begun := time.Now()
		st.server.ServeHTTP(w, r)
		took := time.Since(begun)
		if w.Code != http.StatusNotFound {
			b.Fatalf("%s: %d", path, w.Code)
		}
		return took
	}
	var hidden, absent []time.Duration
	for b.Loop() {
		hidden = append(hidden, ask("/cases/"+id))
		absent = append(absent, ask("/cases/0123456789abcdef01234567"))
	}
	slices.Sort(hidden)
	slices.Sort(absent)
	apart := hidden[len(hidden)/2] - absent[len(absent)/2]
	b.ReportMetric(float64(hidden[len(hidden)/2].Microseconds()), "hidden-p50-µs")
	b.ReportMetric(float64(absent[len(absent)/2].Microseconds()), "absent-p50-µs")
	if len(hidden) > 100 && apart.Abs() > 5*time.Millisecond {
		b.Errorf("the middle answers differ by %s", apart)
	}
}
