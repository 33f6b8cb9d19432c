// Package signinpages is the door: signing in with a password or through the organisation, the second factor, one-time links, and the form that
// somebody was sending when the session ended. What keeps the door shut is in package page.
package signinpages

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"bellwether/casework/accounts"
	"bellwether/dashboard/page"
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
func blank(q *page.Request, next string) signInView {
	v := signInView{Next: page.SafeNext(next), Local: !q.Config.NoLocal}
	if q.Config.Organisation != nil {
		v.Organisation = q.Config.Organisation.Title()
	}
	return v
}

// Page is the form to sign in.
func Page(q *page.Request) error {
	next := page.SafeNext(q.R.URL.Query().Get("next"))
	if _, ok, err := q.Server.Subject(q.R.Context()); err != nil {
		return err
	} else if ok {
		http.Redirect(q.W, q.R, next, http.StatusSeeOther)
		return nil
	}
	return q.Page("signin", "Sign in", blank(q, next))
}

// SignIn takes a name and a password.
func SignIn(q *page.Request) error {
	ctx := q.R.Context()
	if err := q.R.ParseForm(); err != nil {
		return &page.Problem{Status: http.StatusBadRequest, Title: "The form can't be read", Says: "Go back and send it again."}
	}
	if q.Config.NoLocal {
		return page.ErrNotFound
	}
	view := blank(q, q.R.PostForm.Get("next"))
	view.Username = words.Clip(q.R.PostForm.Get("username"), 80)
	in, err := q.Config.Accounts.SignIn(ctx, page.Attempt{Username: q.R.PostForm.Get("username"), Password: q.R.PostForm.Get("password"),
		From: page.CallerAddress(q.R), Device: q.Server.Device(q.R)})
	var throttled *page.ThrottledError
	switch {
	case errors.Is(err, page.ErrSignIn), errors.Is(err, page.ErrNoAccount):
		if err := RefusedSignIn(q, q.R.PostForm.Get("username"), err); err != nil {
			return err
		}
		q.Status, view.Problem = http.StatusUnauthorized, "The name or the password is wrong."
		return q.Page("signin", "Sign in", view)
	case errors.As(err, &throttled):
		q.Status = http.StatusTooManyRequests
		seconds := int(throttled.RetryAfter.Seconds()) + 1
		q.W.Header().Set("Retry-After", words.Decimal(float64(seconds), 0))
		view.Problem = "Too many attempts. Wait " + words.Plural(seconds, "second") + " and try again."
		return q.Page("signin", "Sign in", view)
	case err != nil:
		return err
	}
	if ok, err := secondStep(q, in, view.Next); err != nil || !ok {
		return err
	}
	return admit(q, in, "password", view.Next)
}

// admit begins a session for somebody who has proved who they are, and goes on to where they wanted. It is recorded first: a sign-in
// that can't be recorded doesn't happen.
func admit(q *page.Request, in page.Entrance, how, next string) error {
	if err := q.Note(in.UserID, "sign_in", in.UserID, true, how); err != nil {
		return err
	}
	if err := q.Server.Begin(q.R.Context(), in.UserID); err != nil {
		return err
	}
	if how == viaOrganisation {
		q.Sessions.Put(q.R.Context(), page.KeyChecked, q.Config.Now().Unix())
	} else if err := noteMustChange(q.R.Context(), q, in.UserID); err != nil {
		return err
	}
	q.Server.Know(q.W, in.Device)
	next = afterSignIn(q, in.UserID, next)
	q.Server.RememberOwner(q.W, in.UserID)
	http.Redirect(q.W, q.R, next, http.StatusSeeOther)
	return nil
}

// RefusedSignIn records a failed attempt under a digest of the name: people type passwords into the wrong box.
func RefusedSignIn(q *page.Request, username string, err error) error {
	var refused *page.RefusedError
	code := "refused"
	if errors.As(err, &refused) {
		code = refused.Code
	}
	sum := sha256.Sum256([]byte("sign-in name\x00" + strings.ToLower(strings.TrimSpace(username))))
	return q.Note("anonymous", "sign_in", "name:"+hex.EncodeToString(sum[:8]), false, code)
}

// SignOut ends the session.
func SignOut(q *page.Request) error {
	if q.Signed {
		if err := q.Note(q.Subject.UserID, "sign_out", q.Subject.UserID, true, "asked"); err != nil {
			q.Config.Log.Error("a sign-out could not be recorded", "reference", q.Reference)
		}
		if q.Config.Restricted != nil {
			// Emergency access ends with the session, in every session of its holder.
			if err := q.Config.Restricted.End(q.R.Context(), q.Subject.UserID); err != nil {
				return err
			}
		}
	}
	if err := q.Sessions.Destroy(q.R.Context()); err != nil {
		return err
	}
	q.W.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	http.Redirect(q.W, q.R, "/sign-in", http.StatusSeeOther)
	return nil
}

// noteMustChange remembers for the session that has just begun whether its password is to be replaced.
func noteMustChange(ctx context.Context, q *page.Request, userID string) error {
	if q.Config.Local == nil {
		return nil
	}
	account, err := q.Config.Local.Get(ctx, userID)
	if errors.Is(err, accounts.ErrNotFound) {
		return nil // its accounts are kept elsewhere
	}
	if err == nil && account.MustChange {
		q.Sessions.Put(ctx, page.KeyMustChange, true)
	}
	return err
}
