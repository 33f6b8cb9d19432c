package decode

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strconv"
)

const (
	nsOffice  = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
	nsTable   = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
	nsText    = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
	nsDraw    = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
	nsCalcExt = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"
)

// odsBook streams the sheets of an OpenDocument spreadsheet in the order of its content.xml, a row at a time.
type odsBook struct {
	x       *xmlStream
	part    io.ReadCloser
	limits  Limits
	inTable bool
	sheets  int
	line    int64 // of the last row read
	cells   []string
	blanks  int // blank cells not yet known to lie before another value
	bad     *badRow
	again   int // times the last row is still to be given
	text    cellText
}

func openODS(r io.ReaderAt, size int64, limits Limits) (*odsBook, error) {
	limits = limits.orDefaults()
	z, err := openZip(r, size, limits)
	if err != nil {
		return nil, err
	}
	if err := refuseEncrypted(z, limits); err != nil {
		return nil, err
	}
	f := zipEntry(z, "content.xml")
	if f == nil {
		return nil, &Error{Code: CodeTruncated, Reason: "the spreadsheet has no content.xml", NextStep: "Open the file in a spreadsheet program and save it again"}
	}
	part, err := unpack(f)
	if err != nil {
		return nil, err
	}
	return &odsBook{x: newXMLStream(part, "content.xml", limits), part: part, limits: limits}, nil
}

// refuseEncrypted looks in the manifest for a part that a password protects.
func refuseEncrypted(z *zip.Reader, limits Limits) error {
	f := zipEntry(z, "META-INF/manifest.xml")
	if f == nil {
		return nil
	}
	part, err := unpack(f)
	if err != nil {
		return err
	}
	defer part.Close()
	x := newXMLStream(part, "the manifest", limits)
	for {
		kind, err := x.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if kind == xmlStart && x.name.local == "encryption-data" {
			return &Error{Code: CodeWrongType, Reason: "the spreadsheet is protected by a password", NextStep: "Save it without a password and send it again"}
		}
	}
}

func (b *odsBook) Close() error { return b.part.Close() }

func (b *odsBook) nextSheet() (string, error) {
	if b.inTable {
		for {
			if _, err := b.next(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return "", err
			}
		}
	}
	for {
		kind, err := b.x.next()
		if err != nil {
			return "", err
		}
		if kind != xmlStart {
			continue
		}
		switch b.x.name.local {
		case "document-content", "body", "spreadsheet":
		case "table":
			if b.sheets++; b.sheets > b.limits.Sheets {
				return "", &Error{Code: CodeTooLong, Reason: fmt.Sprintf("the workbook has more than %d sheets", b.limits.Sheets), NextStep: "Send only the sheets that are needed"}
			}
			b.inTable, b.line, b.again = true, 0, 0
			return b.x.attr(nsTable, "name"), nil
		default:
			if err := b.x.skip(); err != nil {
				return "", err
			}
		}
	}
}

func (b *odsBook) next() (record, error) {
	if b.again > 0 {
		b.again--
		b.line++
		return record{line: b.line, cells: b.cells, bad: b.bad}, nil
	}
	for b.inTable {
		kind, err := b.x.next()
		if err != nil {
			return record{}, b.x.whole(err)
		}
		switch name := b.x.name.local; {
		case kind == xmlStart && name == "table-row":
			rec, blank, err := b.row()
			if err != nil || !blank {
				return rec, err
			}
		case kind == xmlStart && name != "table-row-group" && name != "table-rows" && name != "table-header-rows":
			if err := b.x.skip(); err != nil {
				return record{}, b.x.whole(err)
			}
		case kind == xmlEnd && name == "table":
			b.inTable = false
		}
	}
	return record{}, io.EOF
}

// finish reads what is left of the file, so that its checksum is compared.
func (b *odsBook) finish() error {
	_, err := io.Copy(io.Discard, b.part)
	return err
}

// row reads a table row. Blank rows are only counted, however often they are repeated.
func (b *odsBook) row() (rec record, blank bool, err error) {
	repeat, err := b.repeated(b.x.attr(nsTable, "number-rows-repeated"))
	if err != nil {
		return record{}, false, err
	}
	b.cells, b.blanks, b.bad = b.cells[:0], 0, nil
	for depth := b.x.depth; b.x.depth >= depth; {
		kind, err := b.x.next()
		if err != nil {
			return record{}, false, b.x.whole(err)
		}
		if kind != xmlStart {
			continue
		}
		switch b.x.name.local {
		case "table-cell", "covered-table-cell":
			err = b.cell()
		default:
			err = b.x.skip()
		}
		if err != nil {
			return record{}, false, b.x.whole(err)
		}
	}
	b.line++
	rec = record{line: b.line, cells: b.cells, bad: b.bad}
	if rec.blank() {
		b.line += int64(repeat) - 1
		return rec, true, nil
	}
	if repeat > b.limits.RepeatedRows {
		return rec, false, &Error{Code: CodeTooLong, Reason: fmt.Sprintf("row %d repeats itself more than %d times", b.line, b.limits.RepeatedRows),
			NextStep: "Delete the filled-down rows below the table and save the file again"}
	}
	b.again = repeat - 1
	return rec, false, nil
}

// repeated reads how often a row or a cell repeats itself.
func (b *odsBook) repeated(s string) (int, error) {
	if s == "" {
		return 1, nil
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil || n < 1 {
		return 0, &Error{Code: CodeOther, Reason: fmt.Sprintf("after row %d the file repeats a row or cell a number of times that is no number", b.line),
			NextStep: "Open the file in a spreadsheet program and save it again"}
	}
	return int(n), nil
}

// put adds a value to the row n times. Blank cells are held back until a value follows them.
func (b *odsBook) put(value string, n int) {
	if value == "" {
		b.blanks = min(b.blanks+n, b.limits.Columns+1)
		return
	}
	n += b.blanks
	if len(b.cells)+n > b.limits.Columns {
		if b.bad == nil {
			b.bad = &badRow{column: -1, code: CodeShiftedRow, reason: fmt.Sprintf("the row has more than %d cells", b.limits.Columns)}
		}
		return
	}
	for i := range n {
		if i < b.blanks {
			b.cells = append(b.cells, "")
		} else {
			b.cells = append(b.cells, value)
		}
	}
	b.blanks = 0
}

func (b *odsBook) spoil(code, reason string) {
	if b.bad == nil {
		b.bad = &badRow{column: min(len(b.cells)+b.blanks, b.limits.Columns), code: code, reason: reason}
	}
}
