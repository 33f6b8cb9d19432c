package decode

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// Options says how to read a table.
type Options struct {
	Limits    Limits
	Fields    []Field  // known columns; they find the header and bind it
	Delimiter byte     // of CSV; zero means a comma
	Sheets    []string // names of sheets that may hold the table; none means any sheet. The first with the header is read
	HeaderRow int64    // the header's line, or row of the sheet; zero means look for it
	// HeaderRows is over how many rows the headings run: one, or two, as where "Type of risk" stands merged over a column a type.
	HeaderRows int
	// AnyDelimiter reads a CSV file whose header is not found with commas by the delimiter with which it is.
	AnyDelimiter bool
	// RefuseRagged refuses the whole file, rather than the row, when a row's cells do not fit the header.
	RefuseRagged bool
}

// Row is one data row.
type Row struct {
	Line    int64    // line of a text file, or row of a sheet, from 1
	No      int64    // data row, from 1 below the header; blank rows are passed over but counted
	Cells   []string // as wide as the header; reused by the next Read, though the strings may be kept
	Problem *Problem // set when the row cannot be trusted; Cells then hold what was found
}

// Table is an open table, past its header.
type Table struct {
	Format     Format
	Encoding   string // of a text file
	Sheet      string // of a workbook
	Header     []string
	HeaderLine int64
	Binding    Binding
	Preamble   []string // what stands above the header and on the sheets before it, a line a row
	Notes      []string // what a person should know about how the file was read
	Date1904   bool     // days count from 1904; hand it to DateReader

	name    string
	book    book
	opts    Options
	limits  Limits
	pending []record
	width   int // cells a row may have though the header's last headings are blank
	no      int64
	rows    int64
	last    int64 // line of the row before, in sheets that leave out blank rows
	sheet   bool
	err     error
	padded  []string
}

// Open finds the table in a CSV, XLSX or ODS file and binds its header. The name must fit what the file is. An error refuses
// the file.
func Open(name string, r io.ReaderAt, size int64, opts Options) (*Table, error) {
	t, err := open(name, r, size, opts)
	if err != nil && opts.AnyDelimiter && opts.Delimiter == 0 {
		t, err = openOther(name, r, size, opts, err)
	}
	if err != nil {
		return nil, withFile(err, name)
	}
	return t, nil
}

// openOther tries the other delimiters on a text file that commas do not divide. The names of the header decide, not the looks of the
// rows: without every needed heading the file is refused, in the words of the delimiter that came nearest.
func openOther(name string, r io.ReaderAt, size int64, opts Options, refused error) (*Table, error) {
	if format, err := Sniff(r, size); err != nil || format != FormatText {
		return nil, refused
	}
	for _, mark := range []byte{';', '\t', '|'} {
		opts.Delimiter = mark
		t, err := open(name, r, size, opts)
		if err == nil {
			t.Notes = append(t.Notes, fmt.Sprintf("the cells are divided by %s", delimiterNames[mark]))
			return t, nil
		}
		if e := (*Error)(nil); errors.As(err, &e) && e.Column != "" {
			refused = err
		}
	}
	return nil, refused
}

var delimiterNames = map[byte]string{';': "semicolons", '\t': "tabs", '|': "bars", ',': "commas"}

