// Package rawtest makes raw files of SQL, as tests need those of earlier and of later versions.
package rawtest

import (
	"database/sql"
	"os"
	"path/filepath"
	"testing"

	_ "github.com/duckdb/duckdb-go/v2" // registers the engine

	"bellwether/internal/warehouse"
)

// Make runs a script in folder/raw.duckdb, which is made if it is missing. It goes past [warehouse.OpenRaw], which would bring the file to
// this version first.
func Make(t testing.TB, folder, script string) {
	t.Helper()
	if err := os.MkdirAll(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("duckdb", filepath.Join(folder, warehouse.RawFile))
	if err != nil {
		t.Fatal(err)
	}
	if script != "" {
		if _, err := db.ExecContext(t.Context(), script); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.PingContext(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}
