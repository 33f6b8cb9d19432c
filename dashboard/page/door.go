package page

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"
)

// The door: what has to be settled between a request and its page besides the policy. Signing in itself is in signinpages.

// KeyMustChange says that somebody else knows the password with which this session began, so that its holder chooses another first.
const KeyMustChange = "must_change"

// KeyChecked is when the identity provider last vouched for the holder; only sessions that it began have one.
const KeyChecked = "checked_at"

// vouchFor is how long the identity provider's word holds in a session that goes on: a role or an account that was taken away there
// is gone here no later.
const vouchFor = 15 * time.Minute

// SafeNext keeps a redirect within this site: a path from its root, and neither another host nor a trick of slashes.
func SafeNext(next string) string {
	const home = "/market"
	if len(next) > 512 || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsFunc(next, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }) {
		return home
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "//") || u.Path == "/sign-in" || strings.HasPrefix(u.Path, "/sign-in/") || u.Path == "/sign-out" {
		return home
	}
	return u.RequestURI()
}

// CallerAddress is the peer's address without its port. A proxy's header is not believed: whoever runs one counts its own attempts.
func CallerAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// signInAddress is where somebody without a session is sent.
func signInAddress(next string) string {
	return "/sign-in?next=" + url.QueryEscape(SafeNext(next))
}

// askToSignIn sends a browser to the sign-in page and tells a program that it isn't signed in.
func (q *Request) askToSignIn() error {
	if strings.HasPrefix(q.R.URL.Path, "/api/") {
		return &Problem{Status: http.StatusUnauthorized, Title: "Not signed in", Says: "Sign in with a browser and send its session cookie."}
	}
	if q.keepDraft() {
		http.Redirect(q.W, q.R, signInAddress("/account/draft"), http.StatusSeeOther)
		return nil
	}
	http.Redirect(q.W, q.R, signInAddress(q.R.URL.RequestURI()), http.StatusSeeOther)
	return nil
}

// mustChange says whether this request has to wait until its sender has chosen a password.
func (q *Request) mustChange() bool {
	return q.Sessions.GetBool(q.R.Context(), KeyMustChange) && !strings.HasPrefix(q.R.URL.Path, "/account/password") && !strings.HasPrefix(q.R.URL.Path, "/account/confirm")
}

// lacksSecond says whether this reader must set up a second factor before anything else.
func (q *Request) lacksSecond() (bool, error) {
	if !q.Config.SecondRequired || q.Config.Local == nil || q.Federated() {
		return false, nil
	}
	has, err := q.Config.Local.HasSecond(q.R.Context(), q.Subject.UserID)
	return err == nil && !has, err
}

// Federated says whether the session was begun by the identity provider.
func (q *Request) Federated() bool { return q.Sessions.GetInt64(q.R.Context(), KeyChecked) != 0 }

// unvouched says whether the identity provider must be asked again whether this account is still what it was.
func (s *Server) unvouched(ctx context.Context) bool {
	checked := s.sessions.GetInt64(ctx, KeyChecked)
	return checked != 0 && s.Config.Now().Sub(time.Unix(checked, 0)) > vouchFor
}

// askOrganisation sends a browser round by the identity provider, which knows it and asks nothing, and back to where it was.
func (q *Request) askOrganisation() error {
	round := "/sign-in/organisation?next=" + url.QueryEscape(SafeNext(q.R.URL.RequestURI()))
	switch {
	case q.Config.Organisation == nil:
		return errors.Join(q.Sessions.Destroy(q.R.Context()), q.askToSignIn())
	case strings.HasPrefix(q.R.URL.Path, "/api/"):
		return &Problem{Status: http.StatusUnauthorized, Title: "Not signed in", Says: "Sign in again with a browser and send its session cookie."}
	case q.R.Method != http.MethodGet && q.R.Method != http.MethodHead:
		return &Problem{Status: http.StatusForbidden, Title: "Nothing was changed yet", Says: "Your organisation must first be asked whether your account still holds. It takes a moment and no password; then go back and send the form again.",
			Next: []Step{{"Ask now", "/sign-in/organisation"}}}
	}
	http.Redirect(q.W, q.R, round, http.StatusSeeOther)
	return nil
}
