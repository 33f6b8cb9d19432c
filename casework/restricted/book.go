package restricted

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/workdays"
	"bellwether/internal/access"
)

// Book knows what is restricted now. It follows the event store: what another process adds is known after the next Refresh.
type Book struct {
	store store.Store
	now   func() time.Time
	days  *workdays.Calendar

	mu       sync.RWMutex
	position int64
	all      map[string]Restriction
	glass    map[string]Use
}

// NewBook reads what the store holds.
func NewBook(ctx context.Context, s store.Store, now func() time.Time) (*Book, error) {
	if s == nil || now == nil {
		return nil, errors.New("restricted: a book needs a store and a clock")
	}
	b := &Book{store: s, now: now, days: workdays.New(nil), all: map[string]Restriction{}, glass: map[string]Use{}}
	return b, b.Refresh(ctx)
}

// Refresh reads what has been added to the store since the last time. It is called before anything is shown; a store that cannot be
// read is an error, after which nothing may be shown.
func (b *Book) Refresh(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.store.Replay(ctx, b.position, func(e store.Event) error {
		switch {
		case strings.HasPrefix(e.Stream, streamPrefix):
			r, err := Fold(b.all[strings.TrimPrefix(e.Stream, streamPrefix)], e)
			if err != nil {
				return err
			}
			b.all[r.ID] = r
		case strings.HasPrefix(e.Stream, casePrefix) && (e.Type == caseRestricted || e.Type == caseLifted):
			id := idOfCase(strings.TrimPrefix(e.Stream, casePrefix))
			r, err := foldCase(b.all[id], id, e)
			if err != nil {
				return err
			}
			b.all[id] = r
		case strings.HasPrefix(e.Stream, glassPrefix):
			u, err := foldUse(b.glass[strings.TrimPrefix(e.Stream, glassPrefix)], e)
			if err != nil {
				return err
			}
			b.glass[u.ID] = u
		}
		b.position = e.Position
		return nil
	})
}

// About adds to a resource what restricts it. Where several restrictions meet, only those named in each may know.
func (b *Book) About(_ context.Context, r access.Resource) (access.Resource, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	now := b.now()
	for _, x := range b.all {
		if !x.InForce() || !x.covers(r.CaseID) {
			continue
		}
		names := x.names(now)
		if r.Restricted != "" {
			names = slices.DeleteFunc(names, func(n string) bool { return !slices.Contains(r.Named, n) })
		}
		if r.Restricted != access.PoliceRestriction {
			r.Restricted = x.Kind
		}
		r.Named = names
	}
	slices.Sort(r.Named)
	return r, nil
}

func (x Restriction) covers(caseID string) bool { return x.CaseID != "" && x.CaseID == caseID }

// Restricted says whether a case is under any restriction. What is restricted never enters a pipeline run; it is laid over its
// results when they are read.
func (b *Book) Restricted(caseID string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, x := range b.all {
		if x.InForce() && x.covers(caseID) {
			return true
		}
	}
	return false
}

// Visible says whether a subject may know that a case exists. Lists, counts, totals, queues, exports and searches leave out every case
// of which it says no, before they count anything.
func (b *Book) Visible(s access.Subject, caseID string) bool {
	r, err := b.About(context.Background(), access.Resource{Class: access.ClassB, Kind: access.Case, CaseID: caseID})
	return err == nil && (r.Restricted == "" || access.MayKnow(s, access.View, r))
}

// Known lists the restrictions in force that a user is named on, those due for review first.
func (b *Book) Known(user string) []Restriction {
	b.mu.RLock()
	defer b.mu.RUnlock()
	var known []Restriction
	for _, x := range b.all {
		if x.InForce() && x.Knows(user, b.now()) {
			known = append(known, x)
		}
	}
	slices.SortFunc(known, func(a, c Restriction) int {
		return cmp.Or(a.ReviewDue().Compare(c.ReviewDue()), cmp.Compare(a.ID, c.ID))
	})
	return known
}

// Counts says how many restrictions of each kind are in force, for those who may know that and nothing more.
func (b *Book) Counts() map[string]int {
	b.mu.RLock()
	defer b.mu.RUnlock()
	counts := map[string]int{}
	for _, kind := range Kinds {
		counts[kind] = 0
	}
	for _, x := range b.all {
		if x.InForce() {
			counts[x.Kind]++
		}
	}
	return counts
}

// Overdue says how many restrictions nobody has looked at in time.
func (b *Book) Overdue() (n int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, x := range b.all {
		if x.InForce() && b.now().After(x.ReviewDue()) {
			n++
		}
	}
	return n
}

// find gives a restriction to somebody who is named on it.
func (b *Book) find(id, user string) (Restriction, error) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	x, ok := b.all[id]
	if !ok || !x.InForce() || !x.Knows(user, b.now()) {
		return Restriction{}, ErrUnknown
	}
	return x, nil
}

// add records an event of a restriction and takes it in.
func (b *Book) add(ctx context.Context, stream string, version int64, kind, by string, data any) error {
	body, err := json.Marshal(data)
	if err != nil {
		return err
	}
	if _, err := b.store.Append(ctx, stream, version, store.NewEvent{Type: kind, At: b.now(), Actor: by, Data: body}); err != nil {
		return err
	}
	return b.Refresh(ctx)
}
