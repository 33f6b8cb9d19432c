package dashboard

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"bellwether/casework/accounts"
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
	Links []step
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

func accountPage(q *request) error {
	v := accountView{Name: q.sub.Name, Organisation: q.sub.Organisation, Roles: roleNames(q.sub.Roles), Areas: slices.Clone(q.sub.LocalAuthorities),
		Listed: q.cfg.Visits != nil, Recent: q.sub.RecentSignIn}
	if q.r.URL.Query().Get("done") == "ended" {
		v.Done = "The session has ended. Whoever had it open is asked to sign in."
	}
	if q.r.URL.Query().Get("done") == "calendar" {
		v.Done = "The calendar's address is withdrawn. Programs that used it find nothing there."
	}
	if q.r.URL.Query().Get("done") == "password" {
		v.Done = "Your password is changed, and you are signed out everywhere else."
	}
	if err := q.ownCalendar(&v); err != nil {
		return err
	}
	v.Links = []step{{"What you may see, and why", "/account/access"}, {"Second factor", "/account/second"}}
	if q.cfg.Local != nil && !q.cfg.NoLocal && !q.federated() {
		v.Links = append(v.Links, step{"Change your password", "/account/password"})
	}
	if q.cfg.Restricted != nil {
		v.Links = append(v.Links, step{"Restrictions", "/restrictions"})
		if q.mayBreak("") || q.cfg.Authorise(q.sub, access.View, access.Resource{Class: access.ClassB, Kind: access.BreakGlassUse}).Allow {
			v.Links = append(v.Links, step{"Emergency access", "/emergency"})
		}
	}
	if v.Listed {
		here, err := q.s.visit(q.r.Context())
		if err != nil {
			return err
		}
		live, err := q.cfg.Visits.List(q.r.Context(), q.sub.UserID)
		if err != nil {
			return err
		}
		for _, l := range live {
			v.Sessions = append(v.Sessions, sessionLine{l.ID, l.CreatedAt, l.LastSeen, l.EndsAt, l.ID == here})
		}
	}
	return q.page("account", "Your account", v)
}

// endSession ends one of the reader's own sessions, or all but this one. An id of somebody else's session does nothing.
func endSession(q *request) error {
	if q.cfg.Visits == nil {
		return errNotFound
	}
	if err := q.form(); err != nil {
		return err
	}
	ctx := q.r.Context()
	here, err := q.s.visit(ctx)
	if err != nil {
		return err
	}
	ids := []string{q.r.PostForm.Get("session")}
	if ids[0] != here && !q.sub.RecentSignIn { // whoever finds an open screen can't throw its owner out elsewhere
		return q.refuse(decisionNeedsProof, "")
	}
	if ids[0] == "others" {
		live, err := q.cfg.Visits.List(ctx, q.sub.UserID)
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
		if err := q.note(q.sub.UserID, "end_session", words.Clip(id, 40), true, "own_session"); err != nil {
			return err
		}
		if id == here {
			return signOut(q)
		}
		if err := q.cfg.Visits.End(ctx, q.sub.UserID, id); err != nil {
			return err
		}
	}
	http.Redirect(q.w, q.r, "/account?done=ended", http.StatusSeeOther)
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

func confirmPage(q *request) error {
	return q.page("confirm", "Confirm that it is you", confirmView{Next: safeNext(q.r.URL.Query().Get("next")), Organisation: q.federated(), Second: q.hasSecond()}, step{"Your account", "/account"})
}

// confirm checks the password again, which counts like an attempt to sign in, so that an unattended screen is no place to guess.
func confirm(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	if q.federated() {
		return errNotFound
	}
	v := confirmView{Next: safeNext(q.r.PostForm.Get("next")), Second: q.hasSecond()}
	username, err := q.ownName()
	if err != nil {
		return err
	}
	in, err := q.cfg.Accounts.SignIn(q.r.Context(), Attempt{Username: username, Password: q.r.PostForm.Get("password"), From: callerAddress(q.r), Device: q.s.device(q.r)})
	var throttled *ThrottledError
	switch {
	case errors.As(err, &throttled):
		q.status = http.StatusTooManyRequests
		v.Problem = "Too many attempts. Wait " + words.Plural(int(throttled.RetryAfter.Seconds())+1, "second") + " and try again."
	case errors.Is(err, ErrSignIn), err == nil && in.UserID != q.sub.UserID:
		if err := q.refusedSignIn(username, err); err != nil {
			return err
		}
		q.status, v.Problem = http.StatusUnauthorized, "The password is wrong."
	case err != nil:
		return err
	case v.Second:
		if v.Problem, err = q.checkCode(q.sub.UserID); err != nil {
			return err
		}
		if v.Problem == "" {
			return q.reconfirmed(in, "password_and_code", v.Next)
		}
	default:
		return q.reconfirmed(in, "password", v.Next)
	}
	return q.page("confirm", "Confirm that it is you", v, step{"Your account", "/account"})
}

// hasSecond says whether the reader has a second factor; where that can't be told, one is asked for.
func (q *request) hasSecond() bool {
	if q.cfg.Local == nil {
		return false
	}
	has, err := q.cfg.Local.HasSecond(q.r.Context(), q.sub.UserID)
	return has || err != nil
}

// reconfirmed notes a step-up under a new token.
func (q *request) reconfirmed(in Entrance, how, next string) error {
	if err := q.note(q.sub.UserID, "confirm", q.sub.UserID, true, how); err != nil {
		return err
	}
	if err := q.sessions.RenewToken(q.r.Context()); err != nil {
		return err
	}
	q.s.confirmed(q.r.Context())
	q.s.know(q.w, in.Device)
	http.Redirect(q.w, q.r, next, http.StatusSeeOther)
	return nil
}

// ownName is the user name under which the reader signs in.
func (q *request) ownName() (string, error) {
	if q.cfg.Local == nil {
		return q.sub.Name, nil
	}
	a, err := q.cfg.Local.Get(q.r.Context(), q.sub.UserID)
	if errors.Is(err, accounts.ErrNotFound) {
		return "", errNotFound
	}
	return a.Username, err
}
