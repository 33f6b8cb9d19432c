package ingest

import (
	"context"
	"errors"
)

// Failpoint is called at each named point of a load; an error ends the load there, as if the process had been killed. Tests
// inject it, and kill the process in it.
type Failpoint func(point string) error

// The named points, in the order in which a load passes them.
const (
	AfterLanding  = "after-landing"
	AfterDecode   = "after-decode"
	BeforeCommit  = "before-commit"
	AfterCommit   = "after-commit"
	AfterManifest = "after-manifest"
)

// Failpoints lists the named points.
func Failpoints() []string {
	return []string{AfterLanding, AfterDecode, BeforeCommit, AfterCommit, AfterManifest}
}

func (l *Loader) fail(point string) error {
	if l.cfg.Failpoint == nil {
		return nil
	}
	if err := l.cfg.Failpoint(point); err != nil {
		return &stopped{point, err}
	}
	return nil
}

type stopped struct {
	point string
	cause error
}

func (e *stopped) Error() string { return "stopped " + e.point + ": " + e.cause.Error() }

func (e *stopped) Unwrap() error { return e.cause }

// stops says whether an error ends the work on all files, not only on the one it met: every other file would fail alike.
func (l *Loader) stops(ctx context.Context, err error) bool {
	var s *stopped
	return err != nil && (ctx.Err() != nil || errors.As(err, &s) || l.cfg.Hopeless != nil && l.cfg.Hopeless(err))
}
