package backup

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"bellwether/internal/instance"
)

// inside says whether one folder lies in another, links resolved.
func inside(folder, of string) bool {
	abs := func(p string) string {
		if a, err := filepath.Abs(p); err == nil {
			p = a
		}
		for rest := ""; ; { // the folder itself may not exist yet: its nearest parent does
			if place, err := filepath.EvalSymlinks(p); err == nil {
				return filepath.Join(place, rest)
			}
			if p == filepath.Dir(p) {
				return filepath.Join(p, rest)
			}
			p, rest = filepath.Dir(p), filepath.Join(filepath.Base(p), rest)
		}
	}
	rel, err := filepath.Rel(abs(of), abs(folder))
	return err == nil && (rel == "." || filepath.IsLocal(rel))
}

// sweep removes what an interrupted backup left. The caller holds the instance's lock, so no other one is at work for this instance.
func sweep(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("read the folder for backups: %w", err)
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), unfinished) {
			if err := os.RemoveAll(filepath.Join(dir, e.Name())); err != nil {
				return fmt.Errorf("remove an unfinished backup: %w", err)
			}
		}
	}
	return nil
}

// prune removes all but the newest finished backups.
func prune(dir string, keep int) (removed []string, err error) {
	if keep <= 0 {
		return nil, nil
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() && backupName.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	for len(names) > keep {
		if err := os.RemoveAll(filepath.Join(dir, names[0])); err != nil {
			return removed, fmt.Errorf("remove an old backup: %w", err)
		}
		removed, names = append(removed, names[0]), names[1:]
	}
	return removed, nil
}

// room asks for as much free space as the parts take, before anything is copied.
func (m *maker) room() error {
	var need int64
	for _, folder := range []string{instance.Landing, instance.Warehouse, instance.Casework, instance.Audit} {
		n, err := size(m.Config.Path(folder))
		if err != nil {
			return err
		}
		need += n
	}
	free, err := Free(m.dir)
	if err != nil {
		return err
	}
	if free < need {
		return fmt.Errorf("%s has %d MiB free and the backup needs %d: make room, or name another folder: %w", m.To, free>>20, need>>20, syscall.ENOSPC)
	}
	return nil
}

// Free is how many bytes a folder's disk has left for this user.
func Free(dir string) (int64, error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, fmt.Errorf("ask how much room %s has: %w", dir, err)
	}
	return int64(st.Bavail) * int64(st.Bsize), nil
}

func size(root string) (n int64, err error) {
	err = filepath.WalkDir(root, func(_ string, d os.DirEntry, err error) error {
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		info, err := d.Info()
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		if err == nil {
			n += info.Size()
		}
		return err
	})
	return n, err
}

// explain says in words what a full disk means here.
func explain(err error) error {
	if errors.Is(err, syscall.ENOSPC) {
		return fmt.Errorf("the backup was not made and what was begun is removed: %w", err)
	}
	return err
}

// sum notes a file that is in the backup already.
func (m *maker) sum(ctx context.Context, name string) error {
	f, err := os.Open(filepath.Join(m.dir, filepath.FromSlash(name)))
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, &reader{ctx, f})
	if err != nil {
		return err
	}
	m.sums[name] = hex.EncodeToString(h.Sum(nil))
	m.bytes += n
	return nil
}

// note notes a file whose content is at hand.
func (m *maker) note(name string, content []byte) error {
	sum := sha256.Sum256(content)
	m.sums[name] = hex.EncodeToString(sum[:])
	m.bytes += int64(len(content))
	return nil
}
