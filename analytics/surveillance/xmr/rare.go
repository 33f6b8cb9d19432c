package xmr

import (
	"fmt"
	"math"
	"sort"

	"bellwether/analytics/surveillance/dist"
)

// Rare is a chart of the gaps between rare events. Gaps are long when things
// go well: a gap below Lower says that events came unusually close together.
type Rare struct {
	// Centre is the median gap expected, Lower and Upper the limits, in the
	// unit of the gaps.
	Centre, Lower, Upper float64
	// Low and High mark gaps strictly outside the limits.
	Low, High []bool
}

// T draws a T chart of times between events (each >= 0, any unit, at least two
// of them): gap^(1/3.6) is nearly normal when events come at random, so the
// limits are those of an XmR chart on that scale, raised back (Nelson 1994,
// J Qual Technol 26:12). Equal gaps throughout have no spread and no limits:
// nothing is marked.
func T(gaps []float64) (Rare, error) {
	if len(gaps) < 2 {
		return Rare{}, fmt.Errorf("xmr: a T chart needs two gaps or more, got %d", len(gaps))
	}
	z := make([]float64, len(gaps))
	for i, g := range gaps {
		if !(g >= 0) || math.IsInf(g, 0) {
			return Rare{}, fmt.Errorf("xmr: gap %d is %v", i, g)
		}
		z[i] = math.Pow(g, 1/3.6)
	}
	c, err := Fit(z, Options{})
	if err != nil {
		return Rare{}, err
	}
	back := func(v float64) float64 { return math.Pow(math.Max(v, 0), 3.6) }
	r := Rare{Centre: back(c.Mean), Lower: back(c.Lower), Upper: back(c.Upper)}
	r.mark(gaps, c.HasLimits)
	return r, nil
}

// G draws a G chart of the number of cases (or days, or bed-days) between
// events, each a whole number >= 0: a geometric count with the observed mean
// gap has its median at the centre and the exact 0.135 % and 99.865 % points as
// limits (Benneyan 2001, Health Care Manag Sci 4:305). A mean of nought has no
// limits.
func G(gaps []int) (Rare, error) {
	if len(gaps) == 0 {
		return Rare{}, fmt.Errorf("xmr: a G chart needs at least one gap")
	}
	x := make([]float64, len(gaps))
	for i, g := range gaps {
		if g < 0 {
			return Rare{}, fmt.Errorf("xmr: gap %d is %d", i, g)
		}
		x[i] = float64(g)
	}
	m := mean(x)
	if m == 0 {
		r := Rare{}
		r.mark(x, false)
		return r, nil
	}
	quantile := func(p float64) float64 { // least k with 1-(1-1/(m+1))^(k+1) >= p
		return math.Max(0, math.Ceil(math.Log1p(-p)/math.Log(m/(m+1))-1))
	}
	const tail = 0.00135
	r := Rare{Centre: quantile(0.5), Lower: quantile(tail), Upper: quantile(1 - tail)}
	r.mark(x, true)
	return r, nil
}

func (r *Rare) mark(x []float64, limits bool) {
	r.Low, r.High = make([]bool, len(x)), make([]bool, len(x))
	for i, v := range x {
		r.Low[i], r.High[i] = limits && v < r.Lower, limits && v > r.Upper
	}
}

// Anhoej is the outcome of the two run-chart tests that need no limits.
type Anhoej struct {
	Median                      float64
	Useful                      int
	LongestRun, LongestRunLimit int
	Crossings, CrossingsLimit   int
	// Signal is true for a run longer than its limit or fewer crossings than theirs.
	Signal bool
}

// RunTests counts the longest run on one side of the median and the crossings
// of it (points on the median are left out) against the limits of Anhoej and
// Olesen 2014 (PLoS ONE 9:e113825): round(log2(n)+3) and the 5 % point of a
// binomial(n-1, 1/2). Fewer than ten useful points give no signal.
func RunTests(y []float64) Anhoej {
	var a Anhoej
	if len(y) == 0 {
		return a
	}
	s := append([]float64(nil), y...)
	sort.Float64s(s)
	a.Median = 0.5 * (s[(len(s)-1)/2] + s[len(s)/2])
	last, length := Neither, 0
	for _, v := range y {
		side := sign(v - a.Median)
		if side == Neither {
			continue
		}
		a.Useful++
		if side == last {
			length++
		} else {
			if last != Neither {
				a.Crossings++
			}
			last, length = side, 1
		}
		a.LongestRun = max(a.LongestRun, length)
	}
	if a.Useful < 2 {
		return a
	}
	a.LongestRunLimit = int(math.Round(math.Log2(float64(a.Useful)) + 3))
	a.CrossingsLimit = binomialHalfQuantile(a.Useful-1, 0.05)
	a.Signal = a.Useful >= 10 && (a.LongestRun > a.LongestRunLimit || a.Crossings < a.CrossingsLimit)
	return a
}

// binomialHalfQuantile is the least k with P(X <= k) >= p, X ~ binomial(n, 1/2).
func binomialHalfQuantile(n int, p float64) int {
	if n > 1000 { // the terms underflow; the normal form is exact enough
		z := dist.NormalQuantile(p)
		return max(0, int(math.Ceil(0.5*float64(n)+z*0.5*math.Sqrt(float64(n))-0.5)))
	}
	term := math.Pow(0.5, float64(n))
	cum := 0.0
	for k := 0; k < n; k++ {
		cum += term
		if cum >= p {
			return k
		}
		term *= float64(n-k) / float64(k+1)
	}
	return n
}
