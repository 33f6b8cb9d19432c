package contract

import (
	"strings"
	"unicode/utf8"
)

// Findings collects what the check of one row found; reuse one for all rows.
type Findings struct {
	Breaches  []Breach // the row can't be stored as it is
	Tolerated []Breach // kept all the same, to be counted in a note
	Reject    bool     // a field whose mode is reject_file is among the breaches
}

// Reset empties the findings for the next row.
func (f *Findings) Reset() {
	f.Breaches, f.Tolerated, f.Reject = f.Breaches[:0], f.Tolerated[:0], false
}

// CheckRow reads the cells of one row, in the order of the contract's fields, into values of the same length. It reports whether
// the row may be stored; what is wrong goes to out. Dropped fields are not read at all. The texts in values share the cells'
// memory.
func (t *Table) CheckRow(cells []string, values []Value, out *Findings) bool {
	for i := range t.Fields {
		f := &t.Fields[i]
		v := &values[i]
		if f.Personal == Drop {
			v.Null = true
			continue
		}
		cell := trim(cells[i])
		if cell == "" || f.missing(cell) {
			v.Null = true
			if f.Required {
				out.add(f, MissingValue, cell)
			}
			continue
		}
		v.Null = false
		if code := f.checkCell(cell, v, out); code != "" {
			out.add(f, code, cell)
		}
	}
	return len(out.Breaches) == 0
}

func (f *Field) missing(cell string) bool {
	if f.check.missing == nil {
		return false
	}
	_, is := f.check.missing[cell]
	return is
}

func (f *Findings) add(field *Field, code, cell string) {
	f.Breaches = append(f.Breaches, field.breach(code, cell))
	f.Reject = f.Reject || field.check.wholeFile
}

// checkCell reads one cell that is not missing; it answers a code if the cell must not be stored.
func (f *Field) checkCell(cell string, v *Value, out *Findings) string {
	c := &f.check
	if c.kind == kindString {
		return f.checkText(cell, v, out)
	}
	code := c.scan(cell, v)
	switch code {
	case "":
	case rounded:
		out.Tolerated = append(out.Tolerated, f.breach(rounded, cell))
	default:
		return code
	}
	if c.hasMin && less(c.kind, v, &c.min) {
		return f.orTolerate(tooSmall, cell, out)
	}
	if c.hasMax && less(c.kind, &c.max, v) {
		return f.orTolerate(tooLarge, cell, out)
	}
	return ""
}

func less(k kind, a, b *Value) bool {
	if k == kindNumber {
		return a.F < b.F
	}
	return a.I < b.I
}

// orTolerate keeps a value outside its limits where the mode is evolve.
func (f *Field) orTolerate(code, cell string, out *Findings) string {
	if !f.check.tolerant {
		return code
	}
	out.Tolerated = append(out.Tolerated, f.breach(code, cell))
	return ""
}

func (f *Field) checkText(cell string, v *Value, out *Findings) string {
	c := &f.check
	v.S = cell
	length, ok := clean(cell)
	if !ok {
		return BadEncoding
	}
	if length > c.maxLen {
		// Evolve tolerates a longer value only within the package's own limit: a cell is not a place for a document.
		if length > limitLength && length > f.MaxLength {
			return TooLong
		}
		if code := f.orTolerate(TooLong, cell, out); code != "" {
			return code
		}
	}
	if length < f.MinLength {
		if code := f.orTolerate(tooShort, cell, out); code != "" {
			return code
		}
	}
	if c.pattern != nil && !c.pattern.MatchString(cell) {
		if code := f.orTolerate(wrongForm, cell, out); code != "" {
			return code
		}
	}
	if c.enum == nil {
		return ""
	}
	if _, known := c.enum[cell]; known {
		return ""
	}
	canonical, known := f.canonical(cell)
	if !known {
		return f.orTolerate(UnknownCode, cell, out)
	}
	v.S = canonical
	return ""
}

// canonical finds the listed spelling of a code, or of each part of a list of codes, without regard to capitals.
func (f *Field) canonical(cell string) (string, bool) {
	if f.Separator == "" {
		s, ok := f.check.enumFolded[fold(cell)]
		return s, ok
	}
	mark := strings.TrimSpace(f.Separator)
	if mark == "" {
		mark = f.Separator
	}
	if f.allListed(cell) {
		return cell, true
	}
	parts := strings.Split(cell, mark)
	for i, part := range parts {
		if _, exact := f.check.enum[trim(part)]; exact {
			parts[i] = trim(part)
			continue
		}
		s, ok := f.check.enumFolded[fold(part)]
		if !ok {
			return "", false
		}
		parts[i] = s
	}
	return strings.Join(parts, f.Separator), true
}

// allListed reports whether the cell is a list of codes exactly as it would be written.
func (f *Field) allListed(cell string) bool {
	for more := true; more; {
		var part string
		part, cell, more = strings.Cut(cell, f.Separator)
		if _, exact := f.check.enum[part]; !exact {
			return false
		}
	}
	return true
}

// trim cuts white space from both ends; most cells have none, which the two bytes tell.
func trim(s string) string {
	if s == "" {
		return s
	}
	if a, b := s[0], s[len(s)-1]; a > ' ' && a < utf8.RuneSelf && b > ' ' && b < utf8.RuneSelf {
		return s
	}
	return strings.TrimSpace(s)
}
