package flags

import (
	"strings"
	"time"

	"bellwether/analytics/rules"
)

// Statement is what a rule says about one look: the numbers of a flag and its
// sentences. The same look gives the same statement to the last digit.
type Statement struct {
	Sentence, Counterfactual       string
	Observed, Expected             rules.Number
	UsualLow, UsualHigh, Threshold rules.Number
	OneIn                          int64
	WindowStart, WindowEnd         time.Time // zero start when the rule covers no period
	Score                          float64   // evidence against the threshold; 1 is just there
}

// Describe writes what a rule says about a look.
func Describe(set *rules.Set, r *rules.Rule, l Look) Statement {
	v := l.Values
	if v == nil {
		v = rules.NewValues()
	}
	f := r.Facts(v)
	if s, ok := l.Signals[r.Signal]; ok && r.Signal != "" {
		if s.Observed.OK {
			f.Observed = s.Observed
		}
		f.Expected, f.UsualLow, f.UsualHigh, f.OneIn, f.WindowWeeks = s.Expected, s.UsualLow, s.UsualHigh, max(s.OneIn, 0), s.WindowWeeks
	}
	f.Observed, f.Expected, f.UsualLow, f.UsualHigh, f.Threshold =
		round4(f.Observed), round4(f.Expected), round4(f.UsualLow), round4(f.UsualHigh), round4(f.Threshold)
	end := l.end()
	st := Statement{Observed: f.Observed, Expected: f.Expected, UsualLow: f.UsualLow, UsualHigh: f.UsualHigh, Threshold: f.Threshold,
		OneIn: f.OneIn, WindowEnd: end.date(), Score: score(r, v, f)}
	weeks := r.WindowWeeks
	if f.WindowWeeks > 0 {
		weeks = f.WindowWeeks
	}
	if weeks > 0 {
		st.WindowStart = (end - day(7*weeks) + 1).date()
	}
	st.Sentence, st.Counterfactual = set.Sentence(r, v, f), set.Counterfactual(r, v, f)
	return st
}

// score is how far the evidence lies beyond the threshold, as a ratio: the
// statistic's where the rule has one, else the observed value's. Facts that are
// so or not so score 1.
func score(r *rules.Rule, v *rules.Values, f rules.Facts) float64 {
	if !f.Threshold.OK || f.Threshold.Value <= 0 {
		return 1
	}
	x := f.Observed
	if ind, ok := rules.Lookup(r.Observed); ok && (ind.Kind == rules.Rating || ind.Kind == rules.YesNo) {
		return 1
	}
	for _, u := range r.Uses {
		if ind, _ := rules.Lookup(u); ind.Statistical() && r.Signal != "" {
			x.Value, x.OK = v.Get(u)
			break
		}
	}
	if s := round4(rules.Number{Value: x.Value / f.Threshold.Value, OK: x.OK}); s.OK {
		return min(max(s.Value, 0), 1e6)
	}
	return 1
}

func join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}
