package postgres

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

// testLease walks a lease through two machines. Where a lease must have run out it was taken for no time at all: nobody waits.
func testLease(t *testing.T, server databases) {
	address := server.Empty()
	one, two := open(t, address), open(t, address)
	ctx := context.Background()
	a, b := Lease{Name: "pipeline", Holder: "a", Who: "dash1"}, Lease{Name: "pipeline", Holder: "b", Who: "dash2"}
	take := func(db *DB, who Lease, last time.Duration, atLeast, want int64) Lease {
		t.Helper()
		got, err := db.TakeLease(ctx, who, last, atLeast)
		if err != nil || got.Token != want {
			t.Fatalf("TakeLease(%s) = token %d, %v; want %d", who.Who, got.Token, err, want)
		}
		return got
	}
	first := take(one, a, time.Minute, 0, 1)
	if again := take(one, a, time.Minute, 0, 1); !again.Since.Equal(first.Since) || !again.Until.After(first.Until) {
		t.Errorf("renewing made %+v of %+v", again, first)
	}
	var held *LeaseHeldError
	if _, err := two.TakeLease(ctx, b, time.Minute, 0); !errors.As(err, &held) || held.Lease.Holder != "a" || !strings.Contains(err.Error(), "dash1 holds the lease of the pipeline since") {
		t.Errorf("a second machine = %v", err)
	}
	if err := one.HoldsLease(ctx, first); err != nil {
		t.Error(err)
	}
	if err := one.DropLease(ctx, first); err != nil {
		t.Fatal(err)
	}
	if err := one.HoldsLease(ctx, first); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("after letting go: %v", err)
	}
	second := take(two, b, 0, 0, 2)            // for no time: it is over at once
	third := take(one, a, time.Minute, 41, 42) // the place of snapshots knows of 41
	if err := two.HoldsLease(ctx, second); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("the second machine still holds it: %v", err)
	}
	if err := two.DropLease(ctx, second); err != nil { // late, and not its own any more
		t.Fatal(err)
	}
	if err := one.HoldsLease(ctx, third); err != nil {
		t.Errorf("another machine let go of it: %v", err)
	}
	take(two, Lease{Name: "another", Holder: "b", Who: "dash2"}, time.Minute, 0, 1)
	// One machine that came too late to renew is a new holder: somebody may have come between.
	take(two, Lease{Name: "short", Holder: "b"}, 0, 0, 1)
	take(two, Lease{Name: "short", Holder: "b"}, 0, 0, 2)
}
