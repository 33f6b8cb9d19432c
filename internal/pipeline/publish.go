package pipeline

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/casework/decisions"
	"bellwether/internal/config"
	"bellwether/internal/failpoint"
	"bellwether/internal/instance"
	"bellwether/internal/lake"
	"bellwether/internal/opstate"
	"bellwether/internal/runlog"
	"bellwether/internal/tracing"
	"bellwether/internal/version"
	"bellwether/internal/warehouse"
	"bellwether/transform"
)

// PublishReport is what a finished run published.
type PublishReport struct {
	RunID    string
	AsOf     time.Time
	Snapshot warehouse.SnapshotInfo
	Hash     string
	Checks   []transform.Result
	Analysis Analysis
	Pruned   int
	// Behind says that the snapshot before stays in force: this one is there to be looked back at.
	Behind bool
	// Deliveries are the publications to the council's own engines. One that failed undoes nothing: the snapshot is in force.
	Deliveries []lake.Delivery
	Took       time.Duration
	// NotShared says why other machines can't have the snapshot; nil if they can, or if there are none.
	NotShared error
}

// AsOf is the date of a run: the one asked for, the configured one, or today in England.
func (p *Pipeline) AsOf(asked time.Time) time.Time {
	if !asked.IsZero() {
		return asked
	}
	if at, err := time.Parse(time.DateOnly, p.cfg.AsOf); err == nil {
		return at
	}
	return p.loader.Today()
}

// Publish makes the tables as known on the date, analyses them, checks them and puts a new snapshot in force. If anything fails the
// unfinished build is thrown away and the previous snapshot stays.
//
// A fault inside the engine invalidates its handle; since a build is made anew from its inputs, it is tried once more.
func (p *Pipeline) Publish(ctx context.Context, asOf time.Time) (PublishReport, error) {
	return p.publish(ctx, asOf, false)
}

// PublishBehind works out again what was known on a date and keeps it behind the snapshot in force, to be looked back at: no page, metric or
// queue moves, nothing is handed to other machines or engines, and nothing new is taken in for it.
func (p *Pipeline) PublishBehind(ctx context.Context, asOf time.Time) (PublishReport, error) {
	if p.cfg.Warehouse.KeepSnapshots < 2 {
		return PublishReport{}, &config.Error{File: p.cfg.Path(config.FileName), Field: "warehouse.keep_snapshots", Why: "must be at least 2 to keep a snapshot behind the one in force"}
	}
	return p.publish(ctx, asOf, true)
}

func (p *Pipeline) publish(ctx context.Context, asOf time.Time, behind bool) (PublishReport, error) {
	p.begin()
	ctx, span := p.tracer.Start(ctx, "publish")
	report, err := p.publishTwice(ctx, asOf, behind)
	span.SetAttributes(attribute.String("run_id", report.RunID), attribute.String("snapshot", report.Snapshot.ID))
	tracing.End(span, err)
	if err != nil {
		p.failed(err)
		return report, err
	}
	if behind {
		p.log.Info("a snapshot was kept behind the one in force", "snapshot", report.Snapshot.ID, "as_of", report.AsOf.Format(time.DateOnly), "seconds", report.Took.Seconds())
		p.end(runlog.End{Outcome: runlog.Published, AsOf: report.AsOf, Snapshot: report.Snapshot.ID})
		return report, nil
	}
	p.succeeded(report)
	courier := lake.Courier{Config: p.cfg, Limits: p.limits(), Now: p.now, Log: p.log, Say: p.progress.Say}
	report.Deliveries = courier.All(ctx, report.Snapshot)
	p.end(runlog.End{Outcome: runlog.Published, AsOf: report.AsOf, Snapshot: report.Snapshot.ID})
	return report, nil
}

func (p *Pipeline) publishTwice(ctx context.Context, asOf time.Time, behind bool) (PublishReport, error) {
	report, err := p.publishOnce(ctx, asOf, behind)
	if warehouse.EngineFault(err) && ctx.Err() == nil {
		p.log.Error("the engine failed; the build is made once more", "error", warehouse.Masked(err))
		if noted := opstate.Faulted(p.cfg.Dir, p.now()); noted != nil {
			p.log.Warn("the engine's fault could not be counted", "error", noted.Error())
		}
		p.progress.Say("the engine failed; the build is made once more")
		return p.publishOnce(ctx, asOf, behind)
	}
	return report, err
}

