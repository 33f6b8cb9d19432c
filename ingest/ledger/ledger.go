package ledger

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// File is the manifest's name in the landing folder.
const File = "manifest.jsonl"

// Record is what the manifest knows of one load.
type Record struct {
	LoadID   string
	Source   string
	Window   string
	SHA256   string
	Bytes    int64
	File     string
	Received time.Time
	LandedAt time.Time

	State           State // received, loaded or rejected
	SettledAt       time.Time
	Reading         string
	RowsRead        int64
	RowsLoaded      int64
	RowsQuarantined int64
	Reason          string
	Accepted        string // who accepted a file that was held, and why; "" if nobody did
	AcceptedAt      time.Time
	Extract         string // SHA-256 of the extract, once the delivered file was erased by age
	ErasedAt        time.Time
	ErasedWhy       string
	Deliveries      int // how often the bytes came, as far as the manifest saw
}

// Erased says whether the delivered file was erased by age; the extract stands in for it.
func (r Record) Erased() bool { return r.Extract != "" }

// Kept is the sum of what the landing zone keeps of the load: the delivered file, or the extract that stands in for it.
func (r Record) Kept() string {
	if r.Erased() {
		return r.Extract
	}
	return r.SHA256
}

// Settled says whether the load has come to an end, good or bad.
func (r Record) Settled() bool { return r.State == Loaded || r.State == Rejected }

// Repair tells of a torn last line that opening cut off. The line was never acknowledged.
type Repair struct {
	Line  int   // its number, from 1
	Bytes int64 // how many bytes of it there were
}

// String says what happened.
func (r Repair) String() string {
	return fmt.Sprintf("line %d of %s was cut short (%d bytes, by a crash or a loss of power) and has been removed; what it announced is done again", r.Line, File, r.Bytes)
}

// DamageError says that a line other than the last can't be read.
type DamageError struct {
	Path  string
	Line  int
	Cause error
}

// Error names the line and the next step.
func (e *DamageError) Error() string {
	return fmt.Sprintf("%s, line %d: %v. The manifest was altered or its disk is failing: restore it from a backup; landed files and the database are untouched", e.Path, e.Line, e.Cause)
}

// Unwrap gives the cause.
func (e *DamageError) Unwrap() error { return e.Cause }

// Ledger is the manifest open for writing. It is safe for several goroutines of the one process that holds the instance's lock.
type Ledger struct {
	path string

	mu     sync.Mutex
	file   *os.File
	size   int64
	broken error
	book   *book
}

// Open reads the manifest of a landing folder, makes it if it is missing, and cuts off a torn last line.
func Open(dir string) (*Ledger, *Repair, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("open the landing folder for its manifest: %w", err)
	}
	defer root.Close()
	_, statErr := root.Stat(File)
	f, err := root.OpenFile(File, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("open the manifest: %w", err)
	}
	l := &Ledger{path: filepath.Join(dir, File), file: f, book: newBook()}
	repair, err := l.load()
	if err == nil && errors.Is(statErr, fs.ErrNotExist) {
		err = syncRoot(root)
	}
	if err != nil {
		return nil, nil, errors.Join(err, f.Close())
	}
	return l, repair, nil
}

func syncRoot(root *os.Root) error {
	d, err := root.Open(".")
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (l *Ledger) load() (*Repair, error) {
	raw, err := io.ReadAll(l.file)
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	good, repair, err := l.book.read(l.path, raw)
	if err != nil {
		return nil, err
	}
	l.size = good
	switch {
	case repair != nil:
		if err := errors.Join(l.file.Truncate(good), l.file.Sync()); err != nil {
			return nil, fmt.Errorf("cut a torn line off the manifest: %w", err)
		}
	case good > 0 && raw[good-1] != '\n':
		// Only the line's end was lost; what it says is whole.
		if _, err := l.file.WriteAt([]byte("\n"), good); err != nil {
			return nil, fmt.Errorf("end the manifest's last line: %w", err)
		}
		l.size++
	}
	return repair, nil
}

// Read reads a manifest without opening it for writing, for commands that only look. A torn last line is passed over.
func Read(dir string) ([]Record, error) {
	path := filepath.Join(dir, File)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	b := newBook()
	if _, _, err := b.read(path, raw); err != nil {
		return nil, err
	}
	return b.list(), nil
}

// Append adds lines; when it returns without error they are on disk. After an error nothing of them counts.
func (l *Ledger) Append(entries ...Entry) error {
	var buf bytes.Buffer
	for _, e := range entries {
		raw, err := encode(e)
		if err != nil {
			return fmt.Errorf("write the manifest: %w", err)
		}
		buf.Write(raw)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.broken != nil {
		return fmt.Errorf("the manifest can't be written since an earlier fault: %w", l.broken)
	}
	fresh := map[string]*Record{}
	for _, e := range entries {
		if err := l.book.check(e, fresh); err != nil {
			return fmt.Errorf("write the manifest: %w", err)
		}
		if e.State == Received {
			fresh[e.LoadID] = &Record{Source: e.Source, SHA256: e.SHA256}
		}
	}
	_, err := l.file.WriteAt(buf.Bytes(), l.size)
	if err = errors.Join(err, l.file.Sync()); err != nil {
		// What was written in part must not stand before a later line.
		if cut := errors.Join(l.file.Truncate(l.size), l.file.Sync()); cut != nil {
			l.broken = errors.Join(err, cut)
		}
		return fmt.Errorf("write the manifest %s: %w", l.path, err)
	}
	l.size += int64(buf.Len())
	for _, e := range entries {
		l.book.apply(e)
	}
	return nil
}

// Get gives what is known of a load.
func (l *Ledger) Get(loadID string) (Record, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r, ok := l.book.loads[loadID]
	if !ok {
		return Record{}, false
	}
	return *r, true
}

// Records lists all loads in the order of their first delivery.
func (l *Ledger) Records() []Record {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.book.list()
}

// Seen finds the load of a file in a drop zone by path, size and modification time, without reading the file.
func (l *Ledger) Seen(source, path string, size, modified int64) (Record, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s, ok := l.book.seen[place{source, path}]
	if !ok || s.size != size || s.modified != modified {
		return Record{}, false
	}
	return *l.book.loads[s.load], true
}

// Close closes the file.
func (l *Ledger) Close() error { return l.file.Close() }
