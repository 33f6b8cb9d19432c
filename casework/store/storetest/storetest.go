// Package storetest holds the conformance suite of the casework event store.
// Every implementation runs it, so that all of them keep the same promises.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"bellwether/casework/store"

	"github.com/google/go-cmp/cmp"
)

// Open returns an empty store for one test. The suite closes it.
type Open func(t *testing.T) store.Store

// Start is the fixed time that the suite stamps its events from.
var Start = time.Date(2026, 3, 14, 9, 26, 53, 589793238, time.UTC)

// Run runs every test of the suite against stores that open returns.
func Run(t *testing.T, open Open) {
	t.Helper()
	for _, c := range []struct {
		name string
		test func(*testing.T, store.Store)
	}{
		{"append then load", testAppendLoad},
		{"values survive exactly", testRoundTrip},
		{"an unknown stream is empty", testUnknownStream},
		{"streams do not mix", testStreamsApart},
		{"stale version conflicts", testConflict},
		{"a version ahead of the stream conflicts", testConflictAhead},
		{"a refused batch leaves nothing", testAtomic},
		{"invalid input is refused", testInvalid},
		{"replay keeps the order of acknowledgement", testReplayOrder},
		{"replay from a position", testReplayFrom},
		{"replay stops at an error", testReplayStops},
		{"an event may be appended during a replay", testReplayAppend},
		{"one of many writers wins each version", testConcurrentOneStream},
		{"writers to different streams all succeed", testConcurrentStreams},
		{"a cancelled context records nothing", testCancelled},
		{"returned data is the caller's own", testIsolation},
		{"a closed store refuses", testClosed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := open(t)
			t.Cleanup(func() {
				if err := s.Close(); err != nil {
					t.Errorf("Close() = %v", err)
				}
			})
			c.test(t, s)
		})
	}
}

// New builds a numbered event for tests.
func New(n int) store.NewEvent {
	return store.NewEvent{
		Type:  "noted",
		At:    Start.Add(time.Duration(n) * time.Second),
		Actor: "user-1",
		Data:  json.RawMessage(fmt.Sprintf(`{"n":%d}`, n)),
	}
}

func appendOK(t *testing.T, s store.Store, stream string, expected int64, events ...store.NewEvent) []store.Event {
	t.Helper()
	recorded, err := s.Append(context.Background(), stream, expected, events...)
	if err != nil {
		t.Fatalf("Append(%s, %d) = %v", stream, expected, err)
	}
	return recorded
}

func load(t *testing.T, s store.Store, stream string) []store.Event {
	t.Helper()
	events, err := s.Load(context.Background(), stream)
	if err != nil {
		t.Fatalf("Load(%s) = %v", stream, err)
	}
	return events
}

func replay(t *testing.T, s store.Store, after int64) []store.Event {
	t.Helper()
	var events []store.Event
	err := s.Replay(context.Background(), after, func(e store.Event) error {
		events = append(events, e)
		return nil
	})
	if err != nil {
		t.Fatalf("Replay(%d) = %v", after, err)
	}
	return events
}

func testAppendLoad(t *testing.T, s store.Store) {
	first := appendOK(t, s, "a", 0, New(1), New(2))
	second := appendOK(t, s, "a", 2, New(3))
	if diff := cmp.Diff(append(first, second...), load(t, s, "a")); diff != "" {
		t.Errorf("what Append returned is not what Load gives (-append +load):\n%s", diff)
	}
	for i, e := range load(t, s, "a") {
		if e.Version != int64(i+1) || e.Position != int64(i+1) || e.Stream != "a" {
			t.Errorf("event %d = stream %q version %d position %d", i, e.Stream, e.Version, e.Position)
		}
	}
}

