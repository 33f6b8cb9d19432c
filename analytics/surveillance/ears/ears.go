// Package ears holds the Early Aberration Reporting System's C1, C2 and C3
// (Hutwagner et al. 2003, J Urban Health 80:i89; Fricker, Hegler and Dunfee
// 2008, Stat Med 27:3407): a week is compared with the mean and standard
// deviation of a few weeks just before it. Simple and widely used; on sparse
// counts one event after a quiet spell is an alarm, so it is here to compare
// with.
package ears

import (
	"fmt"
	"math"

	"bellwether/analytics/surveillance/dist"
)

// Method is one of the three.
type Method int

// C1 compares with the weeks just before, C2 leaves a gap of two weeks, and C3
// adds what C2 said of this week and the two before.
const (
	C1 Method = iota + 1
	C2
	C3
)

// Options are the settings. Defaults has the published ones.
type Options struct {
	// Baseline is the number of weeks compared with and Alpha the one-sided
	// chance of a false alarm of a normal week.
	Baseline int
	Alpha    float64
	// MinSD is the least standard deviation assumed. 0, as published, makes any
	// event after weeks of the same count an alarm.
	MinSD float64
}

// Defaults returns seven weeks, 0.001 (0.025 for C3) and no least deviation.
func Defaults(m Method) Options {
	if m == C3 {
		return Options{Baseline: 7, Alpha: 0.025}
	}
	return Options{Baseline: 7, Alpha: 0.001}
}

// First returns the index of the first week with history enough.
func First(m Method, o Options) int {
	switch m {
	case C2:
		return o.Baseline + gap
	case C3:
		return o.Baseline + gap + 2
	}
	return o.Baseline
}

// gap is how many weeks C2 and C3 leave out before the week judged.
const gap = 2

// Week is what a method says of one week.
type Week struct {
	// Mean is that of the baseline, Upper the count that must be exceeded; -1
	// where C3's two weeks before are an alarm for this one whatever it holds.
	Mean, Upper float64
	Alarm       bool
}

// Detect reads weekly counts, oldest first, and judges the weeks first .. last
// (indices). A negative count, a week without history enough or a bad option is
// an error. Where all weeks of a baseline hold the same count and MinSD is 0,
// the upper bound is that count.
//
// C3 is the sum over this week and the two before of how far C2 exceeds one
// standard deviation, against the normal quantile, as Fricker et al. define it.
// R's earsC 1.20.3 puts this week's count where its baseline's mean belongs, so
// that its C3 hangs on the two weeks before alone; that is not followed.
func Detect(counts []int, first, last int, m Method, o Options) ([]Week, error) {
	if m < C1 || m > C3 || o.Baseline < 2 || !(o.Alpha > 0 && o.Alpha < 1) || !(o.MinSD >= 0) || math.IsInf(o.MinSD, 0) {
		return nil, fmt.Errorf("ears: method C%d, baseline of %d weeks, alpha %v, least deviation %v", m, o.Baseline, o.Alpha, o.MinSD)
	}
	if first < First(m, o) || last < first || last >= len(counts) {
		return nil, fmt.Errorf("ears: weeks %d to %d of %d (counted from 0); C%d needs %d weeks before", first, last, len(counts), m, First(m, o))
	}
	for t, n := range counts[:last+1] {
		if n < 0 {
			return nil, fmt.Errorf("ears: week %d (counted from 0) has a count of %d", t, n)
		}
	}
	z := dist.UpperToZ(o.Alpha)
	out := make([]Week, 0, last-first+1)
	for t := first; t <= last; t++ {
		back := 0
		if m != C1 {
			back = gap
		}
		mean, sd := o.baseline(counts, t, back)
		w := Week{Mean: mean, Upper: mean + z*sd}
		if m == C3 {
			// What the two weeks before add lowers this week's bound.
			before := 0.0
			for lag := 1; lag <= 2; lag++ {
				before += o.excess(counts, t-lag)
			}
			w.Upper = mean + sd*(1+z-before)
			if before > z {
				w.Upper = -1
			}
		}
		w.Alarm = float64(counts[t]) > w.Upper
		out = append(out, w)
	}
	return out, nil
}

// baseline is the mean and standard deviation of the weeks before t and the gap.
func (o Options) baseline(counts []int, t, back int) (mean, sd float64) {
	n := float64(o.Baseline)
	for _, c := range counts[t-back-o.Baseline : t-back] {
		mean += float64(c) / n
	}
	for _, c := range counts[t-back-o.Baseline : t-back] {
		sd += (float64(c) - mean) * (float64(c) - mean) / (n - 1)
	}
	return mean, math.Max(math.Sqrt(sd), o.MinSD)
}

// most bounds what one week adds to C3.
const most = 1e6

// excess is how far C2 of week t is beyond one standard deviation; without any
// deviation a count above the mean is far beyond.
func (o Options) excess(counts []int, t int) float64 {
	mean, sd := o.baseline(counts, t, gap)
	d := float64(counts[t]) - mean
	if d <= 0 {
		return 0
	}
	if sd == 0 {
		return most
	}
	return math.Min(math.Max(0, d/sd-1), most)
}
