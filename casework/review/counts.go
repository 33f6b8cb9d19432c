package review

import (
	"cmp"
	"slices"
	"time"

	"bellwether/casework/workdays"
)

// Counts sums a queue up for its head, for the alerts and for the minutes.
type Counts struct {
	ByState map[State]int
	// Unreviewed items wait to be taken up; Overdue ones have waited too long.
	Unreviewed, Overdue int
	// Oldest is the day since which the longest waiting item has waited, zero
	// if none waits; OldestDays is how many days that is.
	Oldest     time.Time
	OldestDays int
	ByLevel    map[int]LevelCounts
	// HeldBack items are in no other count: nobody is asked to act on them.
	HeldBack int
}

// LevelCounts are the counts of one level.
type LevelCounts struct {
	Unreviewed, Overdue int
	Oldest              time.Time
}

// Count sums a queue up.
func Count(items []Item, now time.Time) Counts {
	c := Counts{ByState: map[State]int{}, ByLevel: map[int]LevelCounts{}}
	for _, s := range States {
		c.ByState[s] = 0
	}
	for _, i := range items {
		if i.Flag.HeldBack != "" {
			c.HeldBack++
			continue
		}
		c.ByState[i.State]++
		if !i.State.Waiting() {
			continue
		}
		level := c.ByLevel[i.Flag.Level]
		c.Unreviewed++
		level.Unreviewed++
		if i.Overdue {
			c.Overdue++
			level.Overdue++
		}
		c.Oldest, level.Oldest = older(c.Oldest, i.Entered), older(level.Oldest, i.Entered)
		c.ByLevel[i.Flag.Level] = level
	}
	if !c.Oldest.IsZero() {
		c.OldestDays = int(workdays.Day(now).Sub(c.Oldest).Hours() / 24)
	}
	return c
}

func older(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// Group is the items of one corporate group, or of one provider that belongs
// to none.
type Group struct {
	BrandID    string // empty if there is none
	ProviderID string // set when there is no brand
	Providers  int
	Items      []Item
}

// Gather puts items of one corporate group together. Groups come in the order
// of their highest ranked item, items keep theirs.
func Gather(items []Item) []Group {
	var groups []Group
	at := map[[2]string]int{}
	for _, i := range items {
		key := [2]string{i.Flag.BrandID, ""}
		if i.Flag.BrandID == "" {
			key[1] = i.Flag.ProviderID
		}
		n, found := at[key]
		if !found {
			n = len(groups)
			at[key] = n
			groups = append(groups, Group{BrandID: key[0], ProviderID: key[1]})
		}
		groups[n].Items = append(groups[n].Items, i)
	}
	for n := range groups {
		providers := map[string]bool{}
		for _, i := range groups[n].Items {
			providers[i.Flag.ProviderID] = true
		}
		groups[n].Providers = len(providers)
	}
	return groups
}

// Change is one line of what has happened since a meeting.
type Change struct {
	At   time.Time
	Item Item
	// What is opened, cleared, returned, regressed or the type of an event.
	What string
	By   string // empty for what happened by itself
	Text string
}

// Since lists what has happened to the items of a queue after an instant, the
// oldest first. What people did has an hour; what flags did has a day.
func Since(items []Item, at time.Time) []Change {
	var changes []Change
	day := workdays.Day(at)
	for _, i := range items {
		add := func(on time.Time, what, text string) {
			if on.After(day) {
				changes = append(changes, Change{At: on, Item: i, What: what, Text: text})
			}
		}
		add(i.Flag.OpenedOn, "opened", i.Flag.Sentence)
		if i.Cleared && !i.Missing {
			add(i.Flag.ClearedOn, "cleared", "")
		}
		if i.State == Returned || i.State == Regressed && i.Earlier == i.Flag.ID {
			add(i.Entered, string(i.State), i.Why)
		}
		for _, e := range i.Review.History {
			if e.At.After(at) {
				changes = append(changes, Change{At: e.At, Item: i, What: e.What, By: e.By, Text: e.Text})
			}
		}
	}
	slices.SortStableFunc(changes, func(a, b Change) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Item.Flag.ID, b.Item.Flag.ID))
	})
	return changes
}

// Confirmation is the group's own answer to a flag, for the back-test and for
// the next run of the pipeline.
type Confirmation struct {
	FlagID, ProviderID, LocationID, RuleID string
	// Confirmed says that the last word was a decision to do something. It is
	// false after a decision to do nothing and after a disagreement.
	Confirmed bool
	Outcome   Outcome // of the last decision, empty without one
	Doubt     Doubt   // of a disagreement since then, empty without one
	At        time.Time
}

// Confirmations lists what people have said about flags, in the order of the
// flags. Restricted cases are left out by the caller, who knows of them.
func Confirmations(reviews map[string]Review) []Confirmation {
	var all []Confirmation
	for id, r := range reviews {
		c := Confirmation{FlagID: id, ProviderID: r.Seen.Provider, LocationID: r.Seen.Location, RuleID: r.Seen.Rule}
		if r.Decision != nil {
			c.Confirmed, c.Outcome, c.At = r.Decision.Outcome != NoAction, r.Decision.Outcome, r.Decision.At
		}
		if n := len(r.Disagreements); n > 0 && !r.Disagreements[n-1].At.Before(c.At) {
			last := r.Disagreements[n-1]
			c.Confirmed, c.Doubt, c.At = false, last.Doubt, last.At
		}
		if !c.At.IsZero() {
			all = append(all, c)
		}
	}
	slices.SortFunc(all, func(a, b Confirmation) int { return cmp.Compare(a.FlagID, b.FlagID) })
	return all
}
