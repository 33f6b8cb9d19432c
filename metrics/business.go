package metrics

import (
	"context"
	"database/sql"
	_ "embed"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/internal/warehouse"
)

var (
	//go:embed sql/flags.sql
	flagsSQL string
	//go:embed sql/levels.sql
	levelsSQL string
	//go:embed sql/crossings.sql
	crossingsSQL string
	//go:embed sql/transitions.sql
	transitionsSQL string
	//go:embed sql/moved.sql
	movedSQL string
	//go:embed sql/run.sql
	runSQL string
)

// Reviews counts what people have still to do; casework answers it for the flags of a snapshot. Restricted cases are left out by
// whoever implements it.
type Reviews interface {
	// Waiting gives, per level name, the open flags that nobody has acknowledged, those past their date, and the oldest of the former.
	Waiting(ctx context.Context, snap *warehouse.Snapshot) (map[string]Waiting, error)
}

// Waiting is what one level still needs from people.
type Waiting struct {
	Unreviewed int
	Overdue    int
	Oldest     time.Time // zero if there is none
}

// Levels above market management, in order: the only values of the label "level" on flags.
var levels = []string{"pre_provider_concern", "provider_concern", "provider_failure"}

// Business registers what the reviewing group's alerts need: flags, levels, crossings, what waits for a decision, and the providers that
// are listed, if any.
func Business(reg prometheus.Registerer, s Snapshots, reviews Reviews, listed Listed, now func() time.Time, log *slog.Logger) error {
	parts := []part{flagsPart(), levelsPart(), reviewsPart(reviews), scoringPart()}
	if len(listed.References) > 0 {
		parts = append(parts, listedPart(listed))
	}
	return reg.Register(newCollector(s, now, log, "business", parts))
}

func flagsPart() part {
	open := desc("flags_open", "Open flags, by level.", "level")
	waiting := desc("flags_waiting_for_second_source", "Soft flags that no second source supports yet, by level.", "level")
	oldest := desc("flags_oldest_open_timestamp_seconds", "When the oldest open flag was raised, as Unix time; 0 if there is none.", "level")
	crossings := desc("threshold_crossings_total", "Flags ever raised in the period looked at, by the level they propose.", "level")
	transitions := desc("flag_transitions_total", "Times that a flag came to this state in the period looked at: raised, open (counting towards a level), cleared.", "to_state")
	return part{name: "flags", fixed: true, descs: []*prometheus.Desc{open, waiting, oldest, crossings, transitions}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		err := each(ctx, snap, flagsSQL, func(rows *sql.Rows) error {
			var level string
			var n, w float64
			var first sql.NullTime
			if err := rows.Scan(&level, &n, &w, &first); err != nil {
				return err
			}
			out(open, prometheus.GaugeValue, n, level)
			out(waiting, prometheus.GaugeValue, w, level)
			out(oldest, prometheus.GaugeValue, seconds(first), level)
			return nil
		})
		if err != nil {
			return err
		}
		if err := series(ctx, snap, out, crossings, prometheus.CounterValue, crossingsSQL); err != nil {
			return err
		}
		return series(ctx, snap, out, transitions, prometheus.CounterValue, transitionsSQL)
	}}
}

func levelsPart() part {
	providers := desc("providers", "Providers, by the level that the signals propose.", "concern_stage")
	moved := desc("providers_moved", "Providers whose level moved in the four weeks before the run, by direction.", "direction")
	return part{name: "levels", fixed: true, descs: []*prometheus.Desc{providers, moved}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		if err := series(ctx, snap, out, providers, prometheus.GaugeValue, levelsSQL); err != nil {
			return err
		}
		return each(ctx, snap, movedSQL, func(rows *sql.Rows) error {
			var up, down float64
			if err := rows.Scan(&up, &down); err != nil {
				return err
			}
			out(moved, prometheus.GaugeValue, up, "up")
			out(moved, prometheus.GaugeValue, down, "down")
			return nil
		})
	}}
}

func reviewsPart(reviews Reviews) part {
	unreviewed := desc("flags_unacknowledged", "Open flags that nobody has taken up, by level.", "level")
	overdue := desc("flags_overdue", "Open flags past the date by which they should have been reviewed, by level.", "level")
	oldest := desc("flags_oldest_unacknowledged_timestamp_seconds", "When the oldest flag that nobody has taken up was raised, as Unix time; 0 if there is none.", "level")
	return part{name: "reviews", descs: []*prometheus.Desc{unreviewed, overdue, oldest}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		waiting, err := reviews.Waiting(ctx, snap)
		if err != nil {
			return err
		}
		for _, level := range levels {
			w := waiting[level]
			out(unreviewed, prometheus.GaugeValue, float64(w.Unreviewed), level)
			out(overdue, prometheus.GaugeValue, float64(w.Overdue), level)
			out(oldest, prometheus.GaugeValue, seconds(sql.NullTime{Time: w.Oldest, Valid: !w.Oldest.IsZero()}), level)
		}
		return nil
	}}
}

func scoringPart() part {
	info := desc("scoring_info", "The rule set in force; always 1.", "ruleset", "ruleset_sha")
	last := desc("scoring_last_run_timestamp_seconds", "When the flags were last worked out, as Unix time.")
	return part{name: "scoring", fixed: true, descs: []*prometheus.Desc{info, last}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		return each(ctx, snap, runSQL, func(rows *sql.Rows) error {
			var name, hash string
			var at sql.NullTime
			if err := rows.Scan(&name, &hash, &at); err != nil {
				return err
			}
			if len(hash) > 12 {
				hash = hash[:12]
			}
			out(info, prometheus.GaugeValue, 1, name, hash)
			out(last, prometheus.GaugeValue, seconds(at))
			return nil
		})
	}}
}
