package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"

	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
	"bellwether/ingest/pseudonym"
	"bellwether/internal/warehouse"
)

// process reads a landed file into the database and settles it in the manifest.
func (l *Loader) process(ctx context.Context, src *Source, rec ledger.Record) (Result, error) {
	before, err := l.stored(ctx, rec.LoadID)
	if err != nil {
		return Result{}, err
	}
	if before.Status == string(StatusLoaded) {
		return l.settleStored(rec, before)
	}
	s, done, err := l.open(src, rec)
	if err != nil {
		return Result{}, err
	}
	defer done()
	reading := l.reading(src)
	err = l.cfg.Raw.WithTx(ctx, func(tx *warehouse.Tx) error { return l.loadAll(ctx, tx, src, rec, s, before.Status != "") })
	rejection, rejected := asFileError(err)
	if err != nil && !rejected {
		return Result{}, fmt.Errorf("load %s: %w", rec.File, err)
	}
	if rejected {
		if err := l.recordRejection(ctx, rec, s, rejection, before.Status != ""); err != nil {
			return Result{}, fmt.Errorf("record the rejection of %s: %w", rec.File, err)
		}
	}
	r := s.result(rec, rejection)
	if err := l.fail(AfterCommit); err != nil {
		return Result{}, err
	}
	if err := l.settle(src, rec.LoadID, reading, r); err != nil {
		return Result{}, err
	}
	return r, l.fail(AfterManifest)
}

// settleStored notes in the manifest what the database knows to be done already: loading again would double the rows.
func (l *Loader) settleStored(rec ledger.Record, before loadRow) (Result, error) {
	rec.State, rec.RowsRead, rec.RowsLoaded, rec.RowsQuarantined = ledger.Loaded, before.Read, before.Loaded, before.Quarantined
	return known(rec), l.cfg.Ledger.Append(before.entry(l.cfg.Now()))
}

// settle writes the outcome into the manifest.
func (l *Loader) settle(src *Source, loadID, reading string, r Result) error {
	e := ledger.Entry{
		At: l.cfg.Now(), State: ledger.Loaded, LoadID: loadID, Reading: reading, Contracts: l.contracts(src),
		RowsRead: r.RowsRead, RowsLoaded: r.RowsLoaded, RowsQuarantined: r.RowsQuarantined, Reason: r.remarks(),
	}
	if r.Status == StatusRejected {
		e.State = ledger.Rejected
	}
	return l.cfg.Ledger.Append(e)
}

// open prepares a session over a landed file; done closes it.
func (l *Loader) open(src *Source, rec ledger.Record) (s *session, done func(), err error) {
	object, err := l.cfg.Landing.Open(rec.SHA256)
	if errors.Is(err, landing.ErrMissing) && rec.Erased() {
		return nil, nil, erasedError(rec)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%s: %w", rec.File, err)
	}
	s, err = l.newSession(src, rec.LoadID, File{Name: rec.File, Size: object.Size(), Received: rec.Received, Body: object})
	if err != nil {
		return nil, nil, errors.Join(err, object.Close())
	}
	return s, func() { _ = object.Close() }, nil
}

func (l *Loader) newSession(src *Source, loadID string, f File) (*session, error) {
	s := &session{contracts: l.contracts(src), tables: map[string]*tableState{}, tolerated: map[string]int64{}, counts: tally{}}
	for _, name := range src.Tables {
		t, err := newTableState(l.cfg.Tables[name], loadID, l.cfg.BatchRows, l.cfg.Keys)
		if err != nil {
			return nil, err
		}
		s.tables[name] = t
		s.order = append(s.order, t)
	}
	far := &farthest{from: f.Body}
	f.Body = far
	s.file = f
	if l.cfg.Progress != nil {
		s.step = func(rows int64) {
			l.cfg.Progress(Progress{Source: src.Name, File: f.Name, Rows: rows, Bytes: far.reached.Load(), TotalBytes: f.Size})
		}
	}
	return s, nil
}

// farthest remembers how far into a file its reader has come.
type farthest struct {
	from    io.ReaderAt
	reached atomic.Int64
}

// ReadAt implements io.ReaderAt.
func (f *farthest) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.from.ReadAt(p, off)
	for end := off + int64(n); ; {
		was := f.reached.Load()
		if end <= was || f.reached.CompareAndSwap(was, end) {
			return n, err
		}
	}
}

