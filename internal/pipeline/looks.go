package pipeline

import (
	"database/sql"
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
	week   time.Time // Monday
	endsOn time.Time // its Sunday, or the run's date in the week that is still running
	values *rules.Values
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

// row reads the next row; its numbers go into v, which forgets what it held.
func (s *scanner) row(rows *sql.Rows, v *rules.Values) error {
	if err := rows.Scan(s.targets...); err != nil {
		return err
	}
	v.Reset()
	for i, n := range s.numbers {
		if n.Valid && s.at[i] >= 0 {
			v.SetAt(s.at[i], n.Float64)
		}
	}
	return nil
}
