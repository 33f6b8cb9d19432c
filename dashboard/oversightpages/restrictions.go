package oversightpages

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"bellwether/casework/accounts"
	"bellwether/casework/restricted"
	"bellwether/casework/store"
	"bellwether/casework/workdays"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// kindWords says each kind of restriction to a person.
var kindWords = map[string]string{
	access.PoliceRestriction:    "Police: an investigation that must not become known",
	access.ComplicitRestriction: "Provider complicit: its management is part of the concern",
	access.ConflictRestriction:  "Conflict of interest: somebody who could look it up is concerned",
	access.CourtRestriction:     "Court order",
}

// restrictionsView lists what the reader is named on, and the counts for those who may know nothing else.
type restrictionsView struct {
	Known   []restrictionLine
	Counts  []kindCount
	Counted bool
	Overdue int
	May     bool
	Kinds   []kindCount
	Problem string
}

type kindCount struct {
	Kind, Says string
	N          int
}

// restrictionLine is one restriction as somebody who is named on it sees it.
type restrictionLine struct {
	_                    struct{} `class:"C"`
	ID, Kind, Case       string
	Ground, Owner        string
	Named                []namedLine
	Opened, Due          time.Time
	Late, Waits, OwnStep bool
	Adds, Reason, By     string
}

type namedLine struct {
	ID, Name string
	Until    time.Time
	Owner    bool
}

// Restrictions lists what is hidden, for those who are named.
func Restrictions(q *page.Request) error { return restrictions(q, "") }

func restrictions(q *page.Request, problem string) error {
	book := q.Config.Restricted
	if book == nil {
		return page.ErrNotFound
	}
	v := restrictionsView{Problem: problem}
	for _, kind := range restricted.Kinds {
		v.Kinds = append(v.Kinds, kindCount{Kind: kind, Says: kindWords[kind]})
	}
	if v.Counted = q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassA, Kind: access.Restriction}).Allow; v.Counted {
		counts := book.Counts()
		for _, kind := range restricted.Kinds {
			v.Counts = append(v.Counts, kindCount{kind, kindWords[kind], counts[kind]})
		}
		v.Overdue = book.Overdue()
	}
	willing, res := q.Subject, access.Resource{Class: access.ClassC, Kind: access.Case, CaseID: "any"}
	if willing.RecentSignIn = true; len(q.Subject.Cases) > 0 {
		res.CaseID = q.Subject.Cases[0]
	}
	v.May = q.Config.Authorise(willing, access.Restrict, res).Allow
	for _, r := range book.Known(q.Subject.UserID) {
		line, err := lineOfRestriction(q, r)
		if err != nil {
			return err
		}
		v.Known = append(v.Known, line)
	}
	return q.Page("restrictions", "Restrictions", v, page.To("Your account", "/account"))
}

func lineOfRestriction(q *page.Request, r restricted.Restriction) (restrictionLine, error) {
	l := restrictionLine{ID: r.ID, Kind: kindWords[r.Kind], Case: r.CaseID, Ground: r.Ground, Opened: r.OpenedAt, Due: r.ReviewDue(),
		Late: q.Config.Now().After(r.ReviewDue())}
	var err error
	if l.Owner, err = q.NameOf(r.Owner); err != nil {
		return l, err
	}
	for _, p := range r.Named {
		if !r.Knows(p.User, q.Config.Now()) {
			continue
		}
		name, err := q.NameOf(p.User)
		if err != nil {
			return l, err
		}
		l.Named = append(l.Named, namedLine{p.User, name, p.Until, p.User == r.Owner})
	}
	if p := r.Proposal; p != nil {
		l.Waits, l.OwnStep, l.Reason = true, p.By == q.Subject.UserID, p.Reason
		if l.By, err = q.NameOf(p.By); err == nil && p.Add != nil {
			l.Adds, err = q.NameOf(p.Add.User)
		}
	}
	return l, err
}

// userOf finds the account that a person has typed, by user name.
func userOf(q *page.Request, field string) (string, error) {
	name := strings.TrimSpace(q.R.PostForm.Get(field))
	if name == "" || q.Config.Local == nil {
		return "", nil
	}
	a, err := q.Config.Local.ByUsername(q.R.Context(), name)
	if errors.Is(err, accounts.ErrNotFound) {
		return "", &restricted.InputError{Field: field, Says: "There is no account with this user name."}
	}
	return a.ID, err
}

