package doctor

import (
	"context"
	"fmt"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/opstate"
	"bellwether/internal/priority"
)

// Level says how much a finding matters.
type Level string

// The levels: all is well; look at it soon; something does not work, or is about to be lost.
const (
	OK   Level = "ok"
	Warn Level = "warn"
	Fail Level = "fail"
)

// Finding is what one look found.
type Finding struct {
	Check string `json:"check"`
	Level Level  `json:"level"`
	Says  string `json:"says"`
	Next  string `json:"next_step,omitempty"`
}

// Options are what the doctor is told.
type Options struct {
	Config config.Config
	Now    func() time.Time
	// Free and Synchronised ask the machine; nil asks the real one.
	Free         func(dir string) (int64, error)
	Synchronised func() (bool, error)
	// GivesWay says whether a process may lower its priority here; nil asks the real machine.
	GivesWay func(nice int) error
}

type examination struct {
	Options
	now      time.Time
	state    opstate.State
	findings []Finding
}

// Examine looks at everything; it stops early only if the context ends.
func Examine(ctx context.Context, opt Options) ([]Finding, error) {
	if opt.Free == nil {
		opt.Free = free
	}
	if opt.Synchronised == nil {
		opt.Synchronised = synchronised
	}
	if opt.GivesWay == nil {
		opt.GivesWay = priority.Try
	}
	e := &examination{Options: opt, now: opt.Now()}
	var err error
	if e.state, err = opstate.Read(opt.Config.Dir); err != nil {
		e.warn("state", err.Error(), "remove the file that is named, and run its verb again")
	}
	for _, look := range []func(context.Context){e.configuration, e.disk, e.permissions, e.keys, e.clock, e.snapshot, e.casework, e.audit, e.certificates, e.engine, e.priority, e.routine, e.leftovers, e.shared, e.marts, e.encryption} {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		look(ctx)
	}
	return e.findings, nil
}

// Worst is the gravest level found.
func Worst(findings []Finding) Level {
	worst := OK
	for _, f := range findings {
		if f.Level == Fail {
			return Fail
		}
		if f.Level == Warn {
			worst = Warn
		}
	}
	return worst
}

func (e *examination) ok(check, format string, args ...any) {
	e.findings = append(e.findings, Finding{Check: check, Level: OK, Says: fmt.Sprintf(format, args...)})
}

func (e *examination) warn(check, says, next string) {
	e.findings = append(e.findings, Finding{Check: check, Level: Warn, Says: says, Next: next})
}

func (e *examination) fail(check, says, next string) {
	e.findings = append(e.findings, Finding{Check: check, Level: Fail, Says: says, Next: next})
}

// day writes a date as people write it.
func day(t time.Time) string { return t.Format("2 Jan 2006") }

// ago writes how long something has been, in the unit that fits.
func ago(d time.Duration) string {
	switch {
	case d >= 48*time.Hour:
		return fmt.Sprintf("%d days", int(d.Hours()/24))
	case d >= 2*time.Hour:
		return fmt.Sprintf("%d hours", int(d.Hours()))
	case d >= 2*time.Minute:
		return fmt.Sprintf("%d minutes", int(d.Minutes()))
	default:
		return fmt.Sprintf("%d seconds", int(d.Seconds()))
	}
}
