package instance

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const lockName = ".lock"

// Holder is who holds an instance's lock.
type Holder struct {
	PID   int       `json:"pid"`
	Doing string    `json:"doing"`
	Since time.Time `json:"since"`
}

// HeldError says who is at work in the instance.
type HeldError struct {
	Dir     string
	Machine string // another machine, if it is not a process of this one
	Holder  Holder
}

// Error names the holder and the next step.
func (e *HeldError) Error() string {
	if e.Machine != "" {
		return fmt.Sprintf("the machine %s runs the pipeline of this instance (since %s UTC): run the command there, or stop its service; the pipeline moves when that machine has not been heard of for a while",
			e.Machine, e.Holder.Since.UTC().Format("2 Jan 2006 15:04:05"))
	}
	if e.Holder.PID == 0 {
		return fmt.Sprintf("another process is at work in %s; wait for it to end and try again", e.Dir)
	}
	return fmt.Sprintf("process %d is at work in %s (%s, since %s UTC); wait for it to end, or stop it, and try again",
		e.Holder.PID, e.Dir, e.Holder.Doing, e.Holder.Since.UTC().Format("2 Jan 2006 15:04:05"))
}

// Lock is the right to load and publish. It ends with Unlock or with the process, whichever comes first: a crash leaves no stale lock.
type Lock struct{ file *os.File }

// Acquire takes the lock at once or returns a *HeldError; it never waits.
func Acquire(dir, doing string, now time.Time) (*Lock, error) {
	folder := filepath.Join(dir, Warehouse)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make the warehouse folder: %w", err)
	}
	path := filepath.Join(folder, lockName)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("open the lock file: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		held := &HeldError{Dir: dir}
		if src, readErr := os.ReadFile(path); readErr == nil {
			_ = json.Unmarshal(src, &held.Holder) // an unreadable note only costs the holder's name
		}
		_ = f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, held
		}
		return nil, fmt.Errorf("lock the instance: %w", err)
	}
	note, err := json.Marshal(Holder{PID: os.Getpid(), Doing: doing, Since: now})
	if err == nil {
		err = errors.Join(f.Truncate(0), writeAt(f, note))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return &Lock{file: f}, nil
}

func writeAt(f *os.File, b []byte) error {
	_, err := f.WriteAt(b, 0)
	return err
}

// Unlock gives the right back; it is safe on nil.
func (l *Lock) Unlock() error {
	if l == nil || l.file == nil {
		return nil
	}
	err := errors.Join(l.file.Truncate(0), l.file.Close())
	l.file = nil
	return err
}
