package landing

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"filippo.io/age"
)

// cacheSize is how much of a file stays decrypted in memory: readers of archives and workbooks ask for many small pieces, each of
// which would otherwise decrypt a whole block again.
const cacheSize = 256 << 10

// Object is a landed file open for reading; it is safe for several goroutines.
type Object struct {
	file  *os.File
	plain io.ReaderAt
	size  int64

	mu    sync.Mutex
	at    int64 // where the cached piece begins
	piece []byte
}

// Open opens a landed file. Damage to the piece being read is an error of that read; Verify checks a whole file.
func (s *Store) Open(sha string) (*Object, error) {
	if !validSum(sha) {
		return nil, fmt.Errorf("%q is not the name of a landed file", sha)
	}
	f, err := s.root.Open(nameOf(sha))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the file %s is %w (%s): restore it from a backup, or deliver it again", short(sha), ErrMissing, s.dir)
	}
	if err != nil {
		return nil, fmt.Errorf("open the landed file %s: %w", short(sha), err)
	}
	o, err := s.decrypt(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the landed file %s: %w: it is damaged or was landed under another key; restore it from a backup, or deliver it again", short(sha), err), f.Close())
	}
	return o, nil
}

func (s *Store) decrypt(f *os.File) (*Object, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	plain, size, err := age.DecryptReaderAt(f, info.Size(), s.key.identity)
	if err != nil {
		return nil, err
	}
	if size > s.max {
		return nil, &TooLargeError{Limit: s.max}
	}
	return &Object{file: f, plain: plain, size: size}, nil
}

// Size is the number of bytes as delivered.
func (o *Object) Size() int64 { return o.size }

// Close closes the file.
func (o *Object) Close() error { return o.file.Close() }

// ReadAt reads delivered bytes.
func (o *Object) ReadAt(p []byte, off int64) (n int, err error) {
	if off < 0 {
		return 0, errors.New("read a landed file: negative offset")
	}
	if len(p) >= cacheSize {
		if off >= o.size {
			return 0, io.EOF
		}
		return o.plain.ReadAt(p, off)
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	for n < len(p) {
		if off >= o.size {
			return n, io.EOF
		}
		if off < o.at || off >= o.at+int64(len(o.piece)) {
			if err := o.fill(off); err != nil {
				return n, err
			}
		}
		c := copy(p[n:], o.piece[off-o.at:])
		n += c
		off += int64(c)
	}
	return n, nil
}

// fill decrypts the piece that holds off.
func (o *Object) fill(off int64) error {
	if o.piece == nil {
		o.piece = make([]byte, 0, cacheSize)
	}
	start := off / cacheSize * cacheSize
	piece := o.piece[:min(cacheSize, o.size-start)]
	o.piece = o.piece[:0]
	n, err := o.plain.ReadAt(piece, start)
	if n < len(piece) {
		if err == nil || errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	o.at, o.piece = start, piece
	return nil
}

var _ io.ReaderAt = (*Object)(nil)
