package contract

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Reason codes: why a row is in quarantine or a file was rejected. The list is closed, because each is a metric label.
const (
	BadHeader    = "bad_header"
	BadDate      = "bad_date"
	BadNumber    = "bad_number"
	UnknownCode  = "unknown_code"
	MissingValue = "missing_value"
	TooLong      = "too_long"
	BadEncoding  = "bad_encoding"
	ShiftedRow   = "shifted_row"
	DuplicateKey = "duplicate_key"
	Truncated    = "truncated"
	WrongType    = "wrong_type"
	UnusualCount = "unusual_count"
	Other        = "other"
)

// Codes lists every reason code.
func Codes() []string {
	return []string{
		BadHeader, BadDate, BadNumber, UnknownCode, MissingValue, TooLong,
		BadEncoding, ShiftedRow, DuplicateKey, Truncated, WrongType, UnusualCount, Other,
	}
}

// Breach is one value that its contract refuses.
type Breach struct {
	Column     string
	Code       string
	Reason     string // a sentence; it quotes the value only if nothing in the table is personal
	ValueClass string // what kind of thing the value is, never the value
}

// ValueClass says what kind of thing a cell holds without giving it away: "8 letters", "date-like", "empty".
func ValueClass(cell string) string {
	cell = strings.TrimSpace(cell)
	if cell == "" {
		return "empty"
	}
	if !utf8.ValidString(cell) {
		return "bytes that are not UTF-8"
	}
	var letters, digits, spaces, marks, dateMarks, controls, length int
	for _, r := range cell {
		length++
		switch {
		case unicode.IsLetter(r):
			letters++
		case unicode.IsDigit(r):
			digits++
		case unicode.IsSpace(r):
			spaces++
		case unicode.IsControl(r):
			controls++
		case r == '/' || r == '-' || r == '.' || r == ':':
			dateMarks++
		default:
			marks++
		}
	}
	switch {
	case length > 200:
		return "over 200 characters"
	case controls > 0:
		return "text with control characters"
	case strings.Contains(cell, "@") && letters > 0:
		return "email-like"
	case digits >= 4 && dateMarks >= 2 && marks == 0 && letters <= 5 && length <= 32:
		return "date-like"
	case letters == 0 && digits > 0 && spaces+marks+dateMarks == 0:
		return plural(digits, "digit")
	case letters == 0 && digits > 0 && length <= 32:
		return "number-like"
	case letters > 0 && digits+spaces+marks+dateMarks == 0:
		return plural(letters, "letter")
	case letters > 0 && digits == 0 && spaces > 0:
		return plural(len(strings.Fields(cell)), "word")
	case postcodeLike(cell):
		return "postcode-like"
	case letters > 0 && digits > 0 && spaces == 0:
		return plural(length, "letter and digit", "letters and digits")
	default:
		return plural(length, "character")
	}
}

func plural(n int, words ...string) string {
	one := words[0]
	many := one + "s"
	if len(words) > 1 {
		many = words[1]
	}
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// postcodeLike recognises the shape of a postcode: an outward part of two to four and an inward part of a digit and two letters.
func postcodeLike(cell string) bool {
	s := strings.ToUpper(strings.ReplaceAll(cell, " ", ""))
	if len(s) < 5 || len(s) > 7 {
		return false
	}
	isLetter := func(b byte) bool { return b >= 'A' && b <= 'Z' }
	isDigit := func(b byte) bool { return b >= '0' && b <= '9' }
	in := s[len(s)-3:]
	if !isDigit(in[0]) || !isLetter(in[1]) || !isLetter(in[2]) || !isLetter(s[0]) {
		return false
	}
	for _, b := range []byte(s[1 : len(s)-3]) {
		if !isLetter(b) && !isDigit(b) {
			return false
		}
	}
	return true
}

// found names the value for a reason: itself where nothing in the table is personal, its class elsewhere.
func (f *Field) found(cell string) string {
	if !f.check.show || !utf8.ValidString(cell) {
		return ValueClass(cell)
	}
	r := []rune(strings.TrimSpace(cell))
	if len(r) > 40 {
		return fmt.Sprintf("%q… (%d characters)", string(r[:40]), len(r))
	}
	return fmt.Sprintf("%q", string(r))
}

// breach words a refusal of the cell.
func (f *Field) breach(code, cell string) Breach {
	b := Breach{Column: f.Name, Code: code, ValueClass: ValueClass(cell)}
	must := ""
	switch code {
	case MissingValue:
		b.Reason = fmt.Sprintf("%q is required and is empty", f.Name)
		return b
	case BadEncoding:
		b.Reason = fmt.Sprintf("%q holds control characters, or bytes that are not UTF-8", f.Name)
		return b
	case TooLong:
		b.Reason = fmt.Sprintf("%q may hold at most %d characters and holds %d", f.Name, f.check.maxLen, utf8.RuneCountInString(strings.TrimSpace(cell)))
		return b
	case tooShort:
		b.Code, must = WrongType, fmt.Sprintf("must hold at least %d characters", f.MinLength)
	case wrongForm:
		b.Code, must = WrongType, "has not the form its contract asks for"
	case tooSmall, tooLarge:
		b.Code, must = f.rangeCode(), "must be at least "+f.Min
		if code == tooLarge {
			must = "must be at most " + f.Max
		}
	case rounded:
		b.Code, must = BadNumber, "is rounded to two decimal places"
	case UnknownCode:
		must = "must be one of " + f.listed()
	case BadDate:
		must = "must be a date such as 2026-03-14, between 1900 and 2199"
		if f.Type == Datetime {
			must = "must be a date and time such as 2026-03-14T09:30:00Z, between 1900 and 2199"
		}
	case BadNumber:
		must = map[kind]string{
			kindInteger: "must be a whole number", kindNumber: "must be a number",
			kindDecimal: "must be an amount such as 1234.50, below 10,000,000,000,000,000",
		}[f.check.kind]
	default:
		must = "must be yes or no"
	}
	b.Reason = fmt.Sprintf("%q %s; found %s", f.Name, must, f.found(cell))
	return b
}

func (f *Field) rangeCode() string {
	if f.Type == Date || f.Type == Datetime {
		return BadDate
	}
	return BadNumber
}

func (f *Field) listed() string {
	const most = 6
	if len(f.Enum) <= most {
		return strings.Join(f.Enum, ", ")
	}
	return fmt.Sprintf("%d codes (%s, …)", len(f.Enum), strings.Join(f.Enum[:most], ", "))
}
