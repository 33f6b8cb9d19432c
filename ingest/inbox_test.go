package ingest

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestScanOrdersAndExplains(t *testing.T) {
	w := newWorld(t)
	for _, p := range []string{
		"visits/received=2026-03-09/b.csv", "visits/received=2026-03-02/z.csv", "visits/received=2026-03-02/sub/a.csv",
		"visits/today.csv", "visits/received=2026-13-99/c.csv", "visits/received=2026-04-02/d.csv",
		"visits/received=2026-03-01/received=2026-03-05/inner.csv", "beds/received=2026-03-02/m.txt",
		"visits/.hidden/x.csv", "visits/.DS_Store", "visits/~$open.xlsx", "visits/half.csv.part", "visits/Thumbs.db", "unknown/x.csv",
	} {
		w.drop(p, visits(visit(fmt.Sprint("V", len(p)), nil)))
	}
	w.must(os.Symlink("/etc/passwd", w.path("inbox", "visits", "link.csv")))
	found, err := w.loader.Scan(w.path("inbox"))
	w.must(err)
	var got []string
	for _, f := range found {
		line := f.Source + " " + f.Path + " " + f.Received.Format(time.DateOnly)
		if f.Problem != "" {
			line += ": " + f.Problem
		}
		got = append(got, line)
	}
	want := []string{
		"visits received=2026-03-02/sub/a.csv 2026-03-02",
		"beds received=2026-03-02/m.txt 2026-03-02",
		"visits received=2026-03-02/z.csv 2026-03-02",
		"visits received=2026-03-01/received=2026-03-05/inner.csv 2026-03-05",
		"visits received=2026-03-09/b.csv 2026-03-09",
		`visits received=2026-13-99/c.csv 2026-04-01: lies in the folder "received=2026-13-99", which names no date: write it as received=2026-03-14`,
		`visits received=2026-04-02/d.csv 2026-04-01: lies in the folder "received=2026-04-02", a day still to come`,
		"visits link.csv 2026-04-01: is not a plain file; links are not followed",
		"visits today.csv 2026-04-01",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	only, err := w.loader.Scan(w.path("inbox"), "beds")
	if err != nil || len(only) != 1 {
		t.Errorf("%v %v", only, err)
	}
	if _, err := w.loader.Scan(w.path("inbox"), "bees"); err == nil || !strings.Contains(err.Error(), "visits, beds") {
		t.Errorf("unknown source: %v", err)
	}
	if _, err := w.loader.Scan(w.path("nowhere")); err == nil || !strings.Contains(err.Error(), "make the folder") {
		t.Errorf("missing drop zone: %v", err)
	}
}

func TestInboxFilesAreTakenOnce(t *testing.T) {
	w := newWorld(t)
	w.drop("visits/received=2026-03-02/a.csv", visits(visit("V1", nil)))
	w.drop("visits/received=2026-03-09/same.csv", visits(visit("V1", nil)))
	w.drop("visits/received=2026-03-09/bad.csv", "no,header\n")
	var seen []string
	take := func() Taken {
		t.Helper()
		seen = nil
		taken, err := w.loader.LoadInbox(t.Context(), w.path("inbox"), func(r Result) { seen = append(seen, r.File+": "+string(r.Status)) })
		w.must(err)
		return taken
	}
	take()
	if want := []string{"a.csv: loaded", "bad.csv: rejected", "same.csv: already loaded"}; !cmp.Equal(want, seen) {
		t.Errorf("%v", seen)
	}
	if taken := take(); taken.Done != 3 || len(seen) != 0 {
		t.Errorf("second run: %+v", taken)
	}
	w.drop("visits/received=2026-03-02/a.csv", visits(visit("V1", nil), visit("V2", nil))) // changed in place
	if taken := take(); taken.Done != 2 || !cmp.Equal(seen, []string{"a.csv: loaded"}) {
		t.Errorf("after a change: %+v %v", taken, seen)
	}
	// A new version of the program may read what the last one refused; what is loaded stays alone.
	w.cfg.Version = "2"
	w.reopen()
	if taken := take(); taken.Done != 2 || !cmp.Equal(seen, []string{"bad.csv: rejected"}) {
		t.Errorf("after an upgrade: %+v %v", taken, seen)
	}
	if got := w.query("SELECT received_on FROM raw.load WHERE file_name = 'a.csv' ORDER BY 1"); !cmp.Equal(got, []string{"2026-03-02", "2026-03-02"}) {
		t.Errorf("received %v", got)
	}
}

func TestOneBadFileDoesNotHoldUpTheOthers(t *testing.T) {
	w := newWorld(t)
	w.drop("visits/received=2026-03-01/a.csv", visits("!broken"))
	w.drop("visits/received=never/b.csv", visits(visit("V1", nil)))
	w.drop("visits/received=2026-03-03/c.csv", visits(visit("V1", nil)))
	taken, err := w.loader.LoadInbox(t.Context(), w.path("inbox"), nil)
	if err != nil || len(taken.Failed) != 2 || len(taken.Results) != 1 || taken.Results[0].File != "c.csv" {
		t.Errorf("%+v %v", taken, err)
	}
}

func TestFileStillBeingWrittenIsLeft(t *testing.T) {
	w := newWorld(t)
	w.drop("visits/a.csv", visits(visit("V1", nil)))
	found, err := w.loader.Scan(w.path("inbox"))
	w.must(err)
	w.drop("visits/a.csv", visits(visit("V1", nil), visit("V2", nil)))
	root, err := os.OpenRoot(w.path("inbox"))
	w.must(err)
	defer root.Close()
	if _, err := w.loader.loadFound(t.Context(), root, found[0]); err == nil || !strings.Contains(err.Error(), "still being written") {
		t.Errorf("err %v", err)
	}
	if n := len(w.cfg.Ledger.Records()); n != 0 {
		t.Errorf("%d loads are noted", n)
	}
	taken, err := w.loader.LoadInbox(t.Context(), w.path("inbox"), nil)
	if err != nil || len(taken.Results) != 1 || taken.Results[0].RowsLoaded != 2 {
		t.Errorf("%+v %v", taken, err)
	}
}

func TestLoadFile(t *testing.T) {
	w := newWorld(t)
	w.drop("elsewhere.csv", visits(visit("V1", nil)))
	name := w.path("inbox", "elsewhere.csv")
	dry, err := w.loader.DryRunFile(t.Context(), "visits", name, time.Time{})
	if err != nil || dry.Status != StatusWouldLoad || dry.RowsLoaded != 1 || len(w.content()) != 0 {
		t.Errorf("%+v %v", dry, err)
	}
	r, err := w.loader.LoadFile(t.Context(), "visits", name, time.Time{})
	if err != nil || r.RowsLoaded != 1 || !r.Received.Equal(time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)) || r.LoadID != dry.LoadID {
		t.Errorf("%+v %v", r, err)
	}
	for _, c := range []struct{ source, file, says string }{
		{"visits", w.path("none.csv"), "no such file"}, {"visits", w.dir, "not a plain file"}, {"bees", name, `no source "bees"`},
	} {
		if _, err := w.loader.LoadFile(t.Context(), c.source, c.file, time.Time{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.says, err)
		}
		if _, err := w.loader.DryRunFile(t.Context(), c.source, c.file, time.Time{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("dry run, %s: %v", c.says, err)
		}
	}
}

// The day is England's: half past eleven at night in universal time is already tomorrow there in summer.
func TestTodayIsEnglands(t *testing.T) {
	l := &Loader{cfg: Config{Now: func() time.Time { return time.Date(2026, 6, 30, 23, 30, 0, 0, time.UTC) }}}
	if got := l.Today().Format(time.DateOnly); got != "2026-07-01" {
		t.Errorf("today is %s", got)
	}
}

func TestRegistry(t *testing.T) {
	good := Source{Name: "a", Tables: []string{"t"}, Decoder: bedReader{}}
	for name, c := range map[string]struct {
		sources []Source
		says    string
	}{
		"twice":     {[]Source{good, good}, "two sources are called a"},
		"bad name":  {[]Source{{Name: "A b", Tables: []string{"t"}, Decoder: bedReader{}}}, "small letters"},
		"no reader": {[]Source{{Name: "a", Tables: []string{"t"}}}, "has no decoder"},
		"no table":  {[]Source{{Name: "a", Decoder: bedReader{}}}, "fills no table"},
		"shared":    {[]Source{good, {Name: "b", Tables: []string{"t"}, Decoder: bedReader{}}}, "belongs to both a and b"},
		"extension": {[]Source{{Name: "a", Tables: []string{"t"}, Decoder: bedReader{}, Extensions: []string{"CSV"}}}, "begin with a dot"},
	} {
		if _, err := NewRegistry(c.sources...); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r, err := NewRegistry(good, Source{Name: "b", Tables: []string{"u"}, Decoder: bedReader{}})
	if err != nil || !slices.Equal(r.Names(), []string{"a", "b"}) || len(r.All()) != 2 {
		t.Errorf("%v %v", r, err)
	}
}

func TestNewRefuses(t *testing.T) {
	w := newWorld(t)
	if _, err := New(context.Background(), Config{}); err == nil {
		t.Error("an empty configuration was accepted")
	}
	for says, sources := range map[string][]Source{
		"which has no contract":   {{Name: "visits", Tables: []string{"none"}, Decoder: bedReader{}}},
		"names the source visits": {{Name: "other", Tables: []string{"visit"}, Decoder: bedReader{}}},
	} {
		cfg := w.cfg
		var err error
		cfg.Registry, err = NewRegistry(sources...)
		w.must(err)
		if _, err := New(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", says, err)
		}
	}
}
