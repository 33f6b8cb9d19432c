package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"time"

	"bellwether/casework/store/relational"
)

//go:embed migrations/*.sql
var files embed.FS

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
	pending, err := relational.Pending(db.path, applied, o.migrations)
	if err != nil || len(pending) == 0 {
		return err
	}
	if len(applied) > 0 {
		to := fmt.Sprintf("%s.before-%04d-%s", db.path, pending[0].Number, o.Now().UTC().Format("20060102T150405Z"))
		if err := db.Backup(ctx, to); err != nil {
			return fmt.Errorf("casework store: nothing was changed, because the copy before migration %04d failed: %w", pending[0].Number, err)
		}
	}
	for _, step := range pending {
		if err := db.apply(ctx, step, o.Now()); err != nil {
			return fmt.Errorf("casework store: migration %04d_%s failed and left nothing: %w", step.Number, step.Name, err)
		}
	}
	return nil
}

// applied reads which migrations the file has seen, none for a new file.
func (db *DB) applied(ctx context.Context) (steps []relational.Migration, err error) {
	err = db.inTx(ctx, db.read, &sql.TxOptions{ReadOnly: true}, func(tx *sql.Tx) error {
		var exists int
		row := tx.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'migration'")
		if err := row.Scan(&exists); err != nil || exists == 0 {
			return err
		}
		steps, err = relational.Applied(ctx, tx)
		return err
	})
	return steps, err
}

// apply runs one step and records it in the same transaction.
func (db *DB) apply(ctx context.Context, step relational.Migration, now time.Time) error {
	return db.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migration (
			number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL) STRICT`)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, fmt.Sprintf("PRAGMA application_id = %d", applicationID)); err != nil {
			return err
		}
		return relational.Apply(ctx, tx, step, now)
	})
}
