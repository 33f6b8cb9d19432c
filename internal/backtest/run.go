package backtest

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/replay"
)

// Options say what is replayed.
type Options struct {
	Set      *rules.Set // nil for the set that the snapshot was made with
	Since    time.Time  // zero for a year after the first look
	Horizon  int        // days within which an outcome must follow; 0 for half a year
	Truth    []Planted  // planted stories of a fictional county; may be nil
	Snapshot string     // the snapshot's id, for the report
	Draws    measure.Resampling
	AtMost   int64 // weekly looks that may be replayed; 0 for no bound
}

// Planted is a story that a fictional county was made with: trouble at providers from a day on.
type Planted struct {
	ID        string
	Providers []string
	From      time.Time
}

const defaultHorizon = 182

// gap joins alerts that lie a quarter apart: to a panel they are one.
const gap = 91

// Run replays the history of a snapshot.
func Run(ctx context.Context, db *sql.DB, opt Options) (*Report, error) {
	if err := withinLooks(ctx, db, opt.AtMost); err != nil {
		return nil, err
	}
	m, err := replay.Read(ctx, db, "")
	if err != nil {
		return nil, err
	}
	if opt.Set == nil {
		opt.Set = m.Set
	}
	if opt.Horizon <= 0 {
		opt.Horizon = defaultHorizon
	}
	if opt.Draws.Times <= 0 {
		opt.Draws = measure.DefaultResampling
	}
	rep := &Report{Snapshot: opt.Snapshot, AsOf: iso(m.AsOf), RuleSet: opt.Set.ID + " " + opt.Set.Version, RuleSetHash: opt.Set.Hash, HorizonDays: opt.Horizon,
		Draws: opt.Draws.Times, Seed: opt.Draws.Seed}
	if rep.Public, err = public(ctx, db, m.AsOf, opt); err != nil {
		return nil, err
	}
	h := newHistory(m, opt)
	if h == nil {
		rep.Silence = "The snapshot holds too few weekly looks to replay: no week lies a year after the first one."
		return rep, nil
	}
	if h.result, err = m.Find(opt.Set); err != nil {
		return nil, err
	}
	outcomes, err := readOutcomes(ctx, db)
	if err != nil {
		return nil, err
	}
	rep.Since, rep.Until = iso(date(h.from)), iso(date(h.to))
	rep.Providers = len(h.watched)
	rep.Outcomes = h.measureAll(outcomes, opt)
	return rep, nil
}

// readOutcomes reads what happened, by kind.
func readOutcomes(ctx context.Context, db *sql.DB) (map[string][]measure.Outcome, error) {
	rows, err := db.QueryContext(ctx, outcomesSQL)
	if err != nil {
		return nil, fmt.Errorf("read what happened: %w", err)
	}
	defer rows.Close()
	out := map[string][]measure.Outcome{}
	for rows.Next() {
		var kind, provider string
		var location sql.NullString
		var on time.Time
		if err := rows.Scan(&kind, &provider, &location, &on); err != nil {
			return nil, fmt.Errorf("read what happened: %w", err)
		}
		out[kind] = append(out[kind], measure.Outcome{Unit: provider, On: day(on)})
	}
	return out, rows.Err()
}

// day counts days from 1970.
func day(t time.Time) int { return int(t.UTC().Truncate(24*time.Hour).Unix() / 86400) }

func date(d int) time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

func iso(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// alerts are the stretches during which flags of a level or above counted, those of the left-out source aside.
func (h *history) alerts(level rules.Level, without rules.Family) []measure.Stretch {
	var out []measure.Stretch
	for _, f := range h.result.Flags {
		if f.Level < level || f.CountsFrom.IsZero() || f.EvidenceSource == without && without != "" {
			continue
		}
		to := h.to + 1
		if f.State == flags.Cleared {
			to = day(f.ClearedOn)
		}
		out = append(out, measure.Stretch{Unit: f.ProviderID, From: day(f.CountsFrom), To: to})
	}
	return measure.Join(out, gap)
}
