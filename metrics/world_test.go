package metrics

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/internal/warehouse"
)

var update = flag.Bool("update", false, "write the golden files again")

// noon is the tests' clock; it stands still, so that durations are nought.
var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func fixed() time.Time { return noon }

// tables of a small snapshot: two sources, one refused delivery, three flags, three providers. A test replaces or removes some.
func tables() map[string]string {
	return map[string]string{
		"ops.run": `SELECT 'run42' AS run_id, TIMESTAMP '2026-03-14 06:00:00' AS finished_at, DATE '2026-03-14' AS as_of, 'default' AS rule_set,
			'0123456789abcdef' AS rule_set_hash, 2 AS format_version`,
		"ops.source": `SELECT * FROM (VALUES
			('complaints', TIMESTAMP '2026-03-13 07:00:00', TIMESTAMP '2026-03-12 07:00:00', DATE '2026-03-11', 31),
			('cqc_api', NULL, NULL, NULL, 7)) AS t(source, last_attempt_at, last_success_at, data_to, expected_interval_days)`,
		"ops.load": `SELECT * FROM (VALUES ('l1', 'complaints', 'loaded', 90, 10, DATE '2026-03-12', NULL),
			('l2', 'complaints', 'rejected', 0, 0, DATE '2026-03-10', 'held for its number of rows: it has 3, and the 4 deliveries before it had 40 to 44, 42 in the middle'))
			AS t(load_id, source, status, rows_loaded, rows_quarantined, received_on, reason)`,
		"ops.quarantine": `SELECT * FROM (VALUES ('complaints', 'l1', 'bad_date', NULL::TIMESTAMP), ('complaints', 'l1', 'bad_date', NULL), ('complaints', 'l0', 'missing', now()::TIMESTAMP))
			AS t(source, load_id, reason_code, resolved_at)`,
		"ops.check_result": `SELECT * FROM (VALUES ('concern_id_unique', true), ('unmatched_share', false)) AS t(check_name, ok)`,
		"ops.completeness": `SELECT * FROM (VALUES ('complaints', 'match', 3, 4), ('complaints', 'outcome', 2, 2)) AS t(source, field_group, filled, total)`,
		"analytics.flag": `SELECT * FROM (VALUES
			('f1', 'provider_concern', 'open', DATE '2026-02-02', 'hard', NULL),
			('f2', 'pre_provider_concern', 'waiting', DATE '2026-03-01', 'soft', NULL),
			('f3', 'pre_provider_concern', 'cleared', DATE '2025-11-03', 'soft', 'complaints')) AS t(flag_id, level_name, state, opened_on, strength, corroborated_by)`,
		"analytics.provider_level": `SELECT * FROM (VALUES ('p1', 'provider_concern', 3, 2, DATE '2026-03-02'), ('p2', 'market_management', 1, 2, DATE '2025-01-01'),
			('p3', 'market_management', 1, 1, NULL)) AS t(provider_id, level_name, level, previous_level, moved_on)`,
	}
}

// publish makes a snapshot of the tables in a folder of its own and follows it.
func publish(t testing.TB, tables map[string]string) *warehouse.Follower {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	raw, err := warehouse.OpenRaw(ctx, filepath.Join(dir, "warehouse"), warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	b, err := warehouse.OpenBuild(ctx, filepath.Join(dir, "tmp", "build.duckdb"), filepath.Join(dir, "warehouse"), warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for name, query := range tables {
		if _, err := b.CreateTableAs(ctx, name, query); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	if err := b.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := warehouse.Publish(b, filepath.Join(dir, "snapshots"), "0123456789abcdef", noon); err != nil {
		t.Fatal(err)
	}
	return follow(t, filepath.Join(dir, "snapshots"))
}

func follow(t testing.TB, dir string) *warehouse.Follower {
	f := warehouse.NewFollower(dir, warehouse.Limits{}, nil)
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// ops is what lies outside the snapshot, as a test sets it.
type ops struct {
	state State
	audit Audit
	glass BreakGlass
	duty  Duties
	disks map[string]Disk
	err   error
}

func (o ops) State(context.Context) (State, error)           { return o.state, o.err }
func (o ops) Audit(context.Context) (Audit, error)           { return o.audit, nil }
func (o ops) Disks(context.Context) (map[string]Disk, error) { return o.disks, nil }
func (o ops) Duties(context.Context) (Duties, error)         { return o.duty, nil }
func (o ops) BreakGlass(context.Context) (BreakGlass, error) { return o.glass, nil }

// busy is an instance in which everything has happened.
var busy = ops{
	state: State{VerifiedAt: noon.Add(-time.Hour), VerifyOK: true, BackedUpAt: noon.Add(-2 * time.Hour), RestoreTestAt: noon.Add(-3 * time.Hour),
		LoadSeconds: map[string]float64{"complaints": 1.5}, LoadedAt: map[string]time.Time{"complaints": noon.Add(-4 * time.Hour)}, EngineFaults: 1,
		RunFailures: map[string]int{"no_space": 2}, RunSuccessAt: noon.Add(-5 * time.Hour), RunID: "0a1b2c3d4e5f",
		Marts: map[string]Marts{"parquet": {LastSuccess: noon.Add(-6 * time.Hour), Failing: true}}},
	audit: Audit{CheckpointAt: noon.Add(-time.Minute), ChainOK: true, RowsTaken: 812},
	glass: BreakGlass{Granted: 3, Unreviewed: 1},
	duty:  Duties{ToAppraise: 4, ToDestroy: 2, OnHold: 1, Destroyed: 7, RequestsOverdue: 1},
	disks: map[string]Disk{"landing": {Free: 1 << 30, Size: 1 << 40}, "snapshots": {Free: 1 << 20, Size: 1 << 30}},
}

// waits is what people have still to do.
type waits struct{ err error }

func (w waits) Waiting(context.Context, *warehouse.Snapshot) (map[string]Waiting, error) {
	return map[string]Waiting{"provider_concern": {Unreviewed: 2, Overdue: 1, Oldest: noon.AddDate(0, 0, -20)}}, w.err
}

var errBroken = errors.New("broken on purpose")

// logged collects what is logged.
func logged() (*slog.Logger, *bytes.Buffer) {
	var b bytes.Buffer
	return slog.New(slog.NewTextHandler(&b, nil)), &b
}

// golden compares text with a file that a person can read.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got); d != "" {
		t.Errorf("%s differs (run with -update if it should):\n%s", path, d)
	}
}
