package warehouse

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"time"

	"bellwether/internal/failpoint"
)

// snapshotName is <UTC time>-<first 12 hex digits of the content hash>.duckdb: sorting by name sorts by age.
var snapshotName = regexp.MustCompile(`^(\d{8}T\d{9}Z)-([0-9a-f]{12})\.duckdb$`)

const snapshotTime = "20060102T150405.000Z"

// SnapshotInfo describes a published file without opening it.
type SnapshotInfo struct {
	ID        string // first 12 hex digits of the content hash
	Path      string
	Published time.Time
	Bytes     int64
}

// Publish gives a finished build its final name in dir: fsync the file, rename, fsync the folder. A crash at any point leaves
// either the old set of snapshots or the old set and the new one.
func Publish(b *Build, dir, contentHash string, at time.Time) (SnapshotInfo, error) {
	return publish(b, dir, contentHash, func(all []SnapshotInfo) (time.Time, error) {
		// The clock may have been set back since the last one: the newest must still be the last in order of names.
		if len(all) > 0 && !at.Truncate(time.Millisecond).After(all[0].Published) {
			at = all[0].Published.Add(time.Millisecond)
		}
		return at, nil
	})
}

// ErrNothingInForce says that a snapshot can't be kept behind another: there is none yet.
var ErrNothingInForce = errors.New("no snapshot is in force yet: publish one first with `bellwether run`")

// PublishBehind does the same and leaves the newest snapshot in force: the name sorts right behind it. One of the same content that is kept
// already is given back instead of a second.
func PublishBehind(b *Build, dir, contentHash string) (SnapshotInfo, error) {
	kept, err := Snapshots(dir)
	if err != nil {
		return SnapshotInfo{}, err
	}
	for _, s := range kept {
		if len(contentHash) >= 12 && s.ID == contentHash[:12] {
			return s, nil
		}
	}
	return publish(b, dir, contentHash, func(all []SnapshotInfo) (time.Time, error) {
		if len(all) == 0 {
			return time.Time{}, ErrNothingInForce
		}
		taken := map[time.Time]bool{}
		for _, s := range all {
			taken[s.Published] = true
		}
		at := all[0].Published
		for taken[at] {
			at = at.Add(-time.Millisecond)
		}
		return at, nil
	})
}

// publish gives the build the name that place chooses among those that are there.
func publish(b *Build, dir, contentHash string, place func([]SnapshotInfo) (time.Time, error)) (SnapshotInfo, error) {
	if b.db != nil {
		return SnapshotInfo{}, errors.New("publish: the build is still open; finish it first")
	}
	if len(contentHash) < 12 {
		return SnapshotInfo{}, errors.New("publish: no content hash")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return SnapshotInfo{}, fmt.Errorf("make the snapshots folder: %w", err)
	}
	if err := sweepMoves(dir); err != nil {
		return SnapshotInfo{}, fmt.Errorf("clear away what an interrupted publication left: %w", err)
	}
	if err := syncPath(b.path); err != nil {
		return SnapshotInfo{}, fmt.Errorf("flush the build to disk: %w", err)
	}
	if err := failpoint.At(failpoint.PublishSynced); err != nil {
		return SnapshotInfo{}, err
	}
	all, err := Snapshots(dir)
	if err != nil {
		return SnapshotInfo{}, err
	}
	at, err := place(all)
	if err != nil {
		return SnapshotInfo{}, err
	}
	stamp := at.UTC().Format(snapshotTime)
	stamp = stamp[:15] + stamp[16:]
	final := filepath.Join(dir, stamp+"-"+contentHash[:12]+".duckdb")
	if err := move(b.path, final); err != nil {
		return SnapshotInfo{}, fmt.Errorf("publish the snapshot: %w", err)
	}
	if err := failpoint.At(failpoint.PublishRenamed); err != nil {
		return SnapshotInfo{}, err
	}
	if err := syncPath(dir); err != nil {
		return SnapshotInfo{}, fmt.Errorf("flush the snapshots folder to disk: %w", err)
	}
	return describe(final)
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

func describe(path string) (SnapshotInfo, error) {
	m := snapshotName.FindStringSubmatch(filepath.Base(path))
	if m == nil {
		return SnapshotInfo{}, fmt.Errorf("%s is not a snapshot's name", filepath.Base(path))
	}
	st, err := os.Stat(path)
	if err != nil {
		return SnapshotInfo{}, err
	}
	at, err := time.Parse("20060102T150405.000Z", m[1][:15]+"."+m[1][15:])
	if err != nil {
		return SnapshotInfo{}, err
	}
	return SnapshotInfo{ID: m[2], Path: path, Published: at, Bytes: st.Size()}, nil
}

// Snapshots lists the published snapshots in dir, newest first. A missing folder has none.
func Snapshots(dir string) ([]SnapshotInfo, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the snapshots folder: %w", err)
	}
	var out []SnapshotInfo
	for _, e := range entries {
		if e.IsDir() || !snapshotName.MatchString(e.Name()) {
			continue
		}
		info, err := describe(filepath.Join(dir, e.Name()))
		if errors.Is(err, os.ErrNotExist) {
			continue // pruned since the folder was read
		}
		if err != nil {
			return nil, err
		}
		out = append(out, info)
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Path > out[j].Path })
	return out, nil
}

// Prune removes all but the newest keep snapshots and returns what it removed. Readers that have one open keep reading it.
func Prune(dir string, keep int) ([]SnapshotInfo, error) {
	if keep < 1 {
		keep = 1
	}
	all, err := Snapshots(dir)
	if err != nil || len(all) <= keep {
		return nil, err
	}
	var gone []SnapshotInfo
	for _, s := range all[keep:] {
		if err := os.Remove(s.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return gone, fmt.Errorf("remove an old snapshot: %w", err)
		}
		gone = append(gone, s)
		if err := failpoint.At(failpoint.SnapshotPruned); err != nil {
			return gone, err
		}
	}
	return gone, syncPath(dir)
}
