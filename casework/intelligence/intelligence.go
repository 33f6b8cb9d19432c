// Package intelligence keeps what people know of a provider that has no case: dated notes from partners, visits, whistle-blowers, residents
// and families, each with its source, how reliable it is and how far it may be shared. A note asks the same questions as the register of
// intelligence on a case, so that one is worth as much as the other. Notes are events at the end of their stream: an amendment and a
// withdrawal leave what was said before in the history.
package intelligence

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/decisions"
	"bellwether/casework/store"
)

const streamPrefix = "note/"

const (
	recorded  = "note.recorded"
	amended   = "note.amended"
	withdrawn = "note.withdrawn"
)

// ErrUnknown is returned for a note that does not exist.
var ErrUnknown = errors.New("intelligence: there is no note under this reference")

// Note is one note as it stands.
type Note struct {
	ID, ProviderID, LocationID string
	// By wrote it, and was of the organisation then.
	By, Organisation string
	At, LastAt       time.Time
	LastBy           string
	// Values are the answers of the register's form; nil once it is withdrawn, of which Why says why.
	Values  map[string]string
	Why     string
	Version int64
	history []decisions.NoteVersion
}

// Withdrawn says whether it was taken back.
func (n Note) Withdrawn() bool { return n.Values == nil }

// Amended is how often it was changed since it was written.
func (n Note) Amended() int { return len(n.history) - 1 }

// Joins says whether the next run of the pipeline reads it: the timeline and the flags that it joins are read by partners.
func (n Note) Joins() bool {
	return !n.Withdrawn() && slices.Contains(decisions.Shared, n.Values["sharing"])
}

// For says whether somebody may read what the note says, by the limits that whoever wrote it set; whether they may read notes about the
// provider at all is decided before.
func (n Note) For(userID, organisation string) bool {
	switch n.Values["sharing"] {
	case "agency":
		// Two accounts that name no organisation are not of the same one.
		return userID == n.By || organisation != "" && organisation == n.Organisation
	case "nobody":
		return userID == n.By
	}
	return true
}

type payload struct {
	Provider     string            `json:"provider,omitempty"`
	Location     string            `json:"location,omitempty"`
	Organisation string            `json:"organisation,omitempty"`
	Values       map[string]string `json:"values,omitempty"`
	Why          string            `json:"why,omitempty"`
}

func fold(n Note, e store.Event) (Note, error) {
	var p payload
	if err := e.Read("intelligence", &p); err != nil {
		return n, err
	}
	n.ID, n.Version, n.LastBy, n.LastAt = strings.TrimPrefix(e.Stream, streamPrefix), e.Version, e.Actor, e.At
	switch e.Type {
	case recorded:
		n.ProviderID, n.LocationID, n.Organisation, n.Values, n.By, n.At = p.Provider, p.Location, p.Organisation, p.Values, e.Actor, e.At
	case amended:
		n.LocationID, n.Values = p.Location, p.Values
	case withdrawn:
		n.Values, n.Why = nil, p.Why
	default:
		return n, e.Unknown("intelligence")
	}
	n.history = append(slices.Clip(n.history), decisions.NoteVersion{At: e.At, Values: n.Values})
	return n, nil
}

// Lines are what the notes tell the next run of the pipeline.
func Lines(events []store.Event) ([]decisions.Line, error) {
	all := map[string]Note{}
	for _, e := range events {
		id, ours := strings.CutPrefix(e.Stream, streamPrefix)
		if !ours {
			continue
		}
		n, err := fold(all[id], e)
		if err != nil {
			return nil, err
		}
		all[id] = n
	}
	var out []decisions.Line
	for _, n := range all {
		out = append(out, decisions.Notes(streamPrefix+n.ID, n.ProviderID, n.LocationID, n.history)...)
	}
	return out, nil
}

// Book knows all notes. It follows the event store.
type Book struct{ book *store.Book[Note] }

