package runlog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/internal/opstate"
)

// clock moves on by a second each time it is looked at.
func clock() func() time.Time {
	at := time.Date(2026, 3, 14, 2, 0, 0, 0, time.UTC)
	return func() time.Time { at = at.Add(time.Second); return at }
}

func begin(t *testing.T, dir string, now func() time.Time) *Recorder {
	t.Helper()
	r, err := Begin(dir, "bellwether run", now)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestARunIsReadBackAsItWasTold(t *testing.T) {
	dir, now := t.TempDir(), clock()
	r := begin(t, dir, now)
	r.Step("Ingest")
	r.File(Taken{Source: "complaints", Load: "0a1b2c3d4e5f", Status: "loaded", Read: 12, Loaded: 10, Held: 2})
	r.File(Taken{Source: "complaints", Load: "1a1b2c3d4e5f", Status: "rejected", Refused: true, Why: "no header was found\nin the first 20 rows"})
	r.Step("Transform")
	r.Table("core.complaint", 10, 1500*time.Millisecond)
	r.Say(slog.LevelInfo, "the checks ran", slog.Int("passed", 40))
	r.End(End{Outcome: Published, AsOf: time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC), Snapshot: "20260314-abc"})
	got, err := Read(dir, r.ID())
	if err != nil {
		t.Fatal(err)
	}
	at := func(second int) time.Time { return time.Date(2026, 3, 14, 2, 0, second, 0, time.UTC) }
	want := Run{ID: r.ID(), Doing: "bellwether run", Began: at(2), Ended: at(10), Outcome: Published, Seconds: 8, AsOf: "2026-03-14", Snapshot: "20260314-abc",
		Totals: Totals{Files: 2, Refused: 1, Rows: 10, Held: 2, Warnings: 2}}
	if d := cmp.Diff(want, got.Run); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Step{{"Ingest", at(3), 3}, {"Transform", at(6), 4}}, got.Steps); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]Made{{"core.complaint", 10, 1.5}}, got.Tables); d != "" {
		t.Error(d)
	}
	if len(got.Taken) != 2 || got.Taken[1].Why != "no header was found in the first 20 rows" || !got.Taken[1].Refused {
		t.Errorf("%+v", got.Taken)
	}
	if len(got.Lines) != 8 || !got.Lines[2].Trouble() || got.Lines[1].Text() != `2026-03-14T02:00:03.000Z INFO  "step began" step=Ingest` {
		t.Errorf("%d lines, %q", len(got.Lines), got.Lines[1].Text())
	}
	all, err := List(dir)
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	if d := cmp.Diff(want, all[0]); d != "" {
		t.Errorf("the list says otherwise: %s", d)
	}
}

// TestARunThatIsKilledHasToldHowFarItCame stands for a process that was killed: the file is neither ended nor held, and its last line is
// cut in the middle.
func TestARunThatIsKilledHasToldHowFarItCame(t *testing.T) {
	dir := t.TempDir()
	r := begin(t, dir, clock())
	r.Step("Ingest")
	r.File(Taken{Source: "complaints", Load: "0a1b2c3d4e5f", Status: "loaded", Read: 3, Loaded: 3})
	if got, err := Read(dir, r.ID()); err != nil || !got.UnderWay || got.BrokenOff() {
		t.Errorf("while it runs: %+v, %v", got.Run, err)
	}
	if _, err := r.file.WriteString(`{"time":"2026-03-14T02:`); err != nil {
		t.Fatal(err)
	}
	if err := r.file.Close(); err != nil {
		t.Fatal(err)
	}
	got, err := Read(dir, r.ID())
	if err != nil || !got.BrokenOff() || len(got.Lines) != 3 || got.Rows != 3 || got.Doing != "bellwether run" {
		t.Errorf("%+v, %d lines, %v", got.Run, len(got.Lines), err)
	}
}

func TestARunWithNothingToSayIsForgotten(t *testing.T) {
	for name, tell := range map[string]func(*Recorder){
		"nothing":       func(*Recorder) {},
		"an empty look": func(r *Recorder) { r.Step("Ingest"); r.Say(slog.LevelInfo, "asked") },
	} {
		dir := t.TempDir()
		r := begin(t, dir, clock())
		tell(r)
		r.End(End{Outcome: Loaded})
		if all, err := List(dir); err != nil || len(all) != 0 {
			t.Errorf("%s: %v, %v", name, all, err)
		}
	}
	for name, tell := range map[string]func(*Recorder){
		"a file":    func(r *Recorder) { r.File(Taken{Source: "complaints", Status: "loaded"}) },
		"a warning": func(r *Recorder) { r.Say(slog.LevelWarn, "a source could not be asked") },
	} {
		dir := t.TempDir()
		r := begin(t, dir, clock())
		tell(r)
		r.End(End{Outcome: Loaded})
		if all, err := List(dir); err != nil || len(all) != 1 {
			t.Errorf("%s: %v, %v", name, all, err)
		}
	}
}

