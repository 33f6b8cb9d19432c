package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/analytics/rules"
	"bellwether/casework/accounts"
	"bellwether/casework/cases"
	"bellwether/casework/clearance"
	"bellwether/casework/feeds"
	"bellwether/casework/intelligence"
	"bellwether/casework/personal"
	asks "bellwether/casework/requests"
	"bellwether/casework/restricted"
	"bellwether/casework/review"
	"bellwether/casework/store/relational"
	"bellwether/dashboard"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/ingest/sources"
	"bellwether/internal/access"
	"bellwether/internal/audit"
	"bellwether/internal/backtest"
	"bellwether/internal/batch"
	"bellwether/internal/config"
	"bellwether/internal/digest"
	"bellwether/internal/instance"
	"bellwether/internal/lease"
	"bellwether/internal/pipeline"
	"bellwether/internal/retention"
	"bellwether/internal/share"
	"bellwether/internal/tracing"
	"bellwether/internal/version"
	"bellwether/internal/warehouse"
	"bellwether/internal/webhook"
	"bellwether/metrics"
	"bellwether/metrics/sourcehttp"
)

// Options are what a server is made with.
type Options struct {
	Config   config.Config
	Listen   string // overrides the configuration; port 0 takes any free one
	Now      func() time.Time
	Log      *slog.Logger
	Schedule bool // run sources on their intervals
	Follow   bool // serve only what another machine publishes: nothing of this one's may be loaded or decided about
	// Worker makes the processes of their own in which scheduled runs are done, so that they give way to people who read; nil does them in this one.
	Worker func() (*exec.Cmd, error)
}

// App is one running server.
type App struct {
	opt      Options
	follower *warehouse.Follower
	store    relational.DB
	audit    *audit.Log
	takings  *audit.Takings
	server   *http.Server
	listener net.Listener
	schedule *schedule
	http     *sourcehttp.Metrics

	operational, business *prometheus.Registry
	endpoints             []*endpoint // those with listeners of their own
	dash                  *page.Server
	queue                 queue
	cases                 *cases.Desk
	hidden                *restricted.Book

	webhook *webhook.Sender // nil where no address is set
	share   *share.Store    // nil where snapshots stay on this machine
	lease   *lease.Keeper   // nil where no other machine could run the pipeline

	asked    read.Tally // what pages asked of snapshots
	stopping atomic.Bool

	mu       sync.Mutex
	teardown []named // taken down last in, first out
	failed   chan error
}

// overHTTP are the sources that can be read from a service instead of a folder; their requests are counted from nought.
var overHTTP = []string{"cqc_api"}

// SourceClient gives the HTTP client that a source's requests are to be made with, so that they are counted.
func (a *App) SourceClient(source string, base *http.Client) *http.Client {
	return a.http.Client(source, base)
}

func sourceNames() []string {
	var out []string
	for _, src := range sources.All() {
		out = append(out, src.Name)
	}
	return out
}

type named struct {
	name string
	stop func(context.Context) error
}

