package flagpages

import (
	"cmp"
	"context"
	"slices"
	"time"

	"bellwether/casework/cases"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// providerReply is what a provider said to what is held against it, with the answer it got. It stays beside the flag, so that nobody
// reads the one without the other.
type providerReply struct {
	On         time.Time
	Kind       string
	About      string
	Says       string
	Answer     string
	AnsweredOn time.Time
	Case       string
}

// repliesOf lists the replies that are recorded on a provider's cases, newest first, from the cases whose replies the reader may see.
func repliesOf(ctx context.Context, q *page.Request, provider string) ([]providerReply, error) {
	register, ok := cases.Find("replies")
	if !ok || provider == "" {
		return nil, nil
	}
	seen, err := q.Visible(ctx)
	if err != nil {
		return nil, err
	}
	kinds, _ := register.Field("kind")
	var out []providerReply
	for _, s := range seen {
		if s.Case.ProviderID != provider || len(s.Case.Records[register.ID]) == 0 {
			continue
		}
		d, err := q.MayStand(access.View, register.Class, register.Kind, s)
		if err != nil {
			return nil, err
		}
		if !d.Allow {
			continue
		}
		for _, rec := range s.Case.Records[register.ID] {
			out = append(out, providerReply{On: rec.Day("on"), Kind: kinds.Words(rec.Values["kind"]), About: rec.Values["about"], Says: rec.Values["reply"],
				Answer: rec.Values["answer"], AnsweredOn: rec.Day("answered_on"), Case: link.Case(s.Case.ID)})
		}
	}
	slices.SortStableFunc(out, func(a, b providerReply) int { return cmp.Or(b.On.Compare(a.On), cmp.Compare(a.Case, b.Case)) })
	return out, nil
}
