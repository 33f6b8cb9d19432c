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
)

// copyFile copies a plain file to a path that must not exist, for its owner alone, waits for the disk, and gives sum and size of what
// it read. A limit at or above nought ends it there.
func copyFile(ctx context.Context, from, to string, limit int64) (sum string, n int64, err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return "", 0, err
	}
	src, err := os.Open(from)
	if err != nil {
		return "", 0, err
	}
	defer src.Close()
	if st, err := src.Stat(); err != nil || !st.Mode().IsRegular() {
		return "", 0, errors.Join(err, fmt.Errorf("%s is not a plain file", from))
	}
	dst, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", 0, err
	}
	h := sha256.New()
	var body io.Reader = &reader{ctx, src}
	if limit >= 0 {
		body = io.LimitReader(body, limit)
	}
	n, err = io.Copy(io.MultiWriter(dst, h), body)
	if err = errors.Join(err, dst.Sync(), dst.Close()); err != nil {
		return "", n, fmt.Errorf("copy %s: %w", filepath.Base(from), err)
	}
	return hex.EncodeToString(h.Sum(nil)), n, nil
}

// reader stops reading when the context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// syncDirs makes the names in a folder and in all folders below it last through a loss of power.
func syncDirs(root string) error {
	return filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
