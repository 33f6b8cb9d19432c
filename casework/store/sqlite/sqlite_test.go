package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/storetest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if path := os.Getenv(childFile); path != "" {
		os.Exit(child(path))
	}
	goleak.VerifyTestMain(m)
}

// fixed is the clock of these tests.
func fixed() time.Time { return storetest.Start }

func open(t *testing.T, path string, change ...func(*Options)) *DB {
	t.Helper()
	o := Options{Now: fixed}
	for _, c := range change {
		c(&o)
	}
	db, err := Open(context.Background(), path, o)
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func newPath(t *testing.T) string { return filepath.Join(t.TempDir(), "casework.db") }

func TestConformance(t *testing.T) {
	storetest.Run(t, func(t *testing.T) store.Store { return open(t, newPath(t)) })
}

func TestReopenKeepsEvents(t *testing.T) {
	path := newPath(t)
	ctx := context.Background()
	db := open(t, path)
	if _, err := db.Append(ctx, "a", 0, storetest.New(1), storetest.New(2)); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, path)
	got, err := db.Append(ctx, "b", 0, storetest.New(3))
	if err != nil || got[0].Position != 3 {
		t.Errorf("the first event after reopening = %v, %v; want position 3", got, err)
	}
	if err := db.Check(ctx); err != nil {
		t.Errorf("Check() = %v", err)
	}
}

func TestEveryConnectionIsSetUp(t *testing.T) {
	db := open(t, newPath(t))
	for _, tt := range []struct {
		name   string
		conn   *sql.DB
		pragma string
		want   string
	}{
		{"decisions wait for the disk", db.durable, "synchronous", "2"},
		{"last-seen times do not", db.relaxed, "synchronous", "1"},
		{"write-ahead log", db.durable, "journal_mode", "wal"},
		{"foreign keys", db.durable, "foreign_keys", "1"},
		{"foreign keys when relaxed", db.relaxed, "foreign_keys", "1"},
		{"patience", db.durable, "busy_timeout", "10000"},
		{"readers cannot write", db.read, "query_only", "1"},
		{"schema is not trusted", db.read, "trusted_schema", "0"},
	} {
		var got string
		if err := tt.conn.QueryRow("PRAGMA " + tt.pragma).Scan(&got); err != nil || got != tt.want {
			t.Errorf("%s: %s = %q, %v; want %q", tt.name, tt.pragma, got, err, tt.want)
		}
	}
}

func TestNobodyElseMayRead(t *testing.T) {
	path := newPath(t)
	open(t, path)
	for _, p := range []string{path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o600 {
			t.Errorf("%s has rights %o, want 600", filepath.Base(p), mode)
		}
	}
}

func TestEventsCannotBeEditedOrDeleted(t *testing.T) {
	db := open(t, newPath(t))
	ctx := context.Background()
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"UPDATE event SET actor = 'somebody else'",
		"DELETE FROM event",
		"INSERT OR REPLACE INTO event (position, stream, version, type, at, actor, data) VALUES (1, 'a', 1, 'x', 'x', 'x', '{}')",
	} {
		err := db.Update(ctx, func(tx *sql.Tx) error {
			_, err := tx.Exec(statement)
			return err
		})
		if err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%s = %v, want a refusal", statement, err)
		}
	}
	events, err := db.Load(ctx, "a")
	if err != nil || len(events) != 1 || events[0].Actor != "user-1" {
		t.Errorf("the event became %v, %v", events, err)
	}
}

