package decode

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

const csvBuffer = 256 * kib

// csvReader splits text into records by RFC 4180, strictly: a quote opened and never closed, or followed by more text, refuses
// the file, because everything after it could be cut anywhere. Line breaks inside quotes are kept as line feeds.
type csvReader struct {
	src     io.Reader
	delim   byte
	limits  Limits
	suspect bool // check every row for characters no text should hold
	windows bool
	buf     []byte
	start   int
	end     int
	eof     bool
	line    int64 // of the next unread byte
	scratch []byte
	ends    []int
	cells   []string
	atEnd   bool // the record ended with the file, not with a line
}

func newCSV(text *TextFile, delim byte, limits Limits) *csvReader {
	if delim == 0 {
		delim = ','
	}
	return &csvReader{src: text.Reader(), delim: delim, limits: limits.orDefaults(), suspect: text.Suspect,
		windows: text.Encoding == EncodingCP1252, buf: make([]byte, csvBuffer), line: 1}
}

// fill reads more, and reports whether there is something left to read.
func (c *csvReader) fill() (bool, error) {
	if c.start > 0 {
		c.end = copy(c.buf, c.buf[c.start:c.end])
		c.start = 0
	}
	for !c.eof && c.end < len(c.buf) {
		n, err := c.src.Read(c.buf[c.end:])
		c.end += n
		if err == io.EOF {
			c.eof = true
		} else if err != nil {
			return false, err
		}
		if n > 0 {
			return true, nil
		}
	}
	return false, nil
}

func (c *csvReader) next() (record, error) {
	rec := record{line: c.line}
	for {
		window := c.buf[c.start:c.end]
		if i := bytes.IndexByte(window, '\n'); i >= 0 {
			if !c.split(window[:i]) {
				return c.quoted(rec)
			}
			c.start += i + 1
			c.line++
			return c.finish(rec, false)
		}
		if len(window) == len(c.buf) {
			return c.quoted(rec)
		}
		more, err := c.fill()
		if err != nil {
			return rec, err
		}
		if more {
			continue
		}
		window = c.buf[c.start:c.end]
		if len(window) == 0 {
			return rec, io.EOF
		}
		rec.last = true
		if !c.split(window) {
			return c.quoted(rec)
		}
		c.start = c.end
		return c.finish(rec, false)
	}
}

// split cuts up a line whose quotes, if any, stand only around whole cells, as most programs write them. It reports whether the
// line is one; any other is left to quoted.
func (c *csvReader) split(line []byte) bool {
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if len(line) > c.limits.RowBytes {
		return false
	}
	quotes := bytes.IndexByte(line, '"') >= 0
	rest := string(line)
	c.cells = c.cells[:0]
	for more := true; more && len(c.cells) <= c.limits.Columns; {
		cell := rest
		if quotes && strings.HasPrefix(rest, `"`) {
			end := strings.IndexByte(rest[1:], '"') + 1
			if end == 0 || end+1 < len(rest) && rest[end+1] != c.delim {
				return false
			}
			cell, rest = rest[1:end], rest[end+1:]
			if more = rest != ""; more {
				rest = rest[1:]
			}
		} else {
			i := strings.IndexByte(rest, c.delim)
			if more = i >= 0; more {
				cell, rest = rest[:i], rest[i+1:]
			}
			if quotes && strings.IndexByte(cell, '"') >= 0 {
				return false
			}
		}
		c.cells = append(c.cells, cell)
	}
	return true
}

// quoted splits a record that holds quotes, or that is longer than the buffer.
func (c *csvReader) quoted(rec record) (record, error) {
	c.scratch, c.ends = c.scratch[:0], c.ends[:0]
	c.atEnd = false
	stray, more := false, true
	for more {
		b, ok, err := c.peek()
		if err != nil {
			return rec, err
		}
		if ok && b == '"' {
			c.start++
			more, err = c.quotedField()
		} else {
			more, err = c.bareField(&stray)
		}
		if err != nil {
			return rec, err
		}
		c.ends = append(c.ends, len(c.scratch))
		if len(c.ends) > c.limits.Columns+1 {
			c.ends = c.ends[:c.limits.Columns+1]
		}
	}
	rec.last = c.atEnd
	all, from := string(c.scratch), 0
	c.cells = c.cells[:0]
	for _, to := range c.ends {
		c.cells = append(c.cells, all[from:to])
		from = to
	}
	return c.finish(rec, stray)
}

