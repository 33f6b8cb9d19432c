package accounts

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// ErrSecond is returned for a code that does not fit: wrong, used before, or none was set up.
var ErrSecond = errors.New("accounts: the code is not right, or was used before")

// ErrNoSeal is returned where no key to seal secrets with was given.
var ErrNoSeal = errors.New("accounts: second factors cannot be kept here: no key to seal them with was given")

const (
	stepSeconds    = 30
	recoveryCodes  = 10
	recoveryLength = 10 // bytes: 80 bits, so that a hash cannot be tried out
)

var codeOptions = totp.ValidateOpts{Period: stepSeconds, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

// seal encrypts a secret for one account, so that a row moved to another account opens nothing.
func (a *Accounts) seal(id string, secret []byte) ([]byte, error) {
	box, err := a.box()
	if err != nil {
		return nil, err
	}
	nonce, err := a.token(box.NonceSize())
	if err != nil {
		return nil, err
	}
	return box.Seal(nonce, nonce, secret, []byte(id)), nil
}

func (a *Accounts) unseal(id string, sealed []byte) ([]byte, error) {
	box, err := a.box()
	if err != nil {
		return nil, err
	}
	if len(sealed) < box.NonceSize() {
		return nil, errors.New("accounts: a second factor is damaged: remove it and set it up again")
	}
	secret, err := box.Open(nil, sealed[:box.NonceSize()], sealed[box.NonceSize():], []byte(id))
	if err != nil {
		return nil, errors.New("accounts: a second factor cannot be opened with the present key: restore secrets/second-factor.key, or remove the factor and set it up again")
	}
	return secret, nil
}

func (a *Accounts) box() (cipher.AEAD, error) {
	if len(a.sealKey) != 32 {
		return nil, ErrNoSeal
	}
	block, err := aes.NewCipher(a.sealKey)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

// BeginSecond makes a secret for an account's authenticator and gives it for the one time that it is shown. It counts for nothing until
// ConfirmSecond, and replaces one that was not confirmed.
func (a *Accounts) BeginSecond(ctx context.Context, id string) (*otp.Key, error) {
	account, err := a.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	raw, err := a.token(20)
	if err != nil {
		return nil, err
	}
	sealed, err := a.seal(id, raw)
	if err != nil {
		return nil, err
	}
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Bellwether", AccountName: account.Username, Secret: raw, Period: stepSeconds, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	err = a.db.Update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `INSERT INTO account_second (account_id, secret, created_at) VALUES ($1, $2, $3)
			ON CONFLICT (account_id) DO UPDATE SET secret = excluded.secret, created_at = excluded.created_at WHERE account_second.confirmed_at = ''`, id, sealed, stamp(a.now()))
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, errors.New("accounts: a second factor is in use already: remove it first"))
		}
		return nil
	})
	return key, err
}

// ConfirmSecond makes a second factor count once its owner shows a code of it, and gives recovery codes for the one time that they are
// shown.
func (a *Accounts) ConfirmSecond(ctx context.Context, id, code string) ([]string, error) {
	if err := a.useCode(ctx, id, code, false); err != nil {
		return nil, err
	}
	codes := make([]string, recoveryCodes)
	for i := range codes {
		raw, err := a.token(recoveryLength)
		if err != nil {
			return nil, err
		}
		text := strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(raw))
		codes[i] = text[:4] + "-" + text[4:8] + "-" + text[8:12] + "-" + text[12:]
	}
	err := a.db.Update(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE account_second SET confirmed_at = $1 WHERE account_id = $2", stamp(a.now()), id)
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM account_recovery WHERE account_id = $1", id)
		}
		for _, c := range codes {
			if err == nil {
				_, err = tx.ExecContext(ctx, "INSERT INTO account_recovery (code_hash, account_id) VALUES ($1, $2)", recoveryHash(id, c), id)
			}
		}
		return err
	})
	return codes, err
}

func recoveryHash(id, code string) []byte {
	return digest("recovery", id, strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code)))
}

// HasSecond says whether an account has a second factor that counts.
func (a *Accounts) HasSecond(ctx context.Context, id string) (yes bool, err error) {
	err = a.db.View(ctx, func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, "SELECT count(*) FROM account_second WHERE account_id = $1 AND confirmed_at <> ''", id).Scan(&yes)
	})
	return yes, err
}

// CheckSecond takes a code of the authenticator, or a recovery code. Each serves once; wrong ones are answered more and more slowly,
// as a *SignInError.
func (a *Accounts) CheckSecond(ctx context.Context, id, code string) error {
	key := digest("second", id)
	wait, err := a.count(ctx, key)
	if err != nil {
		return err
	}
	if wait > 0 {
		return &SignInError{CodeDelayed, wait}
	}
	if err := a.useCode(ctx, id, code, true); err != nil {
		if !errors.Is(err, ErrSecond) {
			return err
		}
		if err := a.useRecovery(ctx, id, code); err != nil {
			return err
		}
	}
	return a.db.UpdateRelaxed(ctx, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM sign_in_failure WHERE key = $1", key)
		return err
	})
}

// useCode spends one code of the authenticator: of this half minute, the one before or the one after, and newer than the last one used.
func (a *Accounts) useCode(ctx context.Context, id, code string, confirmed bool) error {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	return a.db.Update(ctx, func(tx *sql.Tx) error {
		var sealed []byte
		var last int64
		err := tx.QueryRowContext(ctx, "SELECT secret, last_step FROM account_second WHERE account_id = $1 AND (confirmed_at <> '') = $2", id, confirmed).Scan(&sealed, &last)
		if errors.Is(err, sql.ErrNoRows) {
			return ErrSecond
		}
		if err != nil {
			return err
		}
		secret, err := a.unseal(id, sealed)
		if err != nil {
			return err
		}
		text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
		now := a.now().Unix() / stepSeconds
		for _, step := range []int64{now, now - 1, now + 1} {
			want, err := totp.GenerateCodeCustom(text, time.Unix(step*stepSeconds, 0), codeOptions)
			if err != nil {
				return fmt.Errorf("accounts: %w", err)
			}
			if step > last && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
				_, err = tx.ExecContext(ctx, "UPDATE account_second SET last_step = $1 WHERE account_id = $2", step, id)
				return err
			}
		}
		return ErrSecond
	})
}

func (a *Accounts) useRecovery(ctx context.Context, id, code string) error {
	return a.db.Update(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "UPDATE account_recovery SET used_at = $1 WHERE code_hash = $2 AND account_id = $3 AND used_at = ''", stamp(a.now()), recoveryHash(id, code), id)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrSecond)
		}
		return nil
	})
}

// RemoveSecond takes the second factor of an account away, with its recovery codes, and ends its sessions.
func (a *Accounts) RemoveSecond(ctx context.Context, id string) error {
	return a.change(ctx, id, func(tx *sql.Tx, _ Account) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM account_second WHERE account_id = $1", id)
		if err == nil {
			_, err = tx.ExecContext(ctx, "DELETE FROM account_recovery WHERE account_id = $1", id)
		}
		if err != nil {
			return err
		}
		return a.cutOff(ctx, tx, id)
	})
}
