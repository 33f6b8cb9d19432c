package decode

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// cellXML is one header and one row with the cell under test in the middle.
func odsOneCell(cell string) []byte {
	return odsFile(odsContent(odsRow("Before", "Cell", "After") + `<table:table-row>` +
		`<table:table-cell office:value-type="string"><text:p>a</text:p></table:table-cell>` + cell +
		`<table:table-cell office:value-type="string"><text:p>z</text:p></table:table-cell></table:table-row>`))
}

var cellFields = []Field{{Name: "before", Required: true}, {Name: "cell", Required: true}, {Name: "after", Required: true}}

func TestODSCells(t *testing.T) {
	cell := func(attrs, inside string) string {
		return `<table:table-cell ` + attrs + `>` + inside + `</table:table-cell>`
	}
	tests := []struct{ name, xml, want string }{
		{"text", cell(`office:value-type="string"`, `<text:p>Larkshire</text:p>`), "Larkshire"},
		{"entities", cell(`office:value-type="string"`, `<text:p>A &amp; B &lt;c&gt; &#163;5</text:p>`), "A & B <c> £5"},
		{"paragraphs", cell(`office:value-type="string"`, `<text:p>one</text:p><text:p>two</text:p><text:p/><text:p>four</text:p>`), "one\ntwo\n\nfour"},
		{"spans", cell(`office:value-type="string"`, `<text:p>a <text:span>b</text:span><text:a>c</text:a></text:p>`), "a bc"},
		{"spaces", cell(`office:value-type="string"`, "<text:p>  a \n  b<text:s text:c=\"2\"/>c<text:s/>d<text:tab/>e<text:line-break/>f </text:p>"), "a b  c d\te\nf "},
		{"between paragraphs", cell(`office:value-type="string"`, "\n  <text:p>a</text:p>\n  "), "a"},
		{"cdata", cell(`office:value-type="string"`, `<text:p><![CDATA[<b>&]]></text:p>`), "<b>&"},
		{"comment of a person", cell(`office:value-type="string"`, `<office:annotation><dc:creator>x</dc:creator><text:p>secret</text:p></office:annotation><text:p>a</text:p>`), "a"},
		{"comment of the file", cell(`office:value-type="string"`, `<!-- x --><text:p>a<!-- y -->b</text:p>`), "ab"},
		{"drawing", cell(`office:value-type="string"`, `<text:p>a</text:p><draw:frame><draw:text-box><text:p>drawn</text:p></draw:text-box></draw:frame>`), "a"},
		{"table inside", cell(`office:value-type="string"`, `<text:p>a</text:p><table:table><table:table-row><table:table-cell><text:p>inner</text:p></table:table-cell></table:table-row></table:table>`), "a"},
		{"float", cell(`office:value-type="float" office:value="1496.5"`, `<text:p>£1,496.50</text:p>`), "1496.5"},
		{"binary noise", cell(`office:value-type="float" office:value="0.30000000000000004"`, `<text:p>0.3</text:p>`), "0.3"},
		{"reference with zeros", cell(`office:value-type="float" office:value="3175855"`, `<text:p>03175855</text:p>`), "03175855"},
		{"currency", cell(`office:value-type="currency" office:currency="GBP" office:value="12"`, `<text:p>£12.00</text:p>`), "12"},
		{"percentage", cell(`office:value-type="percentage" office:value="0.125"`, `<text:p>12.5%</text:p>`), "0.125"},
		{"date", cell(`office:value-type="date" office:date-value="2026-03-14"`, `<text:p>03/14/26</text:p>`), "2026-03-14"},
		{"date at midnight", cell(`office:value-type="date" office:date-value="2026-03-14T00:00:00"`, `<text:p>x</text:p>`), "2026-03-14"},
		{"date and time", cell(`office:value-type="date" office:date-value="2026-03-14T10:22:00"`, `<text:p>x</text:p>`), "2026-03-14T10:22:00"},
		{"time", cell(`office:value-type="time" office:time-value="PT10H22M00S"`, `<text:p>10:22</text:p>`), "10:22"},
		{"boolean", cell(`office:value-type="boolean" office:boolean-value="true"`, `<text:p>Yes</text:p>`), "TRUE"},
		{"formula", cell(`table:formula="of:=1+1" office:value-type="float" office:value="2"`, `<text:p>2</text:p>`), "2"},
		{"formula text", cell(`table:formula="x" office:value-type="string" office:string-value="kept"`, `<text:p>shown</text:p>`), "kept"},
		{"error", cell(`office:value-type="string" office:string-value="" calcext:value-type="error"`, `<text:p>#N/A</text:p>`), "#N/A"},
		{"error as a number", cell(`office:value-type="float" office:value="0"`, `<text:p>#DIV/0!</text:p>`), "#DIV/0!"},
		{"no type", cell(``, `<text:p>a</text:p>`), "a"},
		{"blank", `<table:table-cell/>`, ""},
		{"covered", `<table:covered-table-cell office:value-type="string"><text:p>hidden</text:p></table:covered-table-cell>`, ""},
		{"right to left", cell(`office:value-type="string"`, `<text:p>שלום</text:p>`), "שלום"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, problems, _, err := readAll("x.ods", odsOneCell(tt.xml), Options{Fields: cellFields})
			if err != nil || len(problems) > 0 {
				t.Fatalf("problems %v, %v", problems, err)
			}
			if want := [][]string{{"a", tt.want, "z"}}; !reflect.DeepEqual(rows, want) {
				t.Errorf("got %q, want %q", rows, want)
			}
		})
	}
}

