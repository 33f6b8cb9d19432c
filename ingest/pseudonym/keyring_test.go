package pseudonym

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCreateThenOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets", "pseudonym.key")
	made, err := Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for p, want := range map[string]fs.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(p)
		if err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: mode %v, err %v; want %v", p, info.Mode().Perm(), err, want)
		}
	}
	read, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if made.ID() != read.ID() || len(made.ID()) != 16 {
		t.Errorf("ids %q and %q", made.ID(), read.ID())
	}
	if _, err := Create(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second key was made: %v", err)
	}
	other, err := Create(filepath.Join(t.TempDir(), "k"))
	if err != nil || other.ID() == made.ID() {
		t.Errorf("two keys share the id %s (%v)", made.ID(), err)
	}
}

func TestOpenRefuses(t *testing.T) {
	key := header + " " + base64.StdEncoding.EncodeToString(make([]byte, 32)) + "\n"
	for _, c := range []struct {
		name, content string
		mode          fs.FileMode
		want          string
	}{
		{"group may read", key, 0o640, "chmod 600"},
		{"world may read", key, 0o604, "chmod 600"},
		{"group may write", key, 0o620, "chmod 600"},
		{"empty", "", 0o600, "holds no key"},
		{"comment only", "# nothing\n", 0o600, "holds no key"},
		{"short key", header + " c2hvcnQ=\n", 0o600, "32 bytes"},
		{"not base64", header + " SECRETSECRET!\n", 0o600, "32 bytes"},
		{"another format", "AGE-SECRET-KEY-1QQQ\n", 0o600, "line 1"},
		{"two keys", key + key, 0o600, "line 2"},
		{"too long", strings.Repeat("#\n", 5000), 0o600, "too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "k")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := Open(path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Fatalf("got %v, want %q and the path", err, c.want)
			}
			if strings.Contains(err.Error(), "SECRET") {
				t.Errorf("the error shows the file's content: %v", err)
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "bellwether init") {
		t.Errorf("missing key: %v", err)
	}
	if _, err := Open(t.TempDir()); err == nil {
		t.Error("a folder was read as a key")
	}
}

func TestKeyringNeverPrintsItself(t *testing.T) {
	k, err := derive([]byte(strings.Repeat("K", 32)))
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []string{fmt.Sprintf("%v", k), fmt.Sprintf("%+v", k), fmt.Sprintf("%#v", k), fmt.Sprint(k)} {
		if s != "keyring "+k.ID() {
			t.Errorf("printed as %q", s)
		}
	}
}
