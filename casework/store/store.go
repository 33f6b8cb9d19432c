// Package store defines the narrow, append-only event store that casework
// stands on. An implementation keeps streams of events: it adds to the end of
// a stream, reads one stream, and replays all of them in the order in which
// they were acknowledged. Nothing in the interface edits or removes an event,
// so a decision that was once recorded can always be shown to the next reader.
package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Limits that every implementation enforces, so that a store can be exchanged
// without discovering that the next one refuses what the last one took.
const (
	MaxStreamLength = 200
	MaxTypeLength   = 80
	MaxActorLength  = 200
	MaxDataBytes    = 1 << 20
	MaxBatch        = 1000
)

// ErrClosed is returned by every method of a store after Close.
var ErrClosed = errors.New("casework store: the store is closed")

// Event is one recorded fact. Position orders events over the whole store and
// has no gaps; Version orders them within their stream; both start at 1.
type Event struct {
	Position int64
	Stream   string
	Version  int64
	Type     string
	At       time.Time
	Actor    string
	Data     json.RawMessage
}

// NewEvent is an event that has not been recorded yet.
type NewEvent struct {
	Type  string
	At    time.Time
	Actor string
	Data  json.RawMessage
}

// Store is the whole of what casework needs from a database.
type Store interface {
	// Append records events at the end of a stream, all or none. Expected is
	// the version the caller has seen, 0 for a stream that must not exist yet.
	// When Append returns without an error the events are durable. When the
	// stream has moved on it returns a *ConflictError and records nothing.
	Append(ctx context.Context, stream string, expected int64, events ...NewEvent) ([]Event, error)
	// Load returns one stream in version order, nil if it has no events.
	Load(ctx context.Context, stream string) ([]Event, error)
	// Replay calls visit for every event whose position is above after, in
	// position order. It stops at the first error of visit and returns it.
	Replay(ctx context.Context, after int64, visit func(Event) error) error
	// Close releases the store. It may be called twice.
	Close() error
}

// ConflictError says that somebody else wrote to the stream first. It carries
// both versions, so that the second person can be shown what the first did.
type ConflictError struct {
	Stream   string
	Expected int64
	Actual   int64
	// Since holds the events that the caller had not seen, oldest first. It is
	// empty when the caller expected more events than the stream has.
	Since []Event
}

// Error names the stream and both versions.
func (e *ConflictError) Error() string {
	return fmt.Sprintf("casework store: %s is at version %d, not %d: read it again and decide on what is there now",
		e.Stream, e.Actual, e.Expected)
}

// InvalidError says that an append was refused before anything was read or
// written, because the request itself breaks a limit of the store.
type InvalidError struct {
	Field  string
	Reason string
}

// Error names the field and what is wrong with it, never its value.
func (e *InvalidError) Error() string {
	return fmt.Sprintf("casework store: cannot record the event: %s %s", e.Field, e.Reason)
}

// CheckAppend validates the arguments of an Append. Implementations call it
// first, which keeps their limits the same.
func CheckAppend(stream string, expected int64, events []NewEvent) error {
	switch {
	case !cleanName(stream, MaxStreamLength):
		return &InvalidError{"stream", fmt.Sprintf("must be 1 to %d visible ASCII characters without spaces", MaxStreamLength)}
	case expected < 0:
		return &InvalidError{"expected version", "must not be negative"}
	case len(events) == 0:
		return &InvalidError{"events", "must hold at least one event"}
	case len(events) > MaxBatch:
		return &InvalidError{"events", fmt.Sprintf("must hold at most %d events", MaxBatch)}
	}
	for i, e := range events {
		if err := checkEvent(e); err != nil {
			err.Field = fmt.Sprintf("event %d: %s", i+1, err.Field)
			return err
		}
	}
	return nil
}

func checkEvent(e NewEvent) *InvalidError {
	switch {
	case !cleanName(e.Type, MaxTypeLength):
		return &InvalidError{"type", fmt.Sprintf("must be 1 to %d visible ASCII characters without spaces", MaxTypeLength)}
	case !cleanName(e.Actor, MaxActorLength):
		return &InvalidError{"actor", fmt.Sprintf("must be 1 to %d visible ASCII characters without spaces", MaxActorLength)}
	case e.At.IsZero():
		return &InvalidError{"time", "must be set"}
	case e.At.Year() < 1900 || e.At.Year() > 9999:
		return &InvalidError{"time", "must lie between the years 1900 and 9999"}
	case len(e.Data) > MaxDataBytes:
		return &InvalidError{"data", fmt.Sprintf("must be at most %d bytes", MaxDataBytes)}
	case !json.Valid(e.Data):
		return &InvalidError{"data", "must be valid JSON"}
	}
	return nil
}

// cleanName accepts identifiers only: no spaces, no control characters and
// nothing outside ASCII, so a name can stand in a log or an error as it is.
func cleanName(s string, limit int) bool {
	if s == "" || len(s) > limit {
		return false
	}
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] > '~' {
			return false
		}
	}
	return true
}
