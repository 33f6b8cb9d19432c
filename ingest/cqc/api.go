package cqc

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/jsonrows"
	"bellwether/ingest/mapping"
	"bellwether/ingest/tabular"
)

// api reads bodies of CQC's syndication API, as one file, many in a list, one a line, or an archive of such files.
type api struct{}

// Decode sends every location and provider body on. Lists of identifiers are recognised and passed over.
func (api) Decode(ctx context.Context, f ingest.File, env ingest.Env, out ingest.Output) error {
	b := &bodies{out: out, seen: map[string]uint64{}, seed: maphash.MakeSeed()}
	b.Delivery = jsonrows.Delivery{Ctx: ctx, Name: f.Name, Quarantine: func(no int64, code, reason string) error {
		return out.Quarantine(ingest.Problem{Table: "cqc_location", Row: no, Code: code, Reason: reason, ValueClass: "JSON"})
	}}
	ok := [4]bool{}
	b.locations, ok[0] = newTable(env, "cqc_location", out)
	b.providers, ok[1] = newTable(env, "cqc_provider", out)
	b.ratings, ok[2] = newTable(env, "cqc_rating", out)
	b.links, ok[3] = newTable(env, "cqc_relationship", out)
	if ok != [4]bool{true, true, true, true} {
		return errors.New("the contracts of cqc_location, cqc_provider, cqc_rating and cqc_relationship are needed to read API bodies")
	}
	b.words = mapping.Default(b.ratings.t)
	return tabular.FileError(f.Name, b.read(f))
}

// bodies reads the bodies of one delivery.
type bodies struct {
	jsonrows.Delivery
	out                                  ingest.Output
	locations, providers, ratings, links *table
	words                                *mapping.Mapping
	kept, lists, again                   int64
	seen                                 map[string]uint64 // what each body held, so that a repeated one is known
	seed                                 maphash.Seed
}

const next = "Send the bodies of https://api.service.cqc.org.uk/public/v1/locations/{id} and /providers/{id}"

// read goes through the delivery.
func (b *bodies) read(f ingest.File) error {
	if err := b.Read(f.Body, f.Size, b.Sound(b.value)); err != nil {
		return err
	}
	return b.finish()
}

// value reads one body. One that is neither a location's nor a provider's is held, and the rest goes on.
func (b *bodies) value(f jsonrows.File, v jsonrows.Value) error {
	name := f.Name
	var head struct {
		LocationID, ProviderID text

		Locations, Providers, Changes json.RawMessage
	}
	if err := json.Unmarshal(v.Raw, &head); err != nil {
		return b.Hold(name, contract.WrongType, faultOf(err))
	}
	switch {
	case head.LocationID == "" && head.ProviderID == "" && (head.Locations != nil || head.Providers != nil || head.Changes != nil):
		b.lists++
		return nil
	case head.LocationID != "":
		var l location
		if err := json.Unmarshal(v.Raw, &l); err != nil {
			return b.Hold(name, contract.WrongType, faultOf(err))
		}
		return b.once(name, "location "+id(l.LocationID), &l, func() error { return b.location(b.No, &l) })
	case head.ProviderID != "":
		var p provider
		if err := json.Unmarshal(v.Raw, &p); err != nil {
			return b.Hold(name, contract.WrongType, faultOf(err))
		}
		return b.once(name, "provider "+id(p.ProviderID), &p, func() error { return b.provider(b.No, &p) })
	}
	return b.Hold(name, contract.WrongType, "this is neither a location, nor a provider, nor a list of them: it has no locationId and no providerId")
}

// once lets a body through the first time. The same body again does nothing; another body of the same organisation is held,
// because nothing says which of the two is right.
func (b *bodies) once(name, who string, body any, send func() error) error {
	kept, err := json.Marshal(body)
	if err != nil {
		return err
	}
	sum := maphash.Bytes(b.seed, kept)
	if before, twice := b.seen[who]; twice {
		if before == sum {
			b.again++
			return nil
		}
		return b.Hold(name, contract.DuplicateKey, "the delivery holds another body for "+who+", which differs: the first was loaded")
	}
	b.seen[who] = sum
	b.kept++
	return send()
}

// faultOf words an error of the JSON reader without quoting what it read.
func faultOf(err error) string {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return fmt.Sprintf("this is not sound JSON: the fault is at byte %d of the value", syntax.Offset)
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		return fmt.Sprintf("%s holds a %s where an API body has something else", cmp.Or(kind.Field, "the value"), kind.Value)
	}
	return "this is not sound JSON"
}

// finish notes what was passed over, and refuses a delivery in which there was nothing.
func (b *bodies) finish() error {
	if b.lists > 0 {
		b.out.Note(fmt.Sprintf("lists of identifiers passed over, because they say nothing about an organisation: %d", b.lists))
	}
	if b.again > 0 {
		b.out.Note(fmt.Sprintf("bodies that came twice with the same content and were loaded once: %d", b.again))
	}
	if b.kept == 0 && (b.lists == 0 || b.First != "") {
		return &decode.Error{Code: contract.WrongType, Reason: cmp.Or(b.First, "there is no location and no provider body in the file"), NextStep: next}
	}
	return nil
}
