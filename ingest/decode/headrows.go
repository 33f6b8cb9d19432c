package decode

import (
	"errors"
	"io"
)

// joinHeads makes one heading of each two that stand below one another. A heading of the upper row that is merged over several
// columns, which a file shows as blanks beside it, goes with all of them.
func joinHeads(rows [][]string) [][]string {
	out := make([][]string, len(rows))
	for i := range rows {
		if i+1 < len(rows) {
			out[i] = joinHead(rows[i], rows[i+1])
		}
	}
	return out
}

func joinHead(upper, lower []string) []string {
	cells := make([]string, max(len(upper), len(lower)))
	over := ""
	for i := range cells {
		above, below := "", ""
		if i < len(upper) {
			above = Trim(upper[i])
		}
		if i < len(lower) {
			below = Trim(lower[i])
		}
		switch {
		case above != "" && below == "":
			cells[i], over = above, "" // one heading over both rows
		case above != "":
			cells[i], over = above+" "+below, above
		case below != "" && over != "":
			cells[i] = over + " " + below
		default:
			cells[i] = below
		}
	}
	return cells
}

// Sheets lists the sheets of a workbook in the order in which they are read; a text file has one without a name.
func Sheets(name string, r io.ReaderAt, size int64, limits Limits) ([]string, error) {
	limits = limits.orDefaults()
	format, err := CheckName(name, r, size)
	if err != nil {
		return nil, withFile(err, name)
	}
	var b book
	switch format {
	case FormatXLSX:
		b, err = openXLSX(r, size, limits)
	case FormatODS:
		b, err = openODS(r, size, limits)
	default:
		return []string{""}, nil
	}
	if err != nil {
		return nil, withFile(err, name)
	}
	defer b.Close()
	var names []string
	for {
		sheet, err := b.nextSheet()
		if errors.Is(err, io.EOF) {
			return names, nil
		}
		if err != nil {
			return nil, withFile(err, name)
		}
		names = append(names, sheet)
	}
}
