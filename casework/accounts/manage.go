package accounts

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"bellwether/casework/store/relational"
)

const columns = `id, username, name, organisation, roles, local_authorities, providers, status, must_change,
	created_at, created_by, password_set_at, last_sign_in_at, password_hash`

// scan reads one account and its password hash.
func scan(row interface{ Scan(...any) error }) (Account, string, error) {
	var a Account
	var status, roles, areas, providers, created, set, seen, hash string
	err := row.Scan(&a.ID, &a.Username, &a.Name, &a.Organisation, &roles, &areas, &providers, &status, &a.MustChange,
		&created, &a.CreatedBy, &set, &seen, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return Account{}, "", ErrNotFound
	}
	if err != nil {
		return Account{}, "", err
	}
	a.Status = Status(status)
	var errs [6]error
	errs[0] = json.Unmarshal([]byte(roles), &a.Roles)
	errs[1] = json.Unmarshal([]byte(areas), &a.LocalAuthorities)
	errs[2] = json.Unmarshal([]byte(providers), &a.Providers)
	a.CreatedAt, errs[3] = relational.ParseTime(created)
	a.PasswordSetAt, errs[4] = relational.ParseTime(set)
	a.LastSignInAt, errs[5] = relational.ParseTime(seen)
	if err := errors.Join(errs[:]...); err != nil {
		return Account{}, "", fmt.Errorf("accounts: account %s is damaged: %w", a.ID, err)
	}
	return a, hash, nil
}

func get(ctx context.Context, tx *sql.Tx, where string, arg any) (Account, string, error) {
	return scan(tx.QueryRowContext(ctx, "SELECT "+columns+" FROM account WHERE "+where+" = $1", arg))
}

// Get returns an account by its id, or ErrNotFound.
func (a *Accounts) Get(ctx context.Context, id string) (found Account, err error) {
	err = a.db.View(ctx, func(tx *sql.Tx) error {
		found, _, err = get(ctx, tx, "id", id)
		return err
	})
	return found, err
}

// ByUsername returns an account by its user name, or ErrNotFound.
func (a *Accounts) ByUsername(ctx context.Context, username string) (found Account, err error) {
	err = a.db.View(ctx, func(tx *sql.Tx) error {
		found, _, err = get(ctx, tx, "username_key", usernameKey(username))
		return err
	})
	return found, err
}

// List returns all accounts in the order of their user names.
func (a *Accounts) List(ctx context.Context) ([]Account, error) {
	var all []Account
	err := a.db.View(ctx, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, "SELECT "+columns+" FROM account ORDER BY username_key")
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			account, _, err := scan(rows)
			if err != nil {
				return err
			}
			all = append(all, account)
		}
		return rows.Err()
	})
	return all, err
}

// change reads an account and lets edit write to it, in one transaction.
func (a *Accounts) change(ctx context.Context, id string, edit func(*sql.Tx, Account) error) error {
	return a.db.Update(ctx, func(tx *sql.Tx) error {
		account, _, err := get(ctx, tx, "id", id)
		if err != nil {
			return err
		}
		return edit(tx, account)
	})
}

// Disable stops an account from signing in, ends its sessions and withdraws
// its links. Disabling twice is no error.
func (a *Accounts) Disable(ctx context.Context, id string) error {
	return a.change(ctx, id, func(tx *sql.Tx, _ Account) error {
		if _, err := tx.ExecContext(ctx, "UPDATE account SET status = 'disabled' WHERE id = $1", id); err != nil {
			return err
		}
		return a.cutOff(ctx, tx, id)
	})
}

// SignOut ends the sessions of an account and withdraws its unused links and
// known browsers; it can sign in again.
func (a *Accounts) SignOut(ctx context.Context, id string) error {
	return a.change(ctx, id, func(tx *sql.Tx, _ Account) error { return a.cutOff(ctx, tx, id) })
}

