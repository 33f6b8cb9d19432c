package landing

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filippo.io/age"
)

// Key opens the files of one landing zone.
type Key struct {
	identity *age.X25519Identity
}

// String keeps the secret out of logs, however a key is printed.
func (k *Key) String() string { return "landing key " + k.identity.Recipient().String() }

// GoString does the same for %#v.
func (k *Key) GoString() string { return k.String() }

// CreateKey makes a new key in a file readable by its owner alone, in age's own format; a file that is there is never replaced.
func CreateKey(path string) (*Key, error) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, fmt.Errorf("make a landing key: %w", err)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for the landing key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s is already there: without it no landed file can be read, so it is left as it is: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("write the landing key: %w", err)
	}
	_, err = fmt.Fprintf(f, "# Key of the landing zone. Without it no landed file can be read again: keep a copy apart.\n# public key: %s\n%s\n",
		identity.Recipient(), identity)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, errors.Join(fmt.Errorf("write the landing key %s: %w", path, err), os.Remove(path))
	}
	return &Key{identity}, nil
}

// OpenKey reads a key. A file that others than its owner may read is refused.
func OpenKey(path string) (*Key, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the landing key %s is missing: restore it from its backup, or run `bellwether init` for a new instance: %w", path, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the landing key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open the landing key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("the landing key %s is not a plain file", path)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("the landing key %s can be read by others than its owner (mode %04o): run `chmod 600 %s`", path, info.Mode().Perm(), path)
	}
	raw, err := io.ReadAll(io.LimitReader(f, 4097))
	if err != nil {
		return nil, fmt.Errorf("read the landing key: %w", err)
	}
	if len(raw) > 4096 {
		return nil, fmt.Errorf("the landing key %s is damaged (it is far too long): restore it from its backup", path)
	}
	var found *age.X25519Identity
	lines := bufio.NewScanner(bytes.NewReader(raw))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		identity, err := age.ParseX25519Identity(line)
		if err != nil || found != nil {
			// age's own message may quote the line, which is the secret.
			return nil, fmt.Errorf("the landing key %s is damaged (line %d is not the one age key expected): restore it from its backup", path, n)
		}
		found = identity
	}
	if found == nil {
		return nil, fmt.Errorf("the landing key %s is damaged (it holds no key): restore it from its backup", path)
	}
	return &Key{found}, nil
}
