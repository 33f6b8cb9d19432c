package pipeline

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"go.opentelemetry.io/otel/trace"

	"bellwether/analytics/flags"
	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
	"bellwether/ingest/mapping"
	"bellwether/ingest/pseudonym"
	"bellwether/ingest/sources"
	"bellwether/internal/config"
	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/lease"
	"bellwether/internal/runlog"
	"bellwether/internal/share"
	"bellwether/internal/tracing"
	"bellwether/internal/version"
	"bellwether/internal/warehouse"
	"bellwether/schemas"
)

// Pipeline is an instance opened for loading and publishing. It holds the instance's lock until Close.
type Pipeline struct {
	cfg      config.Config
	now      func() time.Time
	log      *slog.Logger // gives each line the id of the run under way
	progress Progress
	doing    string
	run      atomic.Pointer[runlog.Recorder] // nil while none is under way
	errors   map[string]string
	tracer   trace.Tracer
	client   func(source string) *http.Client

	decisions func(context.Context, time.Time) ([]flags.Decision, error)

	lock     *instance.Lock
	lease    *lease.Keeper
	endLease func() error // nil unless the lease was taken for this pipeline alone
	share    *share.Store
	landing  *landing.Store
	ledger   *ledger.Ledger
	raw      *warehouse.Raw
	keys     *pseudonym.Keyring
	registry *ingest.Registry
	loader   *ingest.Loader

	// Recovered says what was mended when the instance was opened: loads that an interruption had cost, or a torn last line.
	Recovered []string
}

// Options are what a pipeline is opened with.
type Options struct {
	Config   config.Config
	Doing    string // what to tell someone who finds the instance locked
	Now      func() time.Time
	Log      *slog.Logger
	Progress Progress         // may be nil
	Fail     ingest.Failpoint // for tests that break off on purpose; nil otherwise

	// Rebuild makes the raw file again from the landing zone before anything else.
	Rebuild bool

	// Decisions gives what people had decided by a date, and the named events they recorded ([flags.EventDecision]); nil where there is
	// no casework. Restricted cases must not be among them.
	Decisions func(ctx context.Context, asOf time.Time) ([]flags.Decision, error)

	// SourceClient gives the client with which a source is asked over the network, so that its requests can be counted; nil for a plain one.
	SourceClient func(source string) *http.Client

	// Tracer takes spans of the run; nil for none.
	Tracer trace.Tracer

	// Lease is this machine's part in the lease of the pipeline, where the caller keeps one. Nil takes it for as long as the pipeline is
	// open, where the instance shares its casework with other machines.
	Lease *lease.Keeper

	// Share is the place where snapshots are shared, where the caller has it open. Nil opens the configured one, if any.
	Share *share.Store

	// SourceErrors says why a source's last scheduled attempt failed before any file could be read.
	SourceErrors map[string]string
}

// Open takes the instance's lock, opens its parts and brings the database level with the manifest.
func Open(ctx context.Context, opt Options) (p *Pipeline, err error) {
	p = &Pipeline{cfg: opt.Config, now: opt.Now, log: opt.Log, doing: opt.Doing, errors: opt.SourceErrors, client: opt.SourceClient, decisions: opt.Decisions}
	if p.tracer = opt.Tracer; p.tracer == nil {
		p.tracer = tracing.Off()
	}
	if p.log == nil {
		p.log = slog.New(slog.DiscardHandler)
	}
	p.log = slog.New(runlog.Handler(p.log.Handler(), p.run.Load))
	if p.progress = opt.Progress; p.progress == nil {
		p.progress = silent{}
	}
	p.progress = noted{p.progress, p.run.Load}
	defer func() {
		if err != nil {
			if p.lock != nil {
				p.failed(err)
			}
			err = errors.Join(err, p.Close())
			p = nil
		}
	}()
	if p.registry, err = ingest.NewRegistry(sources.All()...); err != nil {
		return p, err
	}
	if err = p.cfg.CheckSources(p.registry.Names()); err != nil {
		return p, err
	}
	if err = p.openShared(ctx, opt); err != nil {
		return p, err
	}
	if p.lock, err = instance.Acquire(p.cfg.Dir, opt.Doing, p.now()); err != nil {
		return p, err
	}
	tables, err := contract.Load(schemas.Feeds)
	if err != nil {
		return p, err
	}
	mappings, err := loadMappings(p.cfg, tables, p.registry.Names())
	if err != nil {
		return p, err
	}
	if opt.Rebuild {
		for _, f := range []string{warehouse.RawFile, warehouse.RawFile + ".wal"} {
			if err = removeFile(p.cfg.Path(instance.Warehouse, f)); err != nil {
				return p, fmt.Errorf("remove the raw file to make it again: %w", err)
			}
		}
	}
	if err = p.openParts(ctx); err != nil {
		return p, err
	}
	stop := opt.Fail
	if stop == nil {
		stop = func(point string) error { return failpoint.At("load-" + point) }
	}
	hooked := stop
	stop = func(point string) error {
		if point == ingest.BeforeCommit { // a machine that lost the lease must not record what another may be recording
			if err := p.lease.Check(ctx); err != nil {
				return err
			}
		}
		return hooked(point)
	}
	p.loader, err = ingest.New(ctx, ingest.Config{Registry: p.registry, Tables: tables, Mappings: mappings, Landing: p.landing, Ledger: p.ledger,
		Raw: p.raw, Keys: p.keys, Now: p.now, Version: version.Version, MaxBadShare: p.cfg.Ingest.MaxBadRowPercent / 100,
		Progress: p.progress.Rows, Failpoint: stop, Hopeless: hopeless})
	if err != nil {
		return p, err
	}
	recovery, err := p.loader.Reconcile(ctx)
	if err != nil {
		return p, fmt.Errorf("bring the database level with the manifest: %w", err)
	}
	p.Recovered = append(p.Recovered, recovery.Lines()...)
	return p, nil
}

