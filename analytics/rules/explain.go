package rules

import (
	"math"
	"strings"
)

// Sentence writes what a rule says about these values: one plain sentence for
// a panel. Numbers that are not known are left out with their clause.
func (s *Set) Sentence(r *Rule, v *Values, f Facts) string {
	return s.fill(r, r.Says, v, f)
}

// Counterfactual writes what would clear a flag.
func (s *Set) Counterfactual(r *Rule, v *Values, f Facts) string {
	return s.fill(r, r.Clears, v, f)
}

func (s *Set) fill(r *Rule, t *Template, v *Values, f Facts) string {
	e := s.pool.Get().(*Evaluator)
	defer s.pool.Put(e)
	w := &sentence{set: s, rule: r, vals: v, facts: f, eval: e}
	return w.fill(t)
}

// Facts returns what can be said of the rule from the values alone: the
// observed value and the threshold. A caller adds expected and usual range.
func (r *Rule) Facts(v *Values) Facts {
	var f Facts
	if r.Observed != "" {
		f.Observed.Value, f.Observed.OK = v.Get(r.Observed)
	}
	if r.Threshold != nil {
		f.Threshold = Known(*r.Threshold)
	}
	return f
}

// clearAt returns the highest value of one indicator, below the present one and
// in steps of its kind, at which the rule would be clear with everything else
// as it is. ok is false when lowering that indicator alone would not clear it.
func (s *Set) clearAt(e *Evaluator, r *Rule, v *Values, name string) (float64, bool) {
	now, known := v.Get(name)
	ind, _ := Lookup(name)
	if !known || e.expression(r, v).Outcome != Met {
		return 0, false
	}
	trial := v.Clone()
	clears := func(x float64) bool {
		trial.SetAt(index[name], x)
		return e.expression(r, trial).Outcome == Clear
	}
	step := 1.0
	if ind.Kind == Score || ind.Kind == Share {
		step = 0.01
	}
	n := math.Ceil(now/step) - 1 // steps left below the present value
	if n < 0 || n > 1e6 || !clears(0) {
		return 0, false
	}
	lo, hi := 0.0, n // conditions are monotone in practice; bisect for the boundary
	for lo < hi {
		mid := math.Ceil((lo + hi) / 2)
		if clears(mid * step) {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return math.Round(lo*step*100) / 100, true
}

// Explanation shows how a rule reached its outcome.
type Explanation struct {
	Rule       *Rule
	Outcome    Outcome
	Missing    []string
	Inputs     []Input
	Expression string
}

// Input is one indicator that a rule's condition names, with its value.
type Input struct {
	Indicator Indicator
	Value     Number
	Text      string // the value in words, or "unknown"
}

// Explain evaluates a rule and lists everything its condition looked at.
func (s *Set) Explain(r *Rule, v *Values) Explanation {
	e := s.pool.Get().(*Evaluator)
	defer s.pool.Put(e)
	h := e.Rule(r, v)
	x := Explanation{Rule: r, Outcome: h.Outcome, Missing: h.Missing, Expression: strings.Join(strings.Fields(r.When), " ")}
	names := r.Uses
	for _, st := range r.Starts {
		if !in(st, names...) {
			names = append(names[:len(names):len(names)], st)
		}
	}
	for _, n := range names {
		ind, _ := Lookup(n)
		val, ok := v.Get(n)
		inp := Input{Indicator: ind, Value: Number{val, ok}, Text: "unknown"}
		if ok {
			inp.Text = ind.Format(val)
		}
		x.Inputs = append(x.Inputs, inp)
	}
	return x
}
