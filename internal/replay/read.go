package replay

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
)

// Market is what rules looked at: every unit with its looks, and what people had decided.
type Market struct {
	AsOf        time.Time
	Set         *rules.Set // the rule set of the run, loaded from the text the snapshot keeps
	SetHash     string     // the hash that the run wrote down
	Code        string     // the version of the code that made the run
	Units       []flags.Unit
	Providers   []string // every provider that the run counted, also one that stopped before the first look
	Decisions   []flags.Decision
	First, Last time.Time // Mondays of the first and the last look of the whole market
}

// ErrNoLooks says that a snapshot keeps no looks to replay.
var ErrNoLooks = errors.New("this snapshot keeps no weekly looks to replay; publish a new one with `bellwether run --full`")

// Read reads a whole market, or, where provider is not empty, only what bears on that provider.
func Read(ctx context.Context, db *sql.DB, provider string) (*Market, error) {
	m := &Market{}
	var id, source, snapshot string
	switch err := db.QueryRowContext(ctx, ruleSetSQL).Scan(&m.AsOf, &id, &m.SetHash, &source, &m.Code, &snapshot); {
	case errors.Is(err, sql.ErrNoRows) || err != nil && strings.Contains(err.Error(), "does not exist"):
		return nil, ErrNoLooks
	case err != nil:
		return nil, fmt.Errorf("read the rule set of the run: %w", err)
	}
	var err error
	if m.Set, err = rules.Load(id+".yml", []byte(source)); err != nil {
		return nil, fmt.Errorf("the rule set that this snapshot was made with can't be read by this version; use version %s: %w", m.Code, err)
	}
	var first, last sql.NullTime
	if err := db.QueryRowContext(ctx, spanSQL).Scan(&first, &last); err != nil {
		return nil, fmt.Errorf("read the weeks looked at: %w", err)
	}
	m.First, m.Last = first.Time, last.Time
	if m.Units, err = readLooks(ctx, db, provider); err != nil {
		return nil, err
	}
	if err := readSignals(ctx, db, provider, m.Units); err != nil {
		return nil, err
	}
	incidents, err := Incidents(ctx, db)
	if err != nil {
		return nil, err
	}
	for i := range m.Units {
		u := &m.Units[i]
		if u.Kind == rules.UnitLocation {
			u.Incidents = incidents[u.ID]
		}
		if u.Kind != rules.UnitBrand {
			u.Ended = u.Looks[len(u.Looks)-1].Week.Before(m.Last)
		}
	}
	if m.Providers, err = readProviders(ctx, db, provider); err != nil {
		return nil, err
	}
	m.Decisions, err = readDecisions(ctx, db)
	return m, err
}

