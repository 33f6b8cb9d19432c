package pipeline

import (
	"context"
	"errors"
	"sync"

	"bellwether/internal/lease"
	"bellwether/internal/share"
)

// openShared opens what several machines have in common: the place of shared snapshots, and the lease by which one of them runs the
// pipeline. A machine that does not hold it may not load or publish; *instance.HeldError names the one that does.
func (p *Pipeline) openShared(ctx context.Context, opt Options) (err error) {
	if p.share = opt.Share; p.share == nil {
		if p.share, err = share.Open(p.cfg, p.now, p.log); err != nil {
			return err
		}
	}
	if p.lease = opt.Lease; p.lease != nil {
		return p.lease.Take(ctx)
	}
	if p.lease, err = lease.Open(ctx, p.cfg, p.now, p.share.Highest(), p.log); err != nil || p.lease == nil {
		return err
	}
	if err := p.lease.Take(ctx); err != nil {
		return errors.Join(err, p.lease.Close())
	}
	// It is not given back at the end: a service on this machine may hold it too, and it ends by itself.
	keeping, end := context.WithCancel(context.WithoutCancel(ctx))
	var ended sync.WaitGroup
	ended.Go(func() { p.lease.Keep(keeping, nil) })
	p.endLease = func() error {
		end()
		ended.Wait()
		return p.lease.Close()
	}
	return nil
}
