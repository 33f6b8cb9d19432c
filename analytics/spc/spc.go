package spc

import (
	"fmt"
	"math"
	"sort"

	"bellwether/analytics/surveillance/xmr"
)

// Kind is which chart was drawn.
type Kind string

// The charts.
const (
	// XmR has a value for each period.
	XmR Kind = "XmR"
	// T has a value for each event: the days since the one before.
	T Kind = "T"
	// G is T's form for gaps of which many are nought: whole days, geometric.
	G Kind = "G"
	// Nothing says that there is too little to draw.
	Nothing Kind = ""
)

// Options says how a series is read.
type Options struct {
	Better Good
	// Target is what the measure should reach, in the unit of the series; nil
	// where none is set. Charts of gaps have none.
	Target *float64
	// Baseline is how many first values set the limits; 0 means all.
	Baseline int
	// Screen leaves out ranges that are far too large to be usual.
	Screen bool
}

// To is a target.
func To(v float64) *float64 { return &v }

// Point is one value of a chart.
type Point struct {
	// At is the period's number for XmR and the day of the event for gaps.
	At int
	Y  float64
	// Label is "Common Cause" or the rule that marks the point, as Making
	// Data Count names it.
	Label  string
	Marked bool
}

// Chart is a series with its limits and what its latest point says.
type Chart struct {
	Kind   Kind
	Points []Point
	// Centre and the limits are in the unit of the points; they are set where
	// HasLimits is true.
	Centre, Lower, Upper float64
	HasLimits            bool
	// Few is true where limits rest on fewer than 13 values: provisional.
	Few bool
	// Open is the number of days since the last event, for charts of gaps; -1
	// elsewhere.
	Open      int
	Variation Variation
	Assurance Assurance
	// Because says in a sentence why this chart was chosen.
	Because string
}

// minPoints is the least number of values from which a variation is read.
const minPoints = 7

// PeriodDays is the length of the periods into which Events counts.
const PeriodDays = 28

// Series draws an XmR chart of y, one value a period in time order. Fewer than
// seven values, or values without any spread, have no limits and say so. Errors
// name a value that is not a finite number.
func Series(y []float64, o Options) (Chart, error) {
	if len(y) == 0 {
		return Chart{Open: -1, Variation: TooFew, Assurance: NoTarget, Because: "Nothing has been counted yet."}, nil
	}
	x, err := xmr.Fit(y, xmr.Options{Screen: o.Screen, Baseline: o.Baseline})
	if err != nil {
		return Chart{}, fmt.Errorf("spc: %w", err)
	}
	c := Chart{Kind: XmR, Centre: x.Mean, Lower: x.Lower, Upper: x.Upper, HasLimits: x.HasLimits && len(y) >= minPoints, Few: x.FewPoints,
		Open: -1, Because: "There is a value in every period, so each is compared with the usual step from one period to the next."}
	for i, p := range x.Points {
		c.Points = append(c.Points, Point{At: i, Y: p.Y, Label: p.String(), Marked: p.Rule != xmr.None})
	}
	c.Assurance = assurance(x, o)
	last := x.Points[len(x.Points)-1]
	switch {
	case len(y) < minPoints:
		c.Variation, c.Assurance = TooFew, NoTarget
	case last.Rule == xmr.None:
		c.Variation = Common
	default:
		c.Variation = variation(last.Side, o.Better)
	}
	return c, nil
}

// Events draws the chart that suits events on the given days (whole numbers
// between first and last, in any order, any day 0): an XmR chart of the counts
// of four-week periods where at least half the periods hold an event, and a
// chart of the gaps between events where most hold none, since limits on counts
// of nought and one mean nothing. A part of a period at the start is left out.
// Errors name a day outside the range.
func Events(days []int, first, last int, o Options) (Chart, error) {
	if last < first {
		return Chart{}, fmt.Errorf("spc: the last day %d lies before the first day %d", last, first)
	}
	d := append([]int(nil), days...)
	sort.Ints(d)
	if len(d) > 0 && (d[0] < first || d[len(d)-1] > last) {
		return Chart{}, fmt.Errorf("spc: events from day %d to day %d lie outside %d to %d", d[0], d[len(d)-1], first, last)
	}
	counts := periods(d, first, last)
	held := 0
	for _, n := range counts {
		if n > 0 {
			held++
		}
	}
	if len(counts) > 0 && 2*held >= len(counts) {
		c, err := Series(counts, o)
		c.Because = fmt.Sprintf("%d of %d four-week periods hold an event, enough to count by period.", held, len(counts))
		return c, err
	}
	return gaps(d, last, o)
}

