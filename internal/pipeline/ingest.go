package pipeline

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"bellwether/ingest"
	"bellwether/internal/instance"
	"bellwether/internal/opstate"
	"bellwether/internal/tracing"
)

// IngestReport is what became of the files that were waiting.
type IngestReport struct {
	Loaded, Refused, Known int
	Rows, Held             int64
	Results                []ingest.Result
	Failures               []string // files or sources that could not be read at all, in words
}

// Problems says whether anything was refused or failed.
func (r IngestReport) Problems() bool { return r.Refused > 0 || len(r.Failures) > 0 }

func (r *IngestReport) add(res ingest.Result) {
	r.Results = append(r.Results, res)
	switch res.Status {
	case ingest.StatusLoaded:
		r.Loaded++
		r.Rows += res.RowsLoaded
		r.Held += res.RowsQuarantined
	case ingest.StatusRejected:
		r.Refused++
	default:
		r.Known++
	}
}

// IngestInbox loads every new file in the inboxes of the sources that are switched on. A file or source that fails does not hold up
// the others.
func (p *Pipeline) IngestInbox(ctx context.Context, only string) (IngestReport, error) {
	var report IngestReport
	p.begin()
	p.progress.Stage("Ingest")
	names := p.sourcesOn(only)
	if only == "" && len(names) == 0 {
		return report, nil // every source is switched off
	}
	if len(names) == 0 {
		_, err := p.registry.Get(only)
		if err == nil {
			err = fmt.Errorf("the source %s is switched off in the configuration", only)
		}
		return report, err
	}
	for _, n := range names {
		if err := p.fetch(ctx, n); err != nil {
			if ctx.Err() != nil {
				p.failed(ctx.Err())
				return report, ctx.Err()
			}
			report.Failures = append(report.Failures, fmt.Sprintf("%s: %v", n, err))
			p.sayFailure("a source could not be asked", n, "", err)
			p.progress.Say("not fetched: " + report.Failures[len(report.Failures)-1])
		}
	}
	times := newStopwatch(p.now)
	part, span := p.tracer.Start(ctx, "ingest")
	taken, err := p.loader.LoadInbox(part, p.cfg.Path(instance.Inbox), func(r ingest.Result) {
		times.lap(r)
		report.add(r)
		p.progress.File(r)
	}, names...)
	span.SetAttributes(attribute.String("run_id", p.begin().ID()), attribute.Int("files_loaded", report.Loaded), attribute.Int("files_refused", report.Refused), attribute.Int64("rows", report.Rows))
	tracing.End(span, err)
	p.loadedIn(times)
	for _, f := range taken.Failed {
		line := fmt.Sprintf("%s: %v", f.Source, f.Err)
		report.Failures = append(report.Failures, line)
		p.sayFailure("a file could not be read", f.Source, f.File, f.Err)
		p.progress.Say("not loaded: " + line)
	}
	if err != nil {
		p.failed(err)
	}
	return report, err
}

// loadedIn keeps for the metrics when each source's deliveries went in, and how long they took. What goes in and is not published afterwards
// is what BellwetherSnapshotNotPublished looks for.
func (p *Pipeline) loadedIn(times *stopwatch) {
	if len(times.loads) == 0 {
		return
	}
	if noted := opstate.Loaded(p.cfg.Dir, times.loads); noted != nil {
		p.log.Warn("how long the loads took could not be noted", "error", noted.Error())
	}
}

func (p *Pipeline) sourcesOn(only string) []string {
	var out []string
	for _, n := range p.registry.Names() {
		if (only == "" || only == n) && p.cfg.Sources[n].On() {
			out = append(out, n)
		}
	}
	return out
}

// IngestFiles loads named files of one source; received may be zero for today. With dry nothing is loaded and the results say what
// would happen.
func (p *Pipeline) IngestFiles(ctx context.Context, source string, files []string, received time.Time, dry bool) (IngestReport, error) {
	var report IngestReport
	if _, err := p.registry.Get(source); err != nil {
		return report, err
	}
	if !dry {
		p.begin()
	}
	times := newStopwatch(p.now)
	defer func() { p.loadedIn(times) }()
	for _, f := range files {
		var res ingest.Result
		var err error
		if dry {
			res, err = p.loader.DryRunFile(ctx, source, f, received)
		} else {
			res, err = p.loader.LoadFile(ctx, source, f, received)
		}
		if ctx.Err() != nil {
			p.failed(ctx.Err())
			return report, ctx.Err()
		}
		if hopeless(err) {
			p.failed(err)
			return report, err
		}
		if err != nil {
			report.Failures = append(report.Failures, err.Error())
			p.sayFailure("a file could not be read", source, f, err)
			p.progress.Say("not loaded: " + err.Error())
			continue
		}
		if !dry {
			times.lap(res)
		}
		report.add(res)
		p.progress.File(res)
	}
	return report, nil
}
