package dashboard

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode"

	"bellwether/dashboard/words"
)

// signInView is the sign-in page.
type signInView struct {
	Next     string
	Username string
	Problem  string
}

func signInPage(q *request) error {
	next := safeNext(q.r.URL.Query().Get("next"))
	if _, ok, err := q.s.subject(q.r.Context()); err != nil {
		return err
	} else if ok {
		http.Redirect(q.w, q.r, next, http.StatusSeeOther)
		return nil
	}
	return q.page("signin", "Sign in", signInView{Next: next})
}

func signIn(q *request) error {
	ctx := q.r.Context()
	if err := q.r.ParseForm(); err != nil {
		return &problem{status: http.StatusBadRequest, title: "The form can't be read", says: "Go back and send it again."}
	}
	view := signInView{Next: safeNext(q.r.PostForm.Get("next")), Username: words.Clip(q.r.PostForm.Get("username"), 80)}
	user, err := q.s.cfg.Accounts.SignIn(ctx, q.r.PostForm.Get("username"), q.r.PostForm.Get("password"), callerAddress(q.r))
	var throttled *ThrottledError
	switch {
	case errors.Is(err, ErrSignIn), errors.Is(err, ErrNoAccount):
		q.status, view.Problem = http.StatusUnauthorized, "The name or the password is wrong."
		return q.page("signin", "Sign in", view)
	case errors.As(err, &throttled):
		q.status = http.StatusTooManyRequests
		seconds := int(throttled.RetryAfter.Seconds()) + 1
		q.w.Header().Set("Retry-After", words.Decimal(float64(seconds), 0))
		view.Problem = "Too many attempts. Wait " + words.Plural(seconds, "second") + " and try again."
		return q.page("signin", "Sign in", view)
	case err != nil:
		return err
	}
	if err := q.s.begin(ctx, user); err != nil {
		return err
	}
	http.Redirect(q.w, q.r, view.Next, http.StatusSeeOther)
	return nil
}

func signOut(q *request) error {
	if err := q.s.sessions.Destroy(q.r.Context()); err != nil {
		return err
	}
	q.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(q.w, q.r, "/sign-in", http.StatusSeeOther)
	return nil
}

// safeNext keeps a redirect within this site: a path from its root, and neither another host nor a trick of slashes.
func safeNext(next string) string {
	const home = "/market"
	if len(next) > 512 || !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsFunc(next, func(r rune) bool { return r == '\\' || unicode.IsControl(r) }) {
		return home
	}
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || strings.HasPrefix(u.Path, "//") || u.Path == "/sign-in" || u.Path == "/sign-out" {
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
