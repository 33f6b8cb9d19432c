package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"bellwether/casework/store"
	"bellwether/casework/store/relational"
)

// Backup writes a whole and consistent copy of the file to a new path while
// the service keeps working. The copy appears under its name only when it is
// complete and on the disk; an existing file is never replaced.
func (db *DB) Backup(ctx context.Context, to string) error {
	db.life.RLock()
	defer db.life.RUnlock()
	if db.closed {
		return store.ErrClosed
	}
	if _, err := os.Lstat(to); err == nil {
		return fmt.Errorf("casework store: %s exists already: choose another name for the copy", to)
	}
	part := to + ".part"
	if err := os.Remove(part); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	// VACUUM INTO fills an empty file that exists, so it can be given its
	// rights before there is anything in it.
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("casework store: cannot write the copy: %w", err)
	}
	defer os.Remove(part) // does nothing once it has been renamed
	defer f.Close()
	if _, err := db.relaxed.ExecContext(ctx, "VACUUM INTO ?", part); err != nil {
		return db.explain(err)
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("casework store: cannot write the copy: %w", err)
	}
	if err := os.Rename(part, to); err != nil {
		return fmt.Errorf("casework store: cannot name the copy: %w", err)
	}
	return syncDir(filepath.Dir(to))
}

// Check reads the whole file and reports damage: broken pages, references to
// rows that are gone, and gaps in the order of events.
func (db *DB) Check(ctx context.Context) error {
	return db.View(ctx, func(tx *sql.Tx) error {
		var result string
		if err := tx.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&result); err != nil {
			return err
		}
		fault := func(trouble string, err error) error {
			return &FileError{Path: db.path, Trouble: trouble, Err: err, NextStep: "stop the service and restore the file from a backup"}
		}
		if result != "ok" {
			return fault("it is damaged", errors.New(result))
		}
		var orphans int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM pragma_foreign_key_check").Scan(&orphans); err != nil {
			return err
		}
		if orphans > 0 {
			return fault("rows refer to others that are gone", fmt.Errorf("%d rows", orphans))
		}
		missing, err := relational.Gaps(ctx, tx)
		if err != nil {
			return err
		}
		if missing != 0 {
			return fault("events are missing from it", fmt.Errorf("%d gaps", missing))
		}
		return nil
	})
}
