package audit

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"time"
)

// maxProblems bounds a report: beyond it a log is broken as a whole.
const maxProblems = 20

// VerifyOptions says what to hold a log against.
type VerifyOptions struct {
	// Checkpoints is the path of the checkpoint file, empty for none.
	Checkpoints string
	// Keys are the public keys that checkpoints may be signed with.
	Keys []ed25519.PublicKey
	// Marks are checkpoints in their short form, known from a printed page or
	// another machine. They need no signature.
	Marks []Checkpoint
}

// Problem is one thing that is wrong with a log.
type Problem struct {
	// Line is where in the log, from 1; 0 when it is not at a line.
	Line uint64
	// Code is edited, order, chain, not_an_entry, cut_off, replaced or
	// bad_checkpoint.
	Code string
	Says string
}

// Report is what Verify found.
type Report struct {
	Entries         uint64
	FirstAt, LastAt time.Time
	// Checkpoints is how many sound checkpoints the log was held against, and
	// Unsigned how many entries at the end none of them covers: what happened
	// to those alone cannot be proved.
	Checkpoints int
	Unsigned    uint64
	// ClockBack counts entries at which the clock had gone back.
	ClockBack uint64
	// TornBytes is the length of an unfinished last line, which Open repairs.
	TornBytes int
	Problems  []Problem
	// More is how many problems were left out of Problems.
	More int
	// Last is the end of the log in the form of a mark, to keep elsewhere.
	Last Checkpoint
}

// OK says whether nothing is wrong.
func (r *Report) OK() bool { return len(r.Problems) == 0 }

func (r *Report) add(line uint64, code, says string, args ...any) {
	if len(r.Problems) == maxProblems {
		r.More++
		return
	}
	r.Problems = append(r.Problems, Problem{line, code, fmt.Sprintf(says, args...)})
}

// Verify reads a whole log and reports every break of its chain and every
// difference from its checkpoints. It returns an error only when the files
// cannot be read; what is wrong with the log itself is in the report.
func Verify(path string, o VerifyOptions) (*Report, error) {
	points, damaged, err := []Checkpoint(nil), 0, error(nil)
	if o.Checkpoints != "" {
		if points, damaged, err = readCheckpoints(o.Checkpoints); err != nil {
			return nil, err
		}
	}
	r := &Report{Last: Checkpoint{Hash: genesis}}
	if damaged > 0 {
		r.add(0, "bad_checkpoint", "%d lines of the checkpoint file cannot be read", damaged)
	}
	// held maps the number of an entry to the hashes that it must have.
	held := map[uint64][]string{}
	covered := uint64(0)
	for _, c := range points {
		if !c.signedBy(o.Keys) {
			r.add(0, "bad_checkpoint", "the checkpoint at entry %d is not signed by a known key", c.Seq)
			continue
		}
		r.Checkpoints++
		held[c.Seq] = append(held[c.Seq], c.Hash)
		covered = max(covered, c.Seq)
	}
	for _, c := range o.Marks {
		r.Checkpoints++
		held[c.Seq] = append(held[c.Seq], c.Hash)
		covered = max(covered, c.Seq)
	}
	f, err := os.Open(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		r.add(0, "cut_off", "the log is gone")
	case err != nil:
		return nil, fmt.Errorf("audit: cannot read the log: %w", err)
	default:
		defer f.Close()
		if err := r.read(f, held); err != nil {
			return nil, fmt.Errorf("audit: cannot read the log: %w", err)
		}
	}
	if covered > r.Last.Seq {
		r.add(0, "cut_off", "the log ends at entry %d; a checkpoint says that it had %d", r.Last.Seq, covered)
	}
	r.Unsigned = r.Last.Seq - min(covered, r.Last.Seq)
	return r, nil
}

// read goes through the lines of a log.
func (r *Report) read(f io.Reader, held map[uint64][]string) error {
	lines := bufio.NewReaderSize(f, 1<<16)
	number := uint64(0)
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			r.add(number+1, "not_an_entry", "line %d is longer than any entry", number+1)
			for errors.Is(err, bufio.ErrBufferFull) {
				_, err = lines.ReadSlice('\n')
			}
			if err == nil {
				number++
				continue
			}
		}
		if errors.Is(err, io.EOF) {
			r.TornBytes = len(line)
			return nil
		}
		if err != nil {
			return err
		}
		number++
		r.check(number, bytes.TrimSuffix(line, []byte{'\n'}), held)
	}
}

// check holds one line against the line before and against checkpoints. After
// a break it goes on from what the line itself says, so that one break does
// not make every later line look broken.
func (r *Report) check(number uint64, line []byte, held map[uint64][]string) {
	f, ok := split(line)
	if !ok {
		r.add(number, "not_an_entry", "line %d is not an entry", number)
		return
	}
	r.Entries++
	if !f.sound() {
		r.add(number, "edited", "entry %d does not fit its hash: it was edited", f.seq)
	}
	if f.seq != r.Last.Seq+1 {
		r.add(number, "order", "entry %d follows entry %d: entries were removed, added or moved", f.seq, r.Last.Seq)
	} else if string(f.prev) != r.Last.Hash {
		r.add(number, "chain", "entry %d does not follow from the entry before it: one of them was put in place of another", f.seq)
	}
	for _, want := range held[f.seq] {
		if string(f.hash) != want {
			r.add(number, "replaced", "entry %d is not the one that its checkpoint saw: this part of the log was replaced", f.seq)
		}
	}
	if !f.mono {
		r.ClockBack++
	}
	r.Last = Checkpoint{Seq: f.seq, Hash: string(f.hash)}
	at, err := time.Parse(timeLayout, string(f.at))
	if err != nil {
		r.add(number, "not_an_entry", "entry %d has no time", f.seq)
		return
	}
	if r.FirstAt.IsZero() {
		r.FirstAt = at
	}
	r.LastAt = at
}
