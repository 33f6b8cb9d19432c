package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
)

// Tally counts entries of a log that holds any of a few words, reading only what was added since it last looked. It is for figures that
// are asked for often; Verify is what proves the log.
type Tally struct {
	path  string
	words [][]byte
	count func(Entry)

	mu sync.Mutex
	at int64
}

// NewTally counts from the log's beginning. A line that holds none of the words is not even parsed.
func NewTally(path string, count func(Entry), words ...string) *Tally {
	for i, w := range words {
		words[i] = `":"` + w + `"`
	}
	return newTally(path, count, words...)
}

// newTally looks for the marks as they stand in a line.
func newTally(path string, count func(Entry), marks ...string) *Tally {
	t := &Tally{path: path, count: count}
	for _, m := range marks {
		t.words = append(t.words, []byte(m))
	}
	return t
}

// Update visits what was added. A log that became shorter was replaced: counting on would be wrong, so that is an error.
func (t *Tally) Update() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	f, err := os.Open(t.path)
	if errors.Is(err, os.ErrNotExist) && t.at == 0 {
		return nil
	}
	if err != nil {
		return fmt.Errorf("audit: cannot read the log: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("audit: cannot read the log: %w", err)
	}
	if info.Size() < t.at {
		return fmt.Errorf("audit: %s became shorter: entries were removed; run `bellwether audit verify`", t.path)
	}
	if _, err := f.Seek(t.at, io.SeekStart); err != nil {
		return fmt.Errorf("audit: cannot read the log: %w", err)
	}
	lines := bufio.NewReaderSize(f, 1<<16)
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return nil // an unfinished last line is read again next time
		}
		if err != nil {
			return fmt.Errorf("audit: cannot read the log: %w", err)
		}
		t.at += int64(len(line))
		if !t.holds(line) {
			continue
		}
		e, err := parse(line)
		if err != nil {
			return err
		}
		t.count(e)
	}
}

func (t *Tally) holds(line []byte) bool {
	for _, w := range t.words {
		if bytes.Contains(line, w) {
			return true
		}
	}
	return false
}

// LastCheckpoint gives the newest checkpoint in a file of them; ok is false if there is none. It proves nothing: Verify does.
func LastCheckpoint(path string) (c Checkpoint, ok bool, err error) {
	points, _, err := readCheckpoints(path)
	if err != nil || len(points) == 0 {
		return Checkpoint{}, false, err
	}
	return points[len(points)-1], true, nil
}
