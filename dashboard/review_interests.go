package dashboard

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"bellwether/dashboard/link"
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
	People   []option
	MayClear bool
	Form     *form
	Ignored  []string
}

func interestsPage(q *request) error { return q.showInterests(draft()) }

func (q *request) showInterests(f *form) error {
	ctx, p := q.r.Context(), q.params()
	v := interestsView{Form: f, Provider: p.text("provider", 40), MayClear: q.cfg.Authorise(q.sub, access.Review, access.Resource{Class: access.ClassB, Kind: access.Interest}).Allow}
	if v.Provider == "" {
		v.Provider = f.Get("provider")
	}
	v.Ignored = p.Ignored
	var err error
	if v.Provider != "" {
		if v.Name, err = q.reviewed(ctx, v.Provider); err != nil {
			return err
		}
		if v.MayClear {
			if v.People, err = q.owners(ctx, access.View, access.ClassB, access.ReviewItem, v.Provider); err != nil {
				return err
			}
		}
	}
	if v.Rows, err = q.interestRows(ctx, v.MayClear); err != nil {
		return err
	}
	return q.page("review_interests", "Declarations of interest", v, step{"Review queue", "/review"})
}

// reviewed gives the name of a provider whose items the reader may see; to anybody else there is no such page.
func (q *request) reviewed(ctx context.Context, provider string) (string, error) {
	d, err := q.may(access.View, access.ClassB, access.ReviewItem, provider)
	if err != nil {
		return "", err
	}
	p, known, err := q.snap.Provider(ctx, provider)
	if err != nil {
		return "", err
	}
	if !known || d.Hide {
		return "", errNotFound
	}
	if !d.Allow {
		return "", q.refuse(d, provider)
	}
	return p.Name, nil
}

// interestRows are the declarations that stand: all in providers that the reader may see for a chair, otherwise the reader's own.
func (q *request) interestRows(ctx context.Context, all bool) ([]interestRow, error) {
	names, err := q.names(ctx)
	if err != nil {
		return nil, err
	}
	held, err := q.cfg.Casework.Declarations(ctx)
	if err != nil {
		return nil, err
	}
	var out []interestRow
	for _, d := range held {
		mine := d.Person == q.sub.UserID
		if d.Cleared != "" || !mine && !all {
			continue
		}
		if !mine {
			may, err := q.may(access.View, access.ClassB, access.ReviewItem, d.ProviderID)
			if err != nil {
				return nil, err
			}
			if !may.Allow {
				continue
			}
		}
		p, _, err := q.snap.Provider(ctx, d.ProviderID)
		if err != nil {
			return nil, err
		}
		out = append(out, interestRow{Provider: d.ProviderID, ProviderName: p.Name, Person: d.Person, PersonName: names[d.Person], Interest: d.Interest, At: d.At, Mine: mine})
	}
	if !all {
		return out, nil
	}
	visible, err := q.visible(ctx)
	if err != nil {
		return nil, err
	}
	for _, s := range visible {
		for _, r := range s.Case.Records["interests"] {
			if r.Values["cleared_on"] == "" {
				out = append(out, interestRow{Provider: s.Case.ProviderID, ProviderName: s.Case.ProviderName, PersonName: names[r.Values["person"]], Interest: r.Values["interest"], At: r.At,
					Link: link.Case(s.Case.ID) + "/interests/" + strconv.Itoa(r.Number), Mine: r.Values["person"] == q.sub.UserID})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b interestRow) int { return b.At.Compare(a.At) })
	return out, nil
}

// interestsAct declares an interest, the reader's own or, by a chair, that of whoever declared it at a meeting; or clears one.
func interestsAct(q *request) error {
	ctx := q.r.Context()
	f, err := q.sent()
	if err != nil {
		return err
	}
	provider, person := f.Get("provider"), q.sub.UserID
	name, err := q.reviewed(ctx, provider)
	if err != nil {
		return err
	}
	chair := q.cfg.Authorise(q.sub, access.Review, access.Resource{Class: access.ClassB, Kind: access.Interest})
	says, to, reason := "Your interest in "+words.Clip(name, 80)+" is declared. You see it again when the chair has cleared your declaration.", "/review", "own_interest"
	do := func() error { return q.cfg.Casework.Declare(ctx, q.sub.UserID, provider, person, f.Get("interest")) }
	switch other := f.Get("person"); {
	case f.Get("step") == "clear":
		if !chair.Allow {
			return q.refuse(chair, provider)
		}
		person, to, reason = other, "/review/interests", chair.Reason
		says = "Cleared: the provider is open to its reader again."
		do = func() error {
			return q.cfg.Casework.ClearInterest(ctx, q.sub.UserID, provider, person, f.Get("cleared"))
		}
	case other != "" && other != person:
		if !chair.Allow {
			return q.refuse(chair, provider)
		}
		can, err := q.owners(ctx, access.View, access.ClassB, access.ReviewItem, provider)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(can, func(o option) bool { return o.Value == other }) {
			f.refuse("person", "choose somebody who may see this provider")
		}
		person, to, reason = other, "/review/interests", chair.Reason
		says = "The interest is declared. The provider is closed to its reader until a chair clears it."
	}
	if len(f.Errors) == 0 {
		if err := q.record(access.ClassB, provider, true, reason); err != nil {
			return err
		}
		if err := do(); err != nil && !q.refused(f, err) {
			return err
		}
	}
	if len(f.Errors) > 0 {
		q.status = http.StatusUnprocessableEntity
		return q.showInterests(f)
	}
	return q.done(says, to)
}