// New opens the instance's parts; nothing listens yet. What was opened before a failure is closed again.
func New(ctx context.Context, opt Options) (a *App, err error) {
	if opt.Log == nil {
		opt.Log = slog.New(slog.DiscardHandler)
	}
	a = &App{opt: opt, failed: make(chan error, 1)}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Stop(context.WithoutCancel(ctx)))
		}
	}()
	cfg := opt.Config
	limits := instance.Limits(cfg)
	tracer, stopTracing, err := tracing.Start(ctx, cfg)
	if err != nil {
		return a, err
	}
	a.later("traces", stopTracing)
	a.follower = warehouse.NewFollower(cfg.Path(instance.Snapshots), limits, opt.Log)
	a.later("snapshots", func(context.Context) error { return a.follower.Close() })
	if a.store, err = instance.OpenStore(ctx, cfg, opt.Now); err != nil {
		return a, err
	}
	a.later("casework store", func(context.Context) error { return a.store.Close() })
	if a.audit, err = instance.OpenAudit(cfg.Dir, opt.Now); err != nil {
		return a, err
	}
	a.later("audit", func(context.Context) error { return a.audit.Close() })

	if a.share, err = share.Open(cfg, opt.Now, opt.Log); err != nil {
		return a, err
	}
	if a.lease, err = lease.New(cfg, a.store, a.share.Highest(), opt.Log); err != nil {
		return a, err
	}

	a.operational, a.business = prometheus.NewRegistry(), prometheus.NewRegistry()
	registry := a.operational
	desk, err := review.NewDesk(a.store, CaseworkClock(cfg, opt.Now), queueOptions(cfg))
	if err != nil {
		return a, err
	}
	a.queue = queue{desk, opt.Log}
	way, err := instance.Pathway(cfg)
	if err != nil {
		return a, err
	}
	if a.cases, err = cases.NewDesk(a.store, CaseworkClock(cfg, opt.Now), way); err != nil {
		return a, err
	}
	requests, err := metrics.NewRequests(registry, opt.Now)
	if err != nil {
		return a, err
	}
	a.takings = audit.NewTakings(cfg.Path(instance.Audit, instance.AuditLog))
	asked, err := asks.NewBook(ctx, a.store, CaseworkClock(cfg, opt.Now), nil)
	if err != nil {
		return a, err
	}
	ops := newOperations(cfg.Dir, opt.Now, a.audit, a.takings, a.follower, retention.NewBook(a.store, opt.Now), asked)
	if err := metrics.Operational(registry, a.follower, ops, sourceNames(), opt.Now, opt.Log); err != nil {
		return a, err
	}
	if a.http, err = sourcehttp.New(registry, opt.Now, overHTTP...); err != nil {
		return a, err
	}
	dash, err := a.dashboard(requests)
	if err != nil {
		return a, err
	}
	listed, err := a.listed()
	if err != nil {
		return a, err
	}
	if err := metrics.Business(a.business, a.follower, a.queue, listed, opt.Now, opt.Log); err != nil {
		return a, err
	}
	a.dash = dash
	token, _, err := instance.EnsureToken(cfg.Path(instance.Secrets, instance.MetricsToken))
	if err != nil {
		return a, err
	}
	if a.schedule, err = newSchedule(opt, registry, a.follower, a.queue); err != nil {
		return a, err
	}
	a.schedule.mail = func(ctx context.Context) (digest.Outcome, error) { return a.digest(ctx, digest.Post.Send) }
	if a.webhook, err = newWebhook(cfg, opt.Now); err != nil {
		return a, err
	}
	if err := webhookMetrics(registry, a.webhook); err != nil {
		return a, err
	}
	if err := a.sharedMetrics(registry); err != nil {
		return a, err
	}
	if err := askedMetrics(registry, &a.asked); err != nil {
		return a, err
	}
	a.schedule.tell = a.Tell
	a.schedule.lease, a.schedule.share = a.lease, a.share
	a.schedule.tracer = tracer
	a.schedule.client = func(source string) *http.Client { return a.SourceClient(source, nil) }
	if opt.Worker != nil {
		a.schedule.apart = &batch.Process{Command: opt.Worker, Config: cfg, Requested: a.http.Requested}
	}
	mux := http.NewServeMux()
	if a.endpoints, err = endpoints(cfg, token, a.operational, a.business, mux, opt.Log); err != nil {
		return a, err
	}
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "ok") })
	mux.HandleFunc("GET /readyz", a.ready)
	proxies, err := cfg.Server.Proxies()
	if err != nil {
		return a, err
	}
	mux.Handle("/", requests.Middleware(dash.Pattern, tracing.Middleware(tracer, dash.Pattern, fromProxies(proxies, dash))))
	a.server = page.HTTPServer(mux, opt.Log)
	return a, checkOwnTLS(cfg)
}

