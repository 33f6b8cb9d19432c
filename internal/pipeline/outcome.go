package pipeline

import (
	"context"
	"errors"

	"bellwether/internal/opstate"
	"bellwether/internal/runlog"
	"bellwether/internal/trouble"
	"bellwether/internal/warehouse"
)

// failed counts a run that failed, so that the metrics of a server that is another process show it, and ends it. What was interrupted on
// purpose did not fail, and a count that can't be written down (the disk may be full) costs no more than the count.
func (p *Pipeline) failed(err error) {
	reason := trouble.Reason(err)
	if reason == "" {
		if errors.Is(err, context.Canceled) {
			p.end(runlog.End{Outcome: runlog.Interrupted})
		}
		return
	}
	p.begin() // it may have failed before there was anything to do
	p.log.Error("the run failed", "reason", reason)
	if noted := opstate.RunFailed(p.cfg.Dir, reason, p.now()); noted != nil {
		p.log.Warn("the failure could not be counted", "error", noted.Error())
	}
	p.end(runlog.End{Outcome: runlog.Failed, Reason: reason, Says: warehouse.Masked(err), Next: trouble.Advice(err)})
}

// hopeless says whether an error of one file would meet every other file too: the machine is in trouble, not the file.
func hopeless(err error) bool {
	reason := trouble.Reason(err)
	return reason == trouble.NoSpace || reason == trouble.Disk || reason == trouble.Engine
}

// succeeded records the run that published, under the id by which logs, metrics and pages know it.
func (p *Pipeline) succeeded(r PublishReport) {
	p.log.Info("a snapshot was published", "snapshot", r.Snapshot.ID, "as_of", r.AsOf.Format("2006-01-02"), "seconds", r.Took.Seconds())
	if noted := opstate.RunDone(p.cfg.Dir, r.RunID, p.now()); noted != nil {
		p.log.Warn("the run could not be recorded", "error", noted.Error())
	}
}
