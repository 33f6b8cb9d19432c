package pipeline

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/internal/replay"
	"bellwether/internal/warehouse"
)

// atOnce is how many locations' or providers' looks are read in one go: some fifty thousand rows where every week of five years is
// looked at.
const atOnce = 200

// finder hands some units to the rules and gathers what they looked at. Several work at once, each on units of its own.
type finder struct {
	b          *warehouse.Build
	flags      *flags.Builder
	last       time.Time // the Monday of the market's newest look
	incidents  map[string][]flags.Incident
	looks      *table
	indicators *table
	row        []any
}

// findFlags runs the rules over every unit: locations first, then providers, then brands. A unit's looks are let go before the next one's;
// what is left of them lies in the builder.
func findFlags(ctx context.Context, b *warehouse.Build, m *replay.Market, seen *seen) (*flags.Builder, error) {
	incidents, err := replay.Incidents(ctx, b.DB())
	if err != nil {
		return nil, err
	}
	providers, err := readIDs(ctx, b.DB(), providersLookedAtSQL)
	if err != nil {
		return nil, err
	}
	newFinder := func() *finder {
		return &finder{b: b, last: seen.last, incidents: incidents, flags: flags.NewBuilder(m.Set, m.AsOf), looks: lookTable(), indicators: indicatorTable()}
	}
	whole := newFinder()
	for _, id := range providers {
		whole.flags.AddProvider(id) // one that stopped before the first look is counted all the same
	}
	parts := func(n int) int { return (n + atOnce - 1) / atOnce }
	atLocations := parts(len(seen.places))
	find := func(ctx context.Context, i int) (*finder, error) {
		f := newFinder()
		if i < atLocations {
			from, to := i*atOnce, min((i+1)*atOnce, len(seen.places))
			return f, f.locations(ctx, seen.places[from].id, seen.places[to-1].id)
		}
		from, to := (i-atLocations)*atOnce, min((i-atLocations+1)*atOnce, len(providers))
		return f, f.providers(ctx, providers[from], providers[to-1])
	}
	if err := inOrder(ctx, atLocations+parts(len(providers)), find, func(f *finder) error { return whole.join(ctx, f) }); err != nil {
		return nil, err
	}
	for _, u := range seen.brands.units() {
		if err := whole.take(u); err != nil {
			return nil, err
		}
	}
	for _, t := range []*table{whole.looks, whole.indicators} {
		if err := t.write(ctx, b); err != nil {
			return nil, fmt.Errorf("write %s: %w", t.def.Name, err)
		}
	}
	return whole.flags, nil
}

// take hands a unit to the rules and keeps its looks.
func (f *finder) take(u flags.Unit) error {
	if err := f.flags.Add(u); err != nil {
		return err
	}
	f.row = addLooks(f.looks, u, f.row)
	addIndicators(f.indicators, u)
	return nil
}

// join takes what another finder has found, and writes what has gathered once that is much.
func (f *finder) join(ctx context.Context, o *finder) error {
	if err := f.flags.Join(o.flags); err != nil {
		return err
	}
	f.looks.join(o.looks)
	f.indicators.join(o.indicators)
	if err := f.looks.spill(ctx, f.b); err != nil {
		return err
	}
	return f.indicators.spill(ctx, f.b)
}

// locations takes the locations from one id to another. Without a provider nobody answers for a location, and no rule speaks.
func (f *finder) locations(ctx context.Context, from, to string) error {
	said, err := readSignals(ctx, f.b.DB(), from, to)
	if err != nil {
		return err
	}
	return f.units(ctx, locationLooksSQL, from, to, func(rows []lookRow) error {
		first := rows[0]
		if first.provider == "" {
			return nil
		}
		u := flags.Unit{Kind: rules.UnitLocation, ID: first.id, ProviderIDs: []string{first.provider}, BrandID: first.brand, Incidents: f.incidents[first.id]}
		for _, r := range rows {
			r.look.Signals = said[lookKey{r.id, r.look.Week.Unix()}]
			u.Looks = append(u.Looks, r.look)
		}
		u.Ended = f.ended(u)
		return f.take(u)
	})
}

// providers takes the providers from one id to another.
func (f *finder) providers(ctx context.Context, from, to string) error {
	return f.units(ctx, providerLooksSQL, from, to, func(rows []lookRow) error {
		u := flags.Unit{Kind: rules.UnitProvider, ID: rows[0].id, ProviderIDs: []string{rows[0].id}}
		for _, r := range rows {
			if err := r.look.Values.Set("risk_signs", riskSigns(r.look.Values)); err != nil {
				return err
			}
			u.Looks = append(u.Looks, r.look)
		}
		u.Ended = f.ended(u)
		return f.take(u)
	})
}

// ended says whether a unit's looks end before the market's.
func (f *finder) ended(u flags.Unit) bool { return u.Looks[len(u.Looks)-1].Week.Before(f.last) }

// units reads the looks from one id to another and hands over each unit's, in the order of ids and weeks.
func (f *finder) units(ctx context.Context, query, from, to string, take func([]lookRow) error) error {
	store := stores.Get().(*lookStore)
	defer stores.Put(store)
	if err := store.read(ctx, f.b.DB(), query, from, to); err != nil {
		return err
	}
	for rows := store.rows; len(rows) > 0; {
		n := 1
		for n < len(rows) && rows[n].id == rows[0].id {
			n++
		}
		if err := take(rows[:n]); err != nil {
			return err
		}
		rows = rows[n:]
	}
	return nil
}

// lookKey addresses one look of one location.
type lookKey struct {
	id   string
	week int64
}

// readSignals reads what the statistics said of some locations.
func readSignals(ctx context.Context, db *sql.DB, from, to string) (map[lookKey]map[string]flags.Signal, error) {
	rows, err := db.QueryContext(ctx, locationSignalsSQL, from, to)
	if err != nil {
		return nil, fmt.Errorf("read the signals: %w", err)
	}
	defer rows.Close()
	out := map[lookKey]map[string]flags.Signal{}
	for rows.Next() {
		var id, name string
		var week time.Time
		var observed, expected, low, high sql.NullFloat64
		var s flags.Signal
		if err := rows.Scan(&id, &week, &name, &observed, &expected, &low, &high, &s.WindowWeeks, &s.OneIn); err != nil {
			return nil, fmt.Errorf("read the signals: %w", err)
		}
		s.Observed, s.Expected, s.UsualLow, s.UsualHigh = maybe(observed), maybe(expected), maybe(low), maybe(high)
		at := lookKey{id, week.Unix()}
		if out[at] == nil {
			out[at] = map[string]flags.Signal{}
		}
		out[at][name] = s
	}
	return out, rows.Err()
}

func maybe(x sql.NullFloat64) rules.Number { return rules.Number{Value: x.Float64, OK: x.Valid} }

func readIDs(ctx context.Context, db *sql.DB, query string) ([]string, error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read the ids looked at: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
