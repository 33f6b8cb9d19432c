package contract

import (
	"regexp"
	"strings"
)

// Type is the type of a field.
type Type string

// The types a field may have.
const (
	String   Type = "string"
	Integer  Type = "integer"
	Number   Type = "number"
	Decimal  Type = "decimal" // written in the file as a number with "bellwether:decimal": true
	Boolean  Type = "boolean"
	Date     Type = "date"
	Datetime Type = "datetime"
)

// Mode says what happens to a value that breaks its contract; the package comment explains each.
type Mode string

// The modes a field may have.
const (
	Evolve        Mode = "evolve"
	Freeze        Mode = "freeze"
	QuarantineRow Mode = "quarantine_row"
	RejectFile    Mode = "reject_file"
)

// Drop marks a personal field that is never stored.
const Drop = "drop"

const pseudonymPrefix = "pseudonym:"

// Rules for rows of one file that share a primary key and differ.
const (
	DuplicateQuarantine = "quarantine"
	DuplicateLast       = "last"
)

// Table is the contract of one table.
type Table struct {
	Name        string
	Title       string
	Description string
	Source      string
	Version     int
	Fields      []Field
	PrimaryKey  []string
	KnownFrom   string
	DataDate    string
	OnDuplicate string
	MaxBadShare float64 // 0: the caller's own limit holds
	Notes       []string
	Hash        string // SHA-256 of the JSON file, hex

	index    map[string]int
	stored   []int
	personal bool
}

// Field is the contract of one column.
type Field struct {
	Name        string
	Title       string
	Description string
	Example     string
	Type        Type
	Format      string
	Required    bool
	Enum        []string
	Min, Max    string // as written; "" if none
	MinLength   int
	MaxLength   int // in characters; 0 means the package's own limit
	Pattern     string
	Separator   string
	Synonyms    []string
	Personal    string // "", "pseudonym:person", "pseudonym:staff", "pseudonym:source" or "drop"
	Mode        Mode
	Notes       []string

	TrueValues, FalseValues, MissingValues []string

	check check
}

// check is what the contract's words become, so that a cell costs as little as possible.
type check struct {
	kind       kind
	missing    map[string]struct{} // nil if only the empty cell is missing
	enum       map[string]struct{}
	enumFolded map[string]string
	truths     map[string]bool
	pattern    *regexp.Regexp
	hasMin     bool
	hasMax     bool
	min, max   Value
	maxLen     int
	show       bool // values may be quoted in reasons: nothing in this table is personal
	wholeFile  bool // a breach rejects the file
	tolerant   bool // a breach of list, length, range or pattern is kept and noted
}

type kind uint8

const (
	kindString kind = iota
	kindInteger
	kindNumber
	kindDecimal
	kindBoolean
	kindDate
	kindDatetime
)

var kinds = map[Type]kind{
	String: kindString, Integer: kindInteger, Number: kindNumber, Decimal: kindDecimal,
	Boolean: kindBoolean, Date: kindDate, Datetime: kindDatetime,
}

// Index gives the position of a field among Fields, or -1.
func (t *Table) Index(name string) int {
	if i, ok := t.index[name]; ok {
		return i
	}
	return -1
}

// Field gives a field by its name.
func (t *Table) Field(name string) (*Field, bool) {
	i, ok := t.index[name]
	if !ok {
		return nil, false
	}
	return &t.Fields[i], true
}

// Stored gives the positions of the fields that are kept: all but those marked drop. A raw table has exactly these columns,
// in this order.
func (t *Table) Stored() []int { return t.stored }

// HasPersonal says whether any field is personal. Values of such a table never appear in a reason: a shifted row can bring a
// person's name into any column.
func (t *Table) HasPersonal() bool { return t.personal }

// Absent lists the fields that a file's header must have and has not: the required ones and those whose mode is freeze.
func (t *Table) Absent(has func(field string) bool) []*Field {
	var out []*Field
	for i := range t.Fields {
		f := &t.Fields[i]
		if (f.Required || f.Mode == Freeze) && !has(f.Name) {
			out = append(out, f)
		}
	}
	return out
}

// Domain is the key domain of a pseudonymised field ("person", "staff", "source"), or "".
func (f *Field) Domain() string {
	if d, ok := strings.CutPrefix(f.Personal, pseudonymPrefix); ok {
		return d
	}
	return ""
}

// Dropped says whether the field is never stored.
func (f *Field) Dropped() bool { return f.Personal == Drop }

// ColumnType is the type of the column in the warehouse, in standard SQL words.
func (f *Field) ColumnType() string {
	switch f.Type {
	case Integer:
		return "BIGINT"
	case Number:
		return "DOUBLE"
	case Decimal:
		return "DECIMAL(18,2)"
	case Boolean:
		return "BOOLEAN"
	case Date:
		return "DATE"
	case Datetime:
		return "TIMESTAMP"
	default:
		return "VARCHAR"
	}
}
