package decode

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// small keeps a fuzzed file from being slow only because it is allowed to be large.
var small = Limits{FileBytes: mib, UnpackedBytes: 4 * mib, EntryBytes: mib, Rows: 10_000, Columns: 64, FieldBytes: 4 * kib, RowBytes: 64 * kib,
	RepeatedRows: 100, StringBytes: mib, Strings: 10_000, Entries: 100, XMLTokenBytes: 64 * kib}

// checkRefusal fails unless an error is one that a person can act on.
func checkRefusal(t *testing.T, err error) {
	t.Helper()
	var e *Error
	if err == nil {
		return
	}
	if !errors.As(err, &e) || e.Code == "" || e.Reason == "" || e.NextStep == "" || e.File == "" {
		t.Fatalf("refused without code, reason, next step or file: %#v", err)
	}
}

// checkTable reads a file twice: it must give the same both times, and rows as wide as the header in clean text.
func checkTable(t *testing.T, name string, data []byte, opts Options) {
	t.Helper()
	rows, problems, table, err := readAll(name, data, opts)
	checkRefusal(t, err)
	again, problemsAgain, _, errAgain := readAll(name, data, opts)
	if !reflect.DeepEqual(rows, again) || !reflect.DeepEqual(problems, problemsAgain) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
		t.Fatalf("a second reading differs: %q %v %v, then %q %v %v", rows, problems, err, again, problemsAgain, errAgain)
	}
	for _, r := range rows {
		if len(r) != len(table.Header) {
			t.Fatalf("a row of %d cells under %d headings", len(r), len(table.Header))
		}
		for _, c := range r {
			if !utf8.ValidString(c) || strings.Contains(c, "\x00") || len(c) > small.FieldBytes {
				t.Fatalf("cell %q came through", c)
			}
		}
	}
	for _, p := range problems {
		if p.Row < 1 || p.Code == "" || p.Reason == "" || p.ValueClass == "" {
			t.Fatalf("problem %+v says too little", p)
		}
	}
}

func FuzzText(f *testing.F) {
	for _, s := range []string{"a,b\n", "\ufeffé", "caf\xe9 \x80", over("\ufeffé–", 2, true), "\xff\xfea\x00", "a\rb\r"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		text, err := Text(bytes.NewReader(data), int64(len(data)), small)
		if err != nil {
			checkRefusal(t, withFile(err, "x"))
			return
		}
		out, err := io.ReadAll(text.Reader())
		if err != nil {
			t.Fatal(err)
		}
		if !text.Suspect && (!utf8.Valid(out) || bytes.IndexByte(out, 0) >= 0) {
			t.Fatalf("%q was read as %q", data, out)
		}
		again, _ := io.ReadAll(text.Reader())
		if !bytes.Equal(out, again) {
			t.Fatal("a second pass differs")
		}
	})
}

// FuzzCSV compares our reader with the standard library's, and reads the same bytes as a table.
func FuzzCSV(f *testing.F) {
	for _, c := range hostile {
		if c.file == "a.csv" && !c.large {
			f.Add(c.data(), byte(','))
		}
	}
	f.Add([]byte("a;\"b;\"\"c\"\r\n"), byte(';'))
	f.Fuzz(func(t *testing.T, data []byte, delim byte) {
		if delim != ';' && delim != '\t' && delim != '|' {
			delim = ','
		}
		if err := agree(string(data), delim); err != nil {
			t.Fatalf("%q: %v", data, err)
		}
		checkTable(t, "a.csv", data, Options{Limits: small, Delimiter: delim})
	})
}

func FuzzXML(f *testing.F) {
	for _, s := range []string{"<a b='&amp;'>x<p:c xmlns:p='u'/><!-- y --><![CDATA[<]]></a>", "<?xml version='1.0' encoding='UTF-8'?>\r\n<a/>", "<a xmlns='d'><b xmlns=''/></a>", "<a>&#xD800;]]></a>"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := xmlAgree(string(data)); err != nil {
			t.Fatal(err)
		}
	})
}

// storedZip packs without compressing, which a fuzzer has no use for.
func storedZip(parts ...part) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range parts {
		w, err := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store})
		if err != nil {
			panic(err)
		}
		io.WriteString(w, p.body)
	}
	z.Close()
	return b.Bytes()
}

func FuzzODS(f *testing.F) {
	f.Add(odsRow("Reference", "Amount") + odsRow("A1", "5"))
	f.Add(odsRow("a", "b") + `<table:table-row table:number-rows-repeated="3"><table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="2"><text:p>07<text:s text:c="2"/></text:p></table:table-cell></table:table-row>`)
	f.Add(odsRow("a", "b") + `<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="date" office:date-value="2026-03-14T00:00:00"><office:annotation><text:p>x</text:p></office:annotation><text:p>y</text:p></table:table-cell></table:table-row></table:table><table:table>`)
	f.Fuzz(func(t *testing.T, rows string) {
		checkTable(t, "a.ods", storedZip(part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, part{"content.xml", odsContent(rows)}), Options{Limits: small})
	})
}

