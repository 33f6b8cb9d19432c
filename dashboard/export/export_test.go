package export

import (
	"bytes"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

var homes = Table{Name: "homes", Head: []string{"id", "home", "beds", "rated_on", "phone"}, Notes: [][2]string{{"marking", "OFFICIAL"}, {"snapshot", "7f3a"}},
	Rows: [][]string{{"1-800", "Lark Rise", "32", "2026-05-12", "0191"}, {"1-801", "=1+1", "", "", "0208"}, {"1-802", "بيت", "7.5", "2024-02-01"}}}

func TestKinds(t *testing.T) {
	for i, want := range []kind{text, text, number, date, text} {
		if got := kindOf(homes, i); got != want {
			t.Errorf("%s is %d, want %d", homes.Head[i], got, want)
		}
	}
	for s, want := range map[string]bool{"1": true, "-2.5": true, "0.5": true, "007": false, "1e9": false, "NaN": false, "Inf": false, "0x1f": false, "1_000": false, "+5": false, "12345678901234567": false, "": false} {
		if _, got := numberOf(s); got != want {
			t.Errorf("%q a number: %v", s, got)
		}
	}
}

func TestWorkbook(t *testing.T) {
	body, err := Write(homes, "xlsx")
	if err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := f.GetRows("Rows")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([][]string{homes.Head, {"1-800", "Lark Rise", "32", "2026-05-12", "0191"}, {"1-801", "=1+1", "", "", "0208"}, {"1-802", "بيت", "7.5", "2024-02-01"}}, rows); diff != "" {
		t.Error(diff)
	}
	if formula, err := f.GetCellFormula("Rows", "B3"); err != nil || formula != "" {
		t.Errorf("a text became the formula %q, %v", formula, err)
	}
	if kind, err := f.GetCellType("Rows", "C2"); err != nil || kind == excelize.CellTypeInlineString || kind == excelize.CellTypeSharedString {
		t.Errorf("beds are written as text: %v, %v", kind, err)
	}
	about, err := f.GetRows("About")
	if err != nil || len(about) != 2 || about[0][1] != "OFFICIAL" {
		t.Errorf("about: %v, %v", about, err)
	}
}

func TestArrowAndParquetHoldTheSameRows(t *testing.T) {
	stream, err := Write(homes, "arrow")
	if err != nil {
		t.Fatal(err)
	}
	r, err := ipc.NewReader(bytes.NewReader(stream))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Release()
	if !r.Next() {
		t.Fatal("no batch")
	}
	rec := r.RecordBatch()
	if rec.NumRows() != 3 || rec.Schema().Field(2).Type.Name() != "float64" || rec.Schema().Field(3).Type.Name() != "date32" {
		t.Errorf("%d rows of %s", rec.NumRows(), rec.Schema())
	}
	if beds := rec.Column(2).(*array.Float64); beds.Value(0) != 32 || !beds.IsNull(1) {
		t.Errorf("beds %v", beds)
	}
	if v, ok := rec.Schema().Metadata().GetValue("snapshot"); !ok || v != "7f3a" {
		t.Error("the stream doesn't say by which snapshot it was known")
	}
	body, err := Write(homes, "parquet")
	if err != nil {
		t.Fatal(err)
	}
	p, err := file.NewParquetReader(bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	if v := p.MetaData().KeyValueMetadata().FindValue("snapshot"); v == nil || *v != "7f3a" {
		t.Error("the file doesn't say by which snapshot it was known")
	}
	group := p.RowGroup(0)
	homes, err := group.Column(1)
	if err != nil {
		t.Fatal(err)
	}
	names, levels := make([]parquet.ByteArray, 3), make([]int16, 3)
	if _, n, err := homes.(*file.ByteArrayColumnChunkReader).ReadBatch(3, names, levels, nil); err != nil || n != 3 || string(names[1]) != "=1+1" {
		t.Errorf("%d names, %q, %v", n, names, err)
	}
	column, err := group.Column(2)
	if err != nil {
		t.Fatal(err)
	}
	beds := make([]float64, 3)
	if _, n, err := column.(*file.Float64ColumnChunkReader).ReadBatch(3, beds, levels, nil); err != nil || n != 2 || beds[0] != 32 || beds[1] != 7.5 || levels[1] != 0 {
		t.Errorf("%d of beds, %v at %v, %v", n, beds, levels, err)
	}
}

func TestNothingAndNonsense(t *testing.T) {
	for format := range Formats {
		if body, err := Write(Table{Head: []string{"a"}}, format); err != nil || len(body) == 0 {
			t.Errorf("an empty table as %s: %v", format, err)
		}
	}
	if _, err := Write(homes, "docx"); err == nil || !strings.Contains(err.Error(), "xlsx, parquet and arrow") {
		t.Errorf("%v", err)
	}
}
