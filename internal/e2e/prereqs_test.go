package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestMissingPrerequisitesAreNamed runs the check that `make` begins with where one program after the other is missing.
func TestMissingPrerequisitesAreNamed(t *testing.T) {
	all := []string{"go", "cc", "node", "npm"}
	for _, c := range []struct{ missing, says, installs string }{
		{"", "", ""},
		{"go", "Go 1.26 or later", "https://go.dev/doc/install"},
		{"cc", "a C compiler", "apt-get install gcc"},
		{"node", "Node", "apt-get install nodejs"},
		{"npm", "npm", "apt-get install npm"},
	} {
		t.Run("without "+c.missing, func(t *testing.T) {
			bin := t.TempDir()
			for _, name := range append([]string{"sh", "sed"}, all...) {
				found, err := exec.LookPath(name)
				if err != nil {
					t.Fatal(err)
				}
				if name == c.missing {
					continue
				}
				if err := os.Symlink(found, filepath.Join(bin, name)); err != nil {
					t.Fatal(err)
				}
			}
			cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "sh"), "../../scripts/prereqs.sh")
			cmd.Env = []string{"PATH=" + bin, "HOME=" + os.Getenv("HOME")}
			out, err := cmd.CombinedOutput()
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				t.Fatal(err)
			}
			if (cmd.ProcessState.ExitCode() == 0) != (c.missing == "") || !strings.Contains(string(out), c.says) || !strings.Contains(string(out), c.installs) {
				t.Errorf("exit code %d:\n%s", cmd.ProcessState.ExitCode(), out)
			}
			if c.missing == "" && len(out) > 0 {
				t.Errorf("nothing is missing, but it says:\n%s", out)
			}
		})
	}
}
