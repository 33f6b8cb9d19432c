package oversightpages

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"bellwether/casework/restricted"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// emergencyView is emergency access: taking it, ending it, and reviewing who took it.
type emergencyView struct {
	Case    string
	May     bool
	Causes  []kindCount
	Open    []useLine
	Reviews bool
	Uses    []useLine
	Months  []monthLine
	Waiting int
	Problem string
}

// useLine is one use. It points to a case and says nothing of what the case holds.
type useLine struct {
	_                       struct{} `class:"B"`
	ID, Who, Case           string
	Cause, Reason           string
	At, Until, Due, Checked time.Time
	CheckedBy, Finding      string
	Justified, Late, Own    bool
}

// monthLine counts one person's uses in one month: a pattern is easier seen in a row.
type monthLine struct {
	Who, Month string
	N          int
}

// MayBreak says whether the reader's role allows emergency access, given a reason and a fresh proof.
func MayBreak(q *page.Request, caseID string) bool {
	willing := q.Subject
	willing.RecentSignIn, willing.Purpose = true, "asked"
	return q.Config.Restricted != nil && q.Config.Authorise(willing, access.BreakGlass, access.Resource{Class: access.ClassC, Kind: access.Case, CaseID: caseID}).Allow
}

// Emergency opens a restricted case in an emergency, and lists such uses for their review.
func Emergency(q *page.Request) error { return emergency(q, q.R.URL.Query().Get("case"), "") }

func emergency(q *page.Request, caseID, problem string) error {
	book := q.Config.Restricted
	reviews := q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassB, Kind: access.BreakGlassUse}).Allow
	if !MayBreak(q, caseID) && !reviews {
		return q.Refuse(access.Decision{Reason: access.ReasonNoRule}, "")
	}
	v := emergencyView{Case: words.Cut(caseID, 80), May: MayBreak(q, caseID), Reviews: reviews, Problem: problem}
	for _, code := range slices.Sorted(maps.Keys(restricted.Causes)) {
		v.Causes = append(v.Causes, kindCount{Kind: code, Says: restricted.Causes[code]})
	}
	now, months := q.Config.Now(), map[[2]string]int{}
	for _, u := range book.Uses() {
		own := u.User == q.Subject.UserID
		if !own && !reviews {
			continue
		}
		line, err := lineOfUse(q, u, now)
		if err != nil {
			return err
		}
		if own && u.Open(now) {
			v.Open = append(v.Open, line)
		}
		if reviews {
			v.Uses = append(v.Uses, line)
			months[[2]string{line.Who, u.At.Format("2006-01")}]++
			if u.ReviewedAt.IsZero() {
				v.Waiting++
			}
		}
	}
	for k, n := range months {
		v.Months = append(v.Months, monthLine{k[0], k[1], n})
	}
	slices.SortFunc(v.Months, func(a, b monthLine) int { return strings.Compare(b.Month+a.Who, a.Month+b.Who) })
	return q.Page("emergency", "Emergency access", v, page.To("Your account", "/account"))
}

func lineOfUse(q *page.Request, u restricted.Use, now time.Time) (useLine, error) {
	l := useLine{ID: u.ID, Case: u.CaseID, Cause: restricted.Causes[u.Cause], Reason: u.Reason, At: u.At, Until: u.Until, Due: u.DueBy, Checked: u.ReviewedAt, Finding: u.Finding,
		Justified: u.Justified, Late: u.ReviewedAt.IsZero() && now.After(u.DueBy.AddDate(0, 0, 1)), Own: u.User == q.Subject.UserID}
	var err error
	if l.Who, err = q.NameOf(u.User); err == nil && u.ReviewedBy != "" {
		l.CheckedBy, err = q.NameOf(u.ReviewedBy)
	}
	return l, err
}

