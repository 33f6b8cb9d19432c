package decode

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
)

// xlsxBook streams the sheets of an Excel workbook, visible ones first, a row at a time.
//
// It reads the parts itself, because a reader here must refuse what it cannot read whole: a library that ends a sheet quietly
// where its XML breaks off would load half a file as if it were all of it. Macros, drawings and links are never opened.
type xlsxBook struct {
	zip      *zip.Reader
	limits   Limits
	date1904 bool
	sheets   []xlsxSheet
	at       int
	styles   []cellStyle
	strings  []string
	shared   string // part that holds the strings, until it is read
	part     io.ReadCloser
	x        *xmlStream
	inSheet  bool
	line     int64
	cells    []string
	bad      *badRow
	cell     xlsxCell
}

type xlsxSheet struct {
	name, part string
	hidden     bool
}

// xlsxCell is a cell while it is read.
type xlsxCell struct {
	column            int
	kind              string
	style             int
	value             []byte
	hasValue, formula bool
}

func openXLSX(r io.ReaderAt, size int64, limits Limits) (*xlsxBook, error) {
	limits = limits.orDefaults()
	z, err := openZip(r, size, limits)
	if err != nil {
		return nil, err
	}
	b := &xlsxBook{zip: z, limits: limits}
	if err := b.readWorkbook(); err != nil {
		return nil, err
	}
	slices.SortStableFunc(b.sheets, func(x, y xlsxSheet) int {
		switch {
		case x.hidden == y.hidden:
			return 0
		case x.hidden:
			return 1
		}
		return -1
	})
	return b, nil
}

func (b *xlsxBook) Close() error {
	if b.part == nil {
		return nil
	}
	return b.part.Close()
}

func (b *xlsxBook) nextSheet() (string, error) {
	if b.at == len(b.sheets) {
		return "", io.EOF
	}
	if b.shared != "" {
		if err := b.readStrings(b.shared); err != nil {
			return "", err
		}
		b.shared = ""
	}
	b.Close()
	sheet := b.sheets[b.at]
	b.at++
	f := zipEntry(b.zip, sheet.part)
	if f == nil {
		return "", &Error{Code: CodeTruncated, Reason: fmt.Sprintf("sheet %q is listed but not in the file", sheet.name), NextStep: "Open the file in Excel and save it again"}
	}
	part, err := unpack(f)
	if err != nil {
		return "", err
	}
	b.part, b.x, b.line = part, newXMLStream(part, fmt.Sprintf("sheet %q", sheet.name), b.limits), 0
	b.inSheet, err = b.findData()
	return sheet.name, err
}

// findData moves to the rows of a sheet. A sheet without any is empty.
func (b *xlsxBook) findData() (bool, error) {
	for {
		kind, err := b.x.next()
		if errors.Is(err, io.EOF) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if kind != xmlStart {
			continue
		}
		switch b.x.name.local {
		case "worksheet":
		case "sheetData":
			return true, nil
		default:
			if err := b.x.skip(); err != nil {
				return false, err
			}
		}
	}
}

// finish reads what is left of the sheet, so that its checksum is compared.
func (b *xlsxBook) finish() error {
	_, err := io.Copy(io.Discard, b.part)
	return err
}

func (b *xlsxBook) next() (record, error) {
	for b.inSheet {
		kind, err := b.x.next()
		if err != nil {
			return record{}, b.x.whole(err)
		}
		switch name := b.x.name.local; {
		case kind == xmlStart && name == "row":
			rec, err := b.row()
			if err != nil || !rec.blank() {
				return rec, err
			}
		case kind == xmlStart:
			if err := b.x.skip(); err != nil {
				return record{}, b.x.whole(err)
			}
		case kind == xmlEnd && name == "sheetData":
			b.inSheet = false
		}
	}
	return record{}, io.EOF
}

func (b *xlsxBook) row() (record, error) {
	line := b.line + 1
	if r := b.x.attr("", "r"); r != "" {
		n, err := strconv.ParseInt(r, 10, 64)
		if err != nil || n < line || n > 1<<20 {
			return record{}, b.jumbled()
		}
		line = n
	}
	b.line, b.cells, b.bad, b.cell.column = line, b.cells[:0], nil, -1
	for depth := b.x.depth; b.x.depth >= depth; {
		kind, err := b.x.next()
		if err != nil {
			return record{}, b.x.whole(err)
		}
		switch {
		case kind != xmlStart:
			continue
		case b.x.name.local == "c":
			err = b.readCell()
		default:
			err = b.x.skip()
		}
		if err != nil {
			return record{}, b.x.whole(err)
		}
	}
	return record{line: line, cells: b.cells, bad: b.bad}, nil
}

func (b *xlsxBook) jumbled() error {
	return &Error{Code: CodeOther, Reason: fmt.Sprintf("the rows or cells of %s are out of order after row %d", b.x.what, b.line),
		NextStep: "Open the file in Excel and save it again"}
}

// readCell reads one cell and puts its value into the row.
func (b *xlsxBook) readCell() error {
	c := &b.cell
	column := c.column + 1
	c.kind, c.style, c.value, c.hasValue, c.formula = "", 0, c.value[:0], false, false
	for i := range b.x.attrs {
		a := &b.x.attrs[i]
		switch a.name.local {
		case "r":
			n, ok := columnOf(a.value)
			if !ok || n < column {
				return b.jumbled()
			}
			column = n
		case "s":
			c.style, _ = strconv.Atoi(string(a.value))
		case "t":
			c.kind = kindOf(a.value)
		}
	}
	c.column = column
	if err := b.cellParts(c); err != nil {
		return err
	}
	value, err := b.valueOf(c)
	if err != nil || value == "" {
		return err
	}
	if column >= b.limits.Columns {
		if b.bad == nil {
			b.bad = &badRow{column: -1, code: CodeShiftedRow, reason: fmt.Sprintf("the row has more than %d cells", b.limits.Columns)}
		}
		return nil
	}
	for len(b.cells) < column {
		b.cells = append(b.cells, "")
	}
	b.cells = append(b.cells, value)
	return nil
}

// cellParts gathers the value or the text of a cell. The text of a formula is not kept, and phonetic help is left out.
func (b *xlsxBook) cellParts(c *xlsxCell) error {
	keep := false
	for depth := b.x.depth; b.x.depth >= depth; {
		kind, err := b.x.next()
		if err != nil {
			return err
		}
		switch kind {
		case xmlStart:
			switch b.x.name.local {
			case "v":
				keep, c.hasValue = true, true
			case "t":
				keep = true
			case "f":
				c.formula = true
			case "is", "r":
			default:
				if err := b.x.skip(); err != nil {
					return err
				}
			}
		case xmlEnd:
			keep = false
		case xmlText:
			if keep && len(c.value) <= b.limits.FieldBytes {
				c.value = append(c.value, b.x.text...)
			}
		}
	}
	return nil
}

// kindOf returns the kind of a cell without making a string of it each time.
func kindOf(t []byte) string {
	for _, k := range [...]string{"s", "str", "n", "b", "inlineStr", "e", "d"} {
		if string(t) == k {
			return k
		}
	}
	return "unknown"
}

// columnOf returns the index of the column in a cell's reference: 0 for "A1".
func columnOf[T string | []byte](ref T) (int, bool) {
	n, i := 0, 0
	for ; i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		n = n*26 + int(ref[i]-'A') + 1
	}
	return n - 1, i > 0 && i < len(ref) && allDigits(ref[i:]) && n <= 1<<14
}
