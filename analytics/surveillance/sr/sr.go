// Package sr runs sequential change detectors week by week: Shiryaev-Roberts,
// for rises that last, and cumulative sums of likelihood ratios.
package sr

import (
	"fmt"
	"math"

	"bellwether/analytics/surveillance/scan"
)

// ShiryaevRoberts returns, after each week, the log of the Shiryaev-Roberts
// statistic: the sum over every possible start week of the likelihood ratio of
// "changed since then" against "no change", averaged over multipliers
// (Shiryaev 1963; Roberts 1966, Technometrics 8:411). llr[m][t] is week t's log
// likelihood ratio under multiplier m, with the streams' ratios added. Every
// row has the same length; a non-finite value is an error.
//
//	R(t) = (1 + R(t-1)) exp(llr(t)) for each multiplier
func ShiryaevRoberts(llr [][]float64) ([]float64, error) {
	if len(llr) == 0 {
		return nil, fmt.Errorf("sr: no multipliers")
	}
	n := len(llr[0])
	r := make([]float64, len(llr)) // log R
	for m := range r {
		if len(llr[m]) != n {
			return nil, fmt.Errorf("sr: multiplier %d has %d weeks, the first has %d", m, len(llr[m]), n)
		}
		r[m] = math.Inf(-1)
	}
	out := make([]float64, n)
	for t := range out {
		for m := range r {
			v := llr[m][t]
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("sr: multiplier %d, week %d: %v", m, t, v)
			}
			r[m] = log1pExp(r[m]) + v
		}
		out[t] = scan.LogMeanExp(r)
	}
	return out, nil
}

// log1pExp is log(1 + exp(x)) without overflow.
func log1pExp(x float64) float64 {
	if x > 35 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

// PoissonCUSUM returns S after each week, S(t) = max(0, S(t-1) + x log rho -
// (rho-1) mu), with the means that exposure, season and delay give (Lucas 1985,
// Technometrics 27:129). It never resets. Slices share a length; rho > 1.
func PoissonCUSUM(x []int, mu []float64, rho float64) ([]float64, error) {
	return cusum(x, mu, rho, func(i int) float64 { return scan.Poisson(float64(x[i]), mu[i], rho) })
}

// NBCUSUM is PoissonCUSUM for counts whose variance is phi times their mean.
func NBCUSUM(x []int, mu []float64, phi, rho float64) ([]float64, error) {
	return cusum(x, mu, rho, func(i int) float64 { return scan.NB1(x[i], mu[i], phi, rho) })
}

func cusum(x []int, mu []float64, rho float64, step func(int) float64) ([]float64, error) {
	if len(x) != len(mu) {
		return nil, fmt.Errorf("cusum: %d counts but %d means", len(x), len(mu))
	}
	if !(rho > 1) || math.IsInf(rho, 0) {
		return nil, fmt.Errorf("cusum: multiplier %v is not a finite number above 1", rho)
	}
	out := make([]float64, len(x))
	s := 0.0
	for i := range x {
		if x[i] < 0 || !(mu[i] >= 0) || math.IsInf(mu[i], 0) {
			return nil, fmt.Errorf("cusum: week %d: count %d, mean %v", i, x[i], mu[i])
		}
		s = math.Max(0, s+step(i))
		out[i] = s
	}
	return out, nil
}
