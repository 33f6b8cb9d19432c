package pipeline

import (
	"context"
	_ "embed"
	"errors"
	"time"

	"bellwether/ingest/identity"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
	"bellwether/transform"
)

var (
	//go:embed sql/newest_matches.sql
	newestMatchesSQL string
	//go:embed sql/newest_loads.sql
	newestLoadsSQL string
	//go:embed sql/raw_loads.sql
	rawLoadsSQL string
)

// matches are the decisions about names that hold on a day, and their hash.
func (p *Pipeline) matches(asOf time.Time) ([]transform.Match, string, error) {
	all, err := identity.Read(p.cfg.Path(instance.Landing))
	if err != nil {
		return nil, "", err
	}
	inForce := identity.InForce(all, asOf)
	var out []transform.Match
	for _, d := range inForce {
		out = append(out, transform.Match{Name: d.Name, Location: d.Given.Location, Postcode: d.Postcode, LocationID: d.LocationID, ProviderID: d.ProviderID,
			Accepted: d.Action == identity.Accept, On: d.On, By: d.By, Why: d.Why})
	}
	return out, identity.Hash(inForce), nil
}

// newestMatches is the hash of the decisions that a snapshot was made with; a snapshot from before there were any has none.
func newestMatches(ctx context.Context, snap *warehouse.Snapshot) string {
	var hash string
	if err := snap.DB().QueryRowContext(ctx, newestMatchesSQL).Scan(&hash); err != nil {
		return ""
	}
	return hash
}

// sameLoads says whether a snapshot holds what is loaded now: a file may have been loaded, or accepted, by another command since.
func (p *Pipeline) sameLoads(ctx context.Context, snap *warehouse.Snapshot) bool {
	var then, now string
	err := errors.Join(snap.DB().QueryRowContext(ctx, newestLoadsSQL).Scan(&then), p.raw.DB().QueryRowContext(ctx, rawLoadsSQL).Scan(&now))
	return err == nil && then == now
}
