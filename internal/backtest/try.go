package backtest

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/replay"
)

// MostLooks is how many weekly looks a trial on a page replays at most: some twenty seconds of work.
const MostLooks = 150_000

// TooLargeError says that a history is too long to be tried while somebody waits.
type TooLargeError struct{ Looks int64 }

// Error names the next step.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("this market has %d weekly looks, more than a page replays while you wait; use `bellwether rules simulate`", e.Looks)
}

// Trial is one rule set tried in place of the one in force, on the looks that a snapshot keeps.
type Trial struct {
	AsOf     time.Time
	Set      *rules.Set // in force
	Tried    *rules.Set
	now, new flags.Result
	outcomes map[string][]measure.Outcome
}

// Aftermath says what followed a number of flags.
type Aftermath struct {
	Flags     int `json:"flags"`
	Followed  int `json:"followed"`   // by a lower rating, a closure while Inadequate or a panel's confirmation, within the horizon
	TooRecent int `json:"too_recent"` // not followed yet, and the horizon is not over
}

// Simulation is what the other set would have changed.
type Simulation struct {
	flags.Comparison
	Months         float64 // the length of the comparison
	Appear, Vanish Aftermath
}

// Try runs the set that change makes of the one in force over a snapshot's looks, with the engine that makes real flags. atMost bounds the
// number of looks; nought is no bound.
func Try(ctx context.Context, db *sql.DB, change func(inForce *rules.Set) (*rules.Set, error), atMost int64) (*Trial, error) {
	if err := withinLooks(ctx, db, atMost); err != nil {
		return nil, err
	}
	m, err := replay.Read(ctx, db, "")
	if err != nil {
		return nil, err
	}
	t := &Trial{AsOf: m.AsOf, Set: m.Set}
	if t.Tried, err = change(m.Set); err != nil {
		return nil, err
	}
	if t.now, err = m.Find(m.Set); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if t.new, err = m.Find(t.Tried); err != nil {
		return nil, err
	}
	t.outcomes, err = readOutcomes(ctx, db)
	return t, err
}

// Compare says what would have changed since a day, among the providers that may be shown; nil shows all.
func (t *Trial) Compare(since time.Time, may func(provider string) bool) Simulation {
	now, tried := t.now, t.new
	if may != nil {
		now, tried = only(now, may), only(tried, may)
	}
	s := Simulation{Comparison: flags.Compare(now, tried, since), Months: float64(day(t.AsOf)-day(since)) / (365.25 / 12)}
	s.Appear, s.Vanish = t.aftermath(s.Comparison.Appear), t.aftermath(s.Comparison.Vanish)
	return s
}

func only(r flags.Result, may func(provider string) bool) flags.Result {
	out := r
	out.Flags, out.Levels, out.Weeks = nil, nil, nil
	for _, f := range r.Flags {
		if may(f.ProviderID) {
			out.Flags = append(out.Flags, f)
		}
	}
	for _, l := range r.Levels {
		if may(l.ProviderID) {
			out.Levels = append(out.Levels, l)
		}
	}
	for _, w := range r.Weeks {
		if may(w.ProviderID) {
			out.Weeks = append(out.Weeks, w)
		}
	}
	return out
}

// worse are the outcomes of which any makes a flag one that something followed. A closure by itself is none: homes close for many reasons.
var worse = []string{"downgrade", "closure_inadequate", "panel"}

func (t *Trial) aftermath(fs []flags.Flag) Aftermath {
	a := Aftermath{Flags: len(fs)}
	end := day(t.AsOf)
	for _, f := range fs {
		from := day(f.CountsFrom)
		followed := slices.ContainsFunc(worse, func(kind string) bool {
			return slices.ContainsFunc(t.outcomes[kind], func(o measure.Outcome) bool {
				// A panel that confirms on the day has confirmed that flag; a rating of the day is not foretold by it.
				after := o.On > from || kind == "panel" && o.On == from
				return o.Unit == f.ProviderID && after && o.On <= from+defaultHorizon
			})
		})
		switch {
		case followed:
			a.Followed++
		case from+defaultHorizon > end:
			a.TooRecent++
		}
	}
	return a
}

// withinLooks refuses a history with more looks than may be replayed; nought is no bound.
func withinLooks(ctx context.Context, db *sql.DB, atMost int64) error {
	if atMost <= 0 {
		return nil
	}
	var n int64
	if err := db.QueryRowContext(ctx, looksSQL).Scan(&n); err != nil {
		return fmt.Errorf("count the weekly looks: %w", err)
	}
	if n > atMost {
		return &TooLargeError{n}
	}
	return nil
}
