package dashboard

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"bellwether/internal/access"
)

const (
	idleTime     = 30 * time.Minute
	lifetime     = 12 * time.Hour
	recentSignIn = 10 * time.Minute

	keyUser     = "account_id" // the name under which a session store finds the account a session belongs to
	keySignedAt = "signed_in_at"
)

// newSessions keeps a reference token in the cookie and everything else on the server. The cookie's host-only name needs TLS; on a
// loopback address without it a plain name is used, so that the two can never be mixed up.
func newSessions(cfg Config) *scs.SessionManager {
	var m *scs.SessionManager
	if cfg.Sessions != nil {
		// The given store hashes tokens and counts idle time itself. scs.New is for stores in memory: it starts a sweeper that never stops.
		m = &scs.SessionManager{Store: cfg.Sessions, Codec: scs.GobCodec{}, Lifetime: lifetime}
	} else {
		m = scs.New()
		m.HashTokenInStore, m.Lifetime, m.IdleTimeout = true, lifetime, idleTime
	}
	m.Cookie.Name = "bellwether"
	if cfg.TLS {
		m.Cookie.Name = "__Host-bellwether"
		m.Cookie.Secure = true
	}
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Path = "/"
	m.Cookie.Persist = false
	m.ErrorFunc = func(w http.ResponseWriter, _ *http.Request, err error) {
		cfg.Log.Error("session store failed", "error", err)
		http.Error(w, "Sessions can't be kept just now. Try again in a minute.", http.StatusServiceUnavailable)
	}
	return m
}

// subject gives who asks, with what they may do read anew; ok is false for nobody.
func (s *Server) subject(ctx context.Context) (sub access.Subject, ok bool, err error) {
	id := s.sessions.GetString(ctx, keyUser)
	if id == "" {
		return sub, false, nil
	}
	sub, err = s.cfg.Accounts.Subject(ctx, id)
	if errors.Is(err, ErrNoAccount) {
		return access.Subject{}, false, s.sessions.Destroy(ctx)
	}
	if err != nil {
		return access.Subject{}, false, err
	}
	signed := time.Unix(s.sessions.GetInt64(ctx, keySignedAt), 0)
	sub.RecentSignIn = s.cfg.Now().Sub(signed) <= recentSignIn
	return sub, true, nil
}

// begin starts a session under a new token, so that one planted before sign-in is worth nothing.
func (s *Server) begin(ctx context.Context, userID string) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, keyUser, userID)
	s.sessions.Put(ctx, keySignedAt, s.cfg.Now().Unix())
	return nil
}
