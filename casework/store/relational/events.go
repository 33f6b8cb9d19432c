package relational

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"bellwether/casework/store"
)

// Events is the event log in a database's table "event". An engine embeds it.
type Events struct{ on Transactions }

// NewEvents gives the log of a database.
func NewEvents(on Transactions) Events { return Events{on} }

// replayPage is how many events Replay reads at once. Between pages no read
// transaction is open, so that a long replay does not hold up the engine.
const replayPage = 1000

const eventColumns = "position, stream, version, type, at, actor, data"

// Append records events at the end of a stream; see store.Store.
func (l Events) Append(ctx context.Context, stream string, expected int64, events ...store.NewEvent) ([]store.Event, error) {
	if err := store.CheckAppend(stream, expected, events); err != nil {
		return nil, err
	}
	var recorded []store.Event
	err := l.on.Update(ctx, func(tx *sql.Tx) error {
		var actual, last int64
		row := tx.QueryRowContext(ctx, "SELECT coalesce(max(version), 0), (SELECT coalesce(max(position), 0) FROM event) FROM event WHERE stream = $1", stream)
		if err := row.Scan(&actual, &last); err != nil {
			return err
		}
		if actual != expected {
			since, err := query(ctx, tx, "WHERE stream = $1 AND version > $2 ORDER BY version", stream, expected)
			if err != nil {
				return err
			}
			return &store.ConflictError{Stream: stream, Expected: expected, Actual: actual, Since: since}
		}
		recorded = make([]store.Event, 0, len(events))
		for i, e := range events {
			n := int64(i) + 1
			event := store.Event{Position: last + n, Stream: stream, Version: expected + n, Type: e.Type, At: e.At.UTC(), Actor: e.Actor,
				Data: append(json.RawMessage(nil), e.Data...)}
			if err := Insert(ctx, tx, event); err != nil {
				return err
			}
			recorded = append(recorded, event)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return recorded, nil
}

// Insert writes one event as it stands. The position is counted, not drawn
// from a sequence: a sequence would leave a gap where a transaction failed,
// and a gap is how a lost event is told.
func Insert(ctx context.Context, tx *sql.Tx, e store.Event) error {
	_, err := tx.ExecContext(ctx, "INSERT INTO event ("+eventColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7)",
		e.Position, e.Stream, e.Version, e.Type, Time(e.At), e.Actor, string(e.Data))
	return err
}

// Load returns one stream in version order; see store.Store.
func (l Events) Load(ctx context.Context, stream string) ([]store.Event, error) {
	var events []store.Event
	err := l.on.View(ctx, func(tx *sql.Tx) (err error) {
		events, err = query(ctx, tx, "WHERE stream = $1 ORDER BY version", stream)
		return err
	})
	return events, err
}

// Replay visits the events after a position; see store.Store. Events that are
// appended while it runs are left for the next replay, so it always ends.
func (l Events) Replay(ctx context.Context, after int64, visit func(store.Event) error) error {
	var last int64
	err := l.on.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT coalesce(max(position), 0) FROM event").Scan(&last)
	})
	if err != nil {
		return err
	}
	for after < last {
		var page []store.Event
		err := l.on.View(ctx, func(tx *sql.Tx) (err error) {
			page, err = query(ctx, tx, "WHERE position > $1 AND position <= $2 ORDER BY position LIMIT $3", after, last, replayPage)
			return err
		})
		if err != nil {
			return err
		}
		if len(page) == 0 {
			return nil
		}
		for _, e := range page {
			if err := visit(e); err != nil {
				return err
			}
			after = e.Position
		}
	}
	return ctx.Err()
}

// Gaps counts what is missing from the order of events: positions of the whole
// log and versions of a stream.
func Gaps(ctx context.Context, tx *sql.Tx) (n int, err error) {
	err = tx.QueryRowContext(ctx, `SELECT
		(SELECT coalesce(max(position), 0) - count(*) FROM event) +
		(SELECT count(*) FROM (SELECT max(version) - count(*) AS gap FROM event GROUP BY stream) AS streams WHERE gap <> 0)`).Scan(&n)
	return n, err
}

func query(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]store.Event, error) {
	//nolint:gosec // where is one of this file's own conditions; what callers give goes in as arguments
	rows, err := tx.QueryContext(ctx, "SELECT "+eventColumns+" FROM event "+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var events []store.Event
	for rows.Next() {
		var e store.Event
		var at, data string
		if err := rows.Scan(&e.Position, &e.Stream, &e.Version, &e.Type, &at, &e.Actor, &data); err != nil {
			return nil, err
		}
		if e.At, err = ParseTime(at); err != nil {
			return nil, fmt.Errorf("event %d: %w", e.Position, err)
		}
		e.Data = json.RawMessage(data)
		events = append(events, e)
	}
	return events, rows.Err()
}
