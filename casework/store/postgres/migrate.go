package postgres

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

// mark is the comment on the table of migrations by which a database is known
// to be ours.
const mark = "Bellwether casework"

// prepare checks that the database is ours and applies what it lacks. A step is
// one transaction; several servers may start at once.
func (db *DB) prepare(ctx context.Context, o Options) error {
	var applied []relational.Migration
	err := db.View(ctx, func(tx *sql.Tx) error {
		var tables int
		var comment sql.NullString
		row := tx.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM information_schema.tables WHERE table_schema = current_schema()),
			(SELECT obj_description(to_regclass('migration'), 'pg_class'))`)
		if err := row.Scan(&tables, &comment); err != nil || tables == 0 {
			return err
		}
		if comment.String != mark {
			return &ServerError{Where: db.where, Trouble: "it holds tables of another program", Err: errors.New("unknown tables"),
				NextStep: "give casework a database of its own"}
		}
		var err error
		applied, err = relational.Applied(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	pending, err := relational.Pending("the "+db.where, applied, o.migrations)
	if err != nil {
		return err
	}
	for _, step := range pending {
		if err := db.apply(ctx, step, o.Now()); err != nil {
			return fmt.Errorf("casework store: migration %04d_%s failed and left nothing: %w", step.Number, step.Name, err)
		}
	}
	return nil
}

func (db *DB) apply(ctx context.Context, step relational.Migration, now time.Time) error {
	return db.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migration (
			number bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied_at text NOT NULL);
			COMMENT ON TABLE migration IS '`+mark+`'`)
		if err != nil {
			return err
		}
		return relational.Apply(ctx, tx, step, now)
	})
}

// Check implements relational.DB: it reads every row, which has the server
// compare its checksums where it keeps any, and counts gaps in the order of
// events. References the server holds itself.
func (db *DB) Check(ctx context.Context) error {
	return db.View(ctx, func(tx *sql.Tx) error {
		for _, t := range relational.Tables {
			var n int64
			//nolint:gosec // the name is one of a fixed list
			if err := tx.QueryRowContext(ctx, "SELECT coalesce(sum(length(t::text)), 0) FROM "+t.Name+" AS t").Scan(&n); err != nil {
				return err
			}
		}
		missing, err := relational.Gaps(ctx, tx)
		if err != nil {
			return err
		}
		if missing != 0 {
			return &ServerError{Where: db.where, Trouble: "events are missing from it", Err: fmt.Errorf("%d gaps", missing),
				NextStep: "stop the service and restore the database from a backup"}
		}
		return nil
	})
}

// Hazards names settings of the server under which what was acknowledged can
// be lost: with the power, or where a standby is named that may take over.
func (db *DB) Hazards(ctx context.Context) (hazards []string, err error) {
	err = db.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_standby_names', 'synchronous_commit') ORDER BY name")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var name, is string
			if err := rows.Scan(&name, &is); err != nil {
				return err
			}
			switch {
			case name == "synchronous_standby_names":
				if db.servers > 1 && is == "" {
					hazards = append(hazards, name+" is empty, and the address names a standby")
				}
			case name == "synchronous_commit":
				if db.servers > 1 && is == "local" {
					hazards = append(hazards, name+" is local, and the address names a standby")
				}
			case is == "off":
				hazards = append(hazards, name+" is off")
			}
		}
		return rows.Err()
	})
	return hazards, err
}
