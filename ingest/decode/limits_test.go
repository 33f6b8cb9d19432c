package decode

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// Every limit has a file that just fits it and one that does not: the cap fires where it says, and not before.
func TestEveryLimitFires(t *testing.T) {
	ods := func(rows string) []byte { return odsFile(odsContent(odsRow("Reference", "Amount") + rows)) }
	xlsx := func(shared string) []byte {
		return xlsxParts{sheet: xlsxSheetOf(xlsxHeader), strings: `<sst><si><t>Reference</t></si><si><t>Amount</t></si>` + shared + `</sst>`}.file()
	}
	sheets := func(n int) []byte {
		content := odsHead
		for i := range n - 1 {
			content += fmt.Sprintf(`<table:table table:name="%d"/>`, i)
		}
		return odsFile(content + `<table:table table:name="x">` + odsRow("Reference", "Amount") + `</table:table>` + odsTail)
	}
	tests := map[string]struct {
		limits     Limits
		name       string
		fits, over []byte
		spoils     string // code of the row that is refused instead of the file
	}{
		"FileBytes":     {Limits{FileBytes: 20}, "a.csv", []byte(header + "A,5"), []byte(header + "A1,5"), ""},
		"UnpackedBytes": {Limits{UnpackedBytes: 40}, "a.zip", zipOf(part{"a.csv", header + "A,5"}, part{"b.csv", header + "A,5"}), zipOf(part{"a.csv", header + "A,5"}, part{"b.csv", header + "A1,5"}), ""},
		"EntryBytes":    {Limits{EntryBytes: 20}, "a.csv.gz", gzipOf([]byte(header + "A,5")), gzipOf([]byte(header + "A1,5")), ""},
		"Entries":       {Limits{Entries: 1}, "a.zip", zipOf(part{"a.csv", header}), zipOf(part{"a.csv", header}, part{"b.csv", header}), ""},
		"Rows":          {Limits{Rows: 3}, "a.csv", []byte(header + "A,5\nB,6\n"), []byte(header + "A,5\nB,6\nC,7\n"), ""},
		"Columns":       {Limits{Columns: 3}, "a.csv", []byte("Reference,Amount,x\nA,5,6\n"), []byte("Reference,Amount,x,y\nA,5,6,7\n"), ""},
		"FieldBytes":    {Limits{FieldBytes: 10}, "a.csv", []byte(header + "abcdefghij,5\n"), []byte(header + "abcdefghijk,5\n"), CodeTooLong},
		"RowBytes":      {Limits{RowBytes: 20}, "a.csv", []byte(header + "abcdefghijklmnopqr,5\n"), []byte(header + "abcdefghijklmnopqrstu,5\n"), ""},
		"HeaderRows":    {Limits{HeaderRows: 2}, "a.csv", []byte("title\n" + header), []byte("title\nsubtitle\n" + header), ""},
		"Sheets":        {Limits{Sheets: 2}, "a.ods", sheets(2), sheets(3), ""},
		"RepeatedRows": {Limits{RepeatedRows: 2}, "a.ods", ods(`<table:table-row table:number-rows-repeated="2"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>`),
			ods(`<table:table-row table:number-rows-repeated="3"><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>`), ""},
		"StringBytes":   {Limits{StringBytes: 20}, "a.xlsx", xlsx("<si><t>abcde</t></si>"), xlsx("<si><t>abcdef</t></si>"), ""},
		"Strings":       {Limits{Strings: 3}, "a.xlsx", xlsx("<si/>"), xlsx("<si/><si/>"), ""},
		"XMLDepth":      {Limits{XMLDepth: 9}, "a.ods", ods(`<table:table-row><table:table-cell><text:p><x><x/></x></text:p></table:table-cell></table:table-row>`), ods(`<table:table-row><table:table-cell><text:p><x><x><x/></x></x></text:p></table:table-cell></table:table-row>`), ""},
		"XMLTokenBytes": {Limits{XMLTokenBytes: xmlBuffer}, "a.ods", ods(`<x a="` + strings.Repeat("y", xmlBuffer/2) + `"/>`), ods(`<x a="` + strings.Repeat("y", xmlBuffer) + `"/>`), ""},
	}
	for i := range reflect.TypeFor[Limits]().NumField() {
		field := reflect.TypeFor[Limits]().Field(i).Name
		tt, ok := tests[field]
		if !ok {
			t.Errorf("no test shows that the limit %s fires", field)
			continue
		}
		t.Run(field, func(t *testing.T) {
			read := func(data []byte) (problems []Problem, err error) {
				err = Walk(tt.name, bytes.NewReader(data), int64(len(data)), tt.limits, func(e Entry) error {
					table, err := Open(e.Name, e.Body, e.Size, Options{Fields: twoFields, Limits: tt.limits})
					if err != nil {
						return err
					}
					return table.Each(func(r Row) error {
						if r.Problem != nil {
							problems = append(problems, *r.Problem)
						}
						return nil
					})
				})
				return problems, err
			}
			if problems, err := read(tt.fits); err != nil || len(problems) > 0 {
				t.Errorf("what fits was refused: %v, %v", problems, err)
			}
			problems, err := read(tt.over)
			if tt.spoils != "" {
				if err != nil || len(problems) != 1 || problems[0].Code != tt.spoils {
					t.Errorf("got problems %v, %v", problems, err)
				}
				return
			}
			if err == nil {
				t.Error("what does not fit was accepted")
			}
			checkRefusal(t, err)
		})
	}
}

func TestDefaultLimits(t *testing.T) {
	v := reflect.ValueOf(DefaultLimits())
	for i := range v.NumField() {
		if v.Field(i).Int() <= 0 {
			t.Errorf("the default of %s is %d", v.Type().Field(i).Name, v.Field(i).Int())
		}
	}
	if got := (Limits{Rows: 7, Columns: -1}).orDefaults(); got.Rows != 7 || got.Columns != DefaultLimits().Columns {
		t.Errorf("got %+v", got)
	}
}
