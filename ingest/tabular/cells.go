package tabular

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellwether/ingest"
	"bellwether/ingest/contract"
	"bellwether/ingest/decode"
	"bellwether/ingest/mapping"
)

// cell reads one cell into the row. What cannot be read is reported and fails the row; the error is the receiver's.
func (r *reader) cell(c *column, raw string, no int64) error {
	var v string
	var err error
	switch c.kind {
	case kindHelper:
		v, _ = decode.TextValue(raw)
		r.know(c, v)
		return nil
	case kindFlag:
		r.flag(c, raw, no)
		return nil
	case kindPresent:
		held, _ := decode.TextValue(raw)
		v = strconv.FormatBool(held != "")
	case kindMulti:
		err = r.several(c, raw)
	case kindCode:
		v, err = r.code(c, raw)
	case kindID:
		v, _, err = decode.ID(raw)
	case kindDate:
		v, err = r.dates.date(c.heading, no, raw)
	case kindDatetime:
		var t time.Time
		var missing decode.Missing
		if t, missing, err = r.dates.reader.DateTime(raw); err == nil && missing == decode.Present {
			v = t.UTC().Format(time.RFC3339)
		}
	case kindInteger:
		v, err = r.integer(c, raw)
	case kindAmount:
		if c.percent {
			raw = strings.TrimSuffix(decode.Trim(raw), "%")
		}
		if v, _, err = decode.Amount(raw); err != nil && noValue[mapping.Fold(raw)] {
			v, err = "", nil
		}
	case kindBoolean:
		v, _, err = decode.Boolean(raw)
	case kindPostcode:
		v, _ = decode.TextValue(raw)
		if p, ok := decode.Postcode(v); ok {
			v = p
		}
	case kindCompany:
		v, _, err = decode.ID(raw)
		if n, ok := decode.CompanyNumber(v); ok {
			v = n
		}
	default:
		v, _ = decode.TextValue(raw)
		r.know(c, v)
		v = oneLine(v)
	}
	if err != nil {
		return r.refuse(c, no, err)
	}
	if v != "" {
		r.cells[c.field] = v
	}
	return nil
}

// integer reads a whole number, or a word that the mapping gives a number.
func (r *reader) integer(c *column, raw string) (string, error) {
	typed, _ := decode.TextValue(raw)
	word, _ := r.word(c, typed)
	v, _, err := decode.Integer(word)
	if err != nil && noValue[mapping.Fold(raw)] {
		return "", nil
	}
	if err != nil && r.m.HasWords(c.name) {
		return "", &decode.ValueError{Code: contract.UnknownCode, ValueClass: decode.ValueClass(raw),
			Reason: "the cell is not a whole number, and the mapping gives its word none: add it to the values of " + c.name}
	}
	return v, err
}

// refuse holds the row for a cell that cannot be read.
func (r *reader) refuse(c *column, no int64, err error) error {
	var bad *decode.ValueError
	if !errors.As(err, &bad) {
		return err
	}
	r.failed = true
	return r.out.Quarantine(ingest.Problem{Table: r.t.Name, Row: no, Column: c.heading, Code: bad.Code, Reason: bad.Reason, ValueClass: bad.ValueClass})
}

// code turns a word into its code. A word without one is kept as typed, unless it is longer than any code could be: then it is
// more likely a free text in the wrong column.
func (r *reader) code(c *column, raw string) (string, error) {
	typed, _ := decode.TextValue(raw)
	r.know(c, typed)
	v, known := r.word(c, typed)
	if known {
		return v, nil
	}
	return v, r.plausible(c, v)
}

// meaning is a word's code, as the mapping gave it.
type meaning struct {
	code  string
	known bool
}

// maxMet bounds the memory of words met; a free text mapped by mistake has a new one on every row.
const maxMet = 4096

// word asks the mapping, once for each word that a column repeats.
func (r *reader) word(c *column, typed string) (string, bool) {
	if m, ok := c.met[typed]; ok {
		return m.code, m.known
	}
	code, known := r.m.Word(c.name, typed)
	if len(c.met) < maxMet {
		c.met[strings.Clone(typed)] = meaning{code: strings.Clone(code), known: known}
	}
	return code, known
}

