// Package ebgm shrinks observed-to-expected ratios with a two-component gamma
// prior: the multi-item gamma Poisson shrinker and its lower bound, EB05
// (DuMouchel 1999, Am Stat 53:177). It speaks of level against peers.
package ebgm

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// Prior is the mixture P*Gamma(Alpha1, Beta1) + (1-P)*Gamma(Alpha2, Beta2) of
// relative rates (shape and rate, all > 0, P in [0, 1]).
type Prior struct{ Alpha1, Beta1, Alpha2, Beta2, P float64 }

// Start is the starting point of DuMouchel's fit, in use where no fit is made.
func Start() Prior { return Prior{0.2, 0.1, 2, 4, 1.0 / 3} }

// Score is the shrunken ratio of one cell.
type Score struct {
	// Qn is the posterior weight of the first component.
	Qn float64
	// EBGM is the geometric mean of the posterior; EB05 and EB95 its 5 % and
	// 95 % points.
	EBGM, EB05, EB95 float64
}

func (p Prior) check() error {
	for _, v := range []float64{p.Alpha1, p.Beta1, p.Alpha2, p.Beta2} {
		if !(v > 0) || math.IsInf(v, 0) {
			return fmt.Errorf("ebgm: prior %+v: shapes and rates must be finite and above 0", p)
		}
	}
	if !(p.P >= 0 && p.P <= 1) {
		return fmt.Errorf("ebgm: prior %+v: the mixing weight must lie in [0, 1]", p)
	}
	return nil
}

// Of scores a cell of n events where expected (> 0) were due.
func (p Prior) Of(n int, expected float64) (Score, error) {
	if err := p.check(); err != nil {
		return Score{}, err
	}
	if n < 0 || !(expected > 0) || math.IsInf(expected, 0) {
		return Score{}, fmt.Errorf("ebgm: %d events where %v were expected", n, expected)
	}
	x := float64(n)
	s := Score{Qn: p.weight(x, expected)}
	a1, b1, a2, b2 := p.Alpha1+x, p.Beta1+expected, p.Alpha2+x, p.Beta2+expected
	s.EBGM = math.Exp(s.Qn*(mathext.Digamma(a1)-math.Log(b1)) + (1-s.Qn)*(mathext.Digamma(a2)-math.Log(b2)))
	cdf := func(v float64) float64 {
		return s.Qn*mathext.GammaIncReg(a1, v*b1) + (1-s.Qn)*mathext.GammaIncReg(a2, v*b2)
	}
	s.EB05, s.EB95 = invert(cdf, 0.05), invert(cdf, 0.95)
	return s, nil
}

// weight is P f1 / (P f1 + (1-P) f2), where f is the negative-binomial
// marginal of the count under each component.
func (p Prior) weight(x, e float64) float64 {
	if p.P == 0 || p.P == 1 {
		return p.P
	}
	f := func(a, b float64) float64 {
		g, _ := math.Lgamma(a + x)
		h, _ := math.Lgamma(a)
		return g - h - a*math.Log1p(e/b) - x*math.Log1p(b/e)
	}
	d := math.Log(1-p.P) - math.Log(p.P) + f(p.Alpha2, p.Beta2) - f(p.Alpha1, p.Beta1)
	return 1 / (1 + math.Exp(math.Min(d, 700)))
}

// invert solves cdf(v) = q for a continuous distribution on (0, inf), by
// bisection on the logarithm.
func invert(cdf func(float64) float64, q float64) float64 {
	lo, hi := -700.0, 1.0
	for cdf(math.Exp(hi)) < q && hi < 700 {
		lo, hi = hi, hi+2
	}
	for range 200 {
		mid := 0.5 * (lo + hi)
		if mid == lo || mid == hi {
			break
		}
		if cdf(math.Exp(mid)) < q {
			lo = mid
		} else {
			hi = mid
		}
	}
	return math.Exp(0.5 * (lo + hi))
}
