// Package webhook tells one address of the council's own about flags that were raised, opened or cleared: a pointer each, never a name.
// A message is signed, sent again with growing pauses until it is taken, carries a key by which the receiver knows a repeat, and after
// the last attempt is put aside and counted. What was told is kept in a file, so that a restart forgets and repeats nothing.
package webhook

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"bellwether/internal/instance"
)

// The headers of a message.
const (
	SignatureHeader = "Bellwether-Signature" // t=UNIX TIME,v1=HEX of HMAC-SHA-256 over "TIME.BODY"
	KeyHeader       = "Idempotency-Key"
)

// Attempts is how often a message is tried; with the pauses between them that is about two days.
const Attempts = 12

// most bounds what waits: beyond it a receiver that has been gone for long gets the newest.
const most = 5000

// Flag is one flag as the snapshot in force has it.
type Flag struct {
	ID    string
	State string // raised, open or cleared
	Level string
}

// Message is what the receiver gets. It points at the flag; who may read it there is for the dashboard to decide.
type Message struct {
	Key      string    `json:"key"`
	Type     string    `json:"type"` // flag.raised, flag.open, flag.cleared
	FlagID   string    `json:"flag_id"`
	Level    string    `json:"level"`
	Snapshot string    `json:"snapshot"`
	RunID    string    `json:"run_id"`
	At       time.Time `json:"at"`
	URL      string    `json:"url,omitempty"`
}

type waiting struct {
	Message  Message   `json:"message"`
	Tried    int       `json:"tried"`
	NotUntil time.Time `json:"not_until"`
}

type outbox struct {
	Begun    bool              `json:"begun"` // flags that were there before the first look are not news
	Snapshot string            `json:"snapshot"`
	Flags    map[string]string `json:"flags"` // state last told, by flag
	Waiting  []waiting         `json:"waiting"`
	Dead     []waiting         `json:"dead"`
	Sent     int               `json:"sent"`
	Failed   int               `json:"failed"` // attempts
	Tried    int               `json:"tried"`  // attempts
	GivenUp  int               `json:"given_up"`
}

// Options are what a sender is made with.
type Options struct {
	URL    string
	Secret []byte
	File   string // where the outbox is kept
	Link   string // begins the address of a flag's page; empty for none
	Now    func() time.Time
	Client *http.Client // nil for one of its own
}

// Sender keeps the outbox and sends from it. One process at a time may.
type Sender struct {
	opt Options
	mu  sync.Mutex
	box outbox
}

// Open reads the outbox.
func Open(opt Options) (*Sender, error) {
	if opt.Now == nil || len(opt.Secret) < 16 {
		return nil, errors.New("webhook: needs a clock and a secret of at least 16 bytes")
	}
	if opt.Client == nil {
		opt.Client = &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	s := &Sender{opt: opt, box: outbox{Flags: map[string]string{}}}
	src, err := os.ReadFile(opt.File)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("webhook: read the outbox: %w", err)
	}
	if err := json.Unmarshal(src, &s.box); err != nil {
		return nil, fmt.Errorf("webhook: %s is damaged: remove it, and flags are told from now on: %w", opt.File, err)
	}
	return s, nil
}

// Observe compares a snapshot's flags with what was told last and puts what changed into the outbox. A flag that may not be told, because
// a restriction hides its provider, must not be among them; once it may be, only what changes from then on is told.
func (s *Sender) Observe(snapshot, runID string, flags []Flag) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.box.Begun && s.box.Snapshot == snapshot {
		return 0, nil
	}
	now := s.opt.Now().UTC().Truncate(time.Second)
	next, n := s.box, 0
	next.Flags = map[string]string{}
	next.Waiting = slices.Clone(s.box.Waiting)
	for _, f := range flags {
		next.Flags[f.ID] = f.State
		if !s.box.Begun || s.box.Flags[f.ID] == f.State {
			continue
		}
		m := Message{Type: "flag." + f.State, FlagID: f.ID, Level: f.Level, Snapshot: snapshot, RunID: runID, At: now}
		m.Key = key(m)
		if s.opt.Link != "" {
			m.URL = strings.TrimSuffix(s.opt.Link, "/") + "/flags/" + f.ID
		}
		next.Waiting = append(next.Waiting, waiting{Message: m})
		n++
	}
	if over := len(next.Waiting) - most; over > 0 {
		next.GivenUp += over
		next.Waiting = next.Waiting[over:]
	}
	next.Begun, next.Snapshot = true, snapshot
	return n, s.keep(next)
}

