package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"bellwether/casework/store/postgres/pgtest"
	"bellwether/casework/store/storetest"
)

// TestAStandbyIsPromoted has four writers at work when the server crashes and the standby that followed it is promoted. What any of them was told
// is recorded is on the new server, once; the lease is as it was, and its number goes on from there.
func TestAStandbyIsPromoted(t *testing.T) {
	first := pgtest.Start(t)
	address := first.Database()
	second := first.Standby(t)
	both := first.OrElse(address, second)
	ctx := t.Context()
	db := open(t, both)
	if !strings.Contains(db.Where(), first.Folder()+" or "+second.Folder()) {
		t.Errorf("Where() = %q", db.Where())
	}
	if hazards, err := db.Hazards(ctx); err != nil || slices.ContainsFunc(hazards, func(h string) bool { return strings.Contains(h, "synchronous") }) {
		t.Errorf("Hazards() = %q, %v", hazards, err)
	}
	if err := first.Exec(second.URL("postgres"), "CREATE TABLE no (x int)"); err == nil {
		t.Fatal("the standby takes writes before it is promoted")
	}
	// The standby first, and named alone: neither is taken for the server.
	open(t, second.OrElse(address, first)).Close()
	alone := strings.Replace(address, "?", "?target_session_attrs=read-write&", 1)
	if _, err := Open(ctx, options(second.OrElse(alone, second))); err == nil || !strings.Contains(err.Error(), "none of its servers takes writes") || !Unreachable(err) {
		t.Errorf("without a server that takes writes: %v", err)
	}
	lease, err := db.TakeLease(ctx, Lease{Name: "pipeline", Holder: "a", Who: "dash1"}, time.Hour, 6)
	if err != nil {
		t.Fatal(err)
	}

	w := writers{t: t, db: db, halfway: make(chan struct{}), promoted: make(chan struct{})}
	var all sync.WaitGroup
	for i := range w.acknowledged {
		all.Go(func() { w.write(i) })
	}
	<-w.halfway
	first.Kill()
	at := time.Now()
	second.Promote(t)
	close(w.promoted)
	all.Wait()
	t.Logf("writers went on; the last had its %d acknowledged %s after the crash", each, time.Since(at).Round(time.Millisecond))
	for i := range w.acknowledged {
		events, err := db.Load(ctx, stream(i))
		if err != nil || len(events) != each {
			t.Errorf("%s has %d of %d events, %v", stream(i), len(events), each, err)
		}
		for n, e := range events {
			if !e.At.Equal(storetest.New(n).At) {
				t.Errorf("%s: in place of what was acknowledged as %d is what happened at %s", stream(i), n, e.At)
			}
		}
	}
	if err := db.Check(ctx); err != nil {
		t.Error(err)
	}

	if err := db.HoldsLease(ctx, lease); err != nil {
		t.Errorf("the lease did not come over: %v", err)
	}
	other := Lease{Name: "pipeline", Holder: "b", Who: "dash2"}
	var held *LeaseHeldError
	if _, err := db.TakeLease(ctx, other, time.Hour, 0); !errors.As(err, &held) {
		t.Errorf("a second machine has it too: %v", err)
	}
	if err := db.DropLease(ctx, lease); err != nil {
		t.Fatal(err)
	}
	if got, err := db.TakeLease(ctx, other, time.Hour, 0); err != nil || got.Token != lease.Token+1 {
		t.Errorf("the next holder's number is %d after %d, %v", got.Token, lease.Token, err)
	}
	// The new server waits for nobody, and that is said.
	if hazards, err := db.Hazards(ctx); err != nil || !slices.Contains(hazards, "synchronous_standby_names is empty, and the address names a standby") {
		t.Errorf("Hazards() = %q, %v", hazards, err)
	}
}

// each is how much every writer has to be told is recorded.
const each = 60

func stream(i int) string { return fmt.Sprintf("case/%d", i) }

type writers struct {
	t                 *testing.T
	db                *DB
	acknowledged      [4]atomic.Int64
	half              sync.Once
	halfway, promoted chan struct{}
}

// write records one thing after another, each until it is acknowledged. Where the answer was lost it looks before it sends again, as the words
// of the error ask.
func (w *writers) write(i int) {
	ctx := context.WithoutCancel(w.t.Context())
	for n := int64(0); n < each; {
		_, err := w.db.Append(ctx, stream(i), n, storetest.New(int(n)))
		if err != nil {
			if !Unreachable(err) {
				w.t.Errorf("writer %d: %v", i, err)
				return
			}
			select {
			case <-w.promoted:
			case <-time.After(time.Millisecond):
			}
			events, looked := w.db.Load(ctx, stream(i))
			switch {
			case looked != nil && !Unreachable(looked):
				w.t.Errorf("writer %d looks: %v", i, looked)
				return
			case looked == nil && int64(len(events)) < n:
				w.t.Errorf("writer %d was told of %d and %d are there", i, n, len(events))
				return
			case looked == nil && int64(len(events)) == n+1: // it was recorded, and only the answer was lost
			default:
				continue
			}
		}
		n++
		if w.acknowledged[i].Store(n); n == each/2 {
			w.half.Do(func() { close(w.halfway) })
		}
	}
}

// A connection that was found closed before a question was put: the server is away, and nothing can have been recorded.
func TestAConnectionThatWasFoundClosed(t *testing.T) {
	db := &DB{where: "database casework at /run/a"}
	for name, err := range map[string]error{
		"a statement": db.explain(fmt.Errorf("it failed: %w", pgconn.ErrConnClosed)),
		"a commit":    db.uncertain(fmt.Errorf("it failed: %w", pgconn.ErrConnClosed)),
	} {
		if !Unreachable(err) || !strings.Contains(err.Error(), "nothing was recorded") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
