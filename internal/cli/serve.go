package cli

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"bellwether/internal/app"
	"bellwether/internal/config"
)

type serveCmd struct {
	Listen     string `help:"Where to listen, if not as configured (host:port)." placeholder:"ADDRESS"`
	NoSchedule bool   `help:"Serve only; run no source."`
	Follow     bool   `help:"Serve what another machine publishes in snapshots.share; load and publish nothing."`
}

// Help gives an example.
func (serveCmd) Help() string {
	return "With --follow this machine takes each snapshot that another publishes in snapshots.share, holds it against its sum and puts it in force within seconds; if the place refuses or hands out damage it goes on serving the last good one.\n\nExample:\n  bellwether serve --dir instance --listen 127.0.0.1:8080"
}

// Run serves until interrupted.
func (c serveCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	if c.Follow && cfg.Snapshots.Share == "" {
		return usage{errors.New("--follow needs to know where snapshots are shared: set snapshots.share in " + config.FileName)}
	}
	return s.serve(cfg, app.Options{Listen: c.Listen, Schedule: !c.NoSchedule && !c.Follow, Follow: c.Follow}, func(a *app.App) {
		operational, business := a.MetricsAddrs()
		fmt.Fprintf(s.Stdout, "Bellwether serves %s on %s://%s (metrics on %s/metrics and %s/metrics/business). Stop it with Ctrl-C.\n", cfg.Council, a.Scheme(), a.Addr(), operational, business)
	})
}

// servingGC has the memory of pages collected half as often as Go would by itself: a page leaves much behind, and what a service keeps is little
// beside the engine's memory. GOGC in the environment overrides it.
const servingGC = 200

// stopWithin is how long requests in hand may take to finish.
const stopWithin = 15 * time.Second

// serve runs the server until the context ends; ready is called once it listens.
func (s *session) serve(cfg config.Config, opt app.Options, ready func(*app.App)) (err error) {
	opt.Config, opt.Now, opt.Log = cfg, s.Now, s.logger()
	if s.Getenv != nil && s.Getenv("GOGC") == "" {
		debug.SetGCPercent(servingGC)
	}
	if s.GiveWay != nil {
		opt.Worker = s.worker
	}
	a, err := app.New(s.ctx, opt)
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(s.ctx), stopWithin)
		defer cancel()
		err = errors.Join(err, a.Stop(ctx))
	}()
	if err := a.Start(s.ctx); err != nil {
		return err
	}
	if !a.AssetsBuilt() {
		fmt.Fprintln(s.Stderr, "The pages have no style and no charts: this binary was built before the front-end packages were fetched. Run `make assets` and build again.")
	}
	ready(a)
	if err := a.Wait(s.ctx); err != nil {
		return err
	}
	fmt.Fprintln(s.Stderr, "\nStopped.")
	return nil
}
