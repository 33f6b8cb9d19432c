package sr

import (
	"fmt"
	"math"
)

// GLR returns, after each week, the generalised likelihood ratio of a rise of
// any size since any week against no change, when the means mu without change
// are known: max over starts k of sup over theta >= 0 of the log likelihood
// ratio of mean mu exp(theta) since k. When the statistic reaches limit (> 0) the
// week is an alarm and the next week starts afresh (Hoehle and Paul 2008,
// Comput Stat Data Anal 52:4357).
//
// alpha = 0 is Poisson; alpha > 0 a negative binomial of variance mu + alpha
// mu^2. Slices share a length, mu > 0.
func GLR(x []int, mu []float64, alpha, limit float64) (stat []float64, alarm []bool, err error) {
	if err := checkGLR(x, mu, alpha, limit); err != nil {
		return nil, nil, err
	}
	stat, alarm = make([]float64, len(x)), make([]bool, len(x))
	start := 0
	for n := range x {
		for k := n; k >= start; k-- {
			stat[n] = math.Max(stat[n], supremum(x[k:n+1], mu[k:n+1], alpha))
		}
		if stat[n] >= limit {
			alarm[n], start = true, n+1
		}
	}
	return stat, alarm, nil
}

// LikelihoodCUSUM is GLR for a rise of known size theta = log of the multiplier
// (> 0): a cumulative sum, started afresh after an alarm.
func LikelihoodCUSUM(x []int, mu []float64, alpha, theta, limit float64) (stat []float64, alarm []bool, err error) {
	if err := checkGLR(x, mu, alpha, limit); err != nil {
		return nil, nil, err
	}
	if !(theta > 0) || math.IsInf(theta, 0) {
		return nil, nil, fmt.Errorf("glr: log multiplier %v is not a finite number above 0", theta)
	}
	stat, alarm = make([]float64, len(x)), make([]bool, len(x))
	s := 0.0
	for i := range x {
		s = math.Max(0, s+llr(x[i], mu[i], alpha, theta))
		stat[i] = s
		if s >= limit {
			alarm[i], s = true, 0
		}
	}
	return stat, alarm, nil
}

func checkGLR(x []int, mu []float64, alpha, limit float64) error {
	if len(x) != len(mu) {
		return fmt.Errorf("glr: %d counts but %d means", len(x), len(mu))
	}
	if !(alpha >= 0) || math.IsInf(alpha, 0) || !(limit > 0) {
		return fmt.Errorf("glr: alpha %v must be finite and at least 0, limit %v above 0", alpha, limit)
	}
	for i := range x {
		if x[i] < 0 || !(mu[i] > 0) || math.IsInf(mu[i], 0) {
			return fmt.Errorf("glr: week %d: count %d, mean %v", i, x[i], mu[i])
		}
	}
	return nil
}

func llr(x int, mu, alpha, theta float64) float64 {
	if alpha == 0 {
		return float64(x)*theta - mu*math.Expm1(theta)
	}
	return float64(x)*theta - (float64(x)+1/alpha)*math.Log((1+alpha*mu*math.Exp(theta))/(1+alpha*mu))
}

// supremum maximises the summed log likelihood ratio over theta >= 0: in closed
// form for Poisson, by safeguarded Newton steps on its concave form otherwise.
func supremum(x []int, mu []float64, alpha float64) float64 {
	var sx, sm float64
	for i := range x {
		sx += float64(x[i])
		sm += mu[i]
	}
	if sx == 0 {
		return 0
	}
	theta := math.Max(0, math.Log(sx/sm))
	if alpha > 0 {
		lo, hi := 0.0, math.Max(1, theta)
		slope := func(th float64) (g, h float64) {
			for i := range x {
				m := alpha * mu[i] * math.Exp(th)
				w := (1 + alpha*float64(x[i])) / alpha
				g += float64(x[i]) - w*m/(1+m)
				h -= w * m / ((1 + m) * (1 + m))
			}
			return g, h
		}
		for g, _ := slope(hi); g > 0; g, _ = slope(hi) {
			hi *= 2
		}
		for range 100 {
			g, h := slope(theta)
			if g > 0 {
				lo = theta
			} else {
				hi = theta
			}
			next := theta - g/h
			if !(next >= lo && next <= hi) {
				next = 0.5 * (lo + hi)
			}
			if math.Abs(next-theta) < 1e-13 {
				break
			}
			theta = next
		}
	}
	t := 0.0
	for i := range x {
		t += llr(x[i], mu[i], alpha, theta)
	}
	return math.Max(0, t)
}