func (p *Pipeline) publishOnce(ctx context.Context, asOf time.Time, behind bool) (report PublishReport, err error) {
	began := p.now()
	report.AsOf, report.RunID, report.Behind = asOf, p.begin().ID(), behind
	set, err := p.ruleSet()
	if err != nil {
		return report, err
	}
	extract, err := p.landDecisions(ctx, asOf)
	if err != nil {
		return report, err
	}
	if err := failpoint.At(failpoint.DecisionsLanded); err != nil {
		return report, err
	}
	resume, err := p.raw.Suspend()
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, resume(context.WithoutCancel(ctx))) }()
	build, err := warehouse.OpenBuild(ctx, p.cfg.Path(instance.Temp, "build-"+report.RunID+".duckdb"), p.cfg.Path(instance.Warehouse), p.limits())
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(build.Told(err), build.Discard()) }()

	params, err := p.params(asOf)
	if err != nil {
		return report, err
	}
	params.Notes = notes(extract)
	params.Looked = func(done, of int) {
		p.progress.Say(fmt.Sprintf("looked at %d of %d groups of places", done, of))
	}
	p.progress.Stage("Transform")
	part, span := p.tracer.Start(ctx, "transform")
	err = transform.Run(part, build, params, p.now, p.progress.Model)
	tracing.End(span, err)
	if err != nil {
		return report, err
	}
	p.progress.Stage("Analyse")
	given, err := p.decided(ctx, asOf, extract)
	if err != nil {
		return report, err
	}
	part, span = p.tracer.Start(ctx, "analyse")
	report.Analysis, err = analyse(part, build, set, given, params, p.progress, p.now)
	tracing.End(span, err)
	if err != nil {
		return report, fmt.Errorf("analyse: %w", err)
	}
	if err := writeDecisions(ctx, build, extract); err != nil {
		return report, err
	}
	if err := failpoint.At(failpoint.Analysed); err != nil {
		return report, err
	}
	p.progress.Stage("Check")
	part, span = p.tracer.Start(ctx, "check")
	done := step(p.progress, p.now, "promises checked")
	report.Checks, err = transform.RunChecks(part, build)
	tracing.End(span, err)
	if err != nil {
		return report, err
	}
	p.sayChecks(report.Checks)
	done()
	done = step(p.progress, p.now, "content hashed")
	if report.Hash, _, err = build.ContentHash(ctx); err != nil {
		return report, err
	}
	done()
	if err := failpoint.At(failpoint.Checked); err != nil {
		return report, err
	}
	p.progress.Stage("Publish")
	if err := errors.Join(p.writeRun(ctx, build, report, set, began), failpoint.At(failpoint.RunWritten)); err != nil {
		return report, err
	}
	if err := errors.Join(build.Finish(ctx), failpoint.At(failpoint.BuildFinished)); err != nil {
		return report, err
	}
	if err := p.lease.Check(ctx); err != nil {
		return report, err
	}
	if behind {
		report.Snapshot, err = warehouse.PublishBehind(build, p.cfg.Path(instance.Snapshots), report.Hash)
	} else {
		report.Snapshot, err = warehouse.Publish(build, p.cfg.Path(instance.Snapshots), report.Hash, p.now())
	}
	if err != nil {
		return report, err
	}
	gone, err := warehouse.Prune(p.cfg.Path(instance.Snapshots), p.cfg.Warehouse.KeepSnapshots)
	if err != nil {
		return report, err
	}
	report.Pruned = len(gone)
	if behind {
		report.Took = p.now().Sub(began)
		return report, p.sweepBuilds()
	}
	// The snapshot is in force here, whatever becomes of the others: a server tries again by itself.
	if report.NotShared = p.share.Push(ctx, p.lease.Fence()); report.NotShared != nil {
		p.log.Warn("the snapshot is not shared with other machines", "error", report.NotShared.Error())
	}
	report.Took = p.now().Sub(began)
	return report, p.sweepBuilds()
}

// decided is what people had decided by the date: the extract, or what the caller gives in its place.
func (p *Pipeline) decided(ctx context.Context, asOf time.Time, e decisions.Extract) ([]flags.Decision, error) {
	if p.decisions == nil {
		return inFlags(e), nil
	}
	all, err := p.decisions(ctx, asOf)
	if err != nil {
		return nil, fmt.Errorf("read the decisions of reviews: %w", err)
	}
	return slices.DeleteFunc(all, func(d flags.Decision) bool { return d.On.After(asOf) }), nil
}

// params are what the models are told.
func (p *Pipeline) params(asOf time.Time) (params transform.Params, err error) {
	params = transform.Params{AsOf: asOf, Areas: p.cfg.Areas, ReadAfter: readAfterModels}
	if params.Matches, params.MatchesHash, err = p.matches(asOf); err != nil {
		return params, err
	}
	for _, s := range p.registry.All() {
		if !p.cfg.Sources[s.Name].On() {
			continue
		}
		expected := p.cfg.Sources[s.Name].Expected
		if expected <= 0 {
			expected = s.DefaultIntervalDays
		}
		params.Sources = append(params.Sources, transform.Source{Name: s.Name, Title: s.Title, ExpectedDays: expected, LastError: p.errors[s.Name]})
	}
	return params, nil
}

func (p *Pipeline) writeRun(ctx context.Context, b *warehouse.Build, r PublishReport, set *rules.Set, began time.Time) error {
	if _, err := b.CreateTableAs(ctx, "ops.run", runTableSQL); err != nil {
		return err
	}
	return b.WithTx(ctx, func(tx *warehouse.Tx) error {
		_, err := tx.Exec(ctx, insertRunSQL, r.RunID, began.UTC(), p.now().UTC(), r.AsOf, set.ID, set.Hash, version.Version, version.Get().Engine,
			r.Hash[:12], r.Hash, p.keys.ID(), warehouse.FormatVersion, p.cfg.Council, p.cfg.Marking)
		return err
	})
}

// sweepBuilds removes unfinished builds that a killed run left behind.
func (p *Pipeline) sweepBuilds() error {
	left, err := filepath.Glob(p.cfg.Path(instance.Temp, "build-*.duckdb*"))
	if err != nil {
		return err
	}
	for _, f := range left {
		err = errors.Join(err, removeFile(f))
	}
	return err
}
