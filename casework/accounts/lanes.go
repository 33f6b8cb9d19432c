package accounts

import (
	"context"
	"sync/atomic"
	"time"
)

// lanes bounds how many password hashes are computed at once, since each takes
// much memory. Browsers that have signed in before have a lane of their own:
// a flood of guesses from elsewhere cannot keep their owners waiting.
type lanes struct {
	known, strangers chan struct{}
	waiting          *atomic.Int32
}

// maxWaiting is how many strangers may wait before the next is turned away.
const maxWaiting = 32

func newLanes() lanes {
	return lanes{known: make(chan struct{}, 1), strangers: make(chan struct{}, 1), waiting: new(atomic.Int32)}
}

// enter waits for a place; release must be called to leave it.
func (l lanes) enter(ctx context.Context, known bool) (release func(), err error) {
	lane := l.strangers
	if known {
		lane = l.known
	} else {
		if l.waiting.Add(1) > maxWaiting {
			l.waiting.Add(-1)
			return nil, &SignInError{Code: CodeBusy, RetryAfter: 5 * time.Second}
		}
		defer l.waiting.Add(-1)
	}
	select {
	case lane <- struct{}{}:
		return func() { <-lane }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
