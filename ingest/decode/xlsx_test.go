package decode

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

func TestXLSXCells(t *testing.T) {
	tests := []struct{ name, xml, want string }{
		{"shared text", `<c r="B2" t="s"><v>0</v></c>`, "Reference"},
		{"shared text with escapes", `<c r="B2" t="s"><v>2</v></c>`, "one\ntwo"},
		{"shared rich text", `<c r="B2" t="s"><v>3</v></c>`, "bold plain"},
		{"inline text", `<c r="B2" t="inlineStr"><is><t>A &amp; B</t></is></c>`, "A & B"},
		{"inline rich text", `<c r="B2" t="inlineStr"><is><r><rPr><b/></rPr><t>a</t></r><r><t> b</t></r><rPh><t>no</t></rPh></is></c>`, "a b"},
		{"number", `<c r="B2"><v>1496.5</v></c>`, "1496.5"},
		{"binary noise", `<c r="B2"><v>0.30000000000000004</v></c>`, "0.3"},
		{"exponent", `<c r="B2"><v>1.5E-2</v></c>`, "0.015"},
		{"long number", `<c r="B2"><v>123456789012345678</v></c>`, "1.23456789012346E+17"},
		{"date", `<c r="B2" s="1"><v>46095</v></c>`, "2026-03-14"},
		{"date by its code", `<c r="B2" s="2"><v>46095</v></c>`, "2026-03-14"},
		{"date with a time", `<c r="B2" s="4"><v>46095.4319444444</v></c>`, "2026-03-14T10:22:00"},
		{"date format, time kept", `<c r="B2" s="1"><v>46095.5</v></c>`, "2026-03-14T12:00:00"},
		{"time", `<c r="B2" s="5"><v>0.4319444444</v></c>`, "10:22:00"},
		{"first days of the epoch", `<c r="B2" s="1"><v>59</v></c>`, "1900-02-28"},
		{"the day that never was", `<c r="B2" s="1"><v>60</v></c>`, "60"},
		{"the day after", `<c r="B2" s="1"><v>61</v></c>`, "1900-03-01"},
		{"date before all dates", `<c r="B2" s="1"><v>-5</v></c>`, "-5"},
		{"reference with zeros", `<c r="B2" s="3"><v>3175855</v></c>`, "03175855"},
		{"true", `<c r="B2" t="b"><v>1</v></c>`, "TRUE"},
		{"false", `<c r="B2" t="b"><v>0</v></c>`, "FALSE"},
		{"error", `<c r="B2" t="e"><v>#N/A</v></c>`, "#N/A"},
		{"ISO date", `<c r="B2" t="d"><v>2026-03-14</v></c>`, "2026-03-14"},
		{"formula", `<c r="B2"><f>1+1</f><v>2</v></c>`, "2"},
		{"formula text", `<c r="B2" t="str"><f>A1</f><v>x</v></c>`, "x"},
		{"formula of nothing", `<c r="B2" t="str"><f>A1</f><v></v></c>`, ""},
		{"formula with a link", `<c r="B2" t="str"><f>HYPERLINK("http://example.invalid/","x")</f><v>x</v></c>`, "x"},
		{"blank", `<c r="B2" s="1"/>`, ""},
		{"left out", ``, ""},
		{"unknown style", `<c r="B2" s="999"><v>46095</v></c>`, "46095"},
	}
	shared := `<sst` + nsMain + `><si><t>Reference</t></si><si><t>Amount</t></si><si><t>one_x000D_` + "\n" + `two</t></si>` +
		`<si><r><rPr><b/></rPr><t>bold</t></r><r><t xml:space="preserve"> plain</t></r><rPh><t>no</t></rPh></si></sst>`
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			sheet := xlsxSheetOf(`<row r="1"><c r="A1" t="inlineStr"><is><t>Before</t></is></c><c r="B1" t="inlineStr"><is><t>Cell</t></is></c><c r="C1" t="inlineStr"><is><t>After</t></is></c></row>` +
				`<row r="2"><c r="A2"><v>1</v></c>` + tt.xml + `<c r="C2"><v>3</v></c></row>`)
			rows, problems, _, err := readAll("x.xlsx", xlsxParts{sheet: sheet, strings: shared}.file(), Options{Fields: cellFields})
			if err != nil || len(problems) > 0 {
				t.Fatalf("problems %v, %v", problems, err)
			}
			if want := [][]string{{"1", tt.want, "3"}}; !reflect.DeepEqual(rows, want) {
				t.Errorf("got %q, want %q", rows, want)
			}
		})
	}
}

