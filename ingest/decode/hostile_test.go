package decode

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// hostileCase is one file of the corpus: it is read exactly (rows, with spoiled ones counted apart) or refused with a reason.
type hostileCase struct {
	name    string
	file    string
	data    func() []byte
	rows    [][]string // nil with count set means that only the count is compared
	count   int
	spoiled []string // codes of the rows that are refused
	refused string   // code
	says    string
	opts    Options
	large   bool // left out by -short, and no seed for fuzzing
}

func text(s string) func() []byte { return func() []byte { return []byte(s) } }

func sheet(rows string) func() []byte {
	return func() []byte { return xlsxParts{sheet: xlsxSheetOf(xlsxHeader + rows)}.file() }
}

func ods(rows string) func() []byte {
	return func() []byte { return odsFile(odsContent(odsRow("Reference", "Amount") + rows)) }
}

// packed writes a ZIP file whose last entry is unit n times over, without holding it.
func packed(name, head, unit string, n int, tail string, first ...part) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	for _, p := range first {
		w, _ := z.Create(p.name)
		io.WriteString(w, p.body)
	}
	w, _ := z.Create(name)
	io.WriteString(w, head)
	block := strings.Repeat(unit, max(1, 64*kib/len(unit)))
	for left := n; left > 0; left -= len(block) / len(unit) {
		io.WriteString(w, block[:min(left*len(unit), len(block))])
	}
	io.WriteString(w, tail)
	z.Close()
	return b.Bytes()
}

