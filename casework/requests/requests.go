// Package requests keeps the requests for information that a council must answer by a day set in law: those under the Freedom of
// Information Act, answered with counts that a second person signs off, and those of people for what is held about them, answered once
// somebody else has checked who asks. What was asked and what was answered is never kept here, only that it was, by whom and when.
package requests

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bellwether/casework/store"
	"bellwether/casework/workdays"
)

// Kind says under which law a request is made.
type Kind string

// The two kinds.
const (
	FOI           Kind = "foi"            // Freedom of Information Act 2000, section 10: 20 working days
	SubjectAccess Kind = "subject_access" // UK GDPR, article 12: one month
)

const streamPrefix = "request/"

const (
	logged   = "request.logged"
	built    = "request.built"
	notBuilt = "request.not_built" // what was begun under the last built came to nothing
	signed   = "request.signed"
	answered = "request.answered"
)

// Request is one request and what has become of it.
type Request struct {
	ID       string
	Kind     Kind
	Received time.Time // the day it came, at midnight UTC
	Due      time.Time
	Words    string // what it is about, in a few words that name nobody
	By       string
	At       time.Time
	// Hash names what was made to answer it, and BuiltBy who made it.
	Hash, BuiltBy string
	BuiltAt       time.Time
	SignedBy      string
	SignedAt      time.Time
	AnsweredBy    string
	AnsweredAt    time.Time
	version       int64
}

// State says in a word where a request stands: open, built, signed or answered.
func (r Request) State() string {
	switch {
	case !r.AnsweredAt.IsZero():
		return "answered"
	case r.Kind == FOI && !r.SignedAt.IsZero(), r.Kind == SubjectAccess && !r.SignedAt.IsZero() && r.BuiltAt.IsZero():
		return "signed"
	case !r.BuiltAt.IsZero():
		return "built"
	}
	return "open"
}

// Overdue says whether a request should have been answered before today.
func (r Request) Overdue(today time.Time) bool { return r.AnsweredAt.IsZero() && today.After(r.Due) }

