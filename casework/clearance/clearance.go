// Package clearance keeps who cleared which list of possible destinations, and which homes were taken off it.
//
// A list of homes that people could be moved to is worked out from what most readers may see. Somebody who knows more, a safeguarding
// lead, looks at it before anybody acts on it and takes homes off without saying why. The book remembers the list by what was asked
// and of which snapshot: a question that differs in anything has not been cleared, and neither has a home that was not looked at.
package clearance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"time"

	"bellwether/casework/store"
)

// Valid is how long a clearance holds. What was known a week ago is no longer what is known.
const Valid = 7 * 24 * time.Hour

// ErrList refuses a list that isn't named by a hash.
var ErrList = errors.New("clearance: a list is named by 16 to 64 lower-case hexadecimal digits")

var listName = regexp.MustCompile(`^[0-9a-f]{16,64}$`)

const eventType = "destinations.cleared"

// Clearance is one look at one list.
type Clearance struct {
	// List is the hash of the question that the list answers.
	List string
	// By is the account that looked, At when.
	By string
	At time.Time
	// Removed are the locations that were taken off, Kept those that stayed on. What is in neither has not been looked at.
	Removed, Kept []string
}

// Until is when the clearance ends.
func (c Clearance) Until() time.Time { return c.At.Add(Valid) }

type body struct {
	Removed []string `json:"removed"`
	Kept    []string `json:"kept"`
}

// Book records clearances in the event store.
type Book struct {
	store store.Store
	now   func() time.Time
}

// New opens the book.
func New(st store.Store, now func() time.Time) *Book { return &Book{st, now} }

func stream(list string) string { return "contingency/" + list }

// Clear records that somebody has looked at a list and what they took off it.
func (b *Book) Clear(ctx context.Context, list, by string, removed, kept []string) (Clearance, error) {
	c := Clearance{List: list, By: by, At: b.now().UTC(), Removed: once(removed), Kept: once(kept)}
	if !listName.MatchString(list) {
		return c, ErrList
	}
	data, err := json.Marshal(body{c.Removed, c.Kept})
	if err != nil {
		return c, fmt.Errorf("clearance: writing the record: %w", err)
	}
	had, err := b.store.Load(ctx, stream(list))
	if err != nil {
		return c, fmt.Errorf("clearance: reading what was cleared before: %w", err)
	}
	if _, err := b.store.Append(ctx, stream(list), int64(len(had)), store.NewEvent{Type: eventType, At: c.At, Actor: by, Data: data}); err != nil {
		return c, fmt.Errorf("clearance: recording it: %w", err)
	}
	return c, nil
}

func once(ids []string) []string { return slices.Compact(slices.Sorted(slices.Values(ids))) }

// Of gives the latest clearance of a list that still holds.
func (b *Book) Of(ctx context.Context, list string) (Clearance, bool, error) {
	if !listName.MatchString(list) {
		return Clearance{}, false, ErrList
	}
	events, err := b.store.Load(ctx, stream(list))
	if err != nil || len(events) == 0 {
		return Clearance{}, false, err
	}
	last := events[len(events)-1]
	var d body
	if err := json.Unmarshal(last.Data, &d); err != nil {
		return Clearance{}, false, fmt.Errorf("clearance: the record of %s at version %d can't be read: %w", last.Stream, last.Version, err)
	}
	c := Clearance{List: list, By: last.Actor, At: last.At, Removed: d.Removed, Kept: d.Kept}
	return c, b.now().Before(c.Until()), nil
}