func TestODSSpoiledCells(t *testing.T) {
	tests := []struct{ name, xml, code string }{
		{"number without one", `<table:table-cell office:value-type="float" office:value="x"><text:p>5</text:p></table:table-cell>`, CodeBadNumber},
		{"too long", `<table:table-cell office:value-type="string"><text:p>` + strings.Repeat("x", 101) + `</text:p></table:table-cell>`, CodeTooLong},
		{"too long in pieces", `<table:table-cell office:value-type="string">` + strings.Repeat(`<text:p>xxxxxxxxxx</text:p>`, 11) + `</table:table-cell>`, CodeTooLong},
		{"spaces without end", `<table:table-cell office:value-type="string"><text:p><text:s text:c="2000000000"/></text:p></table:table-cell>`, CodeTooLong},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			rows, problems, _, err := readAll("x.ods", odsOneCell(tt.xml), Options{Fields: cellFields, Limits: Limits{FieldBytes: 100}})
			if err != nil || len(rows) > 0 || len(problems) != 1 || problems[0].Code != tt.code || problems[0].Column != "Cell" || problems[0].Row != 1 {
				t.Errorf("got rows %q, problems %+v, %v", rows, problems, err)
			}
		})
	}
}

func TestODSRowsAndSheets(t *testing.T) {
	repeat := func(n int, xml string) string {
		return strings.Replace(xml, "<table:table-row", fmt.Sprintf(`<table:table-row table:number-rows-repeated="%d"`, n), 1)
	}
	blanks := `<table:table-cell table:number-columns-repeated="16384"/>`
	head := odsRow("Reference", "Amount")
	sheet := func(name, rows string) string {
		return `<table:table table:name="` + name + `">` + rows + `</table:table>`
	}
	tests := []struct {
		name, content string
		opts          Options
		rows          [][]string
		sheet         string
		last          int64
	}{
		{name: "million blank rows", content: odsContent(head + odsRow("A1", "5") + repeat(1_000_000, `<table:table-row>`+blanks+`</table:table-row>`) + odsRow("A2", "6")),
			rows: [][]string{{"A1", "5"}, {"A2", "6"}}, sheet: "Locations", last: 1_000_002},
		{name: "repeated row", content: odsContent(head + repeat(3, odsRow("A1", "5"))), rows: [][]string{{"A1", "5"}, {"A1", "5"}, {"A1", "5"}}, sheet: "Locations", last: 3},
		{name: "repeated cell", content: odsContent(head + `<table:table-row><table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="2"/>` + blanks + `</table:table-row>`),
			rows: [][]string{{"7", "7"}}, sheet: "Locations", last: 1},
		{name: "short row", content: odsContent(head + odsRow("A1")), rows: [][]string{{"A1", ""}}, sheet: "Locations", last: 1},
		{name: "groups and headings", content: odsContent(`<table:table-column/><table:table-header-rows>` + head + `</table:table-header-rows><table:table-row-group><table:table-row-group>` + odsRow("A1", "5") + `</table:table-row-group></table:table-row-group>`),
			rows: [][]string{{"A1", "5"}}, sheet: "Locations", last: 1},
		{name: "read me first", content: odsHead + `<table:tracked-changes><table:table name="no"/></table:tracked-changes>` + sheet("README", odsRow("Source: CQC database as at 01 September 2026")) + sheet("Locations", head+odsRow("A1", "5")) + odsTail,
			rows: [][]string{{"A1", "5"}}, sheet: "Locations", last: 1},
		{name: "by name", content: odsHead + sheet("Providers", head+odsRow("P1", "1")) + sheet("Locations", head+odsRow("A1", "5")) + odsTail, opts: Options{Sheets: []string{"LOCATIONS"}},
			rows: [][]string{{"A1", "5"}}, sheet: "Locations", last: 1},
		{name: "first with the header", content: odsHead + sheet("Other", odsRow("x", "y")) + sheet("Providers", head+odsRow("P1", "1")) + sheet("Locations", head+odsRow("A1", "5")) + odsTail,
			rows: [][]string{{"P1", "1"}}, sheet: "Providers", last: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.opts.Fields = twoFields
			rows, problems, table, err := readAll("x.ods", odsFile(tt.content), tt.opts)
			if err != nil || len(problems) > 0 || !reflect.DeepEqual(rows, tt.rows) || table.Sheet != tt.sheet || table.no != tt.last {
				t.Errorf("got %q on %q up to row %d, problems %v, %v", rows, table.Sheet, table.no, problems, err)
			}
		})
	}
}

