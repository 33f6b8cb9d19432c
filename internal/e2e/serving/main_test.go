package serving

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"regexp"
	"testing"
	"time"

	"go.uber.org/goleak"

	"bellwether/internal/app"
	"bellwether/internal/config"
	"bellwether/internal/instancetest"
	"bellwether/internal/pipeline"
)

func TestMain(m *testing.M) {
	code := instancetest.Main(m)
	if code == 0 {
		http.DefaultClient.CloseIdleConnections()
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, "goroutines are left:", err)
			code = 1
		}
	}
	os.Exit(code)
}

// start serves an instance; the schedule is off, so that only the test publishes.
func start(t testing.TB, cfg config.Config) *app.App {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{Config: cfg, Listen: "127.0.0.1:0", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// client is a browser in which the chair is signed in.
func client(t testing.TB, base string) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{MaxIdleConnsPerHost: 16}
	t.Cleanup(transport.CloseIdleConnections)
	c := &http.Client{Jar: jar, Transport: transport, Timeout: 2 * time.Minute}
	resp, err := c.PostForm(base+"/sign-in", url.Values{"username": {"chair"}, "password": {"correct horse battery staple"}, "next": {"/market"}})
	if err != nil {
		t.Fatal(err)
	}
	body, err := read(resp)
	if err != nil || resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/market" {
		t.Fatalf("signing in ended at %s with %d, %v:\n%s", resp.Request.URL.Path, resp.StatusCode, err, body)
	}
	return c
}

func read(resp *http.Response) (string, error) {
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// pipe opens the pipeline beside the server, with a clock that moves.
func pipe(t testing.TB, cfg config.Config) *pipeline.Pipeline {
	t.Helper()
	p, err := pipeline.Open(t.Context(), pipeline.Options{Config: cfg, Doing: "test", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// shown finds the snapshots that a page says it shows: in its strip, and on paper.
var shown = regexp.MustCompile(`(?i)snapshot(?:<[^>]*>|\s)+([0-9a-f]{6,12})|title="([0-9a-f]{12})"`)
