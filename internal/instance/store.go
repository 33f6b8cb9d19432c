package instance

import (
	"context"
	"errors"
	"os"
	"time"

	"bellwether/casework/store/relational"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/config"
)

// OpenStore opens the casework store that the configuration names, making its tables if they are missing.
func OpenStore(ctx context.Context, cfg config.Config, now func() time.Time) (relational.DB, error) {
	return sqlite.Open(ctx, cfg.Path(Casework, CaseworkStore), sqlite.Options{Now: now})
}

// HasStore says whether there is a casework store to open. An instance in which nobody has had an account yet has no file.
func HasStore(cfg config.Config) bool {
	_, err := os.Stat(cfg.Path(Casework, CaseworkStore))
	return !errors.Is(err, os.ErrNotExist)
}
