package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"bellwether/ingest/contract"
	"bellwether/ingest/ledger"
)

// The completeness gate. A break in a source (a ledger that changed, an extract with a filter left on) looks like a change in care, so a
// file whose number of rows lies outside its source's own history is held, whole, until a person accepts it. Acceptance is a line of the
// manifest and is remembered; the accepted file becomes part of the history against which the next is judged.

const (
	gateHistory = 12 // how many deliveries back the history reaches
	gateLeast   = 4  // deliveries before which nothing is judged
	gateRows    = 20 // a middle below this many rows is too small to judge by

	heldPrefix = "held for its number of rows"
)

// Delivered is one earlier delivery of a source.
type Delivered struct {
	Rows int64
	Days int // since the delivery before it; 0 if it came the same day
}

// Unusual says in words why a delivery's number of rows lies outside the history of its source, oldest first, or "" if it does not. It is
// outside if it is less than half of the middle and below all, or more than twice the middle and half as much again as the largest. A
// source that changes its rhythm, from quarters to months, is judged by rows a day too, and must be outside by both.
func Unusual(history []Delivered, d Delivered) string {
	history = history[max(0, len(history)-gateHistory):]
	if len(history) < gateLeast {
		return ""
	}
	var rows, rates []float64
	for _, h := range history {
		rows = append(rows, float64(h.Rows))
		if h.Days > 0 {
			rates = append(rates, float64(h.Rows)/float64(h.Days))
		}
	}
	middle := median(rows)
	if middle < gateRows || !outside(rows, float64(d.Rows)) {
		return ""
	}
	if d.Days > 0 && len(rates) >= gateLeast && !outside(rates, float64(d.Rows)/float64(d.Days)) {
		return ""
	}
	return fmt.Sprintf("%s: it has %d, and the %d deliveries before it had %.0f to %.0f, %.0f in the middle",
		heldPrefix, d.Rows, len(history), slices.Min(rows), slices.Max(rows), middle)
}

func outside(history []float64, v float64) bool {
	m := median(history)
	return v < m/2 && v < slices.Min(history) || v > 2*m && v > 1.5*slices.Max(history)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	n := len(v)
	return (v[(n-1)/2] + v[n/2]) / 2
}

// gate judges a file that was read. A load that was accepted, or that was in before, passes.
func (l *Loader) gate(src *Source, rec ledger.Record, rows int64) *FileError {
	if !src.Steady || rec.Accepted != "" || rec.State == ledger.Loaded {
		return nil
	}
	history, days := l.history(rec)
	why := Unusual(history, Delivered{Rows: rows, Days: days})
	if why == "" {
		return nil
	}
	return &FileError{File: rec.File, Code: contract.UnusualCount, Reason: why,
		NextStep: fmt.Sprintf("Ask whoever sends it whether it is whole; if it is, run `bellwether ingest accept %s`", short(rec.LoadID))}
}

// history lists what the source delivered before a load, by the day it reached us, and how many days the load came after the last.
func (l *Loader) history(rec ledger.Record) (out []Delivered, days int) {
	var before []ledger.Record
	for _, r := range l.cfg.Ledger.Records() {
		if r.LoadID == rec.LoadID {
			continue
		}
		if r.Source == rec.Source && r.State == ledger.Loaded && !r.Received.After(rec.Received) {
			before = append(before, r)
		}
	}
	slices.SortStableFunc(before, func(a, b ledger.Record) int { return a.Received.Compare(b.Received) })
	for i, r := range before {
		d := Delivered{Rows: r.RowsRead}
		if i > 0 {
			d.Days = int(r.Received.Sub(before[i-1].Received).Hours() / 24)
		}
		out = append(out, d)
	}
	if n := len(before); n > 0 {
		days = int(rec.Received.Sub(before[n-1].Received).Hours() / 24)
	}
	return out, days
}

// Accept loads a file that the completeness gate holds. Who accepted it, when and why is kept in the manifest.
func (l *Loader) Accept(ctx context.Context, load, by, why string) (Result, error) {
	rec, err := l.find(load)
	if err != nil {
		return Result{}, err
	}
	switch {
	case rec.State == ledger.Loaded:
		return known(rec), nil
	case rec.State != ledger.Rejected || !strings.HasPrefix(rec.Reason, heldPrefix):
		return Result{}, fmt.Errorf("%s is not held for its number of rows, so there is nothing to accept: %s", rec.File, rec.Reason)
	case by == "":
		return Result{}, errors.New("say who accepts the file")
	}
	if rec.Accepted == "" {
		note := by
		if why = strings.Join(strings.Fields(why), " "); why != "" {
			note += ": " + why
		}
		if err := l.cfg.Ledger.Append(ledger.Entry{At: l.cfg.Now(), State: ledger.Accepted, LoadID: rec.LoadID, Reason: note}); err != nil {
			return Result{}, err
		}
		rec, _ = l.cfg.Ledger.Get(rec.LoadID)
	}
	return l.reload(ctx, rec)
}

// find gives the load that an id, or the beginning of just one, names.
func (l *Loader) find(load string) (found ledger.Record, err error) {
	n := 0
	for _, r := range l.cfg.Ledger.Records() {
		if load != "" && strings.HasPrefix(r.LoadID, strings.ToLower(load)) {
			found, n = r, n+1
		}
	}
	switch {
	case n == 0:
		return found, fmt.Errorf("there is no load %q; `bellwether quarantine list` names those that are held", load)
	case n > 1:
		return found, fmt.Errorf("%d loads begin with %q: give more of the id", n, load)
	}
	return found, nil
}

// HeldFiles lists the files that wait for someone to accept them, oldest first.
func (l *Loader) HeldFiles() []ledger.Record {
	var out []ledger.Record
	for _, r := range l.cfg.Ledger.Records() {
		if r.State == ledger.Rejected && strings.HasPrefix(r.Reason, heldPrefix) {
			out = append(out, r)
		}
	}
	return out
}
