package priority

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"syscall"
)

// tasks lists this process's threads.
const tasks = "/proc/self/task"

// clean is how many looks at the threads in a row must find none left to lower: what a thread begins has its priority, so one that began
// another while it was lowered itself is met by the next look.
const clean = 2

// Lower gives every thread of this process, and all that they will begin, at least this nice value (0 to [Lowest]). A thread that is lower already
// is left there. Linux keeps the value by thread, so it is best called before much has begun.
func Lower(nice int) error {
	for met := 0; met < clean; {
		threads, err := os.ReadDir(tasks)
		if err != nil {
			return fmt.Errorf("lower the priority of this process: %w", err)
		}
		met++
		for _, t := range threads {
			id, err := strconv.Atoi(t.Name())
			if err != nil {
				continue
			}
			lowered, err := lowerThread(id, nice)
			if errors.Is(err, syscall.ESRCH) { // it has ended
				continue
			}
			if err != nil {
				return fmt.Errorf("lower the priority of this process to nice %d: %w", nice, err)
			}
			if lowered {
				met = 0
			}
		}
	}
	return nil
}

func lowerThread(id, nice int) (lowered bool, err error) {
	now, err := of(id)
	if err != nil || now >= nice {
		return false, err
	}
	return true, syscall.Setpriority(syscall.PRIO_PROCESS, id, nice)
}

// of gives a thread's nice value; the kernel answers 20 less it, so that no answer looks like an error.
func of(id int) (int, error) {
	raw, err := syscall.Getpriority(syscall.PRIO_PROCESS, id)
	return 20 - raw, err
}

// Try says whether a process may lower itself here, by lowering a thread that ends with it.
func Try(nice int) error {
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // and never let go, so that the thread ends with what was tried on it
		_, err := lowerThread(syscall.Gettid(), nice)
		done <- err
	}()
	return <-done
}
