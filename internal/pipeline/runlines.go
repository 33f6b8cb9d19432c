package pipeline

import (
	"log/slog"
	"strings"
	"time"

	"bellwether/ingest"
	"bellwether/internal/runlog"
	"bellwether/internal/warehouse"
	"bellwether/transform"
)

// begin gives the run under way, and begins one where there is none: taking files in and publishing are one run where one follows the
// other, and each publication after it is a run of its own.
func (p *Pipeline) begin() *runlog.Recorder {
	if run := p.run.Load(); run != nil {
		return run
	}
	run, err := runlog.Begin(p.cfg.Dir, p.doing, p.now)
	if err != nil {
		p.log.Warn("the lines of the run are not kept", "error", err.Error())
	}
	p.run.Store(run)
	for _, line := range p.Recovered {
		run.Say(slog.LevelWarn, "mended when the instance was opened", slog.String("what", line))
	}
	return run
}

// end closes the run under way, if there is one, and lets old ones go.
func (p *Pipeline) end(e runlog.End) {
	run := p.run.Swap(nil)
	if run == nil {
		return
	}
	run.End(e)
	if err := runlog.Keep(p.cfg.Dir, p.cfg.Warehouse.KeepRuns); err != nil {
		p.log.Warn("old runs could not be cleared away", "error", err.Error())
	}
}

// noted tells the run under way what the person at the screen is told.
type noted struct {
	Progress
	run func() *runlog.Recorder
}

// Stage implements Progress.
func (n noted) Stage(name string) {
	n.run().Step(name)
	n.Progress.Stage(name)
}

// File implements Progress. The file's own name stays out: people put names of people into names of files.
func (n noted) File(r ingest.Result) {
	if t := (runlog.Taken{Source: r.Source, Load: r.LoadID[:min(12, len(r.LoadID))], Status: string(r.Status), Read: r.RowsRead, Loaded: r.RowsLoaded, Held: r.RowsQuarantined, Repeated: r.RowsRepeated}); r.Status == ingest.StatusLoaded || r.Status == ingest.StatusRejected {
		if t.Refused = r.Status == ingest.StatusRejected; t.Refused && r.Rejection != nil {
			t.Why = r.Rejection.Reason
		}
		n.run().File(t)
	}
	n.Progress.File(r)
}

// Model implements Progress.
func (n noted) Model(table string, rows int64, took time.Duration) {
	n.run().Table(table, rows, took)
	n.Progress.Model(table, rows, took)
}

// sayChecks keeps what the checks found with the run.
func (p *Pipeline) sayChecks(checks []transform.Result) {
	run, passed := p.run.Load(), 0
	for _, c := range checks {
		if c.OK() {
			passed++
			continue
		}
		run.Say(slog.LevelWarn, "a check warns", slog.String("check", c.Name), slog.Int64("rows", c.FailingRows), slog.String("promise", c.Says))
	}
	run.Say(slog.LevelInfo, "the checks ran", slog.Int("passed", passed), slog.Int("warn", len(checks)-passed))
}

// sayFailure keeps with the run that a source or a file of it could not be read. The path of the file stays out, as its name does.
func (p *Pipeline) sayFailure(says, source, file string, err error) {
	why := warehouse.Masked(err)
	if file != "" {
		why = strings.ReplaceAll(why, file, "(the file)")
	}
	p.run.Load().Say(slog.LevelWarn, says, slog.String("source", source), slog.String("error", why))
}
