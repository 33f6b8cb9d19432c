package backtest

import (
	"cmp"
	"slices"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/rules"
)

// Case is one outcome that no alert came before, or one alert that nothing followed.
type Case struct {
	ProviderID string `json:"provider_id"`
	On         string `json:"on"`    // the day of the outcome, or of the alert
	Until      string `json:"until"` // of an alert: when it ended; empty while it lasts
}

// cases lists what the rules missed at any level, and which of their alerts at provider concern or above nothing followed although half a
// year has passed: what a reader should look at first.
func (h *history) cases(q measure.Question) (missed, unfounded []Case) {
	early, high := h.alerts(rules.PreProviderConcern, ""), h.alerts(rules.ProviderConcern, "")
	for _, o := range q.Outcomes {
		if !h.during(o) {
			continue
		}
		seen := slices.ContainsFunc(early, func(a measure.Stretch) bool {
			return a.Unit == o.Unit && a.From < o.On && a.To > o.On-q.Horizon
		})
		if !seen {
			missed = append(missed, Case{ProviderID: o.Unit, On: iso(date(o.On))})
		}
	}
	for _, a := range high {
		w, ok := h.watchOf(a)
		if !ok {
			continue
		}
		// Judged as precision judges: an alert whose horizon runs beyond the watch is not, unless the watch ended with an outcome.
		followed := slices.ContainsFunc(q.Outcomes, func(o measure.Outcome) bool { return o.Unit == a.Unit && o.On > a.From && o.On <= a.From+q.Horizon })
		ended := slices.ContainsFunc(q.Outcomes, func(o measure.Outcome) bool { return o.Unit == a.Unit && o.On >= w.To-1 && o.On <= w.To+1 })
		if followed || a.From+q.Horizon > w.To && !ended {
			continue
		}
		c := Case{ProviderID: a.Unit, On: iso(date(a.From))}
		if a.To <= h.to {
			c.Until = iso(date(a.To))
		}
		unfounded = append(unfounded, c)
	}
	byDay := func(a, b Case) int { return cmp.Or(cmp.Compare(b.On, a.On), cmp.Compare(a.ProviderID, b.ProviderID)) }
	slices.SortFunc(missed, byDay)
	slices.SortFunc(unfounded, byDay)
	return missed, unfounded
}

// watchOf gives the watch during which a stretch began.
func (h *history) watchOf(a measure.Stretch) (measure.Watched, bool) {
	for _, w := range h.watched {
		if w.Unit == a.Unit && a.From >= w.From && a.From < w.To {
			return w, true
		}
	}
	return measure.Watched{}, false
}