// attribute asks the mapping's rules, once for each set of circumstances.
func (r *reader) attribute() string {
	if a, ok := r.judged[r.circum]; ok {
		return a
	}
	a := r.m.Attribute(r.circum)
	if len(r.judged) < maxMet {
		kept := r.circum // the row's memory is used again, so a key needs words of its own
		kept.SourceOfRisk, kept.Relationship = strings.Clone(kept.SourceOfRisk), strings.Clone(kept.Relationship)
		kept.Referrer, kept.LocationOfRisk = strings.Clone(kept.Referrer), strings.Clone(kept.LocationOfRisk)
		r.judged[kept] = a
	}
	return a
}

func (r *reader) plausible(c *column, v string) error {
	f := &r.t.Fields[c.field]
	if limit := f.MaxLength; r.t.HasPersonal() && limit > 0 && len([]rune(v)) > limit {
		return &decode.ValueError{Code: contract.TooLong, Reason: "the text is longer than any code: the row may have shifted", ValueClass: decode.ValueClass(v)}
	}
	return nil
}

// know remembers a cell that the attribution rules ask about.
func (r *reader) know(c *column, typed string) {
	switch c.circum {
	case ofSource:
		r.circum.SourceOfRisk = typed
	case ofRelationship:
		r.circum.Relationship = typed
	case ofReferrer:
		r.circum.Referrer = typed
	case ofLocation:
		r.circum.LocationOfRisk = typed
	}
}

func (r *reader) flag(c *column, raw string, no int64) {
	if r.m.Marked(raw) {
		r.parts[c.field] = append(r.parts[c.field], c.label)
		return
	}
	if b, missing, err := decode.Boolean(raw); missing != decode.Present || err == nil && b == "false" {
		return
	}
	s := r.strange[c.heading]
	if s == nil {
		s = &strange{first: no}
		r.strange[c.heading] = s
	}
	s.count++
}

// several collects the codes of a cell that may hold more than one; most cells repeat what another of the column holds.
func (r *reader) several(c *column, raw string) error {
	if codes, ok := c.lists[raw]; ok {
		r.parts[c.field] = append(r.parts[c.field], codes...)
		return nil
	}
	from := len(r.parts[c.field])
	if err := r.divide(c, raw); err != nil {
		return err
	}
	if len(c.lists) < maxMet {
		var codes []string
		for _, code := range r.parts[c.field][from:] {
			codes = append(codes, strings.Clone(code))
		}
		c.lists[strings.Clone(raw)] = codes
	}
	return nil
}

// divide finds the codes of a cell that may hold more than one. A code may itself hold the character that separates codes,
// so the whole cell is tried first.
func (r *reader) divide(c *column, raw string) error {
	whole, missing := decode.TextValue(raw)
	if missing != decode.Present {
		return nil
	}
	if code, known := r.word(c, whole); known {
		r.part(c, code)
		return nil
	}
	split := c.split
	if r.m.BuiltIn() {
		split = r.separator(c, whole)
	}
	if split == "" {
		r.part(c, whole)
		return r.plausible(c, whole)
	}
	for part := range strings.SplitSeq(whole, split) {
		part, _ = decode.TextValue(part)
		code, known := r.word(c, part)
		if !known {
			if err := r.plausible(c, part); err != nil {
				return err
			}
		}
		r.part(c, code)
	}
	return nil
}

// separator finds the mark which divides the cell into words that are all known; without a mapping nothing else says which it is.
func (r *reader) separator(c *column, whole string) string {
	for _, mark := range []string{";", "|", "\n", ",", "/"} {
		if !strings.Contains(whole, mark) {
			continue
		}
		all := true
		for part := range strings.SplitSeq(whole, mark) {
			part, _ = decode.TextValue(part)
			_, known := r.word(c, part)
			all = all && known
		}
		if all {
			return mark
		}
	}
	if strings.Contains(whole, ";") {
		return ";"
	}
	return ""
}

func (r *reader) part(c *column, code string) {
	if code = oneLine(code); code != "" {
		r.parts[c.field] = append(r.parts[c.field], code)
	}
}

// sorted orders values and leaves repeated ones out.
func sorted(parts []string) []string {
	slices.Sort(parts)
	return slices.Compact(parts)
}

func join(parts []string, separator string) string {
	if len(parts) == 1 {
		return parts[0]
	}
	return strings.Join(parts, separator)
}

// oneLine replaces line breaks and tabs by spaces.
func oneLine(s string) string {
	if !strings.ContainsAny(s, "\n\r\t") {
		return s
	}
	return strings.Join(strings.Fields(s), " ")
}
