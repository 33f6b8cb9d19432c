// Package pgtest starts a real PostgreSQL server for tests: Debian's, in a
// folder of its own, reached over a socket in that folder, so that it takes no
// port. Where PostgreSQL is missing the test is left out, and in CI it fails.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
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

// ErrMissing says that PostgreSQL can't be run here.
var ErrMissing = errors.New("PostgreSQL is not installed: `make test-tools` installs it")

// Server is one running server. What goes wrong with it panics: no test can go
// on without it.
type Server struct {
	folder string
	bin    string
	who    *syscall.Credential
	proc   *exec.Cmd
	ended  chan struct{}
	serial atomic.Int64
	more   []string // settings beside the usual ones
	port   int      // of the socket and the loopback address; 0 is the usual one
}

// Start makes a server and starts it; it ends with the test.
func Start(t testing.TB) *Server {
	t.Helper()
	s, end, err := ForMain()
	if errors.Is(err, ErrMissing) {
		tooltest.Missing(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(end)
	return s
}

// ForMain is Start for a TestMain, which calls end when the tests are done.
func ForMain() (s *Server, end func(), err error) {
	s = &Server{}
	if s.bin, err = programs(); err != nil {
		return nil, nil, err
	}
	if s.who, err = unprivileged(); err != nil {
		return nil, nil, err
	}
	// Not a test's own folder: the server's user could not go through its parent, and a socket's path must be short.
	if s.folder, err = os.MkdirTemp("", "pg"); err != nil {
		return nil, nil, err
	}
	end = func() {
		s.Stop()
		_ = os.RemoveAll(s.folder)
	}
	if err := s.make(); err != nil {
		end()
		return nil, nil, err
	}
	return s, end, nil
}

func (s *Server) make() error {
	password := filepath.Join(s.folder, "password")
	if err := os.WriteFile(password, []byte(Password+"\n"), 0o600); err != nil {
		return err
	}
	if s.who != nil {
		for _, p := range []string{s.folder, password} {
			if err := os.Chown(p, int(s.who.Uid), int(s.who.Gid)); err != nil {
				return err
			}
		}
	}
	out, err := s.command("initdb", "-D", s.data(), "-U", User, "-A", "scram-sha-256", "--pwfile", password, "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions").CombinedOutput()
	if err != nil {
		return fmt.Errorf("initdb: %w\n%s", err, out)
	}
	return s.begin()
}

// programs finds the folder of the server's programs: Debian keeps them off the
// path, one folder a version.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err == nil && len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", ErrMissing
	}
	return filepath.Dir(path), nil
}

// unprivileged is whom the server runs as: it refuses to run as root.
func unprivileged() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
		gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, errors.Join(err1, err2)
	}
	return nil, fmt.Errorf("%w, or there is no user that it may run as", ErrMissing)
}

func (s *Server) data() string { return filepath.Join(s.folder, "data") }

func (s *Server) command(name string, args ...string) *exec.Cmd {
	cmd := exec.Command(filepath.Join(s.bin, name), args...)
	cmd.Dir = s.folder
	cmd.Env = []string{"PATH=" + s.bin + ":/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: s.who}
	return cmd
}

// Begin starts the server again after Stop or Kill.
func (s *Server) Begin() {
	if err := s.begin(); err != nil {
		panic(err)
	}
}

// begin starts the server and waits until it answers. What is committed there
// is as lasting as the machine's memory: a test has no power cut.
func (s *Server) begin() error {
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644) // the unprivileged server reads and writes it too
	if err != nil {
		return err
	}
	defer log.Close()
	s.proc = s.command("postgres", "-D", s.data(), "-k", s.folder, "-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=60",
		"-c", "shared_buffers=16MB", "-c", "autovacuum=off", "-c", "unix_socket_permissions=0777")
	s.proc.Args = append(s.proc.Args, s.more...)
	s.proc.Stdout, s.proc.Stderr = log, log
	if err := s.proc.Start(); err != nil {
		return err
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
			return nil
		}
		select {
		case <-s.ended:
			return s.said("the server ended", err)
		case <-ctx.Done():
			return s.said("the server does not answer", err)
		case <-time.After(20 * time.Millisecond): // there is nothing to wait on: the server says nothing when it is ready
		}
	}
}

func (s *Server) log() string { return filepath.Join(s.folder, "log") }

func (s *Server) said(what string, err error) error {
	text, _ := os.ReadFile(s.log())
	return fmt.Errorf("%s: %w\n%s", what, err, text)
}

// OverTLS starts the server again so that the loopback address reaches it too, over TLS with a certificate alone, and gives that address with
// its port.
func (s *Server) OverTLS(t testing.TB, certFile, keyFile string) string {
	t.Helper()
	s.Stop()
	for _, file := range []struct{ from, to string }{{certFile, "server.crt"}, {keyFile, "server.key"}} {
		src, err := os.ReadFile(file.from)
		to := filepath.Join(s.folder, file.to)
		if err == nil {
			err = os.WriteFile(to, src, 0o600)
		}
		if err == nil && s.who != nil {
			err = os.Chown(to, int(s.who.Uid), int(s.who.Gid))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	rules := filepath.Join(s.data(), "pg_hba.conf")
	if err := os.WriteFile(rules, []byte("local all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	for range 5 { // the server can't be given a port that is sure to be free
		free, dialed := net.Listen("tcp", "127.0.0.1:0")
		if dialed != nil {
			t.Fatal(dialed)
		}
		at := free.Addr().(*net.TCPAddr)
		_ = free.Close()
		s.port = at.Port
		s.more = []string{"-c", "listen_addresses=127.0.0.1", "-c", "port=" + strconv.Itoa(at.Port), "-c", "ssl=on",
			"-c", "ssl_cert_file=" + filepath.Join(s.folder, "server.crt"), "-c", "ssl_key_file=" + filepath.Join(s.folder, "server.key")}
		if err = s.begin(); err == nil {
			return at.String()
		}
	}
	t.Fatal(err)
	return ""
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
	query := url.Values{"host": {s.folder}}
	if s.port != 0 {
		query.Set("port", strconv.Itoa(s.port))
	}
	u := url.URL{Scheme: "postgres", User: url.User(User), Host: "", Path: "/" + database, RawQuery: query.Encode()}
	return u.String()
}

// Folder is where the socket lies.
func (s *Server) Folder() string { return s.folder }

// Database makes a new database and gives its address.
func (s *Server) Database() string {
	name := fmt.Sprintf("casework%d", s.serial.Add(1))
	if err := s.run(context.Background(), "CREATE DATABASE "+name); err != nil {
		panic(s.said("make a database", err))
	}
	return s.URL(name)
}

// Empty gives the address of an empty schema in a database that many share: as
// good as a database to a store, and made in no time.
func (s *Server) Empty() string {
	name := fmt.Sprintf("s%d", s.serial.Add(1))
	if err := s.run(context.Background(), "CREATE SCHEMA "+name); err != nil {
		panic(s.said("make a schema", err))
	}
	return s.URL("postgres") + "&search_path=" + name
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
