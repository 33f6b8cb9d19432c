package pseudonym

import (
	"bufio"
	"bytes"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	header     = "bellwether-pseudonym-key-1"
	secretSize = 32
	maxFile    = 4096
)

// Domains whose pseudonyms can't be compared with each other's.
const (
	Person = "person"
	Staff  = "staff"
	Origin = "source"
)

// Keyring holds one key per domain.
type Keyring struct {
	id   string
	keys map[string][]byte
}

// Create makes a new secret in a file of its own, readable by its owner alone; its folder is made if missing. A file that is
// already there is never replaced.
func Create(path string) (*Keyring, error) {
	secret := make([]byte, secretSize)
	if _, err := rand.Read(secret); err != nil {
		return nil, fmt.Errorf("make a pseudonym key: %w", err)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for the pseudonym key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is already there: a new key would cut the link to everything loaded before, so it is left as it is: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("write the pseudonym key: %w", err)
	}
	_, err = fmt.Fprintf(f, "# Key of the pseudonyms. Keep a copy apart from the warehouse's backups; never send it with data.\n%s %s\n",
		header, base64.StdEncoding.EncodeToString(secret))
	if err = errors.Join(err, f.Sync(), f.Close(), syncDir(dir)); err != nil {
		return nil, errors.Join(fmt.Errorf("write the pseudonym key %s: %w", path, err), os.Remove(path))
	}
	return derive(secret)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Open reads the secret. A file that others than its owner may read is refused.
func Open(path string) (*Keyring, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the pseudonym key %s is missing: restore it from its backup (a new key can't be linked to what is loaded), or run `bellwether init` for a new instance: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the pseudonym key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the pseudonym key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the pseudonym key %s is not a plain file", path)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return nil, fmt.Errorf("the pseudonym key %s can be read by others than its owner (mode %04o): run `chmod 600 %s`, and consider whether anybody copied it", path, info.Mode().Perm(), path)
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, fmt.Errorf("read the pseudonym key: %w", err)
	}
	secret, err := parse(raw)
	if err != nil {
		return nil, fmt.Errorf("the pseudonym key %s is damaged (%w): restore it from its backup", path, err)
	}
	return derive(secret)
}

// parse finds the one key line; its errors never hold any of the file's content.
func parse(raw []byte) ([]byte, error) {
	if len(raw) > maxFile {
		return nil, errors.New("it is far too long")
	}
	var secret []byte
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, _ := strings.Cut(line, " ")
		if name != header || secret != nil {
			return nil, fmt.Errorf("line %d is not the one key line expected", n)
		}
		var err error
		if secret, err = base64.StdEncoding.DecodeString(strings.TrimSpace(value)); err != nil || len(secret) != secretSize {
			return nil, fmt.Errorf("line %d does not hold a key of %d bytes", n, secretSize)
		}
	}
	if secret == nil {
		return nil, errors.New("it holds no key")
	}
	return secret, nil
}

func derive(secret []byte) (*Keyring, error) {
	k := &Keyring{keys: map[string][]byte{}}
	for _, domain := range []string{Person, Staff, Origin} {
		key, err := hkdf.Key(sha256.New, secret, nil, "bellwether pseudonym "+domain, sha256.Size)
		if err != nil {
			return nil, fmt.Errorf("derive the key of %s: %w", domain, err)
		}
		k.keys[domain] = key
	}
	id, err := hkdf.Key(sha256.New, secret, nil, "bellwether pseudonym key id", 8)
	if err != nil {
		return nil, fmt.Errorf("derive the key's id: %w", err)
	}
	k.id = hex.EncodeToString(id)
	return k, nil
}

// ID is the secret's fingerprint: it tells two keys apart and gives nothing of either away.
func (k *Keyring) ID() string { return k.id }

// String keeps a keyring out of logs, however it is printed.
func (k *Keyring) String() string { return "keyring " + k.id }

// GoString does the same for %#v.
func (k *Keyring) GoString() string { return k.String() }
