// Package personal keeps what belongs to one reader alone: the lists that they have given a name, and what they saw when they last looked
// at a provider.
//
// It stands on the same event store as decisions, so that it is kept, copied and moved with them. A list that is deleted is shown no
// more; that it once was there stays on record, as everything does. What was seen is kept as a few facts, never as text about people.
package personal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"bellwether/casework/store"
)

// Limits of what one reader keeps.
const (
	MaxViews = 30
	MaxName  = 60
	MaxQuery = 1500
)

// What a reader can do wrong.
var (
	ErrName   = fmt.Errorf("personal: a list's name has 1 to %d characters", MaxName)
	ErrQuery  = fmt.Errorf("personal: what a list asks has at most %d characters", MaxQuery)
	ErrTaken  = errors.New("personal: a list of that name is kept already")
	ErrFull   = fmt.Errorf("personal: %d lists are kept already: delete one first", MaxViews)
	ErrNoView = errors.New("personal: no such list is kept")
)

const (
	saved   = "view.saved"
	deleted = "view.deleted"
	looked  = "provider.seen"
)

// View is a list of providers that a reader has given a name.
type View struct {
	ID, Name, Query string
	At              time.Time
}

// Seen is what a reader saw of a provider at one snapshot.
type Seen struct {
	At time.Time `json:"-"`
	// Snapshot is the snapshot's id, AsOf the day as of which it knew.
	Snapshot string    `json:"snapshot"`
	AsOf     time.Time `json:"as_of"`
	Level    int64     `json:"level"`
	// Flags are the ids of those that were open.
	Flags []string `json:"flags,omitempty"`
}

// Book keeps it all.
type Book struct {
	store store.Store
	now   func() time.Time
}

// New opens the book.
func New(st store.Store, now func() time.Time) *Book { return &Book{st, now} }

type body struct {
	ID    string `json:"id"`
	Name  string `json:"name,omitempty"`
	Query string `json:"query,omitempty"`
}

func viewsOf(user string) string          { return "personal/views/" + user }
func seenOf(user, provider string) string { return "personal/seen/" + user + "/" + provider }

// Views lists a reader's lists by name.
func (b *Book) Views(ctx context.Context, user string) ([]View, error) {
	views, _, err := b.views(ctx, user)
	slices.SortFunc(views, func(x, y View) int {
		return strings.Compare(strings.ToLower(x.Name)+x.ID, strings.ToLower(y.Name)+y.ID)
	})
	return views, err
}

func (b *Book) views(ctx context.Context, user string) (views []View, version int64, err error) {
	events, err := b.store.Load(ctx, viewsOf(user))
	if err != nil {
		return nil, 0, fmt.Errorf("personal: reading the kept lists: %w", err)
	}
	for _, e := range events {
		var d body
		if err := json.Unmarshal(e.Data, &d); err != nil {
			return nil, 0, fmt.Errorf("personal: the record of %s at version %d can't be read: %w", e.Stream, e.Version, err)
		}
		views = slices.DeleteFunc(views, func(v View) bool { return v.ID == d.ID })
		if e.Type == saved {
			views = append(views, View{d.ID, d.Name, d.Query, e.At})
		}
	}
	return views, int64(len(events)), nil
}

// Save gives a name to what a list of providers asks.
func (b *Book) Save(ctx context.Context, user, name, query string) (View, error) {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " ")
	if name == "" || utf8.RuneCountInString(name) > MaxName || !utf8.ValidString(name) {
		return View{}, ErrName
	}
	if len(query) > MaxQuery {
		return View{}, ErrQuery
	}
	views, version, err := b.views(ctx, user)
	if err != nil {
		return View{}, err
	}
	if len(views) >= MaxViews {
		return View{}, ErrFull
	}
	if slices.ContainsFunc(views, func(v View) bool { return strings.EqualFold(v.Name, name) }) {
		return View{}, ErrTaken
	}
	v := View{ID: strconv.FormatInt(version+1, 10), Name: name, Query: query, At: b.now().UTC()}
	return v, b.append(ctx, viewsOf(user), version, user, saved, v.At, body{v.ID, v.Name, v.Query})
}

// Delete takes a list away.
func (b *Book) Delete(ctx context.Context, user, id string) error {
	views, version, err := b.views(ctx, user)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(views, func(v View) bool { return v.ID == id }) {
		return ErrNoView
	}
	return b.append(ctx, viewsOf(user), version, user, deleted, b.now().UTC(), body{ID: id})
}

// Look gives what a reader saw of a provider before the snapshot that is shown now, and remembers what is shown. ok is false where nothing
// was seen before. However often a snapshot is looked at, it is remembered once, so that what is new in it stays new all day.
func (b *Book) Look(ctx context.Context, user, provider string, now Seen) (before Seen, ok bool, err error) {
	stream := seenOf(user, provider)
	events, err := b.store.Load(ctx, stream)
	if err != nil {
		return before, false, fmt.Errorf("personal: reading what was seen: %w", err)
	}
	known := false
	for i := len(events) - 1; i >= 0; i-- {
		var s Seen
		if err := json.Unmarshal(events[i].Data, &s); err != nil {
			return before, false, fmt.Errorf("personal: the record of %s at version %d can't be read: %w", stream, events[i].Version, err)
		}
		if s.Snapshot == now.Snapshot {
			known = true
			continue
		}
		s.At = events[i].At
		before, ok = s, true
		break
	}
	if known {
		return before, ok, nil
	}
	now.Flags = slices.Sorted(slices.Values(now.Flags))
	err = b.append(ctx, stream, int64(len(events)), user, looked, b.now().UTC(), now)
	var conflict *store.ConflictError
	if errors.As(err, &conflict) {
		// The same reader looked in another window at the same moment: one memory of it is enough.
		err = nil
	}
	return before, ok, err
}

func (b *Book) append(ctx context.Context, stream string, version int64, user, kind string, at time.Time, what any) error {
	data, err := json.Marshal(what)
	if err != nil {
		return fmt.Errorf("personal: writing the record: %w", err)
	}
	if _, err := b.store.Append(ctx, stream, version, store.NewEvent{Type: kind, At: at, Actor: user, Data: data}); err != nil {
		return fmt.Errorf("personal: recording it: %w", err)
	}
	return nil
}
