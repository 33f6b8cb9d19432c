package accounts

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/casework/store/postgres"
	"bellwether/casework/store/postgres/pgtest"
	"bellwether/casework/store/relational"
	"bellwether/casework/store/sqlite"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

// server is the PostgreSQL server that the tests run on, nil while they run on SQLite.
var server *pgtest.Server

// Every test of this package runs on each engine: first on SQLite, then on a real PostgreSQL where there is one.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		if code := m.Run(); code != 0 {
			return code
		}
		s, end, err := pgtest.ForMain()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			if errors.Is(err, pgtest.ErrMissing) && os.Getenv("CI") == "" {
				return leaks()
			}
			return 1
		}
		server = s
		fmt.Println("once more, on PostgreSQL")
		code := m.Run()
		if end(); code != 0 {
			return code
		}
		return leaks()
	}())
}

func leaks() int {
	if err := goleak.Find(); err != nil {
		fmt.Fprintln(os.Stderr, "goroutines are left:", err)
		return 1
	}
	return 0
}

// openStore opens an empty store of the engine in turn.
func openStore(t *testing.T, now func() time.Time) relational.DB {
	t.Helper()
	var db relational.DB
	var err error
	if server != nil {
		db, err = postgres.Open(t.Context(), postgres.Options{URL: server.Empty(), Password: pgtest.Password, Now: now})
	} else {
		db, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "casework.db"), sqlite.Options{Now: now})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// stored is everything that the store keeps, as it lies on the disk or as the server gives it out.
func (f *fixture) stored() string {
	f.t.Helper()
	found := ""
	if file, is := f.db.(*sqlite.DB); is {
		for _, name := range []string{file.Path(), file.Path() + "-wal"} {
			b, err := os.ReadFile(name)
			if err != nil {
				f.t.Fatal(err)
			}
			found += string(b)
		}
		return found
	}
	err := f.db.View(f.ctx, func(tx *sql.Tx) error {
		for _, table := range relational.Tables {
			for _, c := range table.Columns {
				text := c.Name + "::text"
				if c.Kind == relational.Bytes {
					text = "encode(" + c.Name + ", 'escape')"
				}
				var all string
				if err := tx.QueryRow("SELECT coalesce(string_agg(" + text + ", ' '), '') FROM " + table.Name).Scan(&all); err != nil {
					return err
				}
				found += all
			}
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return found
}

// cheap keeps hashing from taking most of the tests' time.
var cheap = HashParams{MemoryKiB: 8, Passes: 1, Threads: 1}

const secret = "marsh lantern quietly folds"

// clock is set by the tests.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

type fixture struct {
	*Accounts
	t        *testing.T
	db       relational.DB
	clock    *clock
	sessions *Sessions
	ctx      context.Context
}

func setUp(t *testing.T) *fixture {
	t.Helper()
	f := &fixture{t: t, ctx: context.Background(), clock: &clock{now: time.Date(2026, 3, 14, 9, 0, 0, 0, time.UTC)}}
	var err error
	f.db = openStore(t, f.clock.read)
	if f.Accounts, err = New(f.db, Options{Now: f.clock.read, Hash: cheap}); err != nil {
		t.Fatal(err)
	}
	if f.sessions, err = NewSessions(f.db, SessionOptions{Now: f.clock.read}); err != nil {
		t.Fatal(err)
	}
	return f
}

// add creates an account with the password secret.
func (f *fixture) add(username string, roles ...string) Account {
	f.t.Helper()
	if len(roles) == 0 {
		roles = []string{"qsig_member"}
	}
	account, err := f.Create(f.ctx, "cli", NewAccount{Username: username, Name: "Ada Marsh", Roles: roles, Password: secret})
	if err != nil {
		f.t.Fatal(err)
	}
	return account
}

func (f *fixture) try(username, password, device string) (SignedIn, *SignInError) {
	f.t.Helper()
	in, err := f.SignIn(f.ctx, Attempt{Username: username, Password: password, Device: device})
	var refused *SignInError
	if err != nil && !errors.As(err, &refused) {
		f.t.Fatalf("SignIn() = %v", err)
	}
	return in, refused
}

func TestCreateAndRead(t *testing.T) {
	f := setUp(t)
	made, err := f.Create(f.ctx, "cli", NewAccount{Username: " Ada.Marsh ", Name: "Ada Marsh", Organisation: "Larkshire County Council",
		Roles: []string{"commissioner", "qsig_member"}, LocalAuthorities: []string{"Larkshire"}, Providers: []string{"9-1"}, Password: secret, MustChange: true})
	if err != nil {
		t.Fatal(err)
	}
	want := Account{ID: made.ID, Username: "Ada.Marsh", Name: "Ada Marsh", Organisation: "Larkshire County Council",
		Roles: []string{"commissioner", "qsig_member"}, LocalAuthorities: []string{"Larkshire"}, Providers: []string{"9-1"},
		Status: Active, MustChange: true, CreatedAt: f.clock.now, CreatedBy: "cli", PasswordSetAt: f.clock.now}
	for name, read := range map[string]func() (Account, error){
		"by id":   func() (Account, error) { return f.Get(f.ctx, made.ID) },
		"by name": func() (Account, error) { return f.ByUsername(f.ctx, "ADA.marsh") },
		"in list": func() (Account, error) { all, err := f.List(f.ctx); return all[0], err },
	} {
		got, err := read()
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v (-want +got):\n%s", name, err, diff)
		}
	}
	if diff := cmp.Diff(want, made); diff != "" {
		t.Errorf("Create returned (-want +got):\n%s", diff)
	}
	s := made.Subject()
	if s.UserID != made.ID || len(s.Roles) != 2 || s.LocalAuthorities[0] != "Larkshire" || s.Organisation == "" {
		t.Errorf("Subject() = %+v", s)
	}
}

func TestCreateRefuses(t *testing.T) {
	f := setUp(t)
	f.add("ada")
	good := NewAccount{Username: "ben", Name: "Ben Fold", Roles: []string{"auditor"}, Password: secret}
	for _, tt := range []struct {
		name   string
		change func(*NewAccount)
		want   string
	}{
		{"same name in other letters", func(n *NewAccount) { n.Username = "ADA" }, "exists already"},
		{"same name in wide letters", func(n *NewAccount) { n.Username = "ａｄａ" }, "exists already"},
		{"no user name", func(n *NewAccount) { n.Username = " " }, "2 to 100"},
		{"long user name", func(n *NewAccount) { n.Username = strings.Repeat("a", 101) }, "2 to 100"},
		{"space in it", func(n *NewAccount) { n.Username = "ben fold" }, "no spaces"},
		{"line break in it", func(n *NewAccount) { n.Username = "ben\nfold" }, "no spaces"},
		{"no name", func(n *NewAccount) { n.Name = "" }, "1 to 200"},
		{"line break in name", func(n *NewAccount) { n.Name = "Ben\nFold" }, "control"},
		{"no role", func(n *NewAccount) { n.Roles = nil }, "at least one role"},
		{"unknown role", func(n *NewAccount) { n.Roles = []string{"king"} }, "not known"},
		{"roles apart", func(n *NewAccount) { n.Roles = []string{"system_admin", "auditor"} }, "together"},
		{"weak password", func(n *NewAccount) { n.Password = "short" }, "at least 12"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			n := good
			tt.change(&n)
			if _, err := f.Create(f.ctx, "cli", n); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("Create() = %v, want %q", err, tt.want)
			}
		})
	}
	if all, _ := f.List(f.ctx); len(all) != 1 {
		t.Errorf("%d accounts, want 1", len(all))
	}
	if _, err := New(f.db, Options{}); err == nil {
		t.Error("New without a clock succeeded")
	}
}

