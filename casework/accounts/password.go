package accounts

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// HashParams is the cost of one argon2id hash.
type HashParams struct {
	MemoryKiB uint32
	Passes    uint32
	Threads   uint8
}

// DefaultHash is the second recommended choice of RFC 9106 section 4: three
// passes over 64 MiB with four lanes.
var DefaultHash = HashParams{MemoryKiB: 64 * 1024, Passes: 3, Threads: 4}

// Bounds on what a stored hash may ask for: a damaged row must not be able to
// take the machine's memory.
const (
	maxMemoryKiB = 1 << 20
	maxPasses    = 64
	saltBytes    = 16
	hashBytes    = 32
)

// make hashes a password with a new salt, in the usual text form.
func (p HashParams) make(random io.Reader, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("accounts: no random numbers: %w", err)
	}
	sum := p.sum(password, salt)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.MemoryKiB, p.Passes, p.Threads,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(sum)), nil
}

// sum hashes the one spelling that all keyboards' spellings of a password
// share.
func (p HashParams) sum(password string, salt []byte) []byte {
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, p.Passes, p.MemoryKiB, p.Threads, hashBytes)
}

var errDamagedHash = errors.New("accounts: a stored password hash is damaged: set a new password")

// matches says whether a password fits a stored hash, and with which cost that
// hash was made.
func matches(stored, password string) (bool, HashParams, error) {
	parts := strings.Split(stored, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return false, HashParams{}, errDamagedHash
	}
	var p HashParams
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.MemoryKiB, &p.Passes, &p.Threads); n != 3 || err != nil {
		return false, p, errDamagedHash
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) != saltBytes || len(want) != hashBytes ||
		p.MemoryKiB == 0 || p.MemoryKiB > maxMemoryKiB || p.Passes == 0 || p.Passes > maxPasses || p.Threads == 0 {
		return false, p, errDamagedHash
	}
	return subtle.ConstantTimeCompare(p.sum(password, salt), want) == 1, p, nil
}

// newHash checks a new password against the rules and hashes it.
func (a *Accounts) newHash(ctx context.Context, password string, account Account) (string, error) {
	if err := CheckPassword(password, account.Username, account.Name, a.words...); err != nil {
		return "", err
	}
	leaked, err := a.leaked.Holds(password)
	if err != nil {
		return "", err // no password is taken unchecked because a list was damaged
	}
	if leaked {
		return "", &PasswordError{"the password stands in a list of published ones: use three or more words of your own"}
	}
	release, err := a.lanes.enter(ctx, true)
	if err != nil {
		return "", err
	}
	defer release()
	return a.hash.make(a.random, password)
}

// PasswordError says why a new password cannot be used, as a sentence for the
// person who chose it.
type PasswordError struct{ Why string }

// Error returns the sentence.
func (e *PasswordError) Error() string { return "accounts: " + e.Why }

// Length of a password in letters.
const (
	MinPassword = 12
	MaxPassword = 256
)

// CheckPassword says why a password must not be chosen, nil if it may. Length
// and what it would take to guess are what count: no kind of letter is asked
// for. Words are the instance's own, beside those of the account.
func CheckPassword(password, username, name string, words ...string) error {
	n := utf8.RuneCountInString(password)
	switch {
	case !utf8.ValidString(password):
		return &PasswordError{"the password holds letters that cannot be read"}
	case n < MinPassword:
		return &PasswordError{fmt.Sprintf("the password needs at least %d letters: three or more words are easy to remember", MinPassword)}
	case n > MaxPassword:
		return &PasswordError{fmt.Sprintf("the password may have at most %d letters", MaxPassword)}
	case guessable(password, username, name, words):
		return &PasswordError{"the password is one that many people choose, or is made of a name, a date or a word that anybody here would try: use three or more words of your own"}
	}
	return nil
}
