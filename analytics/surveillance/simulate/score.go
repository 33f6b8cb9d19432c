package simulate

import "sort"

// Quiet is how many weeks without an alarm must pass before another alarm is a
// new flag, and how long after a deterioration alarms are not held against a
// detector.
const Quiet = 13

// Outcome is how a detector did at one threshold.
type Outcome struct {
	// FalseFlags is flags outside deteriorations and the weeks after them, per
	// 100 provider-years; Flags the number of them.
	FalseFlags float64
	Flags      int
	// Caught is, by multiplier, the share of deteriorations with an alarm inside
	// them, of homes not flagged just before; Median the weeks to the first one
	// (1 = in the first week; 0 when none is caught); Homes their number.
	Caught, Median map[float64]float64
	Homes          map[float64]int
}

// Score counts flags. scores[h][k] is home h's score at week first+k; an alarm
// is a score of at least threshold, a flag an alarm with none in the Quiet weeks
// before it.
func Score(scores [][]float64, truth []Truth, first int, threshold float64) Outcome {
	out := Outcome{Caught: map[float64]float64{}, Median: map[float64]float64{}, Homes: map[float64]int{}}
	weeks, hits := 0, map[float64][]int{}
	for h, row := range scores {
		tr := truth[h]
		from, to := len(row), len(row)
		if tr.Multiplier > 0 {
			from, to = max(0, tr.Start-first), min(len(row), tr.Start-first+tr.Weeks+Quiet)
		}
		weeks += len(row) - (to - from)
		last, before, hit := -Quiet-1, false, 0
		for k, v := range row {
			if v < threshold {
				continue
			}
			if k-last > Quiet && (k < from || k >= to) {
				out.Flags++
			}
			last = k
			if s := tr.Start - first; tr.Multiplier > 0 {
				before = before || k >= s-Quiet && k < s
				if hit == 0 && k >= s && k < s+tr.Weeks {
					hit = k - s + 1
				}
			}
		}
		if tr.Multiplier > 0 && !before {
			out.Homes[tr.Multiplier]++
			if hit > 0 {
				hits[tr.Multiplier] = append(hits[tr.Multiplier], hit)
			}
		}
	}
	if weeks > 0 {
		out.FalseFlags = 100 * 52 * float64(out.Flags) / float64(weeks)
	}
	for m, n := range out.Homes {
		x := hits[m]
		sort.Ints(x)
		out.Caught[m] = float64(len(x)) / float64(n)
		if len(x) > 0 {
			out.Median[m] = 0.5 * float64(x[(len(x)-1)/2]+x[len(x)/2])
		}
	}
	return out
}

// Threshold returns the least threshold, to 0.001, at which there are no more
// than budget false flags per 100 provider-years.
func Threshold(scores [][]float64, truth []Truth, first int, budget float64) float64 {
	lo, hi := -50.0, 200.0
	for hi-lo > 0.001 {
		mid := 0.5 * (lo + hi)
		if Score(scores, truth, first, mid).FalseFlags <= budget {
			hi = mid
		} else {
			lo = mid
		}
	}
	return hi
}