func (c *csvReader) finish(rec record, stray bool) (record, error) {
	rec.cells = c.cells
	if len(rec.cells) > c.limits.Columns {
		rec.bad = &badRow{column: -1, code: CodeShiftedRow, reason: fmt.Sprintf("the row has more than %d cells", c.limits.Columns)}
		return rec, nil
	}
	rec.bad = checkCells(rec.cells, c.limits)
	if rec.bad == nil && c.suspect {
		rec.bad = checkCharacters(rec.cells, c.windows)
	}
	if rec.bad == nil && stray {
		rec.bad = &badRow{column: -1, code: CodeShiftedRow,
			reason: "a quotation mark stands inside a cell that is not quoted, so the cells may be cut in the wrong place"}
	}
	return rec, nil
}

// peek returns the next byte without taking it.
func (c *csvReader) peek() (byte, bool, error) {
	if c.start == c.end {
		if more, err := c.fill(); !more {
			return 0, false, err
		}
	}
	return c.buf[c.start], true, nil
}

// bareField takes an unquoted field and its delimiter, and reports whether another field follows.
func (c *csvReader) bareField(stray *bool) (bool, error) {
	from := len(c.scratch)
	for {
		window := c.buf[c.start:c.end]
		i := 0
		for i < len(window) && window[i] != c.delim && window[i] != '\n' {
			if window[i] == '"' {
				*stray = true
			}
			i++
		}
		c.scratch = append(c.scratch, window[:i]...)
		c.start += i
		if err := c.rowSize(c.line, false); err != nil {
			return false, err
		}
		if i < len(window) {
			c.start++
			if window[i] == c.delim {
				return true, nil
			}
			c.line++
			c.dropReturn(from)
			return false, nil
		}
		if more, err := c.fill(); !more {
			c.dropReturn(from)
			c.atEnd = true
			return false, err
		}
	}
}

func (c *csvReader) dropReturn(from int) {
	if n := len(c.scratch); n > from && c.scratch[n-1] == '\r' {
		c.scratch = c.scratch[:n-1]
	}
}

// quotedField takes what follows an opening quote up to the delimiter, and reports whether another field follows.
func (c *csvReader) quotedField() (bool, error) {
	opened, from := c.line, len(c.scratch)
	for {
		window := c.buf[c.start:c.end]
		i := bytes.IndexByte(window, '"')
		if i < 0 {
			i = len(window)
		}
		c.line += int64(bytes.Count(window[:i], []byte{'\n'}))
		c.scratch = append(c.scratch, window[:i]...)
		c.start += i
		if err := c.rowSize(opened, true); err != nil {
			return false, err
		}
		if i == len(window) {
			if more, err := c.fill(); err != nil {
				return false, err
			} else if !more {
				return false, &Error{Code: CodeTruncated,
					Reason:   fmt.Sprintf("the quotation mark that opens a cell on line %d is never closed", opened),
					NextStep: "Check that the file is whole, and close or double the quotation mark"}
			}
			continue
		}
		c.start++
		more, done, err := c.afterQuote()
		if done || err != nil {
			c.unixBreaks(from)
			return more, err
		}
		c.scratch = append(c.scratch, '"')
	}
}

// afterQuote looks at what follows a quote inside a quoted field. done is false for a doubled quote.
func (c *csvReader) afterQuote() (more, done bool, err error) {
	b, ok, err := c.peek()
	if err != nil || !ok {
		c.atEnd = true
		return false, true, err
	}
	switch b {
	case '"':
		c.start++
		return false, false, nil
	case c.delim:
		c.start++
		return true, true, nil
	case '\r':
		c.start++
		if b, ok, err = c.peek(); err != nil || !ok {
			return false, true, err
		}
	}
	if b == '\n' {
		c.start++
		c.line++
		return false, true, nil
	}
	return false, true, &Error{Code: CodeShiftedRow,
		Reason:   fmt.Sprintf("on line %d a quoted cell is followed by more text, so nothing after it can be read with certainty", c.line),
		NextStep: "Double each quotation mark inside a quoted cell, or export the file again"}
}

// unixBreaks turns the CRLF line breaks of a field into line feeds, so that a cell does not depend on the file's line ends.
func (c *csvReader) unixBreaks(from int) {
	field := c.scratch[from:]
	if !bytes.Contains(field, []byte("\r\n")) {
		return
	}
	keep := field[:0]
	for i, b := range field {
		if b != '\r' || i+1 == len(field) || field[i+1] != '\n' {
			keep = append(keep, b)
		}
	}
	c.scratch = c.scratch[:from+len(keep)]
}

func (c *csvReader) rowSize(line int64, inQuotes bool) error {
	if len(c.scratch) <= c.limits.RowBytes {
		return nil
	}
	e := tooBig(fmt.Sprintf("the row at line %d", line), int64(c.limits.RowBytes))
	if inQuotes {
		e.Reason += fmt.Sprintf("; the quotation mark that opens a cell on line %d is probably never closed", line)
	}
	return e
}
