package decode

// record is one row of cells as a format's reader hands it over, before anything is known about a header.
type record struct {
	line  int64    // line of a text file, or row of a sheet, from 1
	cells []string // reused by the next call; the strings themselves may be kept
	bad   *badRow
	last  bool // of a text file: it ends with the file, without a line break
}

// badRow says why the cells of a record cannot be trusted. column is an index, or -1 for the whole row.
type badRow struct {
	column       int
	code, reason string
}

func (r record) blank() bool {
	for _, c := range r.cells {
		if !isBlank(c) {
			return false
		}
	}
	return r.bad == nil
}

// grid hands over records until io.EOF. Any other error refuses the file.
type grid interface {
	next() (record, error)
}

// book is a file of one or more grids, read one after the other.
type book interface {
	// nextSheet moves to the next sheet and returns its name, or io.EOF.
	nextSheet() (string, error)
	grid
	// finish is called at the end of the sheet that is read: it checks what remains of the file.
	finish() error
	Close() error
}

// checkCells applies the limits that every format shares to a row's cells.
func checkCells(cells []string, limits Limits) *badRow {
	for i, c := range cells {
		if len(c) > limits.FieldBytes {
			return &badRow{column: i, code: CodeTooLong, reason: "the cell is longer than the limit of " + sizeInWords(int64(limits.FieldBytes))}
		}
	}
	return nil
}

func checkCharacters(cells []string, strict bool) *badRow {
	for i, c := range cells {
		if why := badCharacter(c, strict); why != "" {
			return &badRow{column: i, code: CodeBadEncoding, reason: "the cell " + why}
		}
	}
	return nil
}
