package page

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"sync"
	"time"
)

// Paper is a sealed paper that waits for its maker to fetch it.
type Paper struct {
	User    string
	PDF     []byte
	Name    string
	expires time.Time
}

// Shelf keeps sealed papers for a few minutes, in memory alone: the file is never on the server's disk.
type Shelf struct {
	mu    sync.Mutex
	books map[string]Paper
}

const (
	shelfTime = 10 * time.Minute
	shelfSize = 32
)

// Put keeps a paper and names it by what cannot be guessed.
func (s *Shelf) Put(k Paper, now time.Time) (string, error) {
	raw := make([]byte, 18)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.books == nil {
		s.books = map[string]Paper{}
	}
	for id, b := range s.books {
		if now.After(b.expires) {
			delete(s.books, id)
		}
	}
	if len(s.books) >= shelfSize {
		return "", &Problem{Status: http.StatusServiceUnavailable, Title: "Too many papers wait to be fetched", Says: "Try again in a few minutes. Nothing was issued."}
	}
	k.expires = now.Add(shelfTime)
	id := hex.EncodeToString(raw)
	s.books[id] = k
	return id, nil
}

// Take gives a paper to whoever made it, while it is kept.
func (s *Shelf) Take(id, user string, now time.Time) (Paper, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.books[id]
	return k, ok && k.User == user && !now.After(k.expires)
}
