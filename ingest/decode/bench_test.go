package decode

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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

// BenchmarkODSMillion reads a workbook of a million rows, about 700 MB of XML, from a file, and says the most memory the process held.
func BenchmarkODSMillion(b *testing.B) {
	const rows = 1_000_000
	path := filepath.Join(b.TempDir(), "million.ods")
	writeMillion(b, path, rows)
	f, err := os.Open(path)
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		table, err := Open("million.ods", f, info.Size(), Options{Fields: twoFields})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		if err := table.Each(func(Row) error { n++; return nil }); err != nil || n != rows {
			b.Fatal(n, err)
		}
		table.Close()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	if status, err := os.ReadFile("/proc/self/status"); err == nil {
		for line := range strings.Lines(string(status)) {
			var kb int64
			if _, err := fmt.Sscanf(line, "VmHWM: %d kB", &kb); err == nil {
				b.ReportMetric(float64(kb)/1024, "MiB-peak")
			}
		}
	}
}

// writeMillion writes the workbook straight to disk, so that what is measured is reading.
func writeMillion(b *testing.B, path string, rows int) {
	b.Helper()
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	kind, err := z.Create("mimetype")
	if err == nil {
		_, err = io.WriteString(kind, "application/vnd.oasis.opendocument.spreadsheet")
	}
	if err != nil {
		b.Fatal(err)
	}
	content, err := z.Create("content.xml")
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(content, 1<<20)
	w.WriteString(odsHead + `<table:table table:name="Locations">` + odsRow("reference", "amount", "name", "town", "opened"))
	for i := range rows {
		n := fmt.Sprint(i)
		w.WriteString(odsRow("R-"+n, n, "Service number "+n, "Larkmouth", "2026-03-14"))
	}
	w.WriteString(`</table:table>` + odsTail)
	if err := errors.Join(w.Flush(), z.Close(), f.Close()); err != nil {
		b.Fatal(err)
	}
}
