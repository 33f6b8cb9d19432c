package sqlite

import (
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// FileError is a trouble of the casework file itself, with what to do next.
type FileError struct {
	Path     string
	Trouble  string
	NextStep string
	Err      error
}

// Error says what is wrong with the file and what to do next.
func (e *FileError) Error() string {
	return fmt.Sprintf("casework store: %s: %s (%v): %s", e.Path, e.Trouble, e.Err, e.NextStep)
}

// Unwrap returns SQLite's own error.
func (e *FileError) Unwrap() error { return e.Err }

// noRoom says whether the disk of a file has less room than SQLite needs for the index of its log.
func noRoom(path string) bool {
	var st syscall.Statfs_t
	return syscall.Statfs(filepath.Dir(path), &st) == nil && int64(st.Bavail)*int64(st.Bsize) < 64<<10
}

// explain turns SQLite's codes for the state of the file into a sentence that
// an operator can act on, and leaves every other error alone.
func (db *DB) explain(err error) error {
	var known *FileError
	var raw *sqlite.Error
	if err == nil || errors.As(err, &known) || !errors.As(err, &raw) {
		return err
	}
	fault := func(trouble, next string) error {
		return &FileError{Path: db.path, Trouble: trouble, NextStep: next, Err: raw}
	}
	switch raw.Code() & 0xff {
	case lib.SQLITE_BUSY, lib.SQLITE_LOCKED:
		return fault("another process is writing to it", "nothing was recorded: try again")
	case lib.SQLITE_FULL:
		return fault("the disk is full", "nothing was recorded: make room and try again")
	case lib.SQLITE_IOERR:
		if noRoom(db.path) { // SQLite calls a log index that can't grow an error of the disk's
			return fault("the disk is full", "nothing was recorded: make room and try again")
		}
		return fault("the disk reported an error", "nothing was recorded: check the disk, then restart")
	case lib.SQLITE_NOTADB:
		return fault("it is not a casework file", "move it away, or restore the file from a backup")
	case lib.SQLITE_CORRUPT:
		return fault("it is damaged", "stop the service and restore the file from a backup")
	case lib.SQLITE_READONLY, lib.SQLITE_CANTOPEN, lib.SQLITE_PERM:
		return fault("it cannot be opened for writing", "check who owns the file and its folder")
	}
	return err
}
