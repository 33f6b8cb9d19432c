package ingest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"bellwether/ingest/contract"
	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
	"bellwether/ingest/mapping"
	"bellwether/ingest/pseudonym"
	"bellwether/internal/warehouse"
)

// DefaultMaxBadShare is the usual share of bad rows above which a file is rejected.
const DefaultMaxBadShare = 0.5

// Config is what a Loader works with.
type Config struct {
	Registry *Registry
	Tables   map[string]*contract.Table
	Mappings map[string]*mapping.Mapping // by source; a source without one is read by its usual headers
	Landing  *landing.Store
	Ledger   *ledger.Ledger
	Raw      *warehouse.Raw
	Keys     *pseudonym.Keyring
	Now      func() time.Time
	Version  string // of the program

	MaxBadShare float64        // the share of bad rows, 0 to 1, above which a file is rejected; 0 means that one is too many
	BatchRows   int            // rows in one Arrow batch; 0 means 122,880
	Progress    func(Progress) // called now and then from the goroutine that checks; may be nil
	Failpoint   Failpoint      // may be nil

	// Hopeless says whether an error would meet every other file too, such as a full disk: the work ends there. May be nil.
	Hopeless func(error) bool
}

// Loader takes files in. It serves one caller at a time, who holds the instance's lock.
type Loader struct {
	cfg Config
}

// New checks the configuration and makes the tables that are missing.
func New(ctx context.Context, cfg Config) (*Loader, error) {
	if cfg.Registry == nil || cfg.Landing == nil || cfg.Ledger == nil || cfg.Raw == nil || cfg.Keys == nil || cfg.Now == nil {
		return nil, errors.New("a loader needs sources, landing zone, manifest, raw file, pseudonym keys and a clock")
	}
	if err := cfg.Registry.checkContracts(cfg.Tables); err != nil {
		return nil, err
	}
	for source, m := range cfg.Mappings {
		s, err := cfg.Registry.Get(source)
		if err != nil {
			return nil, fmt.Errorf("a mapping is set for an unknown source: %w", err)
		}
		if m != nil && m.Source != "" && m.Source != s.Name {
			return nil, fmt.Errorf("the mapping set for the source %s is made for %s", s.Name, m.Source)
		}
	}
	if cfg.BatchRows <= 0 {
		cfg.BatchRows = defaultBatchRows
	}
	l := &Loader{cfg: cfg}
	err := cfg.Raw.WithTx(ctx, func(tx *warehouse.Tx) error {
		for _, def := range ledgerTables {
			if err := tx.EnsureTable(ctx, def); err != nil {
				return err
			}
		}
		for _, s := range cfg.Registry.sources {
			for _, name := range s.Tables {
				if err := tx.EnsureTable(ctx, tableDef(cfg.Tables[name])); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("make the raw tables: %w", err)
	}
	return l, nil
}

// Delivery is one file on its way in.
type Delivery struct {
	Source   string
	Window   string    // the period asked for, where a source was asked for one
	Name     string    // the file's name
	Received time.Time // the day it reached us; zero means today
	Body     io.Reader
	Again    bool // read a rejected file again even though nothing about its reading has changed

	path     string // below the source's drop zone, "" if it did not come that way
	modified int64
	settled  func() error // asked after the body was read: is the file still the one that was opened?
}

// Today is the current day in England, as midnight UTC.
func (l *Loader) Today() time.Time {
	now := l.cfg.Now()
	if london, err := time.LoadLocation("Europe/London"); err == nil {
		now = now.In(london)
	}
	return midnight(now)
}

func midnight(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Load takes one file in, whatever its outcome: a rejected file is a Result, an error means that the machine failed and the file
// is still to be loaded.
func (l *Loader) Load(ctx context.Context, d Delivery) (Result, error) {
	src, err := l.cfg.Registry.Get(d.Source)
	if err != nil {
		return Result{}, err
	}
	d.Name = filepath.Base(d.Name)
	if d.Received.IsZero() {
		d.Received = l.Today()
	}
	d.Received = midnight(d.Received)
	blob, err := l.cfg.Landing.Put(ctx, d.Body)
	var large *landing.TooLargeError
	if errors.As(err, &large) {
		return tooLarge(d, large), nil
	}
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", d.Name, err)
	}
	if d.settled != nil {
		if err := d.settled(); err != nil {
			return Result{}, err
		}
	}
	if err := l.fail(AfterLanding); err != nil {
		return Result{}, err
	}
	entry := ledger.Entry{
		At: l.cfg.Now(), State: ledger.Received, LoadID: ledger.LoadID(d.Source, d.Window, blob.SHA256), Source: d.Source, Window: d.Window,
		SHA256: blob.SHA256, Bytes: blob.Bytes, File: d.Name, Received: d.Received, Path: d.path, Modified: d.modified,
	}
	rec, known := l.cfg.Ledger.Get(entry.LoadID)
	if known && rec.State == ledger.Destroyed {
		return l.refuseDestroyed(d, rec, blob)
	}
	if known {
		if r, done, err := l.redelivered(ctx, src, rec, entry, d.Again); done || err != nil {
			if err == nil && rec.Erased() && blob.New && !l.shared(rec) {
				err = l.cfg.Landing.Remove(blob.SHA256) // what was erased does not come back by being sent again
			}
			return r, err
		}
	} else {
		if err := l.cfg.Ledger.Append(entry); err != nil {
			return Result{}, err
		}
		rec, _ = l.cfg.Ledger.Get(entry.LoadID)
	}
	return l.process(ctx, src, rec)
}

// tooLarge rejects a file that is not even landed, and so has no load.
func tooLarge(d Delivery, err *landing.TooLargeError) Result {
	return Result{
		Source: d.Source, File: d.Name, Received: d.Received, Status: StatusRejected,
		Rejection: &FileError{
			File: d.Name, Code: contract.TooLong, Reason: err.Error(),
			NextStep: "Split the extract, or raise ingest.max_file_mib in bellwether.yml",
		},
	}
}

// redelivered deals with bytes that came before; done says that nothing is left to do.
func (l *Loader) redelivered(ctx context.Context, src *Source, rec ledger.Record, entry ledger.Entry, again bool) (r Result, done bool, err error) {
	row, err := l.stored(ctx, rec.LoadID)
	if err != nil {
		return r, false, err
	}
	retry := again || rec.Reading != l.reading(src)
	if !rec.Settled() || row.Status == "" || (rec.State == ledger.Rejected && retry) {
		return r, false, nil
	}
	// The line is a record of the delivery, and lets the next look at a drop zone recognise the file without reading it.
	if _, seen := l.cfg.Ledger.Seen(entry.Source, entry.Path, entry.Bytes, entry.Modified); entry.Path == "" || !seen {
		entry.State = ledger.Redelivered
		if err := l.cfg.Ledger.Append(entry); err != nil {
			return r, false, err
		}
	}
	r = known(rec)
	r.File = entry.File
	return r, true, nil
}

// known is the result of meeting a load that came to its end before.
func known(rec ledger.Record) Result {
	r := Result{
		LoadID: rec.LoadID, Source: rec.Source, File: rec.File, Received: rec.Received, Bytes: rec.Bytes, Status: StatusAlreadyLoaded,
		RowsRead: rec.RowsRead, RowsLoaded: rec.RowsLoaded, RowsQuarantined: rec.RowsQuarantined,
	}
	if rec.State == ledger.Rejected {
		r.Status, r.Rejection = StatusAlreadyRejected, &FileError{File: rec.File, Code: contract.Other, Reason: rec.Reason}
	}
	return r
}