func TestXLSXSpoiledCells(t *testing.T) {
	tests := []struct{ name, xml, code string }{
		{"formula never worked out", `<c r="B2"><f>A1</f></c>`, CodeMissingValue},
		{"formula with an empty result", `<c r="B2"><f>A1</f><v/></c>`, CodeMissingValue},
		{"number without one", `<c r="B2"><v>x</v></c>`, CodeBadNumber},
		{"neither true nor false", `<c r="B2" t="b"><v>7</v></c>`, CodeWrongType},
		{"unknown kind", `<c r="B2" t="zz"><v>7</v></c>`, CodeWrongType},
		{"control character", `<c r="B2" t="str"><v>a_x0007_b</v></c>`, CodeBadEncoding},
		{"too long", `<c r="B2" t="str"><v>` + strings.Repeat("x", 101) + `</v></c>`, CodeTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := xlsxParts{sheet: xlsxSheetOf(xlsxHeader + `<row r="2">` + tt.xml + `</row><row r="3"><c r="A3"><v>1</v></c></row>`)}.file()
			rows, problems, _, err := readAll("x.xlsx", file, Options{Fields: twoFields, Limits: Limits{FieldBytes: 100}})
			if err != nil || len(rows) != 1 || len(problems) != 1 || problems[0].Code != tt.code || problems[0].Column != "Amount" || problems[0].Row != 1 {
				t.Errorf("got rows %q, problems %+v, %v", rows, problems, err)
			}
		})
	}
}

func TestXLSXRefused(t *testing.T) {
	whole := xlsxSheetOf(xlsxHeader + `<row r="2"><c r="A2"><v>1</v></c><c r="B2"><v>2</v></c></row>`)
	rows := func(r string) xlsxParts { return xlsxParts{sheet: xlsxSheetOf(xlsxHeader + r)} }
	tests := []struct {
		name string
		file xlsxParts
		code string
		says string
	}{
		{"sheet cut short", xlsxParts{sheet: whole[:len(whole)-40]}, CodeTruncated, "damaged or cut short"},
		{"cut between rows", xlsxParts{sheet: strings.TrimSuffix(whole, "</sheetData></worksheet>")}, CodeTruncated, "damaged or cut short"},
		{"text that is not there", rows(`<row r="2"><c r="A2" t="s"><v>9</v></c></row>`), CodeTruncated, "points to a text"},
		{"text before the first", rows(`<row r="2"><c r="A2" t="s"><v>-1</v></c></row>`), CodeTruncated, "points to a text"},
		{"rows out of order", rows(`<row r="5"/><row r="4"/>`), CodeOther, "out of order after row 5"},
		{"a row twice", rows(`<row r="2"/><row r="2"/>`), CodeOther, "out of order"},
		{"a row past the last", rows(`<row r="9999999"/>`), CodeOther, "out of order"},
		{"cells out of order", rows(`<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>`), CodeOther, "out of order"},
		{"a cell nowhere", rows(`<row r="2"><c r="ZZZZ2"><v>1</v></c></row>`), CodeOther, "out of order"},
		{"a column past the last", rows(`<row r="2"><c r="ZZZ2"><v>1</v></c></row>`), CodeOther, "out of order"},
		{"entities", xlsxParts{sheet: `<!DOCTYPE x [<!ENTITY a "b">]>` + whole}, CodeOther, "document type declaration"},
		{"texts cut short", xlsxParts{sheet: whole, strings: `<sst><si><t>Reference`}, CodeTruncated, "the shared texts is damaged"},
		{"styles cut short", xlsxParts{sheet: whole, styles: `<styleSheet><cellXfs>`}, CodeTruncated, "damaged"},
		{"no sheets", xlsxParts{workbook: `<workbook` + nsMain + `><sheets/></workbook>`}, CodeTruncated, "no sheets"},
		{"sheet not listed", xlsxParts{workbook: `<workbook` + nsMain + `><sheets><sheet name="Data" r:id="rId9"/></sheets></workbook>`}, CodeTruncated, "lists a sheet that is not in the file"},
		{"sheet outside the file", xlsxParts{rels: `<Relationships><Relationship Id="rId1" Type="x/worksheet" TargetMode="External" Target="http://example.invalid/s.xml"/></Relationships>`},
			CodeTruncated, "lists a sheet that is not in the file"},
		{"sheet part missing", xlsxParts{rels: `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="../../nowhere.xml"/></Relationships>`}, CodeTruncated, `sheet "Data" is listed but not in the file`},
		{"texts missing", xlsxParts{sheet: whole, rels: `<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId3" Type="x/sharedStrings" Target="gone.xml"/></Relationships>`},
			CodeTruncated, "lacks its shared texts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, _, err := readAll("x.xlsx", tt.file.file(), Options{Fields: twoFields})
			wantError(t, err, tt.code, "x.xlsx: ", tt.says)
		})
	}
}

