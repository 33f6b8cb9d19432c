package metrics

import (
	"context"
	"database/sql"
	_ "embed"
	"maps"
	"slices"
	"strings"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/internal/warehouse"
)

//go:embed sql/listed.sql
var listedSQL string

// Listed are the providers that a council chose to watch one by one. Nothing but the reference ever becomes a label.
type Listed struct {
	References map[string]string // by provider's id; nobody has series while it is empty
	Cases      CasesByProvider
}

// CasesByProvider counts the open cases of providers by id. Restricted cases are in none of its counts.
type CasesByProvider interface {
	OpenByProvider(ctx context.Context) (map[string]int, error)
}

// listedPart reads the providers of the allow-list. One that the snapshot does not have is counted and gets no series: nought would read
// as "all is well".
func listedPart(listed Listed) part {
	level := desc("listed_provider_level", "The level that the signals propose for a provider of the allow-list: 0 market management, 1 pre-provider concern, 2 provider concern, 3 provider failure.", "reference")
	flags := desc("listed_provider_flags_open", "Open flags of a provider of the allow-list.", "reference")
	open := desc("listed_provider_cases_open", "Open cases of a provider of the allow-list that are not restricted.", "reference")
	unknown := desc("listed_providers_unknown", "Providers of the allow-list that are not in the snapshot; they have no series.")
	ids := strings.Join(slices.Sorted(maps.Keys(listed.References)), ",")
	return part{name: "listed", descs: []*prometheus.Desc{level, flags, open, unknown}, read: func(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
		byProvider, err := listed.Cases.OpenByProvider(ctx)
		if err != nil {
			return err
		}
		found := 0
		err = each(ctx, snap, listedSQL, func(rows *sql.Rows) error {
			var id string
			var at, n float64
			if err := rows.Scan(&id, &at, &n); err != nil {
				return err
			}
			found++
			out(level, prometheus.GaugeValue, at, listed.References[id])
			out(flags, prometheus.GaugeValue, n, listed.References[id])
			out(open, prometheus.GaugeValue, float64(byProvider[id]), listed.References[id])
			return nil
		}, sql.Named("listed", ids))
		if err != nil {
			return err
		}
		out(unknown, prometheus.GaugeValue, float64(len(listed.References)-found))
		return nil
	}}
}
