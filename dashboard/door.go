package dashboard

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

// keyMustChange says that somebody else knows the password with which this session began, so that its holder chooses another first.
const keyMustChange = "must_change"

// mustChange says whether this request has to wait until its sender has chosen a password.
func (q *request) mustChange() bool {
	return q.sessions.GetBool(q.r.Context(), keyMustChange) && !strings.HasPrefix(q.r.URL.Path, "/account/password") && !strings.HasPrefix(q.r.URL.Path, "/account/confirm")
}

// signInAddress is where somebody without a session is sent.
func signInAddress(next string) string {
	return "/sign-in?next=" + url.QueryEscape(safeNext(next))
}

// askToSignIn sends a browser to the sign-in page and tells a program that it isn't signed in.
func (q *request) askToSignIn() error {
	if strings.HasPrefix(q.r.URL.Path, "/api/") {
		return &problem{status: http.StatusUnauthorized, title: "Not signed in", says: "Sign in with a browser and send its session cookie."}
	}
	if q.keepDraft() {
		http.Redirect(q.w, q.r, signInAddress("/account/draft"), http.StatusSeeOther)
		return nil
	}
	http.Redirect(q.w, q.r, signInAddress(q.r.URL.RequestURI()), http.StatusSeeOther)
	return nil
}

// keyChecked is when the identity provider last vouched for the holder; only sessions that it began have one.
const keyChecked = "checked_at"

// safeNext keeps a redirect within this site: a path from its root, and neither another host nor a trick of slashes.
func safeNext(next string) string {
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

// callerAddress is the peer's address without its port. A proxy's header is not believed: whoever runs one counts its own attempts.
func callerAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// vouchFor is how long the identity provider's word holds in a session that goes on: a role or an account that was taken away there
// is gone here no later.
const vouchFor = 15 * time.Minute

// federated says whether the session was begun by the identity provider.
func (q *request) federated() bool { return q.sessions.GetInt64(q.r.Context(), keyChecked) != 0 }

// unvouched says whether the identity provider must be asked again whether this account is still what it was.
func (s *Server) unvouched(ctx context.Context) bool {
	checked := s.sessions.GetInt64(ctx, keyChecked)
	return checked != 0 && s.cfg.Now().Sub(time.Unix(checked, 0)) > vouchFor
}

// askOrganisation sends a browser round by the identity provider, which knows it and asks nothing, and back to where it was.
func (q *request) askOrganisation() error {
	round := "/sign-in/organisation?next=" + url.QueryEscape(safeNext(q.r.URL.RequestURI()))
	switch {
	case q.cfg.Organisation == nil:
		return errors.Join(q.sessions.Destroy(q.r.Context()), q.askToSignIn())
	case strings.HasPrefix(q.r.URL.Path, "/api/"):
		return &problem{status: http.StatusUnauthorized, title: "Not signed in", says: "Sign in again with a browser and send its session cookie."}
	case q.r.Method != http.MethodGet && q.r.Method != http.MethodHead:
		return &problem{status: http.StatusForbidden, title: "Nothing was changed yet", says: "Your organisation must first be asked whether your account still holds. It takes a moment and no password; then go back and send the form again.",
			next: []step{{"Ask now", "/sign-in/organisation"}}}
	}
	http.Redirect(q.w, q.r, round, http.StatusSeeOther)
	return nil
}

// lacksSecond says whether this reader must set up a second factor before anything else.
func (q *request) lacksSecond() (bool, error) {
	if !q.cfg.SecondRequired || q.cfg.Local == nil || q.federated() {
		return false, nil
	}
	has, err := q.cfg.Local.HasSecond(q.r.Context(), q.sub.UserID)
	return err == nil && !has, err
}
