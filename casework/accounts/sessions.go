package accounts

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"errors"
	"net/http"
	"time"

	"bellwether/casework/store/relational"

	"github.com/alexedwards/scs/v2"
)

// UserKey is the session value that holds the id of the account. A session in
// which it is set belongs to that account: it ends when the account is
// disabled or given another password.
const UserKey = "account_id"

// SessionOptions adjusts NewSessions. Now is required.
type SessionOptions struct {
	Now func() time.Time
	// Idle ends a session that has not been used; 15 minutes if zero.
	Idle time.Duration
	// Absolute ends every session; 12 hours if zero.
	Absolute time.Duration
	// PerAccount is how many sessions an account may have; 3 if zero. One more
	// ends the one that has been unused for longest.
	PerAccount int
}

// Sessions keeps sessions in the casework store. It implements the store of the
// session manager, and is the only judge of how long a session lasts: the
// expiry that the manager passes is taken from another clock and not used.
type Sessions struct {
	db relational.DB
	o  SessionOptions
}

var (
	_ scs.Store    = (*Sessions)(nil)
	_ scs.CtxStore = (*Sessions)(nil)
)

// NewSessions returns the sessions in an open casework store.
func NewSessions(db relational.DB, o SessionOptions) (*Sessions, error) {
	if o.Now == nil {
		return nil, errors.New("accounts: SessionOptions.Now is not set")
	}
	if o.Idle == 0 {
		o.Idle = 15 * time.Minute
	}
	if o.Absolute == 0 {
		o.Absolute = 12 * time.Hour
	}
	if o.PerAccount == 0 {
		o.PerAccount = 3
	}
	return &Sessions{db: db, o: o}, nil
}

// Manager returns a session manager on this store, with a cookie that scripts
// cannot read and that goes when the browser is closed. The caller names the
// cookie, says whether it needs TLS, and may put its own page for errors.
func (s *Sessions) Manager() *scs.SessionManager {
	// Not scs.New, which starts a goroutine for a store in memory that nothing
	// can safely stop. What it adds besides is a key that keeps two managers in
	// one chain of handlers apart, and there is one.
	return &scs.SessionManager{
		Store:    s,
		Codec:    scs.GobCodec{},
		Lifetime: s.o.Absolute,
		// The store counts idle time itself, at each Find. With the manager's
		// own limit every request would write the whole session.
		IdleTimeout: 0,
		Cookie:      scs.SessionCookie{Name: "session", Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode},
		ErrorFunc: func(w http.ResponseWriter, _ *http.Request, _ error) {
			http.Error(w, "The session could not be read. Try again in a moment.", http.StatusInternalServerError)
		},
	}
}

// touchEvery is how far a last-seen time may lag, so that a page with many
// parts does not write for each of them.
const touchEvery = 15 * time.Second

// FindCtx returns the data of a live session and notes that it was used.
func (s *Sessions) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	now := s.o.Now()
	key := digest(token)
	stale := false
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		var created, seen, status string
		err := tx.QueryRowContext(ctx, `SELECT data, session.created_at, last_seen_at, coalesce(account.status, 'active')
			FROM session LEFT JOIN account ON account.id = account_id WHERE token_hash = $1 AND ended_at = ''`, key).Scan(&data, &created, &seen, &status)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		live, lastSeen, err := s.live(created, seen, now)
		found = live && Status(status) == Active
		stale = now.Sub(lastSeen) >= touchEvery
		return err
	})
	if err != nil || !found {
		return nil, false, err
	}
	if stale {
		err = s.db.UpdateRelaxed(ctx, func(tx *sql.Tx) error {
			_, err := tx.ExecContext(ctx, "UPDATE session SET last_seen_at = $1 WHERE token_hash = $2", stamp(now), key)
			return err
		})
	}
	return data, err == nil, err
}

func (s *Sessions) live(created, seen string, now time.Time) (bool, time.Time, error) {
	from, err := relational.ParseTime(created)
	if err != nil {
		return false, time.Time{}, err
	}
	last, err := relational.ParseTime(seen)
	if err != nil {
		return false, time.Time{}, err
	}
	return now.Before(from.Add(s.o.Absolute)) && now.Before(last.Add(s.o.Idle)), last, nil
}

