package app

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// fromProxies gives requests that come through a trusted proxy the address of whoever asked the proxy, so that people are told apart at the door.
// The header is read from its end: each trusted proxy wrote its own caller there, and what stands before the first caller that is not trusted
// is that caller's word. From anybody else no header is believed. Without trusted proxies it is next itself.
func fromProxies(trusted []netip.Prefix, next http.Handler) http.Handler {
	if len(trusted) == 0 {
		return next
	}
	known := func(at netip.Addr) bool {
		return slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(at) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		at := peer.Addr().Unmap()
		if err != nil || !known(at) {
			next.ServeHTTP(w, r)
			return
		}
		for _, hop := range slices.Backward(strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")) {
			caller, err := netip.ParseAddr(strings.TrimSpace(hop))
			if err != nil {
				break // what stands before it is nobody's word
			}
			if at = caller.Unmap(); !known(at) {
				break
			}
		}
		through := *r
		through.RemoteAddr = net.JoinHostPort(at.String(), "0")
		next.ServeHTTP(w, &through)
	})
}
