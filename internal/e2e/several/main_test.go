package several

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/casework/store/postgres/pgtest"
	"bellwether/internal/app"
	"bellwether/internal/cli"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
)

// database is the one PostgreSQL server of these tests, nil where there is none.
var database *pgtest.Server

func TestMain(m *testing.M) {
	instancetest.HashCheaply()
	if os.Getenv(asCommand) != "" {
		os.Exit(program())
	}
	os.Exit(func() int {
		s, end, err := pgtest.ForMain()
		if err == nil {
			database = s
			defer end()
		} else if os.Getenv("CI") != "" {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return instancetest.Main(m)
	}())
}

// empty gives the address of an empty database.
func empty(t testing.TB) string {
	t.Helper()
	if database == nil {
		t.Skip(pgtest.ErrMissing)
	}
	return database.Empty()
}

const passwordFile = "postgres.password"

// onPostgres tells an instance to keep casework in a database.
func onPostgres(t testing.TB, dir, address, password string) {
	t.Helper()
	write(t, filepath.Join(dir, instance.Secrets, passwordFile), password+"\n")
	settings(t, dir, fmt.Sprintf("casework: {postgres: {url: %q, password_file: %s}}\n", address, passwordFile))
}

// settings adds lines to an instance's configuration.
func settings(t testing.TB, dir, lines string) {
	t.Helper()
	path := filepath.Join(dir, config.FileName)
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, string(src)+lines)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func load(t testing.TB, dir string) config.Config {
	t.Helper()
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return cfg
}

// command runs a verb and gives what it printed.
func command(args ...string) (out string, code int) {
	var both bytes.Buffer
	code = cli.Run(context.Background(), args, cli.Env{Stdin: strings.NewReader(""), Stdout: &both, Stderr: &both, Now: instancetest.Clock, Getenv: func(string) string { return "" }})
	return both.String(), code
}

// start serves an instance in this process.
func start(t testing.TB, cfg config.Config) *app.App {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{Config: cfg, Listen: "127.0.0.1:0", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, a) })
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

func stop(t testing.TB, a *app.App) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		t.Error(err)
	}
}

// browser keeps its cookies whatever machine answers: cookies don't look at the port, as they don't behind one name.
func browser(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(transport.CloseIdleConnections)
	return &http.Client{Jar: jar, Transport: transport, Timeout: 2 * time.Minute}
}

// signIn signs the chair in.
func signIn(t testing.TB, c *http.Client, base string) {
	t.Helper()
	resp, err := c.PostForm(base+"/sign-in", url.Values{"username": {"chair"}, "password": {"correct horse battery staple"}, "next": {"/market"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/market" {
		t.Fatalf("signing in ended at %s with %d", resp.Request.URL.Path, resp.StatusCode)
	}
}

// signedIn says whether a machine knows who is asking.
func signedIn(t testing.TB, c *http.Client, base string) bool {
	t.Helper()
	resp, err := c.Get(base + "/market")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK && resp.Request.URL.Path == "/market"
}
