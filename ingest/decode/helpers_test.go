package decode

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// readAll opens a file from memory and returns its rows, its row problems and the error that refused it.
func readAll(name string, data []byte, opts Options) (rows [][]string, problems []Problem, table *Table, err error) {
	table, err = Open(name, bytes.NewReader(data), int64(len(data)), opts)
	if err != nil {
		return nil, nil, nil, err
	}
	defer table.Close()
	err = table.Each(func(r Row) error {
		if r.Problem != nil {
			problems = append(problems, *r.Problem)
			return nil
		}
		rows = append(rows, append([]string{}, r.Cells...))
		return nil
	})
	return rows, problems, table, err
}

// wantError fails unless err is an *Error with the code and the words.
func wantError(t *testing.T, err error, code string, words ...string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v (%T), want an *Error with code %s", err, err, code)
	}
	if e.Code != code {
		t.Errorf("got code %s, want %s: %v", e.Code, code, err)
	}
	for _, w := range words {
		if !strings.Contains(e.Error(), w) {
			t.Errorf("%q does not say %q", e.Error(), w)
		}
	}
	if e.NextStep == "" {
		t.Errorf("%q gives no next step", e.Error())
	}
}

type part struct{ name, body string }

func zipOf(parts ...part) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.Create(p.name)
		if err != nil {
			panic(err)
		}
		w.Write([]byte(p.body))
	}
	z.Close()
	return b.Bytes()
}

func tarOf(parts ...part) []byte {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, p := range parts {
		w.WriteHeader(&tar.Header{Name: p.name, Size: int64(len(p.body)), Mode: 0o600, Typeflag: tar.TypeReg})
		w.Write([]byte(p.body))
	}
	w.Close()
	return b.Bytes()
}

func gzipOf(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write(data)
	w.Close()
	return b.Bytes()
}

const odsHead = `<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"` +
	` xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"` +
	` xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0">` +
	`<office:body><office:spreadsheet>`

const odsTail = `</office:spreadsheet></office:body></office:document-content>`

// odsContent wraps the XML of rows in one sheet.
func odsContent(rows string) string {
	return odsHead + `<table:table table:name="Locations">` + rows + `</table:table>` + odsTail
}

func odsFile(content string) []byte {
	return zipOf(part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, part{"content.xml", content})
}

// odsRow writes string cells.
func odsRow(cells ...string) string {
	var b strings.Builder
	b.WriteString("<table:table-row>")
	for _, c := range cells {
		if c == "" {
			b.WriteString("<table:table-cell/>")
			continue
		}
		fmt.Fprintf(&b, `<table:table-cell office:value-type="string"><text:p>%s</text:p></table:table-cell>`, c)
	}
	return b.String() + "</table:table-row>"
}

// xlsxParts is a small workbook; each part can be replaced.
type xlsxParts struct {
	workbook, rels, styles, strings, sheet string
	more                                   []part
}

const nsMain = ` xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"`

func (x xlsxParts) file() []byte {
	or := func(s, standard string) string {
		if s == "" {
			return standard
		}
		return s
	}
	const rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
	parts := []part{
		{"[Content_Types].xml", `<Types/>`},
		{"xl/workbook.xml", or(x.workbook, `<workbook`+nsMain+`><sheets><sheet name="Data" sheetId="1" r:id="rId1"/></sheets></workbook>`)},
		{"xl/_rels/workbook.xml.rels", or(x.rels, `<Relationships><Relationship Id="rId1" Type="`+rel+`worksheet" Target="worksheets/sheet1.xml"/>`+
			`<Relationship Id="rId2" Type="`+rel+`styles" Target="styles.xml"/><Relationship Id="rId3" Type="`+rel+`sharedStrings" Target="sharedStrings.xml"/></Relationships>`)},
		{"xl/styles.xml", or(x.styles, `<styleSheet`+nsMain+`><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/><numFmt numFmtId="165" formatCode="00000000"/></numFmts>`+
			`<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="22"/><xf numFmtId="20"/></cellXfs></styleSheet>`)},
		{"xl/sharedStrings.xml", or(x.strings, `<sst`+nsMain+`><si><t>Reference</t></si><si><t>Amount</t></si></sst>`)},
		{"xl/worksheets/sheet1.xml", x.sheet},
	}
	return zipOf(append(parts, x.more...)...)
}

// xlsxSheetOf wraps the XML of rows.
func xlsxSheetOf(rows string) string {
	return `<worksheet` + nsMain + `><dimension ref="A1"/><sheetData>` + rows + `</sheetData></worksheet>`
}

const xlsxHeader = `<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>`

var twoFields = []Field{{Name: "reference", Required: true}, {Name: "amount", Required: true}}
