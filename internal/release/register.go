package release

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"bellwether/internal/disclosure"
	"bellwether/internal/instance"
)

// File is the name of the register's file beside the decisions: with the counts as they are, it is as sensitive as they.
const File = "releases.jsonl"

// Register remembers what was released, so that two releases together give no hidden count away.
type Register struct {
	path    string
	body    []byte
	earlier []disclosure.Release
}

// OpenRegister reads the register at path; one that is not there yet is empty.
func OpenRegister(path string) (*Register, error) {
	body, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	r := &Register{path: path, body: body}
	for line := range bytes.Lines(body) {
		var one disclosure.Release
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, fmt.Errorf("the register of releases %s can't be read: %w: restore it from a backup before anything else is released", path, err)
		}
		r.earlier = append(r.earlier, one)
	}
	return r, nil
}

// Check refuses a release that would, beside an earlier one, give a hidden count away.
func (r *Register) Check(p disclosure.Profile, fresh disclosure.Release) error {
	return disclosure.Check(p, r.earlier, fresh)
}

// Add remembers releases, all of them or none.
func (r *Register) Add(fresh ...disclosure.Release) error {
	body := bytes.Clone(r.body)
	for _, one := range fresh {
		line, err := json.Marshal(one)
		if err != nil {
			return err
		}
		body = append(append(body, line...), '\n')
	}
	if err := instance.WriteFile(r.path, body, 0o600); err != nil {
		return err
	}
	r.body, r.earlier = body, append(r.earlier, fresh...)
	return nil
}
