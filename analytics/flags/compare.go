package flags

import (
	"cmp"
	"slices"
	"time"

	"bellwether/analytics/rules"
)

// Comparison is what another rule set would have made of the same looks.
type Comparison struct {
	Since    time.Time
	Appear   []Flag // flags of the other set that none of the present one answers to
	Vanish   []Flag // flags of the present set that none of the other answers to
	Same     int    // flags of the present set that stay
	Months   []MonthLoad
	ByRule   []RuleChange // rules that differ, in the order of their names
	Moves    []LevelMove  // providers whose level at the last look would be another
	Now, New Load         // at the last look
}

// MonthLoad is the load at the end of one month, under both sets.
type MonthLoad struct {
	Month     time.Time // its first day
	Providers int
	Now, New  MonthCount
}

// MonthCount counts one set's work: providers at a level at the month's last look,
// and flags that began to count in the month.
type MonthCount struct{ AtConcern, AtAny, Began int }

// RuleChange counts a rule's flags that appear and vanish.
type RuleChange struct {
	RuleID         string
	Appear, Vanish int
}

// LevelMove is a provider that would stand elsewhere.
type LevelMove struct {
	ProviderID string
	From, To   rules.Level
}

// Compare sets what one rule set finds beside what another finds in the same
// looks, from a date on. A flag answers to another where both are by the rule of
// one name, about the same place, and count at the same time for at least a day:
// a changed limit moves a flag's start, and that alone makes it no other flag.
// Waiting flags do not count and are left out.
func Compare(now, other Result, since time.Time) Comparison {
	c := Comparison{Since: since, Now: now.Load, New: other.Load}
	a, b := counted(now.Flags, since), counted(other.Flags, since)
	changes := map[string]*RuleChange{}
	change := func(rule string) *RuleChange {
		if changes[rule] == nil {
			changes[rule] = &RuleChange{RuleID: rule}
		}
		return changes[rule]
	}
	for _, f := range a.flags {
		if b.answers(f, since) {
			c.Same++
			continue
		}
		c.Vanish = append(c.Vanish, f)
		change(f.RuleID).Vanish++
	}
	for _, f := range b.flags {
		if !a.answers(f, since) {
			c.Appear = append(c.Appear, f)
			change(f.RuleID).Appear++
		}
	}
	for _, r := range changes {
		c.ByRule = append(c.ByRule, *r)
	}
	slices.SortFunc(c.ByRule, func(x, y RuleChange) int { return cmp.Compare(x.RuleID, y.RuleID) })
	c.Months = months(now, other, since)
	c.Moves = moves(now.Levels, other.Levels)
	return c
}

// counting holds one set's flags that count from a date on, by rule and place.
type counting struct {
	flags []Flag
	at    map[string][]Flag
}

func placeKey(f Flag) string {
	return f.ProviderID + "\x1f" + f.LocationID + "\x1f" + f.BrandID + "\x1f" + f.RuleID
}

func counted(all []Flag, since time.Time) counting {
	c := counting{at: map[string][]Flag{}}
	for _, f := range all {
		if f.CountsFrom.IsZero() || !f.ClearedOn.IsZero() && !f.ClearedOn.After(since) {
			continue
		}
		c.flags = append(c.flags, f)
		c.at[placeKey(f)] = append(c.at[placeKey(f)], f)
	}
	return c
}

func (c counting) answers(f Flag, since time.Time) bool {
	from := func(f Flag) time.Time {
		if f.CountsFrom.Before(since) {
			return since
		}
		return f.CountsFrom
	}
	return slices.ContainsFunc(c.at[placeKey(f)], func(o Flag) bool {
		return (o.ClearedOn.IsZero() || from(f).Before(o.ClearedOn)) && (f.ClearedOn.IsZero() || from(o).Before(f.ClearedOn))
	})
}

func months(now, other Result, since time.Time) []MonthLoad {
	byMonth := map[time.Time]*MonthLoad{}
	month := func(t time.Time) time.Time { return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC) }
	get := func(t time.Time) *MonthLoad {
		if byMonth[month(t)] == nil {
			byMonth[month(t)] = &MonthLoad{Month: month(t), Providers: now.Load.Providers}
		}
		return byMonth[month(t)]
	}
	// A week belongs to the month of its Thursday, so that one of two days in a month does not stand for it.
	thursday := func(week time.Time) time.Time { return month(week.AddDate(0, 0, 3)) }
	count := func(weeks []ProviderLevelWeek, of func(*MonthLoad) *MonthCount) {
		last := map[time.Time]time.Time{}
		for _, w := range weeks {
			if end := w.Week.AddDate(0, 0, 6); !end.Before(since) && w.Week.After(last[thursday(w.Week)]) {
				last[thursday(w.Week)] = w.Week
			}
		}
		for _, w := range weeks {
			if last[thursday(w.Week)] != w.Week {
				continue
			}
			m := of(get(thursday(w.Week)))
			if w.Level > rules.MarketManagement {
				m.AtAny++
			}
			if w.Level >= rules.ProviderConcern {
				m.AtConcern++
			}
		}
	}
	began := func(all []Flag, of func(*MonthLoad) *MonthCount) {
		for _, f := range all {
			if !f.CountsFrom.IsZero() && !f.CountsFrom.Before(since) {
				of(get(f.CountsFrom)).Began++
			}
		}
	}
	ofNow, ofNew := func(m *MonthLoad) *MonthCount { return &m.Now }, func(m *MonthLoad) *MonthCount { return &m.New }
	count(now.Weeks, ofNow)
	count(other.Weeks, ofNew)
	began(now.Flags, ofNow)
	began(other.Flags, ofNew)
	out := make([]MonthLoad, 0, len(byMonth))
	for _, m := range byMonth {
		out = append(out, *m)
	}
	slices.SortFunc(out, func(x, y MonthLoad) int { return x.Month.Compare(y.Month) })
	return out
}

func moves(now, other []ProviderLevel) []LevelMove {
	was := map[string]rules.Level{}
	for _, l := range now {
		was[l.ProviderID] = l.Level
	}
	var out []LevelMove
	for _, l := range other {
		if from, ok := was[l.ProviderID]; ok && from != l.Level {
			out = append(out, LevelMove{l.ProviderID, from, l.Level})
		}
	}
	slices.SortFunc(out, func(a, b LevelMove) int {
		return cmp.Or(cmp.Compare(b.To, a.To), cmp.Compare(a.ProviderID, b.ProviderID))
	})
	return out
}