// New opens the book.
func New(s store.Store, now func() time.Time) *Book {
	return &Book{store.NewBook(s, streamPrefix, now, fold)}
}

// About gives the notes about a provider, the newest event first.
func (b *Book) About(ctx context.Context, provider string) ([]Note, error) {
	if err := b.book.Refresh(ctx); err != nil {
		return nil, err
	}
	var out []Note
	for _, n := range b.book.All() {
		if n.ProviderID == provider {
			out = append(out, n)
		}
	}
	slices.SortFunc(out, func(x, y Note) int {
		return cmp.Or(cmp.Compare(y.Values["on"], x.Values["on"]), y.At.Compare(x.At), cmp.Compare(x.ID, y.ID))
	})
	return out, nil
}

// Find gives one note.
func (b *Book) Find(ctx context.Context, id string) (Note, error) {
	if err := b.book.Refresh(ctx); err != nil {
		return Note{}, err
	}
	n, ok := b.book.Get(id)
	if !ok {
		return Note{}, ErrUnknown
	}
	return n, nil
}

// Entry is what somebody writes down: the answers of the form, about a provider or one of its locations.
type Entry struct {
	By, Organisation       string
	ProviderID, LocationID string
	Values                 map[string]string
}

// Record keeps a new note. What is wrong with its answers comes back as a [cases.InputError].
func (b *Book) Record(ctx context.Context, e Entry) (Note, error) {
	values, err := b.check(e.Values)
	if err != nil {
		return Note{}, err
	}
	if e.By == "" || e.ProviderID == "" {
		return Note{}, errors.New("intelligence: a note has a writer and a provider")
	}
	id := store.NewID()
	if err := b.book.Record(ctx, id, 0, recorded, e.By, payload{Provider: e.ProviderID, Location: e.LocationID, Organisation: e.Organisation, Values: values}); err != nil {
		return Note{}, err
	}
	return b.Find(ctx, id)
}

// Amend records what a note says from now on; a version that is not the newest is a [store.ConflictError].
func (b *Book) Amend(ctx context.Context, id string, version int64, e Entry) (Note, error) {
	n, err := b.Find(ctx, id)
	if err != nil || n.Withdrawn() {
		return n, cmp.Or(err, ErrUnknown)
	}
	values, err := b.check(e.Values)
	if err != nil {
		return n, err
	}
	if err := b.book.Record(ctx, id, version, amended, e.By, payload{Location: e.LocationID, Values: values}); err != nil {
		return n, err
	}
	return b.Find(ctx, id)
}

// Withdraw takes a note back, with the reason. It stays in the history.
func (b *Book) Withdraw(ctx context.Context, id string, version int64, by, why string) error {
	n, err := b.Find(ctx, id)
	if err != nil || n.Withdrawn() {
		return cmp.Or(err, ErrUnknown)
	}
	why = strings.TrimSpace(why)
	if len(why) < 3 || len(why) > 2000 {
		return &cases.InputError{Problems: []cases.Problem{{Field: "why", Says: "say in a few words why it is taken back"}}}
	}
	return b.book.Record(ctx, id, version, withdrawn, by, payload{Why: why})
}

// asked are the questions that a note answers though the register on a case, which older entries fill, leaves them open.
var asked = map[string]string{"theme": "choose what it is about", "bears": "choose what it says of the service"}

func (b *Book) check(given map[string]string) (map[string]string, error) {
	r, _ := cases.Find(cases.Intelligence)
	values, bad := cases.CheckEntry(r, given, b.book.Now())
	if bad == nil {
		bad = &cases.InputError{}
	}
	for _, f := range r.Fields {
		if says := asked[f.ID]; says != "" && given[f.ID] == "" {
			bad.Problems = append(bad.Problems, cases.Problem{Field: f.ID, Says: says})
		}
	}
	if len(bad.Problems) > 0 {
		return nil, bad
	}
	return values, nil
}
