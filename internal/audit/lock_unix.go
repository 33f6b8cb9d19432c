//go:build unix

package audit

import (
	"errors"
	"os"
	"syscall"
)

// lock lets one process at a time extend the log; the service and the command
// line share it. It is given up when the file is closed or the process ends.
func lock(f *os.File) error {
	return retry(func() error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX) })
}

func unlock(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_UN) }

// retry repeats a call that a signal interrupted.
func retry(call func() error) error {
	for {
		if err := call(); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
