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
	//go:embed sql/sources.sql
	sourcesSQL string
	//go:embed sql/loads.sql
	loadsSQL string
	//go:embed sql/rejected.sql
	rejectedSQL string
	//go:embed sql/quarantined.sql
	quarantinedSQL string
	//go:embed sql/held.sql
	heldSQL string
	//go:embed sql/checks.sql
	checksSQL string
	//go:embed sql/completeness.sql
	completenessSQL string
	//go:embed sql/has_completeness.sql
	hasCompletenessSQL string
	//go:embed sql/engine.sql
	engineSQL string
)

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("bellwether_"+name, help, labels, nil)
}

// Operational registers what an operator watches: freshness, loads, checks, the snapshot in force, and what the operator's own verbs
// did. The sources named here have a series from the start.
func Operational(reg prometheus.Registerer, s Snapshots, ops Operations, sources []string, now func() time.Time, log *slog.Logger) error {
	if err := process(reg); err != nil {
		return err
	}
	parts := []part{sourcesPart(), loadsPart(), checksPart(), completenessPart(), snapshotPart(), statePart(ops, sources), auditPart(ops), breakGlassPart(ops), dutiesPart(ops), runsPart(ops), disksPart(ops)}
	return reg.Register(newCollector(s, now, log, "operational", parts))
}

func sourcesPart() part {
	attempt := desc("source_last_attempt_timestamp_seconds", "When a delivery of this source was last tried, as Unix time; 0 if never.", "source")
	success := desc("source_last_success_timestamp_seconds", "When a delivery of this source was last loaded, as Unix time; 0 if never.", "source")
	data := desc("source_data_timestamp_seconds", "The date of this source's newest record, as Unix time; 0 if it has none.", "source")
	expected := desc("source_expected_interval_seconds", "How often a delivery of this source is expected.", "source")
	return part{name: "sources", fixed: true, descs: []*prometheus.Desc{attempt, success, data, expected}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		return each(ctx, snap, sourcesSQL, func(rows *sql.Rows) error {
			var name string
			var tried, loaded, newest sql.NullTime
			var interval sql.NullFloat64
			if err := rows.Scan(&name, &tried, &loaded, &newest, &interval); err != nil {
				return err
			}
			out(attempt, prometheus.GaugeValue, seconds(tried), name)
			out(success, prometheus.GaugeValue, seconds(loaded), name)
			out(data, prometheus.GaugeValue, seconds(newest), name)
			out(expected, prometheus.GaugeValue, interval.Float64, name)
			return nil
		})
	}}
}

func loadsPart() part {
	runs := desc("ingest_runs_total", "Deliveries tried, by source, over the life of the warehouse.", "source")
	failures := desc("ingest_run_failures_total", "Deliveries refused whole, by source.", "source")
	loaded := desc("ingest_rows_total", "Rows loaded, by source.", "source")
	rejected := desc("ingest_rejected_rows_total", "Rows held in quarantine, by source and reason.", "source", "reason")
	files := desc("ingest_quarantined_files", "Files with rows still in quarantine, by source.", "source")
	held := desc("ingest_held_files", "Files held whole by the completeness gate until somebody accepts them, by source.", "source")
	oldest := desc("ingest_held_age_seconds", "How long ago the oldest file that the completeness gate holds reached us; 0 if none is held.")
	return part{name: "loads", fixed: true, descs: []*prometheus.Desc{runs, failures, loaded, rejected, files, held, oldest}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		err := each(ctx, snap, loadsSQL, func(rows *sql.Rows) error {
			var name string
			var n, failed int64
			var ok, bad float64
			if err := rows.Scan(&name, &n, &failed, &ok, &bad); err != nil {
				return err
			}
			out(runs, prometheus.CounterValue, float64(n), name)
			out(failures, prometheus.CounterValue, float64(failed), name)
			out(loaded, prometheus.CounterValue, ok, name)
			return nil
		})
		if err != nil {
			return err
		}
		var longest float64
		err = each(ctx, snap, heldSQL, func(rows *sql.Rows) error {
			var name string
			var n, age float64
			if err := rows.Scan(&name, &n, &age); err != nil {
				return err
			}
			out(held, prometheus.GaugeValue, n, name)
			longest = max(longest, age)
			return nil
		})
		if err != nil {
			return err
		}
		out(oldest, prometheus.GaugeValue, longest)
		if err := series(ctx, snap, out, rejected, prometheus.CounterValue, rejectedSQL); err != nil {
			return err
		}
		return series(ctx, snap, out, files, prometheus.GaugeValue, quarantinedSQL)
	}}
}

func checksPart() part {
	failing := desc("dq_check_failing", "1 if this check found rows that break its promise, 0 if not.", "check")
	return part{name: "checks", fixed: true, descs: []*prometheus.Desc{failing}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		return series(ctx, snap, out, failing, prometheus.GaugeValue, checksSQL)
	}}
}

// completenessPart says how much of each feed is filled in. A snapshot that was published before this was worked out has none of it.
func completenessPart() part {
	ratio := desc("dq_completeness_ratio", "Share of a source's records in which this group of fields is filled in, 0 to 1.", "source", "field_group")
	return part{name: "completeness", fixed: true, descs: []*prometheus.Desc{ratio}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		var has int
		if err := snap.DB().QueryRowContext(ctx, hasCompletenessSQL).Scan(&has); err != nil || has == 0 {
			return err
		}
		return series(ctx, snap, out, ratio, prometheus.GaugeValue, completenessSQL)
	}}
}

func snapshotPart() part {
	published := desc("snapshot_published_timestamp_seconds", "When the snapshot in force was published, as Unix time.")
	bytes := desc("warehouse_size_bytes", "Size of the snapshot in force.")
	memory := desc("engine_memory_bytes", "Memory that the database engine holds for reading the snapshot in force.")
	return part{name: "snapshot", descs: []*prometheus.Desc{published, bytes, memory}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		out(published, prometheus.GaugeValue, float64(snap.Published.UnixMilli())/1000)
		out(bytes, prometheus.GaugeValue, float64(snap.Bytes))
		var used float64
		if err := snap.DB().QueryRowContext(ctx, engineSQL).Scan(&used); err != nil {
			return err
		}
		out(memory, prometheus.GaugeValue, used)
		return nil
	}}
}
