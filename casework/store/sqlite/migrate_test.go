package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/casework/store/relational"
	"bellwether/casework/store/storetest"
)

func steps(t *testing.T, extra ...string) []relational.Migration {
	t.Helper()
	all, err := relational.Migrations(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, body := range extra {
		n := len(all) + 1
		step, err := relational.NewMigration(fmt.Sprintf("%04d_extra.sql", n), body)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, step)
	}
	return all
}

// next is the number of the step after those that ship, as files name it.
func next(t *testing.T) string {
	t.Helper()
	all, err := relational.Migrations(files)
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%04d", len(all)+1)
}

func with(all []relational.Migration) func(*Options) {
	return func(o *Options) { o.migrations = all }
}

func copies(t *testing.T, path string) []string {
	t.Helper()
	found, err := filepath.Glob(path + ".before-*")
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestNewFileNeedsNoCopy(t *testing.T) {
	path := newPath(t)
	open(t, path)
	if found := copies(t, path); len(found) != 0 {
		t.Errorf("a new file was copied to %v", found)
	}
}

func TestUpgradeCopiesFirst(t *testing.T) {
	path := newPath(t)
	ctx := context.Background()
	db := open(t, path)
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	db.Close()

	upgraded := open(t, path, with(steps(t, "CREATE TABLE extra (x TEXT) STRICT;")))
	if _, err := upgraded.durable.Exec("INSERT INTO extra VALUES ('new')"); err != nil {
		t.Errorf("the new table is missing: %v", err)
	}
	upgraded.Close()
	found := copies(t, path)
	if len(found) != 1 || !strings.HasSuffix(found[0], ".before-"+next(t)+"-20260314T092653Z") {
		t.Fatalf("copies = %v", found)
	}
	// The copy is a whole casework file from before the step.
	before := open(t, found[0])
	if events, err := before.Load(ctx, "a"); err != nil || len(events) != 1 {
		t.Errorf("the copy holds %d events, %v", len(events), err)
	}
	if info, _ := os.Stat(found[0]); info.Mode().Perm() != 0o600 {
		t.Errorf("the copy has rights %o", info.Mode().Perm())
	}
	before.Close()

	// A second start finds nothing to do; an older program refuses.
	open(t, path, with(steps(t, "CREATE TABLE extra (x TEXT) STRICT;"))).Close()
	if found := copies(t, path); len(found) != 1 {
		t.Errorf("a start without steps made copies: %v", found)
	}
	_, err := Open(ctx, path, Options{Now: fixed})
	if err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("the older program = %v, want a refusal", err)
	}
}

func TestFailedStepLeavesNothing(t *testing.T) {
	path := newPath(t)
	ctx := context.Background()
	open(t, path).Close()
	_, err := Open(ctx, path, Options{Now: fixed, migrations: steps(t, "CREATE TABLE half (x TEXT); CREATE TABLE half (x TEXT);")})
	if err == nil || !strings.Contains(err.Error(), next(t)+"_extra failed") {
		t.Fatalf("Open() = %v", err)
	}
	db := open(t, path)
	var n int
	if err := db.read.QueryRow("SELECT count(*) FROM sqlite_schema WHERE name = 'half'").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d tables were left by the failed step, %v", n, err)
	}
}

func TestCopyThatFailsStopsTheUpgrade(t *testing.T) {
	path := newPath(t)
	open(t, path).Close()
	taken := path + ".before-" + next(t) + "-20260314T092653Z"
	if err := os.WriteFile(taken, []byte("kept"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Open(context.Background(), path, Options{Now: fixed, migrations: steps(t, "CREATE TABLE extra (x TEXT);")})
	if err == nil || !strings.Contains(err.Error(), "nothing was changed") {
		t.Fatalf("Open() = %v", err)
	}
	if body, _ := os.ReadFile(taken); string(body) != "kept" {
		t.Error("an earlier copy was replaced")
	}
	open(t, path)
}

func TestChangedStepIsRefused(t *testing.T) {
	path := newPath(t)
	open(t, path).Close()
	changed := steps(t)
	changed[1], _ = relational.NewMigration("0002_accounts.sql", "CREATE TABLE account (id TEXT);")
	_, err := Open(context.Background(), path, Options{Now: fixed, migrations: changed})
	if err == nil || !strings.Contains(err.Error(), "different migration 0002_accounts") {
		t.Errorf("Open() = %v", err)
	}
}

func TestMigrationNames(t *testing.T) {
	for name, ok := range map[string]bool{
		"0001_events.sql": true, "001_events.sql": false, "events.sql": false, "0001.sql": false, "x001_a.sql": false,
	} {
		if _, err := relational.NewMigration(name, ""); (err == nil) != ok {
			t.Errorf("relational.NewMigration(%q) = %v", name, err)
		}
	}
	if err := relational.CheckSequence([]relational.Migration{{Number: 1}, {Number: 3}}); err == nil {
		t.Error("a gap in the numbers was accepted")
	}
}

// The list of tables is what a store is moved by: what it leaves out would be left behind.
func TestTablesAreAsListed(t *testing.T) {
	db := open(t, newPath(t))
	kinds := map[relational.Kind]string{relational.Text: "TEXT", relational.Whole: "INTEGER", relational.Truth: "INTEGER", relational.Bytes: "BLOB"}
	var have, want []string
	for _, table := range relational.Tables {
		for _, c := range table.Columns {
			want = append(want, table.Name+"."+c.Name+" "+kinds[c.Kind])
		}
	}
	rows, err := db.read.Query(`SELECT t.name || '.' || c.name || ' ' || c.type FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
		WHERE t.type = 'table' AND t.name NOT IN ('migration', 'sqlite_sequence')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var c string
		if err := rows.Scan(&c); err != nil {
			t.Fatal(err)
		}
		have = append(have, c)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	storetest.SameSet(t, have, want)
}
