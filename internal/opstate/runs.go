package opstate

import "time"

// Runs counts what became of runs, whoever began them: the schedule, a verb, a timer.
type Runs struct {
	Failures    map[string]int `json:"failures"` // by reason
	LastFailure time.Time      `json:"last_failure,omitzero"`
	LastReason  string         `json:"last_reason,omitempty"`
	LastSuccess time.Time      `json:"last_success,omitzero"`
	RunID       string         `json:"run_id,omitempty"` // of the last success
}

// RunFailed counts a run that failed for a reason. The caller holds the instance's lock.
func RunFailed(dir, reason string, at time.Time) error {
	r := runsSoFar(dir)
	r.Failures[reason]++
	r.LastFailure, r.LastReason = at, reason
	return write(dir, runsFile, r)
}

// RunDone records a run that published. The caller holds the instance's lock.
func RunDone(dir, id string, at time.Time) error {
	r := runsSoFar(dir)
	r.LastSuccess, r.RunID = at, id
	return write(dir, runsFile, r)
}

// runsSoFar begins again where the count can't be read: what happens from now on must be counted even then.
func runsSoFar(dir string) Runs {
	var r Runs
	if err := read(dir, runsFile, &r); err != nil {
		r = Runs{}
	}
	if r.Failures == nil {
		r.Failures = map[string]int{}
	}
	return r
}
