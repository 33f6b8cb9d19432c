package review

import (
	"context"
	"maps"
	"strings"
	"sync"

	"bellwether/casework/store"
)

// Projection keeps reviews in memory and follows the store. It is safe for use
// by several goroutines.
type Projection struct {
	store store.Store

	refreshing sync.Mutex // one reader of the store at a time
	mu         sync.RWMutex
	position   int64
	reviews    map[string]Review
}

// NewProjection returns an empty projection of s; Refresh fills it.
func NewProjection(s store.Store) *Projection {
	return &Projection{store: s, reviews: map[string]Review{}}
}

// Refresh reads what has been recorded since the last time. On an error the
// projection stays as far as it had come and can be refreshed again.
func (p *Projection) Refresh(ctx context.Context) error {
	p.refreshing.Lock()
	defer p.refreshing.Unlock()
	p.mu.RLock()
	position := p.position
	p.mu.RUnlock()
	return p.store.Replay(ctx, position, func(e store.Event) error {
		p.mu.Lock()
		defer p.mu.Unlock()
		if id, ours := strings.CutPrefix(e.Stream, streamPrefix); ours {
			r, err := Fold(p.reviews[id], e)
			if err != nil {
				return err
			}
			p.reviews[id] = r
		}
		p.position = e.Position
		return nil
	})
}

// All returns the reviews as of the last Refresh, keyed by flag. The map is
// the caller's own.
func (p *Projection) All() map[string]Review {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return maps.Clone(p.reviews)
}

// Get returns the review of one flag, with Version 0 if nobody has acted on it.
func (p *Projection) Get(flagID string) Review {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.reviews[flagID]
}

// Position is how far into the store the projection has come.
func (p *Projection) Position() int64 {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.position
}
