package transform

import (
	"context"
	_ "embed"

	"bellwether/internal/warehouse"
)

var (
	//go:embed sql/match_table.sql
	matchTableSQL string
	//go:embed sql/match_insert.sql
	matchInsertSQL string
)

// giveMatches hands the decisions about names to the models.
func giveMatches(ctx context.Context, b *warehouse.Build, p Params) error {
	if _, err := b.CreateTableAs(ctx, "staging.match_decision", matchTableSQL); err != nil {
		return err
	}
	for _, m := range p.Matches {
		if _, err := b.DB().ExecContext(ctx, matchInsertSQL, m.Name, m.Location, m.Postcode, m.LocationID, m.ProviderID, m.Accepted, m.On, m.By, m.Why, p.MatchesHash); err != nil {
			return err
		}
	}
	return nil
}
