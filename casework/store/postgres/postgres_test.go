package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"

	"bellwether/casework/store"
	"bellwether/casework/store/postgres/pgtest"
	"bellwether/casework/store/relational"
	"bellwether/casework/store/storetest"
)

func TestMain(m *testing.M) {
	if address := os.Getenv(childDatabase); address != "" {
		os.Exit(child(address))
	}
	goleak.VerifyTestMain(m)
}

// fixed is the clock of these tests.
func fixed() time.Time { return storetest.Start }

func options(address string, change ...func(*Options)) Options {
	o := Options{URL: address, Password: pgtest.Password, Now: fixed}
	for _, c := range change {
		c(&o)
	}
	return o
}

func open(t *testing.T, address string, change ...func(*Options)) *DB {
	t.Helper()
	db, err := Open(context.Background(), options(address, change...))
	if err != nil {
		t.Fatalf("Open() = %v", err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// One server serves all tests; each has a database of its own.
func TestPostgreSQL(t *testing.T) {
	server := pgtest.Start(t)
	t.Run("conformance", func(t *testing.T) {
		storetest.Run(t, func(t *testing.T) store.Store { return open(t, server.Empty()) })
	})
	for _, c := range []struct {
		name string
		test func(*testing.T, *pgtest.Server)
	}{
		{"events cannot be edited or deleted", testNeverEdited},
		{"what is relaxed and what is not", testDurability},
		{"a view sees one state and cannot write", onServer(testView)},
		{"servers write one after another", onServer(testOneWriter)},
		{"a writer that is held up is told", onServer(testLockTimeout)},
		{"several servers start at once", onServer(testManyStarts)},
		{"open refuses", testOpenRefuses},
		{"steps are kept to", testMigrations},
		{"the first version opens", testFirstVersion},
		{"the check finds a gap", testCheck},
		{"tables are as listed", testTables},
		{"hazards are named", testHazards},
		{"a lease passes on", onServer(testLease)},
		{"acknowledged events survive a killed process", onServer(testKill)},
		{"a server that falls silent holds nobody up", testSilence},
		{"through a pooler", testPooler},                   // it stops the server
		{"the server goes and comes back", testServerGone}, // it stops the server
		{"casework goes over TLS", testTLS},                // last: it starts the server on another port
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, server) })
	}
}

// onServer has a test use the server itself.
func onServer(test func(*testing.T, databases)) func(*testing.T, *pgtest.Server) {
	return func(t *testing.T, server *pgtest.Server) { test(t, server) }
}

func testNeverEdited(t *testing.T, server *pgtest.Server) {
	address := server.Empty()
	db := open(t, address)
	ctx := context.Background()
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{
		"UPDATE event SET actor = 'somebody else'",
		"DELETE FROM event",
		"TRUNCATE event",
		"INSERT INTO event VALUES (3, 'a', 2, 'x', 'x', 'x', '{}')",
		"INSERT INTO event VALUES (2, 'a', 3, 'x', 'x', 'x', '{}')",
		"INSERT INTO event VALUES (1, 'a', 1, 'x', 'x', 'x', '{}') ON CONFLICT (position) DO UPDATE SET actor = 'x'",
	} {
		if err := server.Exec(address, statement); err == nil || !strings.Contains(err.Error(), "never") {
			t.Errorf("%s = %v, want a refusal", statement, err)
		}
	}
	if events, err := db.Load(ctx, "a"); err != nil || len(events) != 1 || events[0].Actor != "user-1" {
		t.Errorf("the event became %v, %v", events, err)
	}
}

