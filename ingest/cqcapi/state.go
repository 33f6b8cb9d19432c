package cqcapi

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// state is what is remembered between fetches, in a small file of the instance.
type state struct {
	Watermark time.Time `json:"watermark"` // changes up to here are in
	LastFull  time.Time `json:"last_full"`
	Areas     []string  `json:"areas"` // for which the first fetch was made
	Locations []string  `json:"locations"`
	Providers []string  `json:"providers"`
	Withdrawn []string  `json:"withdrawn"` // answered 404 at the last full fetch or since
}

// plan is a fetch under way.
type plan struct {
	Mode    Mode      `json:"mode"`
	From    time.Time `json:"from"` // of the changes asked for
	To      time.Time `json:"to"`
	Items   []item    `json:"items"`
	Areas   []string  `json:"areas"`
	Started time.Time `json:"started"`
}

type item struct {
	Kind string `json:"kind"` // location or provider
	ID   string `json:"id"`
}

const (
	stateFile = "state.json"
	planFile  = "plan.json"
	partFile  = "bodies.part"
)

// keeper holds the folder in which a fetch leaves its notes.
type keeper struct{ dir string }

func (k keeper) path(name string) string { return filepath.Join(k.dir, name) }

func (k keeper) load(name string, into any) (bool, error) {
	raw, err := os.ReadFile(k.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read the notes of the last fetch: %w", err)
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return false, fmt.Errorf("the notes of the last fetch, %s, are damaged: delete the file, and the next fetch starts from the beginning: %w", k.path(name), err)
	}
	return true, nil
}

// save writes a file whole or not at all.
func (k keeper) save(name string, v any) error {
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return err
	}
	return writeWhole(k.path(name), append(raw, '\n'))
}

func writeWhole(path string, raw []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".writing-*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// line is one thing that was read, or found to be gone.
type line struct {
	item
	Gone bool            `json:"gone,omitempty"`
	Body json.RawMessage `json:"body,omitempty"`
}

// done reads what a broken-off fetch had read. A last line without its end was being written when it broke off, and is read again.
func (k keeper) done() (map[item]line, error) {
	out := map[item]line{}
	f, err := os.OpenFile(k.path(partFile), os.O_RDWR, 0o600)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r := bufio.NewReaderSize(f, 1<<20)
	var good int64
	for {
		raw, err := r.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		var l line
		if json.Unmarshal(raw, &l) != nil {
			break
		}
		out[l.item] = l
		good += int64(len(raw))
	}
	return out, f.Truncate(good)
}

// drop forgets a fetch under way.
func (k keeper) drop() error {
	var err error
	for _, n := range []string{planFile, partFile} {
		if e := os.Remove(k.path(n)); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return err
}

// merge adds ids to a sorted list without repeats.
func merge(list []string, more ...string) []string {
	list = append(slices.Clone(list), more...)
	slices.Sort(list)
	return slices.Compact(list)
}

func without(list []string, gone map[string]bool) []string {
	return slices.DeleteFunc(slices.Clone(list), func(id string) bool { return gone[strings.ToUpper(id)] })
}