// periods counts events by four weeks, ending with last.
func periods(d []int, first, last int) []float64 {
	n := (last - first + 1) / PeriodDays
	out := make([]float64, n)
	for _, day := range d {
		if p := n - 1 - (last-day)/PeriodDays; p >= 0 {
			out[p]++
		}
	}
	return out
}

// minGaps is the least number of gaps that a chart of them is drawn from.
const minGaps = 4

func gaps(d []int, last int, o Options) (Chart, error) {
	c := Chart{Open: -1, Variation: TooFew, Assurance: NoTarget, Because: "Too few events to draw: most periods hold none, and fewer than five have happened."}
	if len(d) > 0 {
		c.Open = last - d[len(d)-1]
	}
	if len(d) <= minGaps {
		return c, nil
	}
	days, whole, nought := make([]float64, len(d)-1), make([]int, len(d)-1), 0
	for i := range days {
		whole[i] = d[i+1] - d[i]
		days[i] = float64(whole[i])
		if whole[i] == 0 {
			nought++
		}
	}
	c.Kind, c.Because = T, "Most four-week periods hold no event, so the days between events are drawn instead of counts."
	r, err := xmr.T(days)
	if 10*nought > len(days) {
		// The power scale of a T chart piles up what falls on one day.
		c.Kind = G
		r, err = xmr.G(whole)
	}
	if err != nil {
		return Chart{}, fmt.Errorf("spc: %w", err)
	}
	c.Centre, c.Lower, c.Upper, c.HasLimits = r.Centre, r.Lower, r.Upper, r.Upper > r.Lower
	c.Few = len(days) < 13
	for i, y := range days {
		p := Point{At: d[i+1], Y: y, Label: "Common Cause", Marked: r.Low[i] || r.High[i]}
		switch {
		case r.Low[i]:
			p.Label = "Below LCL"
		case r.High[i]:
			p.Label = "Above UCL"
		}
		c.Points = append(c.Points, p)
	}
	c.Variation = gapVariation(c, days, o.Better)
	return c, nil
}

// gapVariation reads the latest gaps. Few events are good where a low count is
// good, so a long gap improves; the gap that is still open can only grow, and
// counts once it is longer than the limit.
func gapVariation(c Chart, days []float64, good Good) Variation {
	if len(days) < minPoints {
		return TooFew
	}
	var side xmr.Side
	switch {
	case c.HasLimits && float64(c.Open) > c.Upper:
		side = xmr.High
	case c.Points[len(c.Points)-1].Marked && days[len(days)-1] > c.Centre:
		side = xmr.High
	case c.Points[len(c.Points)-1].Marked:
		side = xmr.Low
	default:
		side = run(days, median(days))
		if side == xmr.Low && float64(c.Open) > c.Centre {
			side = xmr.Neither // the run of short gaps has ended
		}
	}
	return variation(side, -good)
}

// run says on which side of the middle the last seven gaps all lie, if they do.
func run(y []float64, middle float64) xmr.Side {
	if len(y) < minPoints {
		return xmr.Neither
	}
	up, down := true, true
	for _, v := range y[len(y)-minPoints:] {
		up, down = up && v > middle, down && v < middle
	}
	switch {
	case up:
		return xmr.High
	case down:
		return xmr.Low
	}
	return xmr.Neither
}

func median(y []float64) float64 {
	s := append([]float64(nil), y...)
	sort.Float64s(s)
	return 0.5 * (s[(len(s)-1)/2] + s[len(s)/2])
}

// Round gives the chart with its numbers to so many decimal places, for pages
// and goldens.
func (c Chart) Round(places int) Chart {
	k := math.Pow10(places)
	r := func(v float64) float64 { return math.Round(v*k) / k }
	c.Centre, c.Lower, c.Upper = r(c.Centre), r(c.Lower), r(c.Upper)
	return c
}
