package store_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/memory"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

type tally struct {
	Sum int
	at  int64
}

func addUp(t tally, e store.Event) (tally, error) {
	var p struct{ N int }
	if err := e.Read("tally", &p); err != nil {
		return t, err
	}
	if e.Type != "added" {
		return t, e.Unknown("tally")
	}
	t.Sum, t.at = t.Sum+p.N, e.Version
	return t, nil
}

func newTally(s store.Store) *store.Book[tally] {
	return store.NewBook(s, "tally/", func() time.Time { return noon }, addUp)
}

func TestABookFollowsItsOwnStreams(t *testing.T) {
	s := memory.New()
	mine, other := newTally(s), newTally(s)
	if _, err := s.Append(t.Context(), "else/a", 0, store.NewEvent{Type: "added", At: noon, Actor: "u-1", Data: []byte(`"not ours"`)}); err != nil {
		t.Fatal(err)
	}
	for v := range int64(3) {
		if err := mine.Record(t.Context(), "a", v, "added", "u-1", map[string]int{"N": 2}); err != nil {
			t.Fatal(err)
		}
	}
	if got, ok := mine.Get("a"); !ok || got.Sum != 6 || got.at != 3 || mine.Position() != 4 {
		t.Errorf("got %+v, %v at %d", got, ok, mine.Position())
	}
	if _, ok := other.Get("a"); ok {
		t.Error("a book that was not refreshed knows what another recorded")
	}
	if err := other.Refresh(t.Context()); err != nil || len(other.All()) != 1 {
		t.Errorf("got %v, %v", other.All(), err)
	}
	var conflict *store.ConflictError
	if err := other.Record(t.Context(), "a", 1, "added", "u-2", map[string]int{"N": 1}); !errors.As(err, &conflict) {
		t.Errorf("an old version was taken: %v", err)
	}
	other.All()["b"] = tally{}
	if len(other.All()) != 1 {
		t.Error("the map that All gives is the book's own")
	}
}

func TestABookStopsAtWhatItDoesNotKnow(t *testing.T) {
	s := memory.New()
	b := newTally(s)
	for i, e := range []store.NewEvent{{Type: "added", Data: []byte(`{"N":1}`)}, {Type: "removed", Data: []byte(`{"N":7}`)}} {
		e.At, e.Actor = noon, "u-1"
		if _, err := s.Append(t.Context(), "tally/a", int64(i), e); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // and again: it does not pass over it the second time
		err := b.Refresh(t.Context())
		if err == nil || !strings.Contains(err.Error(), "event 2 has the unknown type removed") {
			t.Fatalf("got %v", err)
		}
		if got, _ := b.Get("a"); got.Sum != 1 || b.Position() != 1 {
			t.Errorf("got %+v at %d", got, b.Position())
		}
	}
}

func TestABookIsReadAndWrittenAtOnce(t *testing.T) {
	s := memory.New()
	b := newTally(s)
	var all sync.WaitGroup
	for _, id := range []string{"a", "b", "c", "d"} {
		all.Go(func() {
			for v := range int64(20) {
				if err := b.Record(context.Background(), id, v, "added", "u-1", map[string]int{"N": 1}); err != nil {
					t.Error(err)
				}
				b.Get("a")
				b.All()
			}
		})
	}
	all.Wait()
	for id, v := range b.All() {
		if v.Sum != 20 {
			t.Errorf("%s came to %d", id, v.Sum)
		}
	}
}

func TestReferencesAreOpaque(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		id := store.NewID()
		if len(id) != 16 || seen[id] {
			t.Fatalf("got %q", id)
		}
		seen[id] = true
	}
}