// The date that the data was taken stands on a sheet of its own, however far down, and whether or not the table's sheet is named.
func TestODSKeepsWhatOtherSheetsSay(t *testing.T) {
	readme := strings.Repeat(odsRow("Please read"), 60) + odsRow("Source: CQC database as at 01 September 2026")
	content := odsHead + `<table:table table:name="README">` + readme + `</table:table><table:table table:name="Locations">` + odsRow("Reference", "Amount") + odsRow("A1", "5") + `</table:table>` + odsTail
	for _, sheets := range [][]string{nil, {"Locations"}} {
		_, _, table, err := readAll("x.ods", odsFile(content), Options{Fields: twoFields, Sheets: sheets})
		if err != nil {
			t.Fatal(err)
		}
		if d, ok := AsAt(table.Preamble); !ok || d.Format("2006-01-02") != "2026-09-01" {
			t.Errorf("the preamble of %d lines tells no date", len(table.Preamble))
		}
	}
}

func TestODSRefused(t *testing.T) {
	head := odsRow("Reference", "Amount")
	many := `<table:table-row table:number-rows-repeated="%s"><table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="2"/></table:table-row>`
	tests := []struct {
		name, content, code string
		says                []string
	}{
		{"cut short", odsContent(head + odsRow("A1", "5"))[:900], CodeTruncated, []string{"damaged or cut short"}},
		{"tags crossed", odsContent(head + `<table:table-row><table:table-cell></table:table-row></table:table-cell>`), CodeTruncated, []string{"damaged"}},
		{"row repeated without end", odsContent(head + fmt.Sprintf(many, "1048576")), CodeTooLong, []string{"repeats itself more than 10000 times"}},
		{"repeated no times", odsContent(head + fmt.Sprintf(many, "0")), CodeOther, []string{"no number"}},
		{"repeated a word", odsContent(head + fmt.Sprintf(many, "x")), CodeOther, []string{"no number"}},
		{"entities", strings.Replace(odsContent(head), `<office:document-content`, `<!DOCTYPE x [<!ENTITY a "b">]><office:document-content`, 1), CodeOther, []string{"document type declaration"}},
		{"unknown entity", odsContent(head + odsRow("&secret;")), CodeTruncated, []string{"damaged"}},
		{"nested without end", odsContent(head + `<table:table-row>` + strings.Repeat("<x>", 200)), CodeOther, []string{"nested more than 128 deep"}},
		{"long attribute", odsContent(head + `<table:table-row x="` + strings.Repeat("y", 2*mib) + `"/>`), CodeTooLong, []string{"one piece of the XML"}},
		{"long text", odsContent(head + odsRow(strings.Repeat("y", 2*mib))), CodeTooLong, []string{"one piece of the XML"}},
		{"not XML", "hello", CodeTruncated, []string{"no sheets"}},
		{"other encoding", strings.Replace(odsContent(head), `UTF-8`, `ISO-8859-1`, 1), CodeTruncated, []string{"damaged"}},
		{"control character", odsContent(head + odsRow("a\x01b")), CodeTruncated, []string{"damaged"}},
		{"no sheets", odsHead + odsTail, CodeTruncated, []string{"no sheets"}},
		{"empty sheet", odsContent(""), CodeTruncated, []string{"nothing on sheet \"Locations\" but blank rows"}},
		{"no such header", odsContent(odsRow("x", "y")), CodeBadHeader, []string{"no header row", "of sheet \"Locations\""}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, _, _, err := readAll("x.ods", odsFile(tt.content), Options{Fields: twoFields})
			wantError(t, err, tt.code, append(tt.says, "x.ods: ")...)
		})
	}
	_, _, _, err := readAll("x.ods", odsFile(odsContent(head)), Options{Fields: twoFields, Sheets: []string{"Places"}})
	wantError(t, err, CodeBadHeader, `no sheet called "Places"; the sheets are "Locations"`)

	_, _, _, err = readAll("x.ods", zipOf(part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}), Options{Fields: twoFields})
	wantError(t, err, CodeTruncated, "no content.xml")

	locked := zipOf(part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, part{"content.xml", "\x12\x34"},
		part{"META-INF/manifest.xml", `<manifest><file-entry><encryption-data/></file-entry></manifest>`})
	_, _, _, err = readAll("x.ods", locked, Options{Fields: twoFields})
	wantError(t, err, CodeWrongType, "protected by a password")
}
