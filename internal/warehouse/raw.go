package warehouse

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// RawFile is the name of the raw file; the engine derives the catalogue's name "raw" from it, which the SQL models rely on.
const RawFile = "raw.duckdb"

// Raw is the file of loaded rows, the ledger and the quarantine, open for writing by this process alone.
type Raw struct {
	db   *sql.DB
	path string
	lim  Limits
}

// OpenRaw opens (or makes) folder/raw.duckdb. A file that another process holds gives a *HeldError. Its engine works on one thread,
// whatever the limits say: rows come to it in order, one batch at a time, while other cores read the next, and a second thread was
// measured to double the processor time of storing them. Three quarters
// of the memory are left to those who read, who must remember every key of a file.
func OpenRaw(ctx context.Context, folder string, lim Limits) (*Raw, error) {
	lim.Threads, lim.steady, lim.MemoryMiB = 1, true, max(256, lim.withDefaults(folder).MemoryMiB/4)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the warehouse folder: %w", err)
	}
	path := filepath.Join(folder, RawFile)
	if err := seal(ctx, path, lim); err != nil {
		return nil, err
	}
	db, err := open(ctx, path, false, lim)
	if err != nil {
		return nil, err
	}
	if err := rawFormat(ctx, db, path); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Raw{db: db, path: path, lim: lim}, nil
}

// RawFormat is the version of the raw file's layout. Tables and columns are only ever added, so that an older file is brought up to date by
// opening it; a file of a newer version is refused before anything is written to it. The first version kept no number: no table, no number, is 0.
const RawFormat = 1

// formatTable holds the number; it is no table of loaded rows.
const formatTable = "bellwether_format"

func rawFormat(ctx context.Context, db *sql.DB, path string) error {
	has, err := hasTable(ctx, db, formatTable)
	if err != nil {
		return keepKind(path, err)
	}
	have := 0
	if has {
		if err := db.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM "+formatTable).Scan(&have); err != nil {
			return keepKind(path, fmt.Errorf("read the raw file's format: %w", err))
		}
	}
	switch {
	case have > RawFormat:
		return &RawFormatError{Path: path, Have: have, Knows: RawFormat}
	case have == RawFormat:
		return nil
	}
	err = withTx(ctx, db, func(tx *Tx) error {
		if err := tx.EnsureTable(ctx, TableDef{Name: formatTable, Columns: []Column{{"version", "INTEGER"}}}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO "+formatTable+" VALUES (?)", RawFormat)
		return err
	})
	if err != nil {
		return keepKind(path, fmt.Errorf("note the raw file's format: %w", err))
	}
	return nil
}

// Path is where the file lies.
func (r *Raw) Path() string { return r.path }

// DB gives the pool for queries.
func (r *Raw) DB() *sql.DB { return r.db }

// WithTx runs fn in one transaction: all of it happens or none.
func (r *Raw) WithTx(ctx context.Context, fn func(*Tx) error) error {
	if err := withTx(ctx, r.db, fn); err != nil {
		return keepKind(r.path, err)
	}
	return nil
}

// HasTable says whether the raw file has the table.
func (r *Raw) HasTable(ctx context.Context, name string) (bool, error) {
	return hasTable(ctx, r.db, name)
}

func hasTable(ctx context.Context, db *sql.DB, name string) (bool, error) {
	var n int
	err := db.QueryRowContext(ctx, "SELECT count(*) FROM information_schema.tables WHERE table_catalog = 'raw' AND table_name = ?", name).Scan(&n)
	return n > 0, err
}

// Checkpoint moves the write-ahead log into the file.
func (r *Raw) Checkpoint(ctx context.Context) error {
	_, err := r.db.ExecContext(ctx, "CHECKPOINT")
	return err
}

// Suspend closes the file, so that a build in this process may attach it, and gives a function that opens it again. A file can't be
// open for writing and attached elsewhere at once, not even by one process.
func (r *Raw) Suspend() (resume func(context.Context) error, err error) {
	if err := r.db.Close(); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		db, err := open(ctx, r.path, false, r.lim)
		if err != nil {
			return err
		}
		r.db = db
		return nil
	}, nil
}

// Close closes the file; a clean close leaves no write-ahead log behind.
func (r *Raw) Close() error {
	if r == nil || r.db == nil {
		return nil
	}
	return r.db.Close()
}

// seal makes a raw file that was written plain anew as an encrypted one, once a key is configured.
func seal(ctx context.Context, path string, lim Limits) error {
	encrypted, err := Encrypted(path)
	if err != nil || encrypted || lim.Vault.Key == nil {
		return err
	}
	if st, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) || err == nil && st.Size() == 0 {
		return nil
	}
	db, err := openPlain(ctx, path, false, lim.withDefaults(filepath.Dir(path)), []string{filepath.Dir(path)}, func(conn *sql.Conn) error {
		return lim.Vault.Extensions.load(ctx, conn, ExtEncryption)
	})
	if err != nil {
		return err
	}
	r := &Raw{db: db, path: path, lim: lim}
	if err := r.Rewrite(ctx); err != nil {
		return errors.Join(fmt.Errorf("encrypt the raw file: %w", err), r.db.Close())
	}
	return r.Close()
}
