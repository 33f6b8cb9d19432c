package casepages

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

// Conflict shows both versions where two people record at once.
type Conflict struct {
	Theirs []Line
	Yours  []page.Option
}

// Attempt is one try at recording something on a case. Whatever is tried goes the same way: what others recorded meanwhile is looked at,
// the reading of the evidence is audited, and what is refused comes back with the draft.
type Attempt struct {
	Case  cases.Case
	Form  *page.Form
	Class access.Class
	// Reason is the rule that allowed it.
	Reason string
	// Clashes says whether something recorded since the form was opened stands in the way.
	Clashes func(Line) bool
	// Show renders the page that the form came from.
	Show func(*page.Request, *page.Form, *Conflict) error
	// Yours are the words of the draft, for a page that shows both versions.
	Yours []page.Option
	// Do records it and says what was done and where to go.
	Do func(cases.Act) (says, to string, err error)
}

// Try tries it: see [Attempt].
func Try(q *page.Request, a Attempt) error {
	ctx := q.R.Context()
	since, err := stale(ctx, q, a.Case, a.Form)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(since, a.Clashes) {
		return clash(q, a, since)
	}
	if len(a.Form.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return a.Show(q, a.Form, nil)
	}
	act, err := ActOf(ctx, q, a.Case, a.Form)
	if err != nil {
		return err
	}
	// What can't be audited isn't recorded either.
	if err := q.Record(a.Class, a.Case.ID, true, a.Reason); err != nil {
		return err
	}
	says, to, err := a.Do(act)
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &conflict):
		since, err := linesSince(ctx, q, a.Case)
		if err != nil {
			return err
		}
		return clash(q, a, since)
	case Refused(q, a.Form, err):
		q.Status = http.StatusUnprocessableEntity
		return a.Show(q, a.Form, nil)
	case err != nil:
		return err
	}
	return q.Done(says, to)
}

func clash(q *page.Request, a Attempt, theirs []Line) error {
	q.Status = http.StatusConflict
	return a.Show(q, a.Form, &Conflict{Theirs: theirs, Yours: a.Yours})
}

// linesSince are the lines recorded on a case after a state of it that somebody has seen.
func linesSince(ctx context.Context, q *page.Request, seen cases.Case) ([]Line, error) {
	now, _, err := q.Config.Casework.Get(ctx, seen.ID)
	if err != nil {
		return nil, err
	}
	names, err := q.Names(ctx)
	if err != nil {
		return nil, err
	}
	var lines []Line
	for _, e := range now.History[min(seen.Version, int64(len(now.History))):] {
		lines = append(lines, lineOfCase(q, now, e, names))
	}
	return lines, nil
}

// DraftWords puts what somebody typed into words, field by field.
func DraftWords(f *page.Form, fields ...page.Option) []page.Option {
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
