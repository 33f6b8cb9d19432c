package accounts

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
)

// Federated is a person as an identity provider vouches for them.
type Federated struct {
	Issuer, Subject    string
	Name, Organisation string
	Roles              []string
}

// Enter finds the account of a person by issuer and subject, never by a name
// or an address, and makes one at their first sign-in. Roles and name follow
// the provider each time: a role taken away there is gone here at the next
// sign-in. The portfolio is kept here. A disabled account stays out.
func (a *Accounts) Enter(ctx context.Context, f Federated) (Account, error) {
	if f.Issuer == "" || f.Subject == "" {
		return Account{}, errors.New("accounts: an identity needs an issuer and a subject")
	}
	if err := a.policy.CheckRoles(f.Roles); err != nil {
		return Account{}, fmt.Errorf("accounts: %w", err)
	}
	raw, err := a.token(14)
	if err != nil {
		return Account{}, err
	}
	now := a.now()
	fresh := Account{ID: "u" + hex.EncodeToString(raw[:10]), Username: "sso-" + hex.EncodeToString(raw[10:])}
	var account Account
	err = a.db.Update(ctx, func(tx *sql.Tx) error {
		var id string
		err := tx.QueryRowContext(ctx, "SELECT account_id FROM account_identity WHERE issuer = $1 AND subject = $2", f.Issuer, f.Subject).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			id = fresh.ID
			err = a.insertFederated(ctx, tx, fresh, f)
		}
		if err != nil {
			return err
		}
		if account, _, err = get(ctx, tx, "id", id); err != nil {
			return err
		}
		if account.Status == Disabled {
			return &SignInError{Code: CodeDisabled}
		}
		account.Name, account.Roles, account.LastSignInAt = shownName(f.Name, account.Username), f.Roles, now.UTC()
		if f.Organisation != "" {
			account.Organisation = strings.TrimSpace(f.Organisation)
		}
		_, err = tx.ExecContext(ctx, "UPDATE account SET name = $1, roles = $2, organisation = $3, status = 'active', last_sign_in_at = $4 WHERE id = $5",
			account.Name, list(account.Roles), account.Organisation, stamp(now), id)
		account.Status = Active
		return err
	})
	return account, err
}

func (a *Accounts) insertFederated(ctx context.Context, tx *sql.Tx, fresh Account, f Federated) error {
	now := stamp(a.now())
	_, err := tx.ExecContext(ctx, `INSERT INTO account (id, username, username_key, name, organisation, roles, status, created_at, created_by)
		VALUES ($1, $2, $3, $4, '', $5, 'active', $6, 'identity_provider')`,
		fresh.ID, fresh.Username, usernameKey(fresh.Username), shownName(f.Name, fresh.Username), list(f.Roles), now)
	if err == nil {
		_, err = tx.ExecContext(ctx, "INSERT INTO account_identity (issuer, subject, account_id, created_at) VALUES ($1, $2, $3, $4)", f.Issuer, f.Subject, fresh.ID, now)
	}
	return err
}

// shownName makes a name from elsewhere fit to be shown.
func shownName(name, otherwise string) string {
	name = strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if name == "" {
		return otherwise
	}
	if r := []rune(name); len(r) > 100 {
		name = string(r[:100])
	}
	return name
}

// IsFederated says whether an account signs in through an identity provider.
func (a *Accounts) IsFederated(ctx context.Context, id string) (yes bool, err error) {
	err = a.db.View(ctx, func(tx *sql.Tx) error {
		yes, err = federated(ctx, tx, id)
		return err
	})
	return yes, err
}

func federated(ctx context.Context, tx *sql.Tx, id string) (yes bool, err error) {
	err = tx.QueryRowContext(ctx, "SELECT count(*) FROM account_identity WHERE account_id = $1", id).Scan(&yes)
	return yes, err
}
