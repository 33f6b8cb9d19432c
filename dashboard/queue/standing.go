package queue

import (
	"context"
	"time"

	"bellwether/casework/review"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
)

// StateWords are what the states of an item are called on pages.
var StateWords = map[review.State]string{review.New: "new", review.Acknowledged: "taken up", review.Decided: "decided", review.Parked: "parked",
	review.Returned: "returned", review.Regressed: "regressed", review.Closed: "closed"}

// StateWord is what a state is called on pages.
func StateWord(s review.State) string { return StateWords[s] }

// The words of the choices, in the order in which forms show them.
var (
	OutcomeWords = []page.Option{{Value: string(review.Watch), Text: "Watch"}, {Value: string(review.RequestInformation), Text: "Request information"}, {Value: string(review.Visit), Text: "Visit"},
		{Value: string(review.ImprovementPlan), Text: "Ask for an improvement plan"}, {Value: string(review.Escalate), Text: "Escalate: open or move a case"},
		{Value: string(review.SuspendPlacements), Text: "Suspend placements"}, {Value: string(review.NoAction), Text: "No action"}}
	ConditionWords = []page.Option{{Value: string(review.LevelRises), Text: "its level rises"}, {Value: string(review.EvidenceAdds), Text: "more evidence comes, or its level rises"},
		{Value: string(review.AnotherFlag), Text: "another flag is raised on the provider, or its level rises"}, {Value: string(review.DateOnly), Text: "the day comes, and nothing before it"}}
	DoubtWords = []page.Option{{Value: string(review.WrongProvider), Text: "The records belong to another provider"}, {Value: string(review.DataError), Text: "The records are wrong"},
		{Value: string(review.KnownAlready), Text: "It was dealt with before it was flagged"}, {Value: string(review.NotAConcern), Text: "It is true, but signals nothing"},
		{Value: string(review.TooHigh), Text: "The level is too high"}, {Value: string(review.TooLow), Text: "The level is too low"}, {Value: string(review.OtherDoubt), Text: "Something else"}}
)

// WordOf gives the words of a choice.
func WordOf(list []page.Option, value string) string {
	for _, o := range list {
		if o.Value == value {
			return o.Text
		}
	}
	return words.Label(value)
}

// Standing is where a flag stands in the queue, for the pages that show flags.
type Standing struct {
	State    review.State
	Marks    []string
	Why      string
	Owner    string
	Decision string
	Reason   string
	Next     time.Time
	Doubts   []Doubt
	Link     string
}

// Standings are the places in the queue of the flags that the reader may see, by flag; nil while no casework is kept. Providers, if any are
// named, are all that is asked about: a page about one must not read the whole country's queue.
func Standings(ctx context.Context, q *page.Request, providers ...string) (map[string]Standing, error) {
	if q.Config.Reviews == nil {
		return nil, nil
	}
	all, _, err := Read(ctx, q, providers...)
	if err != nil {
		return nil, err
	}
	names, err := q.Names(ctx)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Standing, len(all))
	for _, i := range all {
		s := Standing{State: i.State, Marks: i.Marks, Why: i.Why, Owner: i.Owner, Link: link.Review(i.ItemID())}
		if d := i.Review.Decision; d != nil {
			s.Decision, s.Reason, s.Next = WordOf(OutcomeWords, string(d.Outcome)), d.Reason, d.NextReview
		}
		for _, x := range i.Review.Disagreements {
			s.Doubts = append(s.Doubts, Doubt{x.At, names[x.By], WordOf(DoubtWords, string(x.Doubt)), x.Reason})
		}
		out[i.ItemID()] = s
	}
	return out, nil
}

// Doubt is a disagreement, which stays beside the flag.
type Doubt struct {
	At              time.Time
	By, Doubt, Text string
}
