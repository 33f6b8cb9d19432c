package pipeline

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"bellwether/analytics/rules"
)

// unit is a location in scope with its looks in order of week.
type unit struct {
	id, provider, brand, kind string
	exposure                  float64 // beds, or 1 for a service without beds
	exposureBasis             string  // "beds" or "service"
	looks                     []look
}

// look is one week's view of a location, as known at its end.
type look struct {
	week     time.Time // Monday
	endsOn   time.Time // its Sunday, or the run's date in the week that is still running
	themeTop string
	values   *rules.Values
	// complaints26 is the count that the complaints' funnel compares; it is no indicator of its own.
	complaints26 sql.NullFloat64

	concernZ, complaintZ, incidentZ *placed
	scan                            *scanned
}

func (l *look) get(name string) (float64, bool) { return l.values.Get(name) }

func (l *look) concerns12() (float64, bool) { return l.get("concerns_12w") }

func (l *look) incidents12() (float64, bool) { return l.get("incidents_12w") }

func (l *look) complaintsHalfYear() (float64, bool) {
	return l.complaints26.Float64, l.complaints26.Valid
}

// stopped says whether the service had ended by then: it is compared with nobody.
func (l *look) stopped() bool {
	v, ok := l.get("service_stopped")
	return ok && v == 1
}

// providerLook is one week's view of a provider: company health, what it runs, its contracts.
type providerLook struct {
	provider     string
	week, endsOn time.Time
	values       *rules.Values
}

// columns finds which columns after the first skip are indicators of the catalogue; the others carry context for the statistics.
func columns(rows *sql.Rows, skip int) (names []string, at []int, err error) {
	all, err := rows.Columns()
	if err != nil {
		return nil, nil, err
	}
	for _, n := range all[skip:] {
		i, ok := rules.Index(n)
		if !ok {
			i = -1
		}
		names, at = append(names, n), append(at, i)
	}
	return names, at, nil
}

// scanner reads fixed columns into heads and the rest as numbers that may be unknown.
type scanner struct {
	numbers []sql.NullFloat64
	targets []any
	at      []int
}

func newScanner(at []int, heads ...any) *scanner {
	s := &scanner{numbers: make([]sql.NullFloat64, len(at)), targets: heads, at: at}
	for i := range s.numbers {
		s.targets = append(s.targets, &s.numbers[i])
	}
	return s
}

func (s *scanner) row(rows *sql.Rows) (*rules.Values, error) {
	if err := rows.Scan(s.targets...); err != nil {
		return nil, err
	}
	v := rules.NewValues()
	for i, n := range s.numbers {
		if n.Valid && s.at[i] >= 0 {
			v.SetAt(s.at[i], n.Float64)
		}
	}
	return v, nil
}

func readUnits(ctx context.Context, db *sql.DB) ([]*unit, error) {
	rows, err := db.QueryContext(ctx, locationLooksSQL)
	if err != nil {
		return nil, fmt.Errorf("read the weekly looks: %w", err)
	}
	defer rows.Close()
	const heads = 10
	_, at, err := columns(rows, heads)
	if err != nil {
		return nil, err
	}
	var u unit
	var l look
	s := newScanner(at, &u.id, &u.provider, &u.brand, &u.kind, &u.exposure, &u.exposureBasis, &l.week, &l.endsOn, &l.themeTop, &l.complaints26)
	var units []*unit
	for rows.Next() {
		values, err := s.row(rows)
		if err != nil {
			return nil, fmt.Errorf("read the weekly looks: %w", err)
		}
		if len(units) == 0 || units[len(units)-1].id != u.id {
			next := u
			next.looks = nil
			units = append(units, &next)
		}
		last := units[len(units)-1]
		last.looks = append(last.looks, look{week: l.week, endsOn: l.endsOn, themeTop: l.themeTop, complaints26: l.complaints26, values: values})
	}
	return units, rows.Err()
}

func readProviderLooks(ctx context.Context, db *sql.DB) (map[string][]providerLook, error) {
	rows, err := db.QueryContext(ctx, providerLooksSQL)
	if err != nil {
		return nil, fmt.Errorf("read the providers' weekly looks: %w", err)
	}
	defer rows.Close()
	_, at, err := columns(rows, 3)
	if err != nil {
		return nil, err
	}
	var l providerLook
	s := newScanner(at, &l.provider, &l.week, &l.endsOn)
	out := map[string][]providerLook{}
	for rows.Next() {
		if l.values, err = s.row(rows); err != nil {
			return nil, fmt.Errorf("read the providers' weekly looks: %w", err)
		}
		out[l.provider] = append(out[l.provider], l)
	}
	return out, rows.Err()
}
