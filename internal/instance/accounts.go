package instance

import (
	"path/filepath"
	"slices"
	"strings"
	"time"

	"bellwether/casework/accounts"
	"bellwether/casework/store/relational"
	"bellwether/internal/config"
)

// Accounts gives the local accounts of an instance with the rules for their passwords; done closes what those are read from.
func Accounts(cfg config.Config, db relational.DB, now func() time.Time) (all *accounts.Accounts, done func() error, err error) {
	seal, err := EnsureSeal(cfg.Path(Secrets, SecondKey))
	if err != nil {
		return nil, nil, err
	}
	var leaked *accounts.Leaked
	if path := cfg.SignIn.LeakedList; path != "" {
		if !filepath.IsAbs(path) {
			path = cfg.Path(path)
		}
		if leaked, err = accounts.OpenLeaked(path); err != nil {
			return nil, nil, &config.Error{File: filepath.Join(cfg.Dir, config.FileName), Field: "sign_in.leaked_list", Why: err.Error()}
		}
	}
	words := slices.Clone(cfg.SignIn.ContextWords)
	for _, phrase := range append([]string{cfg.Council}, cfg.Areas...) {
		words = append(append(words, phrase), strings.Fields(phrase)...)
	}
	all, err = accounts.New(db, accounts.Options{Now: now, SealKey: seal, Words: words, Leaked: leaked})
	return all, leaked.Close, err
}
