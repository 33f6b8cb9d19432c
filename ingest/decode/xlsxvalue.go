package decode

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// valueOf turns a cell into text: dates in ISO form by the cell's number format, numbers as shown, TRUE and FALSE, and for a
// formula the result that was saved with it.
func (b *xlsxBook) valueOf(c *xlsxCell) (string, error) {
	if len(c.value) > b.limits.FieldBytes {
		b.spoil(c, CodeTooLong, "the cell is longer than the limit of "+sizeInWords(int64(b.limits.FieldBytes)))
		return "", nil
	}
	if c.formula && c.kind != "str" && c.kind != "inlineStr" && len(c.value) == 0 {
		b.spoil(c, CodeMissingValue, "the cell holds a formula whose result was not saved: open the workbook in Excel and save it")
		return "", nil
	}
	raw := string(c.value)
	switch c.kind {
	case "s":
		return b.sharedString(c, raw)
	case "str", "inlineStr":
		return b.clean(c, unescape(raw)), nil
	case "b":
		switch strings.TrimSpace(raw) {
		case "1", "true":
			return "TRUE", nil
		case "0", "false":
			return "FALSE", nil
		case "":
			return "", nil
		}
		b.spoil(c, CodeWrongType, "the cell says it is true or false but holds neither")
		return "", nil
	case "e", "d":
		return b.clean(c, strings.TrimSpace(raw)), nil
	case "", "n":
		return b.number(c, strings.TrimSpace(raw)), nil
	}
	b.spoil(c, CodeWrongType, "the cell is of a kind that Excel does not have")
	return "", nil
}

func (b *xlsxBook) sharedString(c *xlsxCell, raw string) (string, error) {
	if !c.hasValue || raw == "" {
		return "", nil
	}
	i, err := strconv.Atoi(strings.TrimSpace(raw))
	if err != nil || i < 0 || i >= len(b.strings) {
		return "", &Error{Code: CodeTruncated, Reason: fmt.Sprintf("a cell on row %d of %s points to a text that is not in the file", b.line, b.x.what),
			NextStep: "Open the file in Excel and save it again"}
	}
	return b.clean(c, b.strings[i]), nil
}

// number writes a numeric cell, as a date or with leading zeros where its format asks for them.
func (b *xlsxBook) number(c *xlsxCell, raw string) string {
	if raw == "" {
		return ""
	}
	n, ok := sheetNumber(raw)
	if !ok {
		b.spoil(c, CodeBadNumber, "the cell says it is a number but holds none")
		return ""
	}
	if c.style < 0 || c.style >= len(b.styles) {
		return n
	}
	style := b.styles[c.style]
	if style.zeros > len(n) && allDigits(n) {
		return strings.Repeat("0", style.zeros-len(n)) + n
	}
	if style.date || style.clock {
		if f, err := strconv.ParseFloat(raw, 64); err == nil {
			if s, ok := serialText(f, b.date1904, style); ok {
				return s
			}
		}
	}
	return n
}

// serialText writes a day number with the parts that its format shows. A day number that is no date stays a number.
func serialText(f float64, date1904 bool, style cellStyle) (string, bool) {
	t, ok := serialTime(f, date1904)
	midnight := t.Equal(t.Truncate(24 * time.Hour))
	switch {
	case !ok:
		return "", false
	case !style.date && f < 1:
		return t.Format("15:04:05"), true
	case !style.date && math.Trunc(f) == f:
		return "", false
	case midnight:
		return t.Format("2006-01-02"), true
	}
	return t.Format("2006-01-02T15:04:05"), true
}

func (b *xlsxBook) clean(c *xlsxCell, s string) string {
	if why := badCharacter(s, false); why != "" {
		b.spoil(c, CodeBadEncoding, "the cell "+why)
	}
	return s
}

func (b *xlsxBook) spoil(c *xlsxCell, code, reason string) {
	if b.bad == nil {
		b.bad = &badRow{column: c.column, code: code, reason: reason}
	}
}

// unescape undoes the form _x000D_ in which a workbook writes characters that XML cannot hold.
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var out strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 {
			break
		}
		out.WriteString(s[:i])
		s = s[i:]
		if len(s) >= 7 && s[6] == '_' {
			if v, err := strconv.ParseUint(s[2:6], 16, 16); err == nil && (v < 0xd800 || v > 0xdfff) {
				out.WriteRune(rune(v))
				s = s[7:]
				continue
			}
		}
		out.WriteString(s[:2])
		s = s[2:]
	}
	out.WriteString(s)
	return strings.ReplaceAll(out.String(), "\r\n", "\n")
}