// cutOff ends the sessions of an account and withdraws its unused links and
// known browsers.
func (a *Accounts) cutOff(ctx context.Context, tx *sql.Tx, id string) error {
	now := stamp(a.now())
	_, err := tx.ExecContext(ctx, "UPDATE session SET ended_at = $1 WHERE account_id = $2 AND ended_at = ''", now, id)
	if err == nil {
		_, err = tx.ExecContext(ctx, "UPDATE account_token SET used_at = $1 WHERE account_id = $2 AND used_at = ''", now, id)
	}
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM account_device WHERE account_id = $1", id)
	}
	return err
}

// Enable lets a disabled account sign in again with the password it had.
func (a *Accounts) Enable(ctx context.Context, id string) error {
	return a.change(ctx, id, func(tx *sql.Tx, account Account) error {
		status := Active
		elsewhere, err := federated(ctx, tx, id)
		if err != nil {
			return err
		}
		if account.PasswordSetAt.IsZero() && !elsewhere {
			status = Invited
		}
		_, err = tx.ExecContext(ctx, "UPDATE account SET status = $1 WHERE id = $2", string(status), id)
		return err
	})
}

// SetRoles gives an account other roles from its next request on. By is the
// account that asks: nobody changes the own roles.
func (a *Accounts) SetRoles(ctx context.Context, by, id string, roles []string) error {
	if by == id {
		return ErrSelf
	}
	if err := a.policy.CheckRoles(roles); err != nil {
		return fmt.Errorf("accounts: %w", err)
	}
	return a.change(ctx, id, func(tx *sql.Tx, _ Account) error {
		_, err := tx.ExecContext(ctx, "UPDATE account SET roles = $1 WHERE id = $2", list(roles), id)
		return err
	})
}

// SetPortfolio sets the organisation of an account and the areas and providers
// that are its own. Like roles these are access, and nobody changes the own.
func (a *Accounts) SetPortfolio(ctx context.Context, by, id, organisation string, localAuthorities, providers []string) error {
	if by == id {
		return ErrSelf
	}
	return a.change(ctx, id, func(tx *sql.Tx, _ Account) error {
		_, err := tx.ExecContext(ctx, "UPDATE account SET organisation = $1, local_authorities = $2, providers = $3 WHERE id = $4",
			strings.TrimSpace(organisation), list(clean(localAuthorities)), list(clean(providers)), id)
		return err
	})
}

// SetPassword gives an account a password and ends its sessions. With
// mustChange the account is asked for one of its own at the next sign-in.
func (a *Accounts) SetPassword(ctx context.Context, id, password string, mustChange bool) error {
	account, err := a.Get(ctx, id)
	if err != nil {
		return err
	}
	hash, err := a.newHash(ctx, password, account)
	if err != nil {
		return err
	}
	return a.change(ctx, id, func(tx *sql.Tx, account Account) error {
		return a.storePassword(ctx, tx, account, hash, mustChange)
	})
}

// storePassword writes a hash, lets an invited account become active and cuts
// off whoever used the old password. A disabled account stays disabled.
func (a *Accounts) storePassword(ctx context.Context, tx *sql.Tx, account Account, hash string, mustChange bool) error {
	status := account.Status
	if status == Invited {
		status = Active
	}
	_, err := tx.ExecContext(ctx, "UPDATE account SET password_hash = $1, password_set_at = $2, must_change = $3, status = $4 WHERE id = $5",
		hash, stamp(a.now()), mustChange, string(status), account.ID)
	if err == nil {
		_, err = tx.ExecContext(ctx, "DELETE FROM sign_in_failure WHERE key = $1", nameKey(usernameKey(account.Username)))
	}
	if err != nil {
		return err
	}
	return a.cutOff(ctx, tx, account.ID)
}

// ChangePassword replaces the own password, given the present one. All
// sessions end; the caller starts a new one. A wrong present password counts
// like a failed sign-in, so that an unattended screen is no place to guess.
func (a *Accounts) ChangePassword(ctx context.Context, id, present, next, device string) error {
	account, err := a.Get(ctx, id)
	if err != nil {
		return err
	}
	if _, err := a.SignIn(ctx, Attempt{Username: account.Username, Password: present, Device: device}); err != nil {
		return err
	}
	if present == next {
		return &PasswordError{"choose a password that differs from the present one"}
	}
	return a.SetPassword(ctx, id, next, false)
}
