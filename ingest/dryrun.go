package ingest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"bellwether/ingest/landing"
	"bellwether/ingest/ledger"
)

// DryRun says what Load would do with a file, without landing or loading it.
func (l *Loader) DryRun(ctx context.Context, d Delivery) (Result, error) {
	src, err := l.cfg.Registry.Get(d.Source)
	if err != nil {
		return Result{}, err
	}
	body, size, sum, err := l.wholeBody(ctx, d.Body)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", d.Name, err)
	}
	if d.Received.IsZero() {
		d.Received = l.Today()
	}
	rec := ledger.Record{
		LoadID: ledger.LoadID(d.Source, d.Window, sum), Source: d.Source, SHA256: sum, Bytes: size, File: filepath.Base(d.Name), Received: midnight(d.Received),
	}
	before, seen := l.cfg.Ledger.Get(rec.LoadID)
	if seen && before.Settled() && (before.State == ledger.Loaded || !d.Again && before.Reading == l.reading(src)) {
		r := known(before)
		r.File = rec.File
		return r, nil
	}
	s, err := l.newSession(src, rec.LoadID, File{Name: rec.File, Size: size, Received: rec.Received, Body: body})
	if err != nil {
		return Result{}, err
	}
	s.ctx = ctx
	err = l.decode(ctx, src, s)
	if err == nil {
		err = s.end()
	}
	rejection, rejected := asFileError(err)
	if err != nil && !rejected {
		return Result{}, fmt.Errorf("%s: %w", rec.File, err)
	}
	if !rejected {
		rejection = s.tooMany(l.cfg.MaxBadShare)
	}
	if !rejected && rejection == nil {
		rec.Accepted = before.Accepted
		rejection = l.gate(src, rec, s.read)
	}
	r := s.result(rec, rejection)
	r.Status = StatusWouldLoad
	if rejection != nil {
		r.Status = StatusWouldReject
	}
	return r, nil
}

// wholeBody gives a body that can be read from any place, its size and its sum. An open file is read where it lies.
func (l *Loader) wholeBody(ctx context.Context, from io.Reader) (body io.ReaderAt, size int64, sum string, err error) {
	limit := l.cfg.Landing.MaxBytes()
	h := sha256.New()
	if f, ok := from.(*os.File); ok {
		info, err := f.Stat()
		if err != nil {
			return nil, 0, "", err
		}
		if info.Size() > limit {
			return nil, 0, "", &landing.TooLargeError{Limit: limit}
		}
		if _, err := io.Copy(h, contextReader{ctx, io.NewSectionReader(f, 0, info.Size())}); err != nil {
			return nil, 0, "", err
		}
		return f, info.Size(), hex.EncodeToString(h.Sum(nil)), nil
	}
	raw, err := io.ReadAll(contextReader{ctx, io.LimitReader(from, limit+1)})
	if err != nil {
		return nil, 0, "", err
	}
	if int64(len(raw)) > limit {
		return nil, 0, "", &landing.TooLargeError{Limit: limit}
	}
	h.Write(raw)
	return bytes.NewReader(raw), int64(len(raw)), hex.EncodeToString(h.Sum(nil)), nil
}

// contextReader ends with its context.
type contextReader struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader.
func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
