package warehouse

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"

	"github.com/apache/arrow-go/v18/arrow/array"
	duckdb "github.com/duckdb/duckdb-go/v2"
)

// Tx is one transaction on one connection of a writable file. All of it happens or none.
type Tx struct {
	conn *sql.Conn
	tx   *sql.Tx
}

// withTx runs fn in a transaction on a connection of its own. After an error the connection is thrown away: a pooled connection
// that an engine error left inside a transaction would swallow a later, acknowledged insert.
func withTx(ctx context.Context, db *sql.DB, fn func(*Tx) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = conn.Raw(func(any) error { return driver.ErrBadConn })
		}
		_ = conn.Close()
	}()
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() {
		if p := recover(); p != nil {
			_ = tx.Rollback()
			panic(p)
		}
	}()
	if err := fn(&Tx{conn: conn, tx: tx}); err != nil {
		return errors.Join(err, ignoreDone(tx.Rollback()))
	}
	return tx.Commit()
}

func ignoreDone(err error) error {
	if errors.Is(err, sql.ErrTxDone) {
		return nil
	}
	return err
}

// Exec runs one statement with bound parameters.
func (t *Tx) Exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	return t.tx.ExecContext(ctx, query, args...)
}

// Query runs one query with bound parameters.
func (t *Tx) Query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return t.tx.QueryContext(ctx, query, args...)
}

// QueryRow runs one query for one row.
func (t *Tx) QueryRow(ctx context.Context, query string, args ...any) *sql.Row {
	return t.tx.QueryRowContext(ctx, query, args...)
}

// EnsureTable creates the table if it is missing and adds the columns it lacks; it never drops or changes one.
func (t *Tx) EnsureTable(ctx context.Context, def TableDef) error {
	if err := def.validate(); err != nil {
		return err
	}
	if _, err := t.tx.ExecContext(ctx, def.createSQL()); err != nil {
		return fmt.Errorf("create table %s: %w", def.Name, err)
	}
	have := map[string]bool{}
	//nolint:gosec,sqlclosecheck,rowserrcheck // Qualified quotes the name; the rows are closed at once, before the columns are added
	rows, err := t.tx.QueryContext(ctx, "SELECT * FROM "+Qualified(def.Name)+" LIMIT 0")
	if err != nil {
		return fmt.Errorf("read the columns of %s: %w", def.Name, err)
	}
	names, err := rows.Columns()
	if err = errors.Join(err, rows.Close()); err != nil { //nolint:sqlclosecheck // see above
		return fmt.Errorf("read the columns of %s: %w", def.Name, err)
	}
	for _, n := range names {
		have[n] = true
	}
	for _, c := range def.Columns {
		if have[c.Name] {
			continue
		}
		if _, err := t.tx.ExecContext(ctx, def.addColumnSQL(c)); err != nil {
			return fmt.Errorf("add column %s to %s: %w", c.Name, def.Name, err)
		}
	}
	return nil
}

const arrowView = "bellwether_arrow_in"

// InsertArrow appends all batches of the reader to the table; the reader's column names must exist in it. The view over the
// reader is dropped before the reader's memory is released: the engine would crash on reading it afterwards.
func (t *Tx) InsertArrow(ctx context.Context, table string, reader array.RecordReader) (rows int64, err error) {
	columns := make([]string, reader.Schema().NumFields())
	for i := range columns {
		columns[i] = reader.Schema().Field(i).Name
	}
	var release func()
	err = t.conn.Raw(func(dc any) error {
		arrow, err := duckdb.NewArrowFromConn(dc.(driver.Conn))
		if err != nil {
			return err
		}
		release, err = arrow.RegisterView(reader, arrowView)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("offer rows for %s to the engine: %w", table, err)
	}
	defer release()
	res, err := t.tx.ExecContext(ctx, insertFromViewSQL(table, columns, arrowView))
	if err != nil {
		return 0, fmt.Errorf("insert into %s: %w", table, err)
	}
	if _, err := t.tx.ExecContext(ctx, "DROP VIEW "+Ident(arrowView)); err != nil {
		return 0, fmt.Errorf("drop the view over rows for %s: %w", table, err)
	}
	return res.RowsAffected()
}
