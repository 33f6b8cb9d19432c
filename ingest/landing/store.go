package landing

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"filippo.io/age"
)

// DefaultMaxBytes is the largest file that is taken unless the store is told otherwise.
const DefaultMaxBytes = 4 << 30

const (
	extension  = ".age"
	tempPrefix = ".incoming-"
)

// ErrMissing says that a file is not in the landing zone.
var ErrMissing = errors.New("not in the landing zone")

// TooLargeError says that a file holds more bytes than the store takes.
type TooLargeError struct{ Limit int64 }

// Error names the limit.
func (e *TooLargeError) Error() string {
	return fmt.Sprintf("the file is larger than the limit of %d bytes", e.Limit)
}

// Store is one landing zone.
type Store struct {
	dir  string
	root *os.Root
	key  *Key
	max  int64
}

// Blob is one landed file.
type Blob struct {
	SHA256 string // of the bytes as delivered, hexadecimal
	Bytes  int64
	New    bool // false if the same bytes were there before, and sound
}

// Create makes the folder of a landing zone, readable by its owner alone.
func Create(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the landing folder: %w", err)
	}
	return nil
}

// Open opens a landing zone; maxBytes 0 means DefaultMaxBytes. All paths stay below dir, whatever links lie in it.
func Open(dir string, key *Key, maxBytes int64) (*Store, error) {
	root, err := os.OpenRoot(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the landing folder %s is missing: delivered files are kept there, so nothing can be loaded. Restore it from its backup, or run `bellwether init` for a new instance: %w", dir, err)
	}
	if err != nil {
		return nil, fmt.Errorf("open the landing folder: %w", err)
	}
	if maxBytes <= 0 {
		maxBytes = DefaultMaxBytes
	}
	return &Store{dir: dir, root: root, key: key, max: maxBytes}, nil
}

// Close releases the folder.
func (s *Store) Close() error { return s.root.Close() }

// Dir is where the landing zone lies.
func (s *Store) Dir() string { return s.dir }

// MaxBytes is the size of the largest file that is taken.
func (s *Store) MaxBytes() int64 { return s.max }

// Put takes a file in. When it returns without error the file is on disk for good. Bytes that are there already are not written
// again, unless what is there turns out to be damaged: a second delivery mends it.
func (s *Store) Put(ctx context.Context, r io.Reader) (b Blob, err error) {
	var nonce [8]byte
	if _, err := rand.Read(nonce[:]); err != nil {
		return b, fmt.Errorf("land a file: %w", err)
	}
	temp := tempPrefix + hex.EncodeToString(nonce[:])
	f, err := s.root.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return b, fmt.Errorf("land a file in %s: %w", s.dir, err)
	}
	done := false
	defer func() {
		if !done {
			_ = f.Close()
			_ = s.root.Remove(temp)
		}
	}()
	sum := sha256.New()
	sealed, err := age.Encrypt(f, s.key.identity.Recipient())
	if err != nil {
		return b, fmt.Errorf("land a file: %w", err)
	}
	n, err := copyContext(ctx, io.MultiWriter(sealed, sum), io.LimitReader(r, s.max+1))
	if err != nil {
		return b, fmt.Errorf("land a file in %s: %w", s.dir, err)
	}
	if n > s.max {
		return b, &TooLargeError{Limit: s.max}
	}
	if err := errors.Join(sealed.Close(), f.Sync()); err != nil {
		return b, fmt.Errorf("land a file in %s: %w", s.dir, err)
	}
	if err := f.Close(); err != nil {
		return b, fmt.Errorf("land a file in %s: %w", s.dir, err)
	}
	b = Blob{SHA256: hex.EncodeToString(sum.Sum(nil)), Bytes: n}
	if s.Has(b.SHA256) && s.Verify(ctx, b.SHA256) == nil {
		return b, nil // the deferred clean-up removes the copy
	}
	if err := ctx.Err(); err != nil {
		return b, err
	}
	name := nameOf(b.SHA256)
	if err := s.mkdir(path.Dir(name)); err != nil {
		return b, err
	}
	if err := s.root.Rename(temp, name); err != nil {
		return b, fmt.Errorf("land a file in %s: %w", s.dir, err)
	}
	done = true
	b.New = true
	return b, s.syncDir(path.Dir(name))
}

func (s *Store) mkdir(name string) error {
	err := s.root.Mkdir(name, 0o700)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("make a folder in %s: %w", s.dir, err)
	}
	return s.syncDir(".")
}

// syncDir makes a rename or a new name in a folder last through a loss of power.
func (s *Store) syncDir(name string) error {
	d, err := s.root.Open(name)
	if err != nil {
		return fmt.Errorf("sync a folder in %s: %w", s.dir, err)
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("sync a folder in %s: %w", s.dir, err)
	}
	return nil
}

// Has says whether the file is in the store.
func (s *Store) Has(sha string) bool {
	if !validSum(sha) {
		return false
	}
	info, err := s.root.Lstat(nameOf(sha))
	return err == nil && info.Mode().IsRegular()
}

// Verify reads a whole file back and compares its sum.
func (s *Store) Verify(ctx context.Context, sha string) error {
	o, err := s.Open(sha)
	if err != nil {
		return err
	}
	defer o.Close()
	sum := sha256.New()
	if _, err := copyContext(ctx, sum, io.NewSectionReader(o, 0, o.Size())); err != nil {
		return fmt.Errorf("read the landed file %s: %w", short(sha), err)
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != sha {
		return fmt.Errorf("the landed file %s holds other bytes than its name says: restore %s from a backup", short(sha), nameOf(sha))
	}
	return nil
}

// Sweep removes what interrupted deliveries left. Only the holder of the instance's lock may call it.
func (s *Store) Sweep() (removed int, err error) {
	entries, err := fs.ReadDir(s.root.FS(), ".")
	if err != nil {
		return 0, fmt.Errorf("read the landing folder: %w", err)
	}
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), tempPrefix) {
			continue
		}
		if err := s.root.Remove(e.Name()); err != nil {
			return removed, fmt.Errorf("remove an unfinished delivery: %w", err)
		}
		removed++
	}
	return removed, nil
}

func nameOf(sha string) string { return path.Join(sha[:2], sha+extension) }

func validSum(sha string) bool {
	raw, err := hex.DecodeString(sha)
	return err == nil && len(raw) == sha256.Size && strings.ToLower(sha) == sha
}

func short(sha string) string { return sha[:min(12, len(sha))] }

// copyContext copies until the end or until the context ends.
func copyContext(ctx context.Context, to io.Writer, from io.Reader) (n int64, err error) {
	buf := make([]byte, 256<<10)
	for {
		if err := ctx.Err(); err != nil {
			return n, err
		}
		got, err := from.Read(buf)
		if got > 0 {
			if _, err := to.Write(buf[:got]); err != nil {
				return n, err
			}
			n += int64(got)
		}
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, err
		}
	}
}

// Remove takes a file out of the store for good, and with it the one key that could open a copy of its bytes here. It is for what has
// come to the end of its retention.
func (s *Store) Remove(sha string) error {
	if !s.Has(sha) {
		return fmt.Errorf("the file %s is %w", short(sha), ErrMissing)
	}
	if err := s.root.Remove(nameOf(sha)); err != nil {
		return fmt.Errorf("remove the landed file %s: %w", short(sha), err)
	}
	return s.syncDir(path.Dir(nameOf(sha)))
}