func readProviders(ctx context.Context, db *sql.DB, provider string) ([]string, error) {
	rows, err := db.QueryContext(ctx, providersSQL, provider, provider)
	if err != nil {
		return nil, fmt.Errorf("read the providers: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("read the providers: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// Find runs a rule set over the market as the pipeline does.
func (m *Market) Find(set *rules.Set) (flags.Result, error) {
	b := flags.NewBuilder(set, m.AsOf)
	if !m.First.IsZero() {
		b.Cover(m.First, m.Last)
	}
	for _, id := range m.Providers {
		b.AddProvider(id)
	}
	for _, u := range m.Units {
		if err := b.Add(u); err != nil {
			return flags.Result{}, err
		}
	}
	return b.Result(m.Decisions)
}

func readLooks(ctx context.Context, db *sql.DB, provider string) ([]flags.Unit, error) {
	rows, err := db.QueryContext(ctx, looksSQL, provider, provider)
	if err != nil {
		return nil, fmt.Errorf("read the weekly looks: %w", err)
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	const heads = 6
	var kind, id, providers, brand string
	var week, ends time.Time
	numbers := make([]sql.NullFloat64, len(names)-heads)
	targets := []any{&kind, &id, &providers, &brand, &week, &ends}
	at := make([]int, len(numbers))
	for i, n := range names[heads:] {
		targets = append(targets, &numbers[i])
		var ok bool
		if at[i], ok = rules.Index(n); !ok {
			at[i] = -1 // an indicator that this version no longer knows
		}
	}
	var units []flags.Unit
	for rows.Next() {
		if err := rows.Scan(targets...); err != nil {
			return nil, fmt.Errorf("read the weekly looks: %w", err)
		}
		if n := len(units); n == 0 || string(units[n-1].Kind) != kind || units[n-1].ID != id {
			units = append(units, flags.Unit{Kind: rules.UnitKind(kind), ID: id, ProviderIDs: strings.Split(providers, ","), BrandID: brand})
		}
		v := rules.NewValues()
		for i, x := range numbers {
			if x.Valid {
				v.SetAt(at[i], x.Float64)
			}
		}
		u := &units[len(units)-1]
		u.Looks = append(u.Looks, flags.Look{Week: week, EndsOn: ends, Values: v})
	}
	return units, rows.Err()
}

// readSignals gives each look what the statistics said of it.
func readSignals(ctx context.Context, db *sql.DB, provider string, units []flags.Unit) error {
	looks := map[string]map[int64]*flags.Look{}
	for i := range units {
		if units[i].Kind != rules.UnitLocation {
			continue
		}
		byWeek := map[int64]*flags.Look{}
		for j := range units[i].Looks {
			byWeek[units[i].Looks[j].Week.Unix()] = &units[i].Looks[j]
		}
		looks[units[i].ID] = byWeek
	}
	rows, err := db.QueryContext(ctx, signalsSQL, provider, provider)
	if err != nil {
		return fmt.Errorf("read the signals: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var id, name string
		var week time.Time
		var observed, expected, low, high sql.NullFloat64
		var s flags.Signal
		if err := rows.Scan(&id, &week, &name, &observed, &expected, &low, &high, &s.WindowWeeks, &s.OneIn); err != nil {
			return fmt.Errorf("read the signals: %w", err)
		}
		l := looks[id][week.Unix()]
		if l == nil {
			continue
		}
		s.Observed, s.Expected, s.UsualLow, s.UsualHigh = known(observed), known(expected), known(low), known(high)
		if l.Signals == nil {
			l.Signals = map[string]flags.Signal{}
		}
		l.Signals[name] = s
	}
	return rows.Err()
}

func known(x sql.NullFloat64) rules.Number { return rules.Number{Value: x.Float64, OK: x.Valid} }

// Incidents reads the incidents of each location, those that two feeds told of under one key.
func Incidents(ctx context.Context, db *sql.DB) (map[string][]flags.Incident, error) {
	rows, err := db.QueryContext(ctx, incidentsSQL)
	if err != nil {
		return nil, fmt.Errorf("read the incidents: %w", err)
	}
	defer rows.Close()
	out := map[string][]flags.Incident{}
	for rows.Next() {
		var location, family string
		var in flags.Incident
		if err := rows.Scan(&location, &in.Key, &family, &in.On); err != nil {
			return nil, fmt.Errorf("read the incidents: %w", err)
		}
		in.Family = rules.Family(family)
		out[location] = append(out[location], in)
	}
	return out, rows.Err()
}

func readDecisions(ctx context.Context, db *sql.DB) ([]flags.Decision, error) {
	rows, err := db.QueryContext(ctx, decisionsSQL)
	if err != nil {
		return nil, fmt.Errorf("read the decisions: %w", err)
	}
	defer rows.Close()
	var out []flags.Decision
	for rows.Next() {
		var d flags.Decision
		var kind, failure string
		var level int
		if err := rows.Scan(&d.ProviderID, &d.On, &kind, &level, &failure, &d.Reason); err != nil {
			return nil, fmt.Errorf("read the decisions: %w", err)
		}
		d.Kind, d.Level, d.FailureKind = flags.DecisionKind(kind), rules.Level(level), rules.FailureKind(failure)
		out = append(out, d)
	}
	return out, rows.Err()
}
