package accounts

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"bellwether/casework/store/relational"
)

// Codes of failed sign-ins, for the audit. A person is never told which.
const (
	CodeUnknown  = "unknown_name"
	CodeWrong    = "wrong_password"
	CodeDisabled = "disabled"
	CodeInvited  = "no_password_yet"
	CodeDelayed  = "delayed"
	CodeBusy     = "busy"
)

// SignInError is a sign-in that was refused. Its text is the same whatever the
// code, so that nobody learns which names exist.
type SignInError struct {
	Code string
	// RetryAfter is how long to wait before the next attempt is looked at,
	// zero if it will be at once.
	RetryAfter time.Duration
}

// Error says what to do, not what was wrong.
func (e *SignInError) Error() string {
	if e.RetryAfter > 0 {
		return fmt.Sprintf("accounts: too many attempts: wait %s and try again, or ask an administrator for a reset link",
			e.RetryAfter.Round(time.Second))
	}
	return "accounts: the user name or the password is not right"
}

// Attempt is one attempt to sign in.
type Attempt struct {
	Username, Password string
	// Device is the token of a browser that has signed in before, from a
	// cookie that outlives the session; empty if there is none.
	Device string
}

// SignedIn is a successful attempt.
type SignedIn struct {
	Account Account
	// Device is the token to keep in the browser: the one given, or a new one.
	Device string
}

// The delay after failed attempts: none for the first few, then one second,
// doubled each time up to a quarter of an hour. Attempts made during a delay
// are refused unseen and do not lengthen it.
//
// Attempts from a browser that has signed in before are counted apart from all
// others. Somebody who guesses at a name delays other strangers to that name
// but not its owner, so the delay is no weapon to lock people out with.
const (
	freeAttempts = 5
	firstDelay   = time.Second
	longestDelay = 15 * time.Minute
	// forgetAfter is how long failures are remembered.
	forgetAfter = 24 * time.Hour
	// deviceLife is how long a browser stays known without signing in.
	deviceLife = 90 * 24 * time.Hour
)

func delay(failures int) time.Duration {
	if failures < freeAttempts {
		return 0
	}
	return min(firstDelay<<min(failures-freeAttempts, 20), longestDelay)
}

// nameKey and deviceKey say where failures are counted.
func nameKey(username string) []byte { return digest("name", username) }

func deviceKey(username, device string) []byte { return digest("device", username, device) }

// SignIn checks a user name and a password. A refusal is a *SignInError.
func (a *Accounts) SignIn(ctx context.Context, t Attempt) (SignedIn, error) {
	username := usernameKey(t.Username)
	account, hash, known, err := a.lookUp(ctx, username, t.Device)
	if err != nil {
		return SignedIn{}, err
	}
	key := nameKey(username)
	if known {
		key = deviceKey(username, t.Device)
	}
	// The attempt is counted before the password is looked at, and taken back
	// when it was right: many attempts at once are then counted like many in
	// a row.
	if wait, err := a.count(ctx, key); err != nil {
		return SignedIn{}, err
	} else if wait > 0 {
		return SignedIn{}, &SignInError{CodeDelayed, wait}
	}
	right, cost, err := a.compare(ctx, known, hash, t.Password)
	if err != nil {
		return SignedIn{}, err
	}
	code := ""
	switch {
	case account.ID == "":
		code = CodeUnknown
	case account.Status == Disabled:
		code = CodeDisabled
	case hash == "":
		code = CodeInvited
	case !right:
		code = CodeWrong
	}
	if code != "" {
		return SignedIn{}, &SignInError{Code: code}
	}
	return a.admit(ctx, account, t, key, known, cost)
}

// lookUp finds the account and whether the browser is known to it. A name that
// does not exist is no error here: the same work is done for it.
func (a *Accounts) lookUp(ctx context.Context, username, device string) (account Account, hash string, known bool, err error) {
	err = a.db.View(ctx, func(tx *sql.Tx) error {
		account, hash, err = get(ctx, tx, "username_key", username)
		if errors.Is(err, ErrNotFound) {
			return nil
		}
		if err != nil || device == "" {
			return err
		}
		return tx.QueryRowContext(ctx, "SELECT count(*) FROM account_device WHERE device_hash = $1 AND account_id = $2 AND last_used_at > $3",
			digest(device), account.ID, stamp(a.now().Add(-deviceLife))).Scan(&known)
	})
	return account, hash, known, err
}

