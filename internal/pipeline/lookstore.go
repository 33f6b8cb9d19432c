package pipeline

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"sync"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
)

// lookRow is one look of a location or a provider.
type lookRow struct {
	id, provider, brand string
	look                flags.Look
}

// lookStore holds the looks of some units, in storage that the next units use again. They are put in order here and not by the engine, which
// would move every one of a row's hundred values to do so.
type lookStore struct {
	rows   []lookRow
	values []*rules.Values
}

// stores are the stores that nobody works with at the moment.
var stores = sync.Pool{New: func() any { return &lookStore{} }}

// read reads the looks from one id to another, in the order of ids and weeks.
func (s *lookStore) read(ctx context.Context, db *sql.DB, query, from, to string) error {
	rows, err := db.QueryContext(ctx, query, from, to)
	if err != nil {
		return fmt.Errorf("read the weekly looks: %w", err)
	}
	defer rows.Close()
	_, at, err := columns(rows, 5)
	if err != nil {
		return err
	}
	s.rows = s.rows[:0]
	var r lookRow
	scan := newScanner(at, &r.id, &r.provider, &r.brand, &r.look.Week, &r.look.EndsOn)
	for n := 0; rows.Next(); n++ {
		if n == len(s.values) {
			s.values = append(s.values, rules.NewValues())
		}
		if err := scan.row(rows, s.values[n]); err != nil {
			return fmt.Errorf("read the weekly looks: %w", err)
		}
		r.look.Values = s.values[n]
		s.rows = append(s.rows, r)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the weekly looks: %w", err)
	}
	slices.SortFunc(s.rows, func(a, b lookRow) int { return cmp.Or(cmp.Compare(a.id, b.id), a.look.Week.Compare(b.look.Week)) })
	return nil
}
