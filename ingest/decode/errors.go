package decode

import (
	"errors"
	"fmt"
	"strings"
)

// Reason codes. They are few, so that they can label a metric.
const (
	CodeBadHeader    = "bad_header"
	CodeBadDate      = "bad_date"
	CodeBadNumber    = "bad_number"
	CodeUnknownCode  = "unknown_code"
	CodeMissingValue = "missing_value"
	CodeTooLong      = "too_long"
	CodeBadEncoding  = "bad_encoding"
	CodeShiftedRow   = "shifted_row"
	CodeTruncated    = "truncated"
	CodeWrongType    = "wrong_type"
	CodeOther        = "other"
)

// Error refuses a whole file: what is wrong, where, and what to do next. Row is the data row where one is to blame, else 0.
// It never quotes a cell.
type Error struct {
	File                           string
	Row                            int64
	Column, Code, Reason, NextStep string
}

// Error says it in one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File + ": ")
	}
	if e.Row > 0 {
		fmt.Fprintf(&b, "row %d: ", e.Row)
	}
	if e.Column != "" {
		fmt.Fprintf(&b, "column %q: ", e.Column)
	}
	b.WriteString(e.Reason)
	if e.NextStep != "" {
		b.WriteString(". " + e.NextStep)
	}
	return b.String()
}

// Problem refuses one row, or one cell of it. Row counts data rows from 1, as a person would below the header.
type Problem struct {
	Row                              int64
	Column, Code, Reason, ValueClass string
}

// ValueError says why a cell is not what its column holds, without quoting it.
type ValueError struct {
	Code, Reason, ValueClass string
}

// Error returns the reason.
func (e *ValueError) Error() string { return e.Reason }

// At places the error in a row and column.
func (e *ValueError) At(row int64, column string) Problem {
	return Problem{Row: row, Column: column, Code: e.Code, Reason: e.Reason, ValueClass: e.ValueClass}
}

func valueError(code, value, reason string) *ValueError {
	return &ValueError{Code: code, Reason: reason, ValueClass: ValueClass(value)}
}

// withFile names the file in an error that does not know it yet.
func withFile(err error, file string) error {
	if e := (*Error)(nil); errors.As(err, &e) && e.File == "" {
		named := *e
		named.File = file
		return &named
	}
	return err
}

const saveAgain = "Save the file again as \"CSV UTF-8\" in the program it came from"

func tooBig(what string, limit int64) *Error {
	return &Error{Code: CodeTooLong, Reason: fmt.Sprintf("%s is larger than the limit of %s", what, sizeInWords(limit)),
		NextStep: "Split the file, or raise the limit if the file is right"}
}

func sizeInWords(n int64) string {
	switch {
	case n >= gib && n%gib == 0:
		return fmt.Sprintf("%d GiB", n/gib)
	case n >= mib && n%mib == 0:
		return fmt.Sprintf("%d MiB", n/mib)
	case n >= kib && n%kib == 0:
		return fmt.Sprintf("%d KiB", n/kib)
	}
	return fmt.Sprintf("%d bytes", n)
}
