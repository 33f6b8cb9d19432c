package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/app"
	"bellwether/internal/cli"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/tooltest"
	"bellwether/internal/warehouse"
)

// noon is the tests' clock: later than everything in the county.
var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// demo is the demonstration instance that all tests of this package share; each makes it if it is the first to need it.
var demo struct {
	dir, out string
	code     int
}

// asCommand, when set, turns this test program into the command line, for tests that need a second process.
const asCommand = "BELLWETHER_E2E_COMMAND"

func TestMain(m *testing.M) {
	if tooltest.Detector {
		instancetest.HashCheaply()
	}
	if os.Getenv(asCommand) != "" {
		os.Exit(cli.Run(context.Background(), os.Args[1:], cli.OS()))
	}
	code := func() int {
		dir, err := os.MkdirTemp("", "bellwether-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		demo.dir = filepath.Join(dir, "demo")
		demo.out, demo.code = command("demo", "--dir", demo.dir, "--no-serve")
		return m.Run()
	}()
	os.Exit(code)
}

// command runs one command line in this process and gives what it printed, standard error first.
func command(args ...string) (out string, code int) {
	var stdout, stderr bytes.Buffer
	code = cli.Run(context.Background(), args, cli.Env{Stdin: strings.NewReader(""), Stdout: &stdout, Stderr: &stderr, Now: func() time.Time { return noon }, Getenv: func(string) string { return "" }})
	return stderr.String() + stdout.String(), code
}

// inAnotherProcess runs one command line in a process of its own.
func inAnotherProcess(t testing.TB, args ...string) (out string, code int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = append(os.Environ(), asCommand+"=1")
	both, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(both), cmd.ProcessState.ExitCode()
}

// remove takes a file or a folder away.
func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

// serve starts a server over an instance on a free port.
func serve(t testing.TB, dir string) (base string) {
	t.Helper()
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(t.Context(), app.Options{Config: cfg, Listen: "127.0.0.1:0", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return "http://" + a.Addr()
}

// password reads a demonstration account's password.
func password(t testing.TB, user string) string {
	t.Helper()
	src, err := os.ReadFile(filepath.Join(demo.dir, instance.Secrets, "demo-logins.json"))
	if err != nil {
		t.Fatal(err)
	}
	var logins []struct{ Username, Password string }
	if err := json.Unmarshal(src, &logins); err != nil {
		t.Fatal(err)
	}
	for _, l := range logins {
		if l.Username == user {
			return l.Password
		}
	}
	t.Fatalf("the demonstration has no account %s", user)
	return ""
}

// signIn gives a browser's worth of cookies in which somebody is signed in.
func signIn(t *testing.T, base, user string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	resp, err := c.PostForm(base+"/sign-in", url.Values{"username": {user}, "password": {password(t, user)}, "next": {"/market"}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if user != "admin" && (resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/market") {
		t.Fatalf("signing in as %s ended at %s with %d", user, resp.Request.URL.Path, resp.StatusCode)
	}
	return c
}

func get(t *testing.T, c *http.Client, address string) (int, string) {
	t.Helper()
	resp, err := c.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func snapshot(t testing.TB) *warehouse.Snapshot {
	t.Helper()
	all, err := warehouse.Snapshots(filepath.Join(demo.dir, instance.Snapshots))
	if err != nil || len(all) == 0 {
		t.Fatalf("no snapshot: %v", err)
	}
	return openAt(t, all[0].Path)
}

func openAt(t testing.TB, path string) *warehouse.Snapshot {
	t.Helper()
	s, err := warehouse.OpenSnapshot(path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func readAll(t *testing.T, r io.Reader) string {
	t.Helper()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
