package pipeline

import (
	"context"
	_ "embed"
	"time"

	"bellwether/internal/instance"
	"bellwether/internal/version"
	"bellwether/internal/warehouse"
)

var (
	//go:embed sql/newest_run.sql
	newestRunSQL string
	//go:embed sql/has_decisions.sql
	hasDecisionsSQL string
	//go:embed sql/newest_decisions.sql
	newestDecisionsSQL string
)

// Published is what the newest snapshot says of the run that made it.
type Published struct {
	ID                      string
	asOf                    time.Time
	ruleSetHash, code, keys string
	matches                 string // hash of the decisions about names
	loads                   bool   // it holds what is loaded now
	decisions               string // hash of the decisions extract, empty for a snapshot from before there was one
}

// Newest reads the newest snapshot's account of itself; nil if none has been published or it can't be read.
func (p *Pipeline) Newest() (*Published, error) {
	all, err := warehouse.Snapshots(p.cfg.Path(instance.Snapshots))
	if err != nil || len(all) == 0 {
		return nil, err
	}
	snap, err := warehouse.OpenSnapshot(all[0].Path, instance.SmallLimits(p.cfg))
	if err != nil {
		p.log.Warn("the newest snapshot can't be read and will be replaced", "error", err.Error())
		return nil, nil
	}
	defer snap.Close()
	n := &Published{ID: snap.ID}
	err = snap.DB().QueryRowContext(context.Background(), newestRunSQL).Scan(&n.asOf, &n.ruleSetHash, &n.code, &n.keys)
	if err != nil {
		return n, err
	}
	n.matches, n.loads = newestMatches(context.Background(), snap), p.sameLoads(context.Background(), snap)
	var has int
	if err := snap.DB().QueryRowContext(context.Background(), hasDecisionsSQL).Scan(&has); err != nil || has == 0 {
		return n, err
	}
	return n, snap.DB().QueryRowContext(context.Background(), newestDecisionsSQL).Scan(&n.decisions)
}

// Behind says whether something is loaded that the newest snapshot does not hold: a publication was broken off, or failed.
func (p *Pipeline) Behind() (bool, error) {
	newest, err := p.Newest()
	if err != nil {
		return false, err
	}
	if newest == nil {
		return len(p.ledger.Records()) > 0, nil
	}
	return !newest.loads, nil
}

// SameInputs says whether a run now would publish the same content, given that nothing new has been loaded since.
func (n *Published) SameInputs(p *Pipeline, asOf time.Time) bool {
	set, err := p.ruleSet()
	if err != nil {
		return false
	}
	extract, err := p.readDecisions(context.Background(), asOf)
	if err != nil {
		return false
	}
	_, matches, err := p.matches(asOf)
	return err == nil && n.loads && n.matches == matches && n.decisions == extract.Hash && n.asOf.Equal(asOf) && n.ruleSetHash == set.Hash && n.code == version.Version && n.keys == p.keys.ID()
}
