// Package batch does what a service does for nobody who waits: it takes an inbox in and publishes, publishes anew when the date has moved on,
// and keeps a back-test. A service has it done by a process of its own (Process), which gives way to the people who read its pages and takes its
// memory with it when it ends; the work itself (Do) is the same in either process.
package batch

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"bellwether/internal/pipeline"
	"bellwether/metrics"
)

// Work names a piece of work.
type Work string

// The pieces of work.
const (
	Look      Work = "look"      // take one source's inbox in, and publish if anything came of it
	TurnOfDay Work = "day"       // publish anew if the date has moved on
	BackTest  Work = "back-test" // keep a new back-test if one is due
)

// Order says what is to be done.
type Order struct {
	Work   Work   `json:"work"`
	Source string `json:"source,omitempty"` // of a Look
	// SourceErrors says why a source's last attempt failed before any file could be read.
	SourceErrors map[string]string `json:"source_errors,omitempty"`
	// AskBehind has a Look ask whether something was loaded by an earlier process and never published.
	AskBehind bool `json:"ask_behind,omitempty"`
}

// Outcome is how far it came, also where it failed.
type Outcome struct {
	Asked     bool `json:"asked,omitempty"`     // whether something was left unpublished is known
	Published bool `json:"published,omitempty"` // a new snapshot is in force
}

// With is what the work is done with: the options of a pipeline, and the snapshots that a back-test reads.
type With struct {
	pipeline.Options
	Snapshots metrics.Snapshots
}

// Do does it. An *instance.HeldError says that somebody else is at work in the instance.
func Do(ctx context.Context, with With, o Order) (Outcome, error) {
	with.SourceErrors = o.SourceErrors
	switch o.Work {
	case Look:
		return look(ctx, with, o)
	case TurnOfDay:
		return turnOfDay(ctx, with)
	case BackTest:
		return Outcome{}, backTest(ctx, with)
	default:
		return Outcome{}, fmt.Errorf("there is no such work: %q", o.Work)
	}
}

func look(ctx context.Context, with With, o Order) (out Outcome, err error) {
	with.Doing = "serve: " + o.Source
	p, err := pipeline.Open(ctx, with.Options)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	in, err := p.IngestInbox(ctx, o.Source)
	if err != nil {
		return out, err
	}
	behind := false
	if o.AskBehind {
		out.Asked = true
		if behind, err = p.Behind(); err != nil {
			return out, err
		}
	}
	if in.Loaded > 0 || in.Refused > 0 || len(p.Recovered) > 0 || behind {
		if _, err := p.Publish(ctx, p.AsOf(time.Time{})); err != nil {
			return out, err
		}
		out.Published = true
	}
	if len(in.Failures) > 0 {
		return out, errors.New(strings.Join(in.Failures, "; "))
	}
	if in.Problems() {
		return out, errors.New("files were refused; the data page and `bellwether quarantine list` say which and why")
	}
	return out, nil
}

func turnOfDay(ctx context.Context, with With) (out Outcome, err error) {
	with.Doing = "serve: turn of the day"
	p, err := pipeline.Open(ctx, with.Options)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, p.Close()) }()
	asOf := p.AsOf(time.Time{})
	newest, err := p.Newest()
	if err == nil && newest != nil && newest.SameInputs(p, asOf) {
		return out, nil
	}
	if _, err := p.Publish(ctx, asOf); err != nil {
		return out, err
	}
	out.Published = true
	return out, nil
}
