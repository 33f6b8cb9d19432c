package instance

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"bellwether/casework/store/relational"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/config"
	"bellwether/internal/failpoint"
)

// Moved says what a move of casework took along.
type Moved struct {
	Contents []relational.Content `json:"tables"`
	To       string               `json:"to"`
	Kept     string               `json:"kept"` // the file as it was, which takes no more writes
}

// MoveStore takes everything from the instance's casework file into the configured database, which must be empty, and sets the file aside.
// Every table has the same rows and the same hash on both sides, or nothing is changed. It may be called again after a move that was broken
// off: a database that already holds exactly what the file holds counts as filled.
func MoveStore(ctx context.Context, cfg config.Config, now func() time.Time) (m Moved, err error) {
	path := cfg.Path(Casework, CaseworkStore)
	if !hasFile(cfg) {
		return m, fmt.Errorf("there is nothing to move: %s does not exist", path)
	}
	to, err := OpenPostgres(ctx, cfg, now)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	m.To = to.Where()
	from, err := sqlite.Open(ctx, path, sqlite.Options{Now: now})
	if err != nil {
		return m, err
	}
	err = from.Retire(ctx, func(old *sql.Tx) error {
		return to.Update(ctx, func(tx *sql.Tx) (err error) {
			m.Contents, err = relational.Copy(ctx, old, tx)
			if errors.Is(err, relational.ErrNotEmpty) {
				return already(ctx, old, tx, &m, err)
			}
			return errors.Join(err, failpoint.At(failpoint.CaseworkCopied))
		})
	})
	if err = errors.Join(err, from.Close()); err != nil {
		return m, err
	}
	if err := failpoint.At(failpoint.CaseworkMoved); err != nil {
		return m, err
	}
	m.Kept = path + ".moved-" + now().UTC().Format("20060102T150405Z")
	for _, suffix := range []string{"-wal", "-shm", ""} { // the log is empty once the file is closed; a service that has it open keeps it
		if err := os.Rename(path+suffix, m.Kept+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return m, fmt.Errorf("casework was moved, and its file could not be set aside: %w: move %s away by hand", err, path)
		}
	}
	return m, nil
}

func already(ctx context.Context, old, tx *sql.Tx, m *Moved, notEmpty error) error {
	here, err := relational.Contents(ctx, old)
	if err != nil {
		return err
	}
	there, err := relational.Contents(ctx, tx)
	if err != nil {
		return err
	}
	if relational.Same(here, there) != nil {
		return fmt.Errorf("%w, and it is not what the file holds: nothing was changed; name an empty database in casework.postgres.url", notEmpty)
	}
	m.Contents = here
	return nil
}
