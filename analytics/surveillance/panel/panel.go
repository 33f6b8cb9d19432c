// Package panel watches many providers and several streams at once: it fits the
// market, the spread between providers, dispersion and reporting delay from
// what was known at a look, and scores every provider with the change detector
// of package scan.
//
// An Engine is built once from events and exposures and asked for looks. A look
// at week w reads only events known by the end of week w. Looks do not depend
// on one another, so a back-test and a weekly run give the same numbers.
package panel

import (
	"fmt"
	"math"

	"bellwether/analytics/surveillance/delay"
	"bellwether/analytics/surveillance/market"
	"bellwether/analytics/surveillance/scan"
)

// Stream describes one stream of events. Streams must not be derived from one
// another: enquiries come from concerns and add no evidence to them.
type Stream struct {
	Name string
	// Power says how a rise in the leading stream carries over: a multiplier
	// rho there is rho^Power here. 1 for the leading stream; see Powers.
	Power float64
	// From is the first week that the stream tells of, where it began after the
	// panel did: the weeks before are unknown, not quiet, and their events are
	// left out. Weeks before the panel's first mean the same as its first.
	From int
	// Learn is how many weeks the stream is only listened to before it adds
	// evidence: without a past of its own a home's open reporting would look
	// like a rise.
	Learn int
}

// Powers are the product's settings for concerns, complaints and provider
// incidents.
var Powers = map[string]float64{"concern": 1, "complaint": 0.6, "incident": 0.5}

// Unit is one provider or service.
type Unit struct {
	// Exposure is what events are expected in proportion to (occupied beds,
	// people supported): one number for all weeks, or one for each week of the
	// input from its first. 0 means closed, not open yet, or unknown: the unit's
	// events of that week are left out.
	Exposure []float64
	// Group is the unit's comparison group (type and size band), from 0. Groups
	// share trend and season and differ in level.
	Group int
}

// Event is a number of records of one unit and stream.
type Event struct {
	Unit, Stream int
	// Week is when they happened and Known when they were recorded, in whole
	// weeks on any common scale. Known before Week counts as Week.
	Week, Known int
	Count       int
}

// Input is a panel. Events may come in any order and repeat; those before
// FirstWeek are left out.
type Input struct {
	// FirstWeek and Weeks bound the history: weeks FirstWeek ..
	// FirstWeek+Weeks-1.
	FirstWeek, Weeks int
	Streams          []Stream
	Units            []Unit
	Events           []Event
}

// Settings are what an analyst may change. Defaults returns the product's own.
type Settings struct {
	Detector scan.Change
	// History is how many weeks before a look are read; 0 reads all.
	History int
	// MaxDelay is the longest reporting delay in weeks that is corrected for.
	MaxDelay int
	// Phi and Shape are the prior guesses of dispersion and between-provider
	// shape, used as far as the panel itself cannot tell.
	Phi, Shape float64
	// Workers is how many goroutines score units; 0 means one.
	Workers int
}

// Fit is what a look learned about one stream from all units.
type Fit struct {
	Stream Stream
	// Market is the pooled rate per unit of exposure and GroupLevel what each
	// group's level is relative to it.
	Market     market.Model
	GroupLevel []float64
	// Complete is the share of events recorded by age in weeks.
	Complete delay.Completeness
	// Phi is the within-provider dispersion, Shape that of the gamma
	// distribution of relative rates between providers.
	Phi, Shape float64
	// Events is the number of events known at the look.
	Events int
}

// StreamResult is one stream of a unit in the window that says most.
type StreamResult struct {
	// Observed events recorded by the look; Expected by it, given size, own
	// history, season and records still to come.
	Observed int
	Expected float64
	// Low and High bound the usual range: 95 in 100 such periods without
	// change lie within.
	Low, High int
	// OnceIn says a count this high or higher comes by chance about once in so
	// many such periods (1 .. 1e9).
	OnceIn float64
	// Relative is the unit's own level before the window, relative to its
	// peers (1 = the same), and Complete the share of the window's events
	// expected to be recorded by now.
	Relative, Complete float64
}

// Result is one unit at one look.
type Result struct {
	// Exposed is false for a unit without exposure in any week of the longest
	// window: it has no score, and every number is zero.
	Exposed bool
	scan.Evidence
	// Tier is the highest tier whose threshold the score reaches.
	Tier Tier
	// Streams are in the order of the input's streams.
	Streams []StreamResult
	// LeftOut counts recent events of weeks without exposure, which no score
	// can use.
	LeftOut int
}

// Look is every unit at one week, in input order.
type Look struct {
	Week       int
	Fits       []Fit
	Thresholds Thresholds
	Units      []Result
}

// maxWeeks bounds the length of a panel: four hundred years of weeks.
const maxWeeks = 20871

func (in Input) check() error {
	if in.Weeks < 1 || in.Weeks > maxWeeks {
		return fmt.Errorf("panel: %d weeks of history; 1 to %d can be read", in.Weeks, maxWeeks)
	}
	if len(in.Streams) == 0 {
		return fmt.Errorf("panel: no streams")
	}
	for i, s := range in.Streams {
		if !(s.Power > 0) || s.Power > 4 {
			return fmt.Errorf("panel: stream %d (%s): power %v is not above 0 and at most 4", i, s.Name, s.Power)
		}
		if s.Learn < 0 {
			return fmt.Errorf("panel: stream %d (%s): %d weeks to learn", i, s.Name, s.Learn)
		}
	}
	for i, u := range in.Units {
		if u.Group < 0 || u.Group > 1<<16 {
			return fmt.Errorf("panel: unit %d: group %d is not between 0 and 65536", i, u.Group)
		}
		if n := len(u.Exposure); n != 1 && n != in.Weeks {
			return fmt.Errorf("panel: unit %d: %d exposures; one, or one for each of %d weeks, is needed", i, n, in.Weeks)
		}
		for w, x := range u.Exposure {
			if !(x >= 0) || x > 1e12 {
				return fmt.Errorf("panel: unit %d, week %d: exposure %v is not between 0 and 1e12", i, in.FirstWeek+w, x)
			}
		}
	}
	for i, e := range in.Events {
		switch {
		case e.Unit < 0 || e.Unit >= len(in.Units):
			return fmt.Errorf("panel: event %d: unit %d of %d", i, e.Unit, len(in.Units))
		case e.Stream < 0 || e.Stream >= len(in.Streams):
			return fmt.Errorf("panel: event %d: stream %d of %d", i, e.Stream, len(in.Streams))
		case e.Count < 0 || e.Count > math.MaxInt32:
			return fmt.Errorf("panel: event %d: count %d", i, e.Count)
		}
	}
	return nil
}
