// Package rowtest collects what a decoder sends on, for tests.
package rowtest

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/mapping"
	"bellwether/schemas"
)

// Out is an Output that keeps everything and checks every row against its contract.
type Out struct {
	Tables   map[string]*contract.Table
	Rows     map[string][]map[string]string // by table, empty cells left out
	Numbers  map[string][]int64             // row numbers, in step with Rows
	Problems []ingest.Problem
	Notes    []string
	Dates    []time.Time
	Refused  []string // rows that their contract refuses, in words
	Odd      []string // values kept though outside their list, in words
}

var (
	tables   = sync.OnceValues(func() (map[string]*contract.Table, error) { return contract.Load(schemas.Feeds) })
	councils = sync.OnceValues(func() (map[string]*mapping.Mapping, error) {
		t, err := tables()
		if err != nil {
			return nil, err
		}
		return mapping.LoadAll(schemas.Mappings, t)
	})
)

// Tables gives the contracts that ship with the program.
func Tables(t testing.TB) map[string]*contract.Table {
	t.Helper()
	all, err := tables()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Mapping gives a mapping that ships with the program.
func Mapping(t testing.TB, name string) *mapping.Mapping {
	t.Helper()
	all, err := councils()
	if err != nil {
		t.Fatal(err)
	}
	if all[name] == nil {
		t.Fatalf("there is no mapping %q", name)
	}
	return all[name]
}

// Parse reads a mapping from its text.
func Parse(t testing.TB, text string) *mapping.Mapping {
	t.Helper()
	m, err := mapping.Load("test.yml", []byte(text), Tables(t))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// New makes an empty collector.
func New(t testing.TB) *Out {
	t.Helper()
	return &Out{Tables: Tables(t), Rows: map[string][]map[string]string{}, Numbers: map[string][]int64{}}
}

// Row keeps a row.
func (o *Out) Row(r ingest.Row) error {
	t := o.Tables[r.Table]
	if t == nil || len(r.Cells) != len(t.Fields) {
		return fmt.Errorf("row %d of %s has %d cells", r.No, r.Table, len(r.Cells))
	}
	var found contract.Findings
	if !t.CheckRow(r.Cells, make([]contract.Value, len(r.Cells)), &found) {
		for _, b := range found.Breaches {
			o.Refused = append(o.Refused, fmt.Sprintf("%s row %d %s: %s", r.Table, r.No, b.Column, b.Code))
		}
	}
	for _, b := range found.Tolerated {
		o.Odd = append(o.Odd, fmt.Sprintf("%s row %d %s: %s", r.Table, r.No, b.Column, b.Code))
	}
	row := map[string]string{}
	for i, c := range r.Cells {
		if c != "" {
			row[t.Fields[i].Name] = strings.Clone(c)
		}
	}
	o.Rows[r.Table] = append(o.Rows[r.Table], row)
	o.Numbers[r.Table] = append(o.Numbers[r.Table], r.No)
	return nil
}

// Quarantine keeps a problem.
func (o *Out) Quarantine(p ingest.Problem) error {
	if !slices.Contains(contract.Codes(), p.Code) {
		return fmt.Errorf("the code %q is not one of the list", p.Code)
	}
	o.Problems = append(o.Problems, p)
	return nil
}

// Note keeps a note.
func (o *Out) Note(text string) { o.Notes = append(o.Notes, text) }

// AsAt keeps a date.
func (o *Out) AsAt(d time.Time) { o.Dates = append(o.Dates, d) }

// Words lists the problems in one line each.
func (o *Out) Words() []string {
	var out []string
	for _, p := range o.Problems {
		out = append(out, fmt.Sprintf("row %d %s: %s: %s", p.Row, p.Column, p.Code, p.Reason))
	}
	return out
}

// Run decodes content under a file name.
func Run(t testing.TB, d ingest.Decoder, name string, content []byte, m *mapping.Mapping) (*Out, error) {
	t.Helper()
	o := New(t)
	f := ingest.File{Name: name, Size: int64(len(content)), Received: time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC), Body: bytes.NewReader(content)}
	err := d.Decode(context.Background(), f, ingest.Env{Tables: o.Tables, Mapping: m}, o)
	return o, err
}

// Source finds a feed by its name.
func Source(t testing.TB, all []ingest.Source, name string) ingest.Source {
	t.Helper()
	i := slices.IndexFunc(all, func(s ingest.Source) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("there is no source %q", name)
	}
	return all[i]
}
