package pgtest

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"bellwether/internal/tooltest"
)

// Pooler is a running PgBouncer, Debian's, in front of a server; it is reached over a socket in a folder of its own.
type Pooler struct{ folder string }

// Pooler starts one in a mode: session, transaction or statement; it ends with the test.
func (s *Server) Pooler(t testing.TB, mode string) *Pooler {
	t.Helper()
	program := "/usr/sbin/pgbouncer" // Debian keeps it off the path of an ordinary user
	if _, err := os.Stat(program); err != nil {
		program = tooltest.Find(t, "pgbouncer")
	}
	folder, err := os.MkdirTemp("", "pgb") // a socket's path must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	p := &Pooler{folder}
	for name, text := range map[string]string{
		"users": fmt.Sprintf("%q %q\n", User, Password),
		"ini": strings.Join([]string{"[databases]", "* = host=" + s.folder, "[pgbouncer]", "unix_socket_dir = " + folder, "unix_socket_mode = 0777", "listen_port = 5432",
			"auth_type = scram-sha-256", "auth_file = " + filepath.Join(folder, "users"), "pool_mode = " + mode, "default_pool_size = 16", "max_client_conn = 100", "server_login_retry = 1", ""}, "\n"),
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	log, err := os.OpenFile(filepath.Join(folder, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	proc := exec.Command(program, filepath.Join(folder, "ini"))
	proc.Stdout, proc.Stderr = log, log
	proc.SysProcAttr = &syscall.SysProcAttr{Credential: s.who}
	if s.who != nil {
		for _, name := range []string{"", "users", "ini"} {
			if err := os.Chown(filepath.Join(folder, name), int(s.who.Uid), int(s.who.Gid)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := proc.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = proc.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = proc.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		if err = exec1(ctx, p.URL(s.URL("postgres")), "SELECT 1"); err == nil {
			return p
		}
		select {
		case <-ended:
		case <-ctx.Done():
		case <-time.After(10 * time.Millisecond): // it says nothing when it is ready
			continue
		}
		said, _ := os.ReadFile(filepath.Join(folder, "log"))
		t.Fatalf("the pooler does not answer: %v\n%s", err, said)
	}
}

// URL is the address by which a database of the server is reached through the pooler.
func (p *Pooler) URL(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	query := u.Query()
	query.Set("host", p.folder)
	u.RawQuery = query.Encode()
	return u.String()
}
