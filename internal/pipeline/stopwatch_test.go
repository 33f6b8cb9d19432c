package pipeline

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/ingest"
	"bellwether/internal/opstate"
)

func TestStopwatchAddsUpBySource(t *testing.T) {
	noon := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	at := noon
	s := newStopwatch(func() time.Time { return at })
	for _, step := range []struct {
		after  time.Duration
		source string
		status ingest.Status
	}{
		{2 * time.Second, "complaints", ingest.StatusLoaded},
		{3 * time.Second, "complaints", ingest.StatusRejected},
		{5 * time.Second, "complaints", ingest.StatusAlreadyLoaded}, // known: not a load
		{time.Second, "cqc_api", ingest.StatusLoaded},
		{-time.Hour, "cqc_api", ingest.StatusLoaded}, // the clock went back
	} {
		at = at.Add(step.after)
		s.lap(ingest.Result{Source: step.source, Status: step.status})
	}
	want := map[string]opstate.Load{"complaints": {At: noon.Add(5 * time.Second), Seconds: 5}, "cqc_api": {At: noon.Add(11*time.Second - time.Hour), Seconds: 1}}
	if d := cmp.Diff(want, s.loads); d != "" {
		t.Error(d)
	}
}
