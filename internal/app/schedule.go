package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/prometheus/client_golang/prometheus"
	"go.opentelemetry.io/otel/trace"

	"bellwether/ingest"
	"bellwether/ingest/sources"
	"bellwether/internal/batch"
	"bellwether/internal/config"
	"bellwether/internal/digest"
	"bellwether/internal/instance"
	"bellwether/internal/lease"
	"bellwether/internal/pipeline"
	"bellwether/internal/share"
	"bellwether/metrics"
)

// defaultEvery is how often an inbox is looked at where the configuration says nothing.
const defaultEvery = time.Hour

// schedule runs each source on its own interval, one at a time. A source that fails is counted, logged and shown, and stops no other.
type schedule struct {
	cfg  config.Config
	now  func() time.Time
	log  *slog.Logger
	cron gocron.Scheduler
	ctx  context.Context
	end  context.CancelFunc

	follower metrics.Snapshots
	queue    queue
	mail     func(context.Context) (digest.Outcome, error)
	tell     func(context.Context) error
	tracer   trace.Tracer
	lease    *lease.Keeper
	share    *share.Store
	client   func(source string) *http.Client // counts what a source is asked over the network
	apart    *batch.Process                   // does the work in processes of their own; nil where this one does it

	runs, failures *prometheus.CounterVec
	last           prometheus.Gauge // of all sources: which one stands still shows in runs

	looked atomic.Bool // since this process began

	mu     sync.Mutex
	errors map[string]string // by source: why its last attempt failed before any file could be read
}

func newSchedule(opt Options, reg prometheus.Registerer, follower metrics.Snapshots, q queue) (*schedule, error) {
	s := &schedule{cfg: opt.Config, now: opt.Now, log: opt.Log, errors: map[string]string{}, follower: follower, queue: q}
	s.ctx, s.end = context.WithCancel(context.Background())
	s.runs = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bellwether_schedule_runs_total", Help: "Scheduled looks at a source's inbox by this process."}, []string{"source"})
	s.failures = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bellwether_schedule_run_failures_total", Help: "Scheduled looks at a source's inbox that failed or refused a file."}, []string{"source"})
	s.last = prometheus.NewGauge(prometheus.GaugeOpts{Name: "bellwether_schedule_last_run_timestamp_seconds", Help: "When any source's inbox was last looked at by this process, as Unix time; 0 if not yet."})
	for _, src := range sources.All() {
		s.runs.WithLabelValues(src.Name)
		s.failures.WithLabelValues(src.Name)
	}
	for _, c := range []prometheus.Collector{s.runs, s.failures, s.last} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *schedule) start() error {
	cron, err := gocron.NewScheduler(gocron.WithLimitConcurrentJobs(1, gocron.LimitModeWait))
	if err != nil {
		return err
	}
	s.cron = cron
	for _, src := range sources.All() {
		set := s.cfg.Sources[src.Name]
		if !set.On() {
			continue
		}
		every := set.Every
		if every == 0 {
			every = defaultEvery
		}
		_, err := cron.NewJob(gocron.DurationJob(every), gocron.NewTask(s.look, src), gocron.WithName(src.Name),
			gocron.WithSingletonMode(gocron.LimitModeReschedule), gocron.WithStartAt(gocron.WithStartImmediately()))
		if err != nil {
			return err
		}
	}
	// The as-of date moves at midnight: what was fresh yesterday may be late today, even if nothing arrived.
	if _, err := cron.NewJob(gocron.DurationJob(defaultEvery), gocron.NewTask(s.here(s.turnOfDay)), gocron.WithName("turn of the day"), gocron.WithSingletonMode(gocron.LimitModeReschedule)); err != nil {
		return err
	}
	if _, err := cron.NewJob(gocron.DurationJob(defaultEvery), gocron.NewTask(s.here(s.sweep)), gocron.WithName("review queue"), gocron.WithSingletonMode(gocron.LimitModeReschedule),
		gocron.WithStartAt(gocron.WithStartImmediately())); err != nil {
		return err
	}
	if s.cfg.Ingest.KeepFilesDays > 0 {
		if _, err := cron.NewJob(gocron.DurationJob(eraseEvery), gocron.NewTask(s.here(s.eraseFiles)), gocron.WithName("delivered files"), gocron.WithSingletonMode(gocron.LimitModeReschedule),
			gocron.WithStartAt(gocron.WithStartDateTime(time.Now().Add(5*time.Minute)))); err != nil {
			return err
		}
	}
	if _, err := cron.NewJob(gocron.DurationJob(digestEvery), gocron.NewTask(s.here(s.digest)), gocron.WithName("weekly digest"), gocron.WithSingletonMode(gocron.LimitModeReschedule),
		gocron.WithStartAt(gocron.WithStartImmediately())); err != nil {
		return err
	}
	if _, err := cron.NewJob(gocron.DurationJob(defaultEvery), gocron.NewTask(s.backTest), gocron.WithName("back-test"), gocron.WithSingletonMode(gocron.LimitModeReschedule),
		gocron.WithStartAt(gocron.WithStartDateTime(time.Now().Add(time.Minute)))); err != nil {
		return err
	}
	if _, err := cron.NewJob(gocron.DurationJob(webhookEvery), gocron.NewTask(s.here(s.hook)), gocron.WithName("webhook"), gocron.WithSingletonMode(gocron.LimitModeReschedule)); err != nil {
		return err
	}
	cron.Start()
	return nil
}