// CommitCtx stores the data of a session. A session that was ended meanwhile
// stays ended.
func (s *Sessions) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	_, values, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return errors.New("accounts: a session could not be read back")
	}
	var owner any // NULL before sign-in
	if id, _ := values[UserKey].(string); id != "" {
		owner = id
	}
	public := make([]byte, 8)
	if _, err := rand.Read(public); err != nil {
		return err
	}
	now := stamp(s.o.Now())
	return s.db.UpdateRelaxed(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO session (token_hash, public_id, account_id, created_at, last_seen_at, data)
			VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (token_hash) DO UPDATE
			SET data = excluded.data, account_id = excluded.account_id, last_seen_at = excluded.last_seen_at WHERE session.ended_at = ''`,
			digest(token), hex.EncodeToString(public), owner, now, now, data)
		if err != nil || owner == nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE session SET ended_at = $1 WHERE token_hash IN (SELECT token_hash FROM session
			WHERE account_id = $2 AND ended_at = '' ORDER BY token_hash = $3 DESC, last_seen_at DESC, created_at DESC LIMIT 9223372036854775807 OFFSET $4)`,
			now, owner, digest(token), s.o.PerAccount)
		return err
	})
}

// DeleteCtx ends a session; an unknown one is no error.
func (s *Sessions) DeleteCtx(ctx context.Context, token string) error {
	return s.end(ctx, "token_hash = $3", digest(token))
}

// end ends sessions. It waits for the disk: a sign-out must not come undone.
func (s *Sessions) end(ctx context.Context, where string, args ...any) error {
	return s.db.Update(ctx, func(tx *sql.Tx) error {
		//nolint:gosec // where is one of this file's own conditions; what callers give goes in as arguments
		_, err := tx.ExecContext(ctx, "UPDATE session SET ended_at = $1, data = $2 WHERE ended_at = '' AND "+where,
			append([]any{stamp(s.o.Now()), []byte{}}, args...)...)
		return err
	})
}

// Find is FindCtx without a context.
func (s *Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx without a context.
func (s *Sessions) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx without a context.
func (s *Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// Session describes a live session to its owner.
type Session struct {
	ID        string // fit to be shown and passed to End
	CreatedAt time.Time
	LastSeen  time.Time
	// EndsAt is when it ends if it is not used again.
	EndsAt time.Time
}

// List returns the live sessions of an account, the one used last first.
func (s *Sessions) List(ctx context.Context, account string) ([]Session, error) {
	now := s.o.Now()
	var live []Session
	err := s.db.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT public_id, created_at, last_seen_at FROM session WHERE account_id = $1 AND ended_at = '' ORDER BY last_seen_at DESC, public_id", account)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id, created, seen string
			if err := rows.Scan(&id, &created, &seen); err != nil {
				return err
			}
			ok, last, err := s.live(created, seen, now)
			if err != nil {
				return err
			}
			if ok {
				from, _ := relational.ParseTime(created) // read by live already
				live = append(live, Session{ID: id, CreatedAt: from, LastSeen: last, EndsAt: earlier(from.Add(s.o.Absolute), last.Add(s.o.Idle))})
			}
		}
		return rows.Err()
	})
	return live, err
}

// Latest gives the ids of the accounts in use that were last seen, the latest first, at most n: those who are likely to come next.
func (s *Sessions) Latest(ctx context.Context, n int) (ids []string, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT id FROM (
				SELECT account.id AS id, max(coalesce(session.last_seen_at, account.last_sign_in_at, '')) AS seen
				FROM account LEFT JOIN session ON session.account_id = account.id WHERE account.status = 'active' GROUP BY account.id) AS latest
			WHERE seen <> '' ORDER BY seen DESC, id LIMIT $1`, n)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return rows.Err()
	})
	return ids, err
}

// PublicID names the session of a token, as List does; empty for none.
func (s *Sessions) PublicID(ctx context.Context, token string) (id string, err error) {
	err = s.db.View(ctx, func(tx *sql.Tx) error {
		err := tx.QueryRowContext(ctx, "SELECT public_id FROM session WHERE token_hash = $1 AND ended_at = ''", digest(token)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return id, err
}

// End ends one session of an account by the id that List gave. The id of a
// session of somebody else does nothing.
func (s *Sessions) End(ctx context.Context, account, id string) error {
	return s.end(ctx, "account_id = $3 AND public_id = $4", account, id)
}

// EndAll ends all sessions of an account.
func (s *Sessions) EndAll(ctx context.Context, account string) error {
	return s.end(ctx, "account_id = $3", account)
}

// Sweep removes sessions that are over for good.
func (s *Sessions) Sweep(ctx context.Context) error {
	now := s.o.Now()
	return s.db.UpdateRelaxed(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM session WHERE created_at <= $1", stamp(now.Add(-s.o.Absolute)))
		return err
	})
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
