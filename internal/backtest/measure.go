package backtest

import (
	"fmt"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/rules"
)

// The outcomes that are asked about, in the order of the report. Those of which no feed tells are named all the same.
var kinds = []struct{ name, title, absent string }{
	{"downgrade", "Overall rating lowered", "No rating was lowered while the history was watched."},
	{"enforcement", "Enforcement by CQC", "No feed that is read carries enforcement notices, so nothing can be said."},
	{"forced", "Closure forced by CQC", "No feed that is read says which closures were forced; closures while rated Inadequate, below, come nearest."},
	{"closure_inadequate", "Closure while rated Inadequate", "No location closed while rated Inadequate."},
	{"closure", "Any closure", "No location closed."},
	{"panel", "Confirmed by a panel", "The run was given no decisions of a panel."},
	{"planted", "Planted story begins", ""},
}

func (h *history) measureAll(outcomes map[string][]measure.Outcome, opt Options) []OutcomeReport {
	var out []OutcomeReport
	for _, k := range kinds {
		if k.name == "planted" {
			continue
		}
		o := OutcomeReport{Name: k.name, Title: k.title}
		q := measure.Question{Watched: h.watched, Outcomes: outcomes[k.name], Horizon: opt.Horizon, Gap: gap}
		for _, x := range q.Outcomes {
			if h.during(x) {
				o.Outcomes++
			}
		}
		if o.Outcomes == 0 {
			o.Silence = k.absent
			out = append(out, o)
			continue
		}
		o.Methods = h.methods(q, opt)
		o.Areas = h.areas(q, opt)
		o.Missed, o.Unfounded = h.cases(q)
		out = append(out, o)
	}
	if len(opt.Truth) > 0 {
		out = append(out, h.planted(opt))
	}
	return out
}

func (h *history) during(o measure.Outcome) bool {
	for _, w := range h.watched {
		if w.Unit == o.Unit && w.From <= o.On-1 && o.On-1 < w.To {
			return true
		}
	}
	return false
}

// methods measures the rules at both levels, and each baseline at the rules' own load.
func (h *history) methods(q measure.Question, opt Options) []MethodReport {
	var out []MethodReport
	for _, level := range []rules.Level{rules.ProviderConcern, rules.PreProviderConcern} {
		at := "at provider concern or above"
		if level == rules.PreProviderConcern {
			at = "at any level"
		}
		ours := measure.Measure(h.alerts(level, ""), q, opt.Draws)
		out = append(out, MethodReport{Name: "rules_" + level.String(), Title: "The rules, " + at, Result: ours},
			MethodReport{Name: "rules_without_cqc_" + level.String(), Title: "The same without CQC's own findings", Result: measure.Measure(h.alerts(level, rules.CQC), q, opt.Draws)})
		for _, b := range []struct {
			name, title string
			score       func(week) float64
		}{{"rating_age", "Last rating and its age", byRating}, {"concerns_12w", "Concerns in 12 weeks", byConcerns}} {
			looks := h.plain(b.score)
			limit, ok := measure.SameLoad(looks, ours.TimeAlerted)
			if !ok {
				continue
			}
			title := fmt.Sprintf("%s, at the same load or less", b.title)
			out = append(out, MethodReport{Name: b.name + "_" + level.String(), Title: title, Limit: limit, Result: measure.Measure(measure.Join(measure.Above(looks, limit), gap), q, opt.Draws)})
		}
	}
	out = append(out, MethodReport{Name: "three_in_12w", Title: "Three concerns in 12 weeks, as usually set", Limit: 3,
		Result: measure.Measure(measure.Join(measure.Above(h.plain(byConcerns), 3), gap), q, opt.Draws)})
	return out
}

// areas ranks the same quarterly looks by each method.
func (h *history) areas(q measure.Question, opt Options) []AreaReport {
	ours := h.rows(q.Outcomes, opt.Horizon, h.ours(""))
	var out []AreaReport
	add := func(name, title string, rows []measure.Row) {
		events := 0
		for _, r := range rows {
			if r.Event {
				events++
			}
		}
		a := AreaReport{Name: name, Title: title, Rows: len(rows), Events: events}
		if name == "rules" {
			a.AUC = measure.Area(rows, opt.Draws)
		} else {
			var above measure.Estimate
			a.AUC, above = measure.Areas(rows, ours, opt.Draws)
			if above.Known { // how far the rules lie above this one
				a.RulesAbove = measure.Estimate{Value: -above.Value, Low: -above.High, High: -above.Low, Known: true}
			}
		}
		out = append(out, a)
	}
	add("rules", "The rules: level, then evidence of a rise", ours)
	add("rules_without_cqc", "The same without CQC's own findings", h.rows(q.Outcomes, opt.Horizon, h.ours(rules.CQC)))
	add("rating_age", "Last rating and its age", h.rows(q.Outcomes, opt.Horizon, byRating))
	add("concerns_12w", "Concerns in 12 weeks", h.rows(q.Outcomes, opt.Horizon, byConcerns))
	return out
}

// planted asks how soon after a planted story began its providers were alerted, and how many alerts belong to no story.
func (h *history) planted(opt Options) OutcomeReport {
	o := OutcomeReport{Name: "planted", Title: "Planted stories of the fictional county: found, and how soon after they began"}
	type span struct{ from int }
	begins := map[string]span{}
	for _, p := range opt.Truth {
		for _, id := range p.Providers {
			begins[id] = span{day(p.From)}
		}
	}
	for _, level := range []rules.Level{rules.ProviderConcern, rules.PreProviderConcern} {
		s := Planting{Title: "The rules at " + level.Title() + " or above", Stories: len(begins)}
		alerts := h.alerts(level, "")
		var delays []float64
		right, all := 0, 0
		for _, w := range h.watched {
			b, isStory := begins[w.Unit]
			first := -1
			for _, a := range alerts {
				if a.Unit != w.Unit {
					continue
				}
				if a.From >= w.From && a.From < w.To {
					all++
					if isStory && a.To > b.from {
						right++
					}
				}
				if isStory && a.To > b.from && first < 0 {
					first = max(a.From-b.from, 0)
				}
			}
			if first >= 0 {
				delays = append(delays, float64(first))
			}
		}
		s.Found = measure.Wilson(len(delays), len(begins))
		s.Belong = measure.Wilson(right, all)
		s.Delay = measure.Median(delays, opt.Draws)
		o.Planted = append(o.Planted, s)
	}
	o.Outcomes = len(begins)
	return o
}
