package upgrade

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/internal/cli"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/warehouse"
	"bellwether/internal/warehouse/rawtest"
)

// first is what the first version left behind: its configuration, and its raw file as the SQL that makes it.
const first = "testdata/first"

// caseworkFirst is a casework file of the first version, which the store's own tests read too.
const caseworkFirst = "../../../casework/store/sqlite/testdata/first-version.sql"

// line runs one command line and gives what it printed and its exit code.
func line(t *testing.T, dir string, args ...string) (out string, code int) {
	t.Helper()
	var both bytes.Buffer
	code = cli.Run(t.Context(), append(args, "--dir", dir), cli.Env{Stdin: strings.NewReader(""), Stdout: &both, Stderr: &both, Now: instancetest.Clock,
		Getenv: func(string) string { return "" }, Environ: func() []string { return nil }})
	return both.String(), code
}

// older lays out an instance as the first version left it.
func older(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "instance")
	if err := instance.Folders(dir, nil); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(first, config.FileName))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, config.FileName), text, 0o600); err != nil {
		t.Fatal(err)
	}
	script(t, filepath.Join(dir, instance.Casework, instance.CaseworkStore), caseworkFirst)
	raw, err := os.ReadFile(filepath.Join(first, "raw.sql"))
	if err != nil {
		t.Fatal(err)
	}
	rawtest.Make(t, filepath.Join(dir, instance.Warehouse), string(raw))
	published(t, dir, 1)
	return dir
}

