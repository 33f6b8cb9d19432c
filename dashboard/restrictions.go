package dashboard

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

func restrictionsPage(q *request) error { return q.restrictions("") }

func (q *request) restrictions(problem string) error {
	book := q.cfg.Restricted
	if book == nil {
		return errNotFound
	}
	v := restrictionsView{Problem: problem}
	for _, kind := range restricted.Kinds {
		v.Kinds = append(v.Kinds, kindCount{Kind: kind, Says: kindWords[kind]})
	}
	if v.Counted = q.cfg.Authorise(q.sub, access.View, access.Resource{Class: access.ClassA, Kind: access.Restriction}).Allow; v.Counted {
		counts := book.Counts()
		for _, kind := range restricted.Kinds {
			v.Counts = append(v.Counts, kindCount{kind, kindWords[kind], counts[kind]})
		}
		v.Overdue = book.Overdue()
	}
	willing, res := q.sub, access.Resource{Class: access.ClassC, Kind: access.Case, CaseID: "any"}
	if willing.RecentSignIn = true; len(q.sub.Cases) > 0 {
		res.CaseID = q.sub.Cases[0]
	}
	v.May = q.cfg.Authorise(willing, access.Restrict, res).Allow
	for _, r := range book.Known(q.sub.UserID) {
		line, err := q.restrictionLine(r)
		if err != nil {
			return err
		}
		v.Known = append(v.Known, line)
	}
	return q.page("restrictions", "Restrictions", v, step{"Your account", "/account"})
}

func (q *request) restrictionLine(r restricted.Restriction) (restrictionLine, error) {
	l := restrictionLine{ID: r.ID, Kind: kindWords[r.Kind], Case: r.CaseID, Ground: r.Ground, Opened: r.OpenedAt, Due: r.ReviewDue(),
		Late: q.cfg.Now().After(r.ReviewDue())}
	var err error
	if l.Owner, err = q.nameOf(r.Owner); err != nil {
		return l, err
	}
	for _, p := range r.Named {
		if !r.Knows(p.User, q.cfg.Now()) {
			continue
		}
		name, err := q.nameOf(p.User)
		if err != nil {
			return l, err
		}
		l.Named = append(l.Named, namedLine{p.User, name, p.Until, p.User == r.Owner})
	}
	if p := r.Proposal; p != nil {
		l.Waits, l.OwnStep, l.Reason = true, p.By == q.sub.UserID, p.Reason
		if l.By, err = q.nameOf(p.By); err == nil && p.Add != nil {
			l.Adds, err = q.nameOf(p.Add.User)
		}
	}
	return l, err
}

// userOf finds the account that a person has typed, by user name.
func (q *request) userOf(field string) (string, error) {
	name := strings.TrimSpace(q.r.PostForm.Get(field))
	if name == "" || q.cfg.Local == nil {
		return "", nil
	}
	a, err := q.cfg.Local.ByUsername(q.r.Context(), name)
	if errors.Is(err, accounts.ErrNotFound) {
		return "", &restricted.InputError{Field: field, Says: "There is no account with this user name."}
	}
	return a.ID, err
}

// openRestriction hides a case. The policy is asked about the very thing that is to be hidden.
func openRestriction(q *request) error {
	book := q.cfg.Restricted
	if book == nil {
		return errNotFound
	}
	if err := q.form(); err != nil {
		return err
	}
	f := q.r.PostForm
	o := restricted.Opening{By: q.sub.UserID, Kind: f.Get("kind"), CaseID: strings.TrimSpace(f.Get("case")), Ground: f.Get("ground")}
	if err := q.permit(access.Restrict, access.Resource{Class: access.ClassC, Kind: access.Case, ID: o.CaseID, CaseID: o.CaseID}); err != nil {
		return err
	}
	var err error
	if q.cfg.Cases != nil && o.CaseID != "" {
		// A case that is not there is no case to hide; one that others have hidden was refused above, in the same words.
		if _, known, e := q.cfg.Cases.ProviderOf(q.r.Context(), o.CaseID); e != nil {
			return e
		} else if !known {
			return errNotFound
		}
	}
	if o.With, err = q.userOf("with"); err == nil {
		_, err = book.Open(q.r.Context(), o)
	}
	return q.afterRestriction(err)
}

