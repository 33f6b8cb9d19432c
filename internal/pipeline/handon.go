package pipeline

import (
	"context"

	"bellwether/internal/instance"
	"bellwether/internal/lake"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
)

// HandOn gives the snapshot in force to whom the run that made it did not: it may have been broken off between publishing and sharing, or
// the bucket or the lake may have refused. What has it already is left alone.
func (p *Pipeline) HandOn(ctx context.Context) (deliveries []lake.Delivery, notShared error) {
	all, err := warehouse.Snapshots(p.cfg.Path(instance.Snapshots))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	notShared = p.share.Push(ctx, p.lease.Fence())
	courier := lake.Courier{Config: p.cfg, Limits: p.limits(), Now: p.now, Log: p.log, Say: p.progress.Say}
	state, err := opstate.Read(p.cfg.Dir)
	if err != nil {
		p.log.Warn("what was published where can't be read; it is published again", "error", err.Error())
	}
	for _, engine := range courier.Configured() {
		if d := state.Deliveries[engine]; d.Snapshot != all[0].ID || d.Failing() {
			deliveries = append(deliveries, courier.To(ctx, engine, all[0]))
		}
	}
	return deliveries, notShared
}