func (a *App) dashboard(requests *metrics.Requests) (*page.Server, error) {
	cfg := a.opt.Config
	local, closeLists, err := instance.Accounts(cfg, a.store, a.opt.Now)
	if err != nil {
		return nil, err
	}
	a.later("lists of passwords", func(context.Context) error { return closeLists() })
	sessions, err := accounts.NewSessions(a.store, accounts.SessionOptions{Now: a.opt.Now, Idle: cfg.Server.SessionIdle, Absolute: cfg.Server.SessionAbsolute})
	if err != nil {
		return nil, err
	}
	hidden, err := restricted.NewBook(context.Background(), a.store, a.opt.Now)
	if err != nil {
		return nil, err
	}
	a.hidden = hidden
	if err := metrics.Casework(a.business, work{a.cases, a.queue.desk, hidden}, a.opt.Log); err != nil {
		return nil, err
	}
	organisation, err := newOrganisation(cfg, local, requests, a.opt.Now)
	if err != nil {
		return nil, err
	}
	outlines, err := boundaries(cfg.Path("boundaries.geojson"))
	if err != nil {
		return nil, err
	}
	// What is decided about files lies beside them: a machine that only follows has none.
	var matches page.Matches
	var gate page.HeldFiles
	if !a.opt.Follow {
		matches, gate = Matches(cfg, a.opt.Now), held{cfg: cfg, now: a.opt.Now, log: a.opt.Log, lease: a.lease, share: a.share}
	}
	asked, err := a.answerDesk(context.Background())
	if err != nil {
		return nil, err
	}
	words := page.DefaultVocabulary
	words.Authority = cfg.Council
	words.Markings.Sensitive = cfg.Marking
	return dashboard.New(page.Config{
		Snapshots: snapshots{follower: a.follower, dir: cfg.Path(instance.Snapshots), told: new(sync.Map), counts: &a.asked}, Accounts: people{local, requests, hidden}, Restricted: hidden, Auditor: auditor{a.audit, requests}, Audit: auditBook{cfg.Dir, a.audit},
		Quota:    page.Quota{Rows: cfg.Server.ExportRows, Taken: a.takings.Since},
		Sessions: sessions.Manager(), Idle: cfg.Server.SessionIdle, Leads: clearingLeads(cfg, local), Visits: sessions, Local: local, Organisation: organisation, NoLocal: !cfg.SignIn.Local, Limits: page.ServingLimits, SecondRequired: cfg.SignIn.SecondFactor == "required", TLS: cfg.OverTLS(),
		Authorise: func(s access.Subject, act access.Action, r access.Resource) access.Decision {
			d := access.Authorise(s, act, r)
			if !d.Allow {
				requests.Denied(string(r.Class))
			}
			return d
		},
		Matches: matches, Held: gate, Requests: asked, Runs: runsOf(cfg.Dir), Several: a.share != nil || a.lease != nil,
		Boundaries: outlines, Clearances: clearance.New(a.store, a.opt.Now), Personal: personal.New(a.store, a.opt.Now), Intelligence: intelligence.New(a.store, CaseworkClock(cfg, a.opt.Now)), Calendars: feeds.New(a.store, a.opt.Now), PublicURL: strings.TrimSuffix(cfg.Server.PublicURL, "/"), Reviews: a.queue.desk, Casework: a.cases, Cases: a.cases, People: everybody(local),
		Rules: a.ruleSet, BackTest: func() (*backtest.Report, error) { return backtest.Kept(cfg.Path(instance.Reports)) }, Words: words, Log: a.opt.Log, Now: a.opt.Now, Version: version.Version,
	})
}