func odsPacked(head, unit string, n int, tail string) func() []byte {
	return func() []byte {
		return packed("content.xml", odsHead+head, unit, n, tail+odsTail, part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"})
	}
}

const header = "Reference,Amount\n"

var hostile = []hostileCase{
	{name: "good file, as a control", file: "a.csv", data: text(header + "A1,5\n"), rows: [][]string{{"A1", "5"}}},

	// Text and its encoding.
	{name: "no bytes", file: "a.csv", data: text(""), refused: CodeTruncated, says: "empty"},
	{name: "only line ends", file: "a.csv", data: text("\r\n\r\n"), refused: CodeTruncated, says: "empty"},
	{name: "bad UTF-8 in one row", file: "a.csv", data: text(header + "A1,\xff\xfe\nA2," + strings.Repeat("é", 30) + "\n"), rows: [][]string{{"A2", strings.Repeat("é", 30)}}, spoiled: []string{CodeBadEncoding}},
	{name: "Windows letters", file: "a.csv", data: text(header + "Caf\xe9,\x80\n"), rows: [][]string{{"Café", "€"}}},
	{name: "two encodings", file: "a.csv", data: text(header + "é,\xe9\n"), refused: CodeBadEncoding, says: "mixes two encodings"},
	{name: "NUL", file: "a.csv", data: text(header + "A1,5\x00\n"), refused: CodeBadEncoding, says: "line 2 holds a NUL"},
	{name: "UTF-16", file: "a.csv", data: text("\xff\xfe" + string(wide(header+"A1,5\n"))), rows: [][]string{{"A1", "5"}}},
	{name: "UTF-16 unmarked", file: "a.csv", data: text(string(wide(header + "A1,5\n"))), rows: [][]string{{"A1", "5"}}},
	{name: "UTF-16 with half a pair", file: "a.csv", data: text("\xff\xfe" + string(wide(header+"A1,")) + "\x3d\xd8" + string(wide("\nA2,6\n"))), rows: [][]string{{"A2", "6"}}, spoiled: []string{CodeBadEncoding}},
	{name: "UTF-16 cut in a letter", file: "a.csv", data: text("\xff\xfe" + string(wide(header+"A1,5\n")) + "A"), refused: CodeTruncated, says: "middle of a letter"},
	{name: "UTF-16 with a NUL", file: "a.csv", data: text("\xff\xfe" + string(wide(header+"A1,5")) + "\x00\x00"), refused: CodeBadEncoding, says: "NUL"},
	{name: "UTF-32", file: "a.csv", data: text("\xff\xfe\x00\x00R\x00\x00\x00"), refused: CodeBadEncoding, says: "UTF-32"},
	{name: "web page in UTF-16", file: "a.csv", data: text("\xff\xfe" + string(wide("<html><table><tr><td>1"))), refused: CodeWrongType, says: "web page"},
	{name: "declared delimiter in the first line", file: "a.csv", data: text("sep=;\nReference;Amount\nA1;5\n"), rows: [][]string{{"A1", "5"}}, opts: Options{AnyDelimiter: true}},
	{name: "escape sequences of a terminal", file: "a.csv", data: text(header + strings.Repeat("A1,5\n", 50) + "\x1b[2J,6\n"), count: 50, spoiled: []string{CodeBadEncoding}},
	{name: "bytes at random", file: "a.csv", data: func() []byte { return noise(10_000) }, refused: CodeBadEncoding},
	{name: "mark encoded three times", file: "a.csv", data: text(over("\ufeff"+header+"Zoë,5\n", 2, true)), rows: [][]string{{"Zoë", "5"}}},
	{name: "right to left", file: "a.csv", data: text(header + "שלום \u202eevil,5\n"), rows: [][]string{{"שלום \u202eevil", "5"}}},
	{name: "letters that look alike", file: "a.csv", data: text(header + "Аshgrove,5\nAshgrove,6\n"), rows: [][]string{{"Аshgrove", "5"}, {"Ashgrove", "6"}}},
	{name: "heading in letters that look alike", file: "a.csv", data: text("Rеference,Amount\nA1,5\n"), refused: CodeBadHeader},

	// Cells and rows of CSV.
	{name: "quote never closed", file: "a.csv", data: text(header + "A1,\"5\nA2,6\n"), refused: CodeTruncated, says: "line 2 is never closed"},
	{name: "cut in a row with quotes", file: "a.csv", data: text("Reference,Amount,Note\nA1,5,x\n\"A\n2\",6"), refused: CodeTruncated, says: "breaks off after 2 of 3"},
	{name: "text after a quote", file: "a.csv", data: text(header + "\"A\"1,5\n"), refused: CodeShiftedRow, says: "on line 2"},
	{name: "quote in a plain cell", file: "a.csv", data: text(header + "A\"1,5\nA2,6\n"), rows: [][]string{{"A2", "6"}}, spoiled: []string{CodeShiftedRow}},
	{name: "ragged rows", file: "a.csv", data: text(header + "A1\nA2,6\nA3,7,8\n"), rows: [][]string{{"A2", "6"}}, spoiled: []string{CodeShiftedRow, CodeShiftedRow}},
	{name: "ragged rows, refused", file: "a.csv", data: text(header + "A1\nA2,6\n"), opts: Options{RefuseRagged: true}, refused: CodeShiftedRow, says: "row 1"},
	{name: "cell of 50 MiB", large: true, file: "a.csv", data: func() []byte { return []byte(header + "A1," + strings.Repeat("x", 50*mib) + "\n") }, refused: CodeTooLong, says: "row at line 2"},
	{name: "quoted cell of 50 MiB", large: true, file: "a.csv", data: func() []byte { return []byte(header + "A1,\"" + strings.Repeat("x\n", 25*mib) + "\"\n") }, refused: CodeTooLong, says: "probably never closed"},
	{name: "100,001 columns", large: true, file: "a.csv", data: text(strings.Repeat("x,", 100_000) + "x\n"), refused: CodeTooLong, says: "more than 1024 columns"},
	{name: "100,001 cells in a row", large: true, file: "a.csv", data: text(header + strings.Repeat("x,", 100_000) + "x\nA1,5\n"), rows: [][]string{{"A1", "5"}}, spoiled: []string{CodeShiftedRow}},
	{name: "four million commas", large: true, file: "a.csv", data: text(header + strings.Repeat(",", 4_000_000) + "\nA1,5\n"), rows: [][]string{{"A1", "5"}}, spoiled: []string{CodeShiftedRow}},
	{name: "a million rows", large: true, file: "a.csv", data: func() []byte { return []byte(header + strings.Repeat("A1,5\n", 1_000_000)) }, count: 1_000_000},
	{name: "ten million blank rows", large: true, file: "a.csv", data: func() []byte { return []byte(header + strings.Repeat("\n", 10_000_001)) }, refused: CodeTooLong, says: "10000000 rows"},
	{name: "blank rows and no header", large: true, file: "a.csv", data: func() []byte { return []byte("x\n" + strings.Repeat("\n", 2_000_000)) }, refused: CodeBadHeader},
	{name: "old Macintosh line ends", file: "a.csv", data: text("Reference,Amount\rA1,5\r"), rows: [][]string{{"A1", "5"}}},
	{name: "heading twice", file: "a.csv", data: text("Reference,Amount,Amount\nA1,5,6\n"), refused: CodeBadHeader, says: "more than one column"},
	{name: "heading of a million letters", large: true, file: "a.csv", data: func() []byte { return []byte(strings.Repeat("x", mib) + ",y\n") }, refused: CodeBadHeader},
	{name: "formula in a cell", file: "a.csv", data: text(header + "=cmd|' /C calc'!A0,5\n"), rows: [][]string{{"=cmd|' /C calc'!A0", "5"}}},
	{name: "leading zeros", file: "a.csv", data: text(header + "00123,007\n"), rows: [][]string{{"00123", "007"}}},

	// Names that lie.
	{name: "workbook called csv", file: "a.csv", data: sheet(""), refused: CodeWrongType, says: "an Excel workbook"},
	{name: "csv called xlsx", file: "a.xlsx", data: text(header), refused: CodeWrongType, says: "it is text"},
	{name: "web page called xlsx", file: "a.xlsx", data: text("<html><table><tr><td>1"), refused: CodeWrongType, says: "web page"},
	{name: "web page called csv", file: "a.csv", data: text("<!doctype html><title>Sign in</title>"), refused: CodeWrongType, says: "web page"},
	{name: "PDF called csv", file: "a.csv", data: text("%PDF-1.7\n1 0 obj"), refused: CodeWrongType, says: "PDF"},
	{name: "JSON called csv", file: "a.csv", data: text(`{"error":"unauthorised"}`), refused: CodeWrongType, says: "JSON"},
	{name: "old workbook", file: "a.xlsx", data: text("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + strings.Repeat("\x00", 2000)), refused: CodeWrongType, says: "old Excel"},
	{name: "program", file: "a.csv", data: text("\x7fELF\x02\x01"), refused: CodeWrongType, says: "program"},

	// Workbooks.
	{name: "workbook with a password", file: "a.xlsx", data: lockedWorkbook, refused: CodeWrongType, says: "password"},
	{name: "workbook with macros", file: "a.xlsm", data: func() []byte {
		return xlsxParts{sheet: xlsxSheetOf(xlsxHeader + `<row><c><v>1</v></c><c><v>5</v></c></row>`), more: []part{{"xl/vbaProject.bin", "macro"}}}.file()
	}, rows: [][]string{{"1", "5"}}},
	{name: "days counted from 1904", file: "a.xlsx", data: func() []byte {
		return xlsxParts{workbook: `<workbook` + nsMain + `><workbookPr date1904="1"/><sheets><sheet name="Data" r:id="rId1"/></sheets></workbook>`,
			sheet: xlsxSheetOf(xlsxHeader + `<row><c s="1"><v>44633</v></c><c><v>5</v></c></row>`)}.file()
	}, rows: [][]string{{"2026-03-14", "5"}}},
	{name: "formula cells", file: "a.xlsx", data: sheet(`<row><c t="str"><f>"A"&amp;1</f><v>A1</v></c><c><f>2+3</f><v>5</v></c></row><row><c><f>1</f></c><c><v>6</v></c></row>`), rows: [][]string{{"A1", "5"}}, spoiled: []string{CodeMissingValue}},
	{name: "sheet cut short", file: "a.xlsx", data: func() []byte {
		return xlsxParts{sheet: strings.TrimSuffix(xlsxSheetOf(xlsxHeader+`<row><c><v>1</v></c></row>`), "</row></sheetData></worksheet>")}.file()
	}, refused: CodeTruncated},
	{name: "sheet damaged in the archive", file: "a.xlsx", data: damagedWorkbook, refused: CodeTruncated},
	{name: "external entity", file: "a.xlsx", data: func() []byte {
		return xlsxParts{sheet: `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>` + xlsxSheetOf(xlsxHeader+`<row><c t="str"><v>&e;</v></c></row>`)}.file()
	}, refused: CodeOther, says: "document type"},
	{name: "cells out of order", file: "a.xlsx", data: sheet(`<row r="2"><c r="B2"><v>1</v></c><c r="A2"><v>2</v></c></row>`), refused: CodeOther, says: "out of order"},
	{name: "cell in the last column", file: "a.xlsx", data: sheet(`<row r="2"><c r="A2"><v>1</v></c><c r="XFD2"><v>2</v></c></row><row r="3"><c r="A3"><v>1</v></c><c r="B3"><v>5</v></c></row>`), rows: [][]string{{"1", "5"}}, spoiled: []string{CodeShiftedRow}},
	{name: "rows far apart", file: "a.xlsx", data: sheet(`<row r="1048576"><c r="A1048576"><v>1</v></c><c r="B1048576"><v>5</v></c></row>`), rows: [][]string{{"1", "5"}}},
	{name: "a million blank cells", large: true, file: "a.xlsx", data: func() []byte {
		return packed("xl/worksheets/sheet1.xml", `<worksheet><sheetData>`+xlsxHeader+`<row>`, `<c s="1"/>`, 1_000_000, `</row></sheetData></worksheet>`, xlsxWithout("xl/worksheets/sheet1.xml")...)
	}, rows: nil},
	{name: "five million texts of nothing", large: true, file: "a.xlsx", data: func() []byte {
		return packed("xl/sharedStrings.xml", `<sst>`, `<si/>`, 5_000_000, `</sst>`, xlsxWithout("xl/sharedStrings.xml")...)
	}, refused: CodeTooLong, says: "more than 4000000 different texts"},
	{name: "texts of 200 MiB", large: true, file: "a.xlsx", data: func() []byte {
		return packed("xl/sharedStrings.xml", `<sst>`, `<si><t>`+strings.Repeat("x", 1000)+`</t></si>`, 200_000, `</sst>`, xlsxWithout("xl/sharedStrings.xml")...)
	}, refused: CodeTooLong, says: "128 MiB"},

	// OpenDocument spreadsheets.
	{name: "a million repeated blank rows", file: "a.ods", data: ods(odsRow("A1", "5") + `<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>`), rows: [][]string{{"A1", "5"}}},
	{name: "a million repeated rows", file: "a.ods", data: ods(`<table:table-row table:number-rows-repeated="1048576"><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="2"/></table:table-row>`), refused: CodeTooLong, says: "repeats itself"},
	{name: "a cell repeated without end", file: "a.ods", data: ods(`<table:table-row><table:table-cell office:value-type="float" office:value="1" table:number-columns-repeated="2000000000"/></table:table-row>` + odsRow("A1", "5")), rows: [][]string{{"A1", "5"}}, spoiled: []string{CodeShiftedRow}},
	{name: "repeated more than numbers go", file: "a.ods", data: ods(`<table:table-row table:number-rows-repeated="99999999999999999999"/>`), refused: CodeOther, says: "no number"},
	{name: "two million elements deep", large: true, file: "a.ods", data: odsPacked("", "<x>", 2_000_000, ""), refused: CodeOther, says: "nested more than"},
	{name: "entities within entities", file: "a.ods", data: func() []byte {
		return odsFile(`<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>` + odsContent(odsRow("&b;")))
	}, refused: CodeOther, says: "document type"},
	{name: "text of 256 MiB", large: true, file: "a.ods", data: odsPacked(`<table:table><table:table-row><table:table-cell><text:p>`, " ", 256*mib, ""), refused: CodeTooLong, says: "one piece"},
	{name: "256 MiB of rows", large: true, file: "a.ods", data: odsPacked(`<table:table table:name="x">`+odsRow("Reference", "Amount"), odsRow("A1", "5"), 256*mib/200, `</table:table>`), count: 256 * mib / 200},
	{name: "spreadsheet with a password", file: "a.ods", data: func() []byte {
		return zipOf(part{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"}, part{"META-INF/manifest.xml", "<m><encryption-data/></m>"}, part{"content.xml", "\x01"})
	}, refused: CodeWrongType, says: "password"},
	{name: "content that is no XML", file: "a.ods", data: func() []byte { return odsFile("\x00\x01\x02") }, refused: CodeTruncated},
	{name: "spreadsheet cut short", file: "a.ods", data: func() []byte { d := odsFile(odsContent("")); return d[:len(d)/2] }, refused: CodeTruncated},

	// Archives.
	{name: "parent folder in a name", file: "a.zip", data: func() []byte { return zipOf(part{"../../a.csv", header}) }, refused: CodeOther, says: "points outside"},
	{name: "parent folder in a workbook", file: "a.xlsx", data: func() []byte { return xlsxParts{more: []part{{"../x.xml", ""}}}.file() }, refused: CodeOther, says: "points outside"},
	{name: "root in a name", file: "a.tar", data: func() []byte { return tarOf(part{"/etc/cron.d/a.csv", header}) }, refused: CodeOther, says: "root of a disk"},
	{name: "link in a zip", file: "a.zip", data: func() []byte { return zipWith(linkHeader(), "/etc/passwd") }, refused: CodeOther, says: "link"},
	{name: "link in a tar", file: "a.tar", data: func() []byte {
		return tarWith(&tar.Header{Name: "a.csv", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"})
	}, refused: CodeOther, says: "link"},
	{name: "same name twice", file: "a.zip", data: func() []byte { return zipOf(part{"a.csv", header}, part{"a.csv", header}) }, refused: CodeOther, says: "same name"},
	{name: "zip with a password", file: "a.zip", data: func() []byte { return zipWith(&zip.FileHeader{Name: "a.csv", Flags: 1}, header) }, refused: CodeWrongType, says: "password"},
	{name: "zip in a zip", file: "a.zip", data: func() []byte { return zipOf(part{"b.zip", string(zipOf(part{"a.csv", header}))}) }, refused: CodeWrongType, says: "inside another"},
	{name: "gzip of 300 MiB", large: true, file: "a.csv.gz", data: func() []byte { return gzipBomb(300) }, refused: CodeTooLong, says: "256 MiB"},
	{name: "zip that declares 5 GiB", file: "a.zip", data: func() []byte { return declaring(5 * gib) }, refused: CodeTooLong, says: "4 GiB"},
	{name: "zip that declares too little", file: "a.zip", data: func() []byte { return declaring(3) }, refused: CodeTruncated},
	{name: "20,000 files", large: true, file: "a.zip", data: manyFiles, refused: CodeTooLong, says: "10000 files"},
	{name: "gzip cut short", file: "a.csv.gz", data: func() []byte { d := gzipOf([]byte(header)); return d[:len(d)-6] }, refused: CodeTruncated},
	{name: "good file in an archive", file: "a.tar.gz", data: func() []byte { return gzipOf(tarOf(part{"b/a.csv", header + "A1,5\n"})) }, rows: [][]string{{"A1", "5"}}},
}

func noise(n int) []byte {
	out, x := make([]byte, n), uint32(2463534242)
	for i := range out {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		out[i] = max(byte(x), 1)
	}
	return out
}

func lockedWorkbook() []byte {
	var b bytes.Buffer
	if err := excelize.NewFile().Write(&b, excelize.Options{Password: "larkshire"}); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// damagedWorkbook has one byte changed in a value, so that only its checksum tells.
func damagedWorkbook() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, p := range append(xlsxWithout("xl/worksheets/sheet1.xml"), part{"xl/worksheets/sheet1.xml", xlsxSheetOf(xlsxHeader + `<row><c><v>77777</v></c><c><v>5</v></c></row>`)}) {
		w, _ := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store})
		io.WriteString(w, p.body)
	}
	z.Close()
	return bytes.Replace(b.Bytes(), []byte("77777"), []byte("77877"), 1)
}

// xlsxWithout returns the parts of a good workbook but one.
func xlsxWithout(name string) (parts []part) {
	data := xlsxParts{sheet: xlsxSheetOf(xlsxHeader)}.file()
	z, _ := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	for _, f := range z.File {
		if f.Name != name {
			rc, _ := f.Open()
			body, _ := io.ReadAll(rc)
			parts = append(parts, part{f.Name, string(body)})
		}
	}
	return parts
}

func gzipBomb(mebibytes int) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	block := bytes.Repeat([]byte("0,0\n"), mib/4)
	for range mebibytes {
		w.Write(block)
	}
	w.Close()
	return b.Bytes()
}

// declaring makes a ZIP file whose entry claims to be of another size than it is.
func declaring(size uint64) []byte {
	var b, body bytes.Buffer
	w, _ := flate.NewWriter(&body, flate.BestSpeed)
	io.WriteString(w, header)
	w.Close()
	z := zip.NewWriter(&b)
	raw, err := z.CreateRaw(&zip.FileHeader{Name: "a.csv", Method: zip.Deflate, CompressedSize64: uint64(body.Len()), UncompressedSize64: size})
	if err != nil {
		panic(err)
	}
	raw.Write(body.Bytes())
	z.Close()
	return b.Bytes()
}

func manyFiles() []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := range 20_000 {
		z.CreateHeader(&zip.FileHeader{Name: fmt.Sprintf("%d.csv", i), Method: zip.Store})
	}
	z.Close()
	return b.Bytes()
}

// readHostile does what a loader does with a delivered file: it walks the container and reads each table in it.
func readHostile(c hostileCase, data []byte) (rows [][]string, count int, spoiled []string, err error) {
	return readHostileFrom(c, bytes.NewReader(data), int64(len(data)))
}

func readHostileFrom(c hostileCase, r io.ReaderAt, size int64) (rows [][]string, count int, spoiled []string, err error) {
	c.opts.Fields = twoFields
	err = Walk(c.file, r, size, c.opts.Limits, func(e Entry) error {
		table, err := Open(e.Name, e.Body, e.Size, c.opts)
		if err != nil {
			return err
		}
		defer table.Close()
		return table.Each(func(r Row) error {
			if r.Problem != nil {
				spoiled = append(spoiled, r.Problem.Code)
				return nil
			}
			if count++; count <= 10 {
				rows = append(rows, append([]string{}, r.Cells...))
			}
			return nil
		})
	})
	return rows, count, spoiled, err
}

func TestHostileCorpus(t *testing.T) {
	if len(hostile) < 60 {
		t.Fatalf("the corpus holds %d files", len(hostile))
	}
	for _, c := range hostile {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && c.large {
				t.Skip("large, left out by -short")
			}
			data := c.data()
			started := time.Now()
			rows, count, spoiled, err := readHostile(c, data)
			t.Logf("%d bytes in %s", len(data), time.Since(started).Round(time.Millisecond))
			if c.refused != "" {
				wantError(t, err, c.refused, c.says)
				var e *Error
				if errors.As(err, &e) && e.File == "" {
					t.Error("the refusal does not name the file")
				}
				return
			}
			if err != nil || !reflect.DeepEqual(spoiled, c.spoiled) {
				t.Fatalf("spoiled %v, %v", spoiled, err)
			}
			if c.count > 0 && count != c.count || c.count == 0 && !reflect.DeepEqual(rows, c.rows) {
				t.Errorf("read %d rows, first %q", count, rows)
			}
		})
	}
}
