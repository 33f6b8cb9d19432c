package opstate

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"bellwether/internal/instance"
)

// Folder lies in the instance folder.
const Folder = "state"

// The files, one a fact.
const (
	verifyFile  = "verify.json"
	backupFile  = "backup.json"
	restoreFile = "restore-test.json"
	loadsFile   = "loads.json"
	engineFile  = "engine.json"
	runsFile    = "runs.json"

	deliveriesFile = "deliveries.json"
)

// Verification is what `bellwether verify` last found.
type Verification struct {
	At       time.Time `json:"at"`
	OK       bool      `json:"ok"`
	Seconds  float64   `json:"seconds"`
	Problems int       `json:"problems"`
}

// Backup is the last backup that was finished.
type Backup struct {
	At      time.Time `json:"at"`
	Bytes   int64     `json:"bytes"`
	Files   int       `json:"files"`
	Seconds float64   `json:"seconds"`
}

// RestoreTest is the last restore that was practised and found whole.
type RestoreTest struct {
	At          time.Time `json:"at"`
	BackedUp    time.Time `json:"backed_up"`
	ContentHash string    `json:"content_hash"`
	Seconds     float64   `json:"seconds"`
}

// Load is how the newest delivery of a source went in.
type Load struct {
	At      time.Time `json:"at"`
	Seconds float64   `json:"seconds"`
}

// Engine counts the faults inside the engine after which work was done again.
type Engine struct {
	Faults int       `json:"faults"`
	LastAt time.Time `json:"last_at"`
}

// State is everything that is remembered; what never happened is zero.
type State struct {
	Verification Verification
	Backup       Backup
	RestoreTest  RestoreTest
	Loads        map[string]Load
	Engine       Engine
	Runs         Runs
	Deliveries   map[string]Delivery // by engine
}

// Read gathers the facts of the instance at dir. A file that is damaged is an error, not a fact that never was.
func Read(dir string) (State, error) {
	s := State{Loads: map[string]Load{}, Deliveries: map[string]Delivery{}}
	err := errors.Join(
		read(dir, verifyFile, &s.Verification),
		read(dir, backupFile, &s.Backup),
		read(dir, restoreFile, &s.RestoreTest),
		read(dir, loadsFile, &s.Loads),
		read(dir, engineFile, &s.Engine),
		read(dir, runsFile, &s.Runs),
		read(dir, deliveriesFile, &s.Deliveries),
	)
	return s, err
}

// Verified records a verification, good or bad.
func Verified(dir string, v Verification) error { return write(dir, verifyFile, v) }

// BackedUp records a backup that was finished.
func BackedUp(dir string, b Backup) error { return write(dir, backupFile, b) }

// Practised records a restore that was practised and found whole.
func Practised(dir string, r RestoreTest) error { return write(dir, restoreFile, r) }

// Loaded records how long the newest deliveries took; sources that are not named keep what they had. The caller holds the instance's
// lock.
func Loaded(dir string, loads map[string]Load) error {
	if len(loads) == 0 {
		return nil
	}
	all := map[string]Load{}
	if err := read(dir, loadsFile, &all); err != nil {
		all = map[string]Load{} // only the durations of other sources are lost
	}
	for source, l := range loads {
		all[source] = l
	}
	return write(dir, loadsFile, all)
}

// Faulted counts one more fault of the engine. The caller holds the instance's lock.
func Faulted(dir string, at time.Time) error {
	var e Engine
	if err := read(dir, engineFile, &e); err != nil {
		e = Engine{} // a fault must be counted even where the count so far can't be read
	}
	e.Faults++
	e.LastAt = at
	return write(dir, engineFile, e)
}

func read(dir, name string, into any) error {
	path := filepath.Join(dir, Folder, name)
	src, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read what the operator's verbs recorded: %w", err)
	}
	if err := json.Unmarshal(src, into); err != nil {
		return fmt.Errorf("%s is damaged: remove it, and run the verb that writes it again (verify, backup or restore)", path)
	}
	return nil
}

func write(dir, name string, v any) error {
	folder := filepath.Join(dir, Folder)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the state folder: %w", err)
	}
	src, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := instance.WriteFile(filepath.Join(folder, name), append(src, '\n'), 0o600); err != nil {
		return fmt.Errorf("record %s: %w", name, err)
	}
	return nil
}
