// Package detect runs the surveillance methods over an analyst's own CSV files:
// a panel of homes with several streams of events, or single weekly series. It
// reads files, calls the kernels of analytics/surveillance and writes scores.
package detect

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

// table reads a CSV file (gzipped if its name ends in .gz) row by row, with
// columns found by name in any order and any letter case.
type table struct {
	name    string
	r       *csv.Reader
	index   map[string]int
	row     []string
	line    int
	closers []io.Closer
}

// openTable opens a file and checks that it has the columns named in need.
func openTable(name string, need ...string) (*table, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	t := &table{name: name, closers: []io.Closer{f}}
	var src io.Reader = bufio.NewReaderSize(f, 1<<16)
	if strings.HasSuffix(strings.ToLower(name), ".gz") {
		z, err := gzip.NewReader(src)
		if err != nil {
			t.close()
			return nil, fmt.Errorf("%s: not a gzip file: %w", name, err)
		}
		t.closers = append(t.closers, z)
		src = z
	}
	t.r = csv.NewReader(src)
	t.r.ReuseRecord = true
	head, err := t.r.Read()
	if err != nil {
		t.close()
		if errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: empty file; a header with the columns %s is needed", name, strings.Join(need, ", "))
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	t.index = map[string]int{}
	for i, c := range head {
		t.index[strings.ToLower(strings.TrimSpace(strings.TrimPrefix(c, "\ufeff")))] = i
	}
	for _, c := range need {
		if _, ok := t.index[c]; !ok {
			t.close()
			return nil, fmt.Errorf("%s: no column %q in the header; the columns needed are %s", name, c, strings.Join(need, ", "))
		}
	}
	return t, nil
}

func (t *table) close() {
	for i := len(t.closers) - 1; i >= 0; i-- {
		t.closers[i].Close()
	}
}

// next moves to the next row; false at the end.
func (t *table) next() (bool, error) {
	row, err := t.r.Read()
	if errors.Is(err, io.EOF) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("%s: %w", t.name, err)
	}
	t.row = row
	t.line, _ = t.r.FieldPos(0)
	return true, nil
}

// text returns a cell, or or where the file has no such column.
func (t *table) text(column, or string) string {
	i, ok := t.index[column]
	if !ok {
		return or
	}
	return strings.TrimSpace(t.row[i])
}

// whole parses a cell as a whole number between lo and hi.
func (t *table) whole(column string, lo, hi int) (int, error) {
	s := t.text(column, "")
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi {
		return 0, fmt.Errorf("%s, line %d, column %s: %q is not a whole number from %d to %d", t.name, t.line, column, s, lo, hi)
	}
	return n, nil
}

// number parses a cell as a number between lo and hi.
func (t *table) number(column string, lo, hi float64) (float64, error) {
	s := t.text(column, "")
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= lo && v <= hi) {
		return 0, fmt.Errorf("%s, line %d, column %s: %q is not a number from %g to %g", t.name, t.line, column, s, lo, hi)
	}
	return v, nil
}

// output is a CSV file being written; gzipped if its name ends in .gz.
type output struct {
	*bufio.Writer
	file *os.File
	z    *gzip.Writer
}

func create(name string) (*output, error) {
	f, err := os.Create(name)
	if err != nil {
		return nil, err
	}
	o := &output{file: f}
	if strings.HasSuffix(strings.ToLower(name), ".gz") {
		o.z = gzip.NewWriter(f)
		o.Writer = bufio.NewWriterSize(o.z, 1<<16)
	} else {
		o.Writer = bufio.NewWriterSize(f, 1<<16)
	}
	return o, nil
}

// finish flushes and closes the file, keeping the first error.
func (o *output) finish() error {
	err := o.Flush()
	if o.z != nil {
		err = errors.Join(err, o.z.Close())
	}
	return errors.Join(err, o.file.Close())
}
