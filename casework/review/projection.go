package review

import (
	"context"

	"bellwether/casework/store"
)

// Projection keeps reviews in memory, by their flag, and follows the store. It is safe for use by several goroutines.
type Projection struct{ book *store.Book[Review] }

// NewProjection returns an empty projection of s; Refresh fills it. It only reads, so it needs no clock.
func NewProjection(s store.Store) *Projection {
	return &Projection{store.NewBook(s, streamPrefix, nil, Fold)}
}

// Refresh reads what has been recorded since the last time. On an error the projection stays as far as it had come and can be refreshed
// again.
func (p *Projection) Refresh(ctx context.Context) error { return p.book.Refresh(ctx) }

// All returns the reviews as of the last Refresh, keyed by flag. The map is the caller's own.
func (p *Projection) All() map[string]Review { return p.book.All() }

// Get returns the review of one flag, with Version 0 if nobody has acted on it.
func (p *Projection) Get(flagID string) Review {
	r, _ := p.book.Get(flagID)
	return r
}

// Position is how far into the store the projection has come.
func (p *Projection) Position() int64 { return p.book.Position() }
