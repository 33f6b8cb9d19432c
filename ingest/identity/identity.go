// Package identity remembers what people decided about who is meant by a name: an append-only file beside the manifest, one line a
// decision, with who decided and when. Nothing is ever taken out of it; undoing a decision is a decision too.
package identity

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"syscall"
	"time"
)

// File is the book's name in the landing folder.
const File = "matches.jsonl"

// Action is what was decided.
type Action string

// The decisions there are.
const (
	Accept Action = "accept" // the name means the target
	Reject Action = "reject" // the name does not mean the target
	Undo   Action = "undo"   // whatever was decided about the name no longer holds
)

// Given is a way in which a feed names a provider.
type Given struct {
	Name     string `json:"name"`
	Location string `json:"given_location,omitempty"` // the CQC location id that came with it, which may be wrong
	Postcode string `json:"postcode,omitempty"`
}

// ID is a short name for a Given, the same in every snapshot.
func (g Given) ID() string {
	sum := sha256.Sum256([]byte(g.Name + "\x00" + g.Location + "\x00" + g.Postcode))
	return hex.EncodeToString(sum[:5])
}

// Decision is one line of the book.
type Decision struct {
	At     time.Time `json:"at"`
	On     string    `json:"on"` // the day by the instance's own calendar, from which it counts
	By     string    `json:"by"`
	Action Action    `json:"action"`
	Given
	LocationID string `json:"location_id,omitempty"`
	ProviderID string `json:"provider_id,omitempty"`
	Why        string `json:"why,omitempty"`
}

func (d Decision) validate() error {
	switch {
	case d.Name == "":
		return errors.New("a decision is about a name")
	case d.By == "" || d.At.IsZero():
		return errors.New("a decision needs who made it and when")
	case d.Action != Accept && d.Action != Reject && d.Action != Undo:
		return fmt.Errorf("%q is no decision: it must be accept, reject or undo", d.Action)
	case d.Action != Undo && d.LocationID == "" && d.ProviderID == "":
		return errors.New("a decision names a location or a provider")
	}
	if _, err := time.Parse(time.DateOnly, d.On); err != nil {
		return fmt.Errorf("a decision needs the day from which it counts: %w", err)
	}
	return nil
}

// Append adds a decision; it is on disk when this returns. Several processes may add at once: a server and a command. A last line that an
// interruption cut short is taken off first, since a new line behind it would be lost with it.
func Append(dir string, d Decision) (err error) {
	if err := d.validate(); err != nil {
		return err
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(filepath.Join(dir, File), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("remember the decision: %w", err)
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			err = fmt.Errorf("remember the decision: %w", err)
		}
	}()
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil { // given back with the file
		return err
	}
	before, err := io.ReadAll(f)
	if err != nil {
		return err
	}
	end := int64(bytes.LastIndexByte(before, '\n') + 1)
	if err := f.Truncate(end); err != nil {
		return err
	}
	if _, err := f.WriteAt(append(raw, '\n'), end); err != nil {
		return err
	}
	return f.Sync()
}

// Read gives every decision in order. A last line that an interruption cut short was never acknowledged and is passed over.
func Read(dir string) ([]Decision, error) {
	path := filepath.Join(dir, File)
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the decisions about names: %w", err)
	}
	whole := raw[:bytes.LastIndexByte(raw, '\n')+1]
	var out []Decision
	lines := bufio.NewScanner(bytes.NewReader(whole))
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		var d Decision
		err := json.Unmarshal(lines.Bytes(), &d)
		if err == nil {
			err = d.validate()
		}
		if err != nil {
			return nil, fmt.Errorf("%s, line %d: %w. Restore the file from a backup, or take that line out", path, n, err)
		}
		out = append(out, d)
	}
	return out, lines.Err()
}

// InForce gives the decisions that hold on a day: for each name the newest accept, and every target it was said not to mean since the
// last undo.
func InForce(all []Decision, on time.Time) []Decision {
	day := on.Format(time.DateOnly)
	type pair struct {
		g    Given
		l, p string
	}
	accepted := map[Given]Decision{}
	rejected := map[pair]Decision{}
	for _, d := range all {
		if d.On > day {
			continue
		}
		k := pair{d.Given, d.LocationID, d.ProviderID}
		switch d.Action {
		case Accept:
			accepted[d.Given] = d
			delete(rejected, k)
		case Reject:
			rejected[k] = d
			if a := accepted[d.Given]; a.LocationID == d.LocationID && a.ProviderID == d.ProviderID {
				delete(accepted, d.Given)
			}
		case Undo:
			delete(accepted, d.Given)
			for other := range rejected {
				if other.g == d.Given {
					delete(rejected, other)
				}
			}
		}
	}
	var out []Decision
	for _, d := range accepted {
		out = append(out, d)
	}
	for _, d := range rejected {
		out = append(out, d)
	}
	key := func(d Decision) string {
		return d.Name + "\x00" + d.Location + "\x00" + d.Postcode + "\x00" + string(d.Action) + "\x00" + d.LocationID + "\x00" + d.ProviderID
	}
	sort.Slice(out, func(i, j int) bool { return key(out[i]) < key(out[j]) })
	return out
}

// Hash names a set of decisions in force, whoever made them and when; "" for none.
func Hash(inForce []Decision) string {
	if len(inForce) == 0 {
		return ""
	}
	h := sha256.New()
	for _, d := range inForce {
		fmt.Fprintf(h, "%s\x00%s\x00%s\x00%s\x00%s\x00%s\n", d.Action, d.Name, d.Location, d.Postcode, d.LocationID, d.ProviderID)
	}
	return hex.EncodeToString(h.Sum(nil))
}
