// Package accountpages is the reader's own room: the account, its sessions and password, the proof that it is still them, and the calendar that
// other programs may read.
package accountpages

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"bellwether/casework/accounts"
	"bellwether/dashboard/oversightpages"
	"bellwether/dashboard/page"
	"bellwether/dashboard/signinpages"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// accountView is the reader's own account: who they are here, and where they are signed in.
type accountView struct {
	Name, Organisation string
	Roles              string
	Areas              []string
	Sessions           []sessionLine
	// Listed says that sessions can be listed at all.
	Listed bool
	Recent bool
	// Links lead to what this reader's roles add to the account.
	Links []page.Step
	// Calendar says that calendars can be read here; CalendarAddress is a new one, shown once, and CalendarSince when the present one was
	// made.
	Calendar        bool
	CalendarAddress string
	CalendarSince   time.Time
	// Done says what has just been done.
	Done string
}

// sessionLine is one session on the screen.
type sessionLine struct {
	ID               string
	Began, Seen, End time.Time
	Here             bool
}

// Page is the reader's own account.
func Page(q *page.Request) error {
	v := accountView{Name: q.Subject.Name, Organisation: q.Subject.Organisation, Roles: page.RoleNames(q.Subject.Roles), Areas: slices.Clone(q.Subject.LocalAuthorities),
		Listed: q.Config.Visits != nil, Recent: q.Subject.RecentSignIn}
	if q.R.URL.Query().Get("done") == "ended" {
		v.Done = "The session has ended. Whoever had it open is asked to sign in."
	}
	if q.R.URL.Query().Get("done") == "calendar" {
		v.Done = "The calendar's address is withdrawn. Programs that used it find nothing there."
	}
	if q.R.URL.Query().Get("done") == "password" {
		v.Done = "Your password is changed, and you are signed out everywhere else."
	}
	if err := ownCalendar(q, &v); err != nil {
		return err
	}
	v.Links = []page.Step{page.To("What you may see, and why", "/account/access"), page.To("Second factor", "/account/second")}
	if q.Config.Local != nil && !q.Config.NoLocal && !q.Federated() {
		v.Links = append(v.Links, page.To("Change your password", "/account/password"))
	}
	if q.Config.Restricted != nil {
		v.Links = append(v.Links, page.To("Restrictions", "/restrictions"))
		if oversightpages.MayBreak(q, "") || q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassB, Kind: access.BreakGlassUse}).Allow {
			v.Links = append(v.Links, page.To("Emergency access", "/emergency"))
		}
	}
	if v.Listed {
		here, err := q.Server.Visit(q.R.Context())
		if err != nil {
			return err
		}
		live, err := q.Config.Visits.List(q.R.Context(), q.Subject.UserID)
		if err != nil {
			return err
		}
		for _, l := range live {
			v.Sessions = append(v.Sessions, sessionLine{l.ID, l.CreatedAt, l.LastSeen, l.EndsAt, l.ID == here})
		}
	}
	return q.Page("account", "Your account", v)
}

// EndSession ends one of the reader's own sessions, or all but this one. An id of somebody else's session does nothing.
func EndSession(q *page.Request) error {
	if q.Config.Visits == nil {
		return page.ErrNotFound
	}
	if err := q.ReadForm(); err != nil {
		return err
	}
	ctx := q.R.Context()
	here, err := q.Server.Visit(ctx)
	if err != nil {
		return err
	}
	ids := []string{q.R.PostForm.Get("session")}
	if ids[0] != here && !q.Subject.RecentSignIn { // whoever finds an open screen can't throw its owner out elsewhere
		return q.Refuse(page.DecisionNeedsProof, "")
	}
	if ids[0] == "others" {
		live, err := q.Config.Visits.List(ctx, q.Subject.UserID)
		if err != nil {
			return err
		}
		ids = nil
		for _, l := range live {
			if l.ID != here {
				ids = append(ids, l.ID)
			}
		}
	}
	for _, id := range ids {
		if err := q.Note(q.Subject.UserID, "end_session", words.Clip(id, 40), true, "own_session"); err != nil {
			return err
		}
		if id == here {
			return signinpages.SignOut(q)
		}
		if err := q.Config.Visits.End(ctx, q.Subject.UserID, id); err != nil {
			return err
		}
	}
	http.Redirect(q.W, q.R, "/account?done=ended", http.StatusSeeOther)
	return nil
}

