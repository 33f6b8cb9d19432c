package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestOperatorsVerbs runs the verbs that look after an instance as an operator does, and reads their exit codes.
func TestOperatorsVerbs(t *testing.T) {
	dir, backups := filepath.Join(t.TempDir(), "instance"), filepath.Join(t.TempDir(), "backups")
	step := func(code int, want string, args ...string) string {
		t.Helper()
		out, got := command(append(args, "--dir", dir)...)
		if got != code || !strings.Contains(out, want) {
			t.Errorf("bellwether %s: exit code %d (want %d), printed:\n%s\nwant %q", strings.Join(args, " "), got, code, out, want)
		}
		return out
	}
	step(2, "bellwether init", "verify")
	if out, code := command("init", dir, "--council", "Test"); code != 0 {
		t.Fatal(out)
	}
	step(0, "nothing has been published yet", "verify", "--leave")
	step(0, "The keys are not in it", "backup", "--to", backups, "--keep", "3")
	step(2, "is not a number of backups", "backup", "--to", backups, "--keep=-1")
	step(1, "inside the instance", "backup", "--to", filepath.Join(dir, "backups"))
	made, err := filepath.Glob(filepath.Join(backups, "bellwether-*"))
	if err != nil || len(made) != 1 {
		t.Fatalf("%v, %v", made, err)
	}
	step(2, "--to FOLDER, or practise with --drill", "restore", made[0])
	step(0, "Practised a restore", "restore", made[0], "--drill")
	to := filepath.Join(t.TempDir(), "restored")
	step(0, "The keys are not in this backup", "restore", made[0], "--to", to)
	step(2, "is not empty", "restore", made[0], "--to", to)
	step(0, "The audit holds", "audit", "verify")
	mark := step(0, "public key", "audit", "checkpoint")
	line, _, _ := strings.Cut(mark, "\n")
	step(0, "The audit holds", "audit", "verify", "--mark", strings.TrimSpace(strings.TrimPrefix(line, "mark")))
	step(2, "64 hexadecimal digits", "audit", "verify", "--mark", "7")
	step(3, "was replaced", "audit", "verify", "--mark", "1:"+strings.Repeat("a", 64))

	var report struct {
		Worst    string
		Findings []struct{ Check, Level, Says, Next string }
	}
	out, code := command("doctor", "--dir", dir, "--json")
	if err := json.Unmarshal([]byte(out), &report); err != nil || code != 0 || report.Worst != "warn" || len(report.Findings) < 12 {
		t.Errorf("doctor: exit code %d, %v:\n%s", code, err, out)
	}
	if err := os.Chmod(filepath.Join(dir, "secrets"), 0o755); err != nil {
		t.Fatal(err)
	}
	step(3, "chmod 700", "doctor")
	if err := os.Chmod(filepath.Join(dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(dir, "audit", "audit.jsonl")
	src, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(log, []byte(strings.Replace(string(src), `"action":"backup"`, `"action":"nothing"`, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	step(3, "DAMAGED", "verify")
	step(3, "does not hold", "audit", "verify")
}
