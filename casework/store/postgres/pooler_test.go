package postgres

import (
	"context"
	"database/sql"
	"os"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store"
	"bellwether/casework/store/postgres/pgtest"
	"bellwether/casework/store/storetest"
)

// wholeSession in the environment has all of the store's promises tried through a pooler in session mode too, by night: that mode takes nothing
// away that transaction mode leaves.
const wholeSession = "BELLWETHER_POOLER"

// testPooler keeps every promise of the store through Debian's PgBouncer, in the two modes that hold a transaction together.
func testPooler(t *testing.T, server *pgtest.Server) {
	for _, mode := range []string{"session", "transaction"} {
		t.Run(mode, func(t *testing.T) {
			pooler := server.Pooler(t, mode)
			at := pooled{t, server, pooler, server.Database()}
			t.Run("nothing is left on a connection", func(t *testing.T) { testNothingLeft(t, at) })
			t.Run("a writer that is held up is told", func(t *testing.T) { testLockTimeout(t, at) })
			t.Run("a lease passes on", func(t *testing.T) { testLease(t, at) })
			if mode == "session" && os.Getenv(wholeSession) == "" {
				return
			}
			t.Run("conformance", func(t *testing.T) {
				storetest.Run(t, func(t *testing.T) store.Store { return open(t, at.Empty()) })
			})
			t.Run("servers write one after another", func(t *testing.T) { testOneWriter(t, at) })
			t.Run("several servers start at once", func(t *testing.T) { testManyStarts(t, at) })
			t.Run("a view sees one state and cannot write", func(t *testing.T) { testView(t, at) })
			t.Run("acknowledged events survive a killed process", func(t *testing.T) { testKill(t, at) })
			t.Run("the server goes and comes back", func(t *testing.T) { testPooledServerGone(t, server, at) })
		})
	}
	t.Run("statement", func(t *testing.T) {
		pooler := server.Pooler(t, "statement")
		_, err := Open(context.Background(), options(pooler.URL(server.Database())))
		if err == nil || !strings.Contains(err.Error(), "the pooler in front of it keeps no transaction together (SQLSTATE 08P01): set pool_mode to transaction or session there") {
			t.Errorf("Open() = %v", err)
		}
	})
	t.Run("refusals", func(t *testing.T) {
		pooler := server.Pooler(t, "transaction")
		for _, tt := range []struct {
			name, address, want string
			change              func(*Options)
		}{
			{"a setting that it does not carry", pooler.URL(server.Empty()), "the pooler in front of it does not take a setting that the address holds (SQLSTATE 08P01): leave it out of casework.postgres.url", nil},
			{"a wrong password", pooler.URL(server.Database()), "the server refused the user or the password (SQLSTATE 08P01): check casework.postgres.url and the password file, and whom", func(o *Options) { o.Password = "guess" }},
			{"a missing database", pooler.URL(server.URL("absent")), "there is no such database", nil},
		} {
			o := options(tt.address)
			if tt.change != nil {
				tt.change(&o)
			}
			db, err := Open(context.Background(), o)
			if err == nil {
				db.Close()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") || Unreachable(err) {
				t.Errorf("%s: %v, want %q", tt.name, err, tt.want)
			}
		}
	})
}

// databases is where a test gets its database from: the server itself, or a pooler in front of it.
type databases interface{ Empty() string }

type pooled struct {
	t       *testing.T
	server  *pgtest.Server
	pooler  *pgtest.Pooler
	address string
}

// Empty empties the one database there is: a pooler does not carry the setting by which an empty schema is as good as another database, and to
// make one for each promise takes longer than all of them.
func (p pooled) Empty() string {
	if err := p.server.Exec(p.address, "DROP SCHEMA public CASCADE; CREATE SCHEMA public"); err != nil {
		p.t.Fatal(err)
	}
	return p.pooler.URL(p.address)
}

// testNothingLeft: what one transaction set does not hold in the next, whichever connection that is given.
func testNothingLeft(t *testing.T, at databases) {
	db := open(t, at.Empty())
	ctx := context.Background()
	read := func(tx *sql.Tx) (got [2]string) {
		if err := tx.QueryRow("SELECT current_setting('lock_timeout'), current_setting('synchronous_commit')").Scan(&got[0], &got[1]); err != nil {
			t.Fatal(err)
		}
		return got
	}
	var within, after [2]string
	if err := db.UpdateRelaxed(ctx, func(tx *sql.Tx) error { within = read(tx); return nil }); err != nil {
		t.Fatal(err)
	}
	if err := db.View(ctx, func(tx *sql.Tx) error { after = read(tx); return nil }); err != nil {
		t.Fatal(err)
	}
	if within != [2]string{"10s", "off"} || after != [2]string{"0", "on"} {
		t.Errorf("within a write %q, after it %q", within, after)
	}
}

// testPooledServerGone: the pooler stays and has no server. What it says then is about the server, never a refusal, and a commit without an
// answer claims nothing.
func testPooledServerGone(t *testing.T, server *pgtest.Server, at databases) {
	db := open(t, at.Empty(), func(o *Options) { o.silence = 300 * time.Millisecond }) // a pooler has whoever asks wait for a server
	ctx := context.Background()
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	unanswered(t, db, server)
	for name, ask := range map[string]func() error{
		"reading": func() error { _, err := db.Load(ctx, "a"); return err },
		"writing": func() error { _, err := db.Append(ctx, "a", 1, storetest.New(2)); return err },
	} {
		if err := ask(); err == nil || !Unreachable(err) {
			t.Errorf("%s without a server: %v (unreachable %v)", name, err, Unreachable(err))
		}
	}
	server.Begin()
	var (
		events []store.Event
		err    error
	)
	for ended := t.Context(); ended.Err() == nil; { // the pooler looks for the server again after a second
		if events, err = db.Load(ctx, "a"); err == nil || !Unreachable(err) {
			break
		}
	}
	if err != nil || len(events) != 1 {
		t.Errorf("after the server came back: %d events, %v", len(events), err)
	}
}
