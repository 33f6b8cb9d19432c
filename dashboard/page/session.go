package page

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"

	"bellwether/internal/access"
)

const (
	idleTime     = 15 * time.Minute
	lifetime     = 12 * time.Hour
	recentSignIn = 10 * time.Minute
	// deviceLife is how long a browser that has signed in before stays known.
	deviceLife = 90 * 24 * time.Hour

	keyUser     = "account_id" // the name under which a session store finds the account a session belongs to
	keySignedAt = "signed_in_at"

	// NeedsRecentSignIn is the policy's reason for asking who is there once more.
	NeedsRecentSignIn = "needs_recent_sign_in"
)

// newSessions keeps a reference token in the cookie and everything else on the server. The cookie's host-only name needs TLS; on a
// loopback address without it a plain name is used, so that the two can never be mixed up.
func newSessions(cfg Config) *scs.SessionManager {
	m := cfg.Sessions
	if m == nil {
		// Not scs.New, which starts a sweeper that nothing can stop. Sessions in memory are for tests and end with the process.
		m = &scs.SessionManager{Store: memstore.NewWithCleanupInterval(0), Codec: scs.GobCodec{}, Lifetime: lifetime, IdleTimeout: idleTime, HashTokenInStore: true}
	}
	m.Cookie = scs.SessionCookie{Name: cookieName(cfg, "bellwether"), Secure: cfg.TLS, HttpOnly: true, SameSite: http.SameSiteLaxMode, Path: "/"}
	return m
}

// cookieName binds a cookie to this host and to TLS by its name, where there is TLS.
func cookieName(cfg Config, name string) string {
	if cfg.TLS {
		return "__Host-" + name
	}
	return name
}

// Subject gives who asks, with what they may do read anew; ok is false for nobody.
func (s *Server) Subject(ctx context.Context) (sub access.Subject, ok bool, err error) {
	id := s.sessions.GetString(ctx, keyUser)
	if id == "" {
		return sub, false, nil
	}
	sub, err = s.Person(ctx, id)
	if errors.Is(err, ErrNoAccount) {
		return access.Subject{}, false, s.sessions.Destroy(ctx)
	}
	if err != nil {
		return access.Subject{}, false, err
	}
	signed := time.Unix(s.sessions.GetInt64(ctx, keySignedAt), 0)
	sub.RecentSignIn = s.Config.Now().Sub(signed) <= recentSignIn
	return sub, true, nil
}

// Begin starts a session under a new token, so that one planted before sign-in is worth nothing.
func (s *Server) Begin(ctx context.Context, userID string) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return err
	}
	s.sessions.Put(ctx, keyUser, userID)
	s.sessions.Remove(ctx, KeyChecked)
	s.Confirmed(ctx)
	return nil
}

// Confirmed notes that whoever holds the session has just proved who they are.
func (s *Server) Confirmed(ctx context.Context) {
	s.sessions.Put(ctx, keySignedAt, s.Config.Now().Unix())
}

// Visit is the public id of the session, by which its owner and the audit can mean it; empty where sessions are kept in memory and
// before the first answer.
func (s *Server) Visit(ctx context.Context) (string, error) {
	token := s.sessions.Token(ctx)
	if s.Config.Visits == nil || token == "" {
		return "", nil
	}
	return s.Config.Visits.PublicID(ctx, token)
}

// Device is the token by which this browser is known, empty if it isn't.
func (s *Server) Device(r *http.Request) string {
	c, err := r.Cookie(cookieName(s.Config, "bellwether-device"))
	if err != nil || len(c.Value) > 200 {
		return ""
	}
	return c.Value
}

// Know lets the browser keep the token by which it is known. It opens nothing by itself: attempts to sign in that carry it are counted
// apart from those of strangers.
func (s *Server) Know(w http.ResponseWriter, device string) {
	if device == "" {
		return
	}
	//nolint:gosec // Secure follows the listener: without TLS, on loopback alone, a browser would drop the cookie
	http.SetCookie(w, &http.Cookie{Name: cookieName(s.Config, "bellwether-device"), Value: device, Path: "/", MaxAge: int(deviceLife.Seconds()),
		Secure: s.Config.TLS, HttpOnly: true, SameSite: http.SameSiteStrictMode})
}
