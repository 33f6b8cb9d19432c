package sqlite

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations/*.sql
var files embed.FS

// migration is one numbered step forward. There are no steps back: the copy
// made before a step is the way back.
type migration struct {
	number   int
	name     string
	sql      string
	checksum string
}

// embedded returns the migrations of this program in order.
func embedded() ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var steps []migration
	for _, name := range names { // Glob sorts, and numbers have four digits
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		step, err := newMigration(path.Base(name), string(body))
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, checkSequence(steps)
}

func newMigration(file, body string) (migration, error) {
	digits, rest, found := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
	number, err := strconv.Atoi(digits)
	if !found || err != nil || len(digits) != 4 {
		return migration{}, fmt.Errorf("casework store: migration %s is not named like 0001_events.sql", file)
	}
	sum := sha256.Sum256([]byte(body))
	return migration{number: number, name: rest, sql: body, checksum: hex.EncodeToString(sum[:])}, nil
}

func checkSequence(steps []migration) error {
	for i, step := range steps {
		if step.number != i+1 {
			return fmt.Errorf("casework store: migration %04d_%s stands where number %04d belongs", step.number, step.name, i+1)
		}
	}
	return nil
}

// prepare checks that the file is ours and applies what it lacks.
func (db *DB) prepare(ctx context.Context, o Options) error {
	var id, tables int
	row := db.durable.QueryRowContext(ctx, "SELECT (SELECT application_id FROM pragma_application_id), (SELECT count(*) FROM sqlite_schema)")
	if err := row.Scan(&id, &tables); err != nil {
		return db.explain(err)
	}
	if id != applicationID && (id != 0 || tables != 0) {
		return &FileError{Path: db.path, Trouble: "it is a database of another program",
			Err: errors.New("application id differs"), NextStep: "give the casework file a path of its own"}
	}
	applied, err := db.applied(ctx)
	if err != nil {
		return err
	}
	if err := checkApplied(db.path, applied, o.migrations); err != nil {
		return err
	}
	pending := o.migrations[len(applied):]
	if len(pending) == 0 {
		return nil
	}
	if len(applied) > 0 {
		to := fmt.Sprintf("%s.before-%04d-%s", db.path, pending[0].number, o.Now().UTC().Format("20060102T150405Z"))
		if err := db.Backup(ctx, to); err != nil {
			return fmt.Errorf("casework store: nothing was changed, because the copy before migration %04d failed: %w", pending[0].number, err)
		}
	}
	for _, step := range pending {
		if err := db.apply(ctx, step, o.Now()); err != nil {
			return fmt.Errorf("casework store: migration %04d_%s failed and left nothing: %w", step.number, step.name, err)
		}
	}
	return nil
}

// applied reads which migrations the file has seen, none for a new file.
func (db *DB) applied(ctx context.Context) ([]migration, error) {
	var exists int
	row := db.durable.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'")
	if err := row.Scan(&exists); err != nil || exists == 0 {
		return nil, db.explain(err)
	}
	rows, err := db.durable.QueryContext(ctx, "SELECT number, name, checksum FROM migration ORDER BY number")
	if err != nil {
		return nil, db.explain(err)
	}
	defer rows.Close()
	var steps []migration
	for rows.Next() {
		var step migration
		if err := rows.Scan(&step.number, &step.name, &step.checksum); err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, rows.Err()
}

// checkApplied refuses a file from a newer program, and one whose tables came
// from different text than this program carries under the same number.
func checkApplied(path string, applied, known []migration) error {
	if len(applied) > len(known) {
		return fmt.Errorf("casework store: %s was written by a newer version (migration %04d; this program knows %04d): use that version, or restore the copy made before the upgrade",
			path, len(applied), len(known))
	}
	if err := checkSequence(applied); err != nil {
		return err
	}
	for i, step := range applied {
		if step.checksum != known[i].checksum {
			return fmt.Errorf("casework store: %s was made by a different migration %04d_%s than this program carries: use the program that made it",
				path, step.number, step.name)
		}
	}
	return nil
}

// apply runs one step and records it in the same transaction. A second process
// that opened the file meanwhile finds the step already recorded.
func (db *DB) apply(ctx context.Context, step migration, now time.Time) error {
	return db.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migration (
			number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT`)
		if err != nil {
			return err
		}
		var done int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM migration WHERE number = ?", step.number).Scan(&done); err != nil || done > 0 {
			return err
		}
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, step.sql); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO migration (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)",
			step.number, step.name, step.checksum, Time(now))
		return err
	})
}
