package reviewpages

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"bellwether/dashboard/casepages"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// interestRow is one declared interest that no chair has cleared.
type interestRow struct {
	Provider, ProviderName string
	Person, PersonName     string
	Interest               string
	At                     time.Time
	// Link leads to the case that it was declared on; empty for one that is cleared here.
	Link string
	Mine bool
}

// interestsView is the declarations of interest: a chair's are all of them, anybody else's their own.
type interestsView struct {
	_        struct{} `class:"B"`
	Provider string
	Name     string
	Rows     []interestRow
	People   []page.Option
	MayClear bool
	Form     *page.Form
	Ignored  []string
}

// Interests lists the interests that members have declared.
func Interests(q *page.Request) error { return showInterests(q, page.Draft()) }

func showInterests(q *page.Request, f *page.Form) error {
	ctx, p := q.R.Context(), q.Params()
	v := interestsView{Form: f, Provider: p.Text("provider", 40), MayClear: q.Config.Authorise(q.Subject, access.Review, access.Resource{Class: access.ClassB, Kind: access.Interest}).Allow}
	if v.Provider == "" {
		v.Provider = f.Get("provider")
	}
	v.Ignored = p.Ignored
	var err error
	if v.Provider != "" {
		if v.Name, err = reviewed(ctx, q, v.Provider); err != nil {
			return err
		}
		if v.MayClear {
			if v.People, err = q.Owners(ctx, access.View, access.ClassB, access.ReviewItem, v.Provider); err != nil {
				return err
			}
		}
	}
	if v.Rows, err = interestRows(ctx, q, v.MayClear); err != nil {
		return err
	}
	return q.Page("review_interests", "Declarations of interest", v, page.To("Review queue", "/review"))
}

// reviewed gives the name of a provider whose items the reader may see; to anybody else there is no such page.
func reviewed(ctx context.Context, q *page.Request, provider string) (string, error) {
	d, err := q.May(access.View, access.ClassB, access.ReviewItem, provider)
	if err != nil {
		return "", err
	}
	p, known, err := q.Snapshot.Provider(ctx, provider)
	if err != nil {
		return "", err
	}
	if !known || d.Hide {
		return "", page.ErrNotFound
	}
	if !d.Allow {
		return "", q.Refuse(d, provider)
	}
	return p.Name, nil
}

// interestRows are the declarations that stand: all in providers that the reader may see for a chair, otherwise the reader's own.
func interestRows(ctx context.Context, q *page.Request, all bool) ([]interestRow, error) {
	names, err := q.Names(ctx)
	if err != nil {
		return nil, err
	}
	held, err := q.Config.Casework.Declarations(ctx)
	if err != nil {
		return nil, err
	}
	var out []interestRow
	for _, d := range held {
		mine := d.Person == q.Subject.UserID
		if d.Cleared != "" || !mine && !all {
			continue
		}
		if !mine {
			may, err := q.May(access.View, access.ClassB, access.ReviewItem, d.ProviderID)
			if err != nil {
				return nil, err
			}
			if !may.Allow {
				continue
			}
		}
		p, _, err := q.Snapshot.Provider(ctx, d.ProviderID)
		if err != nil {
			return nil, err
		}
		out = append(out, interestRow{Provider: d.ProviderID, ProviderName: p.Name, Person: d.Person, PersonName: names[d.Person], Interest: d.Interest, At: d.At, Mine: mine})
	}
	if !all {
		return out, nil
	}
	visible, err := q.Visible(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range visible {
		for _, r := range s.Case.Records["interests"] {
			if r.Values["cleared_on"] == "" {
				out = append(out, interestRow{Provider: s.Case.ProviderID, ProviderName: s.Case.ProviderName, PersonName: names[r.Values["person"]], Interest: r.Values["interest"], At: r.At,
					Link: link.Case(s.Case.ID) + "/interests/" + strconv.Itoa(r.Number), Mine: r.Values["person"] == q.Subject.UserID})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b interestRow) int { return b.At.Compare(a.At) })
	return out, nil
}

// ActOnInterests declares an interest, the reader's own or, by a chair, that of whoever declared it at a meeting; or clears one.
func ActOnInterests(q *page.Request) error {
	ctx := q.R.Context()
	f, err := q.Sent()
	if err != nil {
		return err
	}
	provider, person := f.Get("provider"), q.Subject.UserID
	name, err := reviewed(ctx, q, provider)
	if err != nil {
		return err
	}
	chair := q.Config.Authorise(q.Subject, access.Review, access.Resource{Class: access.ClassB, Kind: access.Interest})
	says, to, reason := "Your interest in "+words.Clip(name, 80)+" is declared. You see it again when the chair has cleared your declaration.", "/review", "own_interest"
	do := func() error {
		return q.Config.Casework.Declare(ctx, q.Subject.UserID, provider, person, f.Get("interest"))
	}
	switch other := f.Get("person"); {
	case f.Get("step") == "clear":
		if !chair.Allow {
			return q.Refuse(chair, provider)
		}
		person, to, reason = other, "/review/interests", chair.Reason
		says = "Cleared: the provider is open to its reader again."
		do = func() error {
			return q.Config.Casework.ClearInterest(ctx, q.Subject.UserID, provider, person, f.Get("cleared"))
		}
	case other != "" && other != person:
		if !chair.Allow {
			return q.Refuse(chair, provider)
		}
		can, err := q.Owners(ctx, access.View, access.ClassB, access.ReviewItem, provider)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(can, func(o page.Option) bool { return o.Value == other }) {
			f.Refuse("person", "choose somebody who may see this provider")
		}
		person, to, reason = other, "/review/interests", chair.Reason
		says = "The interest is declared. The provider is closed to its reader until a chair clears it."
	}
	if len(f.Errors) == 0 {
		if err := q.Record(access.ClassB, provider, true, reason); err != nil {
			return err
		}
		if err := do(); err != nil && !casepages.Refused(q, f, err) {
			return err
		}
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return showInterests(q, f)
	}
	return q.Done(says, to)
}