// due is the last day for an answer. Twenty working days begin the day after receipt; a month ends on the same day of the next one, or
// its last, and moves on to a working day.
func due(kind Kind, received time.Time, cal *workdays.Calendar) time.Time {
	if kind == FOI {
		return cal.Add(received, 20)
	}
	day := received.AddDate(0, 1, 0)
	if day.Day() != received.Day() {
		day = day.AddDate(0, 0, -day.Day())
	}
	for !cal.Working(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// InputError says what is wrong with what was entered, as a sentence for the person who entered it.
type InputError struct{ Field, Says string }

// Error gives the sentence.
func (e *InputError) Error() string { return e.Says }

// ErrUnknown is returned for a request that does not exist.
var ErrUnknown = errors.New("requests: there is no request under this reference: `list` shows those there are")

type payload struct {
	Kind     Kind   `json:"kind,omitempty"`
	Received string `json:"received,omitempty"`
	Due      string `json:"due,omitempty"`
	Words    string `json:"words,omitempty"`
	Hash     string `json:"hash,omitempty"`
}

func fold(r Request, e store.Event) (Request, error) {
	var p payload
	if err := e.Read("requests", &p); err != nil {
		return r, err
	}
	r.ID, r.version = strings.TrimPrefix(e.Stream, streamPrefix), e.Version
	switch e.Type {
	case logged:
		var err1, err2 error
		r.Kind, r.Words, r.By, r.At = p.Kind, p.Words, e.Actor, e.At
		r.Received, err1 = time.Parse(time.DateOnly, p.Received)
		r.Due, err2 = time.Parse(time.DateOnly, p.Due)
		if err := errors.Join(err1, err2); err != nil {
			return r, fmt.Errorf("requests: event %d cannot be read: %w", e.Position, err)
		}
	case built:
		r.Hash, r.BuiltBy, r.BuiltAt = p.Hash, e.Actor, e.At
		if r.Kind == FOI { // what was signed off before was something else
			r.SignedBy, r.SignedAt = "", time.Time{}
		}
	case notBuilt:
		r.Hash, r.BuiltBy, r.BuiltAt = "", "", time.Time{}
	case signed:
		r.SignedBy, r.SignedAt = e.Actor, e.At
	case answered:
		r.AnsweredBy, r.AnsweredAt = e.Actor, e.At
	default:
		return r, e.Unknown("requests")
	}
	return r, nil
}

// Book knows all requests. It follows the event store.
type Book struct {
	book *store.Book[Request]
	cal  *workdays.Calendar
}

// NewBook reads what the store holds. A nil calendar is England's.
func NewBook(ctx context.Context, s store.Store, now func() time.Time, cal *workdays.Calendar) (*Book, error) {
	if s == nil || now == nil {
		return nil, errors.New("requests: a book needs a store and a clock")
	}
	if cal == nil {
		cal = workdays.New(nil)
	}
	b := &Book{store.NewBook(s, streamPrefix, now, fold), cal}
	return b, b.Refresh(ctx)
}

// Refresh reads what has been added since the last time.
func (b *Book) Refresh(ctx context.Context) error { return b.book.Refresh(ctx) }

// List gives every request of a kind, those without an answer first, by the day they are due.
func (b *Book) List(kind Kind) []Request {
	var all []Request
	for _, r := range b.book.All() {
		if r.Kind == kind {
			all = append(all, r)
		}
	}
	open := func(r Request) int {
		if r.AnsweredAt.IsZero() {
			return 0
		}
		return 1
	}
	slices.SortFunc(all, func(x, y Request) int {
		return cmp.Or(cmp.Compare(open(x), open(y)), x.Due.Compare(y.Due), cmp.Compare(x.ID, y.ID))
	})
	return all
}

// Find gives one request of a kind.
func (b *Book) Find(kind Kind, id string) (Request, error) {
	r, ok := b.book.Get(id)
	if !ok || r.Kind != kind {
		return Request{}, ErrUnknown
	}
	return r, nil
}

// Log notes a request that came on a day. Whether this person may is the caller's to decide before.
func (b *Book) Log(ctx context.Context, by string, kind Kind, received time.Time, words string) (Request, error) {
	words = strings.TrimSpace(words)
	n := utf8.RuneCountInString(words)
	switch {
	case kind != FOI && kind != SubjectAccess:
		return Request{}, &InputError{"kind", "A request is one for information or one for what is held about a person."}
	case received.IsZero() || workdays.Day(received).After(workdays.Day(b.book.Now())):
		return Request{}, &InputError{"received", "The day it was received is a date, today at the latest."}
	case n < 5 || n > 500 || !utf8.ValidString(words):
		return Request{}, &InputError{"words", "Say in a few words what it is about. Name nobody."}
	}
	last := due(kind, received, b.cal)
	return b.add(ctx, Request{ID: store.NewID(), Kind: kind}, logged, by, payload{Kind: kind, Received: received.Format(time.DateOnly), Due: last.Format(time.DateOnly), Words: words})
}

// MayBuild says with an *InputError or ErrUnknown why no answer may be made. One about a person is made once, after a second person has
// checked who asks.
func (b *Book) MayBuild(kind Kind, id string) (Request, error) {
	r, err := b.Find(kind, id)
	switch {
	case err != nil:
	case !r.AnsweredAt.IsZero():
		err = &InputError{"id", "This request has been answered. Log a new one if more is asked for."}
	case kind == SubjectAccess && r.SignedAt.IsZero():
		err = &InputError{"id", "A second person has not yet confirmed that it was checked who asks."}
	case kind == SubjectAccess && !r.BuiltAt.IsZero():
		err = &InputError{"id", "This was made once already, and nothing of it was kept. Log the request again if it was lost."}
	}
	return r, err
}

// Built notes that an answer was made, by its hash, where one may be.
func (b *Book) Built(ctx context.Context, kind Kind, id, by, hash string) (Request, error) {
	r, err := b.MayBuild(kind, id)
	if err != nil {
		return r, err
	}
	return b.add(ctx, r, built, by, payload{Hash: hash})
}

// NotBuilt notes that nothing came of an answer about a person that was noted as made: nobody saw anything of it, and it may be made yet.
func (b *Book) NotBuilt(ctx context.Context, id, by string) error {
	r, err := b.Find(SubjectAccess, id)
	switch {
	case err != nil:
		return err
	case r.BuiltAt.IsZero() || !r.AnsweredAt.IsZero() || r.BuiltBy != by:
		return &InputError{"id", "There is no answer of yours that was begun and has not gone."}
	}
	_, err = b.add(ctx, r, notBuilt, by, payload{})
	return err
}

// Sign is the second person's step.
func (b *Book) Sign(ctx context.Context, kind Kind, id, by string) (Request, error) {
	r, err := b.Find(kind, id)
	first := r.By
	if kind == FOI {
		first = r.BuiltBy
	}
	switch {
	case err != nil:
		return r, err
	case !r.AnsweredAt.IsZero(), !r.SignedAt.IsZero():
		return r, &InputError{"id", "This request has been signed off already."}
	case kind == FOI && r.BuiltAt.IsZero():
		return r, &InputError{"id", "There is nothing to sign off yet: the answer is made first."}
	case first == by:
		return r, &InputError{"id", "It takes two people: somebody else must sign this off."}
	}
	return b.add(ctx, r, signed, by, payload{})
}

// Answered notes that the answer has gone.
func (b *Book) Answered(ctx context.Context, kind Kind, id, by string) (Request, error) {
	r, err := b.Find(kind, id)
	switch {
	case err != nil:
		return r, err
	case !r.AnsweredAt.IsZero():
		return r, &InputError{"id", "This request has been answered already."}
	case kind == FOI && r.SignedAt.IsZero():
		return r, &InputError{"id", "A second person has not signed this off yet: nothing leaves before."}
	case kind == SubjectAccess && r.BuiltAt.IsZero():
		return r, &InputError{"id", "The answer has not been made yet."}
	}
	return b.add(ctx, r, answered, by, payload{})
}

func (b *Book) add(ctx context.Context, r Request, kind, by string, data payload) (Request, error) {
	if by == "" {
		return r, &InputError{"by", "It is recorded who did this."}
	}
	if err := b.book.Record(ctx, r.ID, r.version, kind, by, data); err != nil {
		return r, err
	}
	return b.Find(r.Kind, r.ID)
}
