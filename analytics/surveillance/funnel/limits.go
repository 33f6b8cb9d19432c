package funnel

import (
	"math"

	"bellwether/analytics/surveillance/dist"
)

// The two-sided 95 % and 99.8 % points of the standard normal.
var (
	z95  = dist.NormalQuantile(0.975)
	z998 = dist.NormalQuantile(0.999)
)

// Exact returns the exact two-sided Poisson limits, as ratios to the
// expectation, inside which O/E falls with the given coverage (such as 0.95
// or 0.998) when O ~ Poisson(expected): chi-square quantiles with 2E and
// 2(E+1) degrees of freedom, halved and divided by E. An expectation below
// MinExpected gives {0, 0}.
func Exact(expected, coverage float64) Interval {
	if !(expected >= MinExpected) || math.IsInf(expected, 0) {
		return Interval{}
	}
	tail := 0.5 * (1 - math.Min(math.Max(coverage, 0), 1))
	return Interval{
		Low:  dist.GammaQuantile(tail, expected) / expected,
		High: dist.GammaQuantile(1-tail, expected+1) / expected,
	}
}

// PoissonTails returns, for each count, the exact upper tail P(X >= O) and the
// mid-P upper tail P(X > O) + P(X = O)/2 of a Poisson with that expectation:
// the p-values that go into a false-discovery rate. Slices share a length;
// extra entries of the longer one are ignored.
func PoissonTails(observed []int, expected []float64) (upper, mid []float64) {
	n := min(len(observed), len(expected))
	upper, mid = make([]float64, n), make([]float64, n)
	for i := range n {
		upper[i] = dist.PoissonUpper(observed[i], expected[i])
		mid[i] = dist.PoissonMid(observed[i], expected[i])
	}
	return upper, mid
}

// target is the centre of the funnel on the scale of the transform: no
// difference for ratios, the pooled value for proportions and ratios of counts.
func target(observed, expected []float64, m Method) float64 {
	var o, e float64
	for i := range observed {
		o += observed[i]
		e += expected[i]
	}
	switch m {
	case CQC:
		return 1
	case PR:
		if e > 0 {
			return math.Asin(math.Sqrt(o / e))
		}
	case RC:
		if o > 0 && e > 0 {
			return math.Log(o / e)
		}
	}
	return 0
}

func transform(o, e float64, m Method) (y, s float64) {
	switch m {
	case SHMI:
		e = roundTo2(e)
		return math.Log(o / e), 1 / math.Sqrt(e)
	case PR:
		return math.Asin(math.Sqrt(o / e)), 1 / (2 * math.Sqrt(e))
	case RC:
		return math.Log((o + 0.5) / (e + 0.5)), math.Sqrt(o/((o+0.5)*(o+0.5)) + e/((e+0.5)*(e+0.5)))
	}
	return math.Sqrt(o / e), 1 / (2 * math.Sqrt(e))
}

// ratio maps limits from the scale of Y back to O/E.
func ratio(y Interval, m Method) Interval {
	return Interval{unscale(y.Low, m), unscale(y.High, m)}
}

func unscale(y float64, m Method) float64 {
	switch m {
	case CQC:
		y = math.Max(y, 0)
		return y * y
	case PR:
		s := math.Sin(math.Min(math.Max(y, 0), math.Pi/2))
		return s * s
	}
	return math.Exp(math.Min(y, 700))
}

func roundTo2(x float64) float64 { return math.Round(x*100) / 100 }
