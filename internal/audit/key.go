package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
)

// privatePrefix and publicPrefix open a key file, so that one kind cannot be
// taken for the other.
const (
	privatePrefix = "bellwether-audit-private:"
	publicPrefix  = "bellwether-audit-public:"
)

// CreateKey writes a new signing key to path, for its owner alone, and returns
// it. It never replaces a file.
func CreateKey(path string) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("audit: cannot make a signing key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("audit: cannot write the signing key: %w", err)
	}
	_, err = f.WriteString(privatePrefix + base64.StdEncoding.EncodeToString(key.Seed()) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("audit: cannot write the signing key: %w", err)
	}
	return key, nil
}

// ReadKey reads a signing key that CreateKey wrote.
func ReadKey(path string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("audit: cannot read the signing key: %w: create the instance again with init, or restore the key from a backup", err)
	}
	seed, err := decode(string(text), privatePrefix, ed25519.SeedSize)
	if err != nil {
		return nil, fmt.Errorf("audit: %s: %w", path, err)
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

// FormatPublicKey writes the public half as a line of text to keep elsewhere.
func FormatPublicKey(key ed25519.PublicKey) string {
	return publicPrefix + base64.StdEncoding.EncodeToString(key)
}

// ParsePublicKey reads what FormatPublicKey wrote.
func ParsePublicKey(text string) (ed25519.PublicKey, error) {
	key, err := decode(text, publicPrefix, ed25519.PublicKeySize)
	if err != nil {
		return nil, fmt.Errorf("audit: public key: %w", err)
	}
	return key, nil
}

func decode(text, prefix string, size int) ([]byte, error) {
	rest, found := strings.CutPrefix(strings.TrimSpace(text), prefix)
	if !found {
		return nil, fmt.Errorf("the text does not begin with %s", prefix)
	}
	raw, err := base64.StdEncoding.DecodeString(rest)
	if err != nil || len(raw) != size {
		return nil, errors.New("the key is damaged")
	}
	return raw, nil
}

// keyID names a public key briefly.
func keyID(key ed25519.PublicKey) string { return hex.EncodeToString(key[:8]) }
