package opstate

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRunsAreCountedByReason(t *testing.T) {
	dir := t.TempDir()
	at := func(minute int) time.Time { return time.Date(2026, 3, 14, 2, minute, 0, 0, time.UTC) }
	for i, reason := range []string{"no_space", "no_space", "engine"} {
		if err := RunFailed(dir, reason, at(i)); err != nil {
			t.Fatal(err)
		}
	}
	if err := RunDone(dir, "0a1b2c", at(9)); err != nil {
		t.Fatal(err)
	}
	s, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	want := Runs{Failures: map[string]int{"no_space": 2, "engine": 1}, LastFailure: at(2), LastReason: "engine", LastSuccess: at(9), RunID: "0a1b2c"}
	if d := cmp.Diff(want, s.Runs); d != "" {
		t.Error(d)
	}
}

func TestACountThatCannotBeReadBeginsAgain(t *testing.T) {
	dir := t.TempDir()
	if err := RunFailed(dir, "other", time.Unix(1, 0)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, Folder, runsFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(dir); err == nil {
		t.Error("a damaged file reads as nothing")
	}
	if err := RunFailed(dir, "damaged", time.Unix(2, 0)); err != nil {
		t.Fatal(err)
	}
	s, err := Read(dir)
	if err != nil || s.Runs.Failures["damaged"] != 1 || s.Runs.Failures["other"] != 0 {
		t.Errorf("%+v, %v", s.Runs, err)
	}
}
