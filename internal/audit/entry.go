// Package audit keeps a record of who asked for what and what the answer was.
// Entries are lines of JSON, each carrying the hash of the one before, and
// signed checkpoints in a second place say how far the log had come, so that
// an edited, removed, added, moved or cut-off entry, and a log put in place of
// another, can be told from the true one. An entry names a resource and never
// holds anything of what was shown.
package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
)

// Record is what a caller says about one request.
type Record struct {
	Actor string // who: an account id, or issuer and subject of a sign-in service
	// Session is the public id of the session, empty outside the web.
	Session string
	Action  string // what was asked
	Class   string // class, kind and id of the resource
	Kind    string
	ID      string
	// Restricted marks an entry about something whose existence is hidden, so
	// that screens can leave it out.
	Restricted bool
	Allow      bool
	Reason     string // a code: the rule that allowed, or why not
	Purpose    string // a code: the reason the person gave, if any
	PolicyHash string
	RequestID  string
}

// Entry is one line of the log.
type Entry struct {
	Seq uint64
	At  time.Time
	// Monotonic is false when the clock had gone back since the entry before.
	Monotonic bool
	Record
	Prev string // hash of the entry before, in hexadecimal
	Hash string // hash of this entry
}

const (
	timeLayout = "2006-01-02T15:04:05.000000Z"
	hashLength = 2 * sha256.Size
	// maxField bounds each field and maxLine thereby a whole line.
	maxField = 160
	maxLine  = 4096
)

// genesis stands where the first entry names the hash of the one before.
var genesis = hashOf([]byte("bellwether audit log, version 1"))

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// clean returns a field as it may stand in the log. What is not a plain
// identifier, such as an address somebody typed by hand, is replaced by its
// hash: the log can neither be broken nor made to hold content by it, and two
// requests for the same thing can still be recognised.
func clean(s string) string {
	if len(s) <= maxField && plain(s) {
		return s
	}
	return "hashed:" + hashOf([]byte(s))[:32]
}

func plain(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9':
		case c == '.', c == '_', c == ':', c == '|', c == '/', c == '@', c == '+', c == '=', c == '~', c == '-':
		default:
			return false
		}
	}
	return true
}

// hashKey stands between what is hashed and the hash itself.
const hashKey = `,"hash":"`

// appendLine adds the line of an entry to b, without the line break, and sets
// the entry's hash. Fields are plain identifiers, so no JSON escapes arise and
// the same entry always gives the same bytes.
func appendLine(b []byte, e *Entry) []byte {
	start := len(b)
	text := func(key, value string) {
		b = append(b, `,"`...)
		b = append(b, key...)
		b = append(b, `":"`...)
		b = append(b, clean(value)...)
		b = append(b, '"')
	}
	b = append(b, `{"seq":`...)
	b = strconv.AppendUint(b, e.Seq, 10)
	b = append(b, `,"at":"`...)
	b = e.At.UTC().AppendFormat(b, timeLayout)
	b = append(b, `","mono":`...)
	b = strconv.AppendBool(b, e.Monotonic)
	text("actor", e.Actor)
	text("session", e.Session)
	text("action", e.Action)
	text("class", e.Class)
	text("kind", e.Kind)
	text("id", e.ID)
	b = append(b, `,"restricted":`...)
	b = strconv.AppendBool(b, e.Restricted)
	decision := "deny"
	if e.Allow {
		decision = "allow"
	}
	text("decision", decision)
	text("reason", e.Reason)
	text("purpose", e.Purpose)
	text("policy", e.PolicyHash)
	text("request", e.RequestID)
	text("prev", e.Prev)
	e.Hash = hashOf(b[start:])
	b = append(b, hashKey...)
	b = append(b, e.Hash...)
	return append(b, `"}`...)
}

// frame is what the chain needs of a line, taken by position.
type frame struct {
	seq        uint64
	at         []byte
	mono       bool
	prev, hash []byte
	body       []byte // what the hash covers
}

var (
	seqKey  = []byte(`{"seq":`)
	atKey   = []byte(`,"at":"`)
	monoKey = []byte(`","mono":true,`)
	prevKey = []byte(`,"prev":"`)
)

// split takes a line apart without parsing it whole, which a million lines
// would make slow. It says false for what cannot be a line of the log.
func split(line []byte) (frame, bool) {
	var f frame
	tail := len(hashKey) + hashLength + len(`"}`)
	if len(line) < tail || !bytes.HasPrefix(line, seqKey) || !bytes.HasSuffix(line, []byte(`"}`)) {
		return f, false
	}
	f.body = line[:len(line)-tail]
	f.hash = line[len(line)-hashLength-2 : len(line)-2]
	if string(line[len(f.body):len(f.body)+len(hashKey)]) != hashKey {
		return f, false
	}
	prev := len(f.body) - len(prevKey) - hashLength - 1
	if prev < 0 || !bytes.HasPrefix(f.body[prev:], prevKey) {
		return f, false
	}
	f.prev = f.body[prev+len(prevKey) : len(f.body)-1]
	rest := f.body[len(seqKey):]
	digits := bytes.Index(rest, atKey)
	if digits < 0 || len(rest) < digits+len(atKey)+len(timeLayout)+len(monoKey) {
		return f, false
	}
	var err error
	if f.seq, err = strconv.ParseUint(string(rest[:digits]), 10, 64); err != nil {
		return f, false
	}
	f.at = rest[digits+len(atKey):][:len(timeLayout)]
	f.mono = bytes.HasPrefix(rest[digits+len(atKey)+len(timeLayout):], monoKey)
	return f, true
}

// sound says whether a line's own hash fits it.
func (f frame) sound() bool {
	sum := sha256.Sum256(f.body)
	var text [hashLength]byte
	hex.Encode(text[:], sum[:])
	return bytes.Equal(text[:], f.hash)
}

// parse reads a line into an entry.
func parse(line []byte) (Entry, error) {
	var raw struct {
		Seq                                     uint64
		At                                      time.Time
		Mono, Restricted                        bool
		Actor, Session, Action, Class, Kind, ID string
		Decision, Reason, Purpose, Policy       string
		Request, Prev, Hash                     string
	}
	if err := json.Unmarshal(line, &raw); err != nil {
		return Entry{}, fmt.Errorf("audit: a line is not an entry: %w", err)
	}
	return Entry{Seq: raw.Seq, At: raw.At, Monotonic: raw.Mono, Prev: raw.Prev, Hash: raw.Hash, Record: Record{
		Actor: raw.Actor, Session: raw.Session, Action: raw.Action, Class: raw.Class, Kind: raw.Kind, ID: raw.ID,
		Restricted: raw.Restricted, Allow: raw.Decision == "allow", Reason: raw.Reason, Purpose: raw.Purpose,
		PolicyHash: raw.Policy, RequestID: raw.Request}}, nil
}
