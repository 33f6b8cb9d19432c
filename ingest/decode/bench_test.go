package decode

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

const benchRows = 20_000

func benchCSV(quoted bool) []byte {
	var b strings.Builder
	b.WriteString("reference,amount")
	for i := range 13 {
		fmt.Fprintf(&b, ",field_%d", i)
	}
	b.WriteByte('\n')
	mark := ""
	if quoted {
		mark = `"`
	}
	for i := range benchRows {
		for j := range 15 {
			if j > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%svalue %d of %d%s", mark, j, i, mark)
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

func benchTable(b *testing.B, name string, data []byte, size int64) {
	b.Helper()
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		table, err := Open(name, bytes.NewReader(data), int64(len(data)), Options{Fields: twoFields})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		if err := table.Each(func(Row) error { n++; return nil }); err != nil || n != benchRows {
			b.Fatal(n, err)
		}
		table.Close()
	}
	b.ReportMetric(float64(benchRows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

func BenchmarkCSV(b *testing.B) {
	for _, quoted := range []bool{false, true} {
		data := benchCSV(quoted)
		b.Run(fmt.Sprintf("quoted=%v", quoted), func(b *testing.B) { benchTable(b, "a.csv", data, int64(len(data))) })
	}
}

// BenchmarkCSVLibrary is what the standard library takes for the same, without checking the text.
func BenchmarkCSVLibrary(b *testing.B) {
	data := string(benchCSV(false))
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if rows, err := standard(data, ','); err != nil || len(rows) != benchRows+1 {
			b.Fatal(err)
		}
	}
}

func BenchmarkODS(b *testing.B) {
	var rows strings.Builder
	cells := []string{"reference", "amount"}
	for i := range 13 {
		cells = append(cells, fmt.Sprintf("field %d", i))
	}
	rows.WriteString(odsRow(cells...))
	for i := range benchRows {
		for j := range cells {
			cells[j] = fmt.Sprintf("value %d of %d", j, i)
		}
		rows.WriteString(odsRow(cells...))
	}
	content := odsContent(rows.String())
	benchTable(b, "a.ods", odsFile(content), int64(len(content)))
}

func BenchmarkXLSX(b *testing.B) {
	var rows strings.Builder
	rows.WriteString(xlsxHeader)
	for i := range benchRows {
		fmt.Fprintf(&rows, `<row r="%d">`, i+2)
		for j := range 2 {
			fmt.Fprintf(&rows, `<c r="%c%d" s="1"><v>%d.5</v></c>`, 'A'+j, i+2, 40_000+i)
		}
		rows.WriteString(`</row>`)
	}
	sheet := xlsxSheetOf(rows.String())
	benchTable(b, "a.xlsx", xlsxParts{sheet: sheet}.file(), int64(len(sheet)))
}

func BenchmarkDate(b *testing.B) {
	d := DateReader{Order: DayFirst}
	for _, s := range []string{"2026-03-14", "14/03/2026", "01/Jan/2024 - 00:00", "46095"} {
		b.Run(strings.ReplaceAll(s, "/", "_"), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, _, err := d.Date(s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkAmount(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Amount("£1,496.00"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNormaliseHeader(b *testing.B) {
	for b.Loop() {
		NormaliseHeader("Location Primary Inspection Category")
	}
}
