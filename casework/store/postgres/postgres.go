// Package postgres keeps casework in a PostgreSQL database, so that several
// servers share it: the event store, and the accounts and sessions that stand
// beside it. A commit is on the server's disk when it is acknowledged, and one
// writer at a time is let in over all servers, which is what the casework
// store promises and SQLite does by nature.
package postgres

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"

	"bellwether/casework/store"
	"bellwether/casework/store/relational"
	"bellwether/internal/failpoint"
	"bellwether/internal/netidle"
)

// writerLock is the advisory lock that a writing transaction holds ("BWcw").
// It lasts as long as the transaction, so a server that dies lets go of it.
const writerLock = 0x42576377

// connections is how many a server opens: one for its writer, the others for
// readers. A writer may read beside its transaction without waiting for itself.
const connections = 8

// Options adjusts Open. URL and Now are required.
type Options struct {
	// URL names the server, the user and the database, without a password.
	URL string
	// Password is sent to the server; empty where the server asks for none.
	Password string
	// Now stamps migrations.
	Now func() time.Time
	// LockTimeout is how long a write waits for another server; 10 s if zero.
	LockTimeout time.Duration

	migrations []relational.Migration // replaced by tests
	silence    time.Duration          // likewise
}

// DB is an open casework database. It is safe for use by several goroutines,
// and several servers may have the same database open.
type DB struct {
	relational.Events
	where string
	pool  *sql.DB
	// writing lets one writer of this process in at a time, so that those who
	// wait take no connection.
	writing chan struct{}
	// lockTimeout is how long a writer waits for another, in milliseconds.
	lockTimeout string
	// servers is how many the address names.
	servers int
	// life is held for reading by every call and for writing by Close.
	life   sync.RWMutex
	closed bool
}

var _ relational.DB = (*DB)(nil)

// Open connects to the database and brings its tables up to this program's
// version. A database with tables of another program is refused.
func Open(ctx context.Context, o Options) (*DB, error) {
	if o.Now == nil {
		return nil, errors.New("casework store: Options.Now is not set")
	}
	if o.LockTimeout == 0 {
		o.LockTimeout = 10 * time.Second
	}
	if o.migrations == nil {
		var err error
		if o.migrations, err = relational.Migrations(files); err != nil {
			return nil, err
		}
	}
	cfg, where, err := address(o)
	if err != nil {
		return nil, err
	}
	limit := netidle.New(silenceOfStep)
	cfg.DialFunc = limit.Dialer(cfg.DialFunc)
	db := &DB{where: where, pool: stdlib.OpenDB(*cfg, stdlib.OptionAfterConnect(settle)), writing: make(chan struct{}, 1),
		lockTimeout: strconv.FormatInt(o.LockTimeout.Milliseconds(), 10), servers: 1 + len(cfg.Fallbacks)}
	db.Events = relational.NewEvents(db)
	db.pool.SetMaxOpenConns(connections)
	db.pool.SetMaxIdleConns(connections)
	db.pool.SetConnMaxIdleTime(5 * time.Minute)
	if err := db.prepare(ctx, o); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	if o.silence == 0 {
		o.silence = o.LockTimeout + silence
	}
	limit.Set(o.silence)
	return db, nil
}

// A server that is cut off says nothing. Beyond what a writer may wait for another, no statement is silent for as long as this; a step that
// brings the tables up to date may be.
const (
	silence       = 20 * time.Second
	silenceOfStep = 15 * time.Minute
)

// Where names the database, without the user.
func (db *DB) Where() string { return db.where }

// Close lets the connections go. It may be called twice, and waits for calls
// that are under way.
func (db *DB) Close() error {
	db.life.Lock()
	defer db.life.Unlock()
	if db.closed {
		return nil
	}
	db.closed = true
	return db.pool.Close()
}

// A reader that hangs in the middle holds nobody up for longer than this, and
// a writer neither: what a pooler does with the setting of a connection is its
// own affair, so a writer says it again.
const idle = "60000"

func settle(ctx context.Context, conn *pgx.Conn) error {
	_, err := conn.Exec(ctx, "SET idle_in_transaction_session_timeout = "+idle)
	return err
}

// The first statement of a writing transaction waits for the lock and says
// whether the commit waits for the disk. A stricter setting of the server's
// own, such as waiting for a second machine, is left alone. Everything is said
// for this transaction alone: a pooler may give the next one another connection.
const (
	wait         = "SELECT set_config('lock_timeout', $2, true), set_config('idle_in_transaction_session_timeout', '" + idle + "', true), pg_advisory_xact_lock($1), "
	begin        = wait + "CASE WHEN current_setting('synchronous_commit') = 'off' THEN set_config('synchronous_commit', 'on', true) END"
	beginRelaxed = wait + "set_config('synchronous_commit', 'off', true)"
)

// Update implements relational.Transactions.
func (db *DB) Update(ctx context.Context, work func(*sql.Tx) error) error {
	return db.write(ctx, begin, work)
}

// UpdateRelaxed implements relational.Transactions.
func (db *DB) UpdateRelaxed(ctx context.Context, work func(*sql.Tx) error) error {
	return db.write(ctx, beginRelaxed, work)
}

func (db *DB) write(ctx context.Context, first string, work func(*sql.Tx) error) error {
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
	// Each statement sees what was committed before it began, and the lock is
	// taken first: what work reads is the newest there is.
	tx, err := db.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelReadCommitted})
	if err != nil {
		return db.explain(err)
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	if _, err := tx.ExecContext(ctx, first, writerLock, db.lockTimeout); err != nil {
		return db.explain(err)
	}
	if err := work(tx); err != nil {
		return db.explain(err)
	}
	if err := failpoint.At(failpoint.StoreBeforeCommit); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return db.uncertain(err)
	}
	return failpoint.At(failpoint.StoreAfterCommit)
}

// View implements relational.Transactions.
func (db *DB) View(ctx context.Context, work func(*sql.Tx) error) error {
	db.life.RLock()
	defer db.life.RUnlock()
	if db.closed {
		return store.ErrClosed
	}
	tx, err := db.pool.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return db.explain(err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := work(tx); err != nil {
		return db.explain(err)
	}
	return db.explain(tx.Commit())
}
