package verify

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"bellwether/ingest/ledger"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/lake"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
)

func TestMain(m *testing.M) { os.Exit(instancetest.Main(m)) }

func verify(t *testing.T, cfg config.Config, aside bool) Report {
	t.Helper()
	r, err := Run(t.Context(), Options{Config: cfg, Now: instancetest.Clock, SetAside: aside})
	if err != nil {
		t.Fatal(err)
	}
	state, err := opstate.Read(cfg.Dir)
	if err != nil || state.Verification.OK != r.OK || state.Verification.Problems != r.Problems() || !state.Verification.At.Equal(instancetest.Noon) {
		t.Errorf("recorded %+v (%v), found %v with %d problems", state.Verification, err, r.OK, r.Problems())
	}
	return r
}

// broken gives the parts that are not whole.
func broken(r Report) string {
	var out []string
	for _, p := range r.Parts {
		if !p.OK {
			out = append(out, p.Name)
		}
	}
	return strings.Join(out, " ")
}

func newest(t *testing.T, cfg config.Config) warehouse.SnapshotInfo {
	t.Helper()
	all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	if err != nil || len(all) == 0 {
		t.Fatalf("%v, %v", all, err)
	}
	return all[0]
}

// TestThePublicationForOtherEngines is held against its manifest, once one is configured.
func TestThePublicationForOtherEngines(t *testing.T) {
	cfg := instancetest.Copy(t)
	cfg.Publish.Parquet = config.Parquet{Folder: filepath.Join(t.TempDir(), "marts"), Keep: 2}
	if r := verify(t, cfg, false); !r.OK || !strings.Contains(r.Parts[len(r.Parts)-1].Says, "nothing has been published") {
		t.Errorf("before the first: %+v", r.Parts)
	}
	courier := lake.Courier{Config: cfg, Now: instancetest.Clock, Log: slog.New(slog.DiscardHandler), Limits: warehouse.Limits{TempDir: cfg.Path(instance.Temp)}}
	all := courier.All(t.Context(), newest(t, cfg))
	if len(all) != 1 || all[0].Err != nil || all[0].Files == 0 {
		t.Fatalf("%+v", all)
	}
	if r := verify(t, cfg, false); !r.OK || !strings.Contains(r.Parts[len(r.Parts)-1].Says, "held against the manifest") {
		t.Errorf("%+v", r.Parts)
	}
	if err := os.WriteFile(filepath.Join(all[0].Where, "mart", "more.parquet"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	r := verify(t, cfg, false)
	if p := r.Parts[len(r.Parts)-1]; broken(r) != "marts" || len(p.Problems) != 1 || !strings.Contains(p.Next, "publish parquet") {
		t.Errorf("%+v", p)
	}
}

func TestAWholeInstance(t *testing.T) {
	var said []string
	cfg := instancetest.Copy(t)
	r, err := Run(t.Context(), Options{Config: cfg, Now: instancetest.Clock, SetAside: true, Say: func(p string) { said = append(said, p) }})
	if err != nil || !r.OK || r.Problems() != 0 || len(r.Aside) != 0 {
		t.Fatalf("%+v, %v", r, err)
	}
	if got := strings.Join(said, " "); got != "snapshot landing warehouse casework audit" {
		t.Errorf("said %q", got)
	}
	for _, p := range r.Parts {
		if p.Says == "" || p.Says[0] == '0' {
			t.Errorf("%s read nothing: %q", p.Name, p.Says)
		}
	}
}

func TestANewInstanceIsWhole(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	if err := errors.Join(instance.Create(dir, instance.Options{Council: "New"}), instance.EnsureKeys(dir)); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	if r := verify(t, cfg, true); !r.OK {
		t.Errorf("%+v", r)
	}
}

// Each kind of damage is found in its own part, and nothing else is called damaged with it.
func TestDamageIsFoundWhereItIs(t *testing.T) {
	for name, c := range map[string]struct {
		damage     func(t *testing.T, cfg config.Config)
		part, says string
	}{
		"a landed file is changed": {func(t *testing.T, cfg config.Config) {
			instancetest.Flip(t, blob(t, cfg), 400)
		}, "landing", "load "},
		"a landed file is gone": {func(t *testing.T, cfg config.Config) {
			must(t, os.Remove(blob(t, cfg)))
		}, "landing", "not in the landing zone"},
		"the manifest is changed": {func(t *testing.T, cfg config.Config) {
			instancetest.Flip(t, cfg.Path(instance.Landing, ledger.File), 30)
		}, "landing warehouse", "line 1"},
		"a line of the manifest is gone": {func(t *testing.T, cfg config.Config) {
			path := cfg.Path(instance.Landing, ledger.File)
			src, err := os.ReadFile(path)
			must(t, err)
			lines := strings.SplitAfter(strings.TrimRight(string(src), "\n"), "\n")
			must(t, os.WriteFile(path, []byte(strings.Join(lines[:len(lines)-2], "")), 0o600))
		}, "warehouse", "unknown to the manifest"},
		"the database forgot a load": {func(t *testing.T, cfg config.Config) {
			change(t, cfg, "DELETE FROM load WHERE load_id = (SELECT min(load_id) FROM load)")
		}, "warehouse", "missing from the database"},
		"rows are gone": {func(t *testing.T, cfg config.Config) {
			change(t, cfg, "DELETE FROM company_event WHERE row_no = (SELECT min(row_no) FROM company_event)")
		}, "warehouse", "rows and has"},
		"the raw file is cut": {func(t *testing.T, cfg config.Config) {
			path := cfg.Path(instance.Warehouse, warehouse.RawFile)
			st, err := os.Stat(path)
			must(t, err)
			must(t, os.Truncate(path, st.Size()/2))
		}, "warehouse", ""},
		"the casework store is changed": {func(t *testing.T, cfg config.Config) {
			for at := int64(4096); at < 4096+64; at++ {
				instancetest.Flip(t, cfg.Path(instance.Casework, instance.CaseworkStore), at)
			}
		}, "casework", ""},
		"an audit entry is changed": {func(t *testing.T, cfg config.Config) {
			path := cfg.Path(instance.Audit, instance.AuditLog)
			src, err := os.ReadFile(path)
			must(t, err)
			must(t, os.WriteFile(path, []byte(strings.Replace(string(src), `"id":"p2"`, `"id":"p9"`, 1)), 0o600))
		}, "audit", "edited"},
		"the audit is cut short": {func(t *testing.T, cfg config.Config) {
			path := cfg.Path(instance.Audit, instance.AuditLog)
			src, err := os.ReadFile(path)
			must(t, err)
			lines := strings.SplitAfter(string(src), "\n")
			must(t, os.WriteFile(path, []byte(strings.Join(lines[:3], "")), 0o600))
		}, "audit", "a checkpoint says"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := instancetest.Copy(t)
			c.damage(t, cfg)
			r := verify(t, cfg, true)
			if got := broken(r); got != c.part {
				t.Errorf("broken: %q, want %q", got, c.part)
			}
			for _, p := range r.Parts {
				if !p.OK && p.Next == "" {
					t.Errorf("%s does not say what to do", p.Name)
				}
				if !p.OK && p.Name == strings.Fields(c.part)[0] && !strings.Contains(strings.Join(p.Problems, "\n"), c.says) {
					t.Errorf("says %q, want %q", p.Problems, c.says)
				}
			}
		})
	}
}

// A snapshot whose bytes were changed or cut is found, whatever the place, unless the place holds nothing; and one that passes has the
// content that was published.
func TestEveryChangeOfASnapshotIsFoundOrHarmless(t *testing.T) {
	cfg := instancetest.Copy(t)
	info := newest(t, cfg)
	sound, err := os.ReadFile(info.Path)
	must(t, err)
	limits := warehouse.Limits{TempDir: cfg.Path(instance.Temp)}
	found, harmless := 0, 0
	try := func(what string, damage func(path string)) {
		path := filepath.Join(t.TempDir(), filepath.Base(info.Path))
		must(t, os.WriteFile(path, sound, 0o600))
		damage(path)
		copied := info
		copied.Path = path
		if _, err := Snapshot(t.Context(), copied, limits); err != nil {
			found++
		} else {
			harmless++
			t.Logf("%s: holds nothing", what)
		}
	}
	places, cuts := 24, 8
	if n, err := strconv.Atoi(os.Getenv("BELLWETHER_FLIPS")); err == nil { // make nightly asks for 100
		places, cuts = n, 20
	}
	for i := range places {
		at := int64(len(sound)) * int64(2*i+1) / int64(2*places)
		try("changed", func(path string) { instancetest.Flip(t, path, at) })
	}
	for i := range cuts {
		try("cut", func(path string) { must(t, os.Truncate(path, int64(len(sound))*int64(i)/int64(cuts))) })
	}
	t.Logf("%d bytes: %d changes found, %d where nothing is stored", len(sound), found, harmless)
	if found < places*3/4 {
		t.Errorf("only %d of %d were found", found, found+harmless)
	}
}

// A snapshot that says it is another one is found, though all its blocks are sound.
func TestASnapshotUnderAnothersName(t *testing.T) {
	cfg := instancetest.Copy(t)
	info := newest(t, cfg)
	moved := strings.Replace(info.Path, info.ID, "0123456789ab", 1)
	must(t, os.Rename(info.Path, moved))
	if r := verify(t, cfg, false); broken(r) != "snapshot" || !strings.Contains(r.Parts[0].Problems[0], "another snapshot's name") {
		t.Errorf("%+v", r.Parts[0])
	}
}

// The service falls back: after a damaged snapshot was set aside, the one before it is served, and the damaged one is kept.
func TestADamagedSnapshotIsSetAsideAndTheLastGoodOneServed(t *testing.T) {
	cfg := instancetest.Copy(t)
	all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	must(t, err)
	follower := warehouse.NewFollower(cfg.Path(instance.Snapshots), warehouse.Limits{TempDir: cfg.Path(instance.Temp)}, nil)
	defer follower.Close()
	serves := func() string {
		snap, release, err := follower.Acquire(context.Background())
		must(t, err)
		defer release()
		return snap.ID
	}
	if serves() != all[0].ID {
		t.Fatal("the newest is not served")
	}
	must(t, os.Truncate(all[0].Path, all[0].Bytes/2))
	if r := verify(t, cfg, false); broken(r) != "snapshot" || len(r.Aside) != 0 || !strings.Contains(r.Parts[0].Next, "without --leave") {
		t.Errorf("told to leave it: %+v", r.Parts[0])
	}
	r := verify(t, cfg, true)
	if broken(r) != "snapshot" || len(r.Aside) != 1 || r.Aside[0] != all[0].ID {
		t.Fatalf("%+v", r)
	}
	if got := serves(); got != all[1].ID {
		t.Errorf("serves %s, want the one before, %s", got, all[1].ID)
	}
	if _, err := os.Stat(filepath.Join(cfg.Path(instance.Snapshots), Damaged, filepath.Base(all[0].Path))); err != nil {
		t.Errorf("the damaged file was not kept: %v", err)
	}
	if r := verify(t, cfg, true); !r.OK {
		t.Errorf("afterwards: %+v", r)
	}
}

func TestAllSnapshotsDamaged(t *testing.T) {
	cfg := instancetest.Copy(t)
	for _, f := range instancetest.Files(t, cfg.Path(instance.Snapshots)) {
		must(t, os.Truncate(f, 1000))
	}
	r := verify(t, cfg, true)
	if broken(r) != "snapshot" || len(r.Aside) != 2 || r.Parts[0].Says != "no snapshot is whole" {
		t.Errorf("%+v", r)
	}
}

func TestWhatIsNoDamage(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&warehouse.FormatError{Path: "a", Have: 9, Knows: 1}, false},
		{&warehouse.HeldError{Path: "a"}, false},
		{&warehouse.CorruptError{Path: "a", Cause: errors.New("IO Error: No space left on device")}, false},
		{errors.New("Out of Memory Error: failed to allocate"), false},
		{&warehouse.CorruptError{Path: "a", Cause: errors.New("Corrupt database file: computed checksum does not match")}, true},
		{errors.New("its content has another hash"), true},
	} {
		if got := damaged(c.err); got != c.want {
			t.Errorf("%v: %v, want %v", c.err, got, c.want)
		}
	}
}

