package crash

import (
	"bufio"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"bellwether/internal/cli"
)

// TestCtrlCLeavesACleanState presses Ctrl-C in a run of its own process once its first file is in: it ends with the exit code of an
// interruption, says what was finished and how to go on, leaves nothing half-done, and the next run ends where an undisturbed one does.
func TestCtrlCLeavesACleanState(t *testing.T) {
	want := undisturbed(t)
	dir := fresh(t)
	cmd := child(t, 1, "run", "--dir", dir)
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	pressed := false
	for lines := bufio.NewScanner(stderr); lines.Scan(); {
		said.WriteString(lines.Text() + "\n")
		if !pressed && strings.HasPrefix(lines.Text(), "  ") { // a file came to its end
			pressed = true
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
		}
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); !pressed || code != cli.ExitInterrupted {
		t.Fatalf("Ctrl-C pressed: %v; exit code %d:\n%s", pressed, code, said.String())
	}
	if kept := regexp.MustCompile(`Finished and kept: [0-9]+ files?, [0-9,]+ rows? \(.+\)\.`); !strings.Contains(said.String(), "bellwether: interrupted") || !kept.MatchString(said.String()) ||
		!strings.Contains(said.String(), "`bellwether run` goes on from here") {
		t.Errorf("it says\n%s", said.String())
	}
	if left := leftovers(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	if shots, err := filepath.Glob(filepath.Join(dir, "snapshots", "*.duckdb")); err != nil || len(shots) > 0 {
		t.Errorf("a run that was interrupted published %v, %v", shots, err)
	}
	recovered(t, "after Ctrl-C", dir, 2, want)
}
