// Package xmr draws process-behaviour charts: individuals and moving range
// (XmR) with the rules NHS England's Making Data Count programme teaches, and
// T and G charts for events too rare for them.
//
// They are pictures for a reader, not detectors: limits are continuous and
// symmetric, ignore exposure and season, and on counts of 0 to 3 a month the
// four rules together raise more than fifty false flags per hundred
// provider-years.
package xmr

import (
	"fmt"
	"math"
)

// Rule is why a point is marked.
type Rule int

// The rules in order of precedence: the first that holds labels the point.
const (
	// None: common cause variation.
	None Rule = iota
	// Outside a control limit.
	Outside
	// Trend: one of seven consecutive points strictly rising or falling.
	Trend
	// TwoInThree: beyond the near limit but inside the limit, with another
	// such among three consecutive points all on the same side of the mean.
	TwoInThree
	// Shift: one of seven consecutive points strictly on one side of the mean.
	Shift
)

// Side says on which side of the mean, or in which direction, a rule holds.
type Side int

// The sides.
const (
	Neither Side = 0
	Low     Side = -1
	High    Side = 1
)

// Point is one marked value.
type Point struct {
	Y    float64
	Rule Rule
	Side Side
}

// Chart is a fitted XmR chart.
type Chart struct {
	Mean, MeanRange float64
	// HasLimits is false when every moving range was nought or screened out:
	// a baseline without spread has no limits, and no point is marked by
	// them. Lower, Upper and the near limits then equal Mean.
	HasLimits                          bool
	Lower, Upper, NearLower, NearUpper float64
	BaselinePoints                     int
	// FewPoints is true below 13 baseline points: read the limits as provisional.
	FewPoints bool
	Points    []Point
}

// Options sets how a chart is fitted.
type Options struct {
	// Screen drops moving ranges of at least 3.267 times their mean before
	// the limits are set (Nelson 1982, J Qual Technol 14:172).
	Screen bool
	// Baseline is how many first points set the mean and limits; 0 means all.
	Baseline int
}

// minPoints is the number of points below which limits are provisional.
const minPoints = 13

// run is the number of consecutive points that make a trend or a shift.
const run = 7

// Fit draws an XmR chart of y (at least one finite value, in time order; any
// unit): mean +/- 2.66 times the mean moving range, near limits at two thirds.
// Errors name the offending value or option.
func Fit(y []float64, opt Options) (Chart, error) {
	if len(y) == 0 {
		return Chart{}, fmt.Errorf("xmr: no points")
	}
	for i, v := range y {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return Chart{}, fmt.Errorf("xmr: point %d is %v", i, v)
		}
	}
	if opt.Baseline < 0 {
		return Chart{}, fmt.Errorf("xmr: baseline of %d points", opt.Baseline)
	}
	base := y
	if opt.Baseline > 0 && opt.Baseline < len(y) {
		base = y[:opt.Baseline]
	}
	c := Chart{Mean: mean(base), BaselinePoints: len(base), FewPoints: len(base) < minPoints}
	c.MeanRange, c.HasLimits = meanRange(base, opt.Screen)
	half := 2.66 * c.MeanRange
	c.Lower, c.Upper = c.Mean-half, c.Mean+half
	c.NearLower, c.NearUpper = c.Mean-half*2/3, c.Mean+half*2/3
	c.Points = c.mark(y)
	return c, nil
}

func meanRange(y []float64, screen bool) (float64, bool) {
	var mr []float64
	for i := 1; i < len(y); i++ {
		mr = append(mr, math.Abs(y[i]-y[i-1]))
	}
	if len(mr) == 0 {
		return 0, false
	}
	m := mean(mr)
	if screen {
		cut := 3.267 * m
		kept := mr[:0]
		for _, v := range mr {
			if v < cut {
				kept = append(kept, v)
			}
		}
		if len(kept) == 0 {
			return 0, false
		}
		m = mean(kept)
	}
	return m, m > 0
}

func (c *Chart) mark(y []float64) []Point {
	n := len(y)
	side := make([]Side, n) // of the mean
	near := make([]Side, n) // between near limit and limit
	pts := make([]Point, n)
	shift, trend, pair := make([]Side, n), make([]Side, n), make([]Side, n)
	for i, v := range y {
		pts[i].Y = v
		side[i] = sign(v - c.Mean)
		if c.HasLimits {
			switch {
			case v > c.Upper:
				pts[i].Rule, pts[i].Side = Outside, High
			case v < c.Lower:
				pts[i].Rule, pts[i].Side = Outside, Low
			case v > c.NearUpper:
				near[i] = High
			case v < c.NearLower:
				near[i] = Low
			}
		}
	}
	for i := run - 1; i < n; i++ {
		if s := side[i]; s != Neither && allAre(side[i-run+1:i+1], s) {
			fill(shift[i-run+1:i+1], s)
		}
		if s := monotone(y[i-run+1 : i+1]); s != Neither {
			fill(trend[i-run+1:i+1], s)
		}
	}
	for i := 2; i < n; i++ {
		s := side[i]
		if s == Neither || !allAre(side[i-2:i+1], s) {
			continue
		}
		count := 0
		for _, v := range near[i-2 : i+1] {
			if v != Neither {
				count++
			}
		}
		if count >= 2 {
			for j := i - 2; j <= i; j++ {
				if near[j] != Neither {
					pair[j] = s
				}
			}
		}
	}
	for i := range pts {
		switch {
		case pts[i].Rule == Outside:
		case trend[i] != Neither:
			pts[i].Rule, pts[i].Side = Trend, trend[i]
		case pair[i] != Neither:
			pts[i].Rule, pts[i].Side = TwoInThree, pair[i]
		case shift[i] != Neither:
			pts[i].Rule, pts[i].Side = Shift, shift[i]
		}
	}
	return pts
}

// monotone says whether the values strictly rise (High) or fall (Low).
func monotone(y []float64) Side {
	s := sign(y[1] - y[0])
	for i := 1; i < len(y); i++ {
		if sign(y[i]-y[i-1]) != s {
			return Neither
		}
	}
	return s
}

func sign(v float64) Side {
	switch {
	case v > 0:
		return High
	case v < 0:
		return Low
	}
	return Neither
}

func allAre(x []Side, s Side) bool {
	for _, v := range x {
		if v != s {
			return false
		}
	}
	return true
}

func fill(x []Side, s Side) {
	for i := range x {
		x[i] = s
	}
}

func mean(x []float64) float64 {
	t := 0.0
	for _, v := range x {
		t += v
	}
	return t / float64(len(x))
}
