package cli

import (
	"fmt"
	"path/filepath"

	"bellwether/internal/instance"
)

type caseworkCmd struct {
	Move caseworkMoveCmd `cmd:"" help:"Move casework from the instance's file into the configured PostgreSQL database."`
}

type caseworkMoveCmd struct{}

// Help gives an example.
func (caseworkMoveCmd) Help() string {
	return "Stop every server first. Set casework.postgres.url to an empty database; every event, account, session and token is copied in one transaction, read back, and held against what was there: each table must have the same rows and the same hash on both sides, or nothing is changed. The file is kept beside under another name and takes no more writes.\n\nExit codes: 0 moved, 1 failed and nothing was changed, 2 the setting is wrong, 4 a run holds the instance.\n\nExample:\n  bellwether casework move --dir instance"
}

// Run moves casework.
func (caseworkMoveCmd) Run(s *session) error {
	cfg, err := s.config()
	if err != nil {
		return err
	}
	lock, err := instance.Acquire(cfg.Dir, "bellwether casework move", s.Now())
	if err != nil {
		return err
	}
	defer func() { _ = lock.Unlock() }()
	m, err := instance.MoveStore(s.ctx, cfg, s.Now)
	if err != nil {
		return err
	}
	if s.JSON {
		return printJSON(s.Stdout, m)
	}
	rows := make([][]string, len(m.Contents))
	for i, c := range m.Contents {
		rows[i] = []string{c.Table, fmt.Sprint(c.Rows), c.Hash[:16]}
	}
	if err := printTable(s.Stdout, []string{"TABLE", "ROWS", "SHA-256, THE SAME ON BOTH SIDES"}, rows); err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.Stdout, "\nCasework is in the %s.\nThe file is kept as %s and takes no more writes: destroy it once a backup of the database has been proved.\nNext: bellwether doctor --dir %s\n",
		m.To, filepath.Base(m.Kept), cfg.Dir)
	return err
}
