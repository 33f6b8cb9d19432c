package tabular

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// Spec says what is particular to one table.
type Spec struct {
	Table  string
	Needed []string // fields whose column must exist, beside those that every row needs
	// Finish completes a row's cells after they were read. It must not keep them.
	Finish func(cells []string, field func(name string) int)
	// Leave says in words why a finished row is none of the table's, such as a total; "" keeps it. How many rows were left out for
	// each reason is noted.
	Leave func(cells []string, field func(name string) int) string
	// Gather joins columns that only mark what their heading says, by the beginning of the heading: "Service type - Homecare" and a Y.
	Gather []Gather
	// Present names fields that say whether a cell holds anything; what it holds is never looked at.
	Present []string
	// ByHeader gives what Finish does, for a table whose files differ in kind by their headings. It is asked once for each file.
	ByHeader func(headings []string) func(cells []string, field func(name string) int)
}

// Gather is a family of columns that begin alike.
type Gather struct {
	Prefix string // of the headings, as decode.NormaliseHeader gives it
	Field  string // the field that lists what is marked, divided by bars
}

// Decode reads the file into rows of the table.
func (s Spec) Decode(ctx context.Context, f ingest.File, env ingest.Env, out ingest.Output) error {
	t := env.Tables[s.Table]
	if t == nil {
		return fmt.Errorf("there is no contract for the table %q", s.Table)
	}
	m := env.Mapping
	if m == nil {
		m = mapping.Default(t)
	}
	if m.Table != s.Table {
		return fmt.Errorf("the mapping %s is for the table %s, not for %s: name the right file in the configuration", m.File, m.Table, s.Table)
	}
	return FileError(f.Name, unpacked(f, func(inner ingest.File) error {
		r := &reader{spec: s, t: t, m: m, f: inner, out: out, layout: plan(t, m, s.Needed, s.Present...), digest: env.Digest}
		return r.run(ctx)
	}))
}

// FileError turns a reader's refusal of a file into the pipeline's. Other errors pass.
func FileError(file string, err error) error {
	var refused *decode.Error
	if !errors.As(err, &refused) {
		return err
	}
	reason := refused.Reason
	if inside := strings.TrimPrefix(refused.File, file+" > "); inside != "" && inside != file {
		reason = fmt.Sprintf("in %s: %s", inside, reason)
	}
	return &ingest.FileError{File: file, Row: refused.Row, Column: refused.Column, Code: refused.Code, Reason: reason, NextStep: refused.NextStep}
}

// reader holds what one pass over one file needs.
type reader struct {
	spec   Spec
	t      *contract.Table
	m      *mapping.Mapping
	f      ingest.File
	out    ingest.Output
	layout layout

	table   *decode.Table
	columns []column // those the file has
	dates   dates
	cells   []string
	parts   [][]string // values collected for fields that may hold several
	circum  mapping.Circumstances
	judged  map[mapping.Circumstances]string
	strange map[string]*strange
	merge   *merger
	left    leftOut
	digest  func(string) string
	gather  []gathered
	finish  func(cells []string, field func(name string) int)
	failed  bool
}

// strange counts the cells of a marking column that are neither yes nor no.
type strange struct {
	count, first int64
}

func (r *reader) options() decode.Options {
	o := decode.Options{Fields: r.layout.wanted, Delimiter: r.m.Delimiter, AnyDelimiter: r.m.Delimiter == 0, HeaderRows: r.m.HeadRows}
	if r.m.Sheet != "" {
		o.Sheets = []string{r.m.Sheet}
	}
	return o
}

func (r *reader) run(ctx context.Context) error {
	var err error
	if r.dates, err = r.dateOrder(ctx); err != nil {
		return err
	}
	if r.table, err = decode.Open(r.f.Name, r.f.Body, r.f.Size, r.options()); err != nil {
		return err
	}
	defer r.table.Close()
	r.begin()
	n := 0
	for ; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		row, err := r.table.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if err := r.row(row); err != nil {
			return err
		}
	}
	if err := r.dates.settle(); err != nil {
		return err
	}
	if err := r.merge.flush(r); err != nil {
		return err
	}
	if n == 0 {
		r.out.Note("the file has a header and no rows")
	}
	r.remarks()
	return nil
}

// begin binds the layout to the file's header.
func (r *reader) begin() {
	r.columns = r.layout.bind(r.table)
	r.gather = gatheredFrom(r.spec.Gather, r.t, r.table.Header)
	r.finish = r.spec.Finish
	if r.spec.ByHeader != nil {
		r.finish = r.spec.ByHeader(r.table.Header)
	}
	r.cells = make([]string, len(r.t.Fields))
	r.parts = make([][]string, len(r.t.Fields))
	r.judged = map[mapping.Circumstances]string{}
	r.strange = map[string]*strange{}
	r.dates.reader.Date1904 = r.table.Date1904
	if r.m.Row != mapping.RowRecord {
		r.merge = newMerger(r.t, r.m)
	}
	if d, ok := statedDate(r.table.Preamble, r.dates.reader); ok {
		r.out.AsAt(d)
	}
}

// row reads one row and sends it on.
func (r *reader) row(row decode.Row) error {
	if p := row.Problem; p != nil {
		return r.out.Quarantine(ingest.Problem{Table: r.t.Name, Row: row.No, Column: p.Column, Code: p.Code, Reason: p.Reason, ValueClass: p.ValueClass})
	}
	if isTotal(row.Cells) {
		r.left.add(totals, row.No)
		return nil
	}
	if isHeader(row.Cells, r.table.Header) {
		r.left.add(again, row.No)
		return nil
	}
	r.failed = false
	clear(r.cells)
	r.circum = mapping.Circumstances{}
	for i := range r.parts {
		r.parts[i] = r.parts[i][:0]
	}
	for i := range r.columns {
		c := &r.columns[i]
		if err := r.cell(c, row.Cells[c.at], row.No); err != nil {
			return err
		}
	}
	if r.failed {
		return nil
	}
	for i := range r.gather {
		r.gather[i].add(r.cells, row.Cells, r.m)
	}
	r.complete()
	if r.spec.Leave != nil {
		if why := r.spec.Leave(r.cells, r.t.Index); why != "" {
			r.left.add(why, row.No)
			return nil
		}
	}
	if r.merge != nil {
		r.merge.add(row.No, r.cells, r.parts)
		return nil
	}
	return r.out.Row(ingest.Row{Table: r.t.Name, No: row.No, Cells: r.cells})
}

// complete fills what is not read from one cell.
func (r *reader) complete() {
	for i, parts := range r.parts {
		if len(parts) > 0 {
			r.parts[i] = sorted(parts)
			r.cells[i] = join(r.parts[i], r.t.Fields[i].Separator)
		}
	}
	if i := r.layout.attribution; i >= 0 && r.cells[i] == "" {
		r.cells[i] = r.attribute()
	}
	for i, d := range r.layout.defaults {
		if d != "" && r.cells[i] == "" {
			r.cells[i] = d
		}
	}
	if r.finish != nil {
		r.finish(r.cells, r.t.Index)
	}
	if len(r.m.Key) > 0 {
		r.cells[r.t.Index(r.t.PrimaryKey[0])] = r.madeKey()
	}
}
