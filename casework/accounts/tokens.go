package accounts

import (
	"context"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"

	"bellwether/casework/store/relational"
)

// How long a link can be used.
const (
	InviteLife = 7 * 24 * time.Hour
	ResetLife  = time.Hour
)

// ErrLink is returned for a link that was used, has expired, was withdrawn or
// never existed; which of them is not told apart.
var ErrLink = errors.New("accounts: this link cannot be used any more: ask for a new one")

// Invite makes a one-time token with which the owner of an account without a
// password sets one. A token made before is withdrawn.
func (a *Accounts) Invite(ctx context.Context, by, id string) (string, error) {
	return a.link(ctx, by, id, "invite", InviteLife)
}

// Reset makes a one-time token with which the owner of an account sets a new
// password. The old password works until then, so that asking for a reset is
// no way to lock somebody out.
func (a *Accounts) Reset(ctx context.Context, by, id string) (string, error) {
	return a.link(ctx, by, id, "reset", ResetLife)
}

func (a *Accounts) link(ctx context.Context, by, id, purpose string, life time.Duration) (string, error) {
	raw, err := a.token(32)
	if err != nil {
		return "", err
	}
	token := base64.RawURLEncoding.EncodeToString(raw)
	now := a.now()
	err = a.change(ctx, id, func(tx *sql.Tx, account Account) error {
		switch {
		case account.Status == Disabled:
			return errors.New("accounts: the account is disabled: enable it first")
		case purpose == "invite" && account.Status != Invited:
			return errors.New("accounts: the account has a password already: use a reset")
		}
		_, err := tx.ExecContext(ctx, "UPDATE account_token SET used_at = $1 WHERE account_id = $2 AND used_at = ''", stamp(now), id)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO account_token (token_hash, account_id, purpose, created_at, created_by, expires_at)
			VALUES ($1, $2, $3, $4, $5, $6)`, digest(token), id, purpose, stamp(now), by, stamp(now.Add(life)))
		return err
	})
	if err != nil {
		return "", err
	}
	return token, nil
}

// LinkFor returns the account that a token belongs to without using it, so
// that a page can greet its owner; otherwise ErrLink.
func (a *Accounts) LinkFor(ctx context.Context, token string) (account Account, err error) {
	err = a.db.View(ctx, func(tx *sql.Tx) error {
		account, err = a.owner(ctx, tx, token)
		return err
	})
	return account, err
}

func (a *Accounts) owner(ctx context.Context, tx *sql.Tx, token string) (Account, error) {
	var id, expires, used string
	err := tx.QueryRowContext(ctx, "SELECT account_id, expires_at, used_at FROM account_token WHERE token_hash = $1", digest(token)).Scan(&id, &expires, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, ErrLink
	}
	if err != nil {
		return Account{}, err
	}
	until, err := relational.ParseTime(expires)
	if err != nil {
		return Account{}, err
	}
	if used != "" || !a.now().Before(until) {
		return Account{}, ErrLink
	}
	account, _, err := get(ctx, tx, "id", id)
	if err == nil && account.Status == Disabled {
		err = ErrLink
	}
	return account, err
}

// Redeem uses a token to set a password: all sessions of the account end, its
// delay after failed attempts is lifted, and the token is spent. A password
// that is refused leaves the token as it was.
func (a *Accounts) Redeem(ctx context.Context, token, password string) (Account, error) {
	account, err := a.LinkFor(ctx, token)
	if err != nil {
		return Account{}, err
	}
	hash, err := a.newHash(ctx, password, account)
	if err != nil {
		return Account{}, err
	}
	err = a.db.Update(ctx, func(tx *sql.Tx) error {
		// Asked again inside the transaction: of two people with the same link
		// only one gets through.
		if account, err = a.owner(ctx, tx, token); err != nil {
			return err
		}
		return a.storePassword(ctx, tx, account, hash, false)
	})
	if err != nil {
		return Account{}, err
	}
	return a.Get(ctx, account.ID)
}
