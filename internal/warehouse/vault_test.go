package warehouse

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/tooltest"
)

// Two keys of 32 bytes, invented.
const (
	keyA = "q1Ry0Pj8b0m3bJm9m2k1r0b5zv8Xw1cQ2d3e4f5g6h4="
	keyB = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
)

// canary is a text that no compression makes shorter, and that stands in a file in the clear.
const canary = "zQ8vK2-canary-Xw7pL4mT9rB1"

func vault(t *testing.T, key string) Vault {
	t.Helper()
	return Vault{Key: func() (string, error) { return key, nil }, Extensions: Extensions{Folder: tooltest.Extensions(t)}}
}

// make publishes one snapshot by way of a raw file and a build, and gives its hash.
func publishWith(t *testing.T, dir string, v Vault) (SnapshotInfo, string) {
	t.Helper()
	ctx, lim := t.Context(), Limits{MemoryMiB: 256, Threads: 2, Vault: v}
	raw, err := OpenRaw(ctx, filepath.Join(dir, "warehouse"), lim)
	if err != nil {
		t.Fatal(err)
	}
	err = raw.WithTx(ctx, func(tx *Tx) error {
		if err := tx.EnsureTable(ctx, TableDef{Name: "row", Columns: []Column{{"load_id", "VARCHAR"}, {"text", "VARCHAR"}, {"n", "BIGINT"}}}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, "INSERT INTO row SELECT 'l', ?, range FROM range(5000)", canary)
		return err
	})
	if has, e := raw.HasTable(ctx, "row"); err != nil || e != nil || !has {
		t.Fatalf("%v, %v, %v", err, e, has)
	}
	if hashes, e := raw.Scan(ctx); e != nil || len(hashes) != 1 || hashes[0].Rows != 5000 {
		t.Fatalf("%v, %v", hashes, e)
	}
	if err := errors.Join(raw.Checkpoint(ctx), raw.Close()); err != nil {
		t.Fatal(err)
	}
	b, err := OpenBuild(ctx, filepath.Join(dir, "tmp", "build.duckdb"), filepath.Join(dir, "warehouse"), lim)
	if err != nil {
		t.Fatal(err)
	}
	for table, query := range map[string]string{"core.row": "SELECT * FROM raw.row", "staging.step": "SELECT 1 AS a", "ops.run": "SELECT 2 AS format_version"} {
		if _, err := b.CreateTableAs(ctx, table, query); err != nil {
			t.Fatal(table, err)
		}
	}
	hash, tables, err := b.ContentHash(ctx)
	if err != nil || len(tables) != 1 {
		t.Fatalf("%v, %v", tables, err)
	}
	if err := b.Finish(ctx); err != nil {
		t.Fatal(err)
	}
	info, err := Publish(b, filepath.Join(dir, "snapshots"), hash, time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	return info, hash
}

// inTheClear lists the files below a folder that hold the canary as it is.
func inTheClear(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := os.ReadFile(path)
		if bytes.Contains(src, []byte(canary)) {
			found = append(found, filepath.Base(path))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestEncryptedFilesHoldTheSameAndShowNothing publishes with and without a key: the content has one hash, and only the plain files show it.
func TestEncryptedFilesHoldTheSameAndShowNothing(t *testing.T) {
	sealed, plain := t.TempDir(), t.TempDir()
	info, hash := publishWith(t, sealed, vault(t, keyA))
	_, want := publishWith(t, plain, Vault{})
	if hash != want {
		t.Errorf("the content has the hash %s encrypted and %s plain", hash, want)
	}
	if found := inTheClear(t, plain); len(found) != 2 {
		t.Fatalf("the search finds the canary in %v of the plain files: it would prove nothing", found)
	}
	if found := inTheClear(t, sealed); len(found) > 0 {
		t.Errorf("in the clear in %v", found)
	}
	snap, err := OpenSnapshot(info.Path, Limits{Vault: vault(t, keyA)}, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	if got, _, err := snap.ContentHash(t.Context()); err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
	// Every connection of the pool sees the file, and the lock-down holds on each.
	for range 4 {
		conn, err := snap.DB().Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		lockedDown(t, conn)
	}
}

func lockedDown(t *testing.T, conn *sql.Conn) {
	t.Helper()
	var n int
	if err := conn.QueryRowContext(t.Context(), "SELECT count(*) FROM core.row").Scan(&n); err != nil || n != 5000 {
		t.Errorf("%d, %v", n, err)
	}
	for _, q := range []string{"SET enable_external_access = true", "SET GLOBAL memory_limit = '9GiB'", "SELECT * FROM read_text('/etc/hostname')", "COPY (SELECT 1) TO '/tmp/x.csv'",
		"LOAD ducklake", "INSTALL postgres_scanner", "ATTACH '/tmp/other.db' AS other", "SELECT * FROM read_parquet('https://example.org/x.parquet')", "CREATE TABLE core.more AS SELECT 1"} {
		if _, err := conn.ExecContext(t.Context(), q); err == nil {
			t.Errorf("allowed: %s", q)
		}
	}
}

func TestKeysThatDoNotFit(t *testing.T) {
	dir := t.TempDir()
	info, _ := publishWith(t, dir, vault(t, keyA))
	noExtension := vault(t, keyA)
	noExtension.Extensions.Folder = t.TempDir()
	other := vault(t, keyA)
	other.Extensions.Folder = t.TempDir()
	if err := os.WriteFile(filepath.Join(other.Extensions.Folder, ExtEncryption+".duckdb_extension"), bytes.Repeat([]byte("x"), 4096), 0o600); err != nil {
		t.Fatal(err)
	}
	gone := vault(t, keyA)
	gone.Key = func() (string, error) { return "", os.ErrNotExist }
	for _, c := range []struct {
		name string
		v    Vault
		want string
		as   any
	}{
		{"another key", vault(t, keyB), "does not open", new(*KeyError)},
		{"no key", Vault{}, "is encrypted and no key is configured", new(*EncryptedError)},
		{"no extension", noExtension, "is missing: put httpfs.duckdb_extension for DuckDB v1.5.5", new(*ExtensionError)},
		{"another file in its place", other, "must be the one built for DuckDB v1.5.5", new(*ExtensionError)},
		{"the key's file is gone", gone, "does not exist", nil},
	} {
		lim := Limits{MemoryMiB: 256, Threads: 1, Vault: c.v}
		_, errSnap := OpenSnapshot(info.Path, lim)
		_, errRaw := OpenRaw(context.Background(), filepath.Join(dir, "warehouse"), lim)
		for what, err := range map[string]error{"snapshot": errSnap, "raw": errRaw} {
			if err == nil || !strings.Contains(err.Error(), c.want) || c.as != nil && !errors.As(err, c.as) {
				t.Errorf("%s, %s: %v", c.name, what, err)
			}
			if err != nil && strings.Contains(err.Error(), c.v.keyText()) {
				t.Errorf("%s, %s: the message holds the key", c.name, what)
			}
		}
	}
	raw, err := OpenRaw(t.Context(), filepath.Join(dir, "warehouse"), Limits{MemoryMiB: 256, Vault: vault(t, keyA)})
	if err != nil {
		t.Fatalf("the right key no longer opens it: %v", err)
	}
	if err := raw.Close(); err != nil {
		t.Error(err)
	}
}

func (v Vault) keyText() string {
	if v.Key != nil {
		if key, err := v.Key(); err == nil {
			return key
		}
	}
	return "(there is no key)"
}

// TestAPlainRawFileIsEncryptedOnceThereIsAKey keeps every row, and older plain snapshots are read as before.
func TestAPlainRawFileIsEncryptedOnceThereIsAKey(t *testing.T) {
	dir := t.TempDir()
	info, want := publishWith(t, dir, Vault{})
	lim := Limits{MemoryMiB: 256, Vault: vault(t, keyA)}
	for range 2 { // the second time it is encrypted already
		raw, err := OpenRaw(t.Context(), filepath.Join(dir, "warehouse"), lim)
		if err != nil {
			t.Fatal(err)
		}
		if hashes, err := raw.Scan(t.Context()); err != nil || len(hashes) != 1 || hashes[0].Rows != 5000 {
			t.Errorf("%v, %v", hashes, err)
		}
		if err := raw.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if found := inTheClear(t, filepath.Join(dir, "warehouse")); len(found) > 0 {
		t.Errorf("in the clear in %v", found)
	}
	snap, err := OpenSnapshot(info.Path, lim)
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	if got, _, err := snap.ContentHash(t.Context()); err != nil || got != want {
		t.Errorf("%s, %v", got, err)
	}
}
