package review

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"bellwether/casework/workdays"
)

// Options says how the queue counts time. The zero value has the defaults.
type Options struct {
	Calendar *workdays.Calendar
	// AckDays is after how many working days without a note an item that was
	// taken up returns; 5 if zero.
	AckDays int
	// ReviewDays is within how many working days an item is to be taken up; 10
	// if zero.
	ReviewDays int
	// Since is the day on which reviewing began. Flags that cleared before it
	// without anybody having touched them are left out, and what was raised
	// before it waits since that day: nobody can have been late with it. When
	// zero, the day of the first review counts; without one, today.
	Since time.Time
	// Missing adds items whose flag is not among the flags given. Only a
	// caller that sees every flag may set it: to anybody else it would show
	// that something exists.
	Missing bool

	from time.Time // the day before which nothing can have been waiting
}

func (o Options) filled() Options {
	if o.AckDays == 0 {
		o.AckDays = 5
	}
	if o.ReviewDays == 0 {
		o.ReviewDays = 10
	}
	return o
}

// Item is one line of the queue: a flag, what people did about it, and where
// it stands today.
type Item struct {
	Flag   Flag
	Review Review
	State  State
	// Why says in a sentence why the item is in this state when it came there
	// by itself.
	Why string
	// Entered is the day since which the item has been waiting, for items that
	// wait to be taken up.
	Entered time.Time
	// Due is the day by which the item wants attention: to be taken up, to
	// have a note, or to be reviewed. Zero for closed items.
	Due time.Time
	// Overdue says that Due has passed while the item waits to be taken up.
	Overdue bool
	// Changed and Escalating say that the flag has other evidence, or a higher
	// level, than when somebody last acted.
	Changed, Escalating bool
	// Cleared says that the flag is no longer raised.
	Cleared bool
	// Missing says that the flag is not in the snapshot any more.
	Missing bool
	// Earlier is the flag of the episode that had been dealt with, for items
	// that regressed.
	Earlier string
	// unrecorded is the event to write down for an item that moved because of
	// what its flag is now; see Service.Observe.
	unrecorded string
}

// Queue merges the flags of a snapshot with what people have done about them.
// The result is ranked: what may be acted on before what is held back, then by
// level, evidence and age. It does not hold flags that wait for a second
// source; the caller leaves those out.
func Queue(flags []Flag, reviews map[string]Review, now time.Time, o Options) []Item {
	o = o.filled()
	today := workdays.Day(now)
	since := o.Since
	if since.IsZero() {
		since = firstDay(reviews)
	}
	o.from = since
	if since.IsZero() {
		o.from = today
	}
	open := map[string]int{} // open flags by provider
	present := map[string]bool{}
	for _, f := range flags {
		present[f.ID] = true
		if f.Open() {
			open[f.ProviderID]++
		}
	}
	settled := settledBefore(reviews)
	items := make([]Item, 0, len(flags))
	for _, f := range flags {
		r, touched := reviews[f.ID]
		if !touched && !f.Open() && (since.IsZero() || f.ClearedOn.Before(since)) {
			continue
		}
		items = append(items, place(f, r, today, open[f.ProviderID], settled, o))
	}
	if o.Missing {
		for id, r := range reviews {
			if present[id] {
				continue
			}
			f := Flag{ID: id, ProviderID: r.Seen.Provider, LocationID: r.Seen.Location, RuleID: r.Seen.Rule, Level: r.Seen.Level,
				Evidence: r.Seen.Evidence, OpenedOn: r.Seen.OpenedOn, LastMetOn: r.Seen.MetOn, ClearedOn: today}
			item := place(f, r, today, open[f.ProviderID], settled, o)
			item.Missing = true
			items = append(items, item)
		}
	}
	return ranked(items)
}

// ranked sorts by reference: an item is large, and moving it at each step of
// the sort would take most of the time.
func ranked(items []Item) []Item {
	order := make([]*Item, len(items))
	for n := range items {
		order[n] = &items[n]
	}
	slices.SortFunc(order, rank)
	sorted := make([]Item, len(items))
	for n, i := range order {
		sorted[n] = *i
	}
	return sorted
}

// rank orders the queue.
func rank(a, b *Item) int {
	held := func(i *Item) int {
		if i.Flag.HeldBack != "" {
			return 1
		}
		return 0
	}
	return cmp.Or(
		cmp.Compare(held(a), held(b)),
		cmp.Compare(b.Flag.Level, a.Flag.Level),
		cmp.Compare(b.Flag.Evidence, a.Flag.Evidence),
		a.Flag.OpenedOn.Compare(b.Flag.OpenedOn),
		cmp.Compare(a.Flag.ID, b.Flag.ID),
	)
}

// firstDay is the day of the first review, zero if there is none.
func firstDay(reviews map[string]Review) time.Time {
	var first time.Time
	for _, r := range reviews {
		if first.IsZero() || r.FirstAt.Before(first) {
			first = r.FirstAt
		}
	}
	if first.IsZero() {
		return first
	}
	return workdays.Day(first)
}