// loadAll does everything that belongs into the one transaction of a load; again says that this very file was rejected before.
func (l *Loader) loadAll(ctx context.Context, tx *warehouse.Tx, src *Source, rec ledger.Record, s *session, again bool) error {
	h := heldRows{loadID: rec.LoadID, source: rec.Source, file: rec.File, at: l.cfg.Now().UTC()}
	if again {
		if _, err := tx.Exec(ctx, statement("quarantine_resolve"), h.at, "the file was read again", rec.LoadID); err != nil {
			return fmt.Errorf("resolve what was held before: %w", err)
		}
		if err := forgetLoad(ctx, tx, rec.LoadID); err != nil {
			return err
		}
	}
	if err := l.pump(ctx, src, s, func(j job) error { return write(ctx, tx, h, j) }); err != nil {
		return err
	}
	if rejection := s.tooMany(l.cfg.MaxBadShare); rejection != nil {
		return rejection
	}
	if held := l.gate(src, rec, s.read); held != nil {
		return held
	}
	if err := l.fail(AfterDecode); err != nil {
		return err
	}
	if err := s.settleKeys(ctx, tx, rec.LoadID, true); err != nil {
		return err
	}
	if err := insertLoad(ctx, tx, s.loadRow(rec, h, StatusLoaded, s.result(rec, nil).remarks())); err != nil {
		return err
	}
	return l.fail(BeforeCommit)
}

func (s *session) loadRow(rec ledger.Record, h heldRows, status Status, reason string) loadRow {
	from, to := s.dates()
	return loadRow{
		LoadID: rec.LoadID, Source: rec.Source, File: rec.File, SHA256: rec.SHA256, Bytes: rec.Bytes, Received: rec.Received, At: h.at,
		From: from, To: to, Read: s.read, Loaded: s.loaded, Quarantined: s.held, Status: string(status), Reason: reason, Contracts: s.contracts,
	}
}

func write(ctx context.Context, tx *warehouse.Tx, h heldRows, j job) error {
	if j.rows != nil {
		if _, err := insertBatch(ctx, tx, j.table, j.rows); err != nil {
			return err
		}
	}
	return insertProblems(ctx, tx, h, j.problems)
}

// pump runs decoding and checking, which a relay divides, beside the writer, so that the cores read the next rows while the last are stored.
func (l *Loader) pump(ctx context.Context, src *Source, s *session, write func(job) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	jobs := make(chan job, 2)
	s.ctx = ctx
	s.emit = func(j job) error {
		select {
		case jobs <- j:
			return nil
		case <-ctx.Done():
			if j.rows != nil {
				j.rows.Release()
			}
			return ctx.Err()
		}
	}
	read := make(chan error, 1)
	go func() {
		defer close(jobs)
		err := l.decode(ctx, src, s)
		if err == nil {
			err = s.end()
		}
		read <- err
	}()
	var failed error
	for j := range jobs {
		if failed != nil {
			if j.rows != nil {
				j.rows.Release()
			}
			continue
		}
		if failed = write(j); failed != nil {
			cancel()
		}
	}
	if err := <-read; failed == nil {
		return err
	}
	return failed
}

// decode runs the source's decoder over the session's file.
func (l *Loader) decode(ctx context.Context, src *Source, s *session) (err error) {
	reject := func(code, reason, next string) error {
		return &FileError{File: s.file.Name, Code: code, Reason: reason, NextStep: next}
	}
	if s.file.Size == 0 {
		return reject(contract.Truncated, "the file is empty", "Have the extract made again")
	}
	if !src.takes(s.file.Name) {
		return reject(contract.WrongType, fmt.Sprintf("the source %s does not read files of the type %q", src.Name, filepath.Ext(s.file.Name)),
			"Deliver one of "+strings.Join(src.Extensions, ", ")+", or choose another source")
	}
	env := Env{Tables: map[string]*contract.Table{}, Mapping: l.cfg.Mappings[src.Name]}
	for _, name := range src.Tables {
		env.Tables[name] = l.cfg.Tables[name]
	}
	hasher, err := l.cfg.Keys.Hasher(pseudonym.Person)
	if err != nil {
		return err
	}
	env.Digest = hasher.Pseudonym
	err = s.relayed(ctx, src.Decoder, env)
	var unreadable *decode.Error
	if _, is := asFileError(err); !is && errors.As(err, &unreadable) {
		err = &FileError{
			File: unreadable.File, Row: unreadable.Row, Column: unreadable.Column, Code: unreadable.Code,
			Reason: unreadable.Reason, NextStep: unreadable.NextStep,
		}
	}
	if e, is := asFileError(err); is {
		named := *e
		named.File = s.file.Name
		if !knownCodes[named.Code] {
			named.Code = contract.Other
		}
		return &named
	}
	if err == nil {
		s.tell()
	}
	return err
}

