package page

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"unicode/utf8"
)

// ContentPolicy allows the dashboard's own files and nothing else: no inline script or style, no frames, no plug-ins.
const ContentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
	"base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"

// maxBody is the largest form that is read.
const maxBody = 64 << 10

// MaxFile is the largest file that a form may carry.
const MaxFile = 2 << 20

// maxQuery is the longest query string that is parsed.
const maxQuery = 4 << 10

// headers sets what every response carries, refusals and static files included.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", ContentPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("X-XSS-Protection", "0") // old browsers' own filter is a hole of its own; the policy above does its work
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		if s.Config.TLS {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// limits refuses what is too large before anything reads it.
func (s *Server) limits(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.URL.RawQuery) > maxQuery {
			s.fail(w, r, &Problem{Status: http.StatusRequestURITooLong, Title: "The address is too long", Says: "Its filters hold more than a page can use. Start again from the list."})
			return
		}
		limit := int64(maxBody)
		if strings.HasPrefix(r.URL.Path, "/cases/") && strings.HasSuffix(r.URL.Path, "/actions/import") {
			limit = 2 * MaxFile // a file, or the same rows as a form
		}
		if !utf8.ValidString(r.URL.Path) {
			s.fail(w, r, ErrNotFound) // no id is written so, and the engine takes none
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, limit)
		next.ServeHTTP(w, r)
	})
}

// recover turns a programming error into an error page with a reference; the stack goes to the log alone.
func (s *Server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if v := recover(); v != nil {
				if err, ok := v.(error); ok && errors.Is(err, http.ErrAbortHandler) {
					panic(v)
				}
				s.fail(w, r, fmt.Errorf("page: a handler panicked: %T", v))
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// reference makes an unguessable short name by which a person and the log can mean the same request.
func reference() string {
	var b [6]byte
	// crypto/rand.Read never fails: it ends the process where the system has no randomness.
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
