package reviewpages

import (
	"context"
	"slices"
	"time"

	"bellwether/casework/review"
	"bellwether/casework/workdays"
	"bellwether/dashboard/casepages"
	"bellwether/dashboard/flagpages"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// rowsBeside is how many rows of evidence stand beside the list; the flag's own page has them all.
const rowsBeside = 6

// reviewDetail is one item opened for a decision: the evidence first, then what has been said, then what can be done.
type reviewDetail struct {
	Item     queue.Item
	Flag     read.Flag
	Evidence []read.Evidence
	More     int64
	Others   []queue.Item
	History  []reviewLine
	Doubts   []queue.Doubt
	Deputy   string
	NoteDays int64
	Steps    map[review.Step]bool
	Held     string
	Owners   []page.Option
	// Cases are those about the provider; OpenCase is where one is opened from this flag, for those who may.
	Cases    []casepages.Row
	OpenCase string
	Action   string
	Version  int64
	Conflict *reviewConflict
	Open     review.Step
	Form     *page.Form
}

// reviewLine is one line of an item's history.
type reviewLine struct {
	At   time.Time
	By   string
	What string
	Text string
	Seen string
}

// reviewConflict shows both versions when two people decide at once.
type reviewConflict struct {
	Yours  []page.Option
	Theirs []reviewLine
}

// StepWords say what was done, for histories and for the sentence after a form.
var StepWords = map[string]string{
	"acknowledged": "taken up", "noted": "noted", "released": "handed back", "decided": "decided", "parked": "parked", "disagreed": "disagreed with",
	"closed": "closed", "reopened": "reopened", "returned": "came back",
}

// Outcomes are the choices of a decision.
func (reviewDetail) Outcomes() []page.Option { return queue.OutcomeWords }

// Conditions are the choices of parking.
func (reviewDetail) Conditions() []page.Option { return queue.ConditionWords }

// DoubtChoices are the choices of a disagreement.
func (reviewDetail) DoubtChoices() []page.Option { return queue.DoubtWords }

// Can says whether a step is open for the item as it stands.
func (d reviewDetail) Can(step string) bool { return d.Steps[review.Step(step)] }

// DecisionWord puts the last decision into words.
func (d reviewDetail) DecisionWord() string {
	if d.Item.Review.Decision == nil {
		return ""
	}
	return queue.WordOf(queue.OutcomeWords, string(d.Item.Review.Decision.Outcome))
}

// Escalated says whether the last decision asks for a case.
func (d reviewDetail) Escalated() bool {
	return d.Item.Review.Decision != nil && d.Item.Review.Decision.Outcome == review.Escalate
}

// ParkedUntil says what brings a parked item back.
func (d reviewDetail) ParkedUntil() string {
	if d.Item.Review.Parking == nil {
		return ""
	}
	return queue.WordOf(queue.ConditionWords, string(d.Item.Review.Parking.Condition))
}

func detailOfItem(ctx context.Context, q *page.Request, item queue.Item, all []queue.Item, f *page.Form) (*reviewDetail, error) {
	names, err := q.Names(ctx)
	if err != nil {
		return nil, err
	}
	d := &reviewDetail{Item: item, Held: item.Item.Flag.HeldBack, Version: item.Review.Version, Deputy: names[item.Review.Deputy], NoteDays: int64(q.Config.Reviews.NoteDays()), Steps: map[review.Step]bool{}, Form: f}
	if d.Form == nil {
		d.Form = page.Draft()
	}
	if d.Flag, _, err = q.Snapshot.Flag(ctx, item.ItemID()); err != nil {
		return nil, err
	}
	fv := flagpages.View{Flag: d.Flag}
	if err := flagpages.Evidence(q, &fv); err != nil {
		return nil, err
	}
	d.Evidence, d.More = fv.Evidence, fv.More
	if more := len(d.Evidence) - rowsBeside; more > 0 {
		d.More += int64(more)
		d.Evidence = d.Evidence[:rowsBeside]
	}
	for _, o := range all {
		if o.ProviderID == item.ProviderID && o.ItemID() != item.ItemID() && o.State != review.Closed {
			d.Others = append(d.Others, o)
		}
	}
	for _, e := range slices.Backward(item.Review.History) {
		d.History = append(d.History, lineOf(e, names))
	}
	for _, x := range item.Review.Disagreements {
		d.Doubts = append(d.Doubts, queue.Doubt{At: x.At, By: names[x.By], Doubt: queue.WordOf(queue.DoubtWords, string(x.Doubt)), Text: x.Reason})
	}
	if d.Cases, d.OpenCase, err = casepages.Of(q, item.ProviderID, item.ItemID()); err != nil {
		return nil, err
	}
	may, err := q.May(access.Review, access.ClassB, access.ReviewItem, item.ProviderID)
	if err != nil || !may.Allow {
		return d, err
	}
	d.Action = filterOf(q.Params()).address(link.Review(item.ItemID()))
	for _, s := range review.Steps(item.State) {
		if d.Held != "" && s != review.StepNote && s != review.StepDisagree {
			continue
		}
		if s == review.StepClose && (item.Item.Flag.Open() || item.Review.Decision == nil) {
			continue
		}
		d.Steps[s] = true
	}
	d.Open = review.Step(d.Form.Get("step"))
	if d.Open == "" {
		d.Open = review.StepDecide
		if item.State.Waiting() {
			d.Open = review.StepAcknowledge
		}
	}
	d.Owners, err = q.Owners(ctx, access.Review, access.ClassB, access.ReviewItem, item.ProviderID)
	return d, err
}

func lineOf(e review.Entry, names map[string]string) reviewLine {
	l := reviewLine{At: e.At, By: names[e.By], What: words.Capital(StepWords[e.What]), Text: e.Text}
	if l.By == "" {
		l.By = "somebody whose account is gone"
	}
	if e.Seen.Snapshot != "" {
		l.Seen = "level " + words.Int(int64(e.Seen.Level)) + ", " + words.Plural(e.Seen.Evidence, "row") + ", snapshot " + page.ShortID(e.Seen.Snapshot)
	}
	return l
}

// reviewChangesView is what has happened since a meeting.
type reviewChangesView struct {
	Since   time.Time
	Met     []review.Met
	Minutes string `class:"B"` // they speak of providers
	// Wanted are meetings whose minutes are not with all members yet.
	Wanted  []minutesLine
	Lines   []changeLine
	MayAct  bool
	Form    *page.Form
	Ignored []string
}

// changeLine is one change, with the item that it happened to.
type changeLine struct {
	At   time.Time
	Item queue.Item
	What string
	By   string
	Text string
}

// Changes is what changed since the group last met.
func Changes(q *page.Request) error { return showChanges(q, page.Draft()) }

func showChanges(q *page.Request, f *page.Form) error {
	ctx := q.R.Context()
	p := q.Params()
	v := reviewChangesView{Form: f}
	var err error
	if v.Met, err = q.Config.Reviews.Meetings(ctx); err != nil {
		return err
	}
	if len(v.Met) > 0 {
		v.Minutes = v.Met[0].Minutes
		v.Wanted = minutesWanted(v.Met, workdays.Day(q.Config.Reviews.Now()))
	}
	if since := p.Date("since"); since != "" {
		v.Since, _ = time.Parse(time.DateOnly, since)
	} else if len(v.Met) > 0 {
		v.Since = v.Met[0].On
	} else {
		v.Since = workdays.Day(q.Config.Reviews.Now()).AddDate(0, 0, -28)
	}
	v.Ignored = p.Ignored
	all, items, err := queue.Read(ctx, q)
	if err != nil {
		return err
	}
	names, err := q.Names(ctx)
	if err != nil {
		return err
	}
	by := map[string]queue.Item{}
	for _, i := range all {
		by[i.ItemID()] = i
	}
	// A meeting's own day ends with the meeting's decisions: what came after that day is new.
	for _, c := range review.Since(items, v.Since.Add(24*time.Hour-time.Second)) {
		what := c.What
		if w := StepWords[what]; w != "" {
			what = w
		}
		v.Lines = append(v.Lines, changeLine{At: c.At, Item: by[c.Item.Flag.ID], What: words.Capital(what), By: names[c.By], Text: c.Text})
	}
	slices.Reverse(v.Lines)
	v.MayAct = q.Config.Authorise(q.Subject, access.Record, access.Resource{Class: access.ClassB, Kind: access.Minutes}).Allow
	return q.Page("review_changes", "What changed since the last meeting", v, page.To("Review queue", "/review"))
}