func TestXLSXSheets(t *testing.T) {
	const rel = `<Relationship Id="rId%d" Type="http://purl.oclc.org/ooxml/officeDocument/relationships/%s" Target="%s"/>`
	sheet := func(a string) string {
		return xlsxSheetOf(`<row><c t="inlineStr"><is><t>Reference</t></is></c><c t="inlineStr"><is><t>Amount</t></is></c></row><row/><row><c t="inlineStr"><is><t>` + a + `</t></is></c><c><v>5</v></c></row>`)
	}
	book := xlsxParts{
		workbook: `<workbook` + nsMain + `><workbookPr date1904="true"/><sheets><sheet name="Lists" state="veryHidden" r:id="rId1"/><sheet name="Chart" r:id="rId2"/><sheet name="Read me" r:id="rId3"/><sheet name="March 2026" r:id="rId4"/></sheets></workbook>`,
		rels: `<Relationships>` + fmt.Sprintf(rel, 1, "worksheet", "worksheets/a.xml") + fmt.Sprintf(rel, 2, "chartsheet", "chartsheets/b.xml") +
			fmt.Sprintf(rel, 3, "worksheet", "/xl/worksheets/c.xml") + fmt.Sprintf(rel, 4, "worksheet", "worksheets/d.xml") + `</Relationships>`,
		more: []part{{"xl/worksheets/a.xml", sheet("hidden")}, {"xl/worksheets/c.xml", `<worksheet/>`}, {"xl/worksheets/d.xml", sheet("A1")}, {"xl/vbaProject.bin", "macro"}},
	}.file()
	rows, problems, table, err := readAll("x.xlsm", book, Options{Fields: twoFields})
	if err != nil || problems != nil || !reflect.DeepEqual(rows, [][]string{{"A1", "5"}}) || table.Sheet != "March 2026" || !table.Date1904 || table.no != 2 {
		t.Errorf("got %q on %q, row %d, %v, %v", rows, table.Sheet, table.no, problems, err)
	}
	rows, _, table, err = readAll("x.xlsx", book, Options{Fields: twoFields, Sheets: []string{"gone", "lists"}})
	if err != nil || !reflect.DeepEqual(rows, [][]string{{"hidden", "5"}}) || table.Sheet != "Lists" {
		t.Errorf("got %q on %q, %v", rows, table.Sheet, err)
	}
}

