// Package tooltest finds the programs that tests need beside Go: Prometheus, qpdf, poppler. Where one is missing the test is left out,
// and in CI it fails.
package tooltest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Find gives the path of a program.
func Find(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		Missing(t, name+" is not installed: `make test-tools` installs it")
	}
	return path
}

// Missing leaves a test out for a reason; in CI, where nothing may be missing, it fails.
func Missing(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// Extensions gives the folder with the engine's extensions that `make test-tools` fetches.
func Extensions(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("BELLWETHER_EXTENSIONS"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; ; dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("the module's root was not found")
		}
	}
	dir = filepath.Join(dir, "bin", "extensions")
	if _, err := os.Stat(filepath.Join(dir, "httpfs.duckdb_extension")); err != nil {
		Missing(t, "the engine's extensions are not here: `make test-tools` fetches them")
	}
	return dir
}
