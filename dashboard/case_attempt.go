package dashboard

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"bellwether/casework/cases"
	"bellwether/casework/restricted"
	"bellwether/casework/store"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// caseConflict shows both versions where two people record at once.
type caseConflict struct {
	Theirs []caseLine
	Yours  []option
}

// attempt is one try at recording something on a case. Whatever is tried goes the same way: what others recorded meanwhile is looked at,
// the reading of the evidence is audited, and what is refused comes back with the draft.
type attempt struct {
	c     cases.Case
	form  *form
	class access.Class
	// reason is the rule that allowed it.
	reason string
	// clashes says whether something recorded since the form was opened stands in the way.
	clashes func(caseLine) bool
	// show renders the page that the form came from.
	show func(*request, *form, *caseConflict) error
	// yours are the words of the draft, for a page that shows both versions.
	yours []option
	// do records it and says what was done and where to go.
	do func(cases.Act) (says, to string, err error)
}

func (q *request) attempt(a attempt) error {
	ctx := q.r.Context()
	since, err := q.stale(ctx, a.c, a.form)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(since, a.clashes) {
		return q.clash(a, since)
	}
	if len(a.form.Errors) > 0 {
		q.status = http.StatusUnprocessableEntity
		return a.show(q, a.form, nil)
	}
	act, err := q.act(ctx, a.c, a.form)
	if err != nil {
		return err
	}
	// What can't be audited isn't recorded either.
	if err := q.record(a.class, a.c.ID, true, a.reason); err != nil {
		return err
	}
	says, to, err := a.do(act)
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &conflict):
		since, err := q.since(ctx, a.c)
		if err != nil {
			return err
		}
		return q.clash(a, since)
	case q.refused(a.form, err):
		q.status = http.StatusUnprocessableEntity
		return a.show(q, a.form, nil)
	case err != nil:
		return err
	}
	return q.done(says, to)
}

func (q *request) clash(a attempt, theirs []caseLine) error {
	q.status = http.StatusConflict
	return a.show(q, a.form, &caseConflict{Theirs: theirs, Yours: a.yours})
}

// since are the lines recorded on a case after a state of it that somebody has seen.
func (q *request) since(ctx context.Context, seen cases.Case) ([]caseLine, error) {
	now, _, err := q.cfg.Casework.Get(ctx, seen.ID)
	if err != nil {
		return nil, err
	}
	names, err := q.names(ctx)
	if err != nil {
		return nil, err
	}
	var lines []caseLine
	for _, e := range now.History[min(seen.Version, int64(len(now.History))):] {
		lines = append(lines, q.lineOfCase(now, e, names))
	}
	return lines, nil
}

// draftWords puts what somebody typed into words, field by field.
func draftWords(f *form, fields ...option) []option {
	var out []option
	for _, x := range fields {
		value := f.Get(x.Value)
		if at := f.Get(x.Value + "-day"); at != "" {
			value = at + " " + f.Get(x.Value+"-month") + " " + f.Get(x.Value+"-year")
		}
		if value != "" {
			out = append(out, option{words.Clip(value, 400), x.Text})
		}
	}
	return out
}

// restrictCase hides the case from all but the reader and a second person; others are let in, and the restriction is lifted, by two.
func (q *request) restrictCase(ctx context.Context, c cases.Case, f *form) error {
	if q.cfg.Restricted == nil {
		return errNotFound
	}
	_, err := q.cfg.Restricted.Open(ctx, restricted.Opening{By: q.sub.UserID, With: f.Get("with"), Kind: f.Get("kind"), CaseID: c.ID, Ground: f.Get("ground")})
	var input *restricted.InputError
	if errors.As(err, &input) {
		return &cases.InputError{Problems: []cases.Problem{{Field: input.Field, Says: input.Says}}}
	}
	return err
}
