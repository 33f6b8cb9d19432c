package app

import (
	"context"
	"database/sql"

	"github.com/prometheus/client_golang/prometheus"
)

// startSharing takes snapshots that other machines publish, and publishes what could not be shared when it was made.
func (a *App) startSharing(ctx context.Context) {
	if a.share == nil {
		return
	}
	a.inBackground(ctx, "shared snapshots", func(ctx context.Context) {
		a.share.Follow(ctx, a.opt.Config.Snapshots.Every, func() (int64, bool) { return a.lease.Fence(), a.opt.Schedule && a.lease.Holding() })
	})
}

// startKeeping has this machine take the lease of the pipeline when it is free, and keep it. It is let go of at a stop, so that
// another machine need not wait; the schedule has ended by then, because it is put up after this.
func (a *App) startKeeping(ctx context.Context) {
	if a.lease == nil {
		return
	}
	a.later("the lease of the pipeline", a.lease.Drop)
	a.inBackground(ctx, "keeping the lease", func(ctx context.Context) { a.lease.Keep(ctx, a.schedule.taken) })
}

// inBackground runs work until it is taken down, and waits for its end then.
func (a *App) inBackground(ctx context.Context, name string, work func(context.Context)) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		work(ctx)
	}()
	a.later(name, func(context.Context) error {
		cancel()
		<-done
		return nil
	})
}

// sharedMetrics has series from the start, whether anything is shared or not.
func (a *App) sharedMetrics(reg prometheus.Registerer) error {
	truth := func(yes bool) float64 {
		if yes {
			return 1
		}
		return 0
	}
	all := []prometheus.Collector{
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "bellwether_casework_store_up", Help: "1 if the casework store answers, 0 if not."}, func() float64 {
			ctx, cancel := context.WithTimeout(context.Background(), readyLimit)
			defer cancel()
			return truth(a.store.View(ctx, func(tx *sql.Tx) error { return tx.QueryRowContext(ctx, "SELECT 1").Scan(new(int)) }) == nil)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "bellwether_pipeline_holder", Help: "1 if this process runs the pipeline, 0 if it only serves or another machine holds the lease."}, func() float64 {
			return truth(a.opt.Schedule && a.lease.Holding())
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "bellwether_share_failing", Help: "1 while snapshots can't be exchanged with the place where machines share them, 0 if they can or if none is configured."}, func() float64 {
			return truth(a.share.Stats().Failing)
		}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "bellwether_share_last_success_timestamp_seconds", Help: "When that place was last found in order, as Unix time; 0 if not yet."}, func() float64 {
			if at := a.share.Stats().At; !at.IsZero() {
				return float64(at.Unix())
			}
			return 0
		}),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "bellwether_share_failures_total", Help: "Exchanges with that place that failed; the log says what was wrong."}, func() float64 {
			n := 0
			for _, failures := range a.share.Stats().Failures {
				n += failures
			}
			return float64(n)
		}),
	}
	for _, c := range all {
		if err := reg.Register(c); err != nil {
			return err
		}
	}
	return nil
}
