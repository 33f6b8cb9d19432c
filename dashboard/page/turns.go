package page

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// Pages are worked out in turn. Where more people ask at once than there are cores, working on all of their pages at the same time makes each of
// them as late as the last; in turn, whoever came first is answered first, and nobody is answered later than before.
const (
	turnsPerCore = 2 // while one waits for the disk another works
	// turnLasts is how long a page can keep others waiting. One that takes longer goes on beside them, so that a few heavy questions hold up
	// nobody who asks an easy one.
	turnLasts = 250 * time.Millisecond
)

// turns lets so many pages be worked out at a time, in the order in which they were asked for. Nil lets all.
type turns chan struct{}

// take waits for a turn. It ends with the first call of end, with the answer's first byte (see [turnEnds]) or when it has lasted for long.
func (t turns) take(ctx context.Context) (end func(), err error) {
	if t == nil {
		return func() {}, nil
	}
	select {
	case t <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	var once sync.Once
	done := func() { once.Do(func() { <-t }) }
	long := time.AfterFunc(turnLasts, done)
	return func() {
		long.Stop()
		done()
	}, nil
}

// turnEnds is an answer that ends its page's turn when it begins to be written: a browser that reads slowly keeps nobody waiting.
type turnEnds struct {
	http.ResponseWriter
	end func()
}

// WriteHeader implements [http.ResponseWriter].
func (w *turnEnds) WriteHeader(code int) {
	w.end()
	w.ResponseWriter.WriteHeader(code)
}

// Write implements [http.ResponseWriter].
func (w *turnEnds) Write(b []byte) (int, error) {
	w.end()
	return w.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach the real writer.
func (w *turnEnds) Unwrap() http.ResponseWriter { return w.ResponseWriter }
