package pipeline

import (
	"time"

	"bellwether/ingest"
	"bellwether/internal/opstate"
)

// stopwatch tells how long the deliveries of each source took in one look at the inboxes. Files that were known already cost next to
// nothing and say nothing of loading, so they leave the last figure as it was.
type stopwatch struct {
	now   func() time.Time
	last  time.Time
	loads map[string]opstate.Load
}

func newStopwatch(now func() time.Time) *stopwatch {
	return &stopwatch{now: now, last: now(), loads: map[string]opstate.Load{}}
}

// lap is called as each file is done with.
func (s *stopwatch) lap(r ingest.Result) {
	at := s.now()
	took := at.Sub(s.last)
	s.last = at
	if r.Status != ingest.StatusLoaded && r.Status != ingest.StatusRejected {
		return
	}
	l := s.loads[r.Source]
	s.loads[r.Source] = opstate.Load{At: at, Seconds: l.Seconds + max(took, 0).Seconds()} // a clock that goes back takes nothing away
}
