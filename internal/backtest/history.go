package backtest

import (
	"cmp"
	"math"
	"slices"
	"time"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/replay"
)

// history is a market made ready for measuring: who was watched when, and what each plain method would have said in each week.
type history struct {
	from, to int
	watched  []measure.Watched
	looks    []week // by provider, then day
	result   flags.Result
}

// week is one provider in one week, as known at its end.
type week struct {
	provider string
	on       int
	rating   float64 // the worst of its homes by rating, and age among equals
	concerns float64 // the most concerns of twelve weeks at any of its homes
	evidence float64 // the strongest evidence of a rise at any of its homes; -Inf where none is known
}

// newHistory gathers the weeks from a year after the first look, so that rules have something to compare with; nil if there are none.
func newHistory(m *replay.Market, opt Options) *history {
	h := &history{from: day(m.First.AddDate(1, 0, 0)), to: day(m.AsOf)}
	if m.First.IsZero() {
		return nil
	}
	if !opt.Since.IsZero() {
		h.from = max(h.from, day(opt.Since))
	}
	if h.from >= h.to {
		return nil
	}
	h.watch(m)
	byWeek := map[string]map[int]*week{}
	for _, u := range m.Units {
		if u.Kind != rules.UnitLocation {
			continue
		}
		for _, l := range u.Looks {
			if stopped, ok := l.Values.Get("service_stopped"); ok && stopped == 1 {
				continue
			}
			h.add(byWeek, u.ProviderIDs[0], l)
		}
	}
	for _, w := range h.watched {
		for on, x := range byWeek[w.Unit] {
			if on >= w.From && on < w.To {
				h.looks = append(h.looks, *x)
			}
		}
	}
	slices.SortFunc(h.looks, func(a, b week) int { return cmp.Or(cmp.Compare(a.provider, b.provider), cmp.Compare(a.on, b.on)) })
	return h
}

// watch finds when each provider could be alerted: from the start, or the first week in which it ran a service, to the week it stopped.
func (h *history) watch(m *replay.Market) {
	for _, u := range m.Units {
		if u.Kind != rules.UnitProvider {
			continue
		}
		w := measure.Watched{Unit: u.ID, From: math.MaxInt}
		for _, l := range u.Looks {
			on := day(ends(l))
			if running, ok := l.Values.Get("running"); ok && running == 1 {
				w.From, w.To = min(w.From, on), on+8 // an end within the week is seen at the next look
			}
		}
		if w.From == math.MaxInt {
			continue
		}
		w.From, w.To = max(w.From, h.from), min(w.To, h.to+1)
		if w.From < w.To {
			h.watched = append(h.watched, w)
		}
	}
}

func ends(l flags.Look) time.Time {
	if l.EndsOn.IsZero() {
		return l.Week.AddDate(0, 0, 6)
	}
	return l.EndsOn
}

func (h *history) add(byWeek map[string]map[int]*week, provider string, l flags.Look) {
	on := day(ends(l))
	if byWeek[provider] == nil {
		byWeek[provider] = map[int]*week{}
	}
	w := byWeek[provider][on]
	if w == nil {
		w = &week{provider: provider, on: on, evidence: math.Inf(-1)}
		byWeek[provider][on] = w
	}
	rating, _ := l.Values.Get("rating_overall")
	age, _ := l.Values.Get("rating_age_days")
	w.rating = max(w.rating, measure.RatingAge(int(rating), int(age)))
	if n, ok := l.Values.Get("concerns_12w"); ok {
		w.concerns = max(w.concerns, n)
	}
	if g, ok := l.Values.Get("scan_score"); ok {
		w.evidence = max(w.evidence, g)
	}
}

// plain gives a plain method's weekly looks.
func (h *history) plain(score func(week) float64) []measure.Look {
	out := make([]measure.Look, len(h.looks))
	for i, w := range h.looks {
		out[i] = measure.Look{Unit: w.provider, On: w.on, Days: 7, Score: score(w)}
	}
	return out
}

func byRating(w week) float64   { return w.rating }
func byConcerns(w week) float64 { return w.concerns }

// areaEvery is how many weeks lie between the looks that the area is worked out from: neighbouring weeks say nearly the same.
const areaEvery = 13

// rows scores the looks of one quarter day in each quarter, and says whether the outcome followed within the horizon. Looks whose
// horizon is not over are left out.
func (h *history) rows(outcomes []measure.Outcome, horizon int, score func(week) float64) []measure.Row {
	on := map[string][]int{}
	for _, o := range outcomes {
		on[o.Unit] = append(on[o.Unit], o.On)
	}
	var out []measure.Row
	for _, w := range h.looks {
		if (w.on-h.from)/7%areaEvery != 0 || w.on+horizon > h.to {
			continue
		}
		event := slices.ContainsFunc(on[w.provider], func(d int) bool { return d > w.on && d <= w.on+horizon })
		out = append(out, measure.Row{Unit: w.provider, Score: score(w), Event: event})
	}
	return out
}

// ours scores a week by the rules: the level first, then the strength of evidence of a rise.
func (h *history) ours(without rules.Family) func(week) float64 {
	byProvider := map[string][4][]measure.Stretch{}
	for level := rules.PreProviderConcern; level <= rules.ProviderFailure; level++ {
		for _, s := range h.alerts(level, without) {
			a := byProvider[s.Unit]
			a[level] = append(a[level], s)
			byProvider[s.Unit] = a
		}
	}
	return func(w week) float64 {
		at := 0.0
		for level, stretches := range byProvider[w.provider] {
			if slices.ContainsFunc(stretches, func(s measure.Stretch) bool { return s.From <= w.on && w.on < s.To }) {
				at = max(at, float64(level))
			}
		}
		return at + 0.99/(1+math.Exp(-w.evidence))
	}
}
