package instance

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"bellwether/casework/store/postgres"
	"bellwether/casework/store/relational"
	"bellwether/casework/store/sqlite"
	"bellwether/internal/config"
)

// OpenStore opens the casework store that the configuration names, a file of the instance or a PostgreSQL database, and makes its tables
// if they are missing. An instance that was told to use a database while its file still holds casework is refused: it would begin again
// from nothing.
func OpenStore(ctx context.Context, cfg config.Config, now func() time.Time) (relational.DB, error) {
	if cfg.Casework.Postgres.URL == "" {
		return sqlite.Open(ctx, cfg.Path(Casework, CaseworkStore), sqlite.Options{Now: now})
	}
	if hasFile(cfg) {
		return nil, &config.Error{File: cfg.Path(config.FileName), Field: "casework.postgres.url", Why: fmt.Sprintf(
			"is set, and %s still holds casework: `bellwether casework move` takes it into the database; or move the file away if it is done with", cfg.Path(Casework, CaseworkStore))}
	}
	return OpenPostgres(ctx, cfg, now)
}

// OpenPostgres opens the configured database, whether or not a file lies beside it.
func OpenPostgres(ctx context.Context, cfg config.Config, now func() time.Time) (*postgres.DB, error) {
	set := cfg.Casework.Postgres
	fail := func(field string, err error) error {
		return &config.Error{File: cfg.Path(config.FileName), Field: "casework.postgres." + field, Why: err.Error()}
	}
	if set.URL == "" {
		return nil, fail("url", errors.New("is not set: docs/several-machines.md says how a database is made and named"))
	}
	if err := postgres.CheckURL(set.URL); err != nil {
		return nil, fail("url", err)
	}
	o := postgres.Options{URL: set.URL, Now: now}
	if set.PasswordFile != "" {
		var err error
		if o.Password, err = ReadSecret(cfg.Path(Secrets, set.PasswordFile)); err != nil {
			return nil, fail("password_file", err)
		}
	}
	return postgres.Open(ctx, o)
}

// HasStore says whether there is a casework store to open. An instance in which nobody has had an account yet has no file.
func HasStore(cfg config.Config) bool { return cfg.Casework.Postgres.URL != "" || hasFile(cfg) }

func hasFile(cfg config.Config) bool {
	_, err := os.Stat(cfg.Path(Casework, CaseworkStore))
	return !errors.Is(err, os.ErrNotExist)
}
