package decode

import (
	"errors"
	"fmt"
	"io"
	"strings"
)

// Read returns the next row that is not blank, or io.EOF. Any other error refuses the whole file, whatever was read before.
func (t *Table) Read() (Row, error) {
	if t.err != nil {
		return Row{}, t.err
	}
	row, err := t.read()
	if err != nil {
		t.err = withFile(err, t.name)
	}
	return row, t.err
}

func (t *Table) read() (Row, error) {
	for {
		rec, err := t.nextRecord()
		if err != nil {
			return Row{}, err
		}
		// A sheet may leave blank rows out; a text file counts records, because a cell may hold several lines.
		if t.sheet {
			t.no += rec.line - t.last
			t.last = rec.line
		} else {
			t.no++
		}
		if rec.blank() {
			continue
		}
		row := Row{Line: rec.line, No: t.no, Cells: rec.cells}
		if rec.bad != nil {
			row.Problem = t.problem(row.No, rec.bad)
			return row, nil
		}
		t.fit(&row)
		if rec.last && !t.sheet && len(rec.cells) < len(t.Header) && !closing(rec.cells) {
			return row, &Error{Row: row.No, Code: CodeTruncated,
				Reason:   fmt.Sprintf("line %d, the last, breaks off after %d of %d cells, so the file was cut short", row.Line, len(rec.cells), len(t.Header)),
				NextStep: "Have the extract made again; nothing of this one is loaded"}
		}
		if row.Problem != nil && t.opts.RefuseRagged {
			return row, &Error{Row: row.No, Code: row.Problem.Code, Reason: fmt.Sprintf("on line %d %s", row.Line, row.Problem.Reason),
				NextStep: "Export the file again, or correct the row"}
		}
		return row, nil
	}
}

func (t *Table) nextRecord() (record, error) {
	if len(t.pending) > 0 {
		rec := t.pending[0]
		t.pending = t.pending[1:]
		return rec, nil
	}
	rec, err := t.book.next()
	if errors.Is(err, io.EOF) {
		if err := t.book.finish(); err != nil {
			return rec, err
		}
	}
	if err != nil {
		return rec, err
	}
	if t.rows++; t.rows > t.limits.Rows {
		return rec, t.tooManyRows()
	}
	return rec, nil
}

// fit makes a row as wide as the header, or says why it is not.
func (t *Table) fit(row *Row) {
	cells, width := row.Cells, len(t.Header)
	switch {
	case len(cells) == width:
		return
	case len(cells) < width && t.sheet:
		n := copy(t.padded, cells)
		clear(t.padded[n:])
		row.Cells = t.padded
		return
	case len(cells) < width:
		row.Problem = t.problem(row.No, &badRow{column: -1, code: CodeShiftedRow,
			reason: fmt.Sprintf("the row has %d cells where the header has %d", len(cells), width)})
		return
	case len(cells) > max(t.width, width) && len(trimBlank(cells)) > max(t.width, width):
		row.Problem = t.problem(row.No, &badRow{column: -1, code: CodeShiftedRow,
			reason: fmt.Sprintf("the row has %d cells where the header has %d", len(trimBlank(cells)), width)})
		return
	}
	row.Cells = cells[:width]
}

// closing reports whether a short last row is a remark under the table, such as a total, rather than a row that was cut off.
func closing(cells []string) bool {
	first := ""
	for _, c := range cells {
		if c = strings.TrimSpace(c); c != "" {
			first = strings.ToLower(c)
			break
		}
	}
	for _, w := range []string{"total", "grand total", "end of", "end ", "count", "rows", "records", "generated", "produced", "source:", "notes", "note:"} {
		if strings.HasPrefix(first, w) {
			return true
		}
	}
	return first == "" || first == "end"
}

func (t *Table) problem(no int64, bad *badRow) *Problem {
	p := &Problem{Row: no, Code: bad.code, Reason: bad.reason, ValueClass: "row"}
	if bad.column >= 0 {
		p.ValueClass = "text"
		if bad.column < len(t.Header) {
			p.Column = t.Header[bad.column]
		}
	}
	return p
}

// Cell returns the cell of a known field, or "" when the header lacks it or the row is too short.
func (t *Table) Cell(row Row, field string) string {
	i, ok := t.Binding.Columns[field]
	if !ok || i >= len(row.Cells) {
		return ""
	}
	return row.Cells[i]
}

// Each calls fn for every row until the end or the first error.
func (t *Table) Each(fn func(Row) error) error {
	for {
		row, err := t.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := fn(row); err != nil {
			return err
		}
	}
}
