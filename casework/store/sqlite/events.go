package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"bellwether/casework/store"
)

// TimeLayout writes a time as UTC text of a fixed width, which sorts as it
// reads and can be understood by a person with nothing but a SQLite shell.
const TimeLayout = "2006-01-02T15:04:05.000000000Z"

// Time formats t for storage.
func Time(t time.Time) string { return t.UTC().Format(TimeLayout) }

// ParseTime reads what Time wrote; the empty text is the zero time.
func ParseTime(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(TimeLayout, s)
	if err != nil {
		return time.Time{}, fmt.Errorf("casework store: a stored time cannot be read: %w", err)
	}
	return t, nil
}

// replayPage is how many events Replay reads at once. Between pages no read
// transaction is open, so that a long replay does not hold up the log.
const replayPage = 1000

const eventColumns = "position, stream, version, type, at, actor, data"

// Append records events at the end of a stream; see store.Store.
func (db *DB) Append(ctx context.Context, stream string, expected int64, events ...store.NewEvent) ([]store.Event, error) {
	if err := store.CheckAppend(stream, expected, events); err != nil {
		return nil, err
	}
	var recorded []store.Event
	err := db.Update(ctx, func(tx *sql.Tx) error {
		var actual int64
		row := tx.QueryRowContext(ctx, "SELECT coalesce(max(version), 0) FROM event WHERE stream = ?", stream)
		if err := row.Scan(&actual); err != nil {
			return err
		}
		if actual != expected {
			since, err := query(ctx, tx, "WHERE stream = ? AND version > ? ORDER BY version", stream, expected)
			if err != nil {
				return err
			}
			return &store.ConflictError{Stream: stream, Expected: expected, Actual: actual, Since: since}
		}
		recorded = make([]store.Event, 0, len(events))
		for i, e := range events {
			event, err := insert(ctx, tx, stream, expected+int64(i)+1, e)
			if err != nil {
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

func insert(ctx context.Context, tx *sql.Tx, stream string, version int64, e store.NewEvent) (store.Event, error) {
	done, err := tx.ExecContext(ctx,
		"INSERT INTO event (stream, version, type, at, actor, data) VALUES (?, ?, ?, ?, ?, ?)",
		stream, version, e.Type, Time(e.At), e.Actor, string(e.Data))
	if err != nil {
		return store.Event{}, err
	}
	position, err := done.LastInsertId()
	return store.Event{
		Position: position,
		Stream:   stream,
		Version:  version,
		Type:     e.Type,
		At:       e.At.UTC(),
		Actor:    e.Actor,
		Data:     append(json.RawMessage(nil), e.Data...),
	}, err
}

// Load returns one stream in version order; see store.Store.
func (db *DB) Load(ctx context.Context, stream string) ([]store.Event, error) {
	var events []store.Event
	err := db.View(ctx, func(tx *sql.Tx) (err error) {
		events, err = query(ctx, tx, "WHERE stream = ? ORDER BY version", stream)
		return err
	})
	return events, err
}

// Replay visits the events after a position; see store.Store. Events that are
// appended while it runs are left for the next replay, so it always ends.
func (db *DB) Replay(ctx context.Context, after int64, visit func(store.Event) error) error {
	var last int64
	err := db.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT coalesce(max(position), 0) FROM event").Scan(&last)
	})
	if err != nil {
		return err
	}
	for after < last {
		var page []store.Event
		err := db.View(ctx, func(tx *sql.Tx) (err error) {
			page, err = query(ctx, tx, "WHERE position > ? AND position <= ? ORDER BY position LIMIT ?", after, last, replayPage)
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
