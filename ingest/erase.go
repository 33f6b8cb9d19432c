package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
)

// Aged is a delivered file that has been kept for its number of days.
type Aged struct {
	LoadID, Source, File, SHA256 string
	Landed                       time.Time
	// Held is why it is not erased though its days are over: what is held of it could be replayed from nothing else. Empty if it may go.
	Held string
	// Mendable says that it could be erased all the same: it has come to its end, and another delivery would mend what is held.
	Mendable bool
}

// Aged lists the delivered files that landed before a moment and are still kept. A file with rows that are held, or one that was rejected
// or never loaded, is still wanted.
func (l *Loader) Aged(ctx context.Context, before time.Time) ([]Aged, error) {
	held, err := l.heldByLoad(ctx)
	if err != nil {
		return nil, err
	}
	var out []Aged
	for _, r := range l.cfg.Ledger.Records() {
		if r.State == ledger.Destroyed || !r.LandedAt.Before(before) {
			continue
		}
		if r.Erased() {
			// An interruption may have left the file behind after its erasure was noted.
			if l.cfg.Landing.Has(r.SHA256) && !l.shared(r) {
				out = append(out, Aged{LoadID: r.LoadID, Source: r.Source, File: r.File, SHA256: r.SHA256, Landed: r.LandedAt})
			}
			continue
		}
		a := Aged{LoadID: r.LoadID, Source: r.Source, File: r.File, SHA256: r.SHA256, Landed: r.LandedAt}
		switch n := held[r.LoadID]; {
		case r.State == ledger.Rejected:
			a.Mendable = true
			a.Held = "it was rejected, and could be read again once what was wrong is mended"
		case !r.Settled():
			a.Held = "it has not been loaded yet"
		case n > 0:
			a.Mendable = true
			a.Held = counted(n, "row of it is held in quarantine", "rows of it are held in quarantine")
		}
		out = append(out, a)
	}
	return out, nil
}

func (l *Loader) heldByLoad(ctx context.Context) (map[string]int64, error) {
	groups, err := l.Quarantine(ctx, Filter{})
	if err != nil {
		return nil, err
	}
	out := map[string]int64{}
	for _, g := range groups {
		out[g.LoadID] += g.Rows
	}
	return out, nil
}

// Erase keeps the extract of a load in the place of its delivered file, and then erases the file with the key that alone opens it. What
// the contracts dropped is gone for good from then on; the rows are not, and the database can be made again from the extract. It may be
// called again after an interruption.
func (l *Loader) Erase(ctx context.Context, loadID, reason string) error {
	rec, ok := l.cfg.Ledger.Get(loadID)
	if !ok || rec.State == ledger.Destroyed {
		return fmt.Errorf("there is no load %s in the manifest", short(loadID))
	}
	if !rec.Erased() {
		if !rec.Settled() {
			return fmt.Errorf("%s has not been loaded yet: run `bellwether run` first", rec.File)
		}
		src, err := l.cfg.Registry.Get(rec.Source)
		if err != nil {
			return err
		}
		blob, err := l.landExtract(ctx, src, rec)
		if err != nil {
			return fmt.Errorf("erase %s: %w; nothing was erased", rec.File, err)
		}
		if err := l.cfg.Ledger.Append(ledger.Entry{At: l.cfg.Now(), State: ledger.Erased, LoadID: loadID, SHA256: blob.SHA256, Bytes: blob.Bytes, Reason: reason}); err != nil {
			return err
		}
	}
	if l.shared(rec) {
		return nil
	}
	if err := l.cfg.Landing.Remove(rec.SHA256); err != nil && !errors.Is(err, landing.ErrMissing) {
		return err
	}
	return nil
}

// landExtract lands the extract and reads it back: a file is erased only once what stands in for it has been found whole.
func (l *Loader) landExtract(ctx context.Context, src *Source, rec ledger.Record) (landing.Blob, error) {
	from, to := io.Pipe()
	go func() { to.CloseWithError(l.writeExtract(ctx, to, src, rec.LoadID)) }()
	blob, err := l.cfg.Landing.Put(ctx, from)
	_ = from.CloseWithError(err)
	if err != nil {
		return blob, err
	}
	rows, err := l.countExtract(blob.SHA256)
	if err == nil && rows != rec.RowsLoaded {
		err = fmt.Errorf("the extract holds %d rows and the manifest says %d: run `bellwether verify`", rows, rec.RowsLoaded)
	}
	return blob, err
}

// reinstate brings a load back from its extract.
func (l *Loader) reinstate(ctx context.Context, src *Source, rec ledger.Record) (Result, error) {
	if err := l.cfg.Landing.Verify(ctx, rec.Extract); err != nil {
		return Result{}, fmt.Errorf("%s: %w", rec.File, err)
	}
	rows, err := l.restore(ctx, src, rec.Extract)
	if err != nil {
		return Result{}, fmt.Errorf("load %s from its extract: %w", rec.File, err)
	}
	r := known(rec)
	if rec.State == ledger.Loaded {
		r.Status, r.RowsLoaded = StatusLoaded, rows
	}
	return r, nil
}

// erasedError says why a file can't be read again.
func erasedError(rec ledger.Record) error {
	return fmt.Errorf("%s was erased on %s (%s), and only its rows are kept: deliver the file again to have it read again", rec.File, rec.ErasedAt.Format("2 Jan 2006"), rec.ErasedWhy)
}