// script makes a SQLite file of its SQL.
func script(t *testing.T, path, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.ExecContext(t.Context(), string(text)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
}

// published puts a snapshot of a format into the instance.
func published(t *testing.T, dir string, format int) {
	t.Helper()
	empty := t.TempDir()
	rawtest.Make(t, empty, "")
	b, err := warehouse.OpenBuild(t.Context(), filepath.Join(dir, instance.Temp, "build.duckdb"), empty, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.CreateTableAs(t.Context(), "ops.run", fmt.Sprintf("SELECT %d AS format_version, 'ffffffffffffffff' AS content_hash", format)); err != nil {
		t.Fatal(err)
	}
	if err := b.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := warehouse.Publish(b, filepath.Join(dir, instance.Snapshots), "ffffffffffffffff", instancetest.Noon); err != nil {
		t.Fatal(err)
	}
}

// TestAnInstanceOfTheFirstVersionIsUpgraded goes through what an operator does after putting a new program in the old one's place: the steps
// are in their order, and each finds what the one before it left.
func TestAnInstanceOfTheFirstVersionIsUpgraded(t *testing.T) {
	dir := older(t)
	for _, c := range []struct {
		name, says string
		code       int
		args       []string
	}{
		{"the configuration holds", "council=Larkshire County Council (fictional)", cli.ExitOK, []string{"config"}},
		{"the old snapshot is refused with the next step", "has format 1, of an earlier version of Bellwether; this one reads format 2: publish again with `bellwether run`", cli.ExitFailed, []string{"status"}},
		{"it is not set aside", "the newest snapshot is of another version; it stays where it is", cli.ExitRefused, []string{"verify"}},
		{"a run makes it anew from the old rows", "Published snapshot", cli.ExitOK, []string{"run"}},
		{"every concern of the old rows is in it", "5", cli.ExitOK, []string{"query", "SELECT count(*) AS n FROM core.concern", "--format", "csv"}},
		{"and the home", "Whinchatcombe Lodge", cli.ExitOK, []string{"query", "SELECT name FROM core.location", "--format", "csv"}},
		{"status reads it", "Larkshire County Council (fictional): snapshot", cli.ExitOK, []string{"status"}},
		{"the casework store is brought up to date", "", cli.ExitOK, []string{"user", "list"}},
	} {
		if out, code := line(t, dir, c.args...); code != c.code || !strings.Contains(out, c.says) {
			t.Fatalf("%s: exit code %d, want %d and %q:\n%s", c.name, code, c.code, c.says, out)
		}
	}
	copies, err := filepath.Glob(filepath.Join(dir, instance.Casework, instance.CaseworkStore+".before-*"))
	if err != nil || len(copies) != 1 {
		t.Errorf("copies of the casework store from before the upgrade: %v, %v", copies, err)
	}
	if kept, err := filepath.Glob(filepath.Join(dir, instance.Snapshots, "*-ffffffffffff.duckdb")); err != nil || len(kept) != 1 {
		t.Errorf("the old snapshot: %v, %v", kept, err)
	}
}

// TestWhatANewerVersionWroteIsRefused: one sentence that names the next step, an exit code, and not a byte changed.
func TestWhatANewerVersionWroteIsRefused(t *testing.T) {
	base := older(t)
	if out, code := line(t, base, "run"); code != cli.ExitOK {
		t.Fatal(out)
	}
	if out, code := line(t, base, "user", "list"); code != cli.ExitOK {
		t.Fatal(out)
	}
	for _, c := range []struct {
		name  string
		newer func(t *testing.T, dir string)
		args  []string
		code  int
		says  string
	}{
		{"a configuration", func(t *testing.T, dir string) {
			path := filepath.Join(dir, config.FileName)
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, append(text, "foresight: {horizon: 26w}\n"...), 0o600); err != nil {
				t.Fatal(err)
			}
		}, []string{"run"}, cli.ExitUsage, `unknown field "foresight"`},
		{"a raw file", func(t *testing.T, dir string) {
			rawtest.Make(t, filepath.Join(dir, instance.Warehouse), "UPDATE bellwether_format SET version = 99")
		}, []string{"run"}, cli.ExitFailed, "has format 99, of a newer version of Bellwether; this one knows format 1 and has changed nothing: use that version, or restore the backup made before the upgrade"},
		{"a raw file, given a file", func(t *testing.T, dir string) {
			rawtest.Make(t, filepath.Join(dir, instance.Warehouse), "UPDATE bellwether_format SET version = 99")
		}, []string{"ingest", "complaints", first + "/raw.sql"}, cli.ExitFailed, "has format 99, of a newer version of Bellwether"},
		{"the only snapshot", func(t *testing.T, dir string) {
			all, err := filepath.Glob(filepath.Join(dir, instance.Snapshots, "*.duckdb"))
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range all {
				if err := os.Remove(path); err != nil {
					t.Fatal(err)
				}
			}
			published(t, dir, 99)
		}, []string{"status"}, cli.ExitFailed, "has format 99, of a newer version of Bellwether; this one reads format 2: use that version, or publish again"},
		{"a casework store", func(t *testing.T, dir string) {
			db, err := sql.Open("sqlite", filepath.Join(dir, instance.Casework, instance.CaseworkStore))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := db.ExecContext(t.Context(), "INSERT INTO migration SELECT max(number) + 1, 'later', 'x', '2027-01-01T00:00:00Z' FROM migration"); err != nil {
				t.Fatal(err)
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
		}, []string{"user", "list"}, cli.ExitFailed, "was written by a newer version"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "instance")
			if err := os.CopyFS(dir, os.DirFS(base)); err != nil {
				t.Fatal(err)
			}
			private(t, dir)
			c.newer(t, dir)
			before := contents(t, dir)
			out, code := line(t, dir, c.args...)
			if code != c.code || !strings.Contains(out, c.says) {
				t.Errorf("exit code %d, want %d and %q:\n%s", code, c.code, c.says, out)
			}
			if d := cmp.Diff(before, contents(t, dir)); d != "" {
				t.Errorf("files changed (-before +after):\n%s", d)
			}
		})
	}
}

func private(t *testing.T, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return os.Chmod(path, 0o700)
		}
		return os.Chmod(path, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// contents gives the hash of every file of what people and feeds have given. Left out is what is no part of it: locks, the engine's scratch
// files, and the operator's log of refused runs.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, folder := range []string{"", instance.Landing, instance.Warehouse, instance.Snapshots, instance.Casework} {
		files, err := os.ReadDir(filepath.Join(dir, folder))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if f.IsDir() || folder == "" && f.Name() != config.FileName || strings.HasSuffix(f.Name(), "-shm") || strings.HasSuffix(f.Name(), "-wal") {
				continue
			}
			src, err := os.ReadFile(filepath.Join(dir, folder, f.Name()))
			if err != nil {
				t.Fatal(err)
			}
			out[filepath.Join(folder, f.Name())] = fmt.Sprintf("%x", sha256.Sum256(src))
		}
	}
	if len(out) < 4 {
		t.Fatalf("only %d files were found", len(out))
	}
	return out
}
