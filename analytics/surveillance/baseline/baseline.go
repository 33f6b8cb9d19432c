// Package baseline estimates what a provider's own rate is, relative to its
// peers, from a history that is usually too short to speak alone.
//
// Relative rates of providers vary as a gamma distribution with mean 1 and
// shape a; a provider's history of O events where E were expected then gives a
// gamma posterior with shape a + O/phi and rate a + E/phi (empirical Bayes;
// Clayton and Kaldor 1987, Biometrics 43:671). phi >= 1 is the overdispersion
// within a provider and caps how much a history can say.
package baseline

import (
	"fmt"
	"math"

	"bellwether/analytics/surveillance/dist"

	"gonum.org/v1/gonum/mathext"
)

// The range within which a shape is sought: 0.5 is a market where a tenth of
// homes has three times the mean, 60 one where homes hardly differ.
const (
	MinShape = 0.5
	MaxShape = 60
)

// DefaultShape is the shape taken when no history can tell.
const DefaultShape = 4

// Posterior is a gamma distribution of a relative rate (1 = the peers' mean).
type Posterior struct{ Shape, Rate float64 }

// Update returns the posterior of a provider with observed events where
// expected were due. Negative or non-finite arguments count as 0, a shape or
// phi out of range as the nearest in range (phi >= 1).
func Update(shape, observed, expected, phi float64) Posterior {
	shape = math.Min(math.Max(finite(shape, DefaultShape), 1e-6), 1e6)
	phi = math.Max(finite(phi, 1), 1)
	o, e := math.Max(finite(observed, 0), 0), math.Max(finite(expected, 0), 0)
	return Posterior{Shape: shape + o/phi, Rate: shape + e/phi}
}

// Mean is the expected relative rate.
func (p Posterior) Mean() float64 {
	if p.Rate <= 0 {
		return 1
	}
	return p.Shape / p.Rate
}

// Quantile returns the value below which the relative rate lies with
// probability q.
func (p Posterior) Quantile(q float64) float64 {
	if p.Rate <= 0 {
		return 0
	}
	return dist.GammaQuantile(q, p.Shape) / p.Rate
}

// Above returns the probability that the relative rate exceeds r.
func (p Posterior) Above(r float64) float64 {
	if p.Shape <= 0 || r <= 0 {
		return 1
	}
	return mathext.GammaIncRegComp(p.Shape, r*p.Rate)
}

// FitShape returns the maximum-likelihood shape of the between-provider gamma
// distribution given counts and their expectations (same length, events over
// the same history), and the negative log likelihood at it. Counts and
// expectations are divided by phi (>= 1) first. Without any exposure or events
// it returns DefaultShape; errors name the offending row.
func FitShape(observed, expected []float64, phi float64) (shape, nll float64, err error) {
	if !(phi >= 1) || math.IsInf(phi, 0) {
		return 0, 0, fmt.Errorf("baseline: dispersion %v is not a finite number of at least 1", phi)
	}
	informed, err := check(observed, expected)
	if err != nil || !informed {
		return DefaultShape, 0, err
	}
	shape, nll = search(40, 1e-9, func(logA float64) float64 { return marginal(observed, expected, phi, math.Exp(logA)) })
	return shape, nll, nil
}

// FitShapeNear is FitShape for panels that may hold few providers: the log of
// the shape has a normal prior about that of near with standard deviation sd
// (> 0), and the posterior mode is returned. Without events it is near.
func FitShapeNear(observed, expected []float64, near, sd float64) (float64, error) {
	if !(near > 0 && sd > 0) || math.IsInf(near+sd, 0) {
		return 0, fmt.Errorf("baseline: prior shape %v and its spread %v must be finite and above 0", near, sd)
	}
	near = math.Min(math.Max(near, MinShape), MaxShape)
	informed, err := check(observed, expected)
	if err != nil || !informed {
		return near, err
	}
	shape, _ := search(12, 1e-3, func(logA float64) float64 {
		z := (logA - math.Log(near)) / sd
		return marginal(observed, expected, 1, math.Exp(logA)) + 0.5*z*z
	})
	return shape, nil
}

// check refuses bad rows and says whether the rest can tell anything.
func check(observed, expected []float64) (informed bool, err error) {
	if len(observed) != len(expected) {
		return false, fmt.Errorf("baseline: %d counts but %d expectations", len(observed), len(expected))
	}
	total, units := 0.0, 0
	for i := range observed {
		if !(observed[i] >= 0) || !(expected[i] >= 0) || math.IsInf(observed[i]+expected[i], 0) {
			return false, fmt.Errorf("baseline: provider %d: count %v, expectation %v", i, observed[i], expected[i])
		}
		if expected[i] > 0 {
			total += observed[i]
			units++
		}
	}
	return total > 0 && units >= 2, nil
}

// search minimises f of the log shape over a grid of its range, then within the
// best cell to the given tolerance.
func search(points int, tol float64, f func(float64) float64) (shape, least float64) {
	lo, hi := math.Log(MinShape), math.Log(MaxShape)
	step := (hi - lo) / float64(points-1)
	best, at := math.Inf(1), 0
	for k := range points {
		if v := f(lo + float64(k)*step); v < best {
			best, at = v, k
		}
	}
	a, b := math.Max(lo, lo+float64(at-1)*step), math.Min(hi, lo+float64(at+1)*step)
	x := golden(f, a, b, tol)
	if v := f(x); v < best {
		return math.Exp(x), v
	}
	return math.Exp(lo + float64(at)*step), best
}

// marginal is the negative log likelihood of negative-binomial counts with
// mean E and size a.
func marginal(o, e []float64, phi, a float64) float64 {
	lga, _ := math.Lgamma(a)
	t := 0.0
	for i := range o {
		if e[i] <= 0 {
			continue
		}
		x, m := o[i]/phi, e[i]/phi
		g, _ := math.Lgamma(x + a)
		h, _ := math.Lgamma(x + 1)
		t -= g - lga - h - a*math.Log1p(m/a)
		if x > 0 {
			t -= x * math.Log(m/(m+a))
		}
	}
	return t
}

// golden finds the minimum of a unimodal f on [a, b] to tol.
func golden(f func(float64) float64, a, b, tol float64) float64 {
	const r = 0.6180339887498949
	c, d := b-r*(b-a), a+r*(b-a)
	fc, fd := f(c), f(d)
	for b-a > tol {
		if fc < fd {
			b, d, fd = d, c, fc
			c = b - r*(b-a)
			fc = f(c)
		} else {
			a, c, fc = c, d, fd
			d = a + r*(b-a)
			fd = f(d)
		}
	}
	return 0.5 * (a + b)
}

// Dispersion returns how much wider than Poisson weekly counts scatter within
// providers: sum (x-e)^2 / sum e, at least 1, over weeks whose expectation
// already holds each provider's own level. Nothing expected gives 1.
func Dispersion(counts, expected []float64) float64 {
	var num, den float64
	for i := range min(len(counts), len(expected)) {
		x, e := counts[i], expected[i]
		if !(e > 0) || math.IsInf(e, 0) || math.IsNaN(x) || math.IsInf(x, 0) {
			continue
		}
		num += (x - e) * (x - e)
		den += e
	}
	if den <= 0 {
		return 1
	}
	return math.Max(1, num/den)
}

func finite(v, instead float64) float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return instead
	}
	return v
}
