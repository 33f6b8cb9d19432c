package warehouse

import (
	"context"
	"database/sql"
	"fmt"
)

// Columns gives a table's columns in their order; none if there is no such table.
func (s *Snapshot) Columns(ctx context.Context, table string) ([]Column, error) {
	var out []Column
	err := eachRow(ctx, s.db, columnsSQL(table), func(rows *sql.Rows) error {
		var c Column
		err := rows.Scan(&c.Name, &c.Type)
		out = append(out, c)
		return err
	})
	return out, err
}

// Years gives, in order, the years of a date column of a table. A row without a date is an error: it would be in no year.
func (s *Snapshot) Years(ctx context.Context, table, column string) ([]int, error) {
	var out []int
	err := eachRow(ctx, s.db, yearsSQL(table, column), func(rows *sql.Rows) error {
		var y sql.NullInt64
		if err := rows.Scan(&y); err != nil {
			return err
		}
		if !y.Valid {
			return fmt.Errorf("%s has rows without a date in %s", table, column)
		}
		out = append(out, int(y.Int64))
		return nil
	})
	return out, err
}

// CopySlice writes a slice as one Parquet file inside one of the folders given to OpenSnapshot, rows in the order of their columns, and
// gives the number of rows. The notes go into the file's own metadata.
func (s *Snapshot) CopySlice(ctx context.Context, slice Slice, file string, notes map[string]string) (rows int64, err error) {
	res, err := s.db.ExecContext(ctx, slice.copySQL(file, notes))
	if err != nil {
		return 0, keepKind(file, fmt.Errorf("write %s: %w", file, err))
	}
	return res.RowsAffected()
}

// Count gives the number of rows of a table.
func (s *Snapshot) Count(ctx context.Context, table string) (rows int64, err error) {
	err = s.db.QueryRowContext(ctx, "SELECT count(*) FROM "+Qualified(table)).Scan(&rows)
	return rows, err
}
