package cqc

import (
	"strings"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
)

// table fills rows of one contract by the names of its fields.
type table struct {
	t     *contract.Table
	cells []string
	out   ingest.Output
}

func newTable(env ingest.Env, name string, out ingest.Output) (*table, bool) {
	t := env.Tables[name]
	if t == nil {
		return nil, false
	}
	return &table{t: t, cells: make([]string, len(t.Fields)), out: out}, true
}

func (t *table) set(field string, v string) {
	if i := t.t.Index(field); i >= 0 {
		t.cells[i] = v
	}
}

// send offers the row and makes ready for the next.
func (t *table) send(no int64) error {
	err := t.out.Row(ingest.Row{Table: t.t.Name, No: no, Cells: t.cells})
	clear(t.cells)
	return err
}

// id brings an identifier to the form in which they are compared: the changes feed sends some in small letters.
func id(s text) string { return strings.ToUpper(strings.TrimSpace(string(s))) }

// day reads a date, or a date with a time, as a date. What is neither is left as it is, so that the contract shows it.
func day(s text) string {
	iso, missing, err := decode.DateReader{}.Date(string(s))
	if err != nil {
		return string(s)
	}
	if missing != decode.Present {
		return ""
	}
	return iso
}

// whole reads a whole number that may have come as text.
func whole(s text) string {
	v, missing, err := decode.Integer(string(s))
	if err != nil {
		return string(s)
	}
	if missing != decode.Present {
		return ""
	}
	return v
}

func postcode(s text) string {
	if p, ok := decode.Postcode(string(s)); ok {
		return p
	}
	return string(s)
}

func company(s text) string {
	if n, ok := decode.CompanyNumber(string(s)); ok {
		return n
	}
	return string(s)
}

// bar joins the names of a list; a bar inside a name would split it, so it becomes a slash.
func bar(names []string) string {
	var kept []string
	for _, n := range names {
		if n = strings.TrimSpace(strings.ReplaceAll(n, "|", "/")); n != "" {
			kept = append(kept, n)
		}
	}
	return strings.Join(kept, "|")
}
