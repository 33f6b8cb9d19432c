package app

import (
	"context"
	"net/http"
	"testing"
	"time"

	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// TestReadyMeansReady takes away what pages need, one thing after another.
func TestReadyMeansReady(t *testing.T) {
	a, cfg := made(t)
	ask := func(want int, says string) {
		t.Helper()
		if code, body := getPage(t, a, "/readyz"); code != want || body != says+"\n" {
			t.Errorf("%d %q, want %d %q", code, body, want, says)
		}
		if code, _ := getPage(t, a, "/healthz"); code != http.StatusOK {
			t.Errorf("the process lives all the same, and healthz answers %d", code)
		}
	}
	ask(http.StatusServiceUnavailable, "no snapshot to serve yet")
	deliver(t, cfg, "company_events", "march.csv", events+"99198781,Damsonmere Support Limited,charge_created,2026-01-03,MR01\n")
	a.schedule.look(source(t, "company_events"))
	ask(http.StatusOK, "ready")
	if err := a.store.Close(); err != nil {
		t.Fatal(err)
	}
	ask(http.StatusServiceUnavailable, "the casework store does not answer")
	a.stopping.Store(true)
	ask(http.StatusServiceUnavailable, "stopping")
}

// TestAStopEndsTheRunAtASafePoint stops the server while its schedule is in the middle of a transform: the run ends, nothing of it is
// shown or left lying, and the next look does the whole work.
func TestAStopEndsTheRunAtASafePoint(t *testing.T) {
	a, cfg := made(t)
	deliver(t, cfg, "company_events", "march.csv", events+"99198781,Damsonmere Support Limited,charge_created,2026-01-03,MR01\n")
	reached, ended := make(chan struct{}), make(chan struct{})
	first := true
	failpoint.Arm(func(name string) error {
		if name == failpoint.ModelMade && first {
			first = false
			close(reached)
			<-a.schedule.ctx.Done() // the run stands still until the stop has begun
		}
		return nil
	})
	defer failpoint.Arm(nil)
	go func() {
		a.schedule.look(source(t, "company_events"))
		close(ended)
	}()
	<-reached
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := a.schedule.stop(ctx); err != nil {
		t.Fatal(err)
	}
	<-ended
	if all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots)); err != nil || len(all) != 0 {
		t.Errorf("after the stop there are %d snapshots, %v", len(all), err)
	}
	if known := a.schedule.known(); len(known) != 0 {
		t.Errorf("a stop is remembered as a failure: %v", known)
	}
	if lock, err := instance.Acquire(cfg.Dir, "test", time.Now()); err != nil {
		t.Errorf("the stopped run still holds the instance: %v", err)
	} else if err := lock.Unlock(); err != nil {
		t.Error(err)
	}
	again, err := New(t.Context(), Options{Config: cfg, Listen: "127.0.0.1:0", Now: a.opt.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Stop(context.WithoutCancel(t.Context()))
	again.schedule.look(source(t, "company_events"))
	if all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots)); err != nil || len(all) != 1 {
		t.Errorf("the next start publishes %d snapshots, %v", len(all), err)
	}
}
