package metrics

import (
	"context"
	"database/sql"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/internal/warehouse"
)

// State is what the operator's verbs and the pipeline have recorded of themselves; a time that never was is zero.
type State struct {
	VerifiedAt    time.Time
	VerifyOK      bool
	BackedUpAt    time.Time
	RestoreTestAt time.Time
	LoadSeconds   map[string]float64   // by source
	LoadedAt      map[string]time.Time // by source
	EngineFaults  int
	Unreadable    int            // snapshot files that this process could not open
	RunFailures   map[string]int // by reason
	RunSuccessAt  time.Time
	RunID         string // of the last success
	// Marts says how the publications to the council's own engines stand, by engine.
	Marts map[string]Marts
}

// Marts is how the publication of the marts to one engine stands.
type Marts struct {
	LastSuccess time.Time
	Failing     bool // the newest attempt failed
}

// Audit is how the record of who read what stands.
type Audit struct {
	CheckpointAt time.Time
	ChainOK      bool
	// RowsTaken counts the rows above published facts that people took away in files and over the API, over the life of the audit.
	RowsTaken int64
}

// BreakGlass counts emergency access: how often it was taken, and how many of those nobody has looked at since.
type BreakGlass struct {
	Granted, Unreviewed int
}

// Duties counts what the law asks for by a day: loads whose retention has ended and what people decided about them, and requests for
// information.
type Duties struct {
	ToAppraise, ToDestroy, OnHold, Destroyed int
	RequestsOverdue                          int
}

// Disk is how much room the disk of one folder has, in bytes.
type Disk struct {
	Free, Size float64
}

// Operations answers for what lies outside the snapshot.
type Operations interface {
	State(ctx context.Context) (State, error)
	Audit(ctx context.Context) (Audit, error)
	BreakGlass(ctx context.Context) (BreakGlass, error)
	Duties(ctx context.Context) (Duties, error)
	Disks(ctx context.Context) (map[string]Disk, error)
}

// statePart reports the operator's verbs. What was never verified has no verdict: its series is missing until there is one, and the
// timestamp of 0 says so.
func statePart(ops Operations, sources []string) part {
	gauge := func(out emit, d *prometheus.Desc, t time.Time) { out(d, prometheus.GaugeValue, unix(t)) }
	verified := desc("warehouse_last_verify_timestamp_seconds", "When the warehouse was last verified in full, as Unix time; 0 if never.")
	ok := desc("warehouse_verify_ok", "1 if the last verification found everything whole, 0 if not; missing before the first.")
	backup := desc("backup_last_success_timestamp_seconds", "When a backup was last finished, as Unix time; 0 if never.")
	restore := desc("restore_test_last_success_timestamp_seconds", "When a restore was last practised and found whole, as Unix time; 0 if never.")
	took := desc("ingest_last_run_duration_seconds", "How long the newest deliveries of this source took to load; 0 if there was none.", "source")
	went := desc("ingest_last_run_timestamp_seconds", "When the newest deliveries of this source went in, published or not, as Unix time; 0 if there was none.", "source")
	faults := desc("engine_faults_total", "Faults inside the database engine after which a build was made again, over the life of the instance.")
	bad := desc("snapshot_unreadable_files", "Snapshot files that this process could not open and passed over for an older one.")
	return part{name: "state", bare: true, descs: []*prometheus.Desc{verified, ok, backup, restore, took, went, faults, bad},
		read: func(ctx context.Context, _ *warehouse.Snapshot, out emit) error {
			s, err := ops.State(ctx)
			if err != nil {
				return err
			}
			gauge(out, verified, s.VerifiedAt)
			if !s.VerifiedAt.IsZero() {
				out(ok, prometheus.GaugeValue, truth(s.VerifyOK))
			}
			gauge(out, backup, s.BackedUpAt)
			gauge(out, restore, s.RestoreTestAt)
			for _, source := range sources {
				out(took, prometheus.GaugeValue, s.LoadSeconds[source], source)
				out(went, prometheus.GaugeValue, unix(s.LoadedAt[source]), source)
			}
			out(faults, prometheus.CounterValue, float64(s.EngineFaults))
			out(bad, prometheus.GaugeValue, float64(s.Unreadable))
			return nil
		}}
}

func auditPart(ops Operations) part {
	point := desc("audit_last_checkpoint_timestamp_seconds", "When the audit's last signed checkpoint was written, as Unix time; 0 if never.")
	chain := desc("audit_chain_ok", "1 if the audit's chain and checkpoints hold, 0 if not; read again at most every ten minutes.")
	rows := desc("exported_rows_total", "Rows above published facts that people took away in files and over the API, over the life of the audit.")
	return part{name: "audit", bare: true, descs: []*prometheus.Desc{point, chain, rows}, read: func(ctx context.Context, _ *warehouse.Snapshot, out emit) error {
		a, err := ops.Audit(ctx)
		if err != nil {
			return err
		}
		out(point, prometheus.GaugeValue, unix(a.CheckpointAt))
		out(chain, prometheus.GaugeValue, truth(a.ChainOK))
		out(rows, prometheus.CounterValue, float64(a.RowsTaken))
		return nil
	}}
}

func breakGlassPart(ops Operations) part {
	granted := desc("breakglass_grants_total", "Times that emergency access to one case was taken, over the life of the audit.")
	unreviewed := desc("breakglass_unreviewed", "Of them, those that nobody has reviewed yet.")
	return part{name: "breakglass", bare: true, descs: []*prometheus.Desc{granted, unreviewed}, read: func(ctx context.Context, _ *warehouse.Snapshot, out emit) error {
		b, err := ops.BreakGlass(ctx)
		if err != nil {
			return err
		}
		out(granted, prometheus.CounterValue, float64(b.Granted))
		out(unreviewed, prometheus.GaugeValue, float64(b.Unreviewed))
		return nil
	}}
}

func dutiesPart(ops Operations) part {
	appraise := desc("retention_to_appraise", "Loads whose retention has ended and that nobody has appraised yet.")
	destroy := desc("retention_to_destroy", "Loads that a person has decided to destroy and that are still here.")
	held := desc("retention_on_hold", "Loads on which a legal hold lies.")
	gone := desc("retention_destroyed_total", "Loads destroyed with a certificate, over the life of the instance.")
	late := desc("information_requests_overdue", "Requests for information, and of people about themselves, whose day has passed without an answer.")
	return part{name: "duties", bare: true, descs: []*prometheus.Desc{appraise, destroy, held, gone, late}, read: func(ctx context.Context, _ *warehouse.Snapshot, out emit) error {
		d, err := ops.Duties(ctx)
		if err != nil {
			return err
		}
		out(appraise, prometheus.GaugeValue, float64(d.ToAppraise))
		out(destroy, prometheus.GaugeValue, float64(d.ToDestroy))
		out(held, prometheus.GaugeValue, float64(d.OnHold))
		out(gone, prometheus.CounterValue, float64(d.Destroyed))
		out(late, prometheus.GaugeValue, float64(d.RequestsOverdue))
		return nil
	}}
}

func unix(t time.Time) float64 { return seconds(sql.NullTime{Time: t, Valid: true}) }

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
