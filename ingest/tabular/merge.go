package tabular

import (
	"fmt"
	"slices"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/mapping"
)

// merger joins the rows of one case. A file with a row for each allegation gives one record for each reference; a file with a
// row for each person gives one for each reference and person.
type merger struct {
	t         *contract.Table
	key       int // field of the reference
	person    int // field of the person, or -1
	several   []int
	follow    []int // fields that go with the attribution
	attribute int
	cases     []*record
	byKey     map[string]*record
	persons   map[string]int // persons met under a reference
	joined    int64
	differ    map[int]int64 // rows that disagreed with their case, by field
}

type record struct {
	no    int64
	cells []string
	parts [][]string // in step with several
	nth   int        // which person of its reference
}

func newMerger(t *contract.Table, m *mapping.Mapping) *merger {
	g := &merger{t: t, key: t.Index(t.PrimaryKey[0]), person: -1, attribute: t.Index("risk_attribution"),
		byKey: map[string]*record{}, persons: map[string]int{}, differ: map[int]int64{}}
	if m.Row == mapping.RowPerson {
		g.person = t.Index("adult_ref")
	}
	for i := range t.Fields {
		if t.Fields[i].Separator != "" {
			g.several = append(g.several, i)
		}
	}
	for _, name := range []string{"source_of_risk", "location_of_risk", "alleged_ref"} {
		if i := t.Index(name); i >= 0 && g.attribute >= 0 {
			g.follow = append(g.follow, i)
		}
	}
	return g
}

func (g *merger) add(no int64, cells []string, parts [][]string) {
	key := cells[g.key]
	id := key
	if g.person >= 0 {
		id += "\x00" + cells[g.person]
	}
	if c := g.byKey[id]; c != nil && key != "" {
		g.joined++
		g.join(c, cells, parts)
		return
	}
	g.persons[key]++
	c := &record{no: no, cells: slices.Clone(cells), nth: g.persons[key]}
	for _, i := range g.several {
		c.parts = append(c.parts, slices.Clone(parts[i]))
	}
	g.cases = append(g.cases, c)
	g.byKey[id] = c
}

// weights order the attributions: where the rows of one case differ, what says most about the provider stands for the case.
var weights = map[string]int{"provider": 5, "unknown_source": 4, "resident_on_resident": 3, "others_at_address": 2, "raised_by_provider": 1}

func (g *merger) join(c *record, cells []string, parts [][]string) {
	for n, i := range g.several {
		c.parts[n] = sorted(append(c.parts[n], parts[i]...))
	}
	heavier := g.attribute >= 0 && weights[cells[g.attribute]] > weights[c.cells[g.attribute]]
	for i, v := range cells {
		switch {
		case slices.Contains(g.several, i) || v == "":
		case heavier && (i == g.attribute || slices.Contains(g.follow, i)), c.cells[i] == "":
			c.cells[i] = v
		case i == g.attribute || slices.Contains(g.follow, i):
		case c.cells[i] != v:
			g.differ[i]++
		}
	}
}

// flush sends the merged records on, in the order in which their references first came.
func (g *merger) flush(r *reader) error {
	if g == nil {
		return nil
	}
	for _, c := range g.cases {
		for n, i := range g.several {
			c.cells[i] = join(c.parts[n], g.t.Fields[i].Separator)
		}
		// The first person keeps the bare reference, so that an enquiry still finds its concern.
		if c.nth > 1 && g.person >= 0 && c.cells[g.key] != "" {
			c.cells[g.key] = fmt.Sprintf("%s/%d", c.cells[g.key], c.nth)
		}
		if err := r.out.Row(ingest.Row{Table: g.t.Name, No: c.no, Cells: c.cells}); err != nil {
			return err
		}
	}
	if g.joined > 0 {
		r.out.Note(fmt.Sprintf("%s joined to the first row of the same case: %s in all", plural(g.joined, "row was", "rows were"), plural(int64(len(g.cases)), "case", "cases")))
	}
	for i := range g.t.Fields {
		if n := g.differ[i]; n > 0 {
			r.out.Note(fmt.Sprintf("%s with the first row of the same case on %s: the first row's value was kept", plural(n, "row disagrees", "rows disagree"), g.t.Fields[i].Name))
		}
	}
	return nil
}

// remarks notes what a person should know about how the file was read.
func (r *reader) remarks() {
	for _, n := range r.table.Notes {
		r.out.Note(n)
	}
	if names := r.unread(); len(names) > 0 {
		r.out.Note(fmt.Sprintf("%s not read: %s", plural(int64(len(names)), "column is", "columns are"), strings.Join(names, ", ")))
	}
	r.left.note(r.out)
	for _, c := range r.columns {
		if s := r.strange[c.heading]; s != nil {
			r.out.Note(fmt.Sprintf("%s of the column %q with neither yes nor no (first in row %d): read as no", plural(s.count, "cell", "cells"), c.heading, s.first))
		}
	}
}

// unread lists the headings that nobody asked for. Those that a mapping ignores, or that are dropped, are known.
func (r *reader) unread() []string {
	known := map[string]bool{}
	for _, h := range r.m.Ignore {
		known[mapping.Fold(h)] = true
	}
	for _, h := range r.m.DroppedHeadings(r.t) {
		known[mapping.Fold(h)] = true
	}
	for _, g := range r.gather {
		known[mapping.Fold(r.table.Header[g.at])] = true
	}
	for _, c := range r.columns {
		known[mapping.Fold(c.heading)] = true
	}
	var names []string
	for _, h := range r.table.Binding.Unknown {
		if !known[mapping.Fold(h)] {
			names = append(names, fmt.Sprintf("%q", h))
		}
	}
	return names
}

func plural(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
