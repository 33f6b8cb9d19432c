package app

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"bellwether/dashboard/page"
)

func TestWhichForwardedAddressIsBelieved(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("::1/128")}
	for _, c := range []struct {
		name, peer string
		headers    []string
		want       string
	}{
		{"the proxy's word", "127.0.0.1:5", []string{"192.0.2.7"}, "192.0.2.7"},
		{"a proxy of the sixth version", "[::1]:5", []string{"2001:db8::7"}, "2001:db8::7"},
		{"a proxy whose address is written as the sixth version", "[::ffff:127.0.0.1]:5", []string{"192.0.2.7"}, "192.0.2.7"},
		{"what a caller wrote itself stands before it", "127.0.0.1:5", []string{"198.51.100.1, 192.0.2.7"}, "192.0.2.7"},
		{"also in a line of its own", "127.0.0.1:5", []string{"198.51.100.1", "192.0.2.7"}, "192.0.2.7"},
		{"two proxies", "127.0.0.1:5", []string{"192.0.2.7, 10.1.2.3"}, "192.0.2.7"},
		{"a caller who claims to come through a proxy", "127.0.0.1:5", []string{"198.51.100.1, 192.0.2.7, 10.1.2.3"}, "192.0.2.7"},
		{"no header", "127.0.0.1:5", nil, "127.0.0.1"},
		{"the proxies alone", "127.0.0.1:5", []string{"10.1.2.3"}, "10.1.2.3"},
		{"no address", "127.0.0.1:5", []string{"192.0.2.7, unknown"}, "127.0.0.1"},
		{"no address before a proxy", "127.0.0.1:5", []string{"_hidden, 10.1.2.3"}, "10.1.2.3"},
		{"from elsewhere nothing is believed", "192.0.2.9:5", []string{"198.51.100.1"}, "192.0.2.9"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, proxies := range [][]netip.Prefix{trusted, nil} {
				var got string
				h := fromProxies(proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = page.CallerAddress(r) }))
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)
				r.RemoteAddr = c.peer
				r.Header["X-Forwarded-For"] = c.headers
				h.ServeHTTP(httptest.NewRecorder(), r)
				if proxies == nil {
					if peer := netip.MustParseAddrPort(c.peer).Addr().String(); got != peer {
						t.Errorf("without trusted proxies: %s, want %s", got, peer)
					}
				} else if got != c.want {
					t.Errorf("%s, want %s", got, c.want)
				}
			}
		})
	}
}