// count adds an attempt, or says how long to wait if one is not due yet.
func (a *Accounts) count(ctx context.Context, key []byte) (wait time.Duration, err error) {
	now := a.now()
	err = a.db.UpdateRelaxed(ctx, func(tx *sql.Tx) error {
		var failures int
		var last, blocked string
		err := tx.QueryRowContext(ctx, "SELECT failures, last_failed, blocked_to FROM sign_in_failure WHERE key = $1", key).Scan(&failures, &last, &blocked)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		until, err := relational.ParseTime(blocked)
		if err != nil {
			return err
		}
		if until.After(now) {
			wait = until.Sub(now)
			return nil
		}
		if last < stamp(now.Add(-forgetAfter)) {
			failures = 0
		}
		failures++
		_, err = tx.ExecContext(ctx, `INSERT INTO sign_in_failure (key, failures, last_failed, blocked_to) VALUES ($1, $2, $3, $4)
			ON CONFLICT (key) DO UPDATE SET failures = excluded.failures, last_failed = excluded.last_failed, blocked_to = excluded.blocked_to`,
			key, failures, stamp(now), stamp(now.Add(delay(failures))))
		return err
	})
	return wait, err
}

// compare spends the same time whether there is a hash or not.
func (a *Accounts) compare(ctx context.Context, known bool, hash, password string) (bool, HashParams, error) {
	if len(password) > 4*MaxPassword {
		return false, a.hash, nil // longer than any password in use: do not hash a book
	}
	release, err := a.lanes.enter(ctx, known)
	if err != nil {
		return false, HashParams{}, err
	}
	defer release()
	if hash == "" {
		_, _, err := matches(a.stranger, password)
		return false, a.hash, err
	}
	return matches(hash, password)
}

// admit records a successful sign-in and renews a hash made at another cost.
func (a *Accounts) admit(ctx context.Context, account Account, t Attempt, key []byte, known bool, cost HashParams) (SignedIn, error) {
	now := a.now()
	in := SignedIn{Account: account, Device: t.Device}
	in.Account.LastSignInAt = now.UTC()
	renewed := ""
	if cost != a.hash {
		release, err := a.lanes.enter(ctx, true)
		if err != nil {
			return SignedIn{}, err
		}
		renewed, err = a.hash.make(a.random, t.Password)
		release()
		if err != nil {
			return SignedIn{}, err
		}
	}
	if !known {
		raw, err := a.token(32)
		if err != nil {
			return SignedIn{}, err
		}
		in.Device = base64.RawURLEncoding.EncodeToString(raw)
	}
	err := a.db.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM sign_in_failure WHERE key = $1", key)
		if err == nil {
			_, err = tx.ExecContext(ctx, "UPDATE account SET last_sign_in_at = $1 WHERE id = $2", stamp(now), account.ID)
		}
		if err == nil && renewed != "" {
			_, err = tx.ExecContext(ctx, "UPDATE account SET password_hash = $1 WHERE id = $2", renewed, account.ID)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, `INSERT INTO account_device (device_hash, account_id, created_at, last_used_at) VALUES ($1, $2, $3, $4)
				ON CONFLICT (device_hash) DO UPDATE SET last_used_at = excluded.last_used_at`,
				digest(in.Device), account.ID, stamp(now), stamp(now))
		}
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	return in, nil
}

// Sweep removes what has expired: links, browsers not seen for long, and old
// failures. It is called now and then by the service.
func (a *Accounts) Sweep(ctx context.Context) error {
	now := a.now()
	return a.db.UpdateRelaxed(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM sign_in_failure WHERE last_failed < $1", stamp(now.Add(-forgetAfter)))
		if err == nil {
			// Names that nobody has are counted too; a flood of them must not fill the disk.
			_, err = tx.ExecContext(ctx, `DELETE FROM sign_in_failure WHERE key IN
				(SELECT key FROM sign_in_failure ORDER BY last_failed DESC LIMIT 9223372036854775807 OFFSET 100000)`)
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM account_device WHERE last_used_at < $1", stamp(now.Add(-deviceLife)))
		}
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM account_token WHERE expires_at < $1", stamp(now.Add(-forgetAfter)))
		}
		return err
	})
}
