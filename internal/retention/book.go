package retention

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"bellwether/casework/store"
)

const streamPrefix = "retention/"

// Item is one load that was proposed for destruction, and what people decided about it.
type Item struct {
	ID, LoadID, Source, File string
	Years                    int
	Basis                    string
	Newest, Due              time.Time
	ProposedAt               time.Time
	Decision                 string // destroy or keep, empty while nobody has appraised it
	AppraisedBy, Words       string
	AppraisedAt              time.Time
	HeldBy, HeldWhy          string
	Certificate              *Certificate
	version                  int64
}

// State says in a word where an item stands.
func (i Item) State() string {
	switch {
	case i.Certificate != nil:
		return "destroyed"
	case i.HeldBy != "":
		return "on hold"
	case i.Decision == "destroy":
		return "to be destroyed"
	case i.Decision == "keep":
		return "kept"
	}
	return "to be appraised"
}

// Certificate says what was destroyed, how, and what the search found before and after. It holds nothing of what was destroyed.
type Certificate struct {
	ID          string    `json:"certificate"`
	LoadID      string    `json:"load"`
	SHA256      string    `json:"sha256"`
	Source      string    `json:"source"`
	File        string    `json:"file"`
	Basis       string    `json:"basis"`
	AppraisedBy string    `json:"appraised_by"`
	DestroyedBy string    `json:"destroyed_by"`
	At          time.Time `json:"at"`
	Rows        int64     `json:"rows"`
	Inbox       bool      `json:"inbox_file_removed"`
	Snapshots   []string  `json:"snapshots_removed"`
	Backups     []string  `json:"backups_removed"`
	Snapshot    string    `json:"snapshot_now"`
	Searched    int       `json:"values_searched"`
	FoundBefore int       `json:"values_found_before"`
	FoundAfter  int       `json:"values_found_after"`
	Places      []string  `json:"places_searched"`
}

// InputError says what is wrong with what was entered.
type InputError struct{ Says string }

// Error gives the sentence.
func (e *InputError) Error() string { return e.Says }

// Book keeps the register of proposals in the event store.
type Book struct {
	store store.Store
	now   func() time.Time

	mu       sync.Mutex
	position int64
	all      map[string]Item
}

// NewBook returns the register over a store.
func NewBook(s store.Store, now func() time.Time) *Book {
	return &Book{store: s, now: now, all: map[string]Item{}}
}

type payload struct {
	Load, Source, File, Basis string       `json:",omitempty"`
	Years                     int          `json:",omitempty"`
	Newest, Due               time.Time    `json:",omitzero"`
	Decision, Words           string       `json:",omitempty"`
	Certificate               *Certificate `json:",omitempty"`
}

func fold(i Item, e store.Event) (Item, error) {
	var p payload
	if err := e.Read("retention", &p); err != nil {
		return i, err
	}
	i.ID, i.version = strings.TrimPrefix(e.Stream, streamPrefix), e.Version
	switch e.Type {
	case "retention.proposed":
		i.LoadID, i.Source, i.File, i.Basis, i.Years, i.Newest, i.Due, i.ProposedAt = p.Load, p.Source, p.File, p.Basis, p.Years, p.Newest, p.Due, e.At
	case "retention.appraised":
		i.Decision, i.Words, i.AppraisedBy, i.AppraisedAt = p.Decision, p.Words, e.Actor, e.At
	case "retention.held":
		i.HeldBy, i.HeldWhy = e.Actor, p.Words
	case "retention.released":
		i.HeldBy, i.HeldWhy = "", ""
	case "retention.destroyed":
		i.Certificate = p.Certificate
	default:
		return i, e.Unknown("retention")
	}
	return i, nil
}

// Counts is how many items stand where.
type Counts struct{ ToAppraise, ToDestroy, OnHold, Destroyed int }

// Counts counts the items.
func (b *Book) Counts(ctx context.Context) (c Counts, err error) {
	all, err := b.List(ctx)
	for _, i := range all {
		switch i.State() {
		case "to be appraised":
			c.ToAppraise++
		case "to be destroyed":
			c.ToDestroy++
		case "on hold":
			c.OnHold++
		case "destroyed":
			c.Destroyed++
		}
	}
	return c, err
}

