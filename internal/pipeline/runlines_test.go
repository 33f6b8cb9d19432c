package pipeline

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/ingest/contract"
	"bellwether/internal/opstate"
	"bellwether/internal/runlog"
	"bellwether/internal/warehouse"
	"bellwether/schemas"
)

// TestARunKeepsItsLinesUnderOneId takes a good file and a bad one in, publishes, and fails once: each run is kept under the id that its
// snapshot and the record for the metrics carry, says how far it came, and holds nothing of the rows and no name of a file.
func TestARunKeepsItsLinesUnderOneId(t *testing.T) {
	cfg := newInstance(t)
	p := open(t, cfg)
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		t.Fatal(err)
	}
	good, _, _ := canaryFile(tables["complaint"])
	inbox := cfg.Path("inbox", "complaints")
	if err := os.MkdirAll(inbox, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"CANARY Jane Smith.csv": good, "CANARY John Brown.csv": "not,a\ncomplaints,file\n"} {
		if err := os.WriteFile(filepath.Join(inbox, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	in, err := p.IngestInbox(t.Context(), "")
	if err != nil || in.Loaded != 1 || in.Refused != 1 {
		t.Fatalf("%+v, %v", in, err)
	}
	out, err := p.Publish(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	run, err := runlog.Read(cfg.Dir, out.RunID)
	if err != nil {
		t.Fatal(err)
	}
	if run.Outcome != runlog.Published || run.Snapshot != out.Snapshot.ID || run.Files != 2 || run.Refused != 1 || run.Rows != 1 || run.Doing != "test" || run.AsOf != noon.Format(time.DateOnly) {
		t.Errorf("%+v", run.Run)
	}
	var steps []string
	for _, s := range run.Steps {
		steps = append(steps, s.Name)
	}
	if got := strings.Join(steps, " "); got != "Ingest Transform Analyse Check Publish" || len(run.Tables) < 20 || len(run.Taken) != 2 {
		t.Errorf("steps %s, %d tables, %d files", got, len(run.Tables), len(run.Taken))
	}
	snap, err := warehouse.OpenSnapshot(out.Snapshot.Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	var inSnapshot string
	if err := snap.DB().QueryRow("SELECT run_id FROM ops.run").Scan(&inSnapshot); err != nil || inSnapshot != out.RunID {
		t.Errorf("the snapshot says %q, %v", inSnapshot, err)
	}
	if s, err := opstate.Read(cfg.Dir); err != nil || s.Runs.RunID != out.RunID {
		t.Errorf("the metrics are told %q, %v", s.Runs.RunID, err)
	}

	p.cfg.Rules.Set = "no-such-set.yml"
	if _, err := p.Publish(t.Context(), noon); err == nil {
		t.Fatal("a rule set that isn't there")
	}
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	p.cfg.Rules.Set = "default"
	if _, err := p.Publish(interrupted, noon); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	all, err := runlog.List(cfg.Dir)
	if err != nil || len(all) != 3 {
		t.Fatalf("%d runs, %v", len(all), err)
	}
	outcomes := map[runlog.Outcome]runlog.Run{}
	for _, r := range all {
		outcomes[r.Outcome] = r
	}
	if failed := outcomes[runlog.Failed]; failed.Reason != "other" || !strings.Contains(failed.Says, "no-such-set.yml") || failed.Errors == 0 {
		t.Errorf("the run that failed: %+v", failed)
	}
	if _, ok := outcomes[runlog.Interrupted]; !ok {
		t.Errorf("the run that was stopped: %+v", all)
	}
	kept, err := filepath.Glob(filepath.Join(cfg.Dir, opstate.Folder, runlog.Folder, "*"))
	if err != nil || len(kept) != 3 {
		t.Fatal(kept, err)
	}
	for _, name := range kept {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "CANARY") {
			t.Errorf("%s holds a value of a row, or the name of a file", name)
		}
	}
}

// TestAnEngineThatQuotesAValueIsMasked: the engine's messages quote what they met.
func TestAnEngineThatQuotesAValueIsMasked(t *testing.T) {
	db, err := warehouse.OpenScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	_, err = db.Exec("SELECT CAST(x AS INTEGER) FROM (VALUES ('CANARY Jane')) v(x)")
	if err == nil || !strings.Contains(err.Error(), "CANARY") {
		t.Fatalf("the engine quotes no value: %v", err)
	}
	if got := warehouse.Masked(errors.Join(errors.New("make core.x"), err)); strings.Contains(got, "CANARY") || !strings.Contains(got, "(a value)") || !strings.Contains(got, "make core.x") {
		t.Error(got)
	}
}
