package tabular

import (
	"slices"
	"strings"

	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// layout is a mapping made ready for reading: which headings to look for, and what each column is for.
type layout struct {
	wanted      []decode.Field
	columns     []column // in step with wanted
	attribution int      // index of the field that is computed, or -1
	defaults    []string // by field
}

// column is one column of the file.
type column struct {
	at      int // index in a row
	heading string
	field   int // index of the contract's field, or -1 for a helper
	name    string
	kind    kind
	split   string
	label   string
	circum  circumstance
	percent bool // a score or share: the sign of a percentage is left out
	met     map[string]meaning
	lists   map[string][]string // the codes of cells met that hold several
}

type kind uint8

const (
	kindText kind = iota
	kindCode      // a text with a list of codes, or words of its own in the mapping
	kindID
	kindDate
	kindDatetime
	kindInteger
	kindAmount
	kindBoolean
	kindPostcode
	kindCompany
	kindFlag  // marks whether the label applies
	kindMulti // several codes
	kindHelper
	kindPresent // whether the cell holds anything
)

// circumstance says which of the attribution rules' questions a column answers.
type circumstance uint8

const (
	noCircumstance circumstance = iota
	ofSource
	ofRelationship
	ofReferrer
	ofLocation
)

var circumstances = map[string]circumstance{"source_of_risk": ofSource, mapping.Relationship: ofRelationship,
	mapping.Referrer: ofReferrer, "location_of_risk": ofLocation}

func plan(t *contract.Table, m *mapping.Mapping, needed []string, present ...string) layout {
	l := layout{attribution: t.Index("risk_attribution"), defaults: make([]string, len(t.Fields))}
	for name, d := range m.Defaults {
		l.defaults[t.Index(name)] = d
	}
	for _, c := range m.Columns {
		i := t.Index(c.Field)
		if i >= 0 && t.Fields[i].Dropped() {
			continue // the column is known, so it is not remarked on, but it is never read
		}
		col := column{field: i, name: c.Field, kind: kindHelper, split: c.Split, label: c.Label}
		if l.attribution >= 0 {
			col.circum = circumstances[c.Field]
		}
		if i >= 0 {
			col.kind = kindOf(t, &t.Fields[i], m)
		}
		col.percent = col.kind == kindAmount && (strings.Contains(c.Field, "score") || strings.Contains(c.Field, "percent"))
		if c.Label != "" {
			col.kind = kindFlag
		}
		if slices.Contains(present, c.Field) {
			col.kind = kindPresent
		}
		required := !c.Optional || slices.Contains(needed, c.Field)
		switch {
		case m.BuiltIn():
			l.add(decode.Field{Name: c.Field, Synonyms: c.Headings[1:], Required: required}, col)
		case c.All:
			for _, h := range c.Headings {
				l.add(decode.Field{Name: h, Required: required}, col)
			}
		default:
			l.add(decode.Field{Name: c.Headings[0], Synonyms: c.Headings[1:], Required: required}, col)
		}
	}
	return l
}

func (l *layout) add(f decode.Field, c column) {
	l.wanted = append(l.wanted, f)
	l.columns = append(l.columns, c)
}

func kindOf(t *contract.Table, f *contract.Field, m *mapping.Mapping) kind {
	switch f.Type {
	case contract.Date:
		return kindDate
	case contract.Datetime:
		return kindDatetime
	case contract.Boolean:
		return kindBoolean
	case contract.Decimal, contract.Number:
		return kindAmount
	case contract.Integer:
		return kindInteger
	}
	switch {
	case f.Separator != "":
		return kindMulti
	case m.HasWords(f.Name):
		return kindCode
	case f.Name == "company_number":
		return kindCompany
	case strings.Contains(f.Name, "postcode") || f.Name == "postal_code":
		return kindPostcode
	case f.Domain() != "" || slices.Contains(t.PrimaryKey, f.Name) || strings.HasSuffix(f.Name, "_id") || strings.HasSuffix(f.Name, "_ref"):
		return kindID
	}
	return kindText
}

// bind keeps the columns that the file has.
func (l *layout) bind(t *decode.Table) []column {
	var out []column
	for i, w := range l.wanted {
		at, ok := t.Binding.Columns[w.Name]
		if !ok && l.columns[i].kind == kindPresent && len(w.Synonyms) > 0 {
			// Some editions write a long note into the heading.
			begins := decode.NormaliseHeader(w.Synonyms[0]) + " "
			at = slices.IndexFunc(t.Header, func(h string) bool { return strings.HasPrefix(decode.NormaliseHeader(h), begins) })
			ok = at >= 0
		}
		if !ok {
			continue
		}
		c := l.columns[i]
		c.at, c.heading, c.met, c.lists = at, t.Header[at], map[string]meaning{}, map[string][]string{}
		out = append(out, c)
	}
	return out
}

// dateFields names the wanted columns that hold dates.
func (l *layout) dateFields() []string {
	var out []string
	for i, c := range l.columns {
		if c.kind == kindDate || c.kind == kindDatetime {
			out = append(out, l.wanted[i].Name)
		}
	}
	return out
}
