package read

import (
	"context"
	"slices"
	"time"

	"bellwether/analytics/rules"
	"bellwether/internal/backtest"
)

// Trial is a moved limit, tried on the snapshot's history.
type Trial interface {
	// Compare says what would have changed since a day among the providers that may be shown; nil shows all.
	Compare(since time.Time, may func(provider string) bool) backtest.Simulation
}

// Try runs the snapshot's own rules with one limit moved over the looks that it keeps: what `bellwether rules simulate` runs.
func (s *Snapshot) Try(ctx context.Context, rule, indicator string, to float64) (Trial, error) {
	t, err := backtest.Try(ctx, s.db, func(set *rules.Set) (*rules.Set, error) { return set.Move(rule, indicator, to) }, backtest.MostLooks)
	if err != nil {
		return nil, err
	}
	return t, nil
}

// Has says whether the scope holds a provider.
func (s Scope) Has(provider string) bool {
	return s.all && s.ids == nil || slices.Contains(s.ids, provider)
}

type nameRow struct {
	_    struct{} `class:"A"`
	ID   string   `col:"provider_id"`
	Name string   `col:"name"`
}

// Names gives the names of providers by id.
func (s *Snapshot) Names(ctx context.Context) (map[string]string, error) {
	rows, err := ask[nameRow](ctx, s, "provider_names", nil)
	out := make(map[string]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.Name
	}
	return out, err
}
