package ingest

import (
	"context"
	"fmt"
	"time"

	"bellwether/ingest/ledger"
	"bellwether/internal/warehouse"
)

// Replayed tells what a replay did with one load.
type Replayed struct {
	LoadID, Source, File string
	Before               int64 // rows that were held
	Loaded               int64 // of them, rows that are now loaded
	StillHeld            int64
	Result               Result // of reading the file again
}

// Summary is one line for a person.
func (r Replayed) Summary() string {
	switch {
	case r.Result.Rejection != nil:
		return fmt.Sprintf("%s: still rejected: %s", r.File, withoutFile(r.Result.Rejection))
	case r.StillHeld == 0:
		return fmt.Sprintf("%s: nothing is held any more; %s loaded", r.File, counted(r.Loaded, "row was", "rows were"))
	default:
		return fmt.Sprintf("%s: %s loaded, %d still held", r.File, counted(r.Loaded, "row was", "rows were"), r.StillHeld)
	}
}

// Replay reads the landed files with open quarantine again, by the present contracts and mappings, and loads the held rows that now
// pass. What fails again stays open with its new reason and its first date. Rows that were loaded before are left as they are. A file
// that was rejected is tried as a whole. Of the filter only Source and LoadID are used.
func (l *Loader) Replay(ctx context.Context, f Filter) ([]Replayed, []Failure, error) {
	groups, err := l.Quarantine(ctx, Filter{Source: f.Source, LoadID: f.LoadID})
	if err != nil {
		return nil, nil, err
	}
	var out []Replayed
	var failed []Failure
	done := map[string]bool{}
	for _, g := range groups {
		if done[g.LoadID] {
			continue
		}
		done[g.LoadID] = true
		if err := ctx.Err(); err != nil {
			return out, failed, err
		}
		r, err := l.replay(ctx, g.LoadID)
		if l.stops(ctx, err) {
			return out, failed, err
		}
		if err != nil {
			failed = append(failed, Failure{g.Source, g.File, err})
			continue
		}
		out = append(out, r)
	}
	return out, failed, nil
}

func (l *Loader) replay(ctx context.Context, loadID string) (Replayed, error) {
	rec, ok := l.cfg.Ledger.Get(loadID)
	if !ok {
		return Replayed{}, fmt.Errorf("the load %s is not in the manifest: run `bellwether run` first, which brings both together", short(loadID))
	}
	r := Replayed{LoadID: loadID, Source: rec.Source, File: rec.File}
	row, err := l.stored(ctx, loadID)
	if err != nil {
		return r, err
	}
	src, err := l.landed(ctx, rec)
	if err != nil {
		return r, err
	}
	if row.Status == string(StatusRejected) {
		r.Result, err = l.process(ctx, src, rec)
		r.Loaded, r.StillHeld = r.Result.RowsLoaded, r.Result.RowsQuarantined
		return r, err
	}
	return l.replayRows(ctx, src, rec, r)
}

// replayRows loads the held rows of a loaded file that now pass. A row of the file that gave several rows of a table, some of them
// held, is replaced as a whole.
func (l *Loader) replayRows(ctx context.Context, src *Source, rec ledger.Record, r Replayed) (Replayed, error) {
	s, done, err := l.open(src, rec)
	if err != nil {
		return r, err
	}
	defer done()
	if s.only, err = l.openRows(ctx, rec.LoadID); err != nil {
		return r, err
	}
	r.Before = int64(len(s.only))
	var row loadRow
	err = l.cfg.Raw.WithTx(ctx, func(tx *warehouse.Tx) error {
		var err error
		row, err = l.replayTx(ctx, tx, src, rec, s)
		return err
	})
	if rejection, is := asFileError(err); is {
		r.StillHeld = r.Before
		r.Result = s.result(rec, rejection)
		return r, nil
	}
	if err != nil {
		return r, fmt.Errorf("replay %s: %w", rec.File, err)
	}
	if err := l.fail(AfterCommit); err != nil {
		return r, err
	}
	r.StillHeld = row.Quarantined
	r.Loaded = row.Loaded - rec.RowsLoaded
	r.Result = s.result(rec, nil)
	r.Result.RowsRead, r.Result.RowsLoaded, r.Result.RowsQuarantined = row.Read, row.Loaded, row.Quarantined
	if err := l.settle(src, rec.LoadID, l.reading(src), r.Result); err != nil {
		return r, err
	}
	return r, l.fail(AfterManifest)
}

func (l *Loader) openRows(ctx context.Context, loadID string) (map[group]time.Time, error) {
	rows, err := l.cfg.Raw.DB().QueryContext(ctx, statement("quarantine_open"), loadID)
	if err != nil {
		return nil, fmt.Errorf("read what is held: %w", err)
	}
	defer rows.Close()
	out := map[group]time.Time{}
	for rows.Next() {
		var g group
		var since time.Time
		if err := rows.Scan(&g.table, &g.row, &since); err != nil {
			return nil, fmt.Errorf("read what is held: %w", err)
		}
		out[g] = since
	}
	return out, rows.Err()
}

// replayTx is the one transaction of a replay; it gives the load's counts as they are afterwards.
func (l *Loader) replayTx(ctx context.Context, tx *warehouse.Tx, src *Source, rec ledger.Record, s *session) (row loadRow, err error) {
	h := heldRows{loadID: rec.LoadID, source: rec.Source, file: rec.File, at: l.cfg.Now().UTC().Truncate(time.Microsecond), since: s.only}
	for _, t := range src.Tables {
		if _, err := tx.Exec(ctx, forTable("rows_in_quarantine", t), rec.LoadID, rec.LoadID, t); err != nil {
			return row, fmt.Errorf("make room for the rows of %s: %w", t, err)
		}
	}
	if _, err := tx.Exec(ctx, statement("quarantine_resolve"), h.at, "loaded by a replay, or no longer a row of its own", rec.LoadID); err != nil {
		return row, fmt.Errorf("resolve what was held: %w", err)
	}
	if err := l.pump(ctx, src, s, func(j job) error { return write(ctx, tx, h, j) }); err != nil {
		return row, err
	}
	if err := l.fail(AfterDecode); err != nil {
		return row, err
	}
	if err := s.settleKeys(ctx, tx, rec.LoadID, false); err != nil {
		return row, err
	}
	if _, err := tx.Exec(ctx, statement("quarantine_still_held"), rec.LoadID, h.at); err != nil {
		return row, fmt.Errorf("settle what is still held: %w", err)
	}
	var loaded int64
	for _, t := range src.Tables {
		var n int64
		if err := tx.QueryRow(ctx, "SELECT count(*) FROM "+warehouse.Qualified(t)+" WHERE load_id = ?", rec.LoadID).Scan(&n); err != nil {
			return row, fmt.Errorf("count the rows of %s: %w", t, err)
		}
		loaded += n
	}
	from, to := s.dates()
	if _, err := tx.Exec(ctx, statement("load_replayed"), s.read, loaded, orNull(from), orNull(to), rec.LoadID, rec.LoadID); err != nil {
		return row, fmt.Errorf("write the ledger: %w", err)
	}
	err = tx.QueryRow(ctx, "SELECT rows_read, rows_loaded, rows_quarantined FROM load WHERE load_id = ?", rec.LoadID).Scan(&row.Read, &row.Loaded, &row.Quarantined)
	if err != nil {
		return row, fmt.Errorf("read the ledger: %w", err)
	}
	return row, l.fail(BeforeCommit)
}