// settledBefore finds, for each story, its episodes that somebody decided on.
func settledBefore(reviews map[string]Review) map[subject][]Review {
	settled := map[subject][]Review{}
	for _, r := range reviews {
		if r.Decision != nil || r.State == Closed {
			settled[r.Seen.subject()] = append(settled[r.Seen.subject()], r)
		}
	}
	return settled
}

// place works out where one item stands today.
func place(f Flag, r Review, today time.Time, open int, settled map[subject][]Review, o Options) Item {
	i := Item{Flag: f, Review: r, State: r.State, Cleared: !f.Open()}
	if r.Version > 0 {
		i.Escalating = f.Level > r.Seen.Level
		i.Changed = f.Evidence != r.Seen.Evidence || f.Level != r.Seen.Level || f.Open() != r.Seen.Open
	}
	back := func(s State, on time.Time, why string, args ...any) {
		i.State, i.Entered, i.Why = s, on, fmt.Sprintf(why, args...)
	}
	switch r.State {
	case "", New:
		i.State, i.Entered = New, later(f.OpenedOn, o.from)
		if r.Back != "" {
			back(Returned, workdays.Day(r.BackAt), "%s", r.Back)
		} else if earlier, on := episodeBefore(f, settled); earlier != "" {
			back(Regressed, later(f.OpenedOn, o.from), "It was dealt with on %s and has flagged again.", workdays.Format(on))
			i.Earlier = earlier
		}
	case Acknowledged:
		i.Due = o.Calendar.Add(workdays.Day(r.Touched), o.AckDays)
		if today.After(i.Due) {
			back(Returned, o.Calendar.Add(i.Due, 1), "It was taken up on %s and has had no note for %d working days.", workdays.Format(workdays.Day(r.Touched)), o.AckDays)
		}
	case Parked:
		i.Due = r.Parking.Until
		if why := worsened(f, *r.Parking, open); why != "" {
			back(Returned, today, "It was parked until it worsens: %s", why)
			i.unrecorded = returned
		} else if !today.Before(r.Parking.Until) {
			back(Returned, r.Parking.Until, "It was parked until %s.", workdays.Format(r.Parking.Until))
		}
	case Decided:
		placeDecided(&i, f, r, today, back)
	case Closed:
		if on := workdays.Day(r.ClosedAt); f.Open() && f.LastMetOn.After(on) {
			back(Regressed, f.LastMetOn, "It was closed on %s and has flagged again.", workdays.Format(on))
			i.Earlier = f.ID
		}
	}
	if i.State.Waiting() {
		i.Due = o.Calendar.Add(i.Entered, o.ReviewDays)
		i.Overdue = today.After(i.Due)
	}
	return i
}

func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// placeDecided says when a decision no longer rests: its day of review has
// come, the flag has risen, or there is nothing left to review.
func placeDecided(i *Item, f Flag, r Review, today time.Time, back func(State, time.Time, string, ...any)) {
	i.Due = r.Decision.NextReview
	switch {
	case f.Open() && f.Level > r.Decision.Seen.Level:
		back(Returned, today, "Its level has risen from %d to %d since the decision.", r.Decision.Seen.Level, f.Level)
		i.unrecorded = returned
	case r.Decision.Outcome == NoAction && !f.Open():
		i.State, i.Due = Closed, time.Time{}
		i.Why = "No action was decided and the flag has cleared."
		i.unrecorded = closed
	case !today.Before(r.Decision.NextReview):
		back(Returned, r.Decision.NextReview, "Its review was due on %s.", workdays.Format(r.Decision.NextReview))
	}
}

// worsened says how a parked flag has met its condition, empty if it has not.
// A higher level counts under every condition but the date alone.
func worsened(f Flag, p Parking, open int) string {
	others := open - 1 // without the flag itself
	switch {
	case p.Condition == DateOnly || !f.Open():
	case f.Level > p.Seen.Level:
		return fmt.Sprintf("its level has risen from %d to %d.", p.Seen.Level, f.Level)
	case p.Condition == EvidenceAdds && f.Evidence > p.Seen.Evidence:
		return fmt.Sprintf("it has %d pieces of evidence, %d when it was parked.", f.Evidence, p.Seen.Evidence)
	case p.Condition == AnotherFlag && others > p.Seen.Others:
		return fmt.Sprintf("%d further flags are open on the provider, %d when it was parked.", others, p.Seen.Others)
	}
	return ""
}

// episodeBefore finds the last episode of the same story that was decided on
// before this flag opened.
func episodeBefore(f Flag, settled map[subject][]Review) (id string, on time.Time) {
	var opened time.Time
	for _, r := range settled[f.subject()] {
		if r.FlagID == f.ID || !r.Seen.OpenedOn.Before(f.OpenedOn) || r.Seen.OpenedOn.Before(opened) {
			continue
		}
		id, opened, on = r.FlagID, r.Seen.OpenedOn, workdays.Day(r.LastAt)
		if r.Decision != nil {
			on = workdays.Day(r.Decision.At)
		}
	}
	return id, on
}
