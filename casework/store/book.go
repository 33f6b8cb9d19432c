package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"time"
)

// Book follows the streams under one prefix and keeps what each of them has come to. What another process adds is known after the next
// Refresh. It may be used by several goroutines at once.
type Book[T any] struct {
	store  Store
	prefix string
	now    func() time.Time
	fold   func(T, Event) (T, error)

	refreshing chan struct{} // holds one while somebody reads; whoever waits may give up
	mu         sync.RWMutex
	position   int64
	all        map[string]T
}

// NewBook is an empty book over the streams whose names begin with prefix; Refresh fills it. Fold says what a stream has come to by its
// next event, and gives an error for one that it does not know. Now is the clock of the events that the book records; nil for a book that only reads.
func NewBook[T any](s Store, prefix string, now func() time.Time, fold func(T, Event) (T, error)) *Book[T] {
	return &Book[T]{store: s, prefix: prefix, now: now, fold: fold, refreshing: make(chan struct{}, 1), all: map[string]T{}}
}

// Refresh reads what has been recorded since the last time. On an error the book stays as far as it had come and can be refreshed again.
func (b *Book[T]) Refresh(ctx context.Context) error {
	select {
	case b.refreshing <- struct{}{}:
		defer func() { <-b.refreshing }()
	case <-ctx.Done():
		return ctx.Err()
	}
	return b.store.Replay(ctx, b.Position(), func(e Event) error {
		b.mu.Lock()
		defer b.mu.Unlock()
		if id, ours := strings.CutPrefix(e.Stream, b.prefix); ours {
			next, err := b.fold(b.all[id], e)
			if err != nil {
				return err
			}
			b.all[id] = next
		}
		b.position = e.Position
		return nil
	})
}

// Get gives what the stream of an id has come to as of the last Refresh, and whether it has any event.
func (b *Book[T]) Get(id string) (T, bool) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	v, ok := b.all[id]
	return v, ok
}

// All gives everything as of the last Refresh by its id. The map is the caller's own.
func (b *Book[T]) All() map[string]T {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return maps.Clone(b.all)
}

// Position is how far into the store the book has come.
func (b *Book[T]) Position() int64 {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.position
}

// Now is the book's clock.
func (b *Book[T]) Now() time.Time { return b.now() }

// Record adds an event to the stream of an id whose version the caller has seen, 0 for a new one, and takes it in.
func (b *Book[T]) Record(ctx context.Context, id string, version int64, kind, by string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if _, err := b.store.Append(ctx, b.prefix+id, version, NewEvent{Type: kind, At: b.now().UTC(), Actor: by, Data: body}); err != nil {
		return err
	}
	return b.Refresh(ctx)
}

// Read takes the data of an event apart. The error names the book and the event, never what it says.
func (e Event) Read(book string, into any) error {
	if err := json.Unmarshal(e.Data, into); err != nil {
		return fmt.Errorf("%s: event %d cannot be read: %w", book, e.Position, err)
	}
	return nil
}

// Unknown is the error for an event whose type a book does not know.
func (e Event) Unknown(book string) error {
	return fmt.Errorf("%s: event %d has the unknown type %s: it was written by a newer version", book, e.Position, e.Type)
}

// NewID makes an opaque reference: no sequence whose gaps would tell how many there are.
func NewID() string {
	var raw [8]byte
	_, _ = rand.Read(raw[:]) // never fails: it ends the process where the system has no randomness
	return hex.EncodeToString(raw[:])
}
