// Package memory keeps a casework event store in memory. It is for tests and
// for trying a sequence of decisions without touching a file; nothing in it
// outlives the process.
package memory

import (
	"bytes"
	"context"
	"sync"

	"bellwether/casework/store"
)

// Store is an in-memory store.Store. The zero value is ready to use.
type Store struct {
	mu      sync.RWMutex
	all     []store.Event
	streams map[string][]int // indexes into all
	closed  bool
}

var _ store.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store { return &Store{} }

// Append records events at the end of a stream.
func (s *Store) Append(ctx context.Context, stream string, expected int64, events ...store.NewEvent) ([]store.Event, error) {
	if err := store.CheckAppend(stream, expected, events); err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	held := s.streams[stream]
	if actual := int64(len(held)); actual != expected {
		conflict := &store.ConflictError{Stream: stream, Expected: expected, Actual: actual}
		for i := expected; i < actual; i++ {
			conflict.Since = append(conflict.Since, copyOf(s.all[held[i]]))
		}
		return nil, conflict
	}
	if s.streams == nil {
		s.streams = map[string][]int{}
	}
	recorded := make([]store.Event, 0, len(events))
	for i, e := range events {
		event := store.Event{
			Position: int64(len(s.all)) + 1,
			Stream:   stream,
			Version:  expected + int64(i) + 1,
			Type:     e.Type,
			At:       e.At.UTC(),
			Actor:    e.Actor,
			Data:     bytes.Clone(e.Data),
		}
		s.streams[stream] = append(s.streams[stream], len(s.all))
		s.all = append(s.all, event)
		recorded = append(recorded, copyOf(event))
	}
	return recorded, nil
}

// Load returns one stream in version order.
func (s *Store) Load(ctx context.Context, stream string) ([]store.Event, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return nil, store.ErrClosed
	}
	var events []store.Event
	for _, i := range s.streams[stream] {
		events = append(events, copyOf(s.all[i]))
	}
	return events, nil
}

// Replay visits every event after a position. Events appended while it runs
// are not visited, so visit may append.
func (s *Store) Replay(ctx context.Context, after int64, visit func(store.Event) error) error {
	s.mu.RLock()
	all, closed := s.all, s.closed
	s.mu.RUnlock()
	if closed {
		return store.ErrClosed
	}
	for i := max(after, 0); i < int64(len(all)); i++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := visit(copyOf(all[i])); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Close makes every later call fail with store.ErrClosed.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// copyOf protects what is recorded from a caller that edits what it was given.
func copyOf(e store.Event) store.Event {
	e.Data = bytes.Clone(e.Data)
	return e
}
