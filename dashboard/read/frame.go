package read

import (
	"context"
	"slices"
	"time"
)

// Run is a pipeline run, as its snapshot records it.
type Run struct {
	_           struct{}   `class:"A"`
	ID          string     `col:"run_id"`
	AsOf        time.Time  `col:"as_of"`
	StartedAt   *time.Time `col:"started_at"`
	FinishedAt  *time.Time `col:"finished_at"`
	RuleSet     string     `col:"rule_set"`
	RuleSetHash string     `col:"rule_set_hash"`
	Code        string     `col:"code_version"`
	Engine      string     `col:"engine_version"`
	SnapshotID  string     `col:"snapshot_id"`
	ContentHash string     `col:"content_hash"`
}

// Source is a source of data and how fresh it is.
type Source struct {
	_            struct{}   `class:"A"`
	Name         string     `col:"source"`
	Title        string     `col:"title"`
	ExpectedDays *int64     `col:"expected_days"`
	LastAttempt  *time.Time `col:"last_attempt_at"`
	LastSuccess  *time.Time `col:"last_success_at"`
	DataTo       *time.Time `col:"data_to"`
	Files        *int64     `col:"files"`
	Rows         *int64     `col:"rows_loaded"`
	Quarantined  *int64     `col:"rows_quarantined"`
	State        string     `col:"state"`
	LastError    string     `col:"last_error"`
	LateDays     *int64     `col:"late_days"`
}

// Late says whether the source is behind its own timetable.
func (s Source) Late() bool { return s.State == "late" || s.State == "failing" }

// Frame is what the strip at the top of every page says.
type Frame struct {
	Run     Run
	Runs    []Run
	Sources []Source
	// Unmatched counts by feed the records that match no provider: no total of a provider's holds them.
	Unmatched []UnmatchedFeed
	// Week is the Monday of the last complete week; the zero time when the warehouse holds none.
	Week time.Time
	// Empty is true while no run has finished.
	Empty bool
}

// UnmatchedIn counts the records of the named feeds that match no provider; no names means all.
func (f Frame) UnmatchedIn(feeds ...string) (n int64) {
	for _, u := range f.Unmatched {
		if len(feeds) == 0 || slices.Contains(feeds, u.Feed) {
			n += u.Records
		}
	}
	return n
}

type weekRow struct {
	Week *time.Time `col:"week"`
}

// Frame reads the run, the sources and the last complete week.
func (s *Snapshot) Frame(ctx context.Context) (Frame, error) {
	var f Frame
	runs, err := ask[Run](ctx, s, "run", nil)
	if err != nil {
		return f, err
	}
	if len(runs) == 0 {
		f.Empty = true
		return f, nil
	}
	f.Run, f.Runs = runs[0], runs
	if f.Sources, err = ask[Source](ctx, s, "sources", args{"as_of": f.Run.AsOf}); err != nil {
		return f, err
	}
	if f.Unmatched, err = ask[UnmatchedFeed](ctx, s, "unmatched_feeds", nil); err != nil {
		return f, err
	}
	week, _, err := one[weekRow](ctx, s, "last_week", nil)
	if err != nil {
		return f, err
	}
	if week.Week != nil {
		f.Week = *week.Week
	}
	return f, nil
}
