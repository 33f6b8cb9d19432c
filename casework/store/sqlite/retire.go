package sqlite

import (
	"context"
	"database/sql"
	"fmt"

	"bellwether/casework/store/relational"
)

// Retire runs work, which takes what the file holds elsewhere, while nobody can
// write, and then has the file refuse every further write: a service that still
// has it open would otherwise record decisions that nobody will read. If work
// fails the file is as it was. It may be called again for a file that is retired
// already: a move that was broken off is finished by a second one.
func (db *DB) Retire(ctx context.Context, work func(*sql.Tx) error) error {
	return db.Update(ctx, func(tx *sql.Tx) error {
		if err := work(tx); err != nil {
			return err
		}
		for _, table := range relational.Tables {
			for _, act := range []string{"INSERT", "UPDATE", "DELETE"} {
				_, err := tx.ExecContext(ctx, fmt.Sprintf(`CREATE TRIGGER IF NOT EXISTS retired_%s_%s BEFORE %s ON %s
					BEGIN SELECT RAISE(ABORT, 'casework was moved out of this file: restart the service'); END`, table.Name, act, act, table.Name))
				if err != nil {
					return err
				}
			}
		}
		return nil
	})
}