func (p *Pipeline) openParts(ctx context.Context) (err error) {
	key, err := landing.OpenKey(p.cfg.Path(instance.Secrets, instance.LandingKey))
	if err != nil {
		return err
	}
	if p.keys, err = pseudonym.Open(p.cfg.Path(instance.Secrets, instance.PseudonymKey)); err != nil {
		return err
	}
	if p.landing, err = landing.Open(p.cfg.Path(instance.Landing), key, int64(p.cfg.Ingest.MaxFileMiB)<<20); err != nil {
		return err
	}
	var repair *ledger.Repair
	if p.ledger, repair, err = ledger.Open(p.cfg.Path(instance.Landing)); err != nil {
		return err
	}
	if repair != nil {
		p.Recovered = append(p.Recovered, fmt.Sprintf("the manifest's last line (%d) had been cut off by an interruption and was set aside", repair.Line))
	}
	p.raw, err = warehouse.OpenRaw(ctx, p.cfg.Path(instance.Warehouse), p.limits())
	return err
}

func (p *Pipeline) limits() warehouse.Limits {
	return instance.Limits(p.cfg)
}

// Close gives everything back; it is safe on a pipeline that was only half opened.
func (p *Pipeline) Close() error {
	if p == nil {
		return nil
	}
	p.end(runlog.End{Outcome: runlog.Loaded})
	var err error
	if p.raw != nil {
		err = errors.Join(err, p.raw.Close())
		p.raw = nil
	}
	if p.ledger != nil {
		err = errors.Join(err, p.ledger.Close())
		p.ledger = nil
	}
	if p.landing != nil {
		err = errors.Join(err, p.landing.Close())
		p.landing = nil
	}
	err = errors.Join(err, p.lock.Unlock())
	p.lock = nil
	if p.endLease != nil {
		err = errors.Join(err, p.endLease())
		p.endLease = nil
	}
	return err
}

// Loader gives the loader, for the verbs that work on single files and the quarantine.
func (p *Pipeline) Loader() *ingest.Loader { return p.loader }

// Raw gives the raw file for reading what is held.
func (p *Pipeline) Raw() *sql.DB { return p.raw.DB() }

// Registry gives the sources.
func (p *Pipeline) Registry() *ingest.Registry { return p.registry }

// loadMappings finds each source's mapping: the one its configuration names, which ships or lies in the instance folder; the one
// that ships for the source's council; or none, when its usual headers are read.
func loadMappings(cfg config.Config, tables map[string]*contract.Table, names []string) (map[string]*mapping.Mapping, error) {
	sub, err := fs.Sub(schemas.Mappings, "mappings")
	if err != nil {
		return nil, err
	}
	shipped, err := mapping.LoadAll(sub, tables)
	if err != nil {
		return nil, err
	}
	out := map[string]*mapping.Mapping{}
	for _, n := range names {
		want := cfg.Sources[n].Mapping
		if want == "" {
			continue
		}
		if m, ok := shipped[want]; ok {
			out[n] = m
			continue
		}
		raw, err := os.ReadFile(cfg.Path(want))
		if err != nil {
			known := make([]string, 0, len(shipped))
			for k := range shipped {
				known = append(known, k)
			}
			slices.Sort(known)
			return nil, &config.Error{File: cfg.Path(config.FileName), Field: "sources." + n + ".mapping",
				Why: fmt.Sprintf("%q is neither a mapping that ships (%s) nor a readable file in the instance folder", want, strings.Join(known, ", "))}
		}
		if out[n], err = mapping.Load(filepath.Base(want), raw, tables); err != nil {
			return nil, err
		}
	}
	return out, nil
}
