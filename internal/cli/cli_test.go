package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
	"bellwether/transform"
)

func line(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(t.Context(), args, Env{Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs, Now: time.Now, Getenv: func(string) string { return "" }})
	return out.String(), errs.String(), code
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		err  error
		want int
	}{
		{errors.New("something else"), ExitFailed},
		{usage{errors.New("a wrong word")}, ExitUsage},
		{fmt.Errorf("load: %w", &config.Error{File: "bellwether.yml", Why: "broken"}), ExitUsage},
		{fmt.Errorf("open: %w", config.ErrNoInstance), ExitUsage},
		{refusal{errors.New("one file was refused")}, ExitRefused},
		{fmt.Errorf("run: %w", &transform.BrokenError{}), ExitRefused},
		{fmt.Errorf("open: %w", &instance.HeldError{}), ExitHeld},
		{fmt.Errorf("open: %w", &warehouse.HeldError{}), ExitHeld},
	} {
		if got := exitCode(c.err); got != c.want {
			t.Errorf("%v gives exit code %d, want %d", c.err, got, c.want)
		}
	}
}

func TestWrongWordsNameTheNextStep(t *testing.T) {
	for _, args := range [][]string{{"sing"}, {"run", "--loud"}, {"ingest"}, {"completion", "tcsh"}, {"query"}} {
		if _, stderr, code := line(t, args...); code != ExitUsage || !strings.Contains(stderr, "bellwether --help") {
			t.Errorf("bellwether %s: exit code %d, %q", strings.Join(args, " "), code, stderr)
		}
	}
	if stdout, _, code := line(t); code != ExitOK || !strings.Contains(stdout, "quarantine") {
		t.Errorf("no verb at all: exit code %d, %q", code, stdout)
	}
}

// TestCompletionIsAScriptThatShellsRead hands each script to its shell, where the shell is installed.
func TestCompletionIsAScriptThatShellsRead(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		script, stderr, code := line(t, "completion", shell)
		if code != ExitOK {
			t.Fatal(stderr)
		}
		for _, verb := range []string{"init", "demo", "run", "serve", "ingest", "quarantine", "status", "snapshots", "query", "sample", "rules", "lineage", "version"} {
			if !strings.Contains(script, verb) {
				t.Errorf("the script for %s lacks %s", shell, verb)
			}
		}
		if shell != "bash" {
			continue
		}
		cmd := exec.CommandContext(t.Context(), "bash", "-c", script+"\nCOMP_WORDS=(bellwether qu); COMP_CWORD=1; _bellwether; echo \"${COMPREPLY[@]}\"")
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "quarantine") || !strings.Contains(string(out), "query") || strings.Contains(string(out), "serve") {
			t.Errorf("bash completes \"qu\" to %q (%v)", out, err)
		}
	}
}
