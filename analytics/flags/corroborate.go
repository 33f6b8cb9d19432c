package flags

import (
	"slices"

	"bellwether/analytics/rules"
)

// claim is one episode as it bears on one provider.
type claim struct {
	*episode
	provider string
	since    day // from when it counts; 0 while it waits for a second source
	by       []rules.Family
}

// counts reports whether the claim bears on the provider's level on a day.
func (c *claim) counts(on day) bool { return c.since != 0 && c.since <= on && on < c.end() }

func (c *claim) state() State {
	switch {
	case c.cleared != 0:
		return Cleared
	case c.since == 0:
		return Waiting
	}
	return Open
}

// corroborate decides, for the claims about one provider, from when each counts.
func corroborate(claims []*claim, p rules.Policy) {
	window := day(7 * p.CorroborationWeeks)
	for _, c := range claims {
		if c.rule.Strength == rules.Hard {
			c.since = c.met[0].from
		}
	}
	// The earliest second source opens the flag; a decision for one claim never
	// depends on another's, so that the order of claims cannot matter.
	for _, c := range claims {
		if c.rule.Strength != rules.Soft || c.rule.Second != rules.AnySignal {
			continue
		}
		c.second(claims, func(o *claim) (day, bool) {
			if o.rule.Strength == rules.Soft && o.rule.Second == rules.StandingFlag || !o.rule.Supports || oneIncident(c, o) {
				return 0, false
			}
			return meet(c.met, o.met, window)
		})
	}
	for _, c := range claims {
		if c.rule.Strength != rules.Soft || c.rule.Second != rules.StandingFlag {
			continue
		}
		c.second(claims, func(o *claim) (day, bool) {
			if o.rule.Strength == rules.Soft && o.rule.Second == rules.StandingFlag || o.since == 0 {
				return 0, false
			}
			at := max(c.met[0].from, o.since)
			return at, at < o.end()
		})
	}
}

// second opens the claim on the first day that another source stands with it.
func (c *claim) second(claims []*claim, together func(*claim) (day, bool)) {
	for _, o := range claims {
		if !differentSource(c, o) {
			continue
		}
		at, ok := together(o)
		if !ok || at >= c.end() {
			continue
		}
		if c.since == 0 || at < c.since {
			c.since = at
		}
		if !slices.Contains(c.by, o.rule.Evidence) {
			c.by = append(c.by, o.rule.Evidence)
		}
	}
	slices.Sort(c.by)
}

// differentSource reports whether o could stand beside c at all: another
// source, about the same home or about the provider as a whole. Trouble at a
// sister home, or across the group, is never a second source for a home.
func differentSource(c, o *claim) bool {
	if c == o || o.rule.Evidence == c.rule.Evidence || o.rule.Evidence == rules.Group || o.unit.kind == rules.UnitBrand {
		return false
	}
	return c.unit.kind != rules.UnitLocation || o.unit.kind != rules.UnitLocation || c.unit.id == o.unit.id
}

// oneIncident reports whether two claims about a home rest on the same events,
// reported through two feeds: everything behind one of them is behind the other
// as well. It is false where the caller linked no incidents.
func oneIncident(c, o *claim) bool {
	if c.unit != o.unit {
		return false
	}
	a, b := c.keys(), o.keys()
	return len(a) > 0 && len(b) > 0 && (within(a, b) || within(b, a))
}

// keys are the incidents of a claim's source in the periods it looked at.
func (c *claim) keys() map[string]bool {
	weeks := c.rule.WindowWeeks
	if weeks == 0 || c.unit.incidents == nil {
		return nil
	}
	out := map[string]bool{}
	for _, e := range c.unit.incidents[c.rule.Evidence] {
		for _, s := range c.met {
			if e.on > s.from-day(7*weeks) && e.on <= s.to {
				out[e.key] = true
			}
		}
	}
	return out
}

func within(a, b map[string]bool) bool {
	for k := range a {
		if !b[k] {
			return false
		}
	}
	return true
}