// BreakGlass opens one case for an hour. That there is no such case, that it is the police's, and that it is not to be opened so are one
// answer.
func BreakGlass(q *page.Request) error {
	if err := q.ReadForm(); err != nil {
		return err
	}
	book, f := q.Config.Restricted, q.R.PostForm
	caseID := strings.TrimSpace(f.Get("case"))
	if book == nil || !MayBreak(q, caseID) {
		return q.Refuse(access.Decision{Reason: access.ReasonNoRule}, "")
	}
	if cause := f.Get("cause"); restricted.Causes[cause] != "" {
		q.Subject.Purpose = cause
	} else {
		q.Status = http.StatusUnprocessableEntity
		return emergency(q, caseID, "Choose what makes it an emergency.")
	}
	provider, known := "", false
	if q.Config.Cases != nil {
		var err error
		if provider, known, err = q.Config.Cases.ProviderOf(q.R.Context(), caseID); err != nil {
			return err
		}
	}
	res, err := book.About(q.R.Context(), access.Resource{Class: access.ClassC, Kind: access.Case, ID: caseID, CaseID: caseID, ProviderID: provider})
	if err != nil {
		return err
	}
	if !known || res.Restricted == access.PoliceRestriction {
		if err := q.Note(q.Subject.UserID, string(access.BreakGlass), caseID, false, access.ReasonRestricted); err != nil {
			return err
		}
		q.Status = http.StatusNotFound
		return emergency(q, caseID, "There is no case under this reference that can be opened in an emergency. The lead officer, or the police lead, can be asked.")
	}
	// What is asked about is whether this person may take emergency access; that the case is hidden is the very reason to ask.
	d := q.Config.Authorise(q.Subject, access.BreakGlass, access.Resource{Class: access.ClassC, Kind: access.Case, ID: caseID, CaseID: caseID})
	q.Route.Action, q.Route.Class, q.Route.Kind = access.BreakGlass, access.ClassC, access.Case
	if !d.Allow {
		return q.Refuse(d, caseID)
	}
	if n := len([]rune(strings.TrimSpace(f.Get("reason")))); n < 5 {
		q.Status = http.StatusUnprocessableEntity
		return emergency(q, caseID, "Say in a few words why: the privacy officer reads it.")
	}
	if err := q.Record(access.ClassC, caseID, true, d.Reason); err != nil {
		return err
	}
	if _, err := book.Break(q.R.Context(), q.Subject.UserID, caseID, f.Get("cause"), f.Get("reason")); err != nil {
		var input *restricted.InputError
		if errors.As(err, &input) {
			q.Status = http.StatusUnprocessableEntity
			return emergency(q, caseID, input.Says)
		}
		return err
	}
	http.Redirect(q.W, q.R, "/emergency", http.StatusSeeOther)
	return nil
}

// EndGlass ends the reader's own emergency access.
func EndGlass(q *page.Request) error {
	if q.Config.Restricted == nil {
		return page.ErrNotFound
	}
	if err := q.Note(q.Subject.UserID, "end_break_glass", q.Subject.UserID, true, "asked"); err != nil {
		return err
	}
	if err := q.Config.Restricted.End(q.R.Context(), q.Subject.UserID); err != nil {
		return err
	}
	http.Redirect(q.W, q.R, "/emergency", http.StatusSeeOther)
	return nil
}

// ReviewGlass records whether a use was justified.
func ReviewGlass(q *page.Request) error {
	book := q.Config.Restricted
	if book == nil {
		return page.ErrNotFound
	}
	if err := q.ReadForm(); err != nil {
		return err
	}
	id := q.R.PathValue("id")
	err := book.ReviewUse(q.R.Context(), id, q.Subject.UserID, q.R.PostForm.Get("justified") == "yes", q.R.PostForm.Get("finding"))
	var input *restricted.InputError
	switch {
	case errors.Is(err, restricted.ErrUnknown):
		return page.ErrNotFound
	case errors.As(err, &input):
		q.Status = http.StatusUnprocessableEntity
		q.Route = page.Route{Action: access.View, Class: access.ClassA, Kind: access.OwnAccount, Bare: true}
		return emergency(q, "", input.Says)
	case err != nil:
		return err
	}
	if err := q.Record(access.ClassB, id, true, "reviewed"); err != nil {
		return err
	}
	http.Redirect(q.W, q.R, "/emergency", http.StatusSeeOther)
	return nil
}
