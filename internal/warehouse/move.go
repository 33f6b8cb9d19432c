package warehouse

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// movingPrefix begins the name of a snapshot that is still being copied from another disk.
const movingPrefix = ".moving-"

// move gives a finished file its final name. Where the folders lie on different disks a rename can't do it: the file is copied beside its
// final name, brought to rest, and renamed there, so that nobody ever meets half of it.
func move(from, to string) error {
	err := os.Rename(from, to)
	if !errors.Is(err, syscall.EXDEV) {
		return err
	}
	part := filepath.Join(filepath.Dir(to), movingPrefix+filepath.Base(to))
	if err := copyAcross(from, part); err != nil {
		return errors.Join(err, ignoreMissing(os.Remove(part)))
	}
	if err := os.Rename(part, to); err != nil {
		return errors.Join(err, ignoreMissing(os.Remove(part)))
	}
	return os.Remove(from)
}

func copyAcross(from, to string) error {
	src, err := os.Open(from)
	if err != nil {
		return err
	}
	defer src.Close()
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(dst, src)
	return errors.Join(err, dst.Sync(), dst.Close())
}

// sweepMoves removes copies that a killed process did not finish.
func sweepMoves(dir string) error {
	left, err := filepath.Glob(filepath.Join(dir, movingPrefix+"*"))
	for _, f := range left {
		err = errors.Join(err, ignoreMissing(os.Remove(f)))
	}
	return err
}

func ignoreMissing(err error) error {
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}
