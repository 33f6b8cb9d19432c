// Package feeds keeps the private addresses under which people's calendars can be read without signing in.
//
// An address holds a secret of 256 bits, of which only the hash is kept. Each person has at most one; making a new one, or withdrawing it,
// ends the old one at once. What the calendar holds is worked out from the person's roles at the moment of reading.
package feeds

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"bellwether/casework/store"
)

// The facts that are recorded.
const (
	issued    = "calendar.issued"
	withdrawn = "calendar.withdrawn"
)

// ErrNone says that an address leads nowhere: it was never given, or it was withdrawn. The two are not told apart.
var ErrNone = errors.New("feeds: no calendar has this address")

// Book records addresses in the event store.
type Book struct {
	store  store.Store
	now    func() time.Time
	random io.Reader
}

// New opens the book.
func New(st store.Store, now func() time.Time) *Book { return &Book{st, now, rand.Reader} }

type record struct {
	User string `json:"user,omitempty"`
	Hash string `json:"hash,omitempty"`
}

func bySecret(hash string) string { return "calendar/" + hash }

func byUser(user string) string {
	sum := sha256.Sum256([]byte(user))
	return "calendar-of/" + hex.EncodeToString(sum[:16])
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte("calendar\x00" + secret))
	return hex.EncodeToString(sum[:])
}

// Issue gives a person a new address and withdraws the one before it. The secret is returned once and kept nowhere.
func (b *Book) Issue(ctx context.Context, user string) (secret string, err error) {
	if err := b.Withdraw(ctx, user); err != nil {
		return "", err
	}
	raw := make([]byte, 32)
	if _, err := io.ReadFull(b.random, raw); err != nil {
		return "", fmt.Errorf("feeds: no randomness: %w", err)
	}
	secret = base64.RawURLEncoding.EncodeToString(raw)
	hash := hashOf(secret)
	if err := b.add(ctx, bySecret(hash), 0, user, issued, record{User: user}); err != nil {
		return "", err
	}
	had, err := b.store.Load(ctx, byUser(user))
	if err != nil {
		return "", err
	}
	return secret, b.add(ctx, byUser(user), int64(len(had)), user, issued, record{Hash: hash})
}

// Withdraw ends a person's address; one that has none is left as it is.
func (b *Book) Withdraw(ctx context.Context, user string) error {
	hash, _, err := b.current(ctx, user)
	if err != nil || hash == "" {
		return err
	}
	had, err := b.store.Load(ctx, bySecret(hash))
	if err != nil {
		return err
	}
	return b.add(ctx, bySecret(hash), int64(len(had)), user, withdrawn, record{})
}

// Has says whether a person has an address that works, and since when.
func (b *Book) Has(ctx context.Context, user string) (since time.Time, ok bool, err error) {
	hash, since, err := b.current(ctx, user)
	return since, hash != "", err
}

// Owner gives whose calendar an address leads to, or [ErrNone].
func (b *Book) Owner(ctx context.Context, secret string) (string, error) {
	if len(secret) != 43 {
		return "", ErrNone
	}
	events, err := b.store.Load(ctx, bySecret(hashOf(secret)))
	if err != nil {
		return "", err
	}
	if len(events) == 0 || events[len(events)-1].Type != issued {
		return "", ErrNone
	}
	var r record
	if err := json.Unmarshal(events[0].Data, &r); err != nil || r.User == "" {
		return "", fmt.Errorf("feeds: the record of an address can't be read: %w", errors.Join(err, ErrNone))
	}
	return r.User, nil
}

// current gives the hash of a person's working address, empty for none.
func (b *Book) current(ctx context.Context, user string) (hash string, since time.Time, err error) {
	events, err := b.store.Load(ctx, byUser(user))
	if err != nil || len(events) == 0 {
		return "", since, err
	}
	last := events[len(events)-1]
	var r record
	if err := json.Unmarshal(last.Data, &r); err != nil {
		return "", since, fmt.Errorf("feeds: the record of an address can't be read: %w", err)
	}
	of, err := b.store.Load(ctx, bySecret(r.Hash))
	if err != nil || len(of) == 0 || of[len(of)-1].Type != issued {
		return "", since, err
	}
	return r.Hash, last.At, nil
}

func (b *Book) add(ctx context.Context, stream string, version int64, by, kind string, r record) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := b.store.Append(ctx, stream, version, store.NewEvent{Type: kind, At: b.now().UTC(), Actor: by, Data: data}); err != nil {
		return fmt.Errorf("feeds: recording it: %w", err)
	}
	return nil
}
