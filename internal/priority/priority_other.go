//go:build unix && !linux

package priority

import (
	"fmt"
	"syscall"
)

// Lower gives this process at least this nice value (0 to [Lowest]).
func Lower(nice int) error {
	if now, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0); err == nil && now >= nice {
		return nil
	}
	if err := syscall.Setpriority(syscall.PRIO_PROCESS, 0, nice); err != nil {
		return fmt.Errorf("lower the priority of this process to nice %d: %w", nice, err)
	}
	return nil
}

// Try says whether a process may lower itself here; on this system every process may.
func Try(int) error { return nil }
