package decode

import (
	"archive/zip"
	"encoding/xml"
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
		tok, err := b.x.next()
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		e, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch e.Name.Local {
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
		tok, err := b.x.next()
		if err != nil {
			return record{}, b.x.whole(err)
		}
		switch e := tok.(type) {
		case xml.StartElement:
			if e.Name.Local != "row" {
				if err := b.x.skip(); err != nil {
					return record{}, b.x.whole(err)
				}
				continue
			}
			rec, err := b.row(e)
			if err != nil || !rec.blank() {
				return rec, err
			}
		case xml.EndElement:
			b.inSheet = e.Name.Local != "sheetData"
		}
	}
	return record{}, io.EOF
}

func (b *xlsxBook) row(e xml.StartElement) (record, error) {
	line := b.line + 1
	if r := attr(e, "r", ""); r != "" {
		n, err := strconv.ParseInt(r, 10, 64)
		if err != nil || n < line || n > 1<<20 {
			return record{}, b.jumbled()
		}
		line = n
	}
	b.line, b.cells, b.bad, b.cell.column = line, b.cells[:0], nil, -1
	for depth := b.x.depth; b.x.depth >= depth; {
		tok, err := b.x.next()
		if err != nil {
			return record{}, b.x.whole(err)
		}
		e, ok := tok.(xml.StartElement)
		switch {
		case !ok:
			continue
		case e.Name.Local == "c":
			err = b.readCell(e)
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
func (b *xlsxBook) readCell(e xml.StartElement) error {
	c := &b.cell
	column := c.column + 1
	c.kind, c.style, c.value, c.hasValue, c.formula = "", 0, c.value[:0], false, false
	for _, a := range e.Attr {
		switch a.Name.Local {
		case "r":
			n, ok := columnOf(a.Value)
			if !ok || n < column {
				return b.jumbled()
			}
			column = n
		case "s":
			c.style, _ = strconv.Atoi(a.Value)
		case "t":
			c.kind = a.Value
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
		tok, err := b.x.next()
		if err != nil {
			return err
		}
		switch e := tok.(type) {
		case xml.StartElement:
			switch e.Name.Local {
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
		case xml.EndElement:
			keep = false
		case xml.CharData:
			if keep && len(c.value) <= b.limits.FieldBytes {
				c.value = append(c.value, e...)
			}
		}
	}
	return nil
}

// columnOf returns the index of the column in a cell's reference: 0 for "A1".
func columnOf(ref string) (int, bool) {
	n, i := 0, 0
	for ; i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		n = n*26 + int(ref[i]-'A') + 1
	}
	return n - 1, i > 0 && i < len(ref) && allDigits(ref[i:]) && n <= 1<<14
}