// After a change of version the snapshot is refused in words, but it is not damaged and stays in its place.
func TestASnapshotOfAnotherVersionStays(t *testing.T) {
	cfg := instancetest.Copy(t)
	info := newest(t, cfg)
	other := otherFormat(t, cfg)
	r := verify(t, cfg, true)
	if broken(r) != "snapshot" || len(r.Aside) != 0 || !strings.Contains(r.Parts[0].Problems[0], "format 99") {
		t.Errorf("%+v", r.Parts[0])
	}
	if got := newest(t, cfg); got.Path != other || got.ID == info.ID {
		t.Errorf("the newest is %s now", filepath.Base(got.Path))
	}
}

// otherFormat publishes a snapshot whose layout this version does not know.
func otherFormat(t *testing.T, cfg config.Config) string {
	t.Helper()
	b, err := warehouse.OpenBuild(t.Context(), cfg.Path(instance.Temp, "build-x.duckdb"), cfg.Path(instance.Warehouse), warehouse.Limits{})
	must(t, err)
	_, err = b.CreateTableAs(t.Context(), "ops.run", "SELECT 99 AS format_version, 'ffffffffffffffff' AS content_hash")
	must(t, errors.Join(err, b.Finish(t.Context())))
	info, err := warehouse.Publish(b, cfg.Path(instance.Snapshots), "ffffffffffffffff", instancetest.Noon.AddDate(0, 0, 1))
	must(t, err)
	return info.Path
}