// permit asks the policy about one thing, with what restricts it, and records the answer.
func (q *request) permit(action access.Action, res access.Resource) error {
	var err error
	if q.cfg.Facts != nil {
		if res, err = q.cfg.Facts.About(q.r.Context(), res); err != nil {
			return err
		}
	}
	d := q.cfg.Authorise(q.sub, action, res)
	q.route.action, q.route.class, q.route.kind = action, res.Class, res.Kind
	if !d.Allow {
		return q.refuse(d, res.ID)
	}
	session, err := q.s.visit(q.r.Context())
	if err != nil {
		return err
	}
	return q.write(Entry{At: q.cfg.Now().UTC(), UserID: q.sub.UserID, Roles: q.sub.Roles, Session: session, Action: string(action), Kind: string(res.Kind), Class: string(res.Class),
		ID: res.ID, Allowed: true, Reason: d.Reason, Purpose: q.sub.Purpose, Restricted: action == access.Restrict || res.Restricted != "", RequestID: q.ref})
}

// changeRestriction carries out one step on a restriction that the reader is named on; to anybody else there is none.
func changeRestriction(q *request) error {
	book, id := q.cfg.Restricted, q.r.PathValue("id")
	if book == nil {
		return errNotFound
	}
	if err := q.form(); err != nil {
		return err
	}
	if !slices.ContainsFunc(book.Known(q.sub.UserID), func(r restricted.Restriction) bool { return r.ID == id }) {
		if err := q.note(q.sub.UserID, string(access.Restrict), id, false, access.ReasonRestricted); err != nil {
			return err
		}
		return errNotFound
	}
	if !q.sub.RecentSignIn {
		q.route.action = access.Restrict
		return q.refuse(access.Decision{Reason: needsRecentSignIn}, id)
	}
	f, ctx := q.r.PostForm, q.r.Context()
	step := f.Get("step")
	if err := q.write(Entry{At: q.cfg.Now().UTC(), UserID: q.sub.UserID, Roles: q.sub.Roles, Action: string(access.Restrict), Kind: string(access.Restriction), Class: string(access.ClassC),
		ID: id, Allowed: true, Reason: "named", Purpose: step, Restricted: true, RequestID: q.ref}); err != nil {
		return err
	}
	user, err := q.userOf("user")
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
			err = book.Propose(ctx, id, q.sub.UserID, user, until, f.Get("reason"))
		case "lift":
			err = book.Propose(ctx, id, q.sub.UserID, "", time.Time{}, f.Get("reason"))
		case "confirm":
			err = book.Confirm(ctx, id, q.sub.UserID)
		case "withdraw":
			err = book.Withdraw(ctx, id, q.sub.UserID)
		case "remove":
			err = book.Remove(ctx, id, q.sub.UserID, f.Get("id"))
		case "review":
			err = book.Review(ctx, id, q.sub.UserID, f.Get("reason"))
		default:
			err = &restricted.InputError{Field: "step", Says: "Choose what to do."}
		}
	}
	return q.afterRestriction(err)
}

// afterRestriction goes back to the list, with what was wrong if anything was.
func (q *request) afterRestriction(err error) error {
	var input *restricted.InputError
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &input):
		q.status = http.StatusUnprocessableEntity
		return q.restrictions(input.Says)
	case errors.As(err, &conflict):
		q.status = http.StatusConflict
		return q.restrictions("Somebody else changed it meanwhile. Look at it again.")
	case errors.Is(err, restricted.ErrUnknown):
		return errNotFound
	case err != nil:
		return err
	}
	http.Redirect(q.w, q.r, "/restrictions", http.StatusSeeOther)
	return nil
}
