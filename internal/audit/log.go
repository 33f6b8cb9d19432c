package audit

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options adjusts Open. Now, Key and Checkpoints are required.
type Options struct {
	// Now is the clock that entries are stamped from.
	Now func() time.Time
	// Key signs checkpoints.
	Key ed25519.PrivateKey
	// Checkpoints is the path of the checkpoint file. It belongs in a place
	// that the service cannot rewrite: a second machine, a share that only
	// takes additions, a collector of logs.
	Checkpoints string
	// Every and Interval say after how many entries and after how long a
	// checkpoint is due; 256 entries and 15 minutes if zero.
	Every    int
	Interval time.Duration
}

// Log is an open audit log. It is safe for use by several goroutines, and
// several processes may extend the same log.
type Log struct {
	path string
	o    Options

	mu   sync.Mutex // guards everything below and the order of writes
	file *os.File
	size int64
	seq  uint64
	hash string
	at   time.Time
	dead error // set when the log can no longer be trusted to take entries

	pointed   uint64 // seq of the last checkpoint
	pointedAt time.Time
	tried     uint64 // seq at the last attempt of a checkpoint
	pointErr  error

	syncMu sync.Mutex
	synced uint64 // seq known to be on the disk
}

// Status describes a log for health pages and metrics.
type Status struct {
	Entries uint64
	LastAt  time.Time
	// Unsigned is how many entries no checkpoint covers yet.
	Unsigned uint64
	// CheckpointError is why the last checkpoint could not be written, nil if
	// it could.
	CheckpointError error
	// Failed is why the log takes no more entries, nil if it does.
	Failed error
}

// ErrClosed is returned by Append after Close.
var ErrClosed = errors.New("audit: the log is closed")

// Open opens the log at path for adding, creating it if it does not exist.
//
// A last line without its end was being written when the process or the power
// went; nobody was told that it had been recorded. It is moved to a file of
// its own beside the log, and an entry says so. Any other damage, and a log
// that ends before its last checkpoint, is refused: that is not an accident of
// writing, and going on would bury it.
func Open(path string, o Options) (*Log, error) {
	if o.Now == nil || o.Key == nil || o.Checkpoints == "" {
		return nil, errors.New("audit: Options needs Now, Key and Checkpoints")
	}
	if o.Every == 0 {
		o.Every = 256
	}
	if o.Interval == 0 {
		o.Interval = 15 * time.Minute
	}
	_, statErr := os.Stat(path)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, fmt.Errorf("audit: cannot open the log: %w: check that its folder exists and may be written", err)
	}
	l := &Log{path: path, o: o, file: f, hash: genesis}
	if errors.Is(statErr, os.ErrNotExist) {
		err = syncDir(filepath.Dir(path))
	}
	if err == nil {
		err = l.begin()
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return l, nil
}

// begin finds the end of the log and repairs a torn last line.
func (l *Log) begin() error {
	if err := lock(l.file); err != nil {
		return fmt.Errorf("audit: cannot lock the log: %w", err)
	}
	defer func() { _ = unlock(l.file) }()
	torn, err := l.catchUp()
	if err != nil {
		return err
	}
	points, _, err := readCheckpoints(l.o.Checkpoints)
	if err != nil {
		return err
	}
	for _, c := range points {
		if c.Seq > l.seq || c.Seq == l.seq && c.Hash != l.hash {
			return fmt.Errorf("audit: %s does not reach its signed checkpoint at entry %d: entries were removed or replaced; "+
				"run audit verify, keep the log as evidence, and restore it from a backup", l.path, c.Seq)
		}
		l.pointed = max(l.pointed, c.Seq)
	}
	l.pointedAt, l.tried = l.o.Now(), l.pointed
	if len(torn) > 0 {
		return l.repair(torn)
	}
	l.synced = l.seq
	return nil
}

// catchUp reads what has been added since the known size, by this log's own
// earlier life or by another process. It returns what follows the last whole
// line. The lock must be held.
func (l *Log) catchUp() (torn []byte, err error) {
	info, err := l.file.Stat()
	if err != nil {
		return nil, fmt.Errorf("audit: cannot read the log: %w", err)
	}
	switch {
	case info.Size() == l.size:
		return nil, nil
	case info.Size() < l.size:
		return nil, fmt.Errorf("audit: %s became shorter while it was open: entries were removed; run audit verify", l.path)
	}
	// The last whole line says all that is needed, and it is close to the end.
	window := min(info.Size()-l.size, 2*maxLine)
	tail := make([]byte, window)
	if _, err := l.file.ReadAt(tail, info.Size()-window); err != nil {
		return nil, fmt.Errorf("audit: cannot read the log: %w", err)
	}
	end := bytes.LastIndexByte(tail, '\n')
	if end < 0 {
		if window < info.Size()-l.size {
			return nil, l.damaged("its last line is longer than any entry")
		}
		return tail, nil
	}
	torn = bytes.Clone(tail[end+1:])
	line := tail[bytes.LastIndexByte(tail[:end], '\n')+1 : end]
	f, ok := split(line)
	if !ok || !f.sound() {
		return nil, l.damaged("its last entry does not fit its hash")
	}
	at, err := time.Parse(timeLayout, string(f.at))
	if err != nil {
		return nil, l.damaged("its last entry has no time")
	}
	l.seq, l.hash, l.at = f.seq, string(f.hash), at
	l.size = info.Size() - int64(len(torn))
	return torn, nil
}

func (l *Log) damaged(what string) error {
	return fmt.Errorf("audit: %s is damaged: %s: run audit verify, keep the log as evidence, and restore it from a backup", l.path, what)
}

// repair moves a torn last line out of the log and records that it did.
func (l *Log) repair(torn []byte) error {
	aside := fmt.Sprintf("%s.torn-%d", l.path, l.seq+1)
	f, err := os.OpenFile(aside, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return fmt.Errorf("audit: cannot set a torn entry aside: %w", err)
	}
	_, err = f.Write(append(torn, '\n'))
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("audit: cannot set a torn entry aside: %w", err)
	}
	if err := errors.Join(l.file.Truncate(l.size), l.file.Sync()); err != nil {
		return fmt.Errorf("audit: cannot cut a torn entry off: %w", err)
	}
	if _, err := l.write(Record{Actor: "bellwether", Action: "repair", Class: "B", Kind: "audit",
		ID: hashOf(torn)[:32], Allow: true, Reason: "torn_tail"}); err != nil {
		return err
	}
	if err := l.file.Sync(); err != nil {
		return fmt.Errorf("audit: cannot write the log: %w", err)
	}
	l.synced = l.seq
	return nil
}

// write adds one entry. The lock must be held and the end be known.
func (l *Log) write(r Record) (uint64, error) {
	at := l.o.Now().UTC().Truncate(time.Microsecond)
	e := Entry{Seq: l.seq + 1, At: at, Monotonic: !at.Before(l.at), Record: r, Prev: l.hash}
	line := append(appendLine(make([]byte, 0, 1024), &e), '\n')
	n, err := l.file.Write(line)
	if err == nil && n < len(line) {
		err = io.ErrShortWrite
	}
	if err != nil {
		if cut := l.file.Truncate(l.size); cut != nil {
			l.dead = fmt.Errorf("audit: part of an entry was written and cannot be taken back: %w: restart the service", cut)
		}
		return 0, fmt.Errorf("audit: cannot write the log: %w", err)
	}
	l.size += int64(len(line))
	l.seq, l.hash, l.at = e.Seq, e.Hash, at
	return e.Seq, nil
}
