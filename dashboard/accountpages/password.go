package accountpages

import (
	"errors"
	"net/http"

	"bellwether/casework/accounts"
	"bellwether/dashboard/page"
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

// PasswordPage is the form that changes the reader's password.
func PasswordPage(q *page.Request) error {
	v, err := ownPassword(q)
	if err != nil {
		return err
	}
	return q.Page("password", "Change your password", v, page.To("Your account", "/account"))
}

func ownPassword(q *page.Request) (v passwordView, err error) {
	if q.Config.Local == nil || q.Config.NoLocal || q.Federated() {
		return v, page.ErrNotFound
	}
	v.Must = q.Sessions.GetBool(q.R.Context(), page.KeyMustChange)
	v.Username, err = ownName(q)
	return v, err
}

// ChangePassword takes the present password and a new one. Every session of the account ends, and this browser gets a new one. Where a
// second factor is set up the fresh proof that is asked for before has asked for its code.
func ChangePassword(q *page.Request) error {
	if err := q.ReadForm(); err != nil {
		return err
	}
	v, err := ownPassword(q)
	if err != nil {
		return err
	}
	if !q.Subject.RecentSignIn {
		q.Route.Action = "administer"
		return q.Refuse(page.DecisionNeedsProof, "")
	}
	ctx, id := q.R.Context(), q.Subject.UserID
	present, next := q.R.PostForm.Get("present"), q.R.PostForm.Get("password")
	if err := q.Note(id, "set_password", id, true, "own"); err != nil {
		return err
	}
	err = q.Config.Local.ChangePassword(ctx, id, present, next, q.Server.Device(q.R))
	var weak *accounts.PasswordError
	var refused *accounts.SignInError
	switch {
	case errors.As(err, &weak):
		q.Status, v.Problem, v.Field = http.StatusUnprocessableEntity, words.Capital(weak.Why)+".", "password"
	case errors.As(err, &refused) && refused.RetryAfter > 0:
		q.Status, v.Problem, v.Field = http.StatusTooManyRequests, "Too many attempts. Wait "+words.Plural(int(refused.RetryAfter.Seconds())+1, "second")+" and try again.", "present"
	case errors.As(err, &refused):
		if err := q.Note(id, "set_password", id, false, refused.Code); err != nil {
			return err
		}
		q.Status, v.Problem, v.Field = http.StatusUnprocessableEntity, "The present password is wrong.", "present"
	case err != nil:
		return err
	default:
		if err := q.Server.Begin(ctx, id); err != nil {
			return err
		}
		q.Sessions.Remove(ctx, page.KeyMustChange)
		http.Redirect(q.W, q.R, "/account?done=password", http.StatusSeeOther)
		return nil
	}
	return q.Page("password", "Change your password", v, page.To("Your account", "/account"))
}
