package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// Scan visits the entries of a log from the first. An unfinished last line is
// left out. It stops at the first error of visit and returns it.
func Scan(path string, visit func(Entry) error) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("audit: cannot read the log: %w", err)
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, 1<<16)
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("audit: cannot read the log: %w", err)
		}
		e, err := parse(line)
		if err != nil {
			return err
		}
		if err := visit(e); err != nil {
			return err
		}
	}
}

// Recent returns up to n entries that match, newest first, reading from the
// end of the log. A nil match takes every entry.
func Recent(path string, n int, match func(Entry) bool) ([]Entry, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("audit: cannot read the log: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("audit: cannot read the log: %w", err)
	}
	var found []Entry
	// rest is the part of a line whose beginning is in the block before.
	rest, whole := []byte(nil), false
	for end := info.Size(); end > 0 && len(found) < n; {
		start := max(end-64*1024, 0)
		block := make([]byte, end-start, end-start+int64(len(rest)))
		if _, err := f.ReadAt(block, start); err != nil {
			return nil, fmt.Errorf("audit: cannot read the log: %w", err)
		}
		block = append(block, rest...)
		for len(found) < n {
			cut := bytes.LastIndexByte(block, '\n')
			if cut < 0 && start > 0 {
				break
			}
			line := block[cut+1:]
			block = block[:max(cut, 0)]
			if whole && len(line) > 0 { // what follows the last line break is unfinished
				e, err := parse(line)
				if err != nil {
					return nil, err
				}
				if match == nil || match(e) {
					found = append(found, e)
				}
			}
			whole = true
			if cut < 0 {
				break
			}
		}
		rest, end = block, start
	}
	return found, nil
}
