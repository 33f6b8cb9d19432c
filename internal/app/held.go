package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"bellwether/dashboard/page"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/lease"
	"bellwether/internal/pipeline"
	"bellwether/internal/share"
)

// held loads files that the completeness gate holds, when somebody accepts them on a page.
type held struct {
	cfg config.Config
	now func() time.Time
	log *slog.Logger

	lease *lease.Keeper
	share *share.Store
}

var _ page.HeldFiles = held{}

// Accept implements page.HeldFiles. A load once begun is brought to its end though the browser goes away.
func (h held) Accept(ctx context.Context, load, by, why string) (says string, err error) {
	ctx = context.WithoutCancel(ctx)
	p, err := pipeline.Open(ctx, pipeline.Options{Config: h.cfg, Doing: "serve: accept a file", Now: h.now, Log: h.log, Lease: h.lease, Share: h.share})
	var busy *instance.HeldError
	if errors.As(err, &busy) {
		return "", page.ErrBusy
	}
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	r, err := p.Accept(ctx, load, by, why)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%s. It counts from the next run on.", r.Summary()), nil
}
