// Package dist holds the few distributions that count surveillance needs:
// Poisson and negative-binomial tails, gamma and normal quantiles, and the
// sample quantile that R calls type 7. Arguments outside a function's range
// are clamped to it, so that no result is NaN or infinite.
package dist

import (
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

// NormalQuantile returns z with P(Z <= z) = p for a standard normal Z. p is
// clamped to [1e-300, 1-2^-53].
func NormalQuantile(p float64) float64 {
	return mathext.NormalQuantile(clamp(p, 1e-300, 1-0x1p-53))
}

// NormalUpper returns P(Z > z) for a standard normal Z.
func NormalUpper(z float64) float64 { return 0.5 * math.Erfc(z/math.Sqrt2) }

// UpperToZ returns the standard normal value whose upper tail is p, accurate
// for tiny p. p is clamped to [1e-300, 1-2^-53].
func UpperToZ(p float64) float64 { return -NormalQuantile(p) }

// GammaQuantile returns x with P(X <= x) = p for a gamma variable of the given
// shape (> 0) and rate 1. A shape of zero or less gives 0; p is clamped to
// [1e-300, 1-2^-53].
func GammaQuantile(p, shape float64) float64 {
	if !(shape > 0) {
		return 0
	}
	p = clamp(p, 1e-300, 1-0x1p-53)
	lo, hi := 1e-300, math.Max(1, 2*shape)
	for mathext.GammaIncReg(shape, hi) < p {
		lo, hi = hi, 2*hi
	}
	lgam, _ := math.Lgamma(shape)
	x := wilsonHilferty(p, shape)
	if shape < 1 { // near zero the distribution function is x^shape / Gamma(shape+1)
		x = math.Exp((math.Log(p) + lgam + math.Log(shape)) / shape)
	}
	if !(x > lo && x < hi) {
		x = math.Sqrt(lo) * math.Sqrt(hi)
	}
	for range 200 {
		f := mathext.GammaIncReg(shape, x) - p
		if f > 0 {
			hi = x
		} else {
			lo = x
		}
		density := math.Exp((shape-1)*math.Log(x) - x - lgam)
		next := x - f/density
		if !(next > lo && next < hi) { // also when the density is 0 or NaN
			next = math.Sqrt(lo) * math.Sqrt(hi)
		}
		if math.Abs(next-x) <= 1e-15*x {
			return next
		}
		x = next
	}
	return x
}

// wilsonHilferty is the cube-root normal approximation of a gamma quantile.
func wilsonHilferty(p, shape float64) float64 {
	t := 1 - 1/(9*shape) + mathext.NormalQuantile(p)/(3*math.Sqrt(shape))
	return shape * t * t * t
}

// PoissonUpper returns P(X >= o) for X ~ Poisson(mu). mu below 0 counts as 0.
func PoissonUpper(o int, mu float64) float64 {
	if o <= 0 {
		return 1
	}
	if !(mu > 0) {
		return 0
	}
	return mathext.GammaIncReg(float64(o), mu)
}

// PoissonMid returns the mid-P upper tail P(X > o) + P(X = o)/2 for
// X ~ Poisson(mu) (Lancaster 1961).
func PoissonMid(o int, mu float64) float64 {
	if o < 0 {
		return 1
	}
	return PoissonUpper(o, mu) - 0.5*math.Exp(LogPoisson(o, mu))
}

// LogPoisson returns log P(X = o) for X ~ Poisson(mu); mu is clamped to at
// least 1e-300.
func LogPoisson(o int, mu float64) float64 {
	mu = math.Max(mu, 1e-300)
	lg, _ := math.Lgamma(float64(o) + 1)
	return float64(o)*math.Log(mu) - mu - lg
}

// LogNB returns log P(X = o) for a negative-binomial X with the given mean and
// size (variance mean + mean^2/size). Both are clamped to at least 1e-300.
func LogNB(o int, mean, size float64) float64 {
	mean, size = math.Max(mean, 1e-300), math.Max(size, 1e-300)
	x := float64(o)
	a, _ := math.Lgamma(x + size)
	b, _ := math.Lgamma(size)
	c, _ := math.Lgamma(x + 1)
	return a - b - c + x*math.Log(mean/(mean+size)) - size*math.Log1p(mean/size)
}

// NBUpper returns P(X >= o) for a negative-binomial X with the given mean and
// size (variance mean + mean^2/size). A mean of zero or less means X = 0.
func NBUpper(o int, mean, size float64) float64 {
	if o <= 0 {
		return 1
	}
	if !(mean > 0) {
		return 0
	}
	size = math.Max(size, 1e-12)
	if size > 1e12*mean { // indistinguishable from Poisson, and the beta form loses digits
		return PoissonUpper(o, mean)
	}
	return mathext.RegIncBeta(float64(o), size, mean/(mean+size))
}

// NBMid returns the mid-P upper tail P(X > o) + P(X = o)/2 of a
// negative-binomial X with the given mean and size.
func NBMid(o int, mean, size float64) float64 {
	if o < 0 {
		return 1
	}
	return NBUpper(o, mean, size) - 0.5*math.Exp(LogNB(o, mean, size))
}

// NBQuantile returns the smallest x with P(X <= x) >= p for a
// negative-binomial X with the given mean and size.
func NBQuantile(p, mean, size float64) int {
	if !(mean > 0) || !(p > 0) {
		return 0
	}
	p = clamp(p, 0, 1-0x1p-53)
	if mean < 200 { // adding up the terms is quicker than searching the tail
		size = math.Max(size, 1e-12)
		ratio := mean / (mean + size)
		term := math.Exp(-size * math.Log1p(mean/size))
		cum := term
		for x := 0; x < 100000 && term > 0; x++ {
			if cum >= p {
				return x
			}
			term *= ratio * (float64(x) + size) / float64(x+1)
			cum += term
		}
	}
	q := 1 - p
	lo, hi := -1, 1 // P(X <= lo) < p <= P(X <= hi)
	for NBUpper(hi+1, mean, size) > q && hi < 1<<40 {
		lo, hi = hi, 2*hi
	}
	for hi-lo > 1 {
		mid := (lo + hi) / 2
		if NBUpper(mid+1, mean, size) > q {
			lo = mid
		} else {
			hi = mid
		}
	}
	return hi
}

// Quantile7 returns the sample quantile of values at p in [0, 1] by linear
// interpolation of order statistics (Hyndman and Fan 1996, type 7; R's
// default). values need not be sorted and are not changed; none gives 0.
func Quantile7(values []float64, p float64) float64 {
	if len(values) == 0 {
		return 0
	}
	s := append([]float64(nil), values...)
	sort.Float64s(s)
	h := float64(len(s)-1) * clamp(p, 0, 1)
	i := int(math.Floor(h))
	if i+1 >= len(s) {
		return s[len(s)-1]
	}
	return s[i] + (h-float64(i))*(s[i+1]-s[i])
}

func clamp(x, lo, hi float64) float64 {
	if !(x > lo) { // NaN too
		return lo
	}
	if x > hi {
		return hi
	}
	return x
}
