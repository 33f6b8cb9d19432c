package pgtest

import (
	"context"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// Standby makes a second server that follows this one, which from then on acknowledges nothing that the second has not written down; it ends
// with the test.
func (s *Server) Standby(t testing.TB) *Server {
	t.Helper()
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	to := &Server{folder: folder, bin: s.bin, who: s.who}
	t.Cleanup(func() {
		to.Stop()
		_ = os.RemoveAll(folder)
	})
	if s.who != nil {
		if err := os.Chown(folder, int(s.who.Uid), int(s.who.Gid)); err != nil {
			t.Fatal(err)
		}
	}
	copies := to.command("pg_basebackup", "-D", to.data(), "-h", s.folder, "-U", User, "-R", "-c", "fast", "--no-sync")
	copies.Env = append(copies.Env, "PGPASSWORD="+Password)
	if out, err := copies.CombinedOutput(); err != nil {
		t.Fatalf("copy the server: %v\n%s", err, out)
	}
	if err := to.begin(); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()"} {
		if err := s.run(t.Context(), statement); err != nil {
			t.Fatal(s.said(statement, err))
		}
	}
	s.until(t, "SELECT count(*) = 1 FROM pg_stat_replication WHERE sync_state = 'sync'")
	return to
}

// Promote makes a server that followed another one that takes writes.
func (s *Server) Promote(t testing.TB) {
	t.Helper()
	if err := s.run(t.Context(), "SELECT pg_promote()"); err != nil {
		t.Fatal(s.said("promote", err))
	}
	s.until(t, "SELECT NOT pg_is_in_recovery()")
}

// OrElse is the address of a database on this server or, where this one takes no writes, on another.
func (s *Server) OrElse(address string, other *Server) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	query := u.Query()
	query.Set("host", s.folder+","+other.folder)
	u.RawQuery = query.Encode()
	return u.String()
}

// until asks a server until it says yes: it tells nobody by itself.
func (s *Server) until(t testing.TB, question string) {
	t.Helper()
	cfg, err := pgx.ParseConfig(s.URL("postgres"))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Password = Password
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		t.Fatal(s.said(question, err))
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for {
		var yes bool
		if err := conn.QueryRow(ctx, question).Scan(&yes); err != nil {
			t.Fatal(s.said(question, err))
		}
		if yes {
			return
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(filepath.Join(s.folder, "log"))
			t.Fatalf("never: %s\n%s", question, said)
		case <-time.After(10 * time.Millisecond):
		}
	}
}
