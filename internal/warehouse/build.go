package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
)

// Schemas of a published snapshot, in the order in which they are made.
var Schemas = []string{"core", "mart", "analytics", "ops"}

// Scratch is the schema of what a run writes row by row and needs only until its tables are made: the catalogue "staging" takes tables made
// by a query alone, because one transaction may write to one catalogue, and a view over rows from outside lies in the build's own.
const Scratch = "scratch"

// FormatVersion is the version of a snapshot's layout and of how its content is hashed; a reader refuses any other. Format 1 hashed each
// row's text and lacked tables that today's pages ask for (docs/decisions/0009).
const FormatVersion = 2

// Build is a snapshot in the making: a new file with the schemas core, mart, analytics and ops, the raw file attached read-only
// as "raw", and a scratch catalogue "staging" that is never published.
type Build struct {
	db      *sql.DB
	path    string
	workers int
}

// OpenBuild makes a new build file (an older one at the same path is removed) beside rawFolder's raw file.
func OpenBuild(ctx context.Context, path, rawFolder string, lim Limits) (*Build, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for the build file: %w", err)
	}
	for _, p := range []string{path, path + ".wal"} {
		if err := os.Remove(p); err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, fmt.Errorf("remove an unfinished build: %w", err)
		}
	}
	workers := lim.withDefaults(rawFolder).Threads
	lim.Threads = 1
	db, err := open(ctx, path, false, lim, rawFolder)
	if err != nil {
		return nil, err
	}
	b := &Build{db: db, path: path, workers: workers}
	if err := lim.Vault.attach(ctx, db, filepath.Join(rawFolder, RawFile), "raw", true); err != nil {
		return nil, sealedFault(path, errors.Join(err, db.Close()))
	}
	statements := []string{"ATTACH ':memory:' AS staging"}
	for _, s := range Schemas {
		statements = append(statements, "CREATE SCHEMA "+Ident(s))
	}
	statements = append(statements, "CREATE SCHEMA "+Ident(Scratch))
	for _, s := range statements {
		if _, err := db.ExecContext(ctx, s); err != nil {
			return nil, translate(path, errors.Join(err, db.Close()))
		}
	}
	return b, nil
}

// Workers is how many queries should be under way at a time: as many as the limits allow threads. The engine itself works on each query with
// one thread. Were it given more, whoever waits for a query would ask without a pause whether the others are done, which on two cores cost
// a quarter of a run's processor time.
func (b *Build) Workers() int { return b.workers }

// DB gives the pool for queries.
func (b *Build) DB() *sql.DB { return b.db }

// Path is where the unfinished file lies.
func (b *Build) Path() string { return b.path }

// CreateTableAs makes (or remakes) schema.table from a query.
func (b *Build) CreateTableAs(ctx context.Context, table, query string) (rows int64, err error) {
	if _, err := b.db.ExecContext(ctx, createAsSQL(table, query)); err != nil {
		return 0, keepKind(b.path, err)
	}
	err = b.db.QueryRowContext(ctx, "SELECT count(*) FROM "+Qualified(table)).Scan(&rows)
	return rows, err
}

// Append adds a query's rows to a table of the same columns.
func (b *Build) Append(ctx context.Context, table, query string) (rows int64, err error) {
	r, err := b.db.ExecContext(ctx, appendSQL(table, query))
	if err != nil {
		return 0, keepKind(b.path, err)
	}
	return r.RowsAffected()
}

// Drop removes a table that is no longer needed, so that what is written next may lie in its place.
func (b *Build) Drop(ctx context.Context, table string) error {
	if _, err := b.db.ExecContext(ctx, dropSQL(table)); err != nil {
		return keepKind(b.path, err)
	}
	return nil
}

// WithTx runs fn in one transaction on the build file.
func (b *Build) WithTx(ctx context.Context, fn func(*Tx) error) error {
	if err := withTx(ctx, b.db, fn); err != nil {
		return keepKind(b.path, err)
	}
	return nil
}

// Tables lists schema.table of the build's own schemas, sorted.
func (b *Build) Tables(ctx context.Context) ([]string, error) { return listTables(ctx, b.db) }

func listTables(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_catalog = current_database() AND table_schema IN ('core', 'mart', 'analytics', 'ops')")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	sort.Strings(out)
	return out, rows.Err()
}

// Finish checkpoints and closes the build, so that the file on disk is whole. It must be called before Publish.
func (b *Build) Finish(ctx context.Context) error {
	for _, s := range []string{"DETACH raw", "DETACH staging", "DROP SCHEMA " + Ident(Scratch) + " CASCADE", "CHECKPOINT"} {
		if _, err := b.db.ExecContext(ctx, s); err != nil {
			return keepKind(b.path, fmt.Errorf("finish the build (%s): %w", s, err))
		}
	}
	if err := b.db.Close(); err != nil {
		return err
	}
	b.db = nil
	return nil
}

// Told puts what the engine says of a full disk or of too little memory into plain words, wherever in the build it came up; other errors, and
// nil, stay as they are.
func (b *Build) Told(err error) error {
	if err == nil {
		return nil
	}
	return keepKind(b.path, err)
}

// Discard closes and removes an unfinished build; it is safe after Finish and on nil.
func (b *Build) Discard() error {
	if b == nil {
		return nil
	}
	var err error
	if b.db != nil {
		err = b.db.Close()
		b.db = nil
	}
	for _, p := range []string{b.path, b.path + ".wal"} {
		if e := os.Remove(p); e != nil && !errors.Is(e, os.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}
