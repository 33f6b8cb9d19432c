// Package trouble sorts errors by what an operator can do about them: the same few reasons in messages, metrics and alerts.
package trouble

import (
	"context"
	"errors"
	"strings"
	"syscall"

	"bellwether/internal/warehouse"
	"bellwether/transform"
)

// The reasons for which a run fails, as the metrics label them.
const (
	NoSpace = "no_space" // a disk, a quota or a limit of file size is exhausted
	Disk    = "disk"     // the disk answers with errors or takes no writes
	Damaged = "damaged"  // a file is not what was written
	Check   = "check"    // a check of the finished tables found rows, and the tables were thrown away
	Engine  = "engine"   // a fault inside the database engine, twice running
	Other   = "other"
)

// Reasons lists them.
func Reasons() []string { return []string{NoSpace, Disk, Damaged, Check, Engine, Other} }

// Reason says which one an error is; "" for no error and for work that was interrupted on purpose.
func Reason(err error) string {
	var (
		corrupt *warehouse.CorruptError
		broken  *transform.BrokenError
	)
	switch {
	case err == nil, errors.Is(err, context.Canceled):
		return ""
	case full(err):
		return NoSpace
	case failing(err):
		return Disk
	case errors.As(err, &broken):
		return Check
	case errors.As(err, &corrupt):
		return Damaged
	case warehouse.EngineFault(err):
		return Engine
	}
	return Other
}

// full and failing look at the engine's words too: its errors carry no number.
func full(err error) bool {
	return is(err, syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG) || says(err, "No space left", "no space left", "disk is full", "Disk quota exceeded", "File too large")
}

func failing(err error) bool {
	return is(err, syscall.EIO, syscall.EROFS) || says(err, "fsync failed", "Input/output error", "input/output error", "disk I/O error", "Read-only file system")
}

func is(err error, numbers ...syscall.Errno) bool {
	for _, n := range numbers {
		if errors.Is(err, n) {
			return true
		}
	}
	return false
}

func says(err error, words ...string) bool {
	msg := err.Error()
	for _, w := range words {
		if strings.Contains(msg, w) {
			return true
		}
	}
	return false
}

// Advice is what to do next about a trouble of the machine's, "" for any other error: those name their own next step.
func Advice(err error) string {
	switch Reason(err) {
	case NoSpace:
		return "The disk is full. Nothing half-done was kept and the last snapshot stays in force: make room (`bellwether doctor` says how much is needed), then run the same command again."
	case Disk:
		return "The disk reports errors. Nothing half-done was kept and the last snapshot stays in force: look at the machine's log, then run `bellwether verify` before going on."
	case Engine:
		return "The database engine failed twice running. The last snapshot stays in force: run the same command again, and `bellwether verify` if it fails again."
	}
	return ""
}
