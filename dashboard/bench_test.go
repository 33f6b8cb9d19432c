package dashboard

import (
	"net/http"
	"net/http/httptest"
	"testing"
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