func open(name string, r io.ReaderAt, size int64, opts Options) (*Table, error) {
	limits := opts.Limits.orDefaults()
	if size > limits.FileBytes {
		return nil, tooBig("the file", limits.FileBytes)
	}
	format, err := CheckName(name, r, size)
	if err != nil {
		return nil, err
	}
	t := &Table{Format: format, name: name, opts: opts, limits: limits}
	switch format {
	case FormatText:
		err = t.openText(r, size)
	case FormatODS:
		t.book, err = openODS(r, size, limits)
	case FormatXLSX:
		var b *xlsxBook
		if b, err = openXLSX(r, size, limits); err == nil {
			t.book, t.Date1904 = b, b.date1904
		}
	default:
		return nil, notATable(format)
	}
	if err != nil {
		return nil, err
	}
	if err := t.start(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

func notATable(format Format) *Error {
	return &Error{Code: CodeWrongType, Reason: fmt.Sprintf("the file is %s, not a table", format),
		NextStep: "Send a CSV file, an Excel workbook (.xlsx) or an OpenDocument spreadsheet (.ods)"}
}

// textBook shows a CSV file as a workbook of one sheet without a name.
type textBook struct {
	*csvReader
	begun bool
}

func (b *textBook) nextSheet() (string, error) {
	if b.begun {
		return "", io.EOF
	}
	b.begun = true
	return "", nil
}

func (b *textBook) finish() error { return nil }
func (b *textBook) Close() error  { return nil }

func (t *Table) openText(r io.ReaderAt, size int64) error {
	if d := t.opts.Delimiter; d != 0 && d != '\t' && (d <= ' ' || d == '"' || d >= 0x7f) {
		return fmt.Errorf("decode: %q cannot divide cells", d)
	}
	text, err := Text(r, size, t.limits)
	if err != nil {
		return err
	}
	t.Encoding = text.Encoding
	if text.Encoding == EncodingUTF16LE || text.Encoding == EncodingUTF16BE {
		t.Notes = append(t.Notes, `the text is UTF-16 ("Unicode text") and was read as such`)
	}
	if text.Layers > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("the text had been encoded over again %s and was restored", times(text.Layers)))
	}
	if text.Suspect {
		t.Notes = append(t.Notes, "some rows hold characters that no text should")
	}
	if text.Lost > 0 {
		t.Notes = append(t.Notes, fmt.Sprintf("%d characters were already lost when the file was made", text.Lost))
	}
	t.book = &textBook{csvReader: newCSV(text, t.opts.Delimiter, t.limits)}
	return nil
}

func times(n int) string {
	return [...]string{"", "once", "twice", "three times"}[min(n, 3)]
}

// start moves through the sheets to the header.
func (t *Table) start() error {
	finder := newHeaderFinder(t.opts.Fields)
	var best *Error
	var seen []string
	for {
		name, err := t.book.nextSheet()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		seen = append(seen, name)
		if len(t.opts.Sheets) > 0 && !slices.ContainsFunc(t.opts.Sheets, func(s string) bool { return NormaliseHeader(s) == NormaliseHeader(name) }) {
			if err := t.passOver(); err != nil {
				return err
			}
			continue
		}
		refusal, err := t.look(name, finder)
		if err != nil || refusal == nil {
			return err
		}
		if err := t.passOver(); err != nil {
			return err
		}
		if best == nil || len(best.Column) == 0 {
			best = refusal
		}
	}
	if best != nil {
		return best
	}
	if len(seen) == 0 {
		return &Error{Code: CodeTruncated, Reason: "the workbook has no sheets", NextStep: "Check that the file is whole"}
	}
	return &Error{Code: CodeBadHeader, Reason: fmt.Sprintf("there is no sheet called %s; the sheets are %s", quoteSome(t.opts.Sheets, 3), quoteSome(seen, 10)),
		NextStep: "Name the right sheet in the source's mapping"}
}