func testDurability(t *testing.T, server *pgtest.Server) {
	address := server.Database() // its own: a setting of it is changed
	ctx := context.Background()
	mode := func(write func(context.Context, func(*sql.Tx) error) error) (got string) {
		t.Helper()
		err := write(ctx, func(tx *sql.Tx) error { return tx.QueryRow("SELECT current_setting('synchronous_commit')").Scan(&got) })
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, tt := range []struct{ set, durable string }{{"on", "on"}, {"off", "on"}, {"remote_apply", "remote_apply"}} {
		database := address[strings.LastIndex(address, "/casework")+1 : strings.Index(address, "?")]
		if err := server.Exec(address, fmt.Sprintf("ALTER DATABASE %s SET synchronous_commit = %s", database, tt.set)); err != nil {
			t.Fatal(err)
		}
		db := open(t, address)
		if got := mode(db.Update); got != tt.durable {
			t.Errorf("with %s a decision commits with %s, want %s", tt.set, got, tt.durable)
		}
		if got := mode(db.UpdateRelaxed); got != "off" {
			t.Errorf("with %s a last-seen time commits with %s", tt.set, got)
		}
		if got := mode(db.View); got != tt.set {
			t.Errorf("the setting leaked: %s, want %s", got, tt.set)
		}
	}
}

func testView(t *testing.T, server databases) {
	db := open(t, server.Empty())
	ctx := context.Background()
	err := db.View(ctx, func(tx *sql.Tx) error {
		count := func() (n int) {
			if err := tx.QueryRow("SELECT count(*) FROM event").Scan(&n); err != nil {
				t.Fatal(err)
			}
			return n
		}
		before := count()
		if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
			t.Fatal(err)
		}
		if after := count(); after != before {
			t.Errorf("a view saw %d events and then %d", before, after)
		}
		_, err := tx.Exec("DELETE FROM session")
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "read") {
		t.Errorf("writing in a view = %v", err)
	}
}

// Read, think, write: two servers that count the same thing must not both count from what one of them saw.
func testOneWriter(t *testing.T, server databases) {
	address := server.Empty()
	servers := []*DB{open(t, address), open(t, address), open(t, address)}
	ctx := context.Background()
	const each = 15
	done := make(chan error)
	for _, db := range servers {
		go func() {
			for range each {
				err := db.Update(ctx, func(tx *sql.Tx) error {
					var failures int
					err := tx.QueryRow("SELECT failures FROM sign_in_failure").Scan(&failures)
					if err != nil && !errors.Is(err, sql.ErrNoRows) {
						return err
					}
					_, err = tx.Exec(`INSERT INTO sign_in_failure VALUES ('\x01', $1, '', '') ON CONFLICT (key) DO UPDATE SET failures = excluded.failures`, failures+1)
					return err
				})
				if err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range servers {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	var got int
	err := servers[0].View(ctx, func(tx *sql.Tx) error { return tx.QueryRow("SELECT failures FROM sign_in_failure").Scan(&got) })
	if err != nil || got != each*len(servers) {
		t.Errorf("%d of %d were counted, %v", got, each*len(servers), err)
	}
}

func testLockTimeout(t *testing.T, server databases) {
	address := server.Empty()
	holder, waiter := open(t, address), open(t, address, func(o *Options) { o.LockTimeout = 20 * time.Millisecond })
	ctx := context.Background()
	err := holder.Update(ctx, func(*sql.Tx) error {
		_, err := waiter.Append(ctx, "a", 0, storetest.New(1))
		return err
	})
	if err == nil || !strings.Contains(err.Error(), "another server is writing to it (SQLSTATE 55P03): nothing was recorded: try again") {
		t.Errorf("Append() = %v", err)
	}
	if _, err := waiter.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Errorf("Append once the other has ended = %v", err)
	}
}

func testManyStarts(t *testing.T, server databases) {
	address := server.Empty()
	const many = 4
	done := make(chan error)
	for range many {
		go func() {
			db, err := Open(context.Background(), options(address))
			if err == nil {
				err = db.Close()
			}
			done <- err
		}()
	}
	for range many {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

func testOpenRefuses(t *testing.T, server *pgtest.Server) {
	for _, tt := range []struct {
		name   string
		before string
		change func(*Options)
		want   string
	}{
		{name: "a wrong password", change: func(o *Options) { o.Password = "guess" },
			want: "the server refused the user or the password (SQLSTATE 28P01): check casework.postgres.url and the password file"},
		{name: "an unknown user", change: func(o *Options) { o.URL = strings.Replace(o.URL, "bellwether@", "nobody@", 1) },
			want: "the server refused the user or the password"},
		{name: "a missing database", change: func(o *Options) { o.URL = server.URL("absent") },
			want: "there is no such database (SQLSTATE 3D000)"},
		{name: "no server", change: func(o *Options) { o.URL = "postgres://bellwether@/casework?host=" + t.TempDir() },
			want: "the server can't be reached: nothing was recorded: start it, or check casework.postgres.url"},
		{name: "tables of another program", before: "CREATE TABLE recipe (name text)",
			want: "it holds tables of another program: give casework a database of its own"},
		{name: "another program's migrations", before: "CREATE TABLE migration (number int, name text, checksum text)",
			want: "it holds tables of another program"},
		{name: "a user without rights", before: "CREATE ROLE guest LOGIN PASSWORD '" + pgtest.Password + "'",
			change: func(o *Options) { o.URL = strings.Replace(o.URL, "bellwether@", "guest@", 1) },
			want:   "the user may not do this there (SQLSTATE 42501)"},
		{name: "a database that may only be read", before: "ALTER ROLE guest SET default_transaction_read_only = on",
			change: func(o *Options) { o.URL = strings.Replace(o.URL, "bellwether@", "guest@", 1) },
			want:   "it is a copy that may only be read (SQLSTATE 25006)"},
		{name: "a password in the address", change: func(o *Options) { o.URL = "postgres://bellwether:hunter2@localhost/casework" },
			want: "must not hold a password"},
		{name: "no clock", change: func(o *Options) { o.Now = nil }, want: "Options.Now is not set"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			address := server.Database() // its own: rights to it are not everybody's
			if tt.before != "" {
				if err := server.Exec(address, tt.before); err != nil {
					t.Fatal(err)
				}
			}
			o := options(address)
			if tt.change != nil {
				tt.change(&o)
			}
			db, err := Open(context.Background(), o)
			if err == nil {
				db.Close()
			}
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("Open() = %v, want %q", err, tt.want)
			}
			for _, secret := range []string{pgtest.Password, "hunter2", "guess"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error gives a password away: %v", err)
				}
			}
			if strings.Contains(err.Error(), "\n") {
				t.Errorf("the error is more than one line: %v", err)
			}
		})
	}
}

// testFirstVersion brings a database of the earliest version up to date; everything in it still reads, and it can be written to.
func testFirstVersion(t *testing.T, server *pgtest.Server) {
	address := server.Database()
	script, err := os.ReadFile("testdata/first-version.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Exec(address, string(script)); err != nil {
		t.Fatal(err)
	}
	db := open(t, address)
	ctx := context.Background()
	if err := db.Check(ctx); err != nil {
		t.Errorf("Check() = %v", err)
	}
	for stream, want := range map[string][]string{"case/0f3a9c1b22d4e5f607182930": {"case.opened", "case.restricted"}, "review/F1": {"review.noted"}} {
		events, err := db.Load(ctx, stream)
		if err != nil || len(events) != len(want) {
			t.Fatalf("%s: %d events, %v", stream, len(events), err)
		}
		for i, e := range events {
			if e.Type != want[i] || e.Actor != "u-sal" {
				t.Errorf("%s, event %d is %+v", stream, i+1, e)
			}
		}
	}
	if _, err := db.Append(ctx, "review/F1", 1, storetest.New(1)); err != nil {
		t.Errorf("Append() = %v", err)
	}
	var steps int
	if err := db.View(ctx, func(tx *sql.Tx) error { return tx.QueryRow("SELECT count(*) FROM migration").Scan(&steps) }); err != nil || steps < 5 {
		t.Errorf("%d steps, %v", steps, err)
	}
}

func testMigrations(t *testing.T, server *pgtest.Server) {
	address := server.Empty()
	ctx := context.Background()
	known, err := relational.Migrations(files)
	if err != nil {
		t.Fatal(err)
	}
	step := func(body string) func(*Options) {
		return func(o *Options) {
			extra, err := relational.NewMigration(fmt.Sprintf("%04d_extra.sql", len(known)+1), body)
			if err != nil {
				t.Fatal(err)
			}
			o.migrations = append(known[:len(known):len(known)], extra)
		}
	}
	open(t, address).Close()
	if _, err := Open(ctx, options(address, step("CREATE TABLE half (x text); CREATE TABLE half (x text);"))); err == nil || !strings.Contains(err.Error(), "_extra failed and left nothing") {
		t.Errorf("a failed step = %v", err)
	}
	if err := server.Exec(address, "SELECT 1 FROM half"); err == nil {
		t.Error("a table was left by the failed step")
	}
	open(t, address, step("CREATE TABLE extra (x text)")).Close()
	open(t, address, step("CREATE TABLE extra (x text)")).Close()
	if _, err := Open(ctx, options(address)); err == nil || !strings.Contains(err.Error(), "newer version") {
		t.Errorf("an older program = %v, want a refusal", err)
	}
	if _, err := Open(ctx, options(address, step("CREATE TABLE extra (y text)"))); err == nil || !strings.Contains(err.Error(), "different migration") {
		t.Errorf("a changed step = %v, want a refusal", err)
	}
}

func testCheck(t *testing.T, server *pgtest.Server) {
	address := server.Empty()
	db := open(t, address)
	ctx := context.Background()
	if _, err := db.Append(ctx, "a", 0, storetest.New(1), storetest.New(2), storetest.New(3)); err != nil {
		t.Fatal(err)
	}
	if err := db.Check(ctx); err != nil {
		t.Errorf("Check() = %v", err)
	}
	if err := server.Exec(address, "ALTER TABLE event DISABLE TRIGGER ALL; DELETE FROM event WHERE position = 2"); err != nil {
		t.Fatal(err)
	}
	if err := db.Check(ctx); err == nil || !strings.Contains(err.Error(), "events are missing from it") {
		t.Errorf("Check() = %v, want the gap", err)
	}
}

// The list of tables is what a store is moved by: what it leaves out would be left behind.
func testTables(t *testing.T, server *pgtest.Server) {
	db := open(t, server.Empty())
	var have, want []string
	for _, table := range relational.Tables {
		for _, c := range table.Columns {
			want = append(want, table.Name+"."+c.Name+" "+map[relational.Kind]string{relational.Text: "text", relational.Whole: "bigint", relational.Truth: "boolean", relational.Bytes: "bytea"}[c.Kind])
		}
	}
	err := db.View(context.Background(), func(tx *sql.Tx) error {
		rows, err := tx.Query(`SELECT table_name || '.' || column_name || ' ' || data_type FROM information_schema.columns
			WHERE table_schema = current_schema() AND table_name <> 'migration'`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var c string
			if err := rows.Scan(&c); err != nil {
				return err
			}
			have = append(have, c)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	storetest.SameSet(t, have, want)
}

func testHazards(t *testing.T, server *pgtest.Server) {
	hazards, err := open(t, server.Empty()).Hazards(context.Background())
	if err != nil || len(hazards) != 1 || hazards[0] != "fsync is off" {
		t.Errorf("Hazards() = %q, %v; the test's server has fsync off", hazards, err)
	}
}

func testServerGone(t *testing.T, server *pgtest.Server) {
	address := server.Empty()
	db := open(t, address)
	ctx := context.Background()
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	for _, end := range []func(){server.Stop, server.Kill} {
		end()
		for _, err := range []error{
			func() error { _, err := db.Append(ctx, "a", 1, storetest.New(2)); return err }(),
			func() error { _, err := db.Load(ctx, "a"); return err }(),
		} {
			if err == nil || !Unreachable(err) || !strings.Contains(err.Error(), "can't be reached") && !strings.Contains(err.Error(), "stopping") {
				t.Errorf("without a server: %v (unreachable %v)", err, Unreachable(err))
			}
		}
		server.Begin()
		// What the pool still holds of the old server is found out and thrown away, not handed to a caller.
		if events, err := db.Load(ctx, "a"); err != nil || len(events) != 1 {
			t.Errorf("after the server came back: %d events, %v", len(events), err)
		}
	}
	unanswered(t, db, server)
}

// unanswered has a server go while it is asked to record: what is said does not claim to know.
func unanswered(t *testing.T, db *DB, server *pgtest.Server) {
	t.Helper()
	err := db.Update(context.Background(), func(tx *sql.Tx) error {
		if _, err := tx.Exec("INSERT INTO sign_in_failure VALUES ('\\x02', 1, '', '')"); err != nil {
			return err
		}
		server.Kill()
		return nil
	})
	if err == nil || !strings.Contains(err.Error(), "it may have been recorded or not") && !strings.Contains(err.Error(), "stopping") {
		t.Errorf("a commit without an answer = %v", err)
	}
}

// testSilence splits the network after the tables were opened: connections stay open and nothing comes back.
func testSilence(t *testing.T, server *pgtest.Server) {
	folder, err := os.MkdirTemp("", "pg") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	const socket = "/.s.PGSQL.5432"
	wire, err := net.Listen("unix", folder+socket)
	if err != nil {
		t.Fatal(err)
	}
	defer wire.Close()
	var silent atomic.Bool
	go func() {
		for {
			near, err := wire.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("unix", server.Folder()+socket)
			if err != nil {
				_ = near.Close()
				continue
			}
			go func() { _, _ = io.Copy(far, near); _ = far.Close() }()
			go func() {
				defer near.Close()
				buf := make([]byte, 8192)
				for {
					n, err := far.Read(buf)
					if err != nil {
						return
					}
					if !silent.Load() {
						_, _ = near.Write(buf[:n])
					}
				}
			}()
		}
	}()
	ctx := context.Background()
	db := open(t, strings.Replace(server.Empty(), url.QueryEscape(server.Folder()), url.QueryEscape(folder), 1), func(o *Options) { o.silence = 200 * time.Millisecond })
	if _, err := db.Append(ctx, "a", 0, storetest.New(1)); err != nil {
		t.Fatal(err)
	}
	silent.Store(true)
	for name, ask := range map[string]func() error{
		"reading": func() error { _, err := db.Load(ctx, "a"); return err },
		"writing": func() error { _, err := db.Append(ctx, "a", 1, storetest.New(2)); return err },
	} {
		if err := ask(); err == nil || !Unreachable(err) || !strings.Contains(err.Error(), "can't be reached") {
			t.Errorf("%s: %v", name, err)
		}
	}
	silent.Store(false)
	if events, err := db.Load(ctx, "a"); err != nil || len(events) != 1 {
		t.Errorf("once the network is whole: %d events, %v", len(events), err)
	}
}

func TestAddress(t *testing.T) {
	for _, tt := range []struct{ url, want string }{
		{"postgres://bellwether@db.council.example/casework", ""},
		{"postgres://bellwether@db.council.example/casework?sslmode=verify-ca&sslrootcert=/etc/ca.pem", ""},
		{"postgresql:///casework?host=/run/postgresql", ""},
		{"postgres://localhost:5433/casework", ""},
		{"postgres://bellwether@db.council.example/casework?sslmode=disable", "without knowing which"},
		{"postgres://bellwether@db.council.example/casework?sslmode=prefer", "without knowing which"},
		{"postgres://bellwether:x@localhost/casework", "must not hold a password"},
		{"postgres://localhost/casework?password=x", "must not hold a password"},
		{"postgresql:///casework?host=/run/a,/run/b", ""},
		{"postgresql:///casework?host=/run/a,db.council.example&sslmode=disable", "without knowing which"},
		{"postgres://localhost,db.council.example/casework?sslmode=disable", "without knowing which"},
		{"postgres://db1.council.example,db2.council.example/casework?sslmode=require", "without knowing which"},
		{"postgres://localhost", "must name the user, the server and the database"},
		{"mysql://localhost/casework", "must name"},
		{"::", "must name"},
	} {
		err := CheckURL(tt.url)
		if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
			t.Errorf("CheckURL(%s) = %v, want %q", tt.url, err, tt.want)
		}
	}
	cfg, where, err := address(options("postgres://bellwether@db.council.example/casework"))
	if err != nil || cfg.TLSConfig == nil || cfg.TLSConfig.ServerName != "db.council.example" || cfg.TLSConfig.InsecureSkipVerify {
		t.Fatalf("another machine is reached without a checked certificate: %+v, %v", cfg, err)
	}
	if where != "database casework at db.council.example:5432" {
		t.Errorf("where = %q", where)
	}
	// Of several servers each is checked, and the one that takes writes is looked for.
	for url, want := range map[string]string{
		"postgres://bellwether@db1.council.example,db2.council.example/casework":           "database casework at db1.council.example:5432 or db2.council.example:5432",
		"postgres://bellwether@db1.council.example:5433,db2.council.example:5434/casework": "database casework at db1.council.example:5433 or db2.council.example:5434",
		"postgres:///casework?host=/run/a,db2.council.example":                             "database casework at /run/a or db2.council.example:5432",
		"postgres:///casework?host=/run/a,/run/b":                                          "database casework at /run/a or /run/b",
	} {
		cfg, where, err := address(options(url))
		if err != nil || where != want || cfg.ValidateConnect == nil {
			t.Fatalf("%s: %q, %v", url, where, err)
		}
		for _, f := range append([]*pgconn.FallbackConfig{{Host: cfg.Host, TLSConfig: cfg.TLSConfig}}, cfg.Fallbacks...) {
			if !strings.HasPrefix(f.Host, "/") && (f.TLSConfig == nil || f.TLSConfig.ServerName != f.Host || f.TLSConfig.InsecureSkipVerify) {
				t.Errorf("%s: %s is reached without a checked certificate", url, f.Host)
			}
		}
	}
}
