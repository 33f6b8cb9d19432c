package dashboard

import (
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"bellwether/casework/restricted"
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

// mayBreak says whether the reader's role allows emergency access, given a reason and a fresh proof.
func (q *request) mayBreak(caseID string) bool {
	willing := q.sub
	willing.RecentSignIn, willing.Purpose = true, "asked"
	return q.cfg.Restricted != nil && q.cfg.Authorise(willing, access.BreakGlass, access.Resource{Class: access.ClassC, Kind: access.Case, CaseID: caseID}).Allow
}

func emergencyPage(q *request) error { return q.emergency(q.r.URL.Query().Get("case"), "") }

func (q *request) emergency(caseID, problem string) error {
	book := q.cfg.Restricted
	reviews := q.cfg.Authorise(q.sub, access.View, access.Resource{Class: access.ClassB, Kind: access.BreakGlassUse}).Allow
	if !q.mayBreak(caseID) && !reviews {
		return q.refuse(access.Decision{Reason: access.ReasonNoRule}, "")
	}
	v := emergencyView{Case: clipped(caseID, 80), May: q.mayBreak(caseID), Reviews: reviews, Problem: problem}
	for _, code := range slices.Sorted(maps.Keys(restricted.Causes)) {
		v.Causes = append(v.Causes, kindCount{Kind: code, Says: restricted.Causes[code]})
	}
	now, months := q.cfg.Now(), map[[2]string]int{}
	for _, u := range book.Uses() {
		own := u.User == q.sub.UserID
		if !own && !reviews {
			continue
		}
		line, err := q.useLine(u, now)
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
	return q.page("emergency", "Emergency access", v, step{"Your account", "/account"})
}

func (q *request) useLine(u restricted.Use, now time.Time) (useLine, error) {
	l := useLine{ID: u.ID, Case: u.CaseID, Cause: restricted.Causes[u.Cause], Reason: u.Reason, At: u.At, Until: u.Until, Due: u.DueBy, Checked: u.ReviewedAt, Finding: u.Finding,
		Justified: u.Justified, Late: u.ReviewedAt.IsZero() && now.After(u.DueBy.AddDate(0, 0, 1)), Own: u.User == q.sub.UserID}
	var err error
	if l.Who, err = q.nameOf(u.User); err == nil && u.ReviewedBy != "" {
		l.CheckedBy, err = q.nameOf(u.ReviewedBy)
	}
	return l, err
}

// breakGlass opens one case for an hour. That there is no such case, that it is the police's, and that it is not to be opened so are one
// answer.
func breakGlass(q *request) error {
	if err := q.form(); err != nil {
		return err
	}
	book, f := q.cfg.Restricted, q.r.PostForm
	caseID := strings.TrimSpace(f.Get("case"))
	if book == nil || !q.mayBreak(caseID) {
		return q.refuse(access.Decision{Reason: access.ReasonNoRule}, "")
	}
	if cause := f.Get("cause"); restricted.Causes[cause] != "" {
		q.sub.Purpose = cause
	} else {
		q.status = http.StatusUnprocessableEntity
		return q.emergency(caseID, "Choose what makes it an emergency.")
	}
	provider, known := "", false
	if q.cfg.Cases != nil {
		var err error
		if provider, known, err = q.cfg.Cases.ProviderOf(q.r.Context(), caseID); err != nil {
			return err
		}
	}
	res, err := book.About(q.r.Context(), access.Resource{Class: access.ClassC, Kind: access.Case, ID: caseID, CaseID: caseID, ProviderID: provider})
	if err != nil {
		return err
	}
	if !known || res.Restricted == access.PoliceRestriction {
		if err := q.note(q.sub.UserID, string(access.BreakGlass), caseID, false, access.ReasonRestricted); err != nil {
			return err
		}
		q.status = http.StatusNotFound
		return q.emergency(caseID, "There is no case under this reference that can be opened in an emergency. The lead officer, or the police lead, can be asked.")
	}
	// What is asked about is whether this person may take emergency access; that the case is hidden is the very reason to ask.
	d := q.cfg.Authorise(q.sub, access.BreakGlass, access.Resource{Class: access.ClassC, Kind: access.Case, ID: caseID, CaseID: caseID})
	q.route.action, q.route.class, q.route.kind = access.BreakGlass, access.ClassC, access.Case
	if !d.Allow {
		return q.refuse(d, caseID)
	}
	if n := len([]rune(strings.TrimSpace(f.Get("reason")))); n < 5 {
		q.status = http.StatusUnprocessableEntity
		return q.emergency(caseID, "Say in a few words why: the privacy officer reads it.")
	}
	if err := q.record(access.ClassC, caseID, true, d.Reason); err != nil {
		return err
	}
	if _, err := book.Break(q.r.Context(), q.sub.UserID, caseID, f.Get("cause"), f.Get("reason")); err != nil {
		var input *restricted.InputError
		if errors.As(err, &input) {
			q.status = http.StatusUnprocessableEntity
			return q.emergency(caseID, input.Says)
		}
		return err
	}
	http.Redirect(q.w, q.r, "/emergency", http.StatusSeeOther)
	return nil
}

// endGlass ends the reader's own emergency access.
func endGlass(q *request) error {
	if q.cfg.Restricted == nil {
		return errNotFound
	}
	if err := q.note(q.sub.UserID, "end_break_glass", q.sub.UserID, true, "asked"); err != nil {
		return err
	}
	if err := q.cfg.Restricted.End(q.r.Context(), q.sub.UserID); err != nil {
		return err
	}
	http.Redirect(q.w, q.r, "/emergency", http.StatusSeeOther)
	return nil
}

// reviewGlass records whether a use was justified.
func reviewGlass(q *request) error {
	book := q.cfg.Restricted
	if book == nil {
		return errNotFound
	}
	if err := q.form(); err != nil {
		return err
	}
	id := q.r.PathValue("id")
	err := book.ReviewUse(q.r.Context(), id, q.sub.UserID, q.r.PostForm.Get("justified") == "yes", q.r.PostForm.Get("finding"))
	var input *restricted.InputError
	switch {
	case errors.Is(err, restricted.ErrUnknown):
		return errNotFound
	case errors.As(err, &input):
		q.status = http.StatusUnprocessableEntity
		q.route = route{action: access.View, class: access.ClassA, kind: access.OwnAccount, bare: true}
		return q.emergency("", input.Says)
	case err != nil:
		return err
	}
	if err := q.record(access.ClassB, id, true, "reviewed"); err != nil {
		return err
	}
	http.Redirect(q.w, q.r, "/emergency", http.StatusSeeOther)
	return nil
}

func clipped(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
