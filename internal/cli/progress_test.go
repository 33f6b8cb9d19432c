package cli

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"bellwether/ingest"
)

// TestPlainProgress follows a load as a log file would: a line a stage and a file, and now and then one about a long file.
func TestPlainProgress(t *testing.T) {
	var out bytes.Buffer
	clock := time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)
	s := &session{Env: Env{Stderr: &out, Now: func() time.Time { return clock }}, Globals: &Globals{}}
	p := s.newProgress()
	p.Stage("Ingest")
	for i := range 4 {
		p.Rows(ingest.Progress{Source: "complaints", File: "log\x1b[2J.csv", Rows: int64(i) * 1000, Bytes: int64(i), TotalBytes: 8})
		clock = clock.Add(3 * time.Second)
	}
	p.File(ingest.Result{Source: "complaints", File: "log.csv", Status: ingest.StatusAlreadyLoaded})
	p.Model("core.concern", 10, 10*time.Millisecond)
	p.Model("staging.location_look", 4000, 1250*time.Millisecond)
	p.Say("one\ntwo")
	const want = `Ingest …
  complaints               log [2J.csv: 2,000 rows so far, 333 a second, 25 % read, about 18s left
  staging.location_look: 4,000 rows in 1.3s
  one two
`
	if out.String() != want {
		t.Errorf("printed\n%s\nwant\n%s", out.String(), want)
	}
}

// TestWhoSeesWhichProgress: bars are for a person at a terminal; a pipe gets lines; --quiet gets nothing.
func TestWhoSeesWhichProgress(t *testing.T) {
	env := Env{Stderr: &bytes.Buffer{}, Now: time.Now}
	if _, ok := (&session{Env: env, Globals: &Globals{}}).newProgress().(*plain); !ok {
		t.Error("a pipe does not get plain lines")
	}
	if p := (&session{Env: env, Globals: &Globals{Quiet: true}}).newProgress(); p != nil {
		t.Error("--quiet is not quiet")
	}
	env.Terminal = true
	if _, ok := (&session{Env: env, Globals: &Globals{}}).newProgress().(*bars); !ok {
		t.Error("a terminal does not get bars")
	}
}

// TestBarOfALongFile draws into a buffer: the bar must end, and the result's line follow it.
func TestBarOfALongFile(t *testing.T) {
	var out bytes.Buffer
	b := &bars{out: &out, plain: plain{out: &out, now: time.Now}}
	for _, n := range []int64{1 << 20, 2 << 20, 4 << 20} {
		b.Rows(ingest.Progress{Source: "cqc_ratings", File: "national.csv", Rows: n / 100, Bytes: n, TotalBytes: 4 << 20})
	}
	b.File(ingest.Result{Source: "cqc_ratings", File: "national.csv", Status: ingest.StatusLoaded, RowsRead: 9, RowsLoaded: 9})
	if b.bar != nil || !strings.HasSuffix(strings.TrimSpace(out.String()), "9 rows") {
		t.Errorf("ended with %q", out.String())
	}
}

// TestInterruptedNamesWhatWasFinished at each place at which somebody may press Ctrl-C.
func TestInterruptedNamesWhatWasFinished(t *testing.T) {
	loaded := func(name string, rows int64) ingest.Result {
		return ingest.Result{Source: "complaints", File: name, Status: ingest.StatusLoaded, RowsLoaded: rows}
	}
	for _, tc := range []struct {
		name string
		do   func(*watched)
		want []string
	}{
		{"before anything", func(*watched) {}, []string{"interrupted.\n", "No file had been finished.", "`bellwether run` goes on from here"}},
		{"in the middle of a file", func(w *watched) {
			w.Stage("Ingest")
			w.File(loaded("a.csv", 1200))
			w.Rows(ingest.Progress{File: "b\x1b[2J.csv"})
		}, []string{"interrupted while b [2J.csv was being read: nothing of it was kept.", "Finished and kept: 1 file, 1,200 rows (a.csv)."}},
		{"after many", func(w *watched) {
			for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
				w.File(loaded(n+".csv", 1))
			}
		}, []string{"Finished and kept: 6 files, 6 rows (the last of them 2.csv, 3.csv, 4.csv, 5.csv, 6.csv)."}},
		{"while tables are made", func(w *watched) { w.Stage("Transform") }, []string{`interrupted during "transform": no snapshot was published, and the one before stays in force.`}},
	} {
		w := &watched{}
		tc.do(w)
		got := w.interrupted()
		for _, want := range tc.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q misses %q", tc.name, got, want)
			}
		}
	}
}

func TestInterruptedSaysThatNothingIsHalfDone(t *testing.T) {
	var out bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	s := &session{Env: Env{Stderr: &out}, Globals: &Globals{}, ctx: ctx}
	if code := s.finish(context.Canceled); code != ExitInterrupted || !strings.Contains(out.String(), "nothing half-done") {
		t.Errorf("exit code %d, %q", code, out.String())
	}
}