func TestNumberFormats(t *testing.T) {
	tests := []struct {
		id   int
		code string
		want cellStyle
	}{
		{0, "", cellStyle{}}, {14, "", cellStyle{date: true}}, {20, "", cellStyle{clock: true}}, {22, "", cellStyle{date: true, clock: true}}, {57, "", cellStyle{date: true}},
		{164, "General", cellStyle{}}, {164, "dd/mm/yyyy", cellStyle{date: true}}, {164, `[$-809]dd\ mmmm\ yyyy;@`, cellStyle{date: true}},
		{164, `d"day" mmm`, cellStyle{date: true}}, {164, "mmm", cellStyle{date: true}}, {164, "yyyy-mm-dd hh:mm:ss", cellStyle{date: true, clock: true}},
		{164, "hh:mm", cellStyle{clock: true}}, {164, "[h]:mm:ss", cellStyle{clock: true}}, {164, "mm:ss", cellStyle{clock: true}},
		{164, `_-£* #,##0.00_-;\-£* #,##0.00_-`, cellStyle{}}, {164, `0.00E+00`, cellStyle{}}, {164, `[Red]0.0`, cellStyle{}}, {164, `0"days"`, cellStyle{}}, {164, `#,##0\d`, cellStyle{}},
		{164, "00000000", cellStyle{zeros: 8}}, {164, "0", cellStyle{}}, {164, "0;dd/mm/yyyy", cellStyle{}}, {164, `"unclosed`, cellStyle{}}, {164, "[unclosed", cellStyle{}},
		{164, strings.Repeat("0", 50), cellStyle{}},
	}
	for _, tt := range tests {
		if got := styleOf(tt.id, tt.code); got != tt.want {
			t.Errorf("styleOf(%d, %q) = %+v, want %+v", tt.id, tt.code, got, tt.want)
		}
	}
}

func TestUnescape(t *testing.T) {
	for in, want := range map[string]string{
		"plain": "plain", "a_x000D_\nb": "a\nb", "_x0041_": "A", "_x005F_x0041_": "_x0041_", "_x": "_x", "_x00": "_x00", "_xzzzz_": "_xzzzz_", "a_x00e9_": "aé", "_xD800_": "_xD800_",
	} {
		if got := unescape(in); got != want {
			t.Errorf("unescape(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestColumnOf(t *testing.T) {
	for in, want := range map[string]int{"A1": 0, "Z9": 25, "AA10": 26, "XFD1048576": 16383} {
		if got, ok := columnOf(in); got != want || !ok {
			t.Errorf("columnOf(%q) = %d, %v", in, got, ok)
		}
	}
	for _, in := range []string{"", "1", "A", "a1", "AAAA1", "XFE1", "A-1", "A1B"} {
		if got, ok := columnOf(in); ok {
			t.Errorf("columnOf(%q) = %d", in, got)
		}
	}
}

// A workbook written by another program is read back cell for cell, in both epochs.
func TestXLSXReadsBackWhatIsWritten(t *testing.T) {
	for _, date1904 := range []bool{false, true} {
		f := excelize.NewFile()
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &date1904}); err != nil {
			t.Fatal(err)
		}
		f.SetCellValue("Sheet1", "A1", "Complaints, March 2026")
		f.SetSheetRow("Sheet1", "A3", &[]any{"Reference", "Received", "Flag", "Amount", "Note"})
		want := [][]string{}
		for i := range 500 {
			when := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i)
			f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", 5+i), &[]any{fmt.Sprintf("%04d", i), when, i%2 == 0, float64(i) / 10, "line\n" + strings.Repeat("é", i%7)})
			want = append(want, []string{fmt.Sprintf("%04d", i), when.Format("2006-01-02"), strings.ToUpper(fmt.Sprint(i%2 == 0)),
				strings.TrimSuffix(fmt.Sprintf("%d.%d", i/10, i%10), ".0"), "line\n" + strings.Repeat("é", i%7)})
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		rows, problems, table, err := readAll("x.xlsx", b.Bytes(), Options{Fields: []Field{{Name: "reference"}, {Name: "received"}}})
		if err != nil || problems != nil {
			t.Fatalf("problems %v, %v", problems, err)
		}
		if !reflect.DeepEqual(rows, want) || table.Date1904 != date1904 || table.HeaderLine != 3 {
			t.Errorf("1904 %v: got %d rows from %q, header on %d", date1904, len(rows), rows[0], table.HeaderLine)
		}
	}
}

func TestXLSXPassword(t *testing.T) {
	f := excelize.NewFile()
	var b bytes.Buffer
	if err := f.Write(&b, excelize.Options{Password: "larkshire"}); err != nil {
		t.Fatal(err)
	}
	_, _, _, err := readAll("x.xlsx", b.Bytes(), Options{})
	wantError(t, err, CodeWrongType, "protected by a password", "Save it without a password")
}
