// Package relink keeps the requests to make people known again: to turn the pseudonyms of the people whom a provider supports back
// into the council's own references, because a pseudonym moves nobody to another home. One person asks, a second confirms within a
// day, and the list can then be made once within the hour. What was found is never kept here or anywhere else.
package relink

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bellwether/casework/store"
)

// How long a request waits for its second person, and how long it can be used after that.
const (
	ConfirmWithin = 24 * time.Hour
	UseWithin     = time.Hour
)

// Reasons are the codes of the reasons for which people may be made known again.
var Reasons = map[string]string{
	"provider_stops":  "The provider stops, and the people must be reached",
	"protect_people":  "People must be protected or moved now",
	"welfare_checks":  "Each person's welfare must be checked",
	"court_or_police": "A court, a coroner or the police ask for it in law",
}

const streamPrefix = "relink/"

// Request is one request and what has become of it.
type Request struct {
	ID, CaseID, ProviderID string
	Reason, Words          string
	By, ConfirmedBy        string
	UsedBy                 string
	At, ConfirmedAt        time.Time
	UsedAt, WithdrawnAt    time.Time
	version                int64
}

// State says in a word where a request stands: waits, ready, used, withdrawn or lapsed.
func (r Request) State(now time.Time) string {
	switch {
	case !r.WithdrawnAt.IsZero():
		return "withdrawn"
	case !r.UsedAt.IsZero():
		return "used"
	case r.ConfirmedAt.IsZero() && now.Before(r.At.Add(ConfirmWithin)):
		return "waits"
	case !r.ConfirmedAt.IsZero() && now.Before(r.ConfirmedAt.Add(UseWithin)):
		return "ready"
	}
	return "lapsed"
}

// InputError says what is wrong with what was entered, as a sentence for the person who entered it.
type InputError struct{ Field, Says string }

// Error gives the sentence.
func (e *InputError) Error() string { return e.Says }

// ErrUnknown is returned for a request that does not exist for the one who asks.
var ErrUnknown = errors.New("relink: there is no request under this reference")

const (
	asked     = "relink.asked"
	confirmed = "relink.confirmed"
	withdrawn = "relink.withdrawn"
	used      = "relink.used"
)

type payload struct {
	Case     string `json:"case,omitempty"`
	Provider string `json:"provider,omitempty"`
	Reason   string `json:"reason,omitempty"`
	Words    string `json:"words,omitempty"`
}

func fold(r Request, e store.Event) (Request, error) {
	var p payload
	if err := e.Read("relink", &p); err != nil {
		return r, err
	}
	r.ID, r.version = strings.TrimPrefix(e.Stream, streamPrefix), e.Version
	switch e.Type {
	case asked:
		r.CaseID, r.ProviderID, r.Reason, r.Words, r.By, r.At = p.Case, p.Provider, p.Reason, p.Words, e.Actor, e.At
	case confirmed:
		r.ConfirmedBy, r.ConfirmedAt = e.Actor, e.At
	case withdrawn:
		r.WithdrawnAt = e.At
	case used:
		r.UsedBy, r.UsedAt = e.Actor, e.At
	default:
		return r, e.Unknown("relink")
	}
	return r, nil
}

// Book knows all requests. It follows the event store.
type Book struct{ book *store.Book[Request] }

// NewBook reads what the store holds.
func NewBook(ctx context.Context, s store.Store, now func() time.Time) (*Book, error) {
	if s == nil || now == nil {
		return nil, errors.New("relink: a book needs a store and a clock")
	}
	b := &Book{store.NewBook(s, streamPrefix, now, fold)}
	return b, b.Refresh(ctx)
}

// Refresh reads what has been added since the last time.
func (b *Book) Refresh(ctx context.Context) error { return b.book.Refresh(ctx) }

// Now is the book's clock.
func (b *Book) Now() time.Time { return b.book.Now() }

// List gives every request, the newest first.
func (b *Book) List() []Request {
	return slices.SortedFunc(maps.Values(b.book.All()), func(x, y Request) int { return cmp.Or(y.At.Compare(x.At), cmp.Compare(x.ID, y.ID)) })
}

// Find gives one request.
func (b *Book) Find(id string) (Request, error) {
	r, ok := b.book.Get(id)
	if !ok {
		return Request{}, ErrUnknown
	}
	return r, nil
}

// Ask opens a request. Whether this person may is the caller's to decide before.
func (b *Book) Ask(ctx context.Context, by, caseID, providerID, reason, words string) (Request, error) {
	words = strings.TrimSpace(words)
	n := utf8.RuneCountInString(words)
	switch {
	case by == "" || caseID == "" || providerID == "":
		return Request{}, &InputError{"case", "Name a case that has a provider: people are made known again for one case at a time."}
	case Reasons[reason] == "":
		return Request{}, &InputError{"reason", "Choose why people must be made known again."}
	case n < 5 || n > 2000 || !utf8.ValidString(words):
		return Request{}, &InputError{"words", "Say in a few words why, so that the second person can judge it."}
	}
	return b.add(ctx, Request{ID: store.NewID()}, asked, by, payload{caseID, providerID, reason, words})
}

// Confirm is the second person's step.
func (b *Book) Confirm(ctx context.Context, id, by string) (Request, error) {
	r, err := b.Find(id)
	switch {
	case err != nil:
		return r, err
	case r.By == by:
		return r, &InputError{"id", "It takes two people: somebody else who may see the case must confirm."}
	case r.State(b.book.Now()) != "waits":
		return r, &InputError{"id", "This request no longer waits to be confirmed: it was confirmed, taken back, or a day has passed. Ask again."}
	}
	return b.add(ctx, r, confirmed, by, payload{})
}

// Withdraw takes a request back; either of the two may.
func (b *Book) Withdraw(ctx context.Context, id, by string) error {
	r, err := b.Find(id)
	if err != nil {
		return err
	}
	if r.By != by && r.ConfirmedBy != by {
		return ErrUnknown
	}
	if s := r.State(b.book.Now()); s != "waits" && s != "ready" {
		return &InputError{"id", "There is nothing to take back: the request was used, taken back before, or has lapsed."}
	}
	_, err = b.add(ctx, r, withdrawn, by, payload{})
	return err
}

// Use spends a confirmed request, before anything is looked up: a list that was begun counts, whatever became of it.
func (b *Book) Use(ctx context.Context, id, by string) (Request, error) {
	r, err := b.Find(id)
	switch {
	case err != nil:
		return r, err
	case r.By != by && r.ConfirmedBy != by:
		return r, ErrUnknown
	case r.State(b.book.Now()) == "waits":
		return r, &InputError{"id", "A second person has not confirmed this yet."}
	case r.State(b.book.Now()) != "ready":
		return r, &InputError{"id", "This request can no longer be used: the list is made once, within the hour after it was confirmed. Ask again."}
	}
	return b.add(ctx, r, used, by, payload{})
}

func (b *Book) add(ctx context.Context, r Request, kind, by string, data payload) (Request, error) {
	if err := b.book.Record(ctx, r.ID, r.version, kind, by, data); err != nil {
		return r, err
	}
	return b.Find(r.ID)
}
