package share

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"bellwether/internal/warehouse"
)

// maxPublication bounds what is read of a publication.
const maxPublication = 64 << 10

// incoming is the folder, inside that of the snapshots, in which files lie until they are found sound.
const incoming = ".incoming"

var hexSum = regexp.MustCompile(`^[0-9a-f]{64}$`)

// Pull takes the snapshot in force from the place, if this machine does not have it: its bytes are held against the published sum, it is
// opened as a snapshot of this program's format, and only then gets its name among this machine's snapshots. One that is damaged is passed
// over for the one before it and tried again after a growing pause. It says whether something new came.
func (s *Store) Pull(ctx context.Context) (bool, error) {
	s.working.Lock()
	defer s.working.Unlock()
	got, err := s.pull(ctx)
	return got, s.note(err)
}

func (s *Store) pull(ctx context.Context) (bool, error) {
	all, err := s.publications(ctx)
	if err != nil {
		return false, err
	}
	var problems error
	for _, key := range all[:min(len(all), s.keep)] {
		final := filepath.Join(s.dir, stemOf(key)+".duckdb")
		if _, err := os.Stat(final); err == nil {
			return false, problems
		}
		if known, wait := s.waiting(key); known {
			problems = errors.Join(problems, wait)
			continue
		}
		err := s.take(ctx, key, final)
		if err == nil {
			delete(s.later, key)
			_, err = warehouse.Prune(s.dir, s.keep)
			return true, errors.Join(problems, err)
		}
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		var known *Error
		if errors.As(err, &known) && known.Problem == Unreachable {
			return false, errors.Join(problems, err) // the place went away: the older ones can't be had either
		}
		s.putOff(key)
		s.log.Error("a shared snapshot can't be used; the last good one stays in force", "snapshot", stemOf(key), "error", err.Error())
		problems = errors.Join(problems, err)
	}
	return false, problems
}

// waiting says that a publication was bad and is not yet to be tried again, and why.
func (s *Store) waiting(key string) (bool, error) {
	a, known := s.later[key]
	if !known || !s.now().Before(a.not) {
		return false, nil
	}
	return true, &Error{Place: s.place.String(), Doing: "take the snapshot " + stemOf(key), Problem: Damaged, Err: errWaiting,
		Next: "it is tried again at " + a.not.UTC().Format("15:04:05") + " UTC; publish anew with `bellwether run --full`"}
}

func (s *Store) putOff(key string) {
	a := s.later[key]
	a.pause = min(max(firstPause, 2*a.pause), longest)
	a.not = s.now().Add(a.pause)
	s.later[key] = a
}

// take fetches one snapshot and puts it in force.
func (s *Store) take(ctx context.Context, key, final string) error {
	p, err := s.read(ctx, key)
	if err != nil {
		return err
	}
	folder := filepath.Join(s.dir, incoming)
	if err := errors.Join(os.RemoveAll(folder), os.MkdirAll(folder, 0o700)); err != nil {
		return fmt.Errorf("make room for a shared snapshot: %w", err)
	}
	defer os.RemoveAll(folder)
	part := filepath.Join(folder, p.Snapshot)
	if err := s.fetch(ctx, p, part); err != nil {
		return err
	}
	snap, err := warehouse.OpenSnapshot(part, s.lim)
	if err != nil {
		e := s.bad(p.Snapshot, err)
		var format *warehouse.FormatError
		if errors.As(err, &format) {
			e.Problem, e.Next = Refused, "install the same version of Bellwether on every machine"
		}
		return e
	}
	if err := snap.Close(); err != nil {
		return err
	}
	if err := os.Rename(part, final); err != nil {
		return fmt.Errorf("put the shared snapshot in force: %w", err)
	}
	s.log.Info("a shared snapshot was put in force", "snapshot", p.Snapshot, "bytes", p.Bytes)
	return syncDir(s.dir)
}

func (s *Store) bad(name string, err error) *Error {
	return &Error{Place: s.place.String(), Doing: "take the snapshot " + name, Problem: Damaged, Err: err,
		Next: "the last good one is served; publish anew with `bellwether run --full`, and look after the place's disks"}
}

// read gets a publication and checks that it says what its name says.
func (s *Store) read(ctx context.Context, key string) (p Publication, err error) {
	r, err := s.place.get(ctx, key, maxPublication)
	if errors.Is(err, errMissing) {
		return p, s.bad(stemOf(key), err)
	}
	if err != nil {
		return p, s.place.explain("read a publication", err)
	}
	defer r.Close()
	src, err := io.ReadAll(io.LimitReader(r, maxPublication+1))
	if err != nil {
		return p, s.place.explain("read a publication", err)
	}
	if err := json.Unmarshal(src, &p); err != nil {
		return p, s.bad(stemOf(key), err)
	}
	if p.Snapshot != stemOf(key)+".duckdb" || p.Fence != fenceOf(key) || p.Bytes <= 0 || !hexSum.MatchString(p.SHA256) || len(src) > maxPublication {
		return p, s.bad(stemOf(key), errors.New("its publication does not describe it"))
	}
	return p, nil
}

// fetch writes an object into a file, and holds its bytes against the publication.
func (s *Store) fetch(ctx context.Context, p Publication, to string) error {
	r, err := s.place.get(ctx, filesPrefix+p.Snapshot, p.Bytes)
	if errors.Is(err, errMissing) {
		return s.bad(p.Snapshot, err)
	}
	if err != nil {
		return s.place.explain("read the snapshot "+p.Snapshot, err)
	}
	defer r.Close()
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("keep a shared snapshot: %w", err)
	}
	defer file.Close()
	sum := sha256.New()
	n, err := io.Copy(&disk{file}, io.TeeReader(io.LimitReader(r, p.Bytes+1), sum))
	var full *diskError
	switch {
	case errors.As(err, &full):
		return fmt.Errorf("keep a shared snapshot: %w", full.error)
	case err != nil:
		return s.place.explain("read the snapshot "+p.Snapshot, err)
	case n != p.Bytes:
		return s.bad(p.Snapshot, fmt.Errorf("it has %d bytes instead of %d", n, p.Bytes))
	case hex.EncodeToString(sum.Sum(nil)) != p.SHA256:
		return s.bad(p.Snapshot, errors.New("its sum differs from the published one"))
	}
	return errors.Join(file.Sync(), file.Close())
}

// disk marks errors of the writing side, so that a full disk here is not taken for a fault of the place.
type disk struct{ w io.Writer }

type diskError struct{ error }

func (d *disk) Write(b []byte) (int, error) {
	n, err := d.w.Write(b)
	if err != nil {
		err = &diskError{err}
	}
	return n, err
}

// Follow takes what is new at every tick until the context ends. Publishing says whether this machine may publish, and under which number:
// what could not be shared when it was made is shared then.
func (s *Store) Follow(ctx context.Context, every time.Duration, publishing func() (fence int64, may bool)) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		_, err := s.Pull(ctx)
		if fence, may := publishing(); may && err == nil {
			_ = s.Push(ctx, fence) // counted and logged there
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
