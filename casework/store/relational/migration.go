package relational

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

// Migration is one numbered step forward. There are no steps back: a copy made
// before a step is the way back. A number means the same layout in every
// engine, so that a store can be moved from one to another.
type Migration struct {
	Number   int
	Name     string
	SQL      string
	Checksum string
}

// Migrations reads an engine's steps, files like migrations/0001_events.sql, in
// order.
func Migrations(files fs.FS) ([]Migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql")
	if err != nil {
		return nil, err
	}
	var steps []Migration
	for _, name := range names { // Glob sorts, and numbers have four digits
		body, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		step, err := NewMigration(path.Base(name), string(body))
		if err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, CheckSequence(steps)
}

// NewMigration makes a step of a file's name and text.
func NewMigration(file, body string) (Migration, error) {
	digits, rest, found := strings.Cut(strings.TrimSuffix(file, ".sql"), "_")
	number, err := strconv.Atoi(digits)
	if !found || err != nil || len(digits) != 4 {
		return Migration{}, fmt.Errorf("casework store: migration %s is not named like 0001_events.sql", file)
	}
	sum := sha256.Sum256([]byte(body))
	return Migration{Number: number, Name: rest, SQL: body, Checksum: hex.EncodeToString(sum[:])}, nil
}

// CheckSequence refuses steps that are not numbered 1, 2, 3.
func CheckSequence(steps []Migration) error {
	for i, step := range steps {
		if step.Number != i+1 {
			return fmt.Errorf("casework store: migration %04d_%s stands where number %04d belongs", step.Number, step.Name, i+1)
		}
	}
	return nil
}

// Pending says which steps a database lacks. It refuses a database from a newer
// program, and one whose tables came from different text than this program
// carries under the same number.
func Pending(where string, applied, known []Migration) ([]Migration, error) {
	if len(applied) > len(known) {
		return nil, fmt.Errorf("casework store: %s was written by a newer version (migration %04d; this program knows %04d): use that version, or restore the copy made before the upgrade",
			where, len(applied), len(known))
	}
	if err := CheckSequence(applied); err != nil {
		return nil, err
	}
	for i, step := range applied {
		if step.Checksum != known[i].Checksum {
			return nil, fmt.Errorf("casework store: %s was made by a different migration %04d_%s than this program carries: use the program that made it",
				where, step.Number, step.Name)
		}
	}
	return known[len(applied):], nil
}

// Applied reads the steps that a database with a table "migration" has seen.
func Applied(ctx context.Context, tx *sql.Tx) ([]Migration, error) {
	rows, err := tx.QueryContext(ctx, "SELECT number, name, checksum FROM migration ORDER BY number")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var steps []Migration
	for rows.Next() {
		var step Migration
		if err := rows.Scan(&step.Number, &step.Name, &step.Checksum); err != nil {
			return nil, err
		}
		steps = append(steps, step)
	}
	return steps, rows.Err()
}

// Apply runs one step and records it in the transaction. A second process that
// opened the database meanwhile finds the step already recorded.
func Apply(ctx context.Context, tx *sql.Tx, step Migration, now time.Time) error {
	var done int
	if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM migration WHERE number = $1", step.Number).Scan(&done); err != nil || done > 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, step.SQL); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, "INSERT INTO migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)",
		step.Number, step.Name, step.Checksum, Time(now))
	return err
}
