// Package recording finds changes of recording practice: a source that, across a
// whole market and from one week on, reports much more or much less than before.
// Such a change says something about a front door, a form or a new policy, and
// nothing about any one home.
//
// The package is pure: counts in, shifts out.
package recording

import (
	"cmp"
	"math"
	"slices"
)

// Series is what one source reported in a market, week by week, all services
// together. Both slices have one entry a week; Locations is how many different
// services that week's reports were about.
type Series struct {
	Source    string
	Counts    []int
	Locations []int
}

// Settings bound what is called a change.
type Settings struct {
	Before, After int     // least weeks on either side of the change
	Ratio         float64 // least ratio of the two weekly rates, either way round
	Z             float64 // least over-dispersed standard score
	Spread        float64 // least ratio, either way, of the services reported about in a week: one busy home is no change of practice
}

// Defaults are set wide: only a change that anyone would see on a chart of the
// market is named. The score is the largest of many that are looked at, hence
// the high limit.
func Defaults() Settings { return Settings{Before: 26, After: 8, Ratio: 1.6, Z: 6, Spread: 1.4} }

// Shift is a change of level.
type Shift struct {
	Source        string
	Week          int     // index of the first week at the new level
	Before, After float64 // reports a week
	Ratio         float64 // After over Before; 0 where the source fell silent
	Z             float64 // over-dispersed standard score of the difference, above 0 for a rise
}

// Detect finds the most recent change of level of each source, if there is one.
// Every week with room on both sides is tried; the score compares the mean of up
// to a year before with all that follows, on the square-root scale, where counts
// vary alike whatever their level, widened by the spread that weeks show about
// their own side's mean. Series shorter than the two sides together, and counts
// below 0, have no answer.
func Detect(all []Series, s Settings) []Shift {
	var out []Shift
	for _, x := range all {
		if shift, ok := s.one(x); ok {
			out = append(out, shift)
		}
	}
	slices.SortFunc(out, func(a, b Shift) int { return cmp.Compare(a.Source, b.Source) })
	return out
}

const yearBack = 52

func (s Settings) one(x Series) (best Shift, found bool) {
	n := len(x.Counts)
	if s.Before < 2 || s.After < 2 || n < s.Before+s.After || slices.Min(x.Counts) < 0 {
		return Shift{}, false
	}
	for at := s.Before; at <= n-s.After; at++ {
		lo := max(0, at-yearBack)
		before, after := x.Counts[lo:at], x.Counts[at:]
		b, a := mean(before), mean(after)
		z := score(before, after)
		if math.Abs(z) <= math.Abs(best.Z) {
			continue
		}
		best = Shift{Source: x.Source, Week: at, Before: b, After: a, Z: z}
		if b > 0 {
			best.Ratio = a / b
		}
		found = s.wide(b, a) && math.Abs(z) >= s.Z && s.spread(x.Locations, lo, at)
	}
	return best, found
}

// wide reports whether two weekly rates lie far enough apart. A source that was
// silent before counts as far from one that is not.
func (s Settings) wide(before, after float64) bool {
	if before == 0 || after == 0 {
		return before != after
	}
	return after/before >= s.Ratio || before/after >= s.Ratio
}

// spread reports whether the number of services reported about changed as well.
func (s Settings) spread(locations []int, lo, at int) bool {
	if len(locations) < at {
		return true // not known: the counts must speak for themselves
	}
	b, a := mean(locations[lo:at]), mean(locations[at:])
	if b == 0 || a == 0 {
		return b != a
	}
	return a/b >= s.Spread || b/a >= s.Spread
}

func mean(xs []int) float64 {
	if len(xs) == 0 {
		return 0
	}
	sum := 0.0
	for _, x := range xs {
		sum += float64(x)
	}
	return sum / float64(len(xs))
}

// score compares two stretches on the Anscombe scale, 2 sqrt(x + 3/8), where a
// Poisson count has variance one; more spread than that widens it.
func score(before, after []int) float64 {
	mb, vb := anscombe(before)
	ma, va := anscombe(after)
	n, m := float64(len(before)), float64(len(after))
	pooled := max(1, ((n-1)*vb+(m-1)*va)/(n+m-2))
	return (ma - mb) / math.Sqrt(pooled*(1/n+1/m))
}

func anscombe(xs []int) (m, v float64) {
	for _, x := range xs {
		m += 2 * math.Sqrt(float64(x)+0.375)
	}
	m /= float64(len(xs))
	for _, x := range xs {
		d := 2*math.Sqrt(float64(x)+0.375) - m
		v += d * d
	}
	return m, v / float64(max(len(xs)-1, 1))
}
