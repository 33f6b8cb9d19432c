package mapping

import (
	"slices"
	"strings"

	"bellwether/ingest/contract"
)

// Row says what one row of the file is.
type Row string

// The kinds of row. A file with a row for each allegation is merged to one record for each reference, the values of fields that
// may hold several being united. A file with a row for each person gives a record for each reference and person.
const (
	RowRecord     Row = "record"
	RowAllegation Row = "allegation"
	RowPerson     Row = "person"
)

// The ways dates written with numbers are read.
const (
	DatesAuto       = "auto"
	DatesDayFirst   = "day_first"
	DatesMonthFirst = "month_first"
)

// Helper columns: they are not stored, but say whose act a concern is about.
const (
	Relationship = "relationship"
	Referrer     = "referrer"
)

// Mapping is one council's map of one table, checked against the table's contract. It is not changed after loading and may be
// shared between goroutines.
type Mapping struct {
	File      string // "" for the built-in map
	Table     string
	Source    string
	Council   string
	Title     string
	Sheet     string // the sheet of a workbook; "" means the first one with the header
	Delimiter byte   // of a CSV file; zero means commas, or whichever shows the headings
	HeadRows  int    // over how many rows the headings run; zero means one
	Row       Row
	Key       []string // fields that together identify a record, where the file has no reference of its own
	Dates     string
	Columns   []Column
	Ignore    []string
	Defaults  map[string]string
	Hash      string // SHA-256 of the file, hex; "" for the built-in map

	words    map[string]*words
	yes      map[string]bool
	rules    []rule
	fallback string
}

// Column says where a field's value stands in the file.
type Column struct {
	Field    string // a field of the contract, or a helper
	Headings []string
	All      bool   // every heading is read, not only the first that the file has
	Label    string // for a column that only marks whether this value applies
	Split    string // separates several values in one cell
	Optional bool   // the file may lack the column
}

// BuiltIn reports whether the map was not given by a council: columns are then found by the contract's synonyms.
func (m *Mapping) BuiltIn() bool { return m.File == "" }

// Marked says whether a cell of a column that only marks a value marks it.
func (m *Mapping) Marked(cell string) bool {
	folded := Fold(cell)
	return folded != "" && m.yes[folded] || folded == "" && strings.ContainsAny(cell, "✓✔☑☒✗✘") && !strings.ContainsAny(cell, "✗✘")
}

func usualYes() map[string]bool {
	return oneOf("Y", "Yes", "True", "T", "1", "X", "Ticked", "Tick", "Selected", "Checked", "Y - Yes", "Yes (Y)")
}

// Has says whether any column is mapped to the field.
func (m *Mapping) Has(field string) bool {
	return slices.ContainsFunc(m.Columns, func(c Column) bool { return c.Field == field })
}

// Default is the map used where a council gave none: columns by the contract's synonyms, values by the national lists and
// their usual spellings, and the usual rules of attribution.
func Default(t *contract.Table) *Mapping {
	m := &Mapping{Table: t.Name, Source: t.Source, Row: RowRecord, Dates: DatesAuto, words: map[string]*words{}, yes: usualYes()}
	for i := range t.Fields {
		f := &t.Fields[i]
		if f.Dropped() || f.Name == riskAttribution {
			continue
		}
		m.Columns = append(m.Columns, Column{Field: f.Name, Headings: append([]string{f.Name}, f.Synonyms...), Optional: !f.Required})
	}
	if t.Index(riskAttribution) >= 0 {
		m.Columns = append(m.Columns, Column{Field: Relationship, Headings: relationshipHeadings, Optional: true})
		if t.Index(Referrer) < 0 {
			m.Columns = append(m.Columns, Column{Field: Referrer, Headings: referrerHeadings, Optional: true})
		}
	}
	m.addUsualWords(t)
	m.rules, m.fallback = usualRules(), unknownSource
	return m
}
