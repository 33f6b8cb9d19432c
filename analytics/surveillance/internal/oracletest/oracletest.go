// Package oracletest reads the reference tables that other programs computed,
// so that tests can compare against them. Only tests import it.
//
// The tables are not part of the repository: some derive from data under other
// licences. BELLWETHER_ORACLE names the folder that holds them.
package oracletest

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// Env is the environment variable that names the folder of reference tables.
const Env = "BELLWETHER_ORACLE"

// Row is one line of a table, by column name.
type Row map[string]string

// Dir returns the folder of reference tables, and skips the test when the
// environment does not name one.
func Dir(t testing.TB) string {
	t.Helper()
	dir := os.Getenv(Env)
	if dir == "" {
		t.Skipf("%s is not set: it names the folder of reference tables (methods/*.csv)", Env)
	}
	return dir
}

// Read returns every row of one table under the folder.
func Read(t testing.TB, name string) []Row {
	t.Helper()
	f, err := os.Open(filepath.Join(Dir(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	if len(all) < 2 {
		t.Fatalf("%s: no rows", name)
	}
	rows := make([]Row, 0, len(all)-1)
	for _, cells := range all[1:] {
		row := make(Row, len(cells))
		for i, c := range cells {
			row[all[0][i]] = c
		}
		rows = append(rows, row)
	}
	return rows
}

// Missing reports whether a cell is empty, NA or NaN.
func (r Row) Missing(column string) bool {
	switch r[column] {
	case "", "NA", "nan", "NaN":
		return true
	}
	return false
}

// Float parses a cell as a number and fails the test if it is not one.
func (r Row) Float(t testing.TB, column string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(r[column], 64)
	if err != nil {
		t.Fatalf("column %s: %v", column, err)
	}
	return v
}

// Close fails the test unless got is within tol of want, relative to the
// larger of want and one thousandth: tiny wants are compared absolutely.
func Close(t testing.TB, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol*math.Max(math.Abs(want), 1e-3) {
		t.Errorf("%s = %.15g, reference %.15g (tolerance %g)", what, got, want, tol)
	}
}
