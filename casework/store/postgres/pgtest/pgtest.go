// Package pgtest starts a real PostgreSQL server for tests: Debian's, in a
// folder of its own, reached over a socket in that folder, so that it takes no
// port. Where PostgreSQL is missing the test is left out, and in CI it fails.
package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"bellwether/internal/tooltest"
)

// Password is what the server asks for.
const Password = "not a secret, only a test"

// User owns the test databases and may do anything there.
const User = "bellwether"

// Server is one running server.
type Server struct {
	t      testing.TB
	folder string
	bin    string
	who    *syscall.Credential
	proc   *exec.Cmd
	ended  chan struct{}
	serial atomic.Int64
}

// Start makes a server and starts it; it ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{t: t, bin: programs(t), who: unprivileged(t)}
	// Not t.TempDir: the server's user could not go through its parent, and a socket's path must be short.
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		t.Fatal(err)
	}
	s.folder = folder
	t.Cleanup(func() {
		s.Stop()
		if err := os.RemoveAll(folder); err != nil {
			t.Error(err)
		}
	})
	password := filepath.Join(folder, "password")
	if err := os.WriteFile(password, []byte(Password+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if s.who != nil {
		for _, p := range []string{folder, password} {
			if err := os.Chown(p, int(s.who.Uid), int(s.who.Gid)); err != nil {
				t.Fatal(err)
			}
		}
	}
	out, err := s.command("initdb", "-D", s.data(), "-U", User, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions").CombinedOutput()
	if err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	s.Begin()
	return s
}

// programs finds the folder of the server's programs: Debian keeps them off the
// path, one folder a version.
func programs(t testing.TB) string {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err == nil && len(found) > 0 {
		return filepath.Dir(found[len(found)-1])
	}
	return filepath.Dir(tooltest.Find(t, "initdb"))
}

// unprivileged is whom the server runs as: it refuses to run as root.
func unprivileged(t testing.TB) *syscall.Credential {
	t.Helper()
	if os.Getuid() != 0 {
		return nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if u, err := user.Lookup(name); err == nil {
			uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
			gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
			if err1 == nil && err2 == nil {
				return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
			}
		}
	}
	tooltest.Missing(t, "there is no unprivileged user for PostgreSQL to run as")
	return nil
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.folder
	cmd.Env = []string{"PATH=" + s.bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.who}
	return cmd
}

// Begin starts the server, again after Stop or Kill, and waits until it answers.
// What is committed there is as lasting as the machine's memory: a test has no
// power cut.
func (s *Server) Begin() {
	s.t.Helper()
	log, err := os.OpenFile(filepath.Join(s.folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	s.proc = s.command("postgres", "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60",
		"-c", "shared_buffers=16MB", "-c", "autovacuum=off", "-c", "unix_socket_permissions=0777")
	s.proc.Stdout, s.proc.Stderr = log, log
	if err := s.proc.Start(); err != nil {
		s.t.Fatal(err)
	}
	s.ended = make(chan struct{})
	go func(proc *exec.Cmd, ended chan struct{}) {
		_ = proc.Wait()
		close(ended)
	}(s.proc, s.ended)
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for {
		err := s.run(ctx, "SELECT 1")
		if err == nil {
			return
		}
		select {
		case <-s.ended:
			s.fatal("the server ended", err)
		case <-ctx.Done():
			s.fatal("the server does not answer", err)
		case <-time.After(20 * time.Millisecond): // there is nothing to wait on: the server says nothing when it is ready
		}
	}
}

func (s *Server) fatal(what string, err error) {
	s.t.Helper()
	said, _ := os.ReadFile(filepath.Join(s.folder, "log"))
	s.t.Fatalf("%s: %v\n%s", what, err, said)
}

// Stop ends the server in good order, breaking off what its clients are doing.
func (s *Server) Stop() { s.end(syscall.SIGINT) }

// Kill ends the server as a crash would, without a goodbye to anybody.
func (s *Server) Kill() { s.end(syscall.SIGQUIT) }

func (s *Server) end(sig syscall.Signal) {
	if s.proc == nil {
		return
	}
	_ = s.proc.Process.Signal(sig)
	<-s.ended
	s.proc = nil
}

// URL is the address of a database, without the password.
func (s *Server) URL(database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(User), Host: "", Path: "/" + database, RawQuery: url.Values{"host": {s.folder}}.Encode()}
	return u.String()
}

// Database makes a new database and gives its address.
func (s *Server) Database() string {
	s.t.Helper()
	name := fmt.Sprintf("casework%d", s.serial.Add(1))
	if err := s.run(context.Background(), "CREATE DATABASE "+name); err != nil {
		s.fatal("make a database", err)
	}
	return s.URL(name)
}

// Exec runs statements in a database, as the test's own hand in it.
func (s *Server) Exec(address, statements string) error {
	return exec1(context.Background(), address, statements)
}

func (s *Server) run(ctx context.Context, statement string) error {
	return exec1(ctx, s.URL("postgres"), statement)
}

func exec1(ctx context.Context, address, statements string) (err error) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return err
	}
	cfg.Password = Password
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, err = conn.Exec(ctx, statements)
	return err
}
