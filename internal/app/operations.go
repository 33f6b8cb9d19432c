package app

import (
	"bellwether/casework/requests"
	"bellwether/casework/workdays"
	"context"
	"path/filepath"
	"sync"
	"time"

	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/instance"
	"bellwether/internal/opstate"
	"bellwether/internal/retention"
	"bellwether/internal/verify"
	"bellwether/internal/warehouse"
	"bellwether/metrics"
)

// verifyEvery is how long a verdict on the audit's chain is good for: a whole read at each scrape would be too dear.
const verifyEvery = 10 * time.Minute

// operations answers the metrics that lie outside the snapshot, from the files that the verbs write and from the audit itself.
type operations struct {
	dir      string
	now      func() time.Time
	log      *audit.Log
	follower *warehouse.Follower
	tally    *audit.Tally
	takings  *audit.Takings
	kept     *retention.Book
	asked    *requests.Book

	mu                  sync.Mutex
	verifiedAt          time.Time
	sound               bool
	granted, unreviewed int
}

func newOperations(dir string, now func() time.Time, log *audit.Log, takings *audit.Takings, follower *warehouse.Follower, kept *retention.Book, asked *requests.Book) *operations {
	o := &operations{dir: dir, now: now, log: log, takings: takings, follower: follower, kept: kept, asked: asked}
	o.tally = audit.NewTally(filepath.Join(dir, instance.Audit, instance.AuditLog), o.count, string(access.BreakGlass))
	return o
}

var _ metrics.Operations = (*operations)(nil)

// State implements metrics.Operations.
func (o *operations) State(context.Context) (metrics.State, error) {
	s, err := opstate.Read(o.dir)
	if err != nil {
		return metrics.State{}, err
	}
	out := metrics.State{VerifiedAt: s.Verification.At, VerifyOK: s.Verification.OK, BackedUpAt: s.Backup.At, RestoreTestAt: s.RestoreTest.At,
		LoadSeconds: map[string]float64{}, LoadedAt: map[string]time.Time{}, EngineFaults: s.Engine.Faults, Unreadable: o.follower.Bad(),
		RunFailures: s.Runs.Failures, RunSuccessAt: s.Runs.LastSuccess, RunID: s.Runs.RunID, Marts: map[string]metrics.Marts{}}
	for engine, d := range s.Deliveries {
		out.Marts[engine] = metrics.Marts{LastSuccess: d.LastSuccess, Failing: d.Failing()}
	}
	for source, l := range s.Loads {
		out.LoadSeconds[source], out.LoadedAt[source] = l.Seconds, l.At
	}
	return out, nil
}

// Disks implements metrics.Operations.
func (o *operations) Disks(context.Context) (map[string]metrics.Disk, error) { return disks(o.dir) }

// Audit implements metrics.Operations.
func (o *operations) Audit(context.Context) (metrics.Audit, error) {
	folder := filepath.Join(o.dir, instance.Audit)
	point, _, err := audit.LastCheckpoint(filepath.Join(folder, instance.AuditCheckpoints))
	if err != nil {
		return metrics.Audit{}, err
	}
	rows, err := o.takings.Total()
	if err != nil {
		return metrics.Audit{}, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	if age := o.now().Sub(o.verifiedAt); o.verifiedAt.IsZero() || age >= verifyEvery || age < 0 {
		report, err := verify.Audit(o.dir)
		if err != nil {
			return metrics.Audit{}, err
		}
		o.sound, o.verifiedAt = report.OK(), o.now()
	}
	return metrics.Audit{CheckpointAt: point.At, ChainOK: o.sound && o.log.Status().Failed == nil, RowsTaken: rows}, nil
}

// BreakGlass implements metrics.Operations. The audit is what can't be forgotten or edited, so the count comes from there.
func (o *operations) BreakGlass(context.Context) (metrics.BreakGlass, error) {
	if err := o.tally.Update(); err != nil {
		return metrics.BreakGlass{}, err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	return metrics.BreakGlass{Granted: o.granted, Unreviewed: o.unreviewed}, nil
}

// Duties implements metrics.Operations.
func (o *operations) Duties(ctx context.Context) (metrics.Duties, error) {
	c, err := o.kept.Counts(ctx)
	if err != nil {
		return metrics.Duties{}, err
	}
	d := metrics.Duties{ToAppraise: c.ToAppraise, ToDestroy: c.ToDestroy, OnHold: c.OnHold, Destroyed: c.Destroyed}
	if err := o.asked.Refresh(ctx); err != nil {
		return d, err
	}
	today := workdays.Day(o.now())
	for _, kind := range []requests.Kind{requests.FOI, requests.SubjectAccess} {
		for _, r := range o.asked.List(kind) {
			if r.Overdue(today) {
				d.RequestsOverdue++
			}
		}
	}
	return d, nil
}

// count is told of each audit entry that speaks of emergency access.
func (o *operations) count(e audit.Entry) {
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case !e.Allow:
	case e.Action == string(access.BreakGlass):
		o.granted++
		o.unreviewed++
	case e.Action == string(access.Review) && e.Kind == string(access.BreakGlassUse) && o.unreviewed > 0:
		o.unreviewed--
	}
}