// ruleSet puts the configured rules into the words of the rules page.
func (a *App) ruleSet() page.RuleSet {
	set, err := pipeline.LoadRuleSet(a.opt.Config, a.opt.Config.Rules.Set)
	if err != nil {
		a.opt.Log.Error("the rule set can't be shown", "error", err.Error())
		return page.RuleSet{}
	}
	out := page.RuleSet{Name: set.ID + " " + set.Version, Hash: set.Hash}
	if set.About != "" {
		out.Notes = append(out.Notes, set.About)
	}
	for _, r := range set.Rules {
		rule := page.Rule{ID: r.ID, Title: r.Title, Says: set.InWords(r), Level: int(r.Level), FailureKind: string(r.FailureKind), Strength: string(r.Strength),
			Basis: r.Basis.Title(), Family: r.Evidence.Title()}
		for _, l := range set.Limits(r) {
			i, _ := rules.Lookup(l.Indicator)
			rule.Limits = append(rule.Limits, page.RuleLimit{Indicator: l.Indicator, Says: strings.TrimSuffix(i.Doc, "."), Sign: l.Sign, Value: l.Value})
		}
		if r.Citation.Document != "" {
			rule.Citation = r.Citation.String()
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}

func (a *App) later(name string, stop func(context.Context) error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.teardown = append(a.teardown, named{name, stop})
}

// PortTakenError says that the address is in use.
type PortTakenError struct{ Addr string }

// Error names the next step.
func (e *PortTakenError) Error() string {
	return fmt.Sprintf("the address %s is taken by another program: stop that one, or choose another with --listen", e.Addr)
}

// Start listens and serves; the schedule begins.
func (a *App) Start(ctx context.Context) error {
	addr := a.opt.Listen
	if addr == "" {
		addr = a.opt.Config.Server.Listen
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		if isTaken(err) {
			return &PortTakenError{addr}
		}
		return fmt.Errorf("listen on %s: %w", addr, err)
	}
	a.listener = listener
	a.later("web server", a.server.Shutdown)
	// Years of casework take a while to read the first time: whoever asks first should not have to wait for all of it.
	ahead, cancel := context.WithCancel(ctx)
	read := make(chan struct{})
	go func() {
		defer close(read)
		if _, err := a.cases.Standings(ahead); err != nil && ahead.Err() == nil {
			a.opt.Log.Warn("the cases could not be read ahead; the first page reads them", "error", err)
		}
	}()
	a.later("reading the cases ahead", func(context.Context) error {
		cancel()
		<-read
		return nil
	})
	go func() {
		if err := a.listenAndAnswer(listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			a.failed <- err
		}
	}()
	for _, e := range a.endpoints {
		if err := e.start(ctx, a.opt.Log, a.failed); err != nil {
			return err
		}
		a.later("metrics on "+e.listen, e.server.Shutdown)
	}
	a.startAhead(ctx, a.dash)
	a.startSharing(ctx)
	if a.opt.Schedule {
		if err := a.schedule.start(); err != nil {
			return err
		}
		a.startKeeping(ctx)
		a.later("schedule", a.schedule.stop)
	}
	return nil
}

// Addr is where it listens, once started.
func (a *App) Addr() string {
	if a.listener == nil {
		return ""
	}
	return a.listener.Addr().String()
}

// Registries gives the metrics of both audiences.
func (a *App) Registries() (operational, business *prometheus.Registry) {
	return a.operational, a.business
}

// AssetsBuilt says whether the pages have their style and charts; if not, `make assets` makes them.
func (a *App) AssetsBuilt() bool { return a.dash.AssetsBuilt() }

// Stop takes everything down, last in first out: the schedule ends its run at a safe point, requests in hand are answered within the
// context's time, then stores are closed. It may be called twice.
func (a *App) Stop(ctx context.Context) error {
	if a == nil {
		return nil
	}
	a.stopping.Store(true)
	a.mu.Lock()
	down := a.teardown
	a.teardown = nil
	a.mu.Unlock()
	var err error
	for i := len(down) - 1; i >= 0; i-- {
		if e := down[i].stop(ctx); e != nil {
			err = errors.Join(err, fmt.Errorf("stop the %s: %w", down[i].name, e))
		}
	}
	return err
}

// Wait serves until the context ends or the web server fails.
func (a *App) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-a.failed:
		return err
	}
}
