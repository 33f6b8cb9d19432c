package rowtest

import (
	"bytes"
	"testing"

	"github.com/xuri/excelize/v2"
)

// Sheet is a sheet of a workbook made for a test.
type Sheet struct {
	Name string
	Rows [][]any
}

// Workbook makes an XLSX file. Times become dates.
func Workbook(t testing.TB, sheets ...Sheet) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for i, s := range sheets {
		if i == 0 {
			check(f.SetSheetName("Sheet1", s.Name))
		} else {
			_, err := f.NewSheet(s.Name)
			check(err)
		}
		for r, cells := range s.Rows {
			at, err := excelize.CoordinatesToCellName(1, r+1)
			check(err)
			check(f.SetSheetRow(s.Name, at, &cells))
		}
	}
	var b bytes.Buffer
	check(f.Write(&b))
	return b.Bytes()
}
