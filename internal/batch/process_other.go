//go:build !linux

package batch

import "os/exec"

// endTogether leaves the process to its standard input, whose end tells it to stop.
func endTogether(*exec.Cmd) {}
