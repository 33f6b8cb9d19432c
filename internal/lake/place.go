package lake

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"bellwether/internal/failpoint"
)

// Current is the link to the publication in force. Resolve it once, and read what it then names.
const Current = "current"

// unfinished begins the names of what is not yet, or no longer, a publication.
const unfinished = ".unfinished-"

// publicationName is a snapshot's own name, with a count where one snapshot was published again.
var publicationName = regexp.MustCompile(`^\d{8}T\d{9}Z-[0-9a-f]{12}(\.\d+)?$`)

// place makes the folder for publications fit to be written in, and sweeps away what an interrupted publication left.
func (o Options) place() error {
	if !filepath.IsAbs(o.Folder) {
		return fmt.Errorf("%q is not a whole path: name the folder for publications as /srv/marts", o.Folder)
	}
	if err := os.MkdirAll(o.Folder, folderMode); err != nil {
		return fmt.Errorf("make the folder for publications: %w: make it yourself, for Bellwether's user to write and the engines' group to read", err)
	}
	folder, err := filepath.EvalSymlinks(o.Folder)
	if err != nil {
		return err
	}
	home, err := filepath.Abs(o.Instance)
	if err == nil {
		home, err = filepath.EvalSymlinks(home)
	}
	if err != nil {
		return err
	}
	if rel, err := filepath.Rel(home, folder); err == nil && (rel == "." || filepath.IsLocal(rel)) {
		return fmt.Errorf("%s lies inside the instance, which is for its owner alone: name a folder outside it in publish.parquet.folder", o.Folder)
	}
	left, err := filepath.Glob(filepath.Join(o.Folder, unfinished+"*"))
	for _, f := range left {
		err = errors.Join(err, os.RemoveAll(f))
	}
	return err
}

// freeName gives a publication's name that is not taken yet.
func freeName(folder, name string) (string, error) {
	if !publicationName.MatchString(name) {
		return "", fmt.Errorf("%q is not a snapshot's name", name)
	}
	for n, free := 1, name; ; n++ {
		if _, err := os.Lstat(filepath.Join(folder, free)); errors.Is(err, fs.ErrNotExist) {
			return free, nil
		} else if err != nil {
			return "", err
		}
		free = fmt.Sprintf("%s.%d", name, n)
	}
}

// point moves the link to a publication, in one step.
func point(folder, name string) error {
	fresh := filepath.Join(folder, unfinished+Current)
	if err := os.Symlink(name, fresh); err != nil {
		return fmt.Errorf("make the link to the new publication: %w: the folder's disk must take symbolic links", err)
	}
	if err := os.Rename(fresh, filepath.Join(folder, Current)); err != nil {
		return err
	}
	return errors.Join(failpoint.At(failpoint.MartsCurrent), syncDir(folder))
}

// InForce gives the folder of the publication that the link names; fs.ErrNotExist if there is none.
func InForce(folder string) (string, error) {
	name, err := os.Readlink(filepath.Join(folder, Current))
	if err != nil {
		return "", err
	}
	if !publicationName.MatchString(name) {
		return "", fmt.Errorf("the link %s does not name a publication: publish again with `bellwether publish parquet`", filepath.Join(folder, Current))
	}
	return filepath.Join(folder, name), nil
}

// Publications lists them, newest first.
func Publications(folder string) ([]string, error) {
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the folder for publications: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() && publicationName.MatchString(e.Name()) {
			out = append(out, e.Name())
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		if d := strings.Compare(b[:strings.IndexByte(b, '-')], a[:strings.IndexByte(a, '-')]); d != 0 {
			return d
		}
		if d := len(b) - len(a); d != 0 { // .10 comes after .9
			return d
		}
		return strings.Compare(b, a)
	})
	return out, nil
}

// Prune removes all but the newest keep publications, never the one in force, and returns what it removed. A name that begins to go is
// no publication any more: who lists the folder never meets half of one.
func Prune(folder string, keep int) (removed []string, err error) {
	all, err := Publications(folder)
	if err != nil || len(all) <= max(keep, 1) {
		return nil, err
	}
	now, err := InForce(folder)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, name := range all[max(keep, 1):] {
		if filepath.Base(now) == name {
			continue
		}
		going := filepath.Join(folder, unfinished+name)
		if err := os.Rename(filepath.Join(folder, name), going); err != nil {
			return removed, fmt.Errorf("remove an old publication: %w", err)
		}
		removed = append(removed, name)
		if err := os.RemoveAll(going); err != nil {
			return removed, fmt.Errorf("remove an old publication: %w", err)
		}
	}
	return removed, syncDir(folder)
}

// settle waits until every file and folder of a publication is on the disk.
func settle(root string) error {
	return filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		return syncDir(path)
	})
}

func syncDir(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
