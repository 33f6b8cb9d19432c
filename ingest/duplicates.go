package ingest

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"bellwether/ingest/contract"
)

// verdict says what is to be done with a row whose key was looked at.
type verdict int

const (
	fresh    verdict = iota // the first of its key
	repeated                // identical to an earlier row
	conflict                // the first row that differs from the earlier one of its key
	again                   // another row of a key known to be in conflict
)

// duplicates watches the primary keys of one table within one file. It keeps 32 bytes a row: a 128-bit hash of the key, a hash of the
// content, and the row's number.
type duplicates struct {
	key    []keyed // the key's fields
	stored []keyed
	seen   map[xxh3.Uint128]sighting
	buf    []byte
	doomed []doomedKey // keys whose rows must leave the table again
	byHash map[xxh3.Uint128]int
	last   bool
}

// keyed is a field that is compared, and which member of its values tells them apart.
type keyed struct {
	at     int // among the contract's fields
	member member
}

type member uint8

const (
	ofInteger member = iota
	ofText
	ofNumber
)

func keyedField(t *contract.Table, at int) keyed {
	switch t.Fields[at].Type {
	case contract.String:
		return keyed{at, ofText}
	case contract.Number:
		return keyed{at, ofNumber}
	default:
		return keyed{at, ofInteger}
	}
}

type sighting struct {
	content uint64
	row     int64
}

// doomedKey is a key whose first row was handed on before a row that differs turned up.
type doomedKey struct {
	values []contract.Value // as long as the contract's fields; only the key's are filled
	first  int64            // the first row's number
	latest []contract.Value // where the last row wins: that row
	row    int64            // its number
}

// newDuplicates gives nil if the table has no key.
func newDuplicates(t *contract.Table) *duplicates {
	if len(t.PrimaryKey) == 0 {
		return nil
	}
	d := &duplicates{
		seen: map[xxh3.Uint128]sighting{}, byHash: map[xxh3.Uint128]int{},
		last: t.OnDuplicate == contract.DuplicateLast,
	}
	for _, k := range t.PrimaryKey {
		d.key = append(d.key, keyedField(t, t.Index(k)))
	}
	for _, at := range t.Stored() {
		d.stored = append(d.stored, keyedField(t, at))
	}
	return d
}

// look judges a row by its key; first is the number of the row that had the key before.
func (d *duplicates) look(values []contract.Value, rowNo int64) (v verdict, first int64) {
	d.buf = d.buf[:0]
	for _, k := range d.key {
		d.buf = k.append(d.buf, values)
	}
	key := xxh3.Hash128(d.buf)
	d.buf = d.buf[:0]
	for _, k := range d.stored {
		d.buf = k.append(d.buf, values)
	}
	content := xxh3.Hash(d.buf)
	s, known := d.seen[key]
	if !known {
		d.seen[key] = sighting{content, rowNo}
		return fresh, 0
	}
	at, doomed := d.byHash[key]
	if !doomed && s.content == content {
		return repeated, s.row
	}
	if !doomed {
		k := doomedKey{values: make([]contract.Value, len(values)), first: s.row}
		for _, field := range d.key {
			k.values[field.at] = keep(values[field.at])
		}
		at = len(d.doomed)
		d.byHash[key] = at
		d.doomed = append(d.doomed, k)
	}
	if d.last {
		d.doomed[at].latest, d.doomed[at].row = keepAll(values), rowNo
	}
	if doomed {
		return again, s.row
	}
	return conflict, s.row
}

// append writes the field's value so that no two different rows of a table give the same bytes.
func (k keyed) append(to []byte, values []contract.Value) []byte {
	v := &values[k.at]
	if v.Null {
		return append(to, 0)
	}
	to = append(to, 1)
	switch k.member {
	case ofText:
		to = binary.LittleEndian.AppendUint32(to, uint32(len(v.S)))
		return append(to, v.S...)
	case ofNumber:
		return binary.LittleEndian.AppendUint64(to, math.Float64bits(v.F))
	default:
		return binary.LittleEndian.AppendUint64(to, uint64(v.I))
	}
}

// keep copies a value off the decoder's memory.
func keep(v contract.Value) contract.Value {
	v.S = strings.Clone(v.S)
	return v
}

func keepAll(values []contract.Value) []contract.Value {
	out := slices.Clone(values)
	for i := range out {
		out[i] = keep(out[i])
	}
	return out
}