func TestAnInstanceInUse(t *testing.T) {
	cfg := instancetest.Copy(t)
	lock, err := instance.Acquire(cfg.Dir, "run", instancetest.Noon)
	must(t, err)
	defer lock.Unlock()
	var held *instance.HeldError
	if _, err := Run(t.Context(), Options{Config: cfg, Now: instancetest.Clock}); !errors.As(err, &held) {
		t.Errorf("got %v", err)
	}
	if s, err := opstate.Read(cfg.Dir); err != nil || !s.Verification.At.IsZero() {
		t.Errorf("a verification that did not happen was recorded: %+v, %v", s, err)
	}
}

func TestInterruptedVerificationRecordsNothing(t *testing.T) {
	cfg := instancetest.Copy(t)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := Run(ctx, Options{Config: cfg, Now: instancetest.Clock, SetAside: true, Say: func(part string) {
		if part == "landing" {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if s, err := opstate.Read(cfg.Dir); err != nil || !s.Verification.At.IsZero() {
		t.Errorf("recorded %+v, %v", s.Verification, err)
	}
	if n := len(instancetest.Files(t, cfg.Path(instance.Snapshots))); n != 2 {
		t.Errorf("%d snapshots are left", n)
	}
}

func TestCompare(t *testing.T) {
	loaded := ledger.Record{LoadID: "aaaaaaaaaaaa", Source: "complaints", State: ledger.Loaded}
	landed := ledger.Record{LoadID: "bbbbbbbbbbbb", Source: "complaints", State: ledger.Received}
	row := load{id: loaded.LoadID, source: "complaints", status: "loaded", rows: 3}
	for name, c := range map[string]struct {
		records []ledger.Record
		loads   []load
		counted map[string]int64
		want    string
	}{
		"agree":                 {[]ledger.Record{loaded}, []load{row}, map[string]int64{row.id: 3}, ""},
		"still to be loaded":    {[]ledger.Record{landed}, nil, nil, ""},
		"lost":                  {[]ledger.Record{loaded}, nil, nil, "missing from the database"},
		"unknown":               {nil, []load{row}, map[string]int64{row.id: 3}, "unknown to the manifest"},
		"another outcome":       {[]ledger.Record{{LoadID: row.id, Source: "complaints", State: ledger.Rejected}}, []load{row}, map[string]int64{row.id: 3}, "rejected in the manifest and loaded in the database"},
		"a row too few":         {[]ledger.Record{loaded}, []load{row}, map[string]int64{row.id: 2}, "should have 3 rows and has 2"},
		"rows of nothing":       {nil, nil, map[string]int64{"cccccccccccc": 7}, "7 rows belong to load cccccccccccc"},
		"received and finished": {[]ledger.Record{{LoadID: row.id, Source: "complaints", State: ledger.Received}}, []load{row}, map[string]int64{row.id: 3}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var p Part
			compare(&p, c.records, c.loads, c.counted)
			if got := strings.Join(p.Problems, "; "); (c.want == "") != (got == "") || !strings.Contains(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestProblemsAreBounded(t *testing.T) {
	var p Part
	for i := range 50 {
		p.problem("problem %d", i)
	}
	if len(p.Problems) != maxProblems || p.More != 50-maxProblems {
		t.Errorf("%d and %d more", len(p.Problems), p.More)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// blob is a landed file.
func blob(t *testing.T, cfg config.Config) string {
	t.Helper()
	for _, f := range instancetest.Files(t, cfg.Path(instance.Landing)) {
		if strings.HasSuffix(f, ".age") {
			return f
		}
	}
	t.Fatal("nothing is landed")
	return ""
}

// change runs one statement on the raw file.
func change(t *testing.T, cfg config.Config, statement string) {
	t.Helper()
	raw, err := warehouse.OpenRaw(t.Context(), cfg.Path(instance.Warehouse), warehouse.Limits{})
	must(t, err)
	err = raw.WithTx(t.Context(), func(tx *warehouse.Tx) error {
		_, err := tx.Exec(t.Context(), statement)
		return err
	})
	must(t, errors.Join(err, raw.Close()))
}
