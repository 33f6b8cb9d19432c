package batch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/pipeline"
	"bellwether/internal/tracing"
	"bellwether/internal/warehouse"
	"bellwether/metrics/sourcehttp"
)

// Child is the process that does one order.
type Child struct {
	Now func() time.Time
	Log *slog.Logger
	// GiveWay lowers this process; nil leaves it as it is.
	GiveWay func(nice int) error
}

// traceTime is how long the collector of traces may take to take the last ones.
const traceTime = 5 * time.Second

// Serve reads one order from in, does it and says on out what came of it. What went wrong in the work is said there; the error is of the talk
// alone.
func (c Child) Serve(ctx context.Context, in io.Reader, out io.Writer) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var g given
	heard := json.NewDecoder(in)
	if err := heard.Decode(&g); err != nil {
		return fmt.Errorf("this verb is for the service alone, which tells it what to do: %w", err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, in)
		stop() // the service is gone, or wants the work to stop
	}()
	v := voice{to: json.NewEncoder(out)}
	outcome, err := c.do(ctx, g, &v)
	v.say(told{Done: ending(outcome, err)})
	return v.err
}

func (c Child) do(ctx context.Context, g given, v *voice) (out Outcome, err error) {
	cfg, err := g.settings()
	if err != nil {
		return out, err
	}
	c.giveWay(cfg)
	tracer, end, err := tracing.Start(ctx, cfg)
	if err != nil {
		return out, err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), traceTime)
		defer cancel()
		if err := end(ctx); err != nil {
			c.Log.Warn("traces were not sent", "error", err.Error())
		}
	}()
	snapshots := warehouse.NewFollower(cfg.Path(instance.Snapshots), instance.Limits(cfg), c.Log)
	defer func() { err = errors.Join(err, snapshots.Close()) }()
	return Do(ctx, With{Options: pipeline.Options{Config: cfg, Now: c.Now, Log: c.Log, Tracer: tracer,
		SourceClient: func(source string) *http.Client { return sourcehttp.Client(source, nil, c.Now, v.requested) }}, Snapshots: snapshots}, g.Order)
}

func (c Child) giveWay(cfg config.Config) {
	if c.GiveWay == nil || cfg.Runs.Nice == 0 {
		return
	}
	if err := c.GiveWay(cfg.Runs.Nice); err != nil {
		c.Log.Warn("this run does not give way to people who read pages; bellwether doctor says what to do", "error", err.Error())
	}
}

// voice says one thing at a time.
type voice struct {
	mu  sync.Mutex
	to  *json.Encoder
	err error
}

func (v *voice) say(t told) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if err := v.to.Encode(t); err != nil && v.err == nil {
		v.err = fmt.Errorf("tell the service: %w", err)
	}
}

func (v *voice) requested(source, code string, took time.Duration) {
	v.say(told{Request: &request{source, code, took}})
}
