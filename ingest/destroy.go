package ingest

import (
	"context"
	"errors"
	"fmt"

	"bellwether/ingest/contract"
	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
	"bellwether/internal/warehouse"
)

// Destroy takes a load out for good: its rows, what was held of it, its landed file with the key that opens it, and its place among what
// an interruption may have cost. The manifest keeps that it was there and why it is gone. It may be called again after an interruption.
// The raw file must be rewritten afterwards: rows that are only deleted leave their bytes behind.
func (l *Loader) Destroy(ctx context.Context, loadID, reason string) (rows int64, err error) {
	rec, ok := l.cfg.Ledger.Get(loadID)
	if !ok {
		return 0, fmt.Errorf("there is no load %s in the manifest", short(loadID))
	}
	src, err := l.cfg.Registry.Get(rec.Source)
	if err != nil {
		return 0, err
	}
	err = l.cfg.Raw.WithTx(ctx, func(tx *warehouse.Tx) error {
		for _, t := range src.Tables {
			res, err := tx.Exec(ctx, forTable("destroy_rows", t), loadID)
			if err != nil {
				return fmt.Errorf("take out the rows of %s: %w", t, err)
			}
			n, err := res.RowsAffected()
			if err != nil {
				return err
			}
			rows += n
		}
		if _, err := tx.Exec(ctx, statement("destroy_held"), loadID); err != nil {
			return fmt.Errorf("take out what was held: %w", err)
		}
		return forgetLoad(ctx, tx, loadID)
	})
	if err != nil {
		return 0, err
	}
	if !l.shared(rec) {
		if err := l.cfg.Landing.Remove(rec.SHA256); err != nil && !errors.Is(err, landing.ErrMissing) {
			return rows, err
		}
	}
	if rec.Erased() {
		if err := l.cfg.Landing.Remove(rec.Extract); err != nil && !errors.Is(err, landing.ErrMissing) {
			return rows, err
		}
	}
	if rec.State == ledger.Destroyed {
		return rows, nil
	}
	return rows, l.cfg.Ledger.Append(ledger.Entry{At: l.cfg.Now(), State: ledger.Destroyed, LoadID: loadID, Reason: reason})
}

// shared says whether another load that still stands came from the same bytes, and still needs them.
func (l *Loader) shared(rec ledger.Record) bool {
	for _, other := range l.cfg.Ledger.Records() {
		if other.SHA256 == rec.SHA256 && other.LoadID != rec.LoadID && other.State != ledger.Destroyed && !other.Erased() {
			return true
		}
	}
	return false
}

// refuseDestroyed answers a delivery of bytes that were destroyed: they don't come back by being sent again.
func (l *Loader) refuseDestroyed(d Delivery, rec ledger.Record, blob landing.Blob) (Result, error) {
	if blob.New && !l.shared(rec) {
		if err := l.cfg.Landing.Remove(blob.SHA256); err != nil {
			return Result{}, err
		}
	}
	return Result{LoadID: rec.LoadID, Source: d.Source, File: d.Name, Received: d.Received, Bytes: blob.Bytes, Status: StatusRejected,
		Rejection: &FileError{File: d.Name, Code: contract.Other, Reason: "these very bytes were destroyed when their retention had ended (" + rec.Reason + ")",
			NextStep: "Take the file out of the inbox; if it must be kept after all, have the source make a new extract"}}, nil
}
