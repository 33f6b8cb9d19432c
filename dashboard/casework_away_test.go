package dashboard

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"bellwether/dashboard/page"
)

// awayStore is a store of sessions whose database does not answer.
type awayStore struct{ away atomic.Bool }

var errAway = errors.New("casework store: the database casework at db.example:5432: the server can't be reached")

func (s *awayStore) Find(string) ([]byte, bool, error)      { return nil, false, s.err() }
func (s *awayStore) Commit(string, []byte, time.Time) error { return s.err() }
func (s *awayStore) Delete(string) error                    { return s.err() }

func (s *awayStore) err() error {
	if s.away.Load() {
		return errAway
	}
	return nil
}

// While casework is away every page and every question of the API refuses in the same words, and the log alone names the database.
func TestCaseworkAwayIsOneAnswer(t *testing.T) {
	store := &awayStore{}
	var log strings.Builder
	st := newSite(t, county(t), func(c *page.Config) {
		c.Sessions = &scs.SessionManager{Store: store, Codec: scs.GobCodec{}, Lifetime: time.Hour, HashTokenInStore: true}
		c.Log = slog.New(slog.NewTextHandler(&log, nil))
	})
	store.away.Store(true)
	st.as("").Jar.SetCookies(mustURL(t, st.web.URL), []*http.Cookie{{Name: "bellwether", Value: "any"}})
	for _, path := range []string{"/market", "/queue", "/providers/P1"} {
		resp, body := st.get("", path)
		if resp.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "Casework can&#39;t be reached") || !strings.Contains(body, "nothing was recorded") || strings.Contains(body, "db.example") {
			t.Errorf("%s: %d\n%s", path, resp.StatusCode, mainOf(body))
		}
		if resp.Header.Get("Content-Security-Policy") == "" || resp.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s has headers %v", path, resp.Header)
		}
	}
	if !strings.Contains(log.String(), "db.example:5432") {
		t.Errorf("the log does not name the cause:\n%s", log.String())
	}
}
