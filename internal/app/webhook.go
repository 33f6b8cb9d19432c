package app

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
	"bellwether/internal/webhook"
)

// WebhookFile is the outbox, in the state folder.
const WebhookFile = "webhook.json"

// webhookEvery is how often the outbox is looked through; a message that failed waits longer by itself.
const webhookEvery = 30 * time.Second

//go:embed sql/webhook_flags.sql
var webhookFlagsSQL string

// newWebhook opens the outbox, nil if no address is set.
func newWebhook(cfg config.Config, now func() time.Time) (*webhook.Sender, error) {
	if cfg.Webhook.URL == "" {
		return nil, nil
	}
	secret, err := instance.ReadSecret(cfg.Path(instance.Secrets, cfg.Webhook.SecretFile))
	if err != nil {
		return nil, &config.Error{File: cfg.Path(config.FileName), Field: "webhook.secret_file", Why: fmt.Sprintf("can't be used: %v; make one with: (umask 077; openssl rand -hex 32 > secrets/NAME)", err)}
	}
	if err := os.MkdirAll(cfg.Path(opstate.Folder), 0o700); err != nil {
		return nil, err
	}
	return webhook.Open(webhook.Options{URL: cfg.Webhook.URL, Secret: []byte(secret), File: filepath.Join(cfg.Dir, opstate.Folder, WebhookFile), Link: cfg.Server.PublicURL, Now: now})
}

// webhookMetrics has series from the start, whether an address is set or not.
func webhookMetrics(reg prometheus.Registerer, s *webhook.Sender) error {
	counts := func() webhook.Counts {
		if s == nil {
			return webhook.Counts{}
		}
		return s.Counts()
	}
	for _, c := range []prometheus.Collector{
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "bellwether_webhook_attempts_total", Help: "Attempts to tell the webhook's receiver of a flag."}, func() float64 { return float64(counts().Attempts) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "bellwether_webhook_failures_total", Help: "Of them, those that failed."}, func() float64 { return float64(counts().Failures) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "bellwether_webhook_given_up_total", Help: "Messages that were put aside after the last attempt."}, func() float64 { return float64(counts().GivenUp) }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "bellwether_webhook_waiting", Help: "Messages that wait to be sent."}, func() float64 { return float64(counts().Waiting) }),
	} {
		if err := reg.Register(c); err != nil {
			return err
		}
	}
	return nil
}

// Tell puts what changed between snapshots into the webhook's outbox and sends what is due, as the schedule does twice a minute.
func (a *App) Tell(ctx context.Context) error {
	if a.webhook == nil {
		return nil
	}
	if err := a.observeFlags(ctx); err != nil {
		return err
	}
	n, err := a.webhook.Deliver(ctx)
	if n > 0 {
		a.opt.Log.Info("the webhook's receiver was told of flags", "messages", n)
	}
	return err
}

func (a *App) observeFlags(ctx context.Context) error {
	snap, release, err := a.follower.Acquire(ctx)
	if errors.Is(err, warehouse.ErrNoSnapshot) {
		return nil
	}
	if err != nil {
		return err
	}
	defer release()
	hidden, err := a.hiddenProviders(ctx)
	if err != nil {
		return err
	}
	rows, err := snap.DB().QueryContext(ctx, webhookFlagsSQL)
	if err != nil {
		return fmt.Errorf("read the flags for the webhook: %w", err)
	}
	defer rows.Close()
	var flags []webhook.Flag
	var run sql.NullString
	for rows.Next() {
		var f webhook.Flag
		var provider string
		if err := rows.Scan(&f.ID, &provider, &f.State, &f.Level, &run); err != nil {
			return err
		}
		if !hidden[provider] {
			flags = append(flags, f)
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	_, err = a.webhook.Observe(snap.ID, run.String, flags)
	return err
}

// hiddenProviders are those with a case that is hidden from anybody: that something moved there must not leave the house.
func (a *App) hiddenProviders(ctx context.Context) (map[string]bool, error) {
	if err := a.hidden.Refresh(ctx); err != nil {
		return nil, err
	}
	all, err := a.cases.All(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string]bool{}
	for _, c := range all {
		if a.hidden.Restricted(c.ID) {
			out[c.Subject()] = true
		}
	}
	return out, nil
}
