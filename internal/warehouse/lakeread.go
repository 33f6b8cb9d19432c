package warehouse

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
)

// The two tables in which a publication tells of itself.
const (
	lakeAbout  = "publication"
	lakeTables = "publication_table"
)

// note writes what a publication says of itself.
func (l *Lake) note(ctx context.Context, tx *Tx, sums []TableHash, about map[string]string) error {
	facts, tables := Qualified(lakeName+"."+l.opt.Schema+"."+lakeAbout), Qualified(lakeName+"."+l.opt.Schema+"."+lakeTables)
	for _, q := range []string{
		"CREATE OR REPLACE TABLE " + facts + " (name VARCHAR, value VARCHAR)",
		"CREATE OR REPLACE TABLE " + tables + " (name VARCHAR, row_count BIGINT, fingerprint VARCHAR)",
	} {
		if _, err := tx.Exec(ctx, q); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(about)) {
		if _, err := tx.Exec(ctx, "INSERT INTO "+facts+" VALUES (?, ?)", name, about[name]); err != nil {
			return err
		}
	}
	for _, h := range sums {
		if _, err := tx.Exec(ctx, "INSERT INTO "+tables+" VALUES (?, ?, ?)", h.Table, h.Rows, h.Sum); err != nil {
			return err
		}
	}
	return nil
}

// LakeReport is what a reader of a lake found.
type LakeReport struct {
	About    map[string]string
	Tables   int
	Rows     int64
	Problems []string
}

// Check reads every row of every published table, in one transaction, and holds each against what the publication says of it.
func (l *Lake) Check(ctx context.Context) (r LakeReport, err error) {
	r.About = map[string]string{}
	err = withTx(ctx, l.db, func(tx *Tx) error {
		if err := tx.each(ctx, "SELECT name, value FROM "+Qualified(lakeName+"."+l.opt.Schema+"."+lakeAbout), func(rows *sql.Rows) error {
			var name, value string
			err := rows.Scan(&name, &value)
			r.About[name] = value
			return err
		}); err != nil {
			return err
		}
		var want []TableHash
		if err := tx.each(ctx, "SELECT name, row_count, fingerprint FROM "+Qualified(lakeName+"."+l.opt.Schema+"."+lakeTables)+" ORDER BY name", func(rows *sql.Rows) error {
			var h TableHash
			err := rows.Scan(&h.Table, &h.Rows, &h.Sum)
			want = append(want, h)
			return err
		}); err != nil {
			return err
		}
		for _, h := range want {
			got := TableHash{Table: h.Table}
			if err := tx.QueryRow(ctx, sumSQL(LakeTable{Name: h.Table}.lakeSQL(l.opt.Schema))).Scan(&got.Rows, &got.Sum); err != nil {
				return fmt.Errorf("read %s: %w", h.Table, err)
			}
			if got != h {
				r.Problems = append(r.Problems, fmt.Sprintf("%s has %d rows with another fingerprint than the %d that were published", h.Table, got.Rows, h.Rows))
			}
			r.Tables, r.Rows = r.Tables+1, r.Rows+got.Rows
		}
		return nil
	})
	if err != nil {
		return r, l.explain(err)
	}
	return r, nil
}

func (t *Tx) each(ctx context.Context, query string, fn func(*sql.Rows) error) error {
	rows, err := t.tx.QueryContext(ctx, query)
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
