package sqlite

import (
	"context"
	"os"
	"strings"
	"testing"

	"bellwether/casework/store"
	"bellwether/casework/store/storetest"
)

func TestBackupWhileOpen(t *testing.T) {
	ctx := context.Background()
	db := open(t, newPath(t))
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	to := newPath(t)
	// A part left by an earlier attempt must not be in the way.
	if err := os.WriteFile(to+".part", []byte("left over"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := db.Backup(ctx, to); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(to + ".part"); !os.IsNotExist(err) {
		t.Errorf("the part is still there: %v", err)
	}
	if _, err := db.Append(ctx, "a", 1, storetest.New(2)); err != nil {
		t.Fatal(err)
	}
	backup := open(t, to)
	if events, err := backup.Load(ctx, "a"); err != nil || len(events) != 1 {
		t.Errorf("the copy holds %d events, %v; want the 1 there was", len(events), err)
	}
	if err := db.Backup(ctx, to); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("Backup onto a file = %v", err)
	}
	db.Close()
	if err := db.Backup(ctx, to+"2"); err != store.ErrClosed {
		t.Errorf("Backup after Close = %v", err)
	}
}

func TestCheckFindsDamage(t *testing.T) {
	tests := []struct {
		name   string
		damage func(t *testing.T, db *DB)
	}{
		{"an event taken out", func(t *testing.T, db *DB) {
			run(t, db, "DROP TRIGGER event_is_never_deleted", "DELETE FROM event WHERE position = 2")
		}},
		{"an event renumbered", func(t *testing.T, db *DB) {
			run(t, db, "DROP TRIGGER event_is_never_edited", "UPDATE event SET version = 9 WHERE position = 3")
		}},
		{"a token of nobody", func(t *testing.T, db *DB) {
			run(t, db, "PRAGMA foreign_keys = 0", `INSERT INTO account_token (token_hash, account_id, purpose, created_at, created_by, expires_at)
				VALUES (x'00', 'nobody', 'reset', '', '', '')`)
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ctx := context.Background()
			db := open(t, newPath(t))
			if _, err := db.Append(ctx, "a", 0, storetest.New(1), storetest.New(2), storetest.New(3)); err != nil {
				t.Fatal(err)
			}
			if err := db.Check(ctx); err != nil {
				t.Fatalf("Check() of a sound file = %v", err)
			}
			tt.damage(t, db)
			if err := db.Check(ctx); err == nil || !strings.Contains(err.Error(), "restore") {
				t.Errorf("Check() = %v, want the damage and the next step", err)
			}
		})
	}
}

// TestFlippedBytes damages pages of the closed file. Every damage to the event
// table must be noticed by Check or by reading, never pass as other events.
func TestFlippedBytes(t *testing.T) {
	ctx := context.Background()
	path := newPath(t)
	db := open(t, path)
	batch := make([]store.NewEvent, 400)
	for i := range batch {
		batch[i] = storetest.New(i)
	}
	if _, err := db.Append(ctx, "a", 0, batch...); err != nil {
		t.Fatal(err)
	}
	db.Close()
	sound, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	noticed, quiet := 0, 0
	for page := 1; page < len(sound)/4096; page++ {
		damaged := append([]byte(nil), sound...)
		for i := range 8 { // the header of a page: its type and its cells
			damaged[page*4096+i] ^= 0xff
		}
		other := newPath(t)
		if err := os.WriteFile(other, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		db, err := Open(ctx, other, Options{Now: fixed})
		if err == nil {
			err = db.Check(ctx)
			db.Close()
		}
		if err != nil {
			noticed++
		} else {
			quiet++
		}
	}
	if quiet > 0 {
		t.Errorf("%d damaged pages were noticed and %d were not", noticed, quiet)
	}
}

func run(t *testing.T, db *DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		if _, err := db.durable.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}
