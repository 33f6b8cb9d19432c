// Package series watches single weekly series with enough events to stand
// alone: an authority's concerns, a region's notices. It fits each series' own
// level, trend and season, weighs past outbreaks down, and asks of the latest
// weeks how likely it is that a short outbreak of any size is going on.
//
// It is the product's own detector for single series, built on three known
// parts: the robust regression baseline of Farrington et al. 1996 (JRSS A
// 159:547) and Noufaily et al. 2013 (Stat Med 32:1206), a negative-binomial
// count with the baseline's own error, and a Bayesian change of state in the
// manner of Shiryaev. Homes with a handful of events a year belong to package
// panel, which borrows from their peers.
package series

import (
	"fmt"
	"math"
)

// Options sets how a series is read. Defaults returns the product's own.
type Options struct {
	// Year is the number of weeks in a year: 52, or 365.25/7 where weeks follow
	// the calendar over many years.
	Year float64
	// Waves is the number of yearly waves fitted: 2 is a yearly and a half-yearly
	// one.
	Waves int
	// History is how many weeks before the guard are read: ten years. 0 reads all.
	History int
	// Cut is the Anscombe residual, in standard deviations, above which a past
	// week is weighed down as an outbreak of its own.
	Cut float64
	// TrendSD and WaveSD are prior standard deviations of the yearly trend and of
	// each wave, on the log scale: a sparse series does not estimate a wave from
	// a handful of events.
	TrendSD, WaveSD float64
	// MinMean is the least weekly mean assumed, so that the first event after
	// years of silence is not a proof of anything.
	MinMean float64
	// Outbreak is the pattern looked for; its length is the guard.
	Outbreak Outbreak
}

// Outbreak is a pattern of extra events.
type Outbreak struct {
	// Shape is the share of an outbreak's events that falls in the week it
	// starts, the next, and so on; it adds up to at most 1.
	Shape []float64
	// Sizes are the sizes looked for, all alike, in standard deviations of a
	// usual week, and Least the fewest events that make an outbreak.
	Sizes []float64
	Least float64
	// Rate is the prior chance that an outbreak starts in a given week.
	Rate float64
}

// DefaultThreshold is the score, in log odds, at and above which a week is an
// alarm: seven or eight false alarms in a thousand weeks over series of any
// size and shape. How it was set is in this folder's README.md.
const DefaultThreshold = -0.45

// Defaults returns the product's own settings: a point-source outbreak, half of
// its events at once and most of the rest a week later.
func Defaults() Options {
	return Options{
		Year: 52, Waves: 2, History: 520, Cut: 2.58, TrendSD: 0.5, WaveSD: 1, MinMean: 1.0 / 52,
		Outbreak: Outbreak{Shape: []float64{0.5, 0.417, 0.069, 0.014}, Sizes: []float64{2, 3, 4, 5, 6, 7, 8, 9, 10}, Least: 2, Rate: 0.02},
	}
}

// minHistory is the fewest weeks of baseline from which anything is said;
// minTrend and minWave those before a trend and waves are fitted.
const (
	minHistory = 8
	minTrend   = 26
	minWave    = 78
)

// maxCount bounds a week's count: larger ones are slips of a keyboard.
const maxCount = 1 << 40

func (o Options) check() error {
	if !(o.Year > 2) || math.IsInf(o.Year, 0) || o.Waves < 0 || o.Waves > 6 || o.History < 0 {
		return fmt.Errorf("series: a year of %v weeks, %d waves and a history of %d weeks; a year is above 2, waves are 0 to 6", o.Year, o.Waves, o.History)
	}
	if !(o.Cut > 0) || !(o.TrendSD > 0) || !(o.WaveSD > 0) || !(o.MinMean > 0) {
		return fmt.Errorf("series: cut %v, prior spreads %v and %v and least mean %v must be above 0", o.Cut, o.TrendSD, o.WaveSD, o.MinMean)
	}
	b := o.Outbreak
	sum := 0.0
	for _, s := range b.Shape {
		if !(s > 0) {
			return fmt.Errorf("series: an outbreak's shares %v must be above 0", b.Shape)
		}
		sum += s
	}
	if len(b.Shape) == 0 || len(b.Sizes) == 0 || sum > 1+1e-9 || !(b.Rate > 0 && b.Rate < 1) || !(b.Least > 0) {
		return fmt.Errorf("series: an outbreak of shares %v, sizes %v, at least %v events, at rate %v a week", b.Shape, b.Sizes, b.Least, b.Rate)
	}
	for _, k := range b.Sizes {
		if !(k > 0) || math.IsInf(k, 0) {
			return fmt.Errorf("series: an outbreak's size of %v standard deviations", k)
		}
	}
	return nil
}

// Week is what is said of one week.
type Week struct {
	// Verdict is false where there are too few weeks before to say anything;
	// everything else is then zero.
	Verdict bool
	// Score is the log odds that an outbreak is going on in this week, given the
	// counts up to and including it.
	Score float64
	// Expected is the mean without an outbreak and Dispersion the variance over
	// the mean, both as the baseline gives them.
	Expected, Dispersion float64
}

// Watch reads weekly counts, oldest first, and returns one Week for each of the
// weeks first .. last (indices into counts). A week's answer uses the counts up
// to and including it and none after. A count below 0 or above 2^40, or weeks
// outside the series, are errors that say which.
func Watch(counts []int, first, last int, opt Options) ([]Week, error) {
	if err := opt.check(); err != nil {
		return nil, err
	}
	if first < 0 || last >= len(counts) || last < first {
		return nil, fmt.Errorf("series: weeks %d to %d of a series of %d weeks (counted from 0)", first, last, len(counts))
	}
	for t, n := range counts[:last+1] {
		if n < 0 || n > maxCount {
			return nil, fmt.Errorf("series: week %d (counted from 0) has a count of %d", t, n)
		}
	}
	d := newDesign(last+1, opt)
	e := newEvidence(opt.Outbreak)
	out := make([]Week, last-first+1)
	var b *Baseline
	for t := first; t <= last; t++ {
		end := t - len(opt.Outbreak.Shape) // the last week of the baseline
		if end+1 < minHistory {
			continue
		}
		b = d.fit(counts, end, b)
		out[t-first] = e.week(counts, t, b)
	}
	return out, nil
}
