package backtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// KeptFile is where an instance keeps its last back-test, for the pages to show.
const KeptFile = "backtest.json"

// Keep stores a report in a folder, whole or not at all.
func Keep(dir string, r *Report) error {
	body, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("write the back-test: %w", err)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("make the folder for reports: %w; check that you may write there", err)
	}
	temp, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return fmt.Errorf("write the back-test: %w", err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(body)
	if err := errors.Join(err, temp.Sync(), temp.Close()); err != nil {
		return fmt.Errorf("write the back-test: %w", err)
	}
	return os.Rename(temp.Name(), filepath.Join(dir, KeptFile))
}

// Kept reads the stored report; nil where none has been kept. A file that can't be read is said to be so: `bellwether backtest --keep`
// writes it anew.
func Kept(dir string) (*Report, error) {
	body, err := os.ReadFile(filepath.Join(dir, KeptFile))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the kept back-test: %w", err)
	}
	r := &Report{}
	if err := json.Unmarshal(body, r); err != nil {
		return nil, fmt.Errorf("the kept back-test can't be read (%w); make it again with `bellwether backtest --keep`", err)
	}
	return r, nil
}

// Due says whether a kept report should be made again: there is none, it is of other rules, or it is a week behind the snapshot.
func (r *Report) Due(asOf time.Time, ruleSetHash string) bool {
	if r == nil || r.RuleSetHash != ruleSetHash {
		return true
	}
	was, err := time.Parse(time.DateOnly, r.AsOf)
	return err != nil || asOf.Sub(was) >= 7*24*time.Hour || was.After(asOf)
}
