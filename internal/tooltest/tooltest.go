// Package tooltest finds the programs that tests need beside Go: Prometheus, qpdf, poppler. Where one is missing the test is left out,
// and in CI it fails.
package tooltest

import (
	"os"
	"os/exec"
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
