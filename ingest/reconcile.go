package ingest

import (
	"context"
	"fmt"

	"bellwether/ingest/ledger"
)

// Comparison is what the manifest and the database's own ledger say of each other.
type Comparison struct {
	Lost       []ledger.Record // settled in the manifest, unknown to the database
	Unfinished []ledger.Record // landed, never loaded
	Unsettled  []ledger.Record // in the database, with an outcome that the manifest has not noted
	Unknown    []string        // load ids that only the database knows: the manifest was replaced by an older one

	rows map[string]loadRow
}

// Clean says whether there is nothing to do.
func (c Comparison) Clean() bool {
	return len(c.Lost)+len(c.Unfinished)+len(c.Unsettled)+len(c.Unknown) == 0
}

// Compare holds the manifest against the database, without changing either.
func (l *Loader) Compare(ctx context.Context) (Comparison, error) {
	c := Comparison{rows: map[string]loadRow{}}
	rows, err := l.loads(ctx, "")
	if err != nil {
		return c, err
	}
	for _, r := range rows {
		c.rows[r.LoadID] = r
		if _, ok := l.cfg.Ledger.Get(r.LoadID); !ok {
			c.Unknown = append(c.Unknown, r.LoadID)
		}
	}
	for _, rec := range l.cfg.Ledger.Records() {
		row, stored := c.rows[rec.LoadID]
		switch {
		case rec.State == ledger.Destroyed:
			// Gone on purpose: what is destroyed is never loaded again.
		case stored && string(rec.State) != row.Status:
			c.Unsettled = append(c.Unsettled, rec)
		case !stored && rec.Settled():
			c.Lost = append(c.Lost, rec)
		case !stored:
			c.Unfinished = append(c.Unfinished, rec)
		}
	}
	return c, nil
}

// Recovery tells what Reconcile found and did.
type Recovery struct {
	Comparison
	Swept   int      // unfinished temporary files removed from the landing zone
	Results []Result // of the loads done again
	Failed  []Failure
}

// Failure is a file that could not be loaded for a fault of the machine; it stays to be done.
type Failure struct {
	Source string
	File   string
	Err    error
}

// Lines says in words what happened; nothing to say means that all was well.
func (r Recovery) Lines() []string {
	var out []string
	add := func(n int, one, many string) {
		if n > 0 {
			out = append(out, counted(int64(n), one, many))
		}
	}
	add(r.Swept, "interrupted delivery was cleared away", "interrupted deliveries were cleared away")
	add(len(r.Lost), "load was missing from the database", "loads were missing from the database")
	for _, rec := range r.Lost {
		out = append(out, fmt.Sprintf("  lost: %s, received %s (%s)", rec.File, rec.Received.Format("2 Jan 2006"), short(rec.LoadID)))
	}
	add(len(r.Unfinished), "delivered file had not been loaded yet", "delivered files had not been loaded yet")
	add(len(r.Unsettled), "load was finished but not noted in the manifest; it is now", "loads were finished but not noted in the manifest; they are now")
	add(len(r.Unknown), "load was unknown to the manifest and has been added", "loads were unknown to the manifest and have been added")
	for _, res := range r.Results {
		out = append(out, "  "+res.Summary())
	}
	for _, f := range r.Failed {
		out = append(out, fmt.Sprintf("  not loaded: %v", f.Err))
	}
	return out
}

// Reconcile brings the database and the manifest together again: what the database lost or never finished is loaded from the
// landing zone, what the manifest failed to note is noted. A load that can't be done again (its file is gone, its source is no
// longer known) is reported and does not hold up the others. Every run begins with it.
func (l *Loader) Reconcile(ctx context.Context) (Recovery, error) {
	c, err := l.Compare(ctx)
	if err != nil {
		return Recovery{}, err
	}
	r := Recovery{Comparison: c}
	if r.Swept, err = l.cfg.Landing.Sweep(); err != nil {
		return r, err
	}
	if err := l.note(c); err != nil {
		return r, err
	}
	for _, list := range [][]ledger.Record{c.Lost, c.Unfinished} {
		for _, rec := range list {
			if err := ctx.Err(); err != nil {
				return r, err
			}
			res, err := l.reload(ctx, rec)
			if l.stops(ctx, err) {
				return r, err
			}
			if err != nil {
				r.Failed = append(r.Failed, Failure{rec.Source, rec.File, err})
				continue
			}
			r.Results = append(r.Results, res)
		}
	}
	return r, nil
}

// note writes into the manifest what only the database knows.
func (l *Loader) note(c Comparison) error {
	var entries []ledger.Entry
	for _, rec := range c.Unsettled {
		entries = append(entries, c.rows[rec.LoadID].entry(l.cfg.Now()))
	}
	for _, id := range c.Unknown {
		row := c.rows[id]
		entries = append(entries, ledger.Entry{
			At: row.At, State: ledger.Received, LoadID: id, Source: row.Source, SHA256: row.SHA256, Bytes: row.Bytes,
			File: row.File, Received: row.Received,
		}, row.entry(l.cfg.Now()))
	}
	if len(entries) == 0 {
		return nil
	}
	return l.cfg.Ledger.Append(entries...)
}

// reload loads a landed file, after making sure that it holds what was delivered, or what was kept of it once it was erased.
func (l *Loader) reload(ctx context.Context, rec ledger.Record) (Result, error) {
	if rec.Erased() {
		src, err := l.cfg.Registry.Get(rec.Source)
		if err != nil {
			return Result{}, fmt.Errorf("%s: %w", rec.File, err)
		}
		return l.reinstate(ctx, src, rec)
	}
	src, err := l.landed(ctx, rec)
	if err != nil {
		return Result{}, err
	}
	return l.process(ctx, src, rec)
}

func (l *Loader) landed(ctx context.Context, rec ledger.Record) (*Source, error) {
	src, err := l.cfg.Registry.Get(rec.Source)
	if err == nil && rec.Erased() {
		return nil, erasedError(rec)
	}
	if err == nil {
		err = l.cfg.Landing.Verify(ctx, rec.SHA256)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", rec.File, err)
	}
	return src, nil
}
