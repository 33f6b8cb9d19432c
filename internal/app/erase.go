package app

import (
	"context"
	"errors"
	"time"

	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
	"bellwether/internal/retention"
)

// eraseEvery is how often delivered files are looked through for those whose days are over.
const eraseEvery = 24 * time.Hour

// eraseFiles erases the delivered files that have been kept for their number of days. What it can't do now it does tomorrow.
func (s *schedule) eraseFiles() {
	r, err := s.eraseOnce(s.ctx)
	var held *instance.HeldError
	switch {
	case errors.As(err, &held):
		s.log.Info("the instance is in use; delivered files are looked through tomorrow", "holder", held.Holder.PID)
	case err != nil && s.ctx.Err() == nil:
		s.log.Error("delivered files whose days are over could not be erased", "error", err.Error())
	case len(r.Erased)+len(r.Kept) > 0:
		s.log.Info("delivered files whose days are over", "days", r.Days, "erased", len(r.Erased), "kept", len(r.Kept))
	}
}

func (s *schedule) eraseOnce(ctx context.Context) (r retention.FilesReport, err error) {
	db, err := instance.OpenStore(ctx, s.cfg, s.now)
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	p, err := pipeline.Open(ctx, s.options("erase delivered files"))
	if err != nil {
		return r, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	return retention.EraseFiles(ctx, retention.Options{Config: s.cfg, Book: retention.NewBook(db, s.now), Now: s.now, By: "schedule"}, p, retention.FilesOptions{Days: s.cfg.Ingest.KeepFilesDays})
}
