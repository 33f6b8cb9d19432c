package flags

import (
	"slices"

	"bellwether/analytics/rules"
)

// claim is one episode as it bears on one provider.
type claim struct {
	*episode
	provider string
	counting []interval // when it counts towards the level
	with     []partner  // a soft claim's second sources
}

// interval is a stretch of days; to is the first day after it.
type interval struct{ from, to day }

type partner struct {
	family rules.Family
	when   interval
}

// counts reports whether the claim bears on the provider's level on a day.
func (c *claim) counts(on day) bool {
	for _, i := range c.counting {
		if i.from <= on && on < i.to {
			return true
		}
	}
	return false
}

// since returns the day from which the claim has counted up to the given day
// without a break; for a claim that counts no longer, the first day it ever did.
// It is 0 if it never counted.
func (c *claim) since(on day) day {
	if len(c.counting) == 0 {
		return 0
	}
	if !c.counts(on) {
		first := never
		for _, i := range c.counting {
			first = min(first, i.from)
		}
		return first
	}
	for again := true; again; {
		again = false
		for _, i := range c.counting {
			if i.from < on && on <= i.to {
				on, again = i.from, true
			}
		}
	}
	return on
}

// state says where the claim stands on a day.
func (c *claim) state(on day) State {
	switch {
	case c.cleared != 0:
		return Cleared
	case c.counts(on):
		return Open
	}
	return Waiting
}

// by names the second sources: those that stand on the day, or, for a claim
// that is over, all there ever were.
func (c *claim) by(on day) []string {
	var fs []rules.Family
	for _, p := range c.with {
		if (c.cleared != 0 || p.when.from <= on && on < p.when.to) && !slices.Contains(fs, p.family) {
			fs = append(fs, p.family)
		}
	}
	slices.Sort(fs)
	out := make([]string, len(fs))
	for i, f := range fs {
		out[i] = f.Title()
	}
	return out
}

// corroborate decides, for the claims about one provider, when each counts. A
// hard claim counts from its first look to its end. A soft one counts while it
// and a second source both last, from the day both had spoken; what one claim
// finds never depends on another's finding of the same sort, so that the order
// of claims cannot matter.
func corroborate(claims []*claim, p rules.Policy) {
	window := day(7 * p.CorroborationWeeks)
	for _, c := range claims {
		c.counting, c.with = nil, nil
		if c.rule.Strength == rules.Hard {
			c.counting = []interval{{c.met[0].from, c.end()}}
		}
	}
	for _, c := range claims {
		if c.rule.Strength != rules.Soft || c.rule.Second != rules.AnySignal {
			continue
		}
		for _, o := range claims {
			if !differentSource(c, o) || addsOnly(o) || !o.rule.Supports || oneIncident(c, o) {
				continue
			}
			if at, ok := meet(c.met, o.met, window); ok {
				c.pair(o, interval{at, o.end()})
			}
		}
	}
	for _, c := range claims {
		if !addsOnly(c) {
			continue
		}
		for _, o := range claims {
			if !differentSource(c, o) || addsOnly(o) {
				continue
			}
			for _, i := range o.counting {
				c.pair(o, i)
			}
		}
	}
}

// addsOnly reports whether the claim only ever adds to a flag that stands on its
// own, and so makes no flag and supports none.
func addsOnly(c *claim) bool {
	return c.rule.Strength == rules.Soft && c.rule.Second == rules.StandingFlag
}

// pair lets the claim count while both it and the other last.
func (c *claim) pair(o *claim, when interval) {
	when.from, when.to = max(when.from, c.met[0].from), min(when.to, c.end())
	if when.from < when.to {
		c.counting = append(c.counting, when)
		c.with = append(c.with, partner{o.rule.Evidence, when})
	}
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