// key names a change: the same change of the same flag in the same snapshot is the same message, however often it is sent.
func key(m Message) string {
	sum := sha256.Sum256([]byte(m.FlagID + "|" + m.Type + "|" + m.Snapshot))
	return hex.EncodeToString(sum[:16])
}

// keep writes the outbox and only then holds it for true.
func (s *Sender) keep(next outbox) error {
	src, err := json.MarshalIndent(next, "", " ")
	if err != nil {
		return err
	}
	if err := instance.WriteFile(s.opt.File, append(src, '\n'), 0o600); err != nil {
		return fmt.Errorf("webhook: keep the outbox: %w", err)
	}
	s.box = next
	return nil
}

// Deliver sends what is due, the oldest first. The first failure ends it: a receiver that is down gets no storm, and order is kept.
func (s *Sender) Deliver(ctx context.Context) (sent int, err error) {
	for ctx.Err() == nil {
		s.mu.Lock()
		now := s.opt.Now()
		if len(s.box.Waiting) == 0 || s.box.Waiting[0].NotUntil.After(now) {
			s.mu.Unlock()
			return sent, nil
		}
		first := s.box.Waiting[0]
		s.mu.Unlock()
		failure := s.send(ctx, first.Message, now)
		if ctx.Err() != nil {
			return sent, ctx.Err()
		}
		if err := s.note(first, failure, now); err != nil {
			return sent, err
		}
		if failure != nil {
			return sent, failure
		}
		sent++
	}
	return sent, ctx.Err()
}

// note records one attempt.
func (s *Sender) note(tried waiting, failure error, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.box
	next.Tried++
	next.Waiting = slices.Clone(next.Waiting[1:])
	switch tried.Tried++; {
	case failure == nil:
		next.Sent++
	case tried.Tried >= Attempts:
		next.Failed++
		next.GivenUp++
		next.Dead = append(slices.Clone(next.Dead), tried)
		if len(next.Dead) > most {
			next.Dead = next.Dead[1:]
		}
	default:
		next.Failed++
		tried.NotUntil = now.Add(pause(tried.Tried))
		next.Waiting = append([]waiting{tried}, next.Waiting...)
	}
	return s.keep(next)
}

// pause grows from half a minute to eight hours.
func pause(tried int) time.Duration { return min(30*time.Second<<(tried-1), 8*time.Hour) }

// send makes one attempt. The error says what the receiver answered and nothing that it said: its words may be anything.
func (s *Sender) send(ctx context.Context, m Message, now time.Time) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.opt.URL, bytes.NewReader(body))
	if err != nil {
		return errors.New("webhook: the address can't be used: correct webhook.url")
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Bellwether")
	req.Header.Set(KeyHeader, m.Key)
	req.Header.Set(SignatureHeader, Sign(s.opt.Secret, now, body))
	resp, err := s.opt.Client.Do(req)
	if err != nil {
		return errors.New("webhook: the receiver can't be reached or does not answer: check webhook.url and the receiver")
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("webhook: the receiver answered %d: look at its log", resp.StatusCode)
	}
	return nil
}

// Sign gives a message's signature. The time is under it, so that a message taken down can't be played again later.
func Sign(secret []byte, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, secret)
	fmt.Fprintf(mac, "%d.", at.Unix())
	mac.Write(body)
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(mac.Sum(nil)))
}

// Verify is what a receiver does: the signature must be the secret's, and no older than the tolerance.
func Verify(secret []byte, header string, body []byte, now time.Time, tolerance time.Duration) error {
	var unix int64
	if _, err := fmt.Sscanf(header, "t=%d,", &unix); err != nil {
		return errors.New("the signature has no time")
	}
	at := time.Unix(unix, 0)
	if !hmac.Equal([]byte(Sign(secret, at, body)), []byte(header)) {
		return errors.New("the signature is not the secret's")
	}
	if age := now.Sub(at); age > tolerance || age < -tolerance {
		return errors.New("the signature is too old, or from a clock that is wrong")
	}
	return nil
}

// Counts are what the metrics show.
type Counts struct {
	Attempts, Failures, GivenUp int // since the outbox was begun
	Waiting                     int
}

// Counts gives them.
func (s *Sender) Counts() Counts {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Counts{Attempts: s.box.Tried, Failures: s.box.Failed, GivenUp: s.box.GivenUp, Waiting: len(s.box.Waiting)}
}