func (s *schedule) stop(context.Context) error {
	s.end()
	if s.cron == nil {
		return nil
	}
	return s.cron.Shutdown()
}

// options open the pipeline for one of the schedule's tasks.
func (s *schedule) options(doing string) pipeline.Options {
	return pipeline.Options{Config: s.cfg, Doing: doing, Now: s.now, Log: s.log, SourceErrors: s.known(), SourceClient: s.client, Tracer: s.tracer, Lease: s.lease, Share: s.share}
}

// here has a task done by the machine alone that runs the pipeline: where several share one instance, one of them is enough.
func (s *schedule) here(task func()) func() {
	return func() {
		if s.lease.Holding() {
			task()
		}
	}
}

// taken has this machine, which came to run the pipeline, look at once at what the one before it may have left.
func (s *schedule) taken() {
	s.looked.Store(false)
	for _, job := range s.cron.Jobs() {
		if !slices.Contains(sourceNames(), job.Name()) {
			continue // their hour comes
		}
		if err := job.RunNow(); err != nil && s.ctx.Err() == nil {
			s.log.Warn("a task could not be begun early", "task", job.Name(), "error", err.Error())
		}
	}
}

// look takes one source's inbox in, and publishes if anything came of it.
func (s *schedule) look(src ingest.Source) {
	if !s.lease.Holding() {
		return
	}
	err := s.lookOnce(src.Name)
	var held *instance.HeldError
	if errors.As(err, &held) {
		s.log.Info("the instance is in use; this look is left out", "source", src.Name, "holder", held.Holder.PID)
		return
	}
	s.runs.WithLabelValues(src.Name).Inc()
	s.last.Set(float64(s.now().Unix()))
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.errors, src.Name)
	if err != nil && s.ctx.Err() == nil {
		s.failures.WithLabelValues(src.Name).Inc()
		s.errors[src.Name] = err.Error()
		s.log.Error("scheduled look at a source failed", "source", src.Name, "error", err.Error())
	}
}

func (s *schedule) lookOnce(source string) error {
	// The process before this one may have ended between loading and publishing.
	out, err := s.do(s.ctx, batch.Order{Work: batch.Look, Source: source, AskBehind: !s.looked.Load()})
	if out.Asked {
		s.looked.Store(true)
	}
	if out.Published {
		s.sweep()
	}
	return err
}

// do has work done: by a process of its own, or where there is none by this one.
func (s *schedule) do(ctx context.Context, o batch.Order) (batch.Outcome, error) {
	o.SourceErrors = s.known()
	if s.apart != nil {
		return s.apart.Do(ctx, o)
	}
	return batch.Do(ctx, batch.With{Options: s.options(""), Snapshots: s.follower}, o)
}

// hook tells the webhook's receiver what changed.
func (s *schedule) hook() {
	if err := s.tell(s.ctx); err != nil && s.ctx.Err() == nil {
		s.log.Warn("the webhook failed", "error", err.Error())
	}
}

// turnOfDay publishes again when the date has moved on.
func (s *schedule) turnOfDay() {
	out, err := s.do(s.ctx, batch.Order{Work: batch.TurnOfDay})
	var held *instance.HeldError
	switch {
	case errors.As(err, &held):
		s.log.Info("the turn of the day waits", "reason", err.Error())
	case err != nil && s.ctx.Err() == nil:
		s.log.Error("publishing at the turn of the day failed", "error", err.Error())
	}
	if out.Published {
		s.sweep()
	}
}

// backTest keeps a new back-test where one is due; a failure is logged and leaves the old report.
func (s *schedule) backTest() {
	if _, err := s.do(s.ctx, batch.Order{Work: batch.BackTest}); err != nil && s.ctx.Err() == nil {
		s.log.Error("keeping a new back-test failed", "error", err.Error())
	}
}

// sweep lets the review queue take in what the newest snapshot and the passing of time have moved.
func (s *schedule) sweep() {
	if err := s.queue.sweep(s.ctx, s.follower); err != nil && s.ctx.Err() == nil {
		s.log.Error("sweeping the review queue failed", "error", err.Error())
	}
}

func (s *schedule) known() map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make(map[string]string, len(s.errors))
	for k, v := range s.errors {
		out[k] = v
	}
	return out
}
