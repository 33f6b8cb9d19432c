package retention

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/ingest/ledger"
	"bellwether/ingest/sources"
)

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestShippedSchedulesNameSourcesThatExist(t *testing.T) {
	schedules, err := Read(filepath.Join(t.TempDir(), File))
	if err != nil || len(schedules) < 8 {
		t.Fatalf("%d schedules, %v", len(schedules), err)
	}
	known := map[string]bool{}
	for _, s := range sources.All() {
		known[s.Name] = true
	}
	for _, s := range schedules {
		if !known[s.Source] || !strings.Contains(s.Basis, "local setting") {
			t.Errorf("%+v: no such source, or the basis claims more than a local setting", s)
		}
	}
}

func TestAFaultyFileIsRefused(t *testing.T) {
	for want, body := range map[string]string{
		"version is 2":    "version: 2\nschedules: []\n",
		"unknown field":   "version: 1\nschedulez: []\n",
		"needs a source":  "version: 1\nschedules:\n  - {source: complaints, years: 3, basis: \"\"}\n",
		"give 1 to 100":   "version: 1\nschedules:\n  - {source: complaints, years: 0, basis: x}\n",
		"two schedules":   "version: 1\nschedules:\n  - {source: complaints, years: 3, basis: x}\n  - {source: complaints, years: 4, basis: x}\n",
		"years: 3, basis": "version: 1\nschedules:\n  - {source: complaints, years: 3, basis\n",
	} {
		path := filepath.Join(t.TempDir(), File)
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); err == nil || want != "years: 3, basis" && !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %v", want, err)
		}
	}
	path := filepath.Join(t.TempDir(), File)
	if err := os.WriteFile(path, []byte("version: 1\nschedules:\n  - {source: complaints, years: 3, basis: our own schedule}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s, err := Read(path); err != nil || len(s) != 1 || s[0].Years != 3 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestDue(t *testing.T) {
	schedules := []Schedule{{"complaints", 6, "x"}}
	load := func(id, source, received, newest string, state ledger.State) Load {
		l := Load{Record: ledger.Record{LoadID: id, Source: source, Received: day(received), State: state}}
		if newest != "" {
			l.Newest = day(newest)
		}
		return l
	}
	loads := []Load{
		load("exactly", "complaints", "2020-03-20", "2020-03-14", ledger.Loaded),
		load("a day left", "complaints", "2020-03-20", "2020-03-15", ledger.Loaded),
		load("long ago", "complaints", "2015-01-01", "2014-12-31", ledger.Loaded),
		load("no date of its own", "complaints", "2019-01-01", "", ledger.Rejected),
		load("a date from a slip of the pen", "complaints", "2025-01-01", "1905-01-01", ledger.Loaded),
		load("another source", "capacity", "2001-01-01", "2001-01-01", ledger.Loaded),
		load("gone", "complaints", "2001-01-01", "2001-01-01", ledger.Destroyed),
	}
	var got []string
	for _, c := range Due(loads, schedules, day("2026-03-14")) {
		got = append(got, c.Record.LoadID)
	}
	if strings.Join(got, ", ") != "long ago, no date of its own, exactly" {
		t.Errorf("due: %v", got)
	}
}
