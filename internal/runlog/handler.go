package runlog

import (
	"context"
	"log/slog"
	"slices"
)

// RunID is the name under which lines, exemplars and messages carry the id of a run.
const RunID = "run_id"

// handler gives every line of a logger the id of the run under way and keeps the line with that run.
type handler struct {
	next    slog.Handler
	current func() *Recorder
	attrs   []slog.Attr
	group   string // before the names of attributes, with its dot
}

// Handler wraps a logger's handler; current gives the run under way, nil for none.
func Handler(next slog.Handler, current func() *Recorder) slog.Handler {
	return handler{next: next, current: current}
}

// Enabled takes what the run keeps even where the service's own log is set to say less.
func (h handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level) || h.current() != nil && level >= slog.LevelInfo
}

// Handle writes the line in both places.
func (h handler) Handle(ctx context.Context, line slog.Record) error {
	run := h.current()
	if run != nil && line.Level >= slog.LevelInfo {
		attrs := slices.Clone(h.attrs)
		line.Attrs(func(a slog.Attr) bool {
			a.Key = h.group + a.Key
			attrs = append(attrs, a)
			return true
		})
		run.Say(line.Level, line.Message, attrs...)
	}
	if !h.next.Enabled(ctx, line.Level) {
		return nil
	}
	if run != nil {
		line = line.Clone()
		line.AddAttrs(slog.String(RunID, run.ID()))
	}
	return h.next.Handle(ctx, line)
}

// WithAttrs implements slog.Handler.
func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	h.next = h.next.WithAttrs(attrs)
	h.attrs = slices.Clone(h.attrs)
	for _, a := range attrs {
		a.Key = h.group + a.Key
		h.attrs = append(h.attrs, a)
	}
	return h
}

// WithGroup implements slog.Handler.
func (h handler) WithGroup(name string) slog.Handler {
	h.next = h.next.WithGroup(name)
	h.group += name + "."
	return h
}

var _ slog.Handler = handler{}