// List gives every item, those that wait for a person first.
func (b *Book) List(ctx context.Context) ([]Item, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	err := b.store.Replay(ctx, b.position, func(e store.Event) error {
		if id, ours := strings.CutPrefix(e.Stream, streamPrefix); ours {
			i, err := fold(b.all[id], e)
			if err != nil {
				return err
			}
			b.all[id] = i
		}
		b.position = e.Position
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := make([]Item, 0, len(b.all))
	for _, i := range b.all {
		out = append(out, i)
	}
	order := []string{"to be appraised", "to be destroyed", "on hold", "kept", "destroyed"}
	slices.SortFunc(out, func(x, y Item) int {
		return cmp.Or(cmp.Compare(slices.Index(order, x.State()), slices.Index(order, y.State())), x.Due.Compare(y.Due), cmp.Compare(x.ID, y.ID))
	})
	return out, nil
}

// Find gives one item.
func (b *Book) Find(ctx context.Context, id string) (i Item, err error) {
	events, err := b.store.Load(ctx, streamPrefix+id)
	if err != nil {
		return i, err
	}
	for _, e := range events {
		if i, err = fold(i, e); err != nil {
			return i, err
		}
	}
	if i.LoadID == "" {
		return i, &InputError{"There is no proposal under this reference: `bellwether retention list` shows them."}
	}
	return i, nil
}

// Propose notes candidates that are not in the register yet and says how many there were. A load that was kept is proposed again when
// a year has passed.
func (b *Book) Propose(ctx context.Context, by string, due []Candidate) (n int, err error) {
	for _, c := range due {
		id := c.Record.LoadID[:16]
		had, err := b.Find(ctx, id)
		var unknown *InputError
		if err != nil && !errors.As(err, &unknown) {
			return n, err
		}
		if had.LoadID != "" && (had.Decision != "keep" || b.now().Before(had.AppraisedAt.AddDate(1, 0, 0))) {
			continue
		}
		err = b.add(ctx, Item{ID: id, version: had.version}, "retention.proposed", by, payload{Load: c.Record.LoadID, Source: c.Record.Source, File: c.Record.File,
			Basis: c.Schedule.Basis, Years: c.Schedule.Years, Newest: c.Newest, Due: c.Due})
		if err == nil && had.Decision == "keep" {
			err = b.add(ctx, Item{ID: id, version: had.version + 1}, "retention.appraised", by, payload{Words: "a year has passed since it was kept"})
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Appraise records what a named person decided.
func (b *Book) Appraise(ctx context.Context, id, by, decision, words string) error {
	i, err := b.Find(ctx, id)
	if err != nil {
		return err
	}
	switch {
	case decision != "destroy" && decision != "keep":
		return &InputError{"Decide destroy or keep."}
	case i.Certificate != nil:
		return &InputError{"It has been destroyed already."}
	}
	if words, err = reason(words); err != nil {
		return err
	}
	return b.add(ctx, i, "retention.appraised", by, payload{Decision: decision, Words: words})
}

// Hold stops the destruction of an item whatever was decided, and Release lets it go on.
func (b *Book) Hold(ctx context.Context, id, by, words string) error {
	i, err := b.Find(ctx, id)
	if err != nil {
		return err
	}
	if i.Certificate != nil {
		return &InputError{"It has been destroyed already: nothing is left to hold."}
	}
	if words, err = reason(words); err != nil {
		return err
	}
	return b.add(ctx, i, "retention.held", by, payload{Words: words})
}

// Release takes a hold away.
func (b *Book) Release(ctx context.Context, id, by, words string) error {
	i, err := b.Find(ctx, id)
	if err != nil {
		return err
	}
	if i.HeldBy == "" {
		return &InputError{"There is no hold on it."}
	}
	if words, err = reason(words); err != nil {
		return err
	}
	return b.add(ctx, i, "retention.released", by, payload{Words: words})
}

// ready says why an item may not be destroyed, nil if it may.
func (i Item) ready() error {
	switch {
	case i.Certificate != nil:
		return &InputError{"It has been destroyed already."}
	case i.HeldBy != "":
		return &InputError{"It is under a legal hold: " + i.HeldWhy}
	case i.Decision != "destroy":
		return &InputError{"Nobody has decided to destroy it: `bellwether retention appraise` records who did."}
	}
	return nil
}

func reason(words string) (string, error) {
	words = strings.TrimSpace(words)
	if n := utf8.RuneCountInString(words); n < 5 || n > 2000 || !utf8.ValidString(words) {
		return "", &InputError{"Say why in five to two thousand letters."}
	}
	return words, nil
}

func (b *Book) add(ctx context.Context, i Item, kind, by string, p payload) error {
	body, err := json.Marshal(p)
	if err != nil {
		return err
	}
	_, err = b.store.Append(ctx, streamPrefix+i.ID, i.version, store.NewEvent{Type: kind, At: b.now(), Actor: by, Data: body})
	return err
}
