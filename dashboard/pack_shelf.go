package dashboard

import (
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"sync"
	"time"
)

// kept is a sealed paper that waits for its maker to fetch it.
type kept struct {
	user    string
	pdf     []byte
	name    string
	expires time.Time
}

// shelf keeps sealed papers for a few minutes, in memory alone: the file is never on the server's disk.
type shelf struct {
	mu    sync.Mutex
	books map[string]kept
}

const (
	shelfTime = 10 * time.Minute
	shelfSize = 32
)

// put keeps a paper and names it by what cannot be guessed.
func (s *shelf) put(k kept, now time.Time) (string, error) {
	raw := make([]byte, 18)
	if _, err := rand.Read(raw); err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.books == nil {
		s.books = map[string]kept{}
	}
	for id, b := range s.books {
		if now.After(b.expires) {
			delete(s.books, id)
		}
	}
	if len(s.books) >= shelfSize {
		return "", &problem{status: http.StatusServiceUnavailable, title: "Too many papers wait to be fetched", says: "Try again in a few minutes. Nothing was issued."}
	}
	k.expires = now.Add(shelfTime)
	id := hex.EncodeToString(raw)
	s.books[id] = k
	return id, nil
}

// take gives a paper to whoever made it, while it is kept.
func (s *shelf) take(id, user string, now time.Time) (kept, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k, ok := s.books[id]
	return k, ok && k.user == user && !now.After(k.expires)
}
