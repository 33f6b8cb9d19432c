// Package export writes a table as a spreadsheet, as Parquet or as an Arrow stream, typed: a column of numbers is numbers.
package export

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/xuri/excelize/v2"
)

// Table is rows of text under headings. Notes go where the format has room for them: what the rows were known by, and their marking.
type Table struct {
	Name  string
	Head  []string
	Rows  [][]string
	Notes [][2]string
}

// Formats are the names of the formats with their media types.
var Formats = map[string]string{
	"xlsx":    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"parquet": "application/vnd.apache.parquet",
	"arrow":   "application/vnd.apache.arrow.stream",
}

// Write gives the table in a format.
func Write(t Table, format string) ([]byte, error) {
	switch format {
	case "xlsx":
		return workbook(t)
	case "parquet":
		return parquetFile(t)
	case "arrow":
		return stream(t)
	}
	return nil, fmt.Errorf("export: no format called %q; there are xlsx, parquet and arrow", format)
}

// kind is what a column holds: numbers or dates if every filled cell is one, and text otherwise.
type kind uint8

const (
	text kind = iota
	number
	date
)

func kindOf(t Table, col int) kind {
	numbers, dates, filled := true, true, false
	for _, row := range t.Rows {
		if col >= len(row) || row[col] == "" {
			continue
		}
		filled = true
		_, isNumber := numberOf(row[col])
		numbers = numbers && isNumber
		_, err := time.Parse(time.DateOnly, row[col])
		dates = dates && err == nil
	}
	switch {
	case filled && numbers:
		return number
	case filled && dates:
		return date
	}
	return text
}

// numberOf reads a plain decimal. Identifiers that only look like numbers keep their zeros: they stay text.
func numberOf(s string) (float64, bool) {
	digits := strings.TrimPrefix(s, "-")
	if len(digits) > 1 && digits[0] == '0' && digits[1] != '.' || len(digits) > 15 || strings.ContainsAny(s, "eExXnNiI_+") {
		return 0, false
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil
}

func cell(row []string, i int) string {
	if i < len(row) {
		return row[i]
	}
	return ""
}

func workbook(t Table) (out []byte, err error) {
	f := excelize.NewFile()
	defer func() {
		if cerr := f.Close(); cerr != nil && err == nil {
			err = fmt.Errorf("export: closing the workbook: %w", cerr)
		}
	}()
	const sheet = "Rows"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	w, err := f.NewStreamWriter(sheet)
	if err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if err := w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	kinds := make([]kind, len(t.Head))
	head := make([]any, len(t.Head))
	for i, h := range t.Head {
		kinds[i], head[i] = kindOf(t, i), h
	}
	if err := w.SetRow("A1", head); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	for n, row := range t.Rows {
		cells := make([]any, len(t.Head))
		for i := range t.Head {
			s := cell(row, i)
			// A text is written as a text, so that no spreadsheet runs it, whatever it begins with.
			cells[i] = s
			if f, ok := numberOf(s); ok && kinds[i] == number {
				cells[i] = f
			}
		}
		if err := w.SetRow("A"+strconv.Itoa(n+2), cells); err != nil {
			return nil, fmt.Errorf("export: row %d: %w", n+1, err)
		}
	}
	if err := w.Flush(); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if _, err := f.NewSheet("About"); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	for i, n := range t.Notes {
		for j, s := range n {
			if err := f.SetCellStr("About", string(rune('A'+j))+strconv.Itoa(i+1), s); err != nil {
				return nil, fmt.Errorf("export: %w", err)
			}
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, fmt.Errorf("export: writing the workbook: %w", err)
	}
	return b.Bytes(), nil
}

func stream(t Table) ([]byte, error) {
	fields := make([]arrow.Field, len(t.Head))
	kinds := make([]kind, len(t.Head))
	for i, h := range t.Head {
		kinds[i] = kindOf(t, i)
		fields[i] = arrow.Field{Name: h, Nullable: true, Type: []arrow.DataType{arrow.BinaryTypes.String, arrow.PrimitiveTypes.Float64, arrow.FixedWidthTypes.Date32}[kinds[i]]}
	}
	var keys, values []string
	for _, n := range t.Notes {
		keys, values = append(keys, n[0]), append(values, n[1])
	}
	meta := arrow.NewMetadata(keys, values)
	schema := arrow.NewSchema(fields, &meta)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, row := range t.Rows {
		for i := range t.Head {
			add(b.Field(i), kinds[i], cell(row, i))
		}
	}
	rec := b.NewRecordBatch()
	defer rec.Release()
	var out bytes.Buffer
	w := ipc.NewWriter(&out, ipc.WithSchema(schema))
	if err := w.Write(rec); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("export: %w", err)
	}
	return out.Bytes(), nil
}

func add(b array.Builder, k kind, s string) {
	if s == "" {
		b.AppendNull()
		return
	}
	switch k {
	case number:
		f, _ := numberOf(s)
		b.(*array.Float64Builder).Append(f)
	case date:
		d, _ := time.Parse(time.DateOnly, s)
		b.(*array.Date32Builder).Append(arrow.Date32FromTime(d))
	default:
		b.(*array.StringBuilder).Append(s)
	}
}
