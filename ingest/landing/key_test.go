package landing

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeyRoundTrip(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secrets", "landing.agekey")
	made, err := CreateKey(path)
	if err != nil {
		t.Fatal(err)
	}
	read, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if made.identity.String() != read.identity.String() {
		t.Error("another key came back")
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	if _, err := CreateKey(path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("a second key replaced the first: %v", err)
	}
	for _, s := range []string{fmt.Sprint(made), fmt.Sprintf("%+v", made), fmt.Sprintf("%#v", made)} {
		if strings.Contains(s, "SECRET") {
			t.Errorf("a key prints its secret: %s", s)
		}
	}
}

func TestOpenKeyRefuses(t *testing.T) {
	key, err := CreateKey(filepath.Join(t.TempDir(), "k"))
	if err != nil {
		t.Fatal(err)
	}
	line := key.identity.String() + "\n"
	for _, c := range []struct {
		name, content string
		mode          fs.FileMode
		want          string
	}{
		{"readable by all", line, 0o644, "chmod 600"},
		{"empty", "", 0o600, "holds no key"},
		{"two keys", line + line, 0o600, "line 2"},
		{"cut short", line[:40], 0o600, "line 1"},
		{"too long", strings.Repeat("#\n", 4000), 0o600, "too long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "k")
			if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := OpenKey(path)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "AGE-SECRET") {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
	if _, err := OpenKey(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing key: %v", err)
	}
}