func testRoundTrip(t *testing.T, s store.Store) {
	data := json.RawMessage(`{"text":"O'Neil said \"née\"; -- 😀\u0000","big":9007199254740993}`)
	in := store.NewEvent{Type: "review.decided/v1", At: Start.In(time.FixedZone("BST", 3600)), Actor: "https://login|sub", Data: data}
	appendOK(t, s, "review/f-1", 0, in)
	got := load(t, s, "review/f-1")
	want := []store.Event{{Position: 1, Stream: "review/f-1", Version: 1, Type: in.Type, At: Start, Actor: in.Actor, Data: data}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got[0].At.Location() != time.UTC {
		t.Errorf("time came back in %v, want UTC", got[0].At.Location())
	}
}

func testUnknownStream(t *testing.T, s store.Store) {
	if events := load(t, s, "nothing/here"); len(events) != 0 {
		t.Errorf("Load of an unknown stream gave %d events", len(events))
	}
	if events := replay(t, s, 0); len(events) != 0 {
		t.Errorf("Replay of an empty store gave %d events", len(events))
	}
}

func testStreamsApart(t *testing.T, s store.Store) {
	// Names that a careless store could fold together.
	names := []string{"a", "A", "a/", "a%", "a_", "a'"}
	for i, name := range names {
		appendOK(t, s, name, 0, New(i))
	}
	for i, name := range names {
		events := load(t, s, name)
		if len(events) != 1 || string(events[0].Data) != fmt.Sprintf(`{"n":%d}`, i) {
			t.Errorf("stream %q holds %v", name, events)
		}
	}
}

func testConflict(t *testing.T, s store.Store) {
	appendOK(t, s, "a", 0, New(1))
	theirs := appendOK(t, s, "a", 1, New(2), New(3))
	_, err := s.Append(context.Background(), "a", 1, New(4))
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) {
		t.Fatalf("Append at a stale version = %v, want a *ConflictError", err)
	}
	want := &store.ConflictError{Stream: "a", Expected: 1, Actual: 3, Since: theirs}
	if diff := cmp.Diff(want, conflict); diff != "" {
		t.Errorf("conflict (-want +got):\n%s", diff)
	}
	if n := len(load(t, s, "a")); n != 3 {
		t.Errorf("the stream holds %d events after a conflict, want 3", n)
	}
}

func testConflictAhead(t *testing.T, s store.Store) {
	_, err := s.Append(context.Background(), "a", 7, New(1))
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) || conflict.Expected != 7 || conflict.Actual != 0 || len(conflict.Since) != 0 {
		t.Errorf("Append ahead of the stream = %v", err)
	}
}

func testAtomic(t *testing.T, s store.Store) {
	bad := New(3)
	bad.Data = json.RawMessage(`{`)
	if _, err := s.Append(context.Background(), "a", 0, New(1), New(2), bad); err == nil {
		t.Fatal("a batch with a broken event was recorded")
	}
	if n := len(replay(t, s, 0)); n != 0 {
		t.Errorf("%d events were left by a refused batch", n)
	}
	// Positions must not have been used up either: readers rely on no gaps.
	if got := appendOK(t, s, "a", 0, New(1)); got[0].Position != 1 {
		t.Errorf("first position = %d, want 1", got[0].Position)
	}
}

func testInvalid(t *testing.T, s store.Store) {
	var invalid *store.InvalidError
	if _, err := s.Append(context.Background(), "has space", 0, New(1)); !errors.As(err, &invalid) {
		t.Errorf("a stream name with a space = %v, want an *InvalidError", err)
	}
	if _, err := s.Append(context.Background(), "a", 0); !errors.As(err, &invalid) {
		t.Errorf("an empty append = %v, want an *InvalidError", err)
	}
}

