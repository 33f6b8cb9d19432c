package pipeline

import (
	"bellwether/internal/opstate"
	"bellwether/internal/trouble"
)

// failed counts a run that failed, so that the metrics of a server that is another process show it. What was interrupted on purpose did
// not fail, and a count that can't be written down (the disk may be full) costs no more than the count.
func (p *Pipeline) failed(err error) {
	reason := trouble.Reason(err)
	if reason == "" {
		return
	}
	p.log.Error("the run failed", "reason", reason)
	if noted := opstate.RunFailed(p.cfg.Dir, reason, p.now()); noted != nil {
		p.log.Warn("the failure could not be counted", "error", noted.Error())
	}
}

// hopeless says whether an error of one file would meet every other file too: the machine is in trouble, not the file.
func hopeless(err error) bool {
	reason := trouble.Reason(err)
	return reason == trouble.NoSpace || reason == trouble.Disk || reason == trouble.Engine
}

// succeeded records the run that published, under the id by which logs, metrics and pages know it.
func (p *Pipeline) succeeded(r PublishReport) {
	p.log.Info("a snapshot was published", "run_id", r.RunID, "snapshot", r.Snapshot.ID, "as_of", r.AsOf.Format("2006-01-02"), "seconds", r.Took.Seconds())
	if noted := opstate.RunDone(p.cfg.Dir, r.RunID, p.now()); noted != nil {
		p.log.Warn("the run could not be recorded", "run_id", r.RunID, "error", noted.Error())
	}
}
