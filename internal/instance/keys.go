package instance

import (
	"errors"
	"os"
	"path/filepath"

	"bellwether/ingest/landing"
	"bellwether/ingest/pseudonym"
)

// EnsureKeys makes the keys that are missing, once; a key that exists is never replaced, because what it protects would be lost.
func EnsureKeys(dir string) error {
	secrets := filepath.Join(dir, Secrets)
	if path := filepath.Join(secrets, PseudonymKey); missing(path) {
		if _, err := pseudonym.Create(path); err != nil {
			return err
		}
	}
	if path := filepath.Join(secrets, LandingKey); missing(path) {
		if _, err := landing.CreateKey(path); err != nil {
			return err
		}
	}
	return landing.Create(filepath.Join(dir, Landing))
}

func missing(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, os.ErrNotExist)
}
