package batch

import (
	"os/exec"
	"syscall"
)

// endTogether has a process end when the one that begins it does, however it ends.
func endTogether(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
