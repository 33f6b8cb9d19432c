package decode

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Missing says why a cell holds no value. Zero means that it holds one.
type Missing uint8

// The kinds of missing value.
const (
	Present       Missing = iota
	Blank                 // an empty cell
	Suppressed            // [c] or *: hidden because it is small
	NotSupplied           // [x]
	NotApplicable         // [z]
	Low                   // [low]: rounds to zero but is not zero
	Dash                  // -
	SheetError            // #N/A and the other errors of a spreadsheet
)

// String names the kind.
func (m Missing) String() string {
	names := [...]string{"present", "blank", "suppressed", "not supplied", "not applicable", "low", "dash", "spreadsheet error"}
	if int(m) < len(names) {
		return names[m]
	}
	return "unknown"
}

var markers = map[string]Missing{
	"[c]": Suppressed, "*": Suppressed, "[x]": NotSupplied, "[z]": NotApplicable, "[low]": Low,
	"-": Dash, "–": Dash, "—": Dash,
	"#n/a": SheetError, "#ref!": SheetError, "#value!": SheetError, "#div/0!": SheetError, "#name?": SheetError,
	"#null!": SheetError, "#num!": SheetError, "#spill!": SheetError, "#calc!": SheetError,
}

// Marker returns what kind of missing value a cell is, or Present.
func Marker(s string) Missing {
	s = Trim(s)
	if s == "" {
		return Blank
	}
	if len(s) > 8 {
		return Present
	}
	switch s[0] { // every marker begins with one of these; 0xe2 is the first byte of the long dashes
	case '[', '*', '-', '#', 0xe2:
	default:
		return Present
	}
	return markers[strings.ToLower(s)]
}

// Trim removes spaces of every kind, and invisible marks, from both ends of a cell.
func Trim(s string) string {
	if n := len(s); n > 0 && s[0] > ' ' && s[0] < utf8.RuneSelf && s[n-1] > ' ' && s[n-1] < utf8.RuneSelf {
		return s // the usual cell
	}
	return strings.TrimFunc(s, isSpace)
}

func isSpace(r rune) bool {
	return unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' || r == '\u2060'
}

func isBlank(s string) bool { return Trim(s) == "" }

// TextValue returns a cell's text trimmed, or the kind of missing value it is.
func TextValue(s string) (string, Missing) {
	if m := Marker(s); m != Present {
		return "", m
	}
	return Trim(s), Present
}

var booleans = map[string]string{
	"y": "true", "yes": "true", "true": "true", "t": "true", "1": "true",
	"n": "false", "no": "false", "false": "false", "f": "false", "0": "false",
}

// Boolean reads Y, N, yes, no, true, false, T, F, 1 and 0 in any case as "true" or "false".
func Boolean(s string) (string, Missing, error) {
	if m := Marker(s); m != Present {
		return "", m, nil
	}
	if b, ok := booleans[strings.ToLower(Trim(s))]; ok {
		return b, Present, nil
	}
	return "", Present, valueError(CodeWrongType, s, "the cell should say yes or no")
}

var scientific = regexp.MustCompile(`^[+-]?\d(?:[.,]\d+)?[eE]\+?\d{1,3}$`)

// ID returns a reference exactly as written but for spaces around it; it is never read as a number. A reference that a
// spreadsheet has already turned into a number such as 1.23E+11 is refused, because its digits are lost.
func ID(s string) (string, Missing, error) {
	if m := Marker(s); m != Present {
		return "", m, nil
	}
	id := Trim(s)
	if mayBeNumber(id) && scientific.MatchString(id) {
		return "", Present, valueError(CodeWrongType, s, "a spreadsheet has turned this reference into a number and lost its last digits")
	}
	return id, Present, nil
}

// mayBeNumber is a cheap look before the pattern.
func mayBeNumber(id string) bool {
	if id == "" || !isDigit(id[0]) && id[0] != '+' && id[0] != '-' {
		return false
	}
	return strings.IndexByte(id, 'E') >= 0 || strings.IndexByte(id, 'e') >= 0
}

var (
	classInteger  = regexp.MustCompile(`^[+-]?\d+$`)
	classNumber   = regexp.MustCompile(`^[(]?[+-]?\s*£?\s*[+-]?[\d, ]*\.?\d+[)]?-?%?$`)
	classDateLike = regexp.MustCompile(`^\d{1,4}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}`)
)

// ValueClass describes a cell without quoting it, for error lists: blank, marker, integer, number, date, boolean, text or
// long text.
func ValueClass(s string) string {
	switch m := Marker(s); {
	case m == Blank:
		return "blank"
	case m != Present:
		return "marker"
	case len(s) > 100:
		return "long text"
	}
	s = Trim(s)
	switch {
	case classInteger.MatchString(s):
		return "integer"
	case classDateLike.MatchString(s):
		return "date"
	case classNumber.MatchString(s):
		return "number"
	case booleans[strings.ToLower(s)] != "":
		return "boolean"
	}
	return "text"
}