func TestPathsWithUnusualLetters(t *testing.T) {
	for _, name := range []string{"case work.db", "what?.db", "100%.db", "a#b.db", "É.db", "x&_pragma=y.db"} {
		path := filepath.Join(t.TempDir(), name)
		open(t, path)
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestOpenRefuses(t *testing.T) {
	other := func(t *testing.T, path string) {
		db, err := sql.Open("sqlite", "file:"+path)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if _, err := db.Exec("CREATE TABLE recipe (name TEXT)"); err != nil {
			t.Fatal(err)
		}
	}
	text := func(t *testing.T, path string) {
		if err := os.WriteFile(path, []byte(strings.Repeat("minutes of the last meeting\n", 100)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	tests := []struct {
		name    string
		prepare func(*testing.T, string)
		path    func(string) string
		want    string
	}{
		{"a database of another program", other, nil, "database of another program"},
		{"a text file", text, nil, "not a casework file"},
		{"a folder that does not exist", nil, func(p string) string { return filepath.Join(p, "no", "casework.db") }, "check that the folder exists"},
		{"a folder", func(t *testing.T, p string) { os.Mkdir(p, 0o700) }, nil, "cannot be opened"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := newPath(t)
			if tt.path != nil {
				path = tt.path(path)
			}
			if tt.prepare != nil {
				tt.prepare(t, path)
			}
			_, err := Open(context.Background(), path, Options{Now: fixed})
			if err == nil || !strings.Contains(err.Error(), tt.want) || !strings.Contains(err.Error(), path) {
				t.Errorf("Open() = %v, want an error with %q that names the file", err, tt.want)
			}
		})
	}
	if _, err := Open(context.Background(), newPath(t), Options{}); err == nil {
		t.Error("Open without a clock succeeded")
	}
}

func TestTwoProcessesShareTheFile(t *testing.T) {
	path := newPath(t)
	ctx := context.Background()
	server, command := open(t, path), open(t, path)
	if _, err := server.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	_, err := command.Append(ctx, "a", 0, storetest.New(2))
	var conflict *store.ConflictError
	if !errors.As(err, &conflict) || conflict.Actual != 1 {
		t.Fatalf("the second process = %v, want a conflict", err)
	}
	if _, err := command.Append(ctx, "a", 1, storetest.New(2)); err != nil {
		t.Fatal(err)
	}
	if events, err := server.Load(ctx, "a"); err != nil || len(events) != 2 {
		t.Errorf("the first process sees %d events, %v", len(events), err)
	}
}

func TestBusyFileIsExplained(t *testing.T) {
	path := newPath(t)
	ctx := context.Background()
	holder := open(t, path)
	waiter := open(t, path, func(o *Options) { o.BusyTimeout = time.Millisecond })
	err := holder.Update(ctx, func(*sql.Tx) error {
		_, err := waiter.Append(ctx, "a", 0, storetest.New(1))
		return err
	})
	var file *FileError
	if !errors.As(err, &file) || !strings.Contains(err.Error(), "another process") {
		t.Errorf("writing while another process writes = %v", err)
	}
}

func TestWaitingWriterHonoursItsContext(t *testing.T) {
	db := open(t, newPath(t))
	ctx, cancel := context.WithCancel(context.Background())
	err := db.Update(context.Background(), func(*sql.Tx) error {
		cancel()
		return db.Update(ctx, func(*sql.Tx) error { return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("Update() = %v, want context.Canceled", err)
	}
}

// TestDiskFull limits the number of pages, which SQLite reports exactly as it
// reports a full disk.
func TestDiskFull(t *testing.T) {
	path := newPath(t)
	ctx := context.Background()
	db := open(t, path)
	var pages int
	if err := db.durable.QueryRow("PRAGMA page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := db.durable.Exec(fmt.Sprint("PRAGMA max_page_count = ", pages+20)); err != nil {
		t.Fatal(err)
	}
	large := storetest.New(1)
	large.Data = []byte(`"` + strings.Repeat("x", 4000) + `"`)
	var acknowledged int64
	var err error
	for err == nil {
		if _, err = db.Append(ctx, "a", acknowledged, large); err == nil {
			acknowledged++
		}
	}
	if !strings.Contains(err.Error(), "disk is full") || acknowledged == 0 {
		t.Fatalf("after %d events: %v", acknowledged, err)
	}
	db.Close()
	db = open(t, path)
	events, err := db.Load(ctx, "a")
	if err != nil || int64(len(events)) != acknowledged {
		t.Errorf("%d events after reopening, %v; %d were acknowledged", len(events), err, acknowledged)
	}
	if _, err := db.Append(ctx, "a", acknowledged, large); err != nil {
		t.Errorf("Append once there is room = %v", err)
	}
}