// panicPlace names the line of our own code that failed.
func panicPlace() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "bellwether/") {
			return fmt.Sprintf("%s:%d", filepath.Base(f.File), f.Line)
		}
		if !more {
			return "place unknown"
		}
	}
}

// settleKeys takes the rows with conflicting keys out of their tables again, and stores the last of each where that one wins.
func (s *session) settleKeys(ctx context.Context, tx *warehouse.Tx, loadID string, all bool) error {
	for _, t := range s.order {
		if t.keys == nil || len(t.keys.doomed) == 0 {
			continue
		}
		n, err := deleteKeys(ctx, tx, t.contract, loadID, t.keys.doomed)
		if err != nil {
			return err
		}
		if all && n != int64(len(t.keys.doomed)) {
			return fmt.Errorf("%d keys of %s are in conflict, but %d rows were found by them", len(t.keys.doomed), t.contract.Name, n)
		}
		if !t.keys.last {
			continue
		}
		for _, k := range t.keys.doomed {
			if t.batch.add(k.latest, k.row) {
				if _, err := insertBatch(ctx, tx, t.contract.Name, t.batch.take()); err != nil {
					return err
				}
			}
		}
		if rec := t.batch.take(); rec != nil {
			if _, err := insertBatch(ctx, tx, t.contract.Name, rec); err != nil {
				return err
			}
		}
	}
	return nil
}

// recordRejection notes in the database that a file was refused and why, with the first of its bad rows.
func (l *Loader) recordRejection(ctx context.Context, rec ledger.Record, s *session, e *FileError, again bool) error {
	h := heldRows{loadID: rec.LoadID, source: rec.Source, file: rec.File, at: l.cfg.Now().UTC()}
	problems := append([]Problem{{Row: e.Row, Column: e.Column, Code: e.Code, Reason: withoutFile(e)}}, s.problems...)
	return l.cfg.Raw.WithTx(ctx, func(tx *warehouse.Tx) error {
		if again {
			if _, err := tx.Exec(ctx, "DELETE FROM quarantine WHERE load_id = ? AND resolved_at IS NULL", rec.LoadID); err != nil {
				return err
			}
			if err := forgetLoad(ctx, tx, rec.LoadID); err != nil {
				return err
			}
		}
		if err := insertProblems(ctx, tx, h, problems); err != nil {
			return err
		}
		row := s.loadRow(rec, h, StatusRejected, withoutFile(e))
		row.Loaded, row.Quarantined = 0, 0
		if err := insertLoad(ctx, tx, row); err != nil {
			return err
		}
		return l.fail(BeforeCommit)
	})
}

func withoutFile(e *FileError) string {
	bare := *e
	bare.File = ""
	return strings.TrimPrefix(bare.Error(), ", ")
}

// result gathers what a session found.
func (s *session) result(rec ledger.Record, rejection *FileError) Result {
	r := Result{
		LoadID: rec.LoadID, Source: rec.Source, File: s.file.Name, Received: rec.Received, Bytes: s.file.Size, Status: StatusLoaded,
		RowsRead: s.read, RowsLoaded: s.loaded, RowsQuarantined: s.held, RowsRepeated: s.repeated, Tables: map[string]int64{},
		Problems: s.problems, ProblemCounts: s.counts.list(), Notes: s.allNotes(), Rejection: rejection,
	}
	r.DataFrom, r.DataTo = s.dates()
	for _, t := range s.order {
		r.Tables[t.contract.Name] = t.loaded
	}
	if rejection != nil {
		r.Status, r.RowsLoaded, r.RowsQuarantined, r.RowsRepeated, r.Tables = StatusRejected, 0, 0, 0, nil
	}
	return r
}

// remarks is what the ledgers keep of a result in words.
func (r Result) remarks() string {
	if r.Rejection != nil {
		return withoutFile(r.Rejection)
	}
	const most = 2000
	s := []rune(strings.Join(r.Notes, "; "))
	if len(s) > most {
		s = append(s[:most], '…')
	}
	return string(s)
}
