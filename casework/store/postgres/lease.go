package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"bellwether/casework/store/relational"
)

// Lease is the right of one machine to do something that no two may do at once.
// It ends by itself when it is not renewed. Token grows with every new holder.
type Lease struct {
	Name   string
	Holder string // a machine's own random id
	Who    string // the machine, in words for a person
	Token  int64
	Since  time.Time
	Until  time.Time
}

// LeaseHeldError says which machine holds a lease.
type LeaseHeldError struct{ Lease Lease }

// Error names the machine.
func (e *LeaseHeldError) Error() string {
	return fmt.Sprintf("%s holds the lease of the %s since %s UTC", e.Lease.Who, e.Lease.Name, e.Lease.Since.UTC().Format("2 Jan 2006 15:04:05"))
}

// ErrLeaseLost says that a machine no longer holds a lease that it took.
var ErrLeaseLost = errors.New("the lease was lost: another machine has taken it, or it was not renewed in time")

// serverTime is the clock of leases: the database's, which all machines share,
// at the moment and not at the transaction's beginning.
const serverTime = `to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"000Z"')`

// Clock gives what the server's clock says.
func (db *DB) Clock(ctx context.Context) (at time.Time, err error) {
	err = db.View(ctx, func(tx *sql.Tx) error {
		var text string
		if err := tx.QueryRowContext(ctx, "SELECT "+serverTime).Scan(&text); err != nil {
			return err
		}
		at, err = relational.ParseTime(text)
		return err
	})
	return at, err
}

// RenewLease renews a lease that a machine holds at this moment, and gives it; ErrLeaseLost if it holds none. It needs no number: none is given out.
func (db *DB) RenewLease(ctx context.Context, want Lease, last time.Duration) (got Lease, err error) {
	err = db.Update(ctx, func(tx *sql.Tx) error {
		now, have, err := readLease(ctx, tx, want.Name)
		if err == nil && (have.Holder != want.Holder || have.Token == 0 || !now.Before(have.Until)) {
			err = ErrLeaseLost
		}
		if err != nil {
			return err
		}
		got = have
		got.Who, got.Until = want.Who, now.Add(last)
		return writeLease(ctx, tx, got)
	})
	return got, err
}

// TakeLease takes or renews a lease for a machine. A machine that holds it keeps
// its token; a new holder, and one that let it run out, gets one that is greater
// than every earlier one and than atLeast. If another machine holds it, it is
// a *LeaseHeldError.
func (db *DB) TakeLease(ctx context.Context, want Lease, last time.Duration, atLeast int64) (got Lease, err error) {
	err = db.Update(ctx, func(tx *sql.Tx) error {
		now, have, err := readLease(ctx, tx, want.Name)
		if err != nil {
			return err
		}
		live := now.Before(have.Until)
		if live && have.Holder != want.Holder {
			return &LeaseHeldError{have}
		}
		got = want
		if got.Token, got.Since = have.Token, have.Since; !live || have.Token == 0 {
			got.Token, got.Since = max(have.Token, atLeast)+1, now
		}
		got.Until = now.Add(last)
		return writeLease(ctx, tx, got)
	})
	return got, err
}

func writeLease(ctx context.Context, tx *sql.Tx, l Lease) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO lease (name, holder, who, token, since, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, who = excluded.who, token = excluded.token, since = excluded.since, expires_at = excluded.expires_at`,
		l.Name, l.Holder, l.Who, l.Token, relational.Time(l.Since), relational.Time(l.Until))
	return err
}

// HoldsLease says, by ErrLeaseLost, if a lease is no longer what TakeLease gave.
func (db *DB) HoldsLease(ctx context.Context, lease Lease) error {
	return db.View(ctx, func(tx *sql.Tx) error {
		now, have, err := readLease(ctx, tx, lease.Name)
		if err == nil && (have.Holder != lease.Holder || have.Token != lease.Token || !now.Before(have.Until)) {
			err = ErrLeaseLost
		}
		return err
	})
}

// DropLease lets go of a lease at once, so that another machine need not wait
// for its end. The token stays.
func (db *DB) DropLease(ctx context.Context, lease Lease) error {
	return db.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE lease SET expires_at = "+serverTime+" WHERE name = $1 AND holder = $2 AND token = $3", lease.Name, lease.Holder, lease.Token)
		return err
	})
}

// readLease reads a lease beside the server's clock; one that nobody ever took
// has token 0.
func readLease(ctx context.Context, tx *sql.Tx, name string) (now time.Time, l Lease, err error) {
	var clock, since, until string
	if err := tx.QueryRowContext(ctx, "SELECT "+serverTime).Scan(&clock); err != nil {
		return now, l, err
	}
	if now, err = relational.ParseTime(clock); err != nil {
		return now, l, err
	}
	err = tx.QueryRowContext(ctx, "SELECT name, holder, who, token, since, expires_at FROM lease WHERE name = $1", name).Scan(&l.Name, &l.Holder, &l.Who, &l.Token, &since, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return now, Lease{Name: name}, nil
	}
	if err != nil {
		return now, l, err
	}
	if l.Since, err = relational.ParseTime(since); err == nil {
		l.Until, err = relational.ParseTime(until)
	}
	return now, l, err
}
