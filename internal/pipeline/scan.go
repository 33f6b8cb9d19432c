package pipeline

import (
	"context"
	"database/sql"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
)

// scanned is what the scan over time says of one look: evidence that a location's own rate has risen, and the window that says most.
type scanned struct {
	score                                   float64 // log evidence
	observed, expected, usualLow, usualHigh float64 // concerns in the window
	oneIn                                   int64
	weeks                                   int
}

func (s *scanned) signal() flags.Signal {
	return flags.Signal{Observed: rules.Known(s.observed), Expected: rules.Known(s.expected), UsualLow: rules.Known(s.usualLow),
		UsualHigh: rules.Known(s.usualHigh), WindowWeeks: s.weeks, OneIn: s.oneIn}
}

func scanUnits(context.Context, *sql.DB, []*unit) error { return nil }
