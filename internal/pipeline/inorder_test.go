package pipeline

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
)

// Whichever piece is done first, they are taken in their order, and only a few are in hand at a time.
func TestPiecesAreTakenInTheirOrder(t *testing.T) {
	const n = 100
	second := make(chan struct{})
	var hand, most atomic.Int64
	var got []int
	err := inOrder(context.Background(), n, func(_ context.Context, i int) (int, error) {
		if now := hand.Add(1); now > most.Load() {
			most.Store(now)
		}
		switch i { // the first piece ends after the second
		case 0:
			<-second
		case 1:
			close(second)
		}
		return i, nil
	}, func(i int) error {
		hand.Add(-1)
		got = append(got, i)
		return nil
	})
	if err != nil || len(got) != n || !slices.IsSorted(got) {
		t.Errorf("%v: %v", err, got)
	}
	if limit := int64(runtime.GOMAXPROCS(0) + 2); most.Load() > limit {
		t.Errorf("%d pieces in hand at once, at most %d were meant", most.Load(), limit)
	}
}

// A piece that fails, one that can't be taken and a run that is broken off each end everything with their own error.
func TestAPieceThatFailsEndsTheRest(t *testing.T) {
	wrong := errors.New("wrong")
	for _, c := range []struct {
		name string
		do   func(context.Context, int) (int, error)
		take func(int) error
	}{
		{"a piece", func(_ context.Context, i int) (int, error) {
			if i == 7 {
				return 0, wrong
			}
			return i, nil
		}, func(int) error { return nil }},
		{"the taking", func(_ context.Context, i int) (int, error) { return i, nil }, func(i int) error {
			if i == 7 {
				return wrong
			}
			return nil
		}},
	} {
		if err := inOrder(context.Background(), 1000, c.do, c.take); !errors.Is(err, wrong) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	var once sync.Once
	err := inOrder(ctx, 1000, func(ctx context.Context, i int) (int, error) { once.Do(stop); return i, ctx.Err() }, func(int) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
}
