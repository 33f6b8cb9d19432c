// Package parquettest reads published Parquet with another reader than the engine that wrote it: Arrow's own for Go.
package parquettest

import (
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
)

// Table is what one file holds, every value as text; a NULL is "(null)".
type Table struct {
	Columns []string
	Rows    [][]string
	Notes   map[string]string // the file's own metadata
}

// Read reads one file.
func Read(t testing.TB, path string) Table {
	t.Helper()
	r, err := file.OpenParquetFile(path, false)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer r.Close()
	out := Table{Notes: map[string]string{}}
	for _, kv := range r.MetaData().KeyValueMetadata() {
		if kv.Value != nil {
			out.Notes[kv.Key] = *kv.Value
		}
	}
	arrows, err := pqarrow.NewFileReader(r, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	table, err := arrows.ReadTable(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	defer table.Release()
	out.Rows = make([][]string, table.NumRows())
	for c := range int(table.NumCols()) {
		column := table.Column(c)
		out.Columns = append(out.Columns, column.Name())
		row := 0
		for _, chunk := range column.Data().Chunks() {
			for i := range chunk.Len() {
				out.Rows[row] = append(out.Rows[row], chunk.ValueStr(i))
				row++
			}
		}
	}
	return out
}

// Folder reads every file below a folder, by its path from there.
func Folder(t testing.TB, dir string) map[string]Table {
	t.Helper()
	out := map[string]Table{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".parquet") {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		if err == nil {
			out[filepath.ToSlash(rel)] = Read(t, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
