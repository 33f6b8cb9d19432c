package app

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/opstate"
	"bellwether/internal/pipeline"
	"bellwether/internal/runlog"
)

func TestAHeldFileIsLoadedWhenAccepted(t *testing.T) {
	dir := t.TempDir()
	if err := errors.Join(instance.Create(dir, instance.Options{Council: "Test"}), instance.EnsureKeys(dir)); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC) }
	opened := func() *pipeline.Pipeline {
		t.Helper()
		p, err := pipeline.Open(t.Context(), pipeline.Options{Config: cfg, Doing: "test", Now: now, Log: slog.New(slog.DiscardHandler)})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	p := opened()
	for month, rows := range []int{40, 41, 42, 43, 3} {
		var b strings.Builder
		b.WriteString("Reference,Date received,Provider,Subject,Outcome\n")
		for i := range rows {
			fmt.Fprintf(&b, "C%d-%d,2026-%02d-25,Fenwick House,Quality,Upheld\n", month, i, month+1)
		}
		file := filepath.Join(t.TempDir(), fmt.Sprintf("log_%02d.csv", month+1))
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := p.IngestFiles(t.Context(), "complaints", []string{file}, time.Date(2026, time.Month(month+1), 26, 0, 0, 0, 0, time.UTC), false); err != nil {
			t.Fatal(err)
		}
	}
	waits := p.Loader().HeldFiles()
	if len(waits) != 1 || waits[0].File != "log_05.csv" {
		t.Fatalf("%+v", waits)
	}
	gate := held{cfg: cfg, now: now, log: slog.New(slog.DiscardHandler)}
	if _, err := gate.Accept(t.Context(), waits[0].LoadID, "u-admin", "x"); !errors.Is(err, page.ErrBusy) {
		t.Errorf("while a run is under way: %v", err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	says, err := gate.Accept(t.Context(), waits[0].LoadID, "u-admin", "half the team left")
	if err != nil || !strings.Contains(says, "loaded 3 of 3 rows") || !strings.Contains(says, "next run") {
		t.Fatalf("%q %v", says, err)
	}
	if _, err := gate.Accept(t.Context(), "ffff", "u-admin", "x"); err == nil {
		t.Error("a load that is none was accepted")
	}
	// What was accepted is a run like any other, under an id, and says nothing of who accepted it or why.
	runs, err := runlog.List(cfg.Dir)
	i := slices.IndexFunc(runs, func(r runlog.Run) bool { return r.Doing == "serve: accept a file" })
	if err != nil || i < 0 || len(runs) != 2 || runs[i].Outcome != runlog.Loaded || runs[i].Files != 1 || runs[i].Rows != 3 {
		t.Fatalf("%+v, %v", runs, err)
	}
	detail, err := runlog.Read(cfg.Dir, runs[i].ID)
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, l := range detail.Lines {
		fmt.Fprintln(&lines, l)
	}
	if said := lines.String(); !strings.Contains(said, "a person accepted a file") || strings.Contains(said, "u-admin") || strings.Contains(said, "half the team") || strings.Contains(said, "log_05") {
		t.Errorf("the run's lines are:\n%s", said)
	}
	if state, err := opstate.Read(dir); err != nil || state.Loads["complaints"].At.IsZero() {
		t.Errorf("the metrics are told %+v, %v", state.Loads, err)
	}
	again := opened()
	defer again.Close()
	if left := again.Loader().HeldFiles(); len(left) != 0 {
		t.Errorf("%+v", left)
	}
	if behind, err := again.Behind(); err != nil || !behind {
		t.Errorf("the next run would not publish it: %v %v", behind, err)
	}
}
