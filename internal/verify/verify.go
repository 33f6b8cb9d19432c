// Package verify reads everything an instance keeps and says whether it is whole: the newest snapshot against its own content hash, the
// raw file against the manifest, each landed file against its name, the casework store, and the audit's chain.
package verify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/opstate"
	"bellwether/internal/warehouse"
)

// maxProblems bounds what one part reports: beyond it the part is broken as a whole.
const maxProblems = 20

// Options are what a verification is told.
type Options struct {
	Config config.Config
	Now    func() time.Time
	// SetAside moves a damaged snapshot out of the way, so that the service falls back to the last good one.
	SetAside bool
	// Say is told of each part as it begins; may be nil.
	Say func(string)
}

// Part is what was found in one place.
type Part struct {
	Name     string   `json:"part"`
	OK       bool     `json:"ok"`
	Says     string   `json:"says"` // what was read, in words
	Problems []string `json:"problems,omitempty"`
	More     int      `json:"more_problems,omitempty"`
	Next     string   `json:"next_step,omitempty"`
	Seconds  float64  `json:"seconds"`
}

func (p *Part) problem(format string, args ...any) {
	if len(p.Problems) == maxProblems {
		p.More++
		return
	}
	p.Problems = append(p.Problems, fmt.Sprintf(format, args...))
}

// Report is what was found in all places.
type Report struct {
	At      time.Time `json:"at"`
	OK      bool      `json:"ok"`
	Seconds float64   `json:"seconds"`
	Parts   []Part    `json:"parts"`
	Aside   []string  `json:"set_aside,omitempty"` // ids of the damaged snapshots that were moved out of the way
}

// Problems counts them over all parts.
func (r Report) Problems() int {
	n := 0
	for _, p := range r.Parts {
		n += len(p.Problems) + p.More
	}
	return n
}

type check struct {
	name string
	run  func(context.Context, *Part) error
}

type run struct {
	Options
	limits warehouse.Limits
	aside  []string
}

// Run verifies the instance and records the result where the metrics read it. The instance's lock is held meanwhile, so that nothing is
// loaded; readers are not disturbed. An error means that the verification itself could not be done.
func Run(ctx context.Context, opt Options) (report Report, err error) {
	cfg := opt.Config
	lock, err := instance.Acquire(cfg.Dir, "bellwether verify", opt.Now())
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	r := &run{Options: opt, limits: instance.Limits(cfg)}
	report.At = opt.Now()
	report.OK = true
	checks := []check{{"snapshot", r.snapshot}, {"landing", r.landing}, {"warehouse", r.warehouse}, {"casework", r.casework}, {"audit", r.audit}, {"marts", r.marts}}
	if cfg.Publish.Parquet.Folder == "" {
		checks = checks[:len(checks)-1] // what is not published can't be verified
	}
	for _, c := range checks {
		if opt.Say != nil {
			opt.Say(c.name)
		}
		began := opt.Now()
		part := Part{Name: c.name}
		if err := c.run(ctx, &part); err != nil {
			if ctx.Err() != nil {
				return report, ctx.Err()
			}
			part.problem("%v", err)
		}
		part.OK = len(part.Problems) == 0
		part.Seconds = opt.Now().Sub(began).Seconds()
		report.OK = report.OK && part.OK
		report.Parts = append(report.Parts, part)
	}
	report.Aside = r.aside
	report.Seconds = opt.Now().Sub(report.At).Seconds()
	return report, opstate.Verified(cfg.Dir, opstate.Verification{At: report.At, OK: report.OK, Seconds: report.Seconds, Problems: report.Problems()})
}
