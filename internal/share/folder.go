package share

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// folder is a place in the file system, such as a mounted share.
type folder string

func (f folder) String() string { return string(f) }

func (f folder) path(name string) string { return filepath.Join(string(f), filepath.FromSlash(name)) }

func (f folder) list(_ context.Context, prefix string) ([]string, error) {
	if _, err := os.Stat(string(f)); err != nil {
		return nil, err // a share that is not mounted must not look like an empty one
	}
	entries, err := os.ReadDir(f.path(prefix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") {
			names = append(names, prefix+e.Name())
		}
	}
	slices.Sort(names)
	return names, err
}

func (f folder) get(_ context.Context, name string, _ int64) (io.ReadCloser, error) {
	file, err := os.Open(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errMissing
	}
	return file, err
}

// partPrefix begins the name of what is not yet written whole.
const partPrefix = ".part-"

// tidy removes the parts that were last written to before a moment.
func (f folder) tidy(ctx context.Context, before time.Time) (n int, err error) {
	for _, prefix := range []string{filesPrefix, publicationsPrefix} {
		entries, err := os.ReadDir(f.path(prefix))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return n, err
		}
		for _, e := range entries {
			info, err := e.Info()
			if err != nil || !info.Mode().IsRegular() || !strings.HasPrefix(e.Name(), partPrefix) || !info.ModTime().Before(before) {
				continue // or it has just gone
			}
			if err := f.remove(ctx, prefix+e.Name()); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// put writes beside the final name, brings the bytes to rest, and renames.
func (f folder) put(_ context.Context, name string, body io.ReaderAt, size int64) error {
	if _, err := os.Stat(string(f)); err != nil {
		return err
	}
	to := f.path(name)
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(to), partPrefix+"*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name()) // does nothing once it has been renamed
	_, err = io.Copy(part, io.NewSectionReader(body, 0, size))
	if err := errors.Join(err, part.Sync(), part.Close()); err != nil {
		return err
	}
	if err := os.Rename(part.Name(), to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func (f folder) remove(_ context.Context, name string) error {
	if err := os.Remove(f.path(name)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (f folder) explain(doing string, err error) error {
	e := &Error{Place: f.String(), Doing: doing, Problem: Unreachable, Err: cause(err), Next: "is the folder mounted on this machine?"}
	if errors.Is(err, fs.ErrPermission) {
		e.Problem, e.Next = Refused, "let the service's user read and write there"
	}
	return e
}

// cause leaves out the path, which the message names already.
func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
