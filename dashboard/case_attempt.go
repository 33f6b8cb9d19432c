package dashboard

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"bellwether/casework/cases"
	"bellwether/casework/restricted"
	"bellwether/casework/store"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// caseConflict shows both versions where two people record at once.
type caseConflict struct {
	Theirs []caseLine
	Yours  []page.Option
}

// attempt is one try at recording something on a case. Whatever is tried goes the same way: what others recorded meanwhile is looked at,
// the reading of the evidence is audited, and what is refused comes back with the draft.
type attempt struct {
	c     cases.Case
	form  *page.Form
	class access.Class
	// reason is the rule that allowed it.
	reason string
	// clashes says whether something recorded since the form was opened stands in the way.
	clashes func(caseLine) bool
	// show renders the page that the form came from.
	show func(*page.Request, *page.Form, *caseConflict) error
	// yours are the words of the draft, for a page that shows both versions.
	yours []page.Option
	// do records it and says what was done and where to go.
	do func(cases.Act) (says, to string, err error)
}

func tryTo(q *page.Request, a attempt) error {
	ctx := q.R.Context()
	since, err := stale(ctx, q, a.c, a.form)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(since, a.clashes) {
		return clash(q, a, since)
	}
	if len(a.form.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return a.show(q, a.form, nil)
	}
	act, err := act(ctx, q, a.c, a.form)
	if err != nil {
		return err
	}
	// What can't be audited isn't recorded either.
	if err := q.Record(a.class, a.c.ID, true, a.reason); err != nil {
		return err
	}
	says, to, err := a.do(act)
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &conflict):
		since, err := linesSince(ctx, q, a.c)
		if err != nil {
			return err
		}
		return clash(q, a, since)
	case refused(q, a.form, err):
		q.Status = http.StatusUnprocessableEntity
		return a.show(q, a.form, nil)
	case err != nil:
		return err
	}
	return q.Done(says, to)
}

func clash(q *page.Request, a attempt, theirs []caseLine) error {
	q.Status = http.StatusConflict
	return a.show(q, a.form, &caseConflict{Theirs: theirs, Yours: a.yours})
}

// linesSince are the lines recorded on a case after a state of it that somebody has seen.
func linesSince(ctx context.Context, q *page.Request, seen cases.Case) ([]caseLine, error) {
	now, _, err := q.Config.Casework.Get(ctx, seen.ID)
	if err != nil {
		return nil, err
	}
	names, err := q.Names(ctx)
	if err != nil {
		return nil, err
	}
	var lines []caseLine
	for _, e := range now.History[min(seen.Version, int64(len(now.History))):] {
		lines = append(lines, lineOfCase(q, now, e, names))
	}
	return lines, nil
}

// draftWords puts what somebody typed into words, field by field.
func draftWords(f *page.Form, fields ...page.Option) []page.Option {
	var out []page.Option
	for _, x := range fields {
		value := f.Get(x.Value)
		if at := f.Get(x.Value + "-day"); at != "" {
			value = at + " " + f.Get(x.Value+"-month") + " " + f.Get(x.Value+"-year")
		}
		if value != "" {
			out = append(out, page.Option{Value: words.Clip(value, 400), Text: x.Text})
		}
	}
	return out
}

// restrictCase hides the case from all but the reader and a second person; others are let in, and the restriction is lifted, by two.
func restrictCase(ctx context.Context, q *page.Request, c cases.Case, f *page.Form) error {
	if q.Config.Restricted == nil {
		return page.ErrNotFound
	}
	_, err := q.Config.Restricted.Open(ctx, restricted.Opening{By: q.Subject.UserID, With: f.Get("with"), Kind: f.Get("kind"), CaseID: c.ID, Ground: f.Get("ground")})
	var input *restricted.InputError
	if errors.As(err, &input) {
		return &cases.InputError{Problems: []cases.Problem{{Field: input.Field, Says: input.Says}}}
	}
	return err
}
