package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"time"
)

// book is the manifest's content in memory.
type book struct {
	loads map[string]*Record
	order []*Record
	seen  map[place]sighting
}

type place struct{ source, path string }

type sighting struct {
	size, modified int64
	load           string
}

func newBook() *book {
	return &book{loads: map[string]*Record{}, seen: map[place]sighting{}}
}

// read takes in a whole manifest. It gives the length of the part that counts, and the torn line after it, if any.
func (b *book) read(path string, raw []byte) (good int64, torn *Repair, err error) {
	for n := 1; len(raw) > 0; n++ {
		text, rest, ended := bytes.Cut(raw, []byte("\n"))
		length := int64(len(text))
		if ended {
			length++
		}
		e, err := decode(text)
		if errors.Is(err, errTorn) && len(rest) == 0 {
			return good, &Repair{Line: n, Bytes: length}, nil
		}
		if err == nil {
			err = b.check(e, nil)
		}
		if err != nil {
			return good, nil, &DamageError{Path: path, Line: n, Cause: err}
		}
		b.apply(e)
		good += length
		raw = rest
	}
	return good, nil, nil
}

// check refuses a line that contradicts those before it; fresh holds loads received by lines that are not yet applied.
func (b *book) check(e Entry, fresh map[string]*Record) error {
	r, known := b.loads[e.LoadID]
	if !known {
		r, known = fresh[e.LoadID]
	}
	switch e.State {
	case Received:
		if known {
			return fmt.Errorf("the load %.12s is received a second time", e.LoadID)
		}
	case Redelivered:
		if !known || r.Source != e.Source || r.SHA256 != e.SHA256 {
			return fmt.Errorf("the load %.12s is delivered again but was never received so", e.LoadID)
		}
	case Loaded, Rejected, Accepted, Erased, Destroyed:
		if !known {
			return fmt.Errorf("the load %.12s is %s but was never received", e.LoadID, e.State)
		}
	}
	return nil
}

func (b *book) apply(e Entry) {
	if e.Path != "" {
		b.seen[place{e.Source, e.Path}] = sighting{e.Bytes, e.Modified, e.LoadID}
	}
	r := b.loads[e.LoadID]
	switch e.State {
	case Received:
		r = &Record{
			LoadID: e.LoadID, Source: e.Source, Window: e.Window, SHA256: e.SHA256, Bytes: e.Bytes, File: e.File,
			Received: e.Received, LandedAt: e.At, State: Received, Deliveries: 1,
		}
		b.loads[e.LoadID] = r
		b.order = append(b.order, r)
	case Redelivered:
		r.Deliveries++
	case Accepted:
		r.Accepted, r.AcceptedAt = e.Reason, e.At
	case Destroyed:
		r.State, r.SettledAt, r.Reason = e.State, e.At, e.Reason
	case Erased:
		r.Extract, r.ErasedAt, r.ErasedWhy = e.SHA256, e.At, e.Reason
	case Loaded, Rejected:
		r.Extract, r.ErasedAt, r.ErasedWhy = "", time.Time{}, "" // it was delivered and read again
		r.State, r.SettledAt, r.Reading, r.Reason = e.State, e.At, e.Reading, e.Reason
		r.RowsRead, r.RowsLoaded, r.RowsQuarantined = e.RowsRead, e.RowsLoaded, e.RowsQuarantined
	}
}

func (b *book) list() []Record {
	out := make([]Record, len(b.order))
	for i, r := range b.order {
		out[i] = *r
	}
	return out
}
