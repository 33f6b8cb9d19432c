package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"

	"bellwether/casework/accounts"
	"bellwether/casework/passphrase"
	"bellwether/ingest/sources"
	"bellwether/internal/config"
	"bellwether/internal/instance"
)

type initCmd struct {
	Folder  string   `arg:"" optional:"" help:"The folder to make; --dir if left out." type:"path"`
	Council string   `help:"The council's name." default:"Our council"`
	Area    []string `help:"A local authority whose services are looked at, as CQC spells it; may be repeated. None means everywhere."`
	User    string   `help:"The first account's user name." default:"admin"`
}

// Help gives an example.
func (initCmd) Help() string {
	return "Makes the configuration, the keys, the inbox and a first account that may administer and review. Its password is shown once.\n\nExample:\n  bellwether init larkshire --council \"Larkshire County Council\" --area Larkshire"
}

// Run makes a new instance.
func (c initCmd) Run(s *session) error {
	dir := s.Dir
	if c.Folder != "" {
		dir = c.Folder
	}
	err := instance.Create(dir, instance.Options{Council: c.Council, Areas: c.Area, Sources: sourceNames()})
	if errors.Is(err, instance.ErrExists) {
		return usage{fmt.Errorf("%w; nothing was changed. `bellwether status --dir %s` says how it stands", err, dir)}
	}
	if err != nil {
		return err
	}
	if err := instance.EnsureKeys(dir); err != nil {
		return err
	}
	if _, _, err := instance.EnsureToken(filepath.Join(dir, instance.Secrets, instance.MetricsToken)); err != nil {
		return err
	}
	s.Dir = dir
	cfg, err := s.config()
	if err != nil {
		return err
	}
	password, err := newAccount(s, cfg, accounts.NewAccount{Username: c.User, Name: "First account", Roles: []string{"system_admin"}, MustChange: false})
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, `Made the instance %s.

  account   %s
  password  %s
            It is shown this once. This account keeps the system going and sees no data; make the
            others with `+"`bellwether user add NAME --role qsig_chair`"+`.

Next:
  1. Set the council's areas and feeds in %s.
  2. Put files into %s, one folder a source.
  3. bellwether run --dir %s
  4. bellwether serve --dir %s
Keep a copy of %s apart from all backups: without it nothing landed can be read again.
`, dir, c.User, password, filepath.Join(dir, config.FileName), filepath.Join(dir, instance.Inbox), dir, dir, filepath.Join(dir, instance.Secrets))
	return nil
}

func sourceNames() []string {
	var names []string
	for _, src := range sources.All() {
		names = append(names, src.Name)
	}
	return names
}

// withAccounts opens the casework store for the verbs about accounts.
func withAccounts(s *session, cfg config.Config, fn func(context.Context, *accounts.Accounts) error) (err error) {
	db, err := instance.OpenStore(s.ctx, cfg, s.Now)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	all, closeLists, err := instance.Accounts(cfg, db, s.Now)
	if err != nil {
		return err
	}
	return errors.Join(fn(s.ctx, all), closeLists())
}

// newAccount adds an account with a password made of words, and gives the password.
func newAccount(s *session, cfg config.Config, n accounts.NewAccount) (string, error) {
	password, err := passphrase.New(rand.Reader, 6)
	if err != nil {
		return "", err
	}
	n.Password = password
	return password, withAccounts(s, cfg, func(ctx context.Context, a *accounts.Accounts) error {
		_, err := a.Create(ctx, operator(), n)
		return err
	})
}
