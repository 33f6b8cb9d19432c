package detect

import (
	"fmt"
	"math"

	"bellwether/analytics/surveillance/series"
)

// SeriesMethods are the detectors weekly series can be watched with: the
// product's own first, then published ones to compare it with.
var SeriesMethods = []string{"outbreak"}

// verdict is what a method says of one week.
type verdict struct {
	none, alarm     bool
	score, expected float64
}

func (v verdict) mark() byte {
	switch {
	case v.none:
		return 'N'
	case v.alarm:
		return '1'
	}
	return '0'
}

// seriesMethod is a detector of one weekly series.
type seriesMethod struct {
	means       string
	threshold   float64
	thresholdIs string
	// lo and hi bound a threshold, both left out.
	lo, hi float64
	// run watches the weeks first .. last (indices).
	run func(counts []int, first, last int, threshold, year float64) ([]verdict, error)
}

func (m seriesMethod) check(threshold float64) error {
	if !(threshold > m.lo && threshold < m.hi) {
		return fmt.Errorf("threshold %v: %s, between %v and %v", threshold, m.thresholdIs, m.lo, m.hi)
	}
	return nil
}

var seriesMethods = map[string]seriesMethod{
	"outbreak": {
		means:     "the product's own: robust trend and season, evidence for a short outbreak of any size",
		threshold: series.DefaultThreshold, thresholdIs: "the log odds that an outbreak is going on", lo: math.Inf(-1), hi: math.Inf(1),
		run: outbreakMethod,
	},
}

func outbreakMethod(counts []int, first, last int, threshold, year float64) ([]verdict, error) {
	opt := series.Defaults()
	opt.Year = year
	weeks, err := series.Watch(counts, first, last, opt)
	if err != nil {
		return nil, err
	}
	out := make([]verdict, len(weeks))
	for i, w := range weeks {
		out[i] = verdict{none: !w.Verdict, alarm: w.Verdict && w.Score >= threshold, score: w.Score, expected: w.Expected}
	}
	return out, nil
}
