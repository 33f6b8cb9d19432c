// Package accounts keeps the local accounts of an instance: who may sign in,
// with which roles, and the sessions of those who have. Passwords are kept as
// argon2id hashes, one-time links and session tokens as SHA-256 hashes, and
// nothing in this package writes any of them to a log or an error.
package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"bellwether/casework/store/relational"
	"bellwether/internal/access"

	"golang.org/x/text/unicode/norm"
)

// Status says whether an account can be used.
type Status string

// The states of an account.
const (
	Invited  Status = "invited" // has no password yet
	Active   Status = "active"
	Disabled Status = "disabled"
)

// Account is one local account.
type Account struct {
	ID           string
	Username     string
	Name         string
	Organisation string
	Roles        []string
	// LocalAuthorities and Providers are the portfolio; "*" is every area.
	LocalAuthorities []string
	Providers        []string
	Status           Status
	// MustChange asks for a new password at the next sign-in, because somebody
	// else knows the present one.
	MustChange    bool
	CreatedAt     time.Time
	CreatedBy     string
	PasswordSetAt time.Time // zero if there is no password
	LastSignInAt  time.Time // zero if never
}

// Subject is the account as the access policy sees it. Cases, conflicts and
// what belongs to one request are for the caller to add.
func (a Account) Subject() access.Subject {
	return access.Subject{
		UserID:           a.ID,
		Name:             a.Name,
		Roles:            a.Roles,
		Organisation:     a.Organisation,
		LocalAuthorities: a.LocalAuthorities,
		Providers:        a.Providers,
	}
}

// Errors that callers tell apart.
var (
	ErrNotFound = errors.New("accounts: there is no such account")
	ErrTaken    = errors.New("accounts: an account with this user name exists already")
	ErrSelf     = errors.New("accounts: nobody changes the own roles: ask another administrator")
)

// Options adjusts New. Now is required.
type Options struct {
	Now func() time.Time
	// Hash sets the cost of a password hash; DefaultHash if zero.
	Hash HashParams
	// Random is the source of tokens and salts; crypto/rand if nil.
	Random io.Reader
	// Policy knows the roles; the embedded policy if nil.
	Policy *access.Policy
	// SealKey encrypts the secrets of second factors: 32 bytes from a file
	// outside the casework store. Without it none can be set up.
	SealKey []byte
	// Words are the instance's own, such as the council's name, that are no
	// base for a password.
	Words []string
	// Leaked is a list of published passwords; nil for none.
	Leaked *Leaked
}

// Accounts manages the accounts in a casework store.
type Accounts struct {
	db       relational.DB
	now      func() time.Time
	hash     HashParams
	random   io.Reader
	policy   *access.Policy
	sealKey  []byte
	words    []string
	leaked   *Leaked
	stranger string // a hash that belongs to nobody, to spend the time of one
	lanes    lanes
}

// New returns the accounts in an open casework store.
func New(db relational.DB, o Options) (*Accounts, error) {
	if o.Now == nil {
		return nil, errors.New("accounts: Options.Now is not set")
	}
	if o.Hash == (HashParams{}) {
		o.Hash = DefaultHash
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Policy == nil {
		o.Policy = access.Default()
	}
	a := &Accounts{db: db, now: o.Now, hash: o.Hash, random: o.Random, policy: o.Policy, sealKey: o.SealKey, words: o.Words, leaked: o.Leaked, lanes: newLanes()}
	var err error
	if a.stranger, err = a.hash.make(a.random, "a password that nobody has"); err != nil {
		return nil, err
	}
	return a, nil
}

// NewAccount is what Create needs.
type NewAccount struct {
	Username, Name, Organisation string
	Roles                        []string
	LocalAuthorities, Providers  []string
	// Password may be empty: the account then waits for its invitation.
	Password string
	// MustChange asks for a new password at the first sign-in.
	MustChange bool
}

// Create adds an account. By is who asked for it.
func (a *Accounts) Create(ctx context.Context, by string, n NewAccount) (Account, error) {
	key, err := checkIdentity(n.Username, n.Name)
	if err != nil {
		return Account{}, err
	}
	if err := a.policy.CheckRoles(n.Roles); err != nil {
		return Account{}, fmt.Errorf("accounts: %w", err)
	}
	id, err := a.token(10)
	if err != nil {
		return Account{}, err
	}
	account := Account{ID: "u" + hex.EncodeToString(id), Username: strings.TrimSpace(n.Username), Name: strings.TrimSpace(n.Name),
		Organisation: strings.TrimSpace(n.Organisation), Roles: n.Roles, LocalAuthorities: n.LocalAuthorities, Providers: n.Providers,
		Status: Invited, CreatedAt: a.now().UTC(), CreatedBy: by}
	hash := ""
	if n.Password != "" {
		if hash, err = a.newHash(ctx, n.Password, account); err != nil {
			return Account{}, err
		}
		account.Status, account.PasswordSetAt, account.MustChange = Active, account.CreatedAt, n.MustChange
	}
	err = a.db.Update(ctx, func(tx *sql.Tx) error {
		var taken int
		if err := tx.QueryRowContext(ctx, "SELECT count(*) FROM account WHERE username_key = $1", key).Scan(&taken); err != nil {
			return err
		}
		if taken > 0 {
			return ErrTaken
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO account (id, username, username_key, name, organisation, roles, local_authorities,
			providers, status, password_hash, password_set_at, must_change, created_at, created_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
			account.ID, account.Username, key, account.Name, account.Organisation, list(account.Roles), list(account.LocalAuthorities),
			list(account.Providers), string(account.Status), hash, stamp(account.PasswordSetAt), account.MustChange,
			stamp(account.CreatedAt), by)
		return err
	})
	return account, err
}

// checkIdentity checks the names of an account and returns the key by which a
// user name is found: in small letters and one spelling of each letter.
func checkIdentity(username, name string) (string, error) {
	key := usernameKey(username)
	switch {
	case len(key) < 2 || len(key) > 100:
		return "", errors.New("accounts: a user name has 2 to 100 letters")
	case strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r == 0x7f }):
		return "", errors.New("accounts: a user name has no spaces")
	case strings.TrimSpace(name) == "" || len(name) > 200:
		return "", errors.New("accounts: a name has 1 to 200 letters")
	case strings.ContainsFunc(name, func(r rune) bool { return r < ' ' }):
		return "", errors.New("accounts: a name has no control characters")
	}
	return key, nil
}

func usernameKey(username string) string {
	return strings.ToLower(norm.NFKC.String(strings.TrimSpace(username)))
}

// token returns n random bytes.
func (a *Accounts) token(n int) ([]byte, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(a.random, b); err != nil {
		return nil, fmt.Errorf("accounts: no random numbers: %w", err)
	}
	return b, nil
}

func list(words []string) string {
	if words == nil {
		words = []string{}
	}
	text, err := json.Marshal(words)
	if err != nil {
		return "[]" // cannot happen: strings always encode
	}
	return string(text)
}

// stamp formats a time for the file, the zero time as nothing.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return relational.Time(t)
}

func digest(parts ...string) []byte {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return sum[:]
}

// clean sorts and removes repeats, so that lists compare.
func clean(words []string) []string {
	words = slices.Clone(words)
	slices.Sort(words)
	return slices.Compact(words)
}
