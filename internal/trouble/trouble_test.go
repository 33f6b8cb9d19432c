package trouble

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"testing"

	"bellwether/internal/warehouse"
	"bellwether/transform"
)

func TestReasons(t *testing.T) {
	for _, c := range []struct {
		name string
		err  error
		want string
		says string // in the advice
	}{
		{"nothing", nil, "", ""},
		{"interrupted", fmt.Errorf("load: %w", context.Canceled), "", ""},
		{"full disk, a system call's words", &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}, NoSpace, "make room"},
		{"quota", fmt.Errorf("write: %w", syscall.EDQUOT), NoSpace, "make room"},
		{"limit of file size", fmt.Errorf("write: %w", syscall.EFBIG), NoSpace, "make room"},
		{"full disk, the engine's words", errors.New("FATAL Error: Failed to create checkpoint: No space left on device"), NoSpace, "make room"},
		{"full disk, the case work's words", errors.New("casework store: c.db: the disk is full (13): nothing was recorded"), NoSpace, "make room"},
		{"failing disk", fmt.Errorf("sync: %w", syscall.EIO), Disk, "verify"},
		{"failing disk, the engine's words", errors.New("FATAL Error: fsync failed"), Disk, "verify"},
		{"read-only disk", fmt.Errorf("open: %w", syscall.EROFS), Disk, "machine's log"},
		{"a check", &transform.BrokenError{}, Check, ""},
		{"damage", &warehouse.CorruptError{Path: "raw.duckdb", Cause: errors.New("checksum")}, Damaged, ""},
		{"the engine", errors.New("INTERNAL Error: assertion"), Engine, "twice"},
		{"anything else", errors.New("no such source"), Other, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Reason(c.err)
			if got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
			if got != "" && !slices.Contains(Reasons(), got) {
				t.Errorf("%q is not listed", got)
			}
			advice := Advice(c.err)
			if (c.says == "") != (advice == "") || !strings.Contains(advice, c.says) {
				t.Errorf("advice %q", advice)
			}
		})
	}
}
