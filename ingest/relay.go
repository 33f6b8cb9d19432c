package ingest

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"bellwether/ingest/contract"
)

const (
	blockRows  = 512     // rows handed from one goroutine to the other at a time
	blockBytes = 1 << 20 // of text in them
	blocks     = 4       // in use at once: one filled, one checked, two in between
)

// relay stands between a decoder and its session, so that one core decodes the next rows while another checks, pseudonymises and batches
// the last. What the decoder gives arrives in the order given. A row's cells are copied, because the decoder uses their slice again; the
// texts are not.
type relay struct {
	to     *session
	now    *block
	full   chan *block
	free   chan *block
	broken chan struct{} // closed when the receiving side has failed
	done   chan struct{} // closed when it has ended
	failed error         // why; read after done
}

// block is some rows and problems, in their order.
type block struct {
	items []item
	cells []string // those of all rows, one after the other
	bytes int
}

// item is a row, whose cells end at to, or a problem.
type item struct {
	table   string
	no      int64
	to      int
	problem *Problem
}

// errBroken ends a decoder whose rows are no longer wanted; the reason is in relay.failed.
var errBroken = errors.New("the receiving side has stopped")

func newRelay(s *session) *relay {
	r := &relay{
		to: s, now: &block{}, full: make(chan *block, blocks-2), free: make(chan *block, blocks),
		broken: make(chan struct{}), done: make(chan struct{}),
	}
	for range blocks - 1 {
		r.free <- &block{}
	}
	go r.receive()
	return r
}

// Row implements Output. An error is of an earlier row.
func (r *relay) Row(row Row) error {
	b := r.now
	b.cells = append(b.cells, row.Cells...)
	for _, c := range row.Cells {
		b.bytes += len(c)
	}
	b.items = append(b.items, item{table: row.Table, no: row.No, to: len(b.cells)})
	return r.pass(false)
}

// Quarantine implements Output.
func (r *relay) Quarantine(p Problem) error {
	b := r.now
	b.items = append(b.items, item{to: len(b.cells), problem: &p})
	return r.pass(false)
}

// Note implements Output: remarks have no place among the rows, and only the decoding side makes them.
func (r *relay) Note(text string) { r.to.Note(text) }

// AsAt implements Output.
func (r *relay) AsAt(day time.Time) { r.to.AsAt(day) }

// pass hands the block on when it is full, or in any case.
func (r *relay) pass(anyway bool) error {
	if b := r.now; !anyway && len(b.items) < blockRows && b.bytes < blockBytes {
		return nil
	}
	select {
	case r.full <- r.now:
	case <-r.broken:
		return errBroken
	}
	select {
	case r.now = <-r.free:
		return nil
	case <-r.broken:
		r.now = &block{}
		return errBroken
	}
}

// end hands on what is left, waits for the receiving side, and gives the error that comes first in the file's order: that of a row
// handed on, or the decoder's own.
func (r *relay) end(decoder error) error {
	_ = r.pass(true) // a failure shows in r.failed
	close(r.full)
	<-r.done
	if r.failed != nil {
		return r.failed
	}
	return decoder
}

func (r *relay) receive() {
	defer close(r.done)
	for b := range r.full {
		if r.failed == nil {
			if r.failed = r.check(b); r.failed != nil {
				close(r.broken)
			}
		}
		clear(b.cells)
		b.items, b.cells, b.bytes = b.items[:0], b.cells[:0], 0
		select {
		case r.free <- b:
		default: // the sending side has given up waiting for one
		}
	}
}

// check gives the session the block's rows and problems.
func (r *relay) check(b *block) (err error) {
	defer func() {
		if recover() != nil {
			err = fault(r.to.file.Name, panicPlace())
		}
	}()
	from := 0
	for _, it := range b.items {
		if it.problem != nil {
			err = r.to.Quarantine(*it.problem)
		} else {
			err = r.to.Row(Row{Table: it.table, No: it.no, Cells: b.cells[from:it.to:it.to]})
		}
		if err != nil {
			return err
		}
		from = it.to
	}
	return nil
}

// fault is the rejection of a file in which our own code failed; the message of a panic may hold cells, so it is not kept.
func fault(file, place string) error {
	return &FileError{
		File: filepath.Base(file), Code: contract.Other, Reason: "the reader met a fault of its own in this file (" + place + ")",
		NextStep: "Please report it; after an upgrade the file is tried again",
	}
}

// relayed runs a decoder against the session, with the check on a goroutine of its own.
func (s *session) relayed(ctx context.Context, d Decoder, env Env) (err error) {
	r := newRelay(s)
	defer func() {
		// A fault of a reader must neither end the program nor lose the file.
		if recover() != nil {
			err = fault(s.file.Name, panicPlace())
		}
		err = r.end(err)
	}()
	return d.Decode(ctx, s.file, env, r)
}

var _ Output = (*relay)(nil)