func testReplayOrder(t *testing.T, s store.Store) {
	var want []store.Event
	want = append(want, appendOK(t, s, "b", 0, New(1))...)
	want = append(want, appendOK(t, s, "a", 0, New(2), New(3))...)
	want = append(want, appendOK(t, s, "b", 1, New(4))...)
	if diff := cmp.Diff(want, replay(t, s, 0)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func testReplayFrom(t *testing.T, s store.Store) {
	for i := range 5 {
		appendOK(t, s, fmt.Sprint("s", i), 0, New(i))
	}
	for _, tt := range []struct {
		after int64
		want  int
	}{{-1, 5}, {0, 5}, {2, 3}, {5, 0}, {99, 0}} {
		if got := len(replay(t, s, tt.after)); got != tt.want {
			t.Errorf("Replay(%d) gave %d events, want %d", tt.after, got, tt.want)
		}
	}
}

func testReplayStops(t *testing.T, s store.Store) {
	appendOK(t, s, "a", 0, New(1), New(2), New(3))
	stop := errors.New("enough")
	seen := 0
	err := s.Replay(context.Background(), 0, func(store.Event) error {
		seen++
		if seen == 2 {
			return stop
		}
		return nil
	})
	if !errors.Is(err, stop) || seen != 2 {
		t.Errorf("Replay() = %v after %d events, want the visitor's error after 2", err, seen)
	}
}

func testReplayAppend(t *testing.T, s store.Store) {
	appendOK(t, s, "a", 0, New(1), New(2))
	seen := 0
	err := s.Replay(context.Background(), 0, func(e store.Event) error {
		seen++
		_, err := s.Append(context.Background(), fmt.Sprint("copy/", e.Position), 0, New(9))
		return err
	})
	if err != nil || seen < 2 {
		t.Errorf("Replay() = %v after %d events", err, seen)
	}
}

func testConcurrentOneStream(t *testing.T, s store.Store) {
	const writers, rounds = 8, 5
	for round := range int64(rounds) {
		var wins, conflicts int
		var mu sync.Mutex
		var group sync.WaitGroup
		for w := range writers {
			group.Go(func() {
				_, err := s.Append(context.Background(), "a", round, New(w))
				mu.Lock()
				defer mu.Unlock()
				var conflict *store.ConflictError
				switch {
				case err == nil:
					wins++
				case errors.As(err, &conflict) && conflict.Actual == round+1 && len(conflict.Since) == 1:
					conflicts++
				default:
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		group.Wait()
		if wins != 1 || conflicts != writers-1 {
			t.Fatalf("round %d: %d writers won and %d were told of a conflict", round, wins, conflicts)
		}
	}
	if n := len(load(t, s, "a")); n != rounds {
		t.Errorf("%d events recorded, want %d", n, rounds)
	}
}

func testConcurrentStreams(t *testing.T, s store.Store) {
	const writers, each = 6, 10
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for i := range int64(each) {
				if _, err := s.Append(context.Background(), fmt.Sprint("s", w), i, New(int(i))); err != nil {
					t.Errorf("writer %d: %v", w, err)
					return
				}
			}
		})
	}
	group.Wait()
	events := replay(t, s, 0)
	if len(events) != writers*each {
		t.Fatalf("%d events, want %d", len(events), writers*each)
	}
	for i, e := range events {
		if e.Position != int64(i+1) {
			t.Fatalf("event %d has position %d: positions must have no gaps", i, e.Position)
		}
	}
}

func testCancelled(t *testing.T, s store.Store) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Append(ctx, "a", 0, New(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("Append() = %v, want context.Canceled", err)
	}
	if err := s.Replay(ctx, 0, func(store.Event) error { return nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("Replay() = %v, want context.Canceled", err)
	}
	if n := len(load(t, s, "a")); n != 0 {
		t.Errorf("%d events recorded under a cancelled context", n)
	}
}

func testIsolation(t *testing.T, s store.Store) {
	in := New(1)
	out := appendOK(t, s, "a", 0, in)
	in.Data[1], out[0].Data[1] = 'X', 'Y'
	load(t, s, "a")[0].Data[1] = 'Z'
	if got := string(load(t, s, "a")[0].Data); got != `{"n":1}` {
		t.Errorf("recorded data became %s", got)
	}
}

func testClosed(t *testing.T, s store.Store) {
	if err := s.Close(); err != nil {
		t.Fatalf("Close() = %v", err)
	}
	if _, err := s.Append(context.Background(), "a", 0, New(1)); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Append() = %v, want ErrClosed", err)
	}
	if _, err := s.Load(context.Background(), "a"); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Load() = %v, want ErrClosed", err)
	}
	if err := s.Replay(context.Background(), 0, func(store.Event) error { return nil }); !errors.Is(err, store.ErrClosed) {
		t.Errorf("Replay() = %v, want ErrClosed", err)
	}
}

// SameSet holds two lists against each other in any order.
func SameSet(t *testing.T, have, want []string) {
	t.Helper()
	have, want = slices.Sorted(slices.Values(have)), slices.Sorted(slices.Values(want))
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("they differ (-want +have):\n%s", diff)
	}
}
