// Package larkshire builds small published warehouses about a fictional county, for tests of what reads them.
package larkshire

import (
	"database/sql"
	_ "embed"
	"fmt"
	"os"
	"strings"
	"testing"

	"bellwether/analytics/rules"
	"bellwether/internal/warehouse"
)

//go:embed schema.sql
var schemaSQL string

//go:embed market.sql
var marketSQL string

//go:embed story.sql
var storySQL string

// ID is the snapshot id that the county's pages show.
const ID = "20261001T050021Z-7f3a9c21d0b4"

// Empty opens a warehouse that has its tables and nothing in them.
func Empty(t testing.TB) *sql.DB {
	t.Helper()
	db, err := warehouse.OpenScratch(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	run(t, db, schemaSQL)
	run(t, db, looksSQL())
	return db
}

// looksSQL makes the table of weekly looks, a column for each indicator of the catalogue, as a run does.
func looksSQL() string {
	columns := "unit_kind VARCHAR, unit_id VARCHAR, provider_ids VARCHAR, brand_id VARCHAR, week DATE, ends_on DATE, coverage VARCHAR"
	for _, i := range rules.Catalogue() {
		columns += ", " + i.Name + " DECIMAL(18,6)"
	}
	return "CREATE TABLE mart.look(" + columns + ");\n"
}

// Kept opens the county for as long as the test process runs, for tests that only read.
func Kept(t testing.TB) *sql.DB {
	t.Helper()
	// Nothing spills to disk at this size, so the folder stays unused and the system's own is enough.
	db, err := warehouse.OpenScratch(os.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range []string{schemaSQL, looksSQL(), marketSQL, storySQL} {
		run(t, db, script)
	}
	return db
}

// County opens the county of Larkshire as known on 1 Oct 2026.
func County(t testing.TB) *sql.DB {
	t.Helper()
	db := Empty(t)
	run(t, db, marketSQL)
	run(t, db, storySQL)
	return db
}

// run executes a script statement by statement; none of the scripts holds a semicolon inside a text at a line's end.
func run(t testing.TB, db *sql.DB, script string) {
	t.Helper()
	for _, stmt := range strings.Split(script, ";\n") {
		if strings.TrimSpace(stmt) == "" {
			continue
		}
		if _, err := db.ExecContext(t.Context(), stmt); err != nil {
			t.Fatalf("%v in:\n%.200s", err, stmt)
		}
	}
}

// keys are the columns that rows are joined or chosen by: overwriting them would change which rows there are, not what they say.
var keys = map[string]bool{
	"provider_id": true, "location_id": true, "flag_id": true, "load_id": true, "state": true, "status": true, "attribution": true,
	"brand_id": true, "unit_kind": true, "unit_id": true, "stream": true, "method": true, "domain": true, "relation": true,
	"current_location_id": true, "related_location_id": true, "feed": true, "source": true, "name_given": false,
}

// Overwrite sets every text that isn't a key, in every table, to the given text: what the worst sender could send everywhere at once.
func Overwrite(t testing.TB, db *sql.DB, text string) {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), "SELECT table_schema, table_name, column_name FROM information_schema.columns WHERE data_type = 'VARCHAR' AND table_schema IN ('core', 'mart', 'analytics', 'ops')")
	if err != nil {
		t.Fatal(err)
	}
	var updates []string
	for rows.Next() {
		var schema, table, column string
		if err := rows.Scan(&schema, &table, &column); err != nil {
			t.Fatal(err)
		}
		if !keys[column] {
			updates = append(updates, fmt.Sprintf("UPDATE %s.%s SET %s = ?", schema, table, column))
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
	for _, u := range updates {
		if _, err := db.ExecContext(t.Context(), u, text); err != nil {
			t.Fatalf("%s: %v", u, err)
		}
	}
}
