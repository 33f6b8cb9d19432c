package backtest

import (
	"cmp"
	"math"
	"slices"
)

// Stretch is a time during which a unit was alerted, from the day of the first
// look that said so to the day before To.
type Stretch struct {
	Unit     string
	From, To int
}

// Outcome is what came to pass at a unit, on the day it became known.
type Outcome struct {
	Unit string
	On   int
}

// Watched is a unit with the days during which it could be alerted: To is the
// first day after.
type Watched struct {
	Unit     string
	From, To int
}

// Question is what a measurement asks.
type Question struct {
	Watched  []Watched
	Outcomes []Outcome
	Horizon  int // days within which an outcome must follow an alert
	Gap      int // stretches of a unit that lie no more days apart are one
}

// Lead is the distribution of days between an alert and the outcome it came
// before.
type Lead struct {
	N      int       `json:"n"`
	Median Estimate  `json:"median"`
	P10    float64   `json:"p10"`
	P25    float64   `json:"p25"`
	P75    float64   `json:"p75"`
	P90    float64   `json:"p90"`
	Days   []float64 `json:"days"`
}

// Result is how well alerts foretold outcomes.
type Result struct {
	Alerts    int   `json:"alerts"`         // stretches that began while their unit was watched
	TooRecent int   `json:"too_recent"`     // of them, those whose horizon is not over and that nothing has followed yet: not judged
	Precision Share `json:"precision"`      // judged alerts that an outcome followed
	Recall    Share `json:"recall"`         // outcomes that an alert came before
	Recall90  Share `json:"recall_90_days"` // by 90 days or more
	Lead      Lead  `json:"lead_days"`

	AlertsPer100 float64 `json:"alerts_per_100_unit_years"`
	TimeAlerted  float64 `json:"share_of_time_alerted"`
	UnitYears    float64 `json:"unit_years"`
}

// Measure asks the question of a set of alerts. An alert of the outcome's own day
// or later foretells nothing. Outcomes of units that were not watched on the day
// before are left out, as are alerts of days on which their unit was not watched.
// An outcome counts as foretold where its unit was alerted on some day within the
// horizon before it; its lead is counted from the first day of that stretch.
func Measure(alerts []Stretch, q Question, r Resampling) Result {
	watched := map[string][]Watched{}
	res := Result{}
	days := 0
	for _, w := range q.Watched {
		if w.To > w.From {
			watched[w.Unit] = append(watched[w.Unit], w)
			days += w.To - w.From
		}
	}
	during := func(unit string, day int) (Watched, bool) {
		for _, w := range watched[unit] {
			if w.From <= day && day < w.To {
				return w, true
			}
		}
		return Watched{}, false
	}
	joined := Join(alerts, q.Gap)
	byUnit := map[string][]Stretch{}
	alerted := 0
	for _, s := range joined {
		byUnit[s.Unit] = append(byUnit[s.Unit], s)
		for _, w := range watched[s.Unit] {
			alerted += max(0, min(s.To, w.To)-max(s.From, w.From))
		}
	}
	outcomes := map[string][]int{}
	for _, o := range q.Outcomes {
		outcomes[o.Unit] = append(outcomes[o.Unit], o.On)
	}
	right, judged := 0, 0
	for _, s := range joined {
		w, ok := during(s.Unit, s.From)
		if !ok {
			continue
		}
		res.Alerts++
		followed := slices.ContainsFunc(outcomes[s.Unit], func(on int) bool { return on > s.From && on <= s.From+q.Horizon })
		switch {
		case followed:
			right, judged = right+1, judged+1
		case s.From+q.Horizon > w.To && !ended(w, outcomes[s.Unit]):
			res.TooRecent++
		default:
			judged++
		}
	}
	caught, early, all := 0, 0, 0
	var leads []float64
	for _, o := range q.Outcomes {
		if _, ok := during(o.Unit, o.On-1); !ok {
			continue
		}
		all++
		if s, ok := before(byUnit[o.Unit], o.On, q.Horizon); ok {
			caught++
			lead := o.On - s.From
			if lead >= 90 {
				early++
			}
			leads = append(leads, float64(lead))
		}
	}
	res.Precision, res.Recall, res.Recall90 = Wilson(right, judged), Wilson(caught, all), Wilson(early, all)
	res.Lead = leadOf(leads, r)
	if days > 0 {
		res.UnitYears = float64(days) / 365.25
		res.AlertsPer100 = 100 * float64(res.Alerts) / res.UnitYears
		res.TimeAlerted = float64(alerted) / float64(days)
	}
	return res
}

// ended reports whether a watch ended with an outcome, such as a closure: what
// was alerted before it and not followed within the horizon is judged.
func ended(w Watched, on []int) bool {
	return slices.ContainsFunc(on, func(d int) bool { return d >= w.To-1 && d <= w.To+1 })
}

// before finds the latest stretch that was on some day within the horizon before
// the outcome and began before it.
func before(stretches []Stretch, on, horizon int) (Stretch, bool) {
	best, ok := Stretch{From: math.MinInt}, false
	for _, s := range stretches {
		if s.From < on && s.To > on-horizon && s.From > best.From {
			best, ok = s, true
		}
	}
	return best, ok
}

func leadOf(days []float64, r Resampling) Lead {
	slices.Sort(days)
	return Lead{N: len(days), Median: Median(days, r), P10: Quantile(days, 0.1), P25: Quantile(days, 0.25), P75: Quantile(days, 0.75), P90: Quantile(days, 0.9), Days: days}
}

// Join sorts stretches and joins those of one unit that overlap or lie no more
// than gap days apart. Empty stretches are left out.
func Join(in []Stretch, gap int) []Stretch {
	s := slices.Clone(in)
	slices.SortFunc(s, func(a, b Stretch) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To))
	})
	var out []Stretch
	for _, x := range s {
		if x.To <= x.From {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Unit == x.Unit && x.From <= out[n-1].To+gap {
			out[n-1].To = max(out[n-1].To, x.To)
			continue
		}
		out = append(out, x)
	}
	return out
}

// Look is a unit's score on one day, good until the next look.
type Look struct {
	Unit  string
	On    int
	Days  int // how long it stands: to the next look
	Score float64
}

// Above makes stretches of the looks that score at a threshold or above.
func Above(looks []Look, threshold float64) []Stretch {
	var out []Stretch
	for _, l := range looks {
		if l.Score >= threshold {
			out = append(out, Stretch{l.Unit, l.On, l.On + max(l.Days, 1)})
		}
	}
	return Join(out, 0)
}

// SameLoad returns the lowest threshold at which no more than a share of the
// looks score at it or above: what makes another method comparable. Ties may
// leave it well below the share. ok is false without looks.
func SameLoad(looks []Look, share float64) (threshold float64, ok bool) {
	if len(looks) == 0 {
		return 0, false
	}
	scores := make([]float64, len(looks))
	for i, l := range looks {
		scores[i] = l.Score
	}
	slices.SortFunc(scores, func(a, b float64) int { return cmp.Compare(b, a) })
	allowed := int(math.Floor(share*float64(len(scores)) + 1e-9))
	threshold = math.Nextafter(scores[0], math.Inf(1))
	for i := 0; i < len(scores); {
		j := i
		for j < len(scores) && scores[j] == scores[i] {
			j++
		}
		if j > allowed {
			break
		}
		threshold, i = scores[i], j
	}
	return threshold, true
}