func FuzzXLSX(f *testing.F) {
	shared, styles := `<sst><si><t>Reference</t></si><si><r><t>A_x000D_</t></r></si></sst>`, `<styleSheet><numFmts><numFmt numFmtId="164" formatCode="d mmm"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`
	f.Add(xlsxHeader+`<row r="2"><c r="A2" s="1"><v>46095.5</v></c><c r="B2" t="b"><v>1</v></c></row>`, shared, styles, false)
	f.Add(`<row><c t="inlineStr"><is><t>a</t></is></c><c t="s"><v>1</v></c></row><row r="9"><c r="C9"><f>1</f></c><c t="e"><v>#N/A</v></c></row>`, shared, styles, true)
	f.Fuzz(func(t *testing.T, rows, shared, styles string, date1904 bool) {
		const rel = `http://schemas.openxmlformats.org/officeDocument/2006/relationships/`
		checkTable(t, "a.xlsx", storedZip(part{"[Content_Types].xml", ""},
			part{"xl/workbook.xml", fmt.Sprintf(`<workbook`+nsMain+`><workbookPr date1904="%v"/><sheets><sheet name="Data" r:id="rId1"/></sheets></workbook>`, date1904)},
			part{"xl/_rels/workbook.xml.rels", `<Relationships><Relationship Id="rId1" Type="` + rel + `worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="` + rel +
				`styles" Target="styles.xml"/><Relationship Id="rId3" Type="` + rel + `sharedStrings" Target="sharedStrings.xml"/></Relationships>`},
			part{"xl/styles.xml", styles}, part{"xl/sharedStrings.xml", shared}, part{"xl/worksheets/sheet1.xml", xlsxSheetOf(rows)}), Options{Limits: small})
	})
}

// FuzzWalk gives any bytes under any name to the whole reader.
func FuzzWalk(f *testing.F) {
	for _, c := range hostile {
		if !c.large {
			f.Add(c.file, c.data())
		}
	}
	f.Fuzz(func(t *testing.T, name string, data []byte) {
		if name == "" {
			name = "x"
		}
		err := Walk(name, bytes.NewReader(data), int64(len(data)), small, func(e Entry) error {
			body, err := io.ReadAll(io.NewSectionReader(e.Body, 0, e.Size))
			if err != nil || int64(len(body)) != e.Size {
				t.Fatalf("an entry of %d bytes gives %d, %v", e.Size, len(body), err)
			}
			checkTable(t, "inner"+name, body, Options{Limits: small})
			return nil
		})
		checkRefusal(t, err)
	})
}

func FuzzDates(f *testing.F) {
	for _, s := range []string{"2026-03-14", "14/03/2026 10:22", "3/14/2026 1:05:09 PM", "30-Oct-13", "01/Jan/2024 - 00:00", "45000.75", "2028-07-31T23:59:59+01:00", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		dates := NewDates(OrderUnknown)
		dates.Add("Date", 1, s)
		for _, order := range []Order{OrderUnknown, DayFirst, MonthFirst} {
			d := DateReader{Order: order}
			iso, missing, err := d.Date(s)
			switch {
			case err != nil:
				var v *ValueError
				if !errors.As(err, &v) || v.Code != CodeBadDate || iso != "" {
					t.Fatalf("%q: %q, %v", s, iso, err)
				}
			case missing == Present:
				day, err := time.Parse(time.DateOnly, iso)
				if err != nil || day.Year() < 1900 || day.Year() > 2100 {
					t.Fatalf("%q is read as %q", s, iso)
				}
				if again, _, err := d.Date(iso); again != iso || err != nil {
					t.Fatalf("%q, read again, is %q, %v", iso, again, err)
				}
			}
		}
	})
}

func FuzzValues(f *testing.F) {
	for _, s := range []string{"£1,496.00", "(5)", "1.5E-3", "[c]", "Yes", "1-10024040008", "SC12345", "m35 9bg", "St. Mary’s & Co P.L.C.", "\ufeffName of  Body"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if v, m, err := Amount(s); err == nil && m == Present {
			if again, _, err := Amount(v); again != v || err != nil {
				t.Fatalf("%q is %q, read again %q, %v", s, v, again, err)
			}
			if strings.Trim(v, "-.0123456789") != "" {
				t.Fatalf("%q is %q", s, v)
			}
		}
		if v, m, err := Integer(s); err == nil && m == Present && (strings.Trim(v, "-0123456789") != "" || v == "") {
			t.Fatalf("%q is %q", s, v)
		}
		if v, ok := sheetNumber(s); ok {
			if again, ok := sheetNumber(v); !ok || again != v {
				t.Fatalf("%q is %q, read again %q", s, v, again)
			}
		}
		if v, ok := CompanyNumber(s); ok && len(v) != 8 {
			t.Fatalf("%q is %q", s, v)
		}
		if v, ok := Postcode(s); ok {
			if again, _ := Postcode(v); again != v {
				t.Fatalf("%q is %q, read again %q", s, v, again)
			}
		}
		for what, fn := range map[string]func(string) string{"heading": NormaliseHeader, "name": NameKey} {
			if v := fn(s); fn(v) != v {
				t.Fatalf("%s %q is %q, read again %q", what, s, v, fn(v))
			}
		}
		Boolean(s)
		ID(s)
		if ValueClass(s) == "" {
			t.Fatalf("%q has no class", s)
		}
	})
}
