package tabular

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"bellwether/ingest"
	"bellwether/ingest/contract"
)

// Preview is what reading a file would give, without loading it.
type Preview struct {
	Rows     []map[string]string // the first rows by field; persons' identifiers are masked
	Read     int64               // rows that would go on
	Held     int64               // rows that would be held, by the reader or the contract
	Problems []ingest.Problem    // the first reasons
	Words    []UnknownWord
	Notes    []string
	AsAt     time.Time
	Summary  []string // a line for each field that is filled, and how many rows fall under each of its codes
}

// UnknownWord is a word for which neither the mapping nor the national list has a code.
type UnknownWord struct {
	Field, Word string
	Rows, First int64
}

const (
	masked        = "(pseudonym)"
	shownRows     = 10
	shownProblems = 50
	shownWords    = 500
)

// Preview reads the whole file as Decode would and keeps what a person should see before trusting a mapping.
func (s Spec) Preview(ctx context.Context, f ingest.File, env ingest.Env) (*Preview, error) {
	v := &viewer{t: env.Tables[s.Table], words: map[[2]string]*UnknownWord{}}
	if err := s.Decode(ctx, f, env, v); err != nil {
		return nil, err
	}
	for _, w := range v.words {
		v.p.Words = append(v.p.Words, *w)
	}
	slices.SortFunc(v.p.Words, func(a, b UnknownWord) int {
		return cmp.Or(cmp.Compare(a.Field, b.Field), cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Word, b.Word))
	})
	v.p.Summary = v.summary()
	return &v.p, nil
}

// viewer is the Output behind a preview.
type viewer struct {
	t      *contract.Table
	p      Preview
	values []contract.Value
	found  contract.Findings
	filled []int64            // by field
	codes  []map[string]int64 // by field with a list: rows with each code
	words  map[[2]string]*UnknownWord
	last   int64
}

// Row implements ingest.Output.
func (v *viewer) Row(r ingest.Row) error {
	if v.values == nil {
		v.values = make([]contract.Value, len(v.t.Fields))
		v.filled, v.codes = make([]int64, len(v.t.Fields)), make([]map[string]int64, len(v.t.Fields))
	}
	v.found.Reset()
	passes := v.t.CheckRow(r.Cells, v.values, &v.found)
	if passes {
		v.p.Read++
		v.tally(r.Cells)
	} else {
		v.p.Held++
	}
	for _, b := range v.found.Breaches {
		v.problem(ingest.Problem{Table: r.Table, Row: r.No, Column: b.Column, Code: b.Code, Reason: b.Reason, ValueClass: b.ValueClass})
	}
	for _, b := range v.found.Tolerated {
		if b.Code == contract.UnknownCode {
			v.unknown(b.Column, r)
		}
	}
	if passes && len(v.p.Rows) < shownRows {
		row := map[string]string{}
		for i, c := range r.Cells {
			switch f := &v.t.Fields[i]; {
			case c == "":
			case f.Personal != "":
				row[f.Name] = masked
			default:
				row[f.Name] = strings.Clone(c)
			}
		}
		v.p.Rows = append(v.p.Rows, row)
	}
	return nil
}

// unknown counts the words of a cell that its list does not have.
func (v *viewer) unknown(field string, r ingest.Row) {
	i := v.t.Index(field)
	f := &v.t.Fields[i]
	parts := []string{r.Cells[i]}
	if f.Separator != "" {
		parts = strings.Split(r.Cells[i], f.Separator)
	}
	for _, part := range parts {
		if slices.Contains(f.Enum, part) {
			continue
		}
		w := v.words[[2]string{field, part}]
		if w == nil {
			if len(v.words) >= shownWords {
				continue
			}
			w = &UnknownWord{Field: field, Word: strings.Clone(part), First: r.No}
			v.words[[2]string{field, w.Word}] = w
		}
		w.Rows++
	}
}

// Quarantine implements ingest.Output.
func (v *viewer) Quarantine(p ingest.Problem) error {
	if p.Row != v.last {
		v.p.Held++
		v.last = p.Row
	}
	v.problem(p)
	return nil
}

func (v *viewer) problem(p ingest.Problem) {
	if len(v.p.Problems) < shownProblems {
		v.p.Problems = append(v.p.Problems, p)
	}
}

// Note implements ingest.Output.
func (v *viewer) Note(text string) { v.p.Notes = append(v.p.Notes, text) }

// AsAt implements ingest.Output.
func (v *viewer) AsAt(d time.Time) { v.p.AsAt = d }
