package share

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// probesPrefix is where a trial writes; nobody looks there for a publication, and nothing stays.
const probesPrefix = "probes/"

// Trial is what came of trying the place.
type Trial struct {
	Place     string
	Published int   // publications that lie there
	Write     error // why this machine can't write there; nil if it can. One that only follows need not
	// Dated says that the place has a clock of its own and told it; Ahead is how much that is ahead of this machine's, to a second.
	Dated bool
	Ahead time.Duration
	Tidy  error // why what was broken off could not even be looked for; nil where this machine can't write anyway
}

// Try lists what the place holds, writes a few bytes, reads them back and takes them away again. The error says why the place can't even
// be read.
func (s *Store) Try(ctx context.Context) (t Trial, err error) {
	t = Trial{Place: s.place.String()}
	if b, is := s.place.(*bucket); is {
		defer func() { t.Ahead, t.Dated = b.clock.ahead() }()
	}
	all, err := s.publications(ctx)
	if err != nil {
		return t, err
	}
	t.Published, t.Write = len(all), s.probe(ctx)
	if t.Write == nil {
		if _, err := s.place.tidy(ctx, time.Time{}); err != nil { // nothing is as old: it only looks
			t.Tidy = s.untidyError(err)
		}
	}
	return t, ctx.Err()
}

func (s *Store) probe(ctx context.Context) (err error) {
	body := make([]byte, 16)
	if _, err := rand.Read(body); err != nil {
		return err
	}
	name := probesPrefix + hex.EncodeToString(body)
	if err := s.place.put(ctx, name, bytes.NewReader(body), int64(len(body))); err != nil {
		return s.place.explain("write there", err)
	}
	defer func() {
		if gone := s.place.remove(ctx, name); gone != nil {
			err = errors.Join(err, s.place.explain("remove what was written", gone))
		}
	}()
	back, err := s.place.get(ctx, name, int64(len(body)))
	if err != nil {
		return s.place.explain("read what was written", err)
	}
	got, err := io.ReadAll(back)
	if err = errors.Join(err, back.Close()); err != nil {
		return s.place.explain("read what was written", err)
	}
	if !bytes.Equal(got, body) {
		return &Error{Place: s.place.String(), Doing: "read what was written", Problem: Damaged, Err: fmt.Errorf("other bytes came back"), Next: "check what stands between this machine and the place"}
	}
	return nil
}
