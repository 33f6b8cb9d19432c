package warehouse

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

func reader(t *testing.T, ids []string, ns []int64) array.RecordReader {
	t.Helper()
	schema := arrow.NewSchema([]arrow.Field{{Name: "id", Type: arrow.BinaryTypes.String, Nullable: true}, {Name: "n", Type: arrow.PrimitiveTypes.Int64, Nullable: true}}, nil)
	b := array.NewRecordBuilder(memory.NewGoAllocator(), schema)
	b.Field(0).(*array.StringBuilder).AppendValues(ids, nil)
	b.Field(1).(*array.Int64Builder).AppendValues(ns, nil)
	rec := b.NewRecordBatch()
	r, err := array.NewRecordReader(schema, []arrow.RecordBatch{rec})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var thingDef = TableDef{Name: "thing", Columns: []Column{{"id", "VARCHAR"}, {"n", "BIGINT"}}}

func load(t *testing.T, raw *Raw, fail bool, ids ...string) error {
	t.Helper()
	ctx := t.Context()
	return raw.WithTx(ctx, func(tx *Tx) error {
		if err := tx.EnsureTable(ctx, thingDef); err != nil {
			return err
		}
		for _, id := range ids {
			n, err := tx.InsertArrow(ctx, "thing", reader(t, []string{id, id}, []int64{1, 2}))
			if err != nil {
				return err
			}
			if n != 2 {
				t.Errorf("inserted %d rows, want 2", n)
			}
		}
		if fail {
			return errors.New("asked to fail")
		}
		return nil
	})
}

func count(t *testing.T, raw *Raw) (n int) {
	t.Helper()
	if err := raw.DB().QueryRow("SELECT count(*) FROM raw.thing").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestRawTransactionIsAllOrNothing(t *testing.T) {
	raw, err := OpenRaw(t.Context(), t.TempDir(), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if err := load(t, raw, false, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := load(t, raw, true, "c"); err == nil || !strings.Contains(err.Error(), "asked to fail") {
		t.Fatalf("want the caller's own error, got %v", err)
	}
	if err := load(t, raw, false, "d"); err != nil {
		t.Fatal(err)
	}
	if n := count(t, raw); n != 6 {
		t.Fatalf("%d rows, want 6: the failed load must leave nothing and the next must not be lost", n)
	}
}

func TestEnsureTableAddsColumns(t *testing.T) {
	raw, err := OpenRaw(t.Context(), t.TempDir(), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	if err := load(t, raw, false, "a"); err != nil {
		t.Fatal(err)
	}
	wider := TableDef{Name: "thing", Columns: append(append([]Column{}, thingDef.Columns...), Column{"later", "DATE"})}
	err = raw.WithTx(t.Context(), func(tx *Tx) error { return tx.EnsureTable(t.Context(), wider) })
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if err := raw.DB().QueryRow("SELECT count(*) FROM thing WHERE later IS NULL").Scan(&n); err != nil || n != 2 {
		t.Fatalf("n=%d err=%v", n, err)
	}
}

func TestTableDefRefusesOddNames(t *testing.T) {
	for _, def := range []TableDef{
		{Name: `x"; DROP TABLE y`, Columns: thingDef.Columns},
		{Name: "ok", Columns: nil},
		{Name: "ok", Columns: []Column{{"a b", "VARCHAR"}}},
		{Name: "ok", Columns: []Column{{"a", "VARCHAR; DROP"}}},
		{Name: "ok", Columns: []Column{{"a", "VARCHAR"}, {"a", "DATE"}}},
	} {
		if err := def.validate(); err == nil {
			t.Errorf("%+v was accepted", def)
		}
	}
}

func buildOne(t *testing.T, dir, rawDir string, value int, at time.Time) SnapshotInfo {
	t.Helper()
	ctx := t.Context()
	b, err := OpenBuild(ctx, filepath.Join(dir, "build.duckdb"), rawDir, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for table, q := range map[string]string{
		"staging.thing":  "SELECT id, n FROM raw.thing",
		"core.thing":     "SELECT id, n + " + string(rune('0'+value)) + " AS n FROM staging.thing ORDER BY id",
		"mart.thing":     "SELECT id, sum(n)::BIGINT AS n FROM raw.thing GROUP BY id ORDER BY id",
		"ops.run":        "SELECT 2 AS format_version, now() AS started_at",
		"analytics.none": "SELECT 1 AS x WHERE false",
	} {
		if strings.HasPrefix(table, "core") {
			continue
		}
		if _, err := b.CreateTableAs(ctx, table, q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := b.CreateTableAs(ctx, "core.thing", "SELECT id, n + "+string(rune('0'+value))+" AS n FROM staging.thing ORDER BY id"); err != nil {
		t.Fatal(err)
	}
	hash, _, err := b.ContentHash(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	info, err := Publish(b, filepath.Join(dir, "snapshots"), hash, at)
	if err != nil {
		t.Fatal(err)
	}
	return info
}

func TestPublishFollowAndPrune(t *testing.T) {
	dir := t.TempDir()
	rawDir := filepath.Join(dir, "warehouse")
	raw, err := OpenRaw(t.Context(), rawDir, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := load(t, raw, false, "a", "b"); err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	f := NewFollower(filepath.Join(dir, "snapshots"), Limits{}, nil)
	defer f.Close()
	if _, _, err := f.Acquire(t.Context()); !errors.Is(err, ErrNoSnapshot) {
		t.Fatalf("want ErrNoSnapshot, got %v", err)
	}
	first := buildOne(t, dir, rawDir, 1, at)
	again := buildOne(t, dir, rawDir, 1, at.Add(time.Minute))
	if first.ID != again.ID {
		t.Errorf("same inputs gave content hashes %s and %s", first.ID, again.ID)
	}
	snap, release, err := f.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	third := buildOne(t, dir, rawDir, 2, at.Add(2*time.Minute))
	if third.ID == first.ID {
		t.Error("different content gave the same hash")
	}
	newer, releaseNewer, err := f.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if newer.ID != third.ID || snap.Path != again.Path {
		t.Errorf("follower gave %s then %s", snap.Path, newer.Path)
	}
	var n int
	if err := snap.DB().QueryRow("SELECT count(*) FROM core.thing").Scan(&n); err != nil || n != 4 {
		t.Errorf("a request must keep its snapshot: n=%d err=%v", n, err)
	}
	if _, err := newer.DB().Exec("CREATE TABLE core.x AS SELECT 1"); err == nil {
		t.Error("a snapshot accepted a write")
	}
	release()
	release() // twice is harmless
	releaseNewer()
	gone, err := Prune(filepath.Join(dir, "snapshots"), 2)
	if err != nil || len(gone) != 1 || gone[0].Path != first.Path {
		t.Errorf("pruned %v, %v", gone, err)
	}
}

func TestFollowerPassesOverABrokenSnapshot(t *testing.T) {
	dir := t.TempDir()
	rawDir := filepath.Join(dir, "warehouse")
	raw, err := OpenRaw(t.Context(), rawDir, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := load(t, raw, false, "a"); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	at := time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	good := buildOne(t, dir, rawDir, 1, at)
	broken := filepath.Join(dir, "snapshots", "20261002T090000000Z-0123456789ab.duckdb")
	if err := os.WriteFile(broken, []byte("not a database"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := NewFollower(filepath.Join(dir, "snapshots"), Limits{}, nil)
	defer f.Close()
	s, release, err := f.Acquire(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer release()
	if s.ID != good.ID || f.Bad() != 1 {
		t.Errorf("serving %s, bad %d", s.ID, f.Bad())
	}
}

// An earlier snapshot opens beside the newest, one at a time, and one that is gone is no longer served.
func TestFollowerLooksBack(t *testing.T) {
	dir := t.TempDir()
	rawDir := filepath.Join(dir, "warehouse")
	raw, err := OpenRaw(t.Context(), rawDir, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if err := load(t, raw, false, "a"); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	at := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	march, april, now := buildOne(t, dir, rawDir, 1, at), buildOne(t, dir, rawDir, 2, at.AddDate(0, 1, 0)), buildOne(t, dir, rawDir, 3, at.AddDate(0, 2, 0))
	f := NewFollower(filepath.Join(dir, "snapshots"), Limits{}, nil)
	defer f.Close()
	s, release, err := f.Acquire(t.Context())
	if err != nil || s.ID != now.ID {
		t.Fatalf("in force: %v, %v", s, err)
	}
	defer release()
	held, done, err := f.AcquireAt(t.Context(), march.ID)
	if err != nil || held.ID != march.ID {
		t.Fatalf("March: %v", err)
	}
	if other, free, err := f.AcquireAt(t.Context(), april.ID); err != nil || other.ID != april.ID {
		t.Errorf("April: %v", err)
	} else {
		free()
	}
	if err := held.DB().PingContext(t.Context()); err != nil {
		t.Errorf("a snapshot in use was closed: %v", err)
	}
	done()
	if same, free, err := f.AcquireAt(t.Context(), now.ID); err != nil || same != s {
		t.Errorf("the newest is opened twice: %v", err)
	} else {
		free()
	}
	if err := os.Remove(march.Path); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.AcquireAt(t.Context(), march.ID); !errors.Is(err, ErrNoSnapshot) {
		t.Errorf("an erased snapshot: %v", err)
	}
}

func TestLockDown(t *testing.T) {
	dir, outside := t.TempDir(), t.TempDir()
	secret := filepath.Join(outside, "secret.csv")
	if err := os.WriteFile(secret, []byte("a\n1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := OpenScratch(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, q := range []string{
		"SELECT * FROM read_csv('" + secret + "')",
		"COPY (SELECT 1) TO '" + outside + "/x.csv'",
		"ATTACH '" + outside + "/x.duckdb' AS x",
		"SET memory_limit = '9GB'",
		"SET enable_external_access = true",
		"INSTALL httpfs",
		"LOAD httpfs",
	} {
		if _, err := db.ExecContext(context.Background(), q); err == nil {
			t.Errorf("%s was allowed", q)
		}
	}
}

func TestHeldErrorNamesTheNextStep(t *testing.T) {
	err := translate("/x/raw.duckdb", errors.New(`IO Error: Could not set lock on file "/x/raw.duckdb": Conflicting lock is held in /bin/b (PID 4242)`))
	var held *HeldError
	if !errors.As(err, &held) || held.PID != 4242 || !strings.Contains(err.Error(), "process 4242") {
		t.Fatalf("got %v", err)
	}
}

// What the engine can't do in the memory it may use is one sentence with the setting that gives it more.
func TestTooLittleMemoryNamesTheSetting(t *testing.T) {
	dir := t.TempDir()
	b, err := OpenBuild(t.Context(), filepath.Join(dir, "tmp", "build.duckdb"), rawFolder(t, dir), Limits{MemoryMiB: 64, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Discard() }()
	_, err = b.CreateTableAs(t.Context(), "staging.much", "SELECT list(i ORDER BY i) FROM range(20000000) t(i)")
	var short *MemoryError
	if !errors.As(err, &short) || short.Limit != "64.0 MiB" {
		t.Fatalf("got %v", err)
	}
	for _, want := range []string{"build.duckdb", "64.0 MiB", "`warehouse.memory_mib`", "run again", "nothing half-done was kept"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q does not say %q", err, want)
		}
	}
	if strings.Contains(err.Error(), "duckdb.org") {
		t.Errorf("the engine's own advice is handed on: %v", err)
	}
	if n, err := b.CreateTableAs(t.Context(), "staging.little", "SELECT 1 AS x"); err != nil || n != 1 {
		t.Errorf("afterwards: %d, %v", n, err)
	}
}

func TestEngineFaultsAreTold(t *testing.T) {
	for msg, want := range map[string]bool{
		`INTERNAL Error: Attempted to access index 0 within vector of size 0`:                                      true,
		`FATAL Error: Failed: database has been invalidated because of a previous fatal error`:                     true,
		`FATAL Error: Failed to create checkpoint because of error: Could not write file: No space left on device`: false,
		`Binder Error: no such column`: false,
	} {
		if got := EngineFault(errors.New(msg)); got != want {
			t.Errorf("%q: %v", msg, got)
		}
	}
	if EngineFault(nil) {
		t.Error("no error is no fault")
	}
}

// TestAClockSetBackDoesNotHideTheNewest publishes three times while the clock goes back an hour: each new one is the one in force.
func TestAClockSetBackDoesNotHideTheNewest(t *testing.T) {
	dir := t.TempDir()
	noon := time.Date(2026, 10, 25, 1, 30, 0, 0, time.UTC)
	for i, at := range []time.Time{noon, noon.Add(-time.Hour), noon.Add(-time.Hour), noon.Add(time.Hour)} {
		b, err := OpenBuild(t.Context(), filepath.Join(dir, "tmp", "build.duckdb"), rawFolder(t, dir), Limits{MemoryMiB: 256, Threads: 1})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		hash := fmt.Sprintf("%012d", i)
		if _, err := Publish(b, filepath.Join(dir, "snapshots"), hash, at); err != nil {
			t.Fatal(err)
		}
		all, err := Snapshots(filepath.Join(dir, "snapshots"))
		if err != nil || len(all) != i+1 || all[0].ID != hash {
			t.Fatalf("after publication %d the newest of %d is %v, %v", i, len(all), all[0], err)
		}
	}
}

// rawFolder makes an empty raw file.
func rawFolder(t *testing.T, dir string) string {
	t.Helper()
	folder := filepath.Join(dir, "warehouse")
	raw, err := OpenRaw(t.Context(), folder, Limits{MemoryMiB: 256, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	if err := raw.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

// TestASnapshotKeptBehindNeverComesIntoForce: the newest stays the newest, whatever is kept behind it and however often.
func TestASnapshotKeptBehindNeverComesIntoForce(t *testing.T) {
	dir := t.TempDir()
	if _, err := PublishBehind(finished(t, 1), dir, strings.Repeat("1", 64)); !errors.Is(err, ErrNothingInForce) {
		t.Errorf("behind nothing: %v", err)
	}
	newest, err := Publish(finished(t, 2), dir, strings.Repeat("2", 64), time.Date(2026, 10, 1, 5, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	for i, hash := range []string{"3", "4", "3"} {
		if _, err := PublishBehind(finished(t, 3+i), dir, strings.Repeat(hash, 64)); err != nil {
			t.Fatal(err)
		}
	}
	all, err := Snapshots(dir)
	if err != nil || len(all) != 3 || all[0].ID != newest.ID || all[1].ID[:1] != "3" || all[2].ID[:1] != "4" {
		t.Errorf("%+v, %v", all, err)
	}
}

// finished is a build that is closed and waits for its name.
func finished(t *testing.T, n int) *Build {
	t.Helper()
	path := filepath.Join(t.TempDir(), fmt.Sprintf("build-%d.duckdb", n))
	if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	return &Build{path: path}
}
