package dashboard

import (
	"context"
	"time"

	"bellwether/casework/review"
	"bellwether/dashboard/link"
	"bellwether/dashboard/words"
)

// stateWords are what the states of an item are called on pages.
var stateWords = map[review.State]string{review.New: "new", review.Acknowledged: "taken up", review.Decided: "decided", review.Parked: "parked",
	review.Returned: "returned", review.Regressed: "regressed", review.Closed: "closed"}

func reviewState(s review.State) string { return stateWords[s] }

// The words of the choices, in the order in which forms show them.
var (
	outcomeWords = []option{{string(review.Watch), "Watch"}, {string(review.RequestInformation), "Request information"}, {string(review.Visit), "Visit"},
		{string(review.ImprovementPlan), "Ask for an improvement plan"}, {string(review.Escalate), "Escalate: open or move a case"},
		{string(review.SuspendPlacements), "Suspend placements"}, {string(review.NoAction), "No action"}}
	conditionWords = []option{{string(review.LevelRises), "its level rises"}, {string(review.EvidenceAdds), "more evidence comes, or its level rises"},
		{string(review.AnotherFlag), "another flag is raised on the provider, or its level rises"}, {string(review.DateOnly), "the day comes, and nothing before it"}}
	doubtWords = []option{{string(review.WrongProvider), "The records belong to another provider"}, {string(review.DataError), "The records are wrong"},
		{string(review.KnownAlready), "It was dealt with before it was flagged"}, {string(review.NotAConcern), "It is true, but signals nothing"},
		{string(review.TooHigh), "The level is too high"}, {string(review.TooLow), "The level is too low"}, {string(review.OtherDoubt), "Something else"}}
)

func wordOf(list []option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Text
		}
	}
	return words.Label(value)
}

// standing is where a flag stands in the queue, for the pages that show flags.
type standing struct {
	State    review.State
	Marks    []string
	Why      string
	Owner    string
	Decision string
	Reason   string
	Next     time.Time
	Doubts   []reviewDoubt
	Link     string
}

// standings are the places in the queue of the flags that the reader may see, by flag; nil while no casework is kept. Providers, if any are
// named, are all that is asked about: a page about one must not read the whole country's queue.
func (q *request) standings(ctx context.Context, providers ...string) (map[string]standing, error) {
	if q.cfg.Reviews == nil {
		return nil, nil
	}
	all, _, err := q.queue(ctx, providers...)
	if err != nil {
		return nil, err
	}
	names, err := q.names(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]standing, len(all))
	for _, i := range all {
		s := standing{State: i.State, Marks: i.Marks, Why: i.Why, Owner: i.Owner, Link: link.Review(i.ItemID())}
		if d := i.Review.Decision; d != nil {
			s.Decision, s.Reason, s.Next = wordOf(outcomeWords, string(d.Outcome)), d.Reason, d.NextReview
		}
		for _, x := range i.Review.Disagreements {
			s.Doubts = append(s.Doubts, reviewDoubt{x.At, names[x.By], wordOf(doubtWords, string(x.Doubt)), x.Reason})
		}
		out[i.ItemID()] = s
	}
	return out, nil
}
