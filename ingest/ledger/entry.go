package ledger

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"time"
)

// State is what a line says about a load.
type State string

// The states of a load. A load that is only received has still to be loaded.
const (
	Received    State = "received"    // landed
	Loaded      State = "loaded"      // its rows are in the database
	Rejected    State = "rejected"    // the whole file was refused
	Redelivered State = "redelivered" // the same bytes came again; the load's state stays what it was
	Accepted    State = "accepted"    // a person accepted a file that was held; the load's state stays what it was
	Erased      State = "erased"      // the delivered file was erased by age; its sum is the extract's that stands in for it
	Destroyed   State = "destroyed"   // its retention had ended: rows, landed file and copies are gone for good
)

// Entry is one line of the manifest.
type Entry struct {
	At     time.Time
	State  State
	LoadID string

	// What was delivered: on received and redelivered lines. On an erased line sum and size are the extract's.
	Source   string
	Window   string // the period asked for, if the source was asked for one
	SHA256   string
	Bytes    int64
	File     string
	Received time.Time // a day, as midnight UTC
	Path     string    // below the source's drop zone, if it came that way
	Modified int64     // the file's modification time, nanoseconds since 1970

	// What became of it: on loaded and rejected lines.
	Reading         string // fingerprint of the contracts and the mapping it was read by
	Contracts       string // those contracts and their versions, "complaint 2"
	RowsRead        int64
	RowsLoaded      int64
	RowsQuarantined int64
	Reason          string // why it was rejected, or what else is to be known
}

// LoadID is a load's identity: SHA-256 over the source, the window and the SHA-256 of the bytes, in hexadecimal.
func LoadID(source, window, sha string) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\x00%s\x00%s", source, window, sha)
	return hex.EncodeToString(h.Sum(nil))
}

// line is an entry as written.
type line struct {
	At              string `json:"at"`
	State           State  `json:"state"`
	Load            string `json:"load"`
	Source          string `json:"source,omitempty"`
	Window          string `json:"window,omitempty"`
	SHA256          string `json:"sha256,omitempty"`
	Bytes           int64  `json:"bytes,omitempty"`
	File            string `json:"file,omitempty"`
	Received        string `json:"received,omitempty"`
	Path            string `json:"path,omitempty"`
	Modified        int64  `json:"modified,omitempty"`
	Reading         string `json:"reading,omitempty"`
	Contracts       string `json:"contracts,omitempty"`
	RowsRead        int64  `json:"rows_read,omitempty"`
	RowsLoaded      int64  `json:"rows_loaded,omitempty"`
	RowsQuarantined int64  `json:"rows_quarantined,omitempty"`
	Reason          string `json:"reason,omitempty"`
}

const (
	atLayout  = "2006-01-02T15:04:05.000Z"
	dayLayout = time.DateOnly
	sumPrefix = `,"crc":"`
	tailSize  = len(sumPrefix) + 8 + len(`"}`)
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// encode gives the entry's line with its end. The checksum covers the JSON object as it would stand without it.
func encode(e Entry) ([]byte, error) {
	if err := e.validate(); err != nil {
		return nil, err
	}
	l := line{
		At: e.At.UTC().Format(atLayout), State: e.State, Load: e.LoadID, Source: e.Source, Window: e.Window, SHA256: e.SHA256,
		Bytes: e.Bytes, File: e.File, Path: e.Path, Modified: e.Modified, Reading: e.Reading, Contracts: e.Contracts,
		RowsRead: e.RowsRead, RowsLoaded: e.RowsLoaded, RowsQuarantined: e.RowsQuarantined, Reason: e.Reason,
	}
	if !e.Received.IsZero() {
		l.Received = e.Received.Format(dayLayout)
	}
	raw, err := json.Marshal(l)
	if err != nil {
		return nil, err
	}
	sum := crc32.Checksum(raw, castagnoli)
	return fmt.Appendf(raw[:len(raw)-1], "%s%08x\"}\n", sumPrefix, sum), nil
}

func (e Entry) validate() error {
	switch {
	case e.LoadID == "":
		return errors.New("a manifest line needs a load id")
	case e.At.IsZero():
		return errors.New("a manifest line needs a time")
	case e.State == Received || e.State == Redelivered:
		if e.Source == "" || e.SHA256 == "" || e.Received.IsZero() {
			return fmt.Errorf("a %s line needs source, sum and day of receipt", e.State)
		}
	case e.State == Erased:
		if e.SHA256 == "" {
			return errors.New("an erased line needs the sum of the extract")
		}
	case e.State != Loaded && e.State != Rejected && e.State != Accepted && e.State != Destroyed:
		return fmt.Errorf("unknown state %q", e.State)
	}
	return nil
}

// errTorn marks a line that is not whole: what a loss of power leaves at the end, and damage anywhere else.
var errTorn = errors.New("the line is not whole")

// decode reads one line without its end.
func decode(raw []byte) (e Entry, err error) {
	if len(raw) < tailSize+2 || raw[0] != '{' {
		return e, errTorn
	}
	tail := raw[len(raw)-tailSize:]
	if !bytes.HasPrefix(tail, []byte(sumPrefix)) || !bytes.HasSuffix(tail, []byte(`"}`)) {
		return e, errTorn
	}
	want, err := strconv.ParseUint(string(tail[len(sumPrefix):len(sumPrefix)+8]), 16, 32)
	if err != nil {
		return e, errTorn
	}
	open := raw[:len(raw)-tailSize]
	if crc32.Update(crc32.Checksum(open, castagnoli), castagnoli, []byte("}")) != uint32(want) {
		return e, errTorn
	}
	body := string(open) + "}"
	l, ok := quick(body)
	if !ok {
		if l, err = general(body); err != nil {
			return e, err
		}
	}
	e = Entry{
		State: l.State, LoadID: l.Load, Source: l.Source, Window: l.Window, SHA256: l.SHA256, Bytes: l.Bytes, File: l.File,
		Path: l.Path, Modified: l.Modified, Reading: l.Reading, Contracts: l.Contracts,
		RowsRead: l.RowsRead, RowsLoaded: l.RowsLoaded, RowsQuarantined: l.RowsQuarantined, Reason: l.Reason,
	}
	if e.At, err = time.Parse(atLayout, l.At); err != nil {
		return e, fmt.Errorf("the line has a bad time: %w", err)
	}
	if l.Received != "" {
		if e.Received, err = time.Parse(dayLayout, l.Received); err != nil {
			return e, fmt.Errorf("the line has a bad day of receipt: %w", err)
		}
	}
	return e, e.validate()
}

// general reads any line that is JSON and has no unknown property.
func general(body string) (l line, err error) {
	d := json.NewDecoder(strings.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return l, fmt.Errorf("the line is whole but can't be read, perhaps because a newer version wrote it: %w", err)
	}
	return l, nil
}
