package dashboard

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"bellwether/dashboard/words"
)

// signInView is the sign-in page.
type signInView struct {
	Next     string
	Username string
	Problem  string
	// Local says that passwords open the door, Organisation what the button to the identity provider says, empty for none.
	Local        bool
	Organisation string
}

// blank is the sign-in page before anything was entered.
func (q *request) blank(next string) signInView {
	v := signInView{Next: safeNext(next), Local: !q.cfg.NoLocal}
	if q.cfg.Organisation != nil {
		v.Organisation = q.cfg.Organisation.Title()
	}
	return v
}

func signInPage(q *request) error {
	next := safeNext(q.r.URL.Query().Get("next"))
	if _, ok, err := q.s.subject(q.r.Context()); err != nil {
		return err
	} else if ok {
		http.Redirect(q.w, q.r, next, http.StatusSeeOther)
		return nil
	}
	return q.page("signin", "Sign in", q.blank(next))
}

func signIn(q *request) error {
	ctx := q.r.Context()
	if err := q.r.ParseForm(); err != nil {
		return &problem{status: http.StatusBadRequest, title: "The form can't be read", says: "Go back and send it again."}
	}
	if q.cfg.NoLocal {
		return errNotFound
	}
	view := q.blank(q.r.PostForm.Get("next"))
	view.Username = words.Clip(q.r.PostForm.Get("username"), 80)
	in, err := q.cfg.Accounts.SignIn(ctx, Attempt{Username: q.r.PostForm.Get("username"), Password: q.r.PostForm.Get("password"),
		From: callerAddress(q.r), Device: q.s.device(q.r)})
	var throttled *ThrottledError
	switch {
	case errors.Is(err, ErrSignIn), errors.Is(err, ErrNoAccount):
		if err := q.refusedSignIn(q.r.PostForm.Get("username"), err); err != nil {
			return err
		}
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
	if ok, err := q.secondStep(in, view.Next); err != nil || !ok {
		return err
	}
	return q.admit(in, "password", view.Next)
}

// admit begins a session for somebody who has proved who they are, and goes on to where they wanted. It is recorded first: a sign-in
// that can't be recorded doesn't happen.
func (q *request) admit(in Entrance, how, next string) error {
	if err := q.note(in.UserID, "sign_in", in.UserID, true, how); err != nil {
		return err
	}
	if err := q.s.begin(q.r.Context(), in.UserID); err != nil {
		return err
	}
	if how == viaOrganisation {
		q.sessions.Put(q.r.Context(), keyChecked, q.cfg.Now().Unix())
	} else if err := q.noteMustChange(q.r.Context(), in.UserID); err != nil {
		return err
	}
	q.s.know(q.w, in.Device)
	next = q.afterSignIn(in.UserID, next)
	q.s.rememberOwner(q.w, in.UserID)
	http.Redirect(q.w, q.r, next, http.StatusSeeOther)
	return nil
}

// refusedSignIn records a failed attempt under a digest of the name: people type passwords into the wrong box.
func (q *request) refusedSignIn(username string, err error) error {
	var refused *RefusedError
	code := "refused"
	if errors.As(err, &refused) {
		code = refused.Code
	}
	sum := sha256.Sum256([]byte("sign-in name\x00" + strings.ToLower(strings.TrimSpace(username))))
	return q.note("anonymous", "sign_in", "name:"+hex.EncodeToString(sum[:8]), false, code)
}

func signOut(q *request) error {
	if q.signed {
		if err := q.note(q.sub.UserID, "sign_out", q.sub.UserID, true, "asked"); err != nil {
			q.cfg.Log.Error("a sign-out could not be recorded", "reference", q.ref)
		}
		if q.cfg.Restricted != nil {
			// Emergency access ends with the session, in every session of its holder.
			if err := q.cfg.Restricted.End(q.r.Context(), q.sub.UserID); err != nil {
				return err
			}
		}
	}
	if err := q.sessions.Destroy(q.r.Context()); err != nil {
		return err
	}
	q.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(q.w, q.r, "/sign-in", http.StatusSeeOther)
	return nil
}
