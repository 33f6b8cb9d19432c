package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sort"

	"golang.org/x/sync/errgroup"
)

// Scan reads every column of every row of the raw file and gives each table's fingerprint. The engine checks the sum of each block that
// it reads, so damage anywhere in the data shows as an error.
func (r *Raw) Scan(ctx context.Context) ([]TableHash, error) {
	tables, err := r.tables(ctx, rawTablesSQL)
	if err != nil {
		return nil, keepKind(r.path, err)
	}
	return scan(ctx, r.db, tables, 1)
}

// RowsByLoad counts, over all tables that hold loaded rows, how many each load has.
func (r *Raw) RowsByLoad(ctx context.Context) (map[string]int64, error) {
	tables, err := r.tables(ctx, loadedTablesSQL)
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, t := range tables {
		if err := eachRow(ctx, r.db, rowsByLoadSQL(t), func(rows *sql.Rows) error {
			var load string
			var n int64
			if err := rows.Scan(&load, &n); err != nil {
				return err
			}
			out[load] += n
			return nil
		}); err != nil {
			return nil, fmt.Errorf("count the rows of %s: %w", t, err)
		}
	}
	return out, nil
}

const (
	rawTablesSQL    = "SELECT table_name FROM information_schema.tables WHERE table_catalog = 'raw' AND table_name <> '" + formatTable + "'"
	loadedTablesSQL = "SELECT DISTINCT table_name FROM information_schema.columns WHERE table_catalog = 'raw' AND column_name = 'load_id' AND table_name NOT IN ('load', 'quarantine')"
)

func (r *Raw) tables(ctx context.Context, query string) ([]string, error) {
	var out []string
	err := eachRow(ctx, r.db, query, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		out = append(out, name)
		return err
	})
	sort.Strings(out)
	return out, err
}

// Scan reads every column of every row of the snapshot, the run's own tables included, and gives each table's fingerprint.
func (s *Snapshot) Scan(ctx context.Context) ([]TableHash, error) {
	tables, err := listTables(ctx, s.db)
	if err != nil {
		return nil, err
	}
	return scan(ctx, s.db, tables, 1)
}

// scan takes the fingerprints of tables, n at a time.
func scan(ctx context.Context, db *sql.DB, tables []string, n int) ([]TableHash, error) {
	out := make([]TableHash, len(tables))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(n)
	for i, t := range tables {
		g.Go(func() (err error) {
			out[i], err = fingerprint(ctx, db, t)
			return err
		})
	}
	return out, g.Wait()
}

func eachRow(ctx context.Context, db *sql.DB, query string, fn func(*sql.Rows) error) error {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// RecordedHash gives the content hash that the snapshot was published under, as it says of itself.
func (s *Snapshot) RecordedHash(ctx context.Context) (hash string, err error) {
	if err := s.db.QueryRowContext(ctx, "SELECT content_hash FROM ops.run LIMIT 1").Scan(&hash); err != nil {
		return "", fmt.Errorf("read the snapshot's own hash: %w", err)
	}
	if len(hash) < 12 {
		return "", errors.New("the snapshot does not say what its content hash is")
	}
	return hash, nil
}
