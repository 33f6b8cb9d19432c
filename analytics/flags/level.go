package flags

import (
	"slices"

	"bellwether/analytics/rules"
)

// standing is a provider's level on one day.
type standing struct {
	level rules.Level
	kind  rules.FailureKind
	held  *Decision // the decision that holds the provider at some level, if one does
	flags bool      // whether open flags carry the level
}

// history works out a provider's level on each of the given days, the ends of weeks. A level rises
// at once. It falls when the last flag that carries it closes, except where a
// person holds it: then it falls by one only after the policy's number of clear
// reviews in a row and a watch without a new hard flag.
func history(claims []*claim, decisions []Decision, ends []day, p rules.Policy) []standing {
	out := make([]standing, len(ends))
	h := holding{policy: p, decisions: decisions}
	for i, on := range ends {
		h.advance(on, claims)
		s := standing{level: h.level, kind: h.kind, held: h.by}
		for _, c := range claims {
			if !c.counts(on) || c.rule.Level < s.level {
				continue
			}
			if c.rule.Level > s.level || order(c.rule.FailureKind) > order(s.kind) {
				s.kind = c.rule.FailureKind
			}
			s.level, s.flags = c.rule.Level, true
		}
		out[i] = s
	}
	return out
}

// holding is the level that people's decisions hold.
type holding struct {
	policy    rules.Policy
	decisions []Decision // by date
	level     rules.Level
	kind      rules.FailureKind
	by        *Decision
	clear     int
	lastClear day
	day       day
}

// advance moves to a day, applying what was decided up to it.
func (h *holding) advance(on day, claims []*claim) {
	for len(h.decisions) > 0 && dayOf(h.decisions[0].On) <= on {
		h.apply(&h.decisions[0])
		h.decisions = h.decisions[1:]
	}
	for _, c := range claims {
		began := c.met[0].from
		if c.rule.Strength == rules.Hard && began > h.day && began <= on && began > h.lastClear {
			h.clear = 0 // new cause: the watch begins again
		}
	}
	h.day = on
	if h.level > rules.MarketManagement && h.clear >= h.policy.StepDownReviews && on >= h.lastClear+day(7*h.policy.WatchWeeks) {
		h.level--
		h.kind, h.clear = rules.NoFailure, 0
		if h.level == rules.MarketManagement {
			h.by = nil
		}
	}
}

func (h *holding) apply(d *Decision) {
	switch d.Kind {
	case Hold:
		if d.Level >= h.level {
			if d.Level > h.level || d.FailureKind == rules.FailureEvent || h.kind == rules.NoFailure {
				h.kind = d.FailureKind
			}
			h.level, h.by = d.Level, d
		}
		h.clear = 0
	case ClearReview:
		h.clear++
		h.lastClear = dayOf(d.On)
	case Review:
		h.clear = 0
	}
	if h.level != rules.ProviderFailure {
		h.kind = rules.NoFailure
	}
}

// byProvider groups decisions by provider, each in the order of their dates.
func byProvider(ds []Decision) (map[string][]Decision, error) {
	out := map[string][]Decision{}
	for _, d := range ds {
		if err := d.check(); err != nil {
			return nil, err
		}
		out[d.ProviderID] = append(out[d.ProviderID], d)
	}
	for _, list := range out {
		slices.SortStableFunc(list, func(a, b Decision) int {
			if c := dayOf(a.On) - dayOf(b.On); c != 0 {
				return int(c)
			}
			return weight(a.Kind) - weight(b.Kind)
		})
	}
	return out, nil
}

// weight orders decisions of one day so that a hold is applied before reviews.
func weight(k DecisionKind) int {
	return slices.Index([]DecisionKind{Hold, Review, ClearReview}, k)
}
