// Package delay measures how late records arrive, so that recent weeks are
// compared with what should have been recorded by now. Expected counts are
// scaled down; observed counts are never scaled up.
package delay

import (
	"fmt"
	"math"
)

// Completeness holds, for age d = 0, 1, 2, ... in weeks, the share of a week's
// events that is recorded by the end of the d-th week after it. It never falls
// with age and is 1 from the last entry on.
type Completeness []float64

// At returns the share recorded at age weeks: 0 before the event (age < 0),
// 1 beyond the table.
func (c Completeness) At(age int) float64 {
	switch {
	case age < 0:
		return 0
	case age >= len(c):
		return 1
	}
	return c[age]
}

// Triangle is a count of events by when they happened and how late they were
// recorded: Triangle[t][d] events of period t recorded d periods later.
type Triangle [][]float64

// Estimate returns the completeness as seen at period now, from a triangle
// whose first row is period 0. Only cells with t+d <= now are read. Rows older
// than window periods before now are left out (0: none is). Delays are taken to
// end at maxDelay.
//
// It is the chain-ladder (reverse-time hazard) estimate
//
//	F(d) = product over k = d+1 .. maxDelay of (1 - n(k) / N(<= k)),
//
// where n(k) and N(<= k) run over the periods old enough to have had k periods
// to report (Lawless 1994, Can J Stat 22:15). A delay that no period can show
// counts as never used. With no events at all everything counts as complete.
func Estimate(tri Triangle, now, maxDelay, window int) (Completeness, error) {
	if maxDelay < 0 {
		return nil, fmt.Errorf("delay: longest delay %d is below 0", maxDelay)
	}
	first := 0
	if window > 0 {
		first = max(0, now-window+1)
	}
	late := make([]float64, maxDelay+1)  // n(k)
	sofar := make([]float64, maxDelay+1) // N(<= k)
	for t := first; t < len(tri) && t <= now; t++ {
		cum := 0.0
		for k := 0; k <= maxDelay && t+k <= now; k++ {
			v := 0.0
			if k < len(tri[t]) {
				v = tri[t][k]
			}
			if !(v >= 0) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("delay: period %d, delay %d: count %v is not a finite number of at least 0", t, k, v)
			}
			cum += v
			late[k] += v
			sofar[k] += cum
		}
	}
	c := make(Completeness, maxDelay+1)
	c[maxDelay] = 1
	for k := maxDelay; k > 0; k-- {
		h := 0.0
		if sofar[k] > 0 {
			h = late[k] / sofar[k]
		}
		c[k-1] = c[k] * (1 - h)
	}
	return c, nil
}

// Nowcast returns, for each period 0..now, the events recorded so far divided
// by the share that should be: Lawless's point prediction of the final count.
// A period whose share is 0 has no prediction and gives its recorded count.
func Nowcast(tri Triangle, now int, c Completeness) []float64 {
	out := make([]float64, max(0, now+1))
	for t := range out {
		if t >= len(tri) {
			continue
		}
		for d, v := range tri[t] {
			if t+d <= now {
				out[t] += v
			}
		}
		if f := c.At(now - t); f > 0 {
			out[t] /= f
		}
	}
	return out
}
