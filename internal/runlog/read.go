package runlog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"

	"bellwether/internal/opstate"
)

const (
	extension   = ".jsonl"
	stampLayout = "20060102T150405.000Z"
)

// ErrUnknown says that no lines of such a run are kept here.
var ErrUnknown = errors.New("no lines of this run are kept on this machine")

var shape = regexp.MustCompile(`^[0-9a-f]{12}$`)

// Totals is what a run came to.
type Totals struct {
	Files    int64 `json:"files"`
	Refused  int64 `json:"refused"`
	Rows     int64 `json:"rows"` // loaded
	Held     int64 `json:"held"` // in quarantine
	Warnings int64 `json:"warnings"`
	Errors   int64 `json:"errors"`
}

// Run is one run in short.
type Run struct {
	ID      string
	Doing   string // who began it
	Began   time.Time
	Ended   time.Time // zero for a run that is under way or was broken off
	Outcome Outcome
	// UnderWay says that a process is still at it.
	UnderWay bool
	Seconds  float64
	Totals
	AsOf     string // a date, of a run that published
	Snapshot string
	Reason   string
	Says     string
	Next     string
	// LeftOut is how many lines had no room.
	LeftOut int64
}

// BrokenOff says that the run ended without being able to say so: its process was killed, or the machine went down.
func (r Run) BrokenOff() bool { return r.Outcome == "" && !r.UnderWay }

// List gives the runs kept in the instance at dir, the newest first.
func List(dir string) ([]Run, error) {
	names, err := files(dir)
	if err != nil {
		return nil, err
	}
	out := make([]Run, 0, len(names))
	for _, name := range names {
		r, err := short(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // removed meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

// Keep removes what is older than the newest n of the runs that published, and than the newest n of the others: however often a feed
// fails, what published stays.
func Keep(dir string, n int) error {
	all, err := List(dir)
	if err != nil {
		return err
	}
	names, err := files(dir)
	if err != nil {
		return err
	}
	seen := map[bool]int{}
	for _, r := range all {
		published := r.Outcome == Published
		if seen[published]++; seen[published] <= n || r.UnderWay {
			continue
		}
		for _, name := range names {
			if strings.HasSuffix(name, "-"+r.ID+extension) {
				err = errors.Join(err, os.Remove(name))
			}
		}
	}
	return err
}

// files lists the runs' files, the newest first.
func files(dir string) ([]string, error) {
	folder := filepath.Join(dir, opstate.Folder, Folder)
	entries, err := os.ReadDir(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("look for the lines of runs: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.Type().IsRegular() && filepath.Ext(e.Name()) == extension {
			out = append(out, filepath.Join(folder, e.Name()))
		}
	}
	slices.Sort(out)
	slices.Reverse(out)
	return out, nil
}

// tail is more than the longest last line: it has at most three texts.
const tail = 16 << 10

// short reads the first line and the last.
func short(name string) (r Run, err error) {
	f, err := os.Open(name)
	if err != nil {
		return r, err
	}
	defer f.Close()
	first, err := bufio.NewReader(f).ReadBytes('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return r, fmt.Errorf("read %s: %w", name, err)
	}
	st, err := f.Stat()
	if err != nil {
		return r, err
	}
	end := make([]byte, min(st.Size(), tail))
	if _, err := f.ReadAt(end, st.Size()-int64(len(end))); err != nil && !errors.Is(err, io.EOF) {
		return r, fmt.Errorf("read %s: %w", name, err)
	}
	end = bytes.TrimRight(end, "\n")
	r = named(name)
	r.take(bytes.TrimRight(first, "\n"))
	r.take(end[bytes.LastIndexByte(end, '\n')+1:])
	r.UnderWay = r.Outcome == "" && held(f)
	return r, nil
}

// named is what the file's name alone says: enough for a run that was cut off in its first line.
func named(name string) (r Run) {
	stamp, id, _ := strings.Cut(strings.TrimSuffix(filepath.Base(name), extension), "-")
	r.ID = id
	r.Began, _ = time.Parse(stampLayout, stamp)
	return r
}

// held says whether the process that writes the file is alive.
func held(f *os.File) bool {
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_SH|syscall.LOCK_NB); err != nil {
		return errors.Is(err, syscall.EWOULDBLOCK)
	}
	_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	return false
}

// line is a line of the file, with everything that any of ours may hold.
type line struct {
	Time    time.Time `json:"time"`
	Level   string    `json:"level"`
	Says    string    `json:"msg"`
	Doing   string    `json:"doing"`
	Step    string    `json:"step"`
	Table   string    `json:"table"`
	Seconds float64   `json:"seconds"`
	Outcome Outcome   `json:"outcome"`
	Totals

	AsOf     string `json:"as_of"`
	Snapshot string `json:"snapshot"`
	Reason   string `json:"reason"`
	Error    string `json:"error"`
	Next     string `json:"next"`
	LeftOut  int64  `json:"lines_left_out"`

	Source   string `json:"source"`
	Load     string `json:"load"`
	Status   string `json:"status"`
	Why      string `json:"why"`
	Read     int64  `json:"read"`
	Loaded   int64  `json:"loaded"`
	Repeated int64  `json:"repeated"`
}

// take reads what the first or the last line says of the whole run. A line that was cut off says nothing.
func (r *Run) take(src []byte) {
	var l line
	if json.Unmarshal(src, &l) != nil {
		return
	}
	switch l.Says {
	case beganLine:
		r.Doing, r.Began = l.Doing, l.Time
	case endedLine:
		r.Ended, r.Outcome, r.Seconds, r.Totals = l.Time, l.Outcome, l.Seconds, l.Totals
		r.AsOf, r.Snapshot, r.Reason, r.Says, r.Next, r.LeftOut = l.AsOf, l.Snapshot, l.Reason, l.Error, l.Next, l.LeftOut
	}
}
