package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"bellwether/internal/batch"
)

// scheduledCmd is the process in which a service does what nobody waits for.
type scheduledCmd struct{}

// Run does one order.
func (scheduledCmd) Run(s *session) error {
	if s.Stdin == nil {
		return usage{errors.New("this verb is for the service alone")}
	}
	return batch.Child{Now: s.Now, Log: s.logger(), GiveWay: s.GiveWay}.Serve(s.ctx, s.Stdin, s.Stdout)
}

// itself is this program, also after another was put in its place: the link names the very file that runs.
const itself = "/proc/self/exe"

// worker makes the process for one order; its lines go where the service's go.
func (s *session) worker() (*exec.Cmd, error) {
	program := itself
	if _, err := os.Stat(program); err != nil {
		if program, err = os.Executable(); err != nil {
			return nil, fmt.Errorf("find this program, to begin a process of its own: %w", err)
		}
	}
	args := []string{batch.Verb}
	if s.Quiet {
		args = append(args, "--quiet")
	}
	// It is told to stop on its standard input, and not killed when the service is.
	cmd := exec.CommandContext(context.WithoutCancel(s.ctx), program, args...) //nolint:gosec // this very program
	cmd.Args[0] = "bellwether"                                                 // as a list of processes should name it
	cmd.Stderr = s.Stderr
	return cmd, nil
}
