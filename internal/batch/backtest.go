package batch

import (
	"context"
	"errors"
	"time"

	"bellwether/dashboard/read"
	"bellwether/internal/backtest"
	"bellwether/internal/instance"
	"bellwether/internal/replay"
	"bellwether/internal/warehouse"
)

// backTestTime is how long one scheduled back-test may take.
const backTestTime = 10 * time.Minute

// backTest keeps a new back-test where the kept one is of other rules or a week old. It reads a snapshot and nothing else, so that it
// stands in nobody's way. Where nothing can be looked back at yet, there is nothing to do.
func backTest(ctx context.Context, with With) error {
	within, cancel := context.WithTimeout(ctx, backTestTime)
	defer cancel()
	err := backTestOnce(within, with)
	if errors.Is(err, warehouse.ErrNoSnapshot) || errors.Is(err, replay.ErrNoLooks) {
		return nil
	}
	return err
}

func backTestOnce(ctx context.Context, with With) error {
	snap, release, err := with.Snapshots.Acquire(ctx)
	if err != nil {
		return err
	}
	defer release()
	dir := with.Config.Path(instance.Reports)
	kept, err := backtest.Kept(dir)
	if err != nil {
		with.Log.Warn("the kept back-test is made anew", "reason", err.Error())
	}
	frame, err := read.New(snap.DB(), snap.ID).Frame(ctx)
	if err != nil || frame.Empty || !kept.Due(frame.Run.AsOf, frame.Run.RuleSetHash) {
		return err
	}
	report, err := backtest.Run(ctx, snap.DB(), backtest.Options{Snapshot: snap.ID, AtMost: backtest.MostLooks})
	var large *backtest.TooLargeError
	if errors.As(err, &large) {
		with.Log.Info("the market is too large for a back-test beside the server; keep one with: bellwether backtest --keep", "looks", large.Looks)
		return nil
	}
	if err != nil {
		return err
	}
	with.Log.Info("a new back-test is kept", "snapshot", snap.ID)
	return backtest.Keep(dir, report)
}
