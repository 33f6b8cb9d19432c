// Package queue reads the review queue as one reader may see it: each flag with its place in review, its owner, what was decided and what was
// doubted, and the words of the choices. Pages that show flags ask it; what is done on an item is in reviewpages.
package queue

import (
	"context"

	"bellwether/casework/review"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

// Item is one item with the flag that it is about.
type Item struct {
	read.QueueFlag
	review.Item
	Kind  string
	Owner string
	// Marks are the words beside the state: changed, escalating, overdue, held back.
	Marks []string
	// Covers counts the weaker flags that this one already says.
	Covers int
	// More are the lower items of the same provider: one provider is one line of the queue, with its reasons ranked below.
	More []Item
}

// ItemID names the item: it is the id of its flag.
func (i Item) ItemID() string { return i.Item.Flag.ID }

// Sentence is the flag's sentence.
func (i Item) Sentence() string { return i.QueueFlag.Sentence }

// Read reads the whole queue that the reader may see, with the words that the pages need.
func Read(ctx context.Context, q *page.Request, providers ...string) ([]Item, []review.Item, error) {
	scope, err := q.Scope(access.ReviewItem)
	if err != nil {
		return nil, nil, err
	}
	if len(providers) > 0 {
		scope = scope.Of(providers...)
	}
	flags, items, err := q.Snapshot.Review(ctx, q.Config.Reviews, scope, q.Frame.Sources)
	if err != nil {
		return nil, nil, err
	}
	names, err := q.Names(ctx)
	if err != nil {
		return nil, nil, err
	}
	covers := map[string]int{}
	for _, f := range flags {
		if f.CoveredBy != "" && f.ClearedOn == nil {
			covers[f.CoveredBy]++
		}
	}
	out := make([]Item, 0, len(items))
	for _, i := range items {
		r := Item{QueueFlag: flags[i.Flag.ID], Item: i, Owner: names[i.Review.Owner], Covers: covers[i.Flag.ID]}
		if r.QueueFlag.Level == 3 {
			r.Kind = r.FailureKind
		}
		r.Marks = marks(i)
		out = append(out, r)
	}
	return out, items, nil
}

// marks puts what is remarkable about an item into words, beside its state.
func marks(i review.Item) []string {
	var out []string
	for _, m := range []struct {
		is   bool
		word string
	}{{i.Flag.HeldBack != "", "held back"}, {i.Overdue, "overdue"}, {i.Escalating, "escalating"}, {i.Changed && !i.Escalating, "changed"}, {i.Cleared && i.State != review.Closed, "flag cleared"}} {
		if m.is {
			out = append(out, m.word)
		}
	}
	return out
}
