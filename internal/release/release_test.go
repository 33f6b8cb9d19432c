package release

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/disclosure"
)

func TestSpans(t *testing.T) {
	for _, c := range [][2]string{{"", "2026-04-01"}, {"2026-04-01", "2026-04-01"}, {"2026-04-02", "2026-04-01"}, {"01/04/2025", "2026-04-01"}} {
		if _, err := ParseSpan(c[0], c[1], "quarter"); !errors.Is(err, ErrSpan) {
			t.Errorf("%v: %v", c, err)
		}
	}
	s, err := ParseSpan("2025-04-01", "2026-04-01", "quarter")
	if err != nil || s.Last().Format(time.DateOnly) != "2026-03-31" {
		t.Errorf("%v %v", s, err)
	}
	for by, want := range map[string]string{"month": "2025-05", "quarter": "2025 Q2", "year": "2025"} {
		if got := (Span{By: by}).column("2025-05"); got != want {
			t.Errorf("by %s: %s, want %s", by, got, want)
		}
	}
	if _, err := Find("names"); err == nil || !strings.Contains(err.Error(), "choose concerns, enquiries or complaints") {
		t.Errorf("%v", err)
	}
}

// sheet is one area's concerns in two quarters, the second of them small.
func sheet(t *testing.T) Sheet {
	t.Helper()
	c := Counts{Subject: Subjects[0], Areas: []string{"North"}, Columns: []string{"2025 Q1", "2025 Q2"}, Table: disclosure.Table{{42, 3}}}
	s, err := c.Publish(disclosure.SAC)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestABundleIsTheSameEachTimeAndHidesSmallCounts(t *testing.T) {
	b := Bundle{Reference: "0123", Authority: "Larkshire <Council>", Snapshot: "abc", AsOf: time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC), Span: Span{time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), "quarter"}, Sheets: []Sheet{sheet(t)}}
	first, err := b.Zip()
	if err != nil {
		t.Fatal(err)
	}
	again, err := b.Zip()
	if err != nil || Hash(first) != Hash(again) {
		t.Errorf("made again it differs: %v", err)
	}
	var csv strings.Builder
	if err := b.Sheets[0].CSV(&csv); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(csv.String(), "area,2025 Q1,2025 Q2,total\nNorth,") || strings.Contains(csv.String(), ",3,") || strings.Contains(csv.String(), ",45,") && strings.Contains(csv.String(), ",40,") {
		t.Errorf("the small count can be worked out:\n%s", csv.String())
	}
}

func TestTheRegisterRefusesWhatGivesACountAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), File)
	open := func() *Register {
		t.Helper()
		r, err := OpenRegister(path)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	old := disclosure.Release{ID: "first", Subject: "concerns", Profile: "sac", Counts: []disclosure.Count{{Units: []string{"North/2025-01", "North/2025-02"}, N: 5}}}
	if err := open().Add(old, old); err != nil {
		t.Fatal(err)
	}
	fresh := disclosure.Release{ID: "second", Subject: "concerns", Profile: "sac", Counts: []disclosure.Count{{Units: []string{"North/2025-01", "North/2025-02", "North/2025-03"}, N: 5}}}
	var clash *disclosure.ClashError
	if err := open().Check(disclosure.SAC, fresh); !errors.As(err, &clash) || clash.Earlier != "first" {
		t.Errorf("%v", err)
	}
	if err := open().Check(disclosure.SAC, old); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenRegister(path); err == nil || !strings.Contains(err.Error(), "restore it from a backup") {
		t.Errorf("a damaged register: %v", err)
	}
}
