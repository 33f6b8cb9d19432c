package dashboard

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"
)

// Pages and answers are packed and say the same as unpacked.
func TestPagesTravelPacked(t *testing.T) {
	st := newSite(t, county(t))
	for _, path := range []string{"/market", "/flags", "/api/v1/flags", "/help"} {
		resp, plain := st.send("chair", http.MethodGet, path, nil, http.Header{"Accept-Encoding": {"identity"}})
		if resp.Header.Get("Content-Encoding") != "" || resp.StatusCode != http.StatusOK {
			t.Fatalf("%s: %d, packed though not asked to", path, resp.StatusCode)
		}
		resp, body := st.send("chair", http.MethodGet, path, nil, http.Header{"Accept-Encoding": {"gzip"}})
		z, err := gzip.NewReader(strings.NewReader(body))
		if resp.Header.Get("Content-Encoding") != "gzip" || err != nil || !strings.Contains(resp.Header.Get("Vary"), "Accept-Encoding") {
			t.Fatalf("%s: %v, %v", path, resp.Header, err)
		}
		unpacked, err := io.ReadAll(z)
		if err != nil || string(unpacked) != plain {
			t.Errorf("%s: unpacked it is something else (%v)", path, err)
		}
		if 2*len(body) > len(plain) {
			t.Errorf("%s: %d of %d bytes", path, len(body), len(plain))
		}
	}
}

// What somebody else puts into an address must not be told by the answer's length to fit what stands on the page: one letter changed moves
// the length about.
func TestLengthsAreBlurred(t *testing.T) {
	st := newSite(t, county(t))
	least, most := 1<<30, 0
	for _, letter := range "abcdefghij" {
		_, body := st.send("chair", http.MethodGet, "/providers?q=zqz"+string(letter), nil, http.Header{"Accept-Encoding": {"gzip"}})
		least, most = min(least, len(body)), max(most, len(body))
	}
	if most-least < 8 {
		t.Errorf("ten answers lie within %d bytes", most-least)
	}
}
