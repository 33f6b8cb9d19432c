// Package sqlite keeps casework in one SQLite file: the event store, and the
// accounts and sessions that stand beside it. It works in write-ahead-log mode
// with full synchronisation, so that what was acknowledged survives a killed
// process and a lost power supply, and readers never wait for the writer.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/relational"
	"bellwether/internal/failpoint"

	_ "modernc.org/sqlite" // registers the "sqlite" driver
)

// applicationID marks a file as Bellwether's casework ("BWcw"), so that a
// different SQLite file is refused instead of being filled with tables.
const applicationID = 0x42576377

// readers is how many connections may read at once.
const readers = 4

// Options adjusts Open. The zero value is not usable: Now is required.
type Options struct {
	// Now stamps migrations and names backups.
	Now func() time.Time
	// BusyTimeout is how long a write waits for another process; 10 s if zero.
	BusyTimeout time.Duration

	migrations []relational.Migration // replaced by tests
}

// DB is an open casework file. It is safe for use by several goroutines, and
// several processes may have the same file open.
type DB struct {
	relational.Events
	path string
	// durable and relaxed are one connection each. A commit on durable is on
	// the disk when it returns; a commit on relaxed may be lost with the power,
	// which is right for the time at which somebody was last seen.
	durable, relaxed, read *sql.DB
	// writing lets one writer of this process in at a time: waiting here is
	// fair and prompt, whereas SQLite polls for its lock.
	writing chan struct{}
	// life is held for reading by every call and for writing by Close.
	life   sync.RWMutex
	closed bool
}

var _ relational.DB = (*DB)(nil)

// Open opens the casework file at path, creating it if it does not exist, and
// brings its tables up to this program's version. A copy of the file is made
// beside it before existing tables are changed.
func Open(ctx context.Context, path string, o Options) (*DB, error) {
	if o.Now == nil {
		return nil, errors.New("casework store: Options.Now is not set")
	}
	if o.BusyTimeout == 0 {
		o.BusyTimeout = 10 * time.Second
	}
	if o.migrations == nil {
		var err error
		if o.migrations, err = relational.Migrations(files); err != nil {
			return nil, err
		}
	}
	if err := create(path); err != nil {
		return nil, fmt.Errorf("casework store: cannot create %s: %w: check that the folder exists and may be written", path, err)
	}
	db := &DB{path: path, writing: make(chan struct{}, 1)}
	db.Events = relational.NewEvents(db)
	db.durable = connect(path, o.BusyTimeout, 1, "synchronous(FULL)")
	db.relaxed = connect(path, o.BusyTimeout, 1, "synchronous(NORMAL)")
	db.read = connect(path, o.BusyTimeout, readers, "query_only(1)")
	if err := db.prepare(ctx, o); err != nil {
		db.Close()
		return nil, err
	}
	return db, nil
}

// create makes the file with rights for its owner alone; SQLite gives the
// files beside it (log and index) the same rights.
func create(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a new or renamed file's name durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

func connect(path string, busy time.Duration, conns int, pragma string) *sql.DB {
	query := url.Values{"_txlock": {"immediate"}, "_pragma": {
		fmt.Sprintf("busy_timeout(%d)", busy.Milliseconds()),
		"journal_mode(WAL)",
		"foreign_keys(1)",
		"trusted_schema(0)",
		pragma,
	}}
	if pragma == "query_only(1)" {
		query.Set("_txlock", "deferred")
	}
	escaped := (&url.URL{Path: path}).EscapedPath()
	db, err := sql.Open("sqlite", "file:"+escaped+"?"+query.Encode())
	if err != nil {
		// Open only fails for an unknown driver, and this file registers it.
		return nil
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db
}

// Path returns the path that the file was opened by.
func (db *DB) Path() string { return db.path }

// Where names the file.
func (db *DB) Where() string { return db.path }

// Close releases the file. It may be called twice, and waits for calls that
// are under way.
func (db *DB) Close() error {
	db.life.Lock()
	defer db.life.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	return errors.Join(db.read.Close(), db.relaxed.Close(), db.durable.Close())
}

// Update runs work in a transaction that is on the disk when Update returns
// without an error, and that left nothing when it returns with one.
func (db *DB) Update(ctx context.Context, work func(*sql.Tx) error) error {
	return db.write(ctx, db.durable, work)
}

// UpdateRelaxed is Update without waiting for the disk: a power cut may undo
// it, whole transactions at a time. It is for facts that nobody decides on.
func (db *DB) UpdateRelaxed(ctx context.Context, work func(*sql.Tx) error) error {
	return db.write(ctx, db.relaxed, work)
}

func (db *DB) write(ctx context.Context, conn *sql.DB, work func(*sql.Tx) error) error {
	db.life.RLock()
	defer db.life.RUnlock()
	if db.closed {
		return store.ErrClosed
	}
	select {
	case db.writing <- struct{}{}:
		defer func() { <-db.writing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return db.inTx(ctx, conn, nil, work)
}

// View runs work in a transaction that sees one state of the file throughout.
func (db *DB) View(ctx context.Context, work func(*sql.Tx) error) error {
	db.life.RLock()
	defer db.life.RUnlock()
	if db.closed {
		return store.ErrClosed
	}
	return db.inTx(ctx, db.read, &sql.TxOptions{ReadOnly: true}, work)
}

func (db *DB) inTx(ctx context.Context, conn *sql.DB, o *sql.TxOptions, work func(*sql.Tx) error) error {
	tx, err := conn.BeginTx(ctx, o)
	if err != nil {
		return db.explain(err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	if err := work(tx); err != nil {
		return db.explain(err)
	}
	if o != nil { // a transaction that only reads has nothing to lose
		return db.explain(tx.Commit())
	}
	if err := failpoint.At(failpoint.StoreBeforeCommit); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return db.explain(err)
	}
	return failpoint.At(failpoint.StoreAfterCommit)
}