// OpenRestriction hides a case. The policy is asked about the very thing that is to be hidden.
func OpenRestriction(q *page.Request) error {
	book := q.Config.Restricted
	if book == nil {
		return page.ErrNotFound
	}
	if err := q.ReadForm(); err != nil {
		return err
	}
	f := q.R.PostForm
	o := restricted.Opening{By: q.Subject.UserID, Kind: f.Get("kind"), CaseID: strings.TrimSpace(f.Get("case")), Ground: f.Get("ground")}
	if err := permit(q, access.Restrict, access.Resource{Class: access.ClassC, Kind: access.Case, ID: o.CaseID, CaseID: o.CaseID}); err != nil {
		return err
	}
	var err error
	if q.Config.Cases != nil && o.CaseID != "" {
		// A case that is not there is no case to hide; one that others have hidden was refused above, in the same words.
		if _, known, e := q.Config.Cases.ProviderOf(q.R.Context(), o.CaseID); e != nil {
			return e
		} else if !known {
			return page.ErrNotFound
		}
	}
	if o.With, err = userOf(q, "with"); err == nil {
		_, err = book.Open(q.R.Context(), o)
	}
	return afterRestriction(q, err)
}

// permit asks the policy about one thing, with what restricts it, and records the answer.
func permit(q *page.Request, action access.Action, res access.Resource) error {
	var err error
	if q.Config.Facts != nil {
		if res, err = q.Config.Facts.About(q.R.Context(), res); err != nil {
			return err
		}
	}
	d := q.Config.Authorise(q.Subject, action, res)
	q.Route.Action, q.Route.Class, q.Route.Kind = action, res.Class, res.Kind
	if !d.Allow {
		return q.Refuse(d, res.ID)
	}
	session, err := q.Server.Visit(q.R.Context())
	if err != nil {
		return err
	}
	return q.Write(page.Entry{At: q.Config.Now().UTC(), UserID: q.Subject.UserID, Roles: q.Subject.Roles, Session: session, Action: string(action), Kind: string(res.Kind), Class: string(res.Class),
		ID: res.ID, Allowed: true, Reason: d.Reason, Purpose: q.Subject.Purpose, Restricted: action == access.Restrict || res.Restricted != "", RequestID: q.Reference})
}

// ChangeRestriction carries out one step on a restriction that the reader is named on; to anybody else there is none.
func ChangeRestriction(q *page.Request) error {
	book, id := q.Config.Restricted, q.R.PathValue("id")
	if book == nil {
		return page.ErrNotFound
	}
	if err := q.ReadForm(); err != nil {
		return err
	}
	if !slices.ContainsFunc(book.Known(q.Subject.UserID), func(r restricted.Restriction) bool { return r.ID == id }) {
		if err := q.Note(q.Subject.UserID, string(access.Restrict), id, false, access.ReasonRestricted); err != nil {
			return err
		}
		return page.ErrNotFound
	}
	if !q.Subject.RecentSignIn {
		q.Route.Action = access.Restrict
		return q.Refuse(access.Decision{Reason: page.NeedsRecentSignIn}, id)
	}
	f, ctx := q.R.PostForm, q.R.Context()
	step := f.Get("step")
	if err := q.Write(page.Entry{At: q.Config.Now().UTC(), UserID: q.Subject.UserID, Roles: q.Subject.Roles, Action: string(access.Restrict), Kind: string(access.Restriction), Class: string(access.ClassC),
		ID: id, Allowed: true, Reason: "named", Purpose: step, Restricted: true, RequestID: q.Reference}); err != nil {
		return err
	}
	user, err := userOf(q, "user")
	var until time.Time
	if day := f.Get("until"); err == nil && day != "" {
		var ok bool
		if until, ok = workdays.Parse(day); !ok {
			err = &restricted.InputError{Field: "until", Says: "Write the last day as 14 3 2026."}
		}
	}
	if err == nil {
		switch step {
		case "propose":
			if user == "" {
				err = &restricted.InputError{Field: "user", Says: "Name the person to let in by their user name."}
				break
			}
			err = book.Propose(ctx, id, q.Subject.UserID, user, until, f.Get("reason"))
		case "lift":
			err = book.Propose(ctx, id, q.Subject.UserID, "", time.Time{}, f.Get("reason"))
		case "confirm":
			err = book.Confirm(ctx, id, q.Subject.UserID)
		case "withdraw":
			err = book.Withdraw(ctx, id, q.Subject.UserID)
		case "remove":
			err = book.Remove(ctx, id, q.Subject.UserID, f.Get("id"))
		case "review":
			err = book.Review(ctx, id, q.Subject.UserID, f.Get("reason"))
		default:
			err = &restricted.InputError{Field: "step", Says: "Choose what to do."}
		}
	}
	return afterRestriction(q, err)
}

// afterRestriction goes back to the list, with what was wrong if anything was.
func afterRestriction(q *page.Request, err error) error {
	var input *restricted.InputError
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &input):
		q.Status = http.StatusUnprocessableEntity
		return restrictions(q, input.Says)
	case errors.As(err, &conflict):
		q.Status = http.StatusConflict
		return restrictions(q, "Somebody else changed it meanwhile. Look at it again.")
	case errors.Is(err, restricted.ErrUnknown):
		return page.ErrNotFound
	case err != nil:
		return err
	}
	http.Redirect(q.W, q.R, "/restrictions", http.StatusSeeOther)
	return nil
}