// look searches the top of the current sheet. refusal says why this sheet is not the one; err ends the search.
func (t *Table) look(sheet string, finder *headerFinder) (refusal *Error, err error) {
	top, err := t.top()
	if err != nil {
		return nil, err
	}
	rows, written := make([][]string, len(top)), 0
	for i, rec := range top {
		rows[i] = rec.cells
		if filled(rec.cells) > 0 {
			written++
		}
	}
	heads := rows
	if t.opts.HeaderRows == 2 {
		heads = joinHeads(rows)
	}
	where := ""
	if sheet != "" {
		where = fmt.Sprintf(" of sheet %q", sheet)
	}
	index, whole := finder.find(heads)
	if t.opts.HeaderRow > 0 {
		index = slices.IndexFunc(top, func(rec record) bool { return rec.line == t.opts.HeaderRow })
	}
	if wide := slices.IndexFunc(top, func(rec record) bool { return len(rec.cells) > t.limits.Columns }); wide >= 0 && (index < 0 || index == wide) {
		return nil, &Error{Code: CodeTooLong, Reason: fmt.Sprintf("line %d has more than %d columns", top[wide].line, t.limits.Columns),
			NextStep: "Check that this is the right file"}
	}
	if index < 0 {
		t.keepPreamble(rows)
		if written == 0 {
			return &Error{Code: CodeTruncated, Reason: "there is nothing" + strings.Replace(where, " of", " on", 1) + " but blank rows", NextStep: "Check that the export worked"}, nil
		}
		return noHeader(where, rows, t.opts.Fields), nil
	}
	header, below := top[index], index+1
	if t.opts.HeaderRows == 2 && below < len(top) {
		header.cells = heads[index]
		header.line, below = top[below].line, below+1
	}
	if header.bad != nil {
		return nil, &Error{Code: header.bad.code, Reason: fmt.Sprintf("the header on line %d cannot be read: %s", header.line, header.bad.reason),
			NextStep: "Check the heading row of the file"}
	}
	binding := Bind(trimBlank(header.cells), t.opts.Fields)
	if err := binding.Err(); err != nil {
		refused := (*Error)(nil)
		if !errors.As(err, &refused) {
			return nil, err
		}
		t.keepPreamble(rows)
		if len(binding.Columns) < 2 && !whole && len(binding.Twice) == 0 && t.opts.HeaderRow == 0 {
			return noHeader(where, rows, t.opts.Fields), nil
		}
		refused.Reason = fmt.Sprintf("in the header on row %d%s, %s", header.line, where, refused.Reason)
		return refused, nil
	}
	t.keepPreamble(rows[:index])
	t.Sheet, t.Binding, t.HeaderLine = sheet, binding, header.line
	t.Header, t.width = binding.header, len(header.cells)
	t.last = header.line
	_, text := t.book.(*textBook)
	t.sheet = !text
	t.pending = top[below:]
	t.padded = make([]string, len(t.Header))
	return nil, nil
}

// blankRows is how many rows, for each in which a header may stand, are looked at when blank ones lie between.
const blankRows = 10

// top reads the rows in which a header may stand.
func (t *Table) top() ([]record, error) {
	var top []record
	for written := 0; t.opts.HeaderRow > 0 || written < t.limits.HeaderRows && len(top) < blankRows*t.limits.HeaderRows; {
		rec, err := t.book.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if t.rows++; t.rows > t.limits.Rows {
			return nil, t.tooManyRows()
		}
		if len(top) < blankRows*t.limits.HeaderRows || rec.line == t.opts.HeaderRow {
			rec.cells = slices.Clone(rec.cells)
			top = append(top, rec)
		}
		if !rec.blank() {
			written++
		}
		if t.opts.HeaderRow > 0 && rec.line >= t.opts.HeaderRow {
			break
		}
	}
	return top, nil
}

// passOver keeps what a person wrote at the top of a sheet that is not the table, such as the date the data was taken.
func (t *Table) passOver() error {
	for range maxPreamble {
		rec, err := t.book.next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		t.keepPreamble([][]string{rec.cells})
	}
	return nil
}

// maxPreamble bounds the lines kept, and the rows read for them on each sheet passed over.
const maxPreamble = 200

func (t *Table) keepPreamble(rows [][]string) {
	for _, r := range rows {
		var words []string
		for _, c := range r {
			if !isBlank(c) && len(c) <= 1000 {
				words = append(words, Trim(c))
			}
		}
		if len(words) > 0 && len(t.Preamble) < maxPreamble {
			t.Preamble = append(t.Preamble, strings.Join(words, " "))
		}
	}
}

func (t *Table) tooManyRows() *Error {
	return &Error{Code: CodeTooLong, Reason: fmt.Sprintf("the file has more than %d rows", t.limits.Rows),
		NextStep: "Split the file, or raise the limit if the file is right"}
}

func trimBlank(cells []string) []string {
	n := len(cells)
	for n > 0 && isBlank(cells[n-1]) {
		n--
	}
	return cells[:n]
}

// Close releases the file's readers.
func (t *Table) Close() error {
	if t == nil || t.book == nil {
		return nil
	}
	return t.book.Close()
}
