package pipeline

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/ledger"
)

// Accept loads a file that the completeness gate holds, as a run of its own. Who accepted it and why is a line of the manifest; the run
// says no more than that a person did. An id that names no held file begins no run.
func (p *Pipeline) Accept(ctx context.Context, load, by, why string) (ingest.Result, error) {
	held := func(r ledger.Record) bool { return load != "" && strings.HasPrefix(r.LoadID, strings.ToLower(load)) }
	i := slices.IndexFunc(p.loader.HeldFiles(), held)
	if i < 0 {
		return p.loader.Accept(ctx, load, by, why) // says what is wrong with it, or that it is in already
	}
	source := p.loader.HeldFiles()[i].Source
	run, times := p.begin(), newStopwatch(p.now)
	run.Step("Ingest")
	run.Say(slog.LevelInfo, "a person accepted a file that was held for its number of rows", slog.String("source", source))
	r, err := p.loader.Accept(ctx, load, by, why)
	switch {
	case err == nil:
		times.lap(r)
		p.loadedIn(times)
		noted{silent{}, p.run.Load}.File(r)
	case hopeless(err) || ctx.Err() != nil:
		p.failed(err)
	default:
		p.sayFailure("a file could not be read", source, r.File, err)
	}
	return r, err
}
