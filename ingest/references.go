package ingest

import (
	"context"
	"fmt"
	"time"

	"bellwether/ingest/contract"
	"bellwether/ingest/ledger"
	"bellwether/ingest/pseudonym"
)

// Originals finds, in the delivered files that are still kept, the identifiers of one domain that have the wanted pseudonyms. It is
// the one way back from a pseudonym, and needs both keys: that of the landing zone and that of the pseudonyms. Nothing is written;
// missing counts the files that are no longer there to be read.
func (l *Loader) Originals(ctx context.Context, domain string, wanted map[string]bool) (found map[string]string, missing int, err error) {
	found = map[string]string{}
	hasher, err := l.cfg.Keys.Hasher(domain)
	if err != nil {
		return nil, 0, err
	}
	records := l.cfg.Ledger.Records()
	for i := len(records) - 1; i >= 0 && len(found) < len(wanted); i-- { // the newest first: most people are on the newest list
		rec := records[i]
		src, err := l.cfg.Registry.Get(rec.Source)
		if err != nil || rec.State != ledger.Loaded || !l.holds(src, domain) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, missing, err
		}
		object, err := l.cfg.Landing.Open(rec.SHA256)
		if err != nil {
			missing++
			continue
		}
		err = l.decodeInto(ctx, src, File{Name: rec.File, Size: object.Size(), Received: rec.Received, Body: object}, &originals{l: l, domain: domain, hasher: hasher, wanted: wanted, found: found})
		_ = object.Close()
		if err != nil {
			if ctx.Err() != nil {
				return nil, missing, ctx.Err()
			}
			missing++
		}
	}
	return found, missing, nil
}

// holds says whether a source has a field of the domain.
func (l *Loader) holds(src *Source, domain string) bool {
	for _, name := range src.Tables {
		t := l.cfg.Tables[name]
		for i := range t.Fields {
			if t.Fields[i].Domain() == domain {
				return true
			}
		}
	}
	return false
}

// decodeInto runs a source's decoder into an output that stores nothing.
func (l *Loader) decodeInto(ctx context.Context, src *Source, f File, out Output) (err error) {
	defer func() {
		if recover() != nil { // the message of a panic may hold cells
			err = fmt.Errorf("%s: the reader met a fault of its own in this file (%s)", f.Name, panicPlace())
		}
	}()
	env := Env{Tables: map[string]*contract.Table{}, Mapping: l.cfg.Mappings[src.Name]}
	for _, name := range src.Tables {
		env.Tables[name] = l.cfg.Tables[name]
	}
	return src.Decoder.Decode(ctx, f, env, out)
}

// originals is an output that keeps the wanted identifiers and nothing else.
type originals struct {
	refused
	l      *Loader
	domain string
	hasher *pseudonym.Hasher
	wanted map[string]bool
	found  map[string]string
}

// Row implements Output.
func (o *originals) Row(r Row) error {
	t := o.l.cfg.Tables[r.Table]
	if t == nil || len(r.Cells) != len(t.Fields) {
		return nil
	}
	for i := range t.Fields {
		if t.Fields[i].Domain() != o.domain || r.Cells[i] == "" {
			continue
		}
		if p := o.hasher.Pseudonym(r.Cells[i]); o.wanted[p] {
			o.found[p] = string([]byte(r.Cells[i])) // the decoder may use its memory again
		}
	}
	return nil
}

// refused takes what this reading has no use for.
type refused struct{}

// Quarantine implements Output.
func (refused) Quarantine(Problem) error { return nil }

// Note implements Output.
func (refused) Note(string) {}

// AsAt implements Output.
func (refused) AsAt(time.Time) {}

var _ Output = (*originals)(nil)
