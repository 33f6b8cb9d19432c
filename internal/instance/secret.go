package instance

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
)

// EnsureToken reads a random token from a file that only its owner may read, making it if it is missing.
func EnsureToken(path string) (token string, made bool, err error) {
	token, err = ReadSecret(path)
	if err == nil || !errors.Is(err, os.ErrNotExist) {
		return token, false, err
	}
	raw := make([]byte, 24)
	if _, err := rand.Read(raw); err != nil {
		return "", false, err
	}
	token = base64.RawURLEncoding.EncodeToString(raw)
	return token, true, WriteFile(path, []byte(token+"\n"), 0o600)
}

// ReadSecret reads a secret from a file and refuses one that others may read.
func ReadSecret(path string) (string, error) {
	st, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	if st.Mode().Perm()&0o077 != 0 {
		return "", fmt.Errorf("%s may be read by others (mode %04o): run chmod 600 %s, and replace the secret if others use this machine", path, st.Mode().Perm(), path)
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	secret := strings.TrimSpace(string(src))
	if secret == "" {
		return "", fmt.Errorf("%s is empty: remove it and run `bellwether init` to make a new one", path)
	}
	return secret, nil
}
