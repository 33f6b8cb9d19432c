package app

import (
	"context"
	"time"

	"bellwether/dashboard/page"
)

// aheadEvery is how often a new snapshot is looked for: what a run publishes is in force with the next request, whoever makes it.
const aheadEvery = time.Second

// aheadTime is how long making pages ahead may take in all.
const aheadTime = 15 * time.Second

// startAhead puts a new snapshot in force as soon as it is there, and makes the pages of the latest readers from it before they ask.
func (a *App) startAhead(ctx context.Context, dash *page.Server) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(aheadEvery)
		defer tick.Stop()
		for {
			if err := makeAhead(ctx, dash); err != nil && ctx.Err() == nil {
				a.opt.Log.Warn("the pages of the new snapshot could not be made ahead; the first reader waits for them", "error", err.Error())
			}
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
		}
	}()
	a.later("making pages ahead", func(context.Context) error {
		cancel()
		<-done
		return nil
	})
}

func makeAhead(ctx context.Context, dash *page.Server) error {
	ctx, cancel := context.WithTimeout(ctx, aheadTime)
	defer cancel()
	return dash.Ahead(ctx)
}
