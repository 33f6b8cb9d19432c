package reviewpages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"bellwether/casework/review"
	"bellwether/casework/store"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// Act records one step on an item. What can't be recorded brings the page back with the draft and the reason beside its field; what
// somebody else did meanwhile is shown beside the draft.
func Act(q *page.Request) error {
	ctx, id := q.R.Context(), q.R.PathValue("id")
	f, err := q.Sent()
	if err != nil {
		return err
	}
	all, _, err := queue.Read(ctx, q)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(i queue.Item) bool { return i.ItemID() == id })
	if at < 0 {
		return page.ErrNotFound
	}
	item := all[at]
	d, err := q.May(access.Review, access.ClassB, access.ReviewItem, item.ProviderID)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.Refuse(d, id)
	}
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil || version < 0 || version > item.Review.Version {
		return &page.Problem{Status: http.StatusBadRequest, Title: "The form is not this item's", Says: "It doesn't say which state of the item it was filled in on. Open the item again.", Next: []page.Step{page.To("The review queue", "/review")}}
	}
	if version < item.Review.Version {
		return clashOn(ctx, q, id, f, item.Review.History[version:])
	}
	// What can't be audited isn't recorded either.
	if err := q.Record(access.ClassB, id, true, d.Reason); err != nil {
		return err
	}
	says, err := takeReviewStep(ctx, q, item, f)
	var input *review.InputError
	var refused *review.StepError
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &conflict):
		fresh, err := q.Config.Reviews.Reviews(ctx)
		if err != nil {
			return err
		}
		return clashOn(ctx, q, id, f, fresh[id].History[min(version, int64(len(fresh[id].History))):])
	case errors.As(err, &input):
		f.Refuse(f.Get("step")+"_"+input.Field, input.Says)
	case errors.As(err, &refused):
		f.Refuse("do", refused.Rule)
	case err != nil:
		return err
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return showReview(q, id, f, nil)
	}
	return q.Done(says, filterOf(q.Params()).address(link.Review(id)))
}

// takeReviewStep does what the form asks and says what was done.
func takeReviewStep(ctx context.Context, q *page.Request, item queue.Item, f *page.Form) (says string, err error) {
	desk, who := q.Config.Reviews, words.Clip(item.ProviderName, 80)
	others, err := othersOpen(ctx, q, item)
	if err != nil {
		return "", err
	}
	act := review.Act{By: q.Subject.UserID, Item: item.Item, Snapshot: q.Snapshot.ID, RuleSet: q.Frame.Run.RuleSetHash, Others: others}
	switch step := review.Step(f.Get("step")); step {
	case review.StepAcknowledge:
		owner, deputy := f.Get("acknowledge_owner"), f.Get("acknowledge_deputy")
		if err := mayOwn(ctx, q, f, item.ProviderID, owner, deputy); err != nil || len(f.Errors) > 0 {
			return "", err
		}
		_, err = desk.Acknowledge(ctx, act, owner, deputy)
		return "Taken up: " + who + " has a named owner.", err
	case review.StepNote:
		_, err = desk.Note(ctx, act, f.Get("note_note"))
		return "The note is kept.", err
	case review.StepDecide:
		at := f.Day("decide_next_review")
		if len(f.Errors) > 0 {
			return "", nil
		}
		outcome := f.Get("decide_outcome")
		_, err = desk.Decide(ctx, act, review.Outcome(outcome), f.Get("decide_reason"), at)
		return "Decided for " + who + ": " + queue.WordOf(queue.OutcomeWords, outcome) + ". It comes back on " + words.Date(at) + ".", err
	case review.StepPark:
		at := f.Day("park_until")
		if len(f.Errors) > 0 {
			return "", nil
		}
		_, err = desk.Park(ctx, act, review.Condition(f.Get("park_condition")), at, f.Get("park_reason"))
		return "Parked: " + who + " comes back on " + words.Date(at) + " at the latest.", err
	case review.StepDisagree:
		_, err = desk.Disagree(ctx, act, review.Doubt(f.Get("disagree_doubt")), f.Get("disagree_reason"))
		return "The disagreement stands beside the flag from now on.", err
	case review.StepRelease:
		_, err = desk.Release(ctx, act, f.Get("release_reason"))
		return "Handed back to the queue: " + who + ".", err
	case review.StepClose:
		_, err = desk.Close(ctx, act, f.Get("close_reason"))
		return "Closed: " + who + ". If it flags again it returns.", err
	case review.StepReopen:
		_, err = desk.Reopen(ctx, act, f.Get("reopen_reason"))
		return "Reopened: " + who + ".", err
	default:
		f.Refuse("do", "choose what to do")
		return "", nil
	}
}

// mayOwn refuses an owner or a deputy who could not act on the item.
func mayOwn(ctx context.Context, q *page.Request, f *page.Form, provider, owner, deputy string) error {
	can, err := q.Owners(ctx, access.Review, access.ClassB, access.ReviewItem, provider)
	if err != nil {
		return err
	}
	for field, id := range map[string]string{"acknowledge_owner": owner, "acknowledge_deputy": deputy} {
		if id != "" && !slices.ContainsFunc(can, func(o page.Option) bool { return o.Value == id }) {
			f.Refuse(field, "choose somebody who may review this provider: whoever was chosen has no access to it")
		}
	}
	return nil
}

// othersOpen counts the further flags that are open on the provider.
func othersOpen(ctx context.Context, q *page.Request, item queue.Item) (int, error) {
	all, _, err := queue.Read(ctx, q)
	if err != nil {
		return 0, err
	}
	n := 0
	for _, o := range all {
		if o.ProviderID == item.ProviderID && o.ItemID() != item.ItemID() && o.Item.Flag.Open() {
			n++
		}
	}
	return n, nil
}

// clashOn shows the page with both versions: what somebody else recorded since, and what was about to be.
func clashOn(ctx context.Context, q *page.Request, id string, f *page.Form, since []review.Entry) error {
	names, err := q.Names(ctx)
	if err != nil {
		return err
	}
	c := &reviewConflict{}
	for _, e := range since {
		c.Theirs = append(c.Theirs, lineOf(e, names))
	}
	for _, p := range []struct {
		name, label string
		list        []page.Option
	}{{"decide_outcome", "Decision", queue.OutcomeWords}, {"decide_reason", "Reason", nil}, {"park_condition", "Parked until", queue.ConditionWords}, {"park_reason", "Reason", nil},
		{"disagree_doubt", "Disagreement", queue.DoubtWords}, {"disagree_reason", "Reason", nil}, {"note_note", "Note", nil}, {"release_reason", "Reason", nil}, {"close_reason", "Reason", nil}, {"reopen_reason", "Reason", nil}} {
		if value := f.Get(p.name); value != "" {
			if p.list != nil {
				value = queue.WordOf(p.list, value)
			}
			c.Yours = append(c.Yours, page.Option{Value: p.label, Text: value})
		}
	}
	if owner := f.Get("acknowledge_owner"); owner != "" {
		c.Yours = append(c.Yours, page.Option{Value: "Owner", Text: names[owner]})
	}
	q.Status = http.StatusConflict
	return showReview(q, id, f, c)
}
