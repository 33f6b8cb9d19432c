package warehouse

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"bellwether/internal/tooltest"
)

// otherDisk is a folder on another file system than the test's own.
func otherDisk(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=1m,mode=0700")
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		tooltest.Missing(t, "this user may not mount a second disk: run the tests as root in a container that may")
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) })
	return dir
}

func TestMoveAcrossDisks(t *testing.T) {
	here, there := t.TempDir(), otherDisk(t)
	from, to := filepath.Join(here, "build.duckdb"), filepath.Join(there, "final.duckdb")
	if err := os.WriteFile(from, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := move(from, to); err != nil {
		t.Fatal(err)
	}
	if src, err := os.ReadFile(to); err != nil || string(src) != "content" {
		t.Errorf("%q, %v", src, err)
	}
	if _, err := os.Stat(from); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the build is still there: %v", err)
	}
	// What does not fit leaves nothing, and the build stays for whoever looks into it.
	if err := os.WriteFile(from, []byte(strings.Repeat("x", 2<<20)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := move(from, filepath.Join(there, "large.duckdb")); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("moving too much gave %v", err)
	}
	left, err := os.ReadDir(there)
	if err != nil || len(left) != 1 {
		t.Errorf("left there: %v, %v", left, err)
	}
	if _, err := os.Stat(from); err != nil {
		t.Error(err)
	}
}

func TestUnfinishedMovesAreClearedAway(t *testing.T) {
	dir := t.TempDir()
	left := filepath.Join(dir, movingPrefix+"x.duckdb")
	for _, name := range []string{left, filepath.Join(dir, "y.duckdb")} {
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := sweepMoves(dir); err != nil {
		t.Fatal(err)
	}
	if rest, err := os.ReadDir(dir); err != nil || len(rest) != 1 || rest[0].Name() != "y.duckdb" {
		t.Errorf("%v, %v", rest, err)
	}
}