// confirmView asks who is there once more.
type confirmView struct {
	Next, Problem string
	// Organisation says that the identity provider is asked rather than a password.
	Organisation bool
	// Second says that a code is asked for too.
	Second bool
}

// ConfirmPage asks who is there once more.
func ConfirmPage(q *page.Request) error {
	return q.Page("confirm", "Confirm that it is you", confirmView{Next: page.SafeNext(q.R.URL.Query().Get("next")), Organisation: q.Federated(), Second: hasSecond(q)}, page.To("Your account", "/account"))
}

// Confirm checks the password again, which counts like an attempt to sign in, so that an unattended screen is no place to guess.
func Confirm(q *page.Request) error {
	if err := q.ReadForm(); err != nil {
		return err
	}
	if q.Federated() {
		return page.ErrNotFound
	}
	v := confirmView{Next: page.SafeNext(q.R.PostForm.Get("next")), Second: hasSecond(q)}
	username, err := ownName(q)
	if err != nil {
		return err
	}
	in, err := q.Config.Accounts.SignIn(q.R.Context(), page.Attempt{Username: username, Password: q.R.PostForm.Get("password"), From: page.CallerAddress(q.R), Device: q.Server.Device(q.R)})
	var throttled *page.ThrottledError
	switch {
	case errors.As(err, &throttled):
		q.Status = http.StatusTooManyRequests
		v.Problem = "Too many attempts. Wait " + words.Plural(int(throttled.RetryAfter.Seconds())+1, "second") + " and try again."
	case errors.Is(err, page.ErrSignIn), err == nil && in.UserID != q.Subject.UserID:
		if err := signinpages.RefusedSignIn(q, username, err); err != nil {
			return err
		}
		q.Status, v.Problem = http.StatusUnauthorized, "The password is wrong."
	case err != nil:
		return err
	case v.Second:
		if v.Problem, err = signinpages.CheckCode(q, q.Subject.UserID); err != nil {
			return err
		}
		if v.Problem == "" {
			return reconfirmed(q, in, "password_and_code", v.Next)
		}
	default:
		return reconfirmed(q, in, "password", v.Next)
	}
	return q.Page("confirm", "Confirm that it is you", v, page.To("Your account", "/account"))
}

// hasSecond says whether the reader has a second factor; where that can't be told, one is asked for.
func hasSecond(q *page.Request) bool {
	if q.Config.Local == nil {
		return false
	}
	has, err := q.Config.Local.HasSecond(q.R.Context(), q.Subject.UserID)
	return has || err != nil
}

// reconfirmed notes a step-up under a new token.
func reconfirmed(q *page.Request, in page.Entrance, how, next string) error {
	if err := q.Note(q.Subject.UserID, "confirm", q.Subject.UserID, true, how); err != nil {
		return err
	}
	if err := q.Sessions.RenewToken(q.R.Context()); err != nil {
		return err
	}
	q.Server.Confirmed(q.R.Context())
	q.Server.Know(q.W, in.Device)
	http.Redirect(q.W, q.R, next, http.StatusSeeOther)
	return nil
}

// ownName is the user name under which the reader signs in.
func ownName(q *page.Request) (string, error) {
	if q.Config.Local == nil {
		return q.Subject.Name, nil
	}
	a, err := q.Config.Local.Get(q.R.Context(), q.Subject.UserID)
	if errors.Is(err, accounts.ErrNotFound) {
		return "", page.ErrNotFound
	}
	return a.Username, err
}
