package dashboard

import (
	"context"
	"errors"
	"net/http"

	"bellwether/casework/accounts"
	"bellwether/dashboard/words"
)

// passwordView lets somebody replace the own password.
type passwordView struct {
	Username, Problem string
	// Must says that nothing else can be done before.
	Must bool
	// Field is the one that Problem is about.
	Field string
}

// noteMustChange remembers for the session that has just begun whether its password is to be replaced.
func (q *request) noteMustChange(ctx context.Context, userID string) error {
	if q.cfg.Local == nil {
		return nil
	}
	account, err := q.cfg.Local.Get(ctx, userID)
	if errors.Is(err, accounts.ErrNotFound) {
		return nil // its accounts are kept elsewhere
	}
	if err == nil && account.MustChange {
		q.sessions.Put(ctx, keyMustChange, true)
	}
	return err
}

func passwordPage(q *request) error {
	v, err := q.passwordView()
	if err != nil {
		return err
	}
	return q.page("password", "Change your password", v, step{"Your account", "/account"})
}

func (q *request) passwordView() (v passwordView, err error) {
	if q.cfg.Local == nil || q.cfg.NoLocal || q.federated() {
		return v, errNotFound
	}
	v.Must = q.sessions.GetBool(q.r.Context(), keyMustChange)
	v.Username, err = q.ownName()
	return v, err
}

// changePassword takes the present password and a new one. Every session of the account ends, and this browser gets a new one. Where a
// second factor is set up the fresh proof that is asked for before has asked for its code.
func changePassword(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	v, err := q.passwordView()
	if err != nil {
		return err
	}
	if !q.sub.RecentSignIn {
		q.route.action = "administer"
		return q.refuse(decisionNeedsProof, "")
	}
	ctx, id := q.r.Context(), q.sub.UserID
	present, next := q.r.PostForm.Get("present"), q.r.PostForm.Get("password")
	if err := q.note(id, "set_password", id, true, "own"); err != nil {
		return err
	}
	err = q.cfg.Local.ChangePassword(ctx, id, present, next, q.s.device(q.r))
	var weak *accounts.PasswordError
	var refused *accounts.SignInError
	switch {
	case errors.As(err, &weak):
		q.status, v.Problem, v.Field = http.StatusUnprocessableEntity, words.Capital(weak.Why)+".", "password"
	case errors.As(err, &refused) && refused.RetryAfter > 0:
		q.status, v.Problem, v.Field = http.StatusTooManyRequests, "Too many attempts. Wait "+words.Plural(int(refused.RetryAfter.Seconds())+1, "second")+" and try again.", "present"
	case errors.As(err, &refused):
		if err := q.note(id, "set_password", id, false, refused.Code); err != nil {
			return err
		}
		q.status, v.Problem, v.Field = http.StatusUnprocessableEntity, "The present password is wrong.", "present"
	case err != nil:
		return err
	default:
		if err := q.s.begin(ctx, id); err != nil {
			return err
		}
		q.sessions.Remove(ctx, keyMustChange)
		http.Redirect(q.w, q.r, "/account?done=password", http.StatusSeeOther)
		return nil
	}
	return q.page("password", "Change your password", v, step{"Your account", "/account"})
}