func TestTheLinesOfARunAreBounded(t *testing.T) {
	dir := t.TempDir()
	r := begin(t, dir, clock())
	for i := range 4000 {
		r.Say(slog.LevelWarn, "noise", slog.String("what", strings.Repeat("x", 5000)), slog.Int("i", i))
	}
	r.End(End{Outcome: Failed, Reason: "other"})
	all, err := List(dir)
	if err != nil || len(all) != 1 || all[0].Outcome != Failed || all[0].LeftOut == 0 || all[0].Warnings != 4000 {
		t.Fatalf("%+v, %v", all, err)
	}
	names, err := files(dir)
	if err != nil {
		t.Fatal(err)
	}
	if st, err := os.Stat(names[0]); err != nil || st.Size() > maxBytes+tail {
		t.Errorf("%d bytes, %v", st.Size(), err)
	}
	got, err := Read(dir, all[0].ID)
	if err != nil || len(got.Lines[1].Facts[0].Value) > 4*maxText {
		t.Errorf("a text of %d bytes, %v", len(got.Lines[1].Facts[0].Value), err)
	}
}

// TestWhatPublishedOutlivesFailures: a feed that fails every hour must not push out the runs whose snapshots are looked at.
func TestWhatPublishedOutlivesFailures(t *testing.T) {
	dir, now := t.TempDir(), clock()
	end := func(o Outcome) string {
		r := begin(t, dir, now)
		r.End(End{Outcome: o})
		return r.ID()
	}
	old := end(Published)
	kept := []string{end(Published), end(Published)}
	for range 5 {
		end(Failed)
	}
	if err := Keep(dir, 2); err != nil {
		t.Fatal(err)
	}
	all, err := List(dir)
	if err != nil || len(all) != 4 {
		t.Fatalf("%d runs, %v", len(all), err)
	}
	for _, id := range kept {
		if _, err := Read(dir, id); err != nil {
			t.Error(err)
		}
	}
	if _, err := Read(dir, old); !errors.Is(err, ErrUnknown) {
		t.Errorf("the oldest is there still: %v", err)
	}
}

func TestUnknownAndHostileIds(t *testing.T) {
	dir := t.TempDir()
	begin(t, dir, clock()).End(End{Outcome: Published})
	for _, id := range []string{"", "*", "000000000000", "../../secrets", "0a1b2c3d4e5", "0A1B2C3D4E5F", "0a1b2c3d4e5f\x00"} {
		if _, err := Read(dir, id); !errors.Is(err, ErrUnknown) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// TestNothingToWriteToStopsNoRun puts a file where the folder should be.
func TestNothingToWriteToStopsNoRun(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, opstate.Folder), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Begin(dir, "test", clock())
	if err == nil || len(r.ID()) != 12 {
		t.Errorf("%q, %v", r.ID(), err)
	}
	r.Step("Ingest")
	r.End(End{Outcome: Published})
	var none *Recorder
	none.Step("x")
	none.File(Taken{})
	none.End(End{})
	if none.ID() != "" {
		t.Error("nobody has an id")
	}
}

func TestTheServicesLogCarriesTheRunsId(t *testing.T) {
	dir := t.TempDir()
	var said bytes.Buffer
	var run *Recorder
	log := slog.New(Handler(slog.NewTextHandler(&said, &slog.HandlerOptions{Level: slog.LevelWarn}), func() *Recorder { return run }))
	log.Warn("before")
	run = begin(t, dir, clock())
	log.With("place", "x").WithGroup("g").Info("kept with the run alone", "n", 1)
	log.Debug("kept nowhere")
	log.Error("in both", "n", 2)
	run.End(End{Outcome: Failed})
	d, err := Read(dir, run.ID())
	if err != nil || len(d.Lines) != 4 {
		t.Fatalf("%+v, %v", d.Lines, err)
	}
	if diff := cmp.Diff([]Fact{{"place", "x"}, {"g.n", "1"}}, d.Lines[1].Facts); diff != "" {
		t.Error(diff)
	}
	text := said.String()
	if strings.Contains(text, "kept with") || strings.Count(text, "\n") != 2 || strings.Count(text, fmt.Sprintf("%s=%s", RunID, run.ID())) != 1 || !log.Enabled(context.Background(), slog.LevelWarn) {
		t.Error(text)
	}
}