func TestNotFound(t *testing.T) {
	f := setUp(t)
	for name, err := range map[string]error{
		"get":       second(f.Get(f.ctx, "u0")),
		"by name":   second(f.ByUsername(f.ctx, "nobody")),
		"disable":   f.Disable(f.ctx, "u0"),
		"enable":    f.Enable(f.ctx, "u0"),
		"roles":     f.SetRoles(f.ctx, "cli", "u0", []string{"auditor"}),
		"portfolio": f.SetPortfolio(f.ctx, "cli", "u0", "", nil, nil),
		"password":  f.SetPassword(f.ctx, "u0", secret, false),
		"invite":    second(f.Invite(f.ctx, "cli", "u0")),
		"change":    f.ChangePassword(f.ctx, "u0", secret, secret, ""),
	} {
		if !errors.Is(err, ErrNotFound) {
			t.Errorf("%s = %v, want ErrNotFound", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestRolesAndPortfolio(t *testing.T) {
	f := setUp(t)
	ada, boss := f.add("ada"), f.add("boss", "system_admin")
	if err := f.SetRoles(f.ctx, boss.ID, ada.ID, []string{"qsig_chair"}); err != nil {
		t.Fatal(err)
	}
	if err := f.SetPortfolio(f.ctx, boss.ID, ada.ID, "Larkshire", []string{"B", "A", "A"}, []string{"9-2"}); err != nil {
		t.Fatal(err)
	}
	got, err := f.Get(f.ctx, ada.ID)
	if err != nil || got.Roles[0] != "qsig_chair" || strings.Join(got.LocalAuthorities, "") != "AB" || got.Organisation != "Larkshire" {
		t.Errorf("account = %+v, %v", got, err)
	}
	// An administrator cannot turn the service's key into the data's key.
	if err := f.SetRoles(f.ctx, boss.ID, boss.ID, []string{"qsig_chair"}); !errors.Is(err, ErrSelf) {
		t.Errorf("own roles = %v", err)
	}
	if err := f.SetPortfolio(f.ctx, ada.ID, ada.ID, "", []string{"*"}, nil); !errors.Is(err, ErrSelf) {
		t.Errorf("own portfolio = %v", err)
	}
	if err := f.SetRoles(f.ctx, boss.ID, ada.ID, nil); err == nil {
		t.Error("an account was left without a role")
	}
}

func TestDisableAndEnable(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	in, refused := f.try("ada", secret, "")
	if refused != nil {
		t.Fatal(refused)
	}
	token, err := f.Reset(f.ctx, "cli", ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := f.Disable(f.ctx, ada.ID); err != nil {
			t.Fatal(err)
		}
	}
	if _, refused := f.try("ada", secret, in.Device); refused == nil || refused.Code != CodeDisabled {
		t.Errorf("a disabled account signs in: %v", refused)
	}
	if _, err := f.Redeem(f.ctx, token, secret+" x"); !errors.Is(err, ErrLink) {
		t.Errorf("a link of a disabled account = %v", err)
	}
	if _, err := f.Reset(f.ctx, "cli", ada.ID); err == nil {
		t.Error("a link was made for a disabled account")
	}
	if err := f.SetPassword(f.ctx, ada.ID, secret, false); err != nil {
		t.Fatal(err)
	}
	if got, _ := f.Get(f.ctx, ada.ID); got.Status != Disabled {
		t.Errorf("a new password made the account %s", got.Status)
	}
	if err := f.Enable(f.ctx, ada.ID); err != nil {
		t.Fatal(err)
	}
	if _, refused := f.try("ada", secret, ""); refused != nil {
		t.Errorf("an enabled account = %v", refused)
	}
}

// TestSigningSomebodyOut ends the sessions of one account, leaves those of others, and takes nothing else away.
func TestSigningSomebodyOut(t *testing.T) {
	f := setUp(t)
	ada, bo := f.add("ada"), f.add("bo")
	for token, id := range map[string]string{"ada-1": ada.ID, "ada-2": ada.ID, "bo-1": bo.ID} {
		if err := f.sessions.Commit(token, gob(t, id), time.Time{}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.SignOut(f.ctx, ada.ID); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]bool{"ada-1": false, "ada-2": false, "bo-1": true} {
		if _, live, err := f.sessions.Find(token); live != want || err != nil {
			t.Errorf("%s: %v, %v", token, live, err)
		}
	}
	if _, refused := f.try("ada", secret, ""); refused != nil {
		t.Errorf("signing in again = %v", refused)
	}
	if err := f.SignOut(f.ctx, "nobody"); !errors.Is(err, ErrNotFound) {
		t.Errorf("nobody = %v", err)
	}
}

// TestNothingSecretInTheStore searches all that is kept for everything that
// opens an account.
func TestNothingSecretInTheStore(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	in, refused := f.try("ada", secret, "")
	if refused != nil {
		t.Fatal(refused)
	}
	f.try("typed my passphrase here by mistake", "another secret guess", "")
	link, err := f.Reset(f.ctx, "cli", ada.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := f.sessions.Commit("the-token-in-the-cookie", gob(t, ada.ID), time.Time{}); err != nil {
		t.Fatal(err)
	}
	found := f.stored()
	if !strings.Contains(found, "Ada Marsh") {
		t.Fatal("the search does not even find the name")
	}
	for name, s := range map[string]string{"password": secret, "guess": "another secret guess", "mistyped name": "passphrase here",
		"link": link, "device": in.Device, "session token": "the-token-in-the-cookie"} {
		if strings.Contains(found, s) {
			t.Errorf("the %s stands in the store", name)
		}
	}
}

func TestErrorsNeverShowSecrets(t *testing.T) {
	f := setUp(t)
	ada := f.add("ada")
	_, wrong := f.try("ada", "a wrong secret", "")
	for name, err := range map[string]error{
		"wrong":    wrong,
		"short":    f.SetPassword(f.ctx, ada.ID, "hush", false),
		"link":     second(f.Redeem(f.ctx, "a-token-nobody-has", secret)),
		"name row": CheckPassword("abcdefghijklmno", "ada", "Ada"),
	} {
		for _, s := range []string{"a wrong secret", "hush", "a-token-nobody-has", "abcdefgh", secret} {
			if err == nil || strings.Contains(err.Error(), s) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}
