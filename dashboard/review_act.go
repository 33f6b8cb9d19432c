package dashboard

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"bellwether/casework/review"
	"bellwether/casework/store"
	"bellwether/dashboard/link"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// reviewAct records one step on an item. What can't be recorded brings the page back with the draft and the reason beside its field; what
// somebody else did meanwhile is shown beside the draft.
func reviewAct(q *request) error {
	ctx, id := q.r.Context(), q.r.PathValue("id")
	f, err := q.sent()
	if err != nil {
		return err
	}
	all, _, err := q.queue(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, func(i reviewItem) bool { return i.ItemID() == id })
	if at < 0 {
		return errNotFound
	}
	item := all[at]
	d, err := q.may(access.Review, access.ClassB, access.ReviewItem, item.ProviderID)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.refuse(d, id)
	}
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil || version < 0 || version > item.Review.Version {
		return &problem{status: http.StatusBadRequest, title: "The form is not this item's", says: "It doesn't say which state of the item it was filled in on. Open the item again.", next: []step{{"The review queue", "/review"}}}
	}
	if version < item.Review.Version {
		return q.reviewConflict(ctx, id, f, item.Review.History[version:])
	}
	// What can't be audited isn't recorded either.
	if err := q.record(access.ClassB, id, true, d.Reason); err != nil {
		return err
	}
	says, err := q.step(ctx, item, f)
	var input *review.InputError
	var refused *review.StepError
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &conflict):
		fresh, err := q.cfg.Reviews.Reviews(ctx)
		if err != nil {
			return err
		}
		return q.reviewConflict(ctx, id, f, fresh[id].History[min(version, int64(len(fresh[id].History))):])
	case errors.As(err, &input):
		f.refuse(f.Get("step")+"_"+input.Field, input.Says)
	case errors.As(err, &refused):
		f.refuse("do", refused.Rule)
	case err != nil:
		return err
	}
	if len(f.Errors) > 0 {
		q.status = http.StatusUnprocessableEntity
		return q.showReview(id, f, nil)
	}
	return q.done(says, q.reviewFilter(q.params()).address(link.Review(id)))
}

// step does what the form asks and says what was done.
func (q *request) step(ctx context.Context, item reviewItem, f *form) (says string, err error) {
	desk, who := q.cfg.Reviews, words.Clip(item.ProviderName, 80)
	others, err := q.othersOpen(ctx, item)
	if err != nil {
		return "", err
	}
	act := review.Act{By: q.sub.UserID, Item: item.Item, Snapshot: q.snap.ID, RuleSet: q.frame.Run.RuleSetHash, Others: others}
	switch step := review.Step(f.Get("step")); step {
	case review.StepAcknowledge:
		owner, deputy := f.Get("acknowledge_owner"), f.Get("acknowledge_deputy")
		if err := q.mayOwn(ctx, f, item.ProviderID, owner, deputy); err != nil || len(f.Errors) > 0 {
			return "", err
		}
		_, err = desk.Acknowledge(ctx, act, owner, deputy)
		return "Taken up: " + who + " has a named owner.", err
	case review.StepNote:
		_, err = desk.Note(ctx, act, f.Get("note_note"))
		return "The note is kept.", err
	case review.StepDecide:
		at := f.day("decide_next_review")
		if len(f.Errors) > 0 {
			return "", nil
		}
		outcome := f.Get("decide_outcome")
		_, err = desk.Decide(ctx, act, review.Outcome(outcome), f.Get("decide_reason"), at)
		return "Decided for " + who + ": " + wordOf(outcomeWords, outcome) + ". It comes back on " + words.Date(at) + ".", err
	case review.StepPark:
		at := f.day("park_until")
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
		f.refuse("do", "choose what to do")
		return "", nil
	}
}

// mayOwn refuses an owner or a deputy who could not act on the item.
func (q *request) mayOwn(ctx context.Context, f *form, provider, owner, deputy string) error {
	can, err := q.owners(ctx, access.Review, access.ClassB, access.ReviewItem, provider)
	if err != nil {
		return err
	}
	for field, id := range map[string]string{"acknowledge_owner": owner, "acknowledge_deputy": deputy} {
		if id != "" && !slices.ContainsFunc(can, func(o option) bool { return o.Value == id }) {
			f.refuse(field, "choose somebody who may review this provider: whoever was chosen has no access to it")
		}
	}
	return nil
}

// othersOpen counts the further flags that are open on the provider.
func (q *request) othersOpen(ctx context.Context, item reviewItem) (int, error) {
	all, _, err := q.queue(ctx)
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

// reviewConflict shows the page with both versions: what somebody else recorded since, and what was about to be.
func (q *request) reviewConflict(ctx context.Context, id string, f *form, since []review.Entry) error {
	names, err := q.names(ctx)
	if err != nil {
		return err
	}
	c := &reviewConflict{}
	for _, e := range since {
		c.Theirs = append(c.Theirs, lineOf(e, names))
	}
	for _, p := range []struct {
		name, label string
		list        []option
	}{{"decide_outcome", "Decision", outcomeWords}, {"decide_reason", "Reason", nil}, {"park_condition", "Parked until", conditionWords}, {"park_reason", "Reason", nil},
		{"disagree_doubt", "Disagreement", doubtWords}, {"disagree_reason", "Reason", nil}, {"note_note", "Note", nil}, {"release_reason", "Reason", nil}, {"close_reason", "Reason", nil}, {"reopen_reason", "Reason", nil}} {
		if value := f.Get(p.name); value != "" {
			if p.list != nil {
				value = wordOf(p.list, value)
			}
			c.Yours = append(c.Yours, option{p.label, value})
		}
	}
	if owner := f.Get("acknowledge_owner"); owner != "" {
		c.Yours = append(c.Yours, option{"Owner", names[owner]})
	}
	q.status = http.StatusConflict
	return q.showReview(id, f, c)
}
