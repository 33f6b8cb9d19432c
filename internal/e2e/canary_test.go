package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/internal/app"
	"bellwether/internal/config"
	"bellwether/internal/instance"
)

// heap collects what a door let out.
type heap struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (h *heap) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.Write(p)
}

func (h *heap) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// taking is a server that keeps every body and heading it is sent.
func taking(t *testing.T) (base string, got *heap) {
	t.Helper()
	got = &heap{}
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_ = r.Header.Write(got)
		if _, err := io.Copy(got, r.Body); err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(web.Close)
	return web.URL, got
}

// words are the names and sentences of a county by which a provider would be known, and what people write in the test.
func countyWords(t *testing.T) (all []string) {
	t.Helper()
	snap := snapshot(t)
	rows, err := snap.DB().QueryContext(t.Context(), `SELECT name FROM core.provider UNION SELECT name FROM core.location UNION SELECT sentence FROM analytics.flag UNION SELECT DISTINCT adult_ref FROM core.concern UNION SELECT postcode FROM core.location`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var word *string
		if err := rows.Scan(&word); err != nil {
			t.Fatal(err)
		}
		if word != nil && len(*word) >= 7 {
			all = append(all, *word)
		}
	}
	if err := errors.Join(rows.Err(), snap.Close()); err != nil || len(all) < 100 {
		t.Fatalf("%d words: %v", len(all), err)
	}
	return all
}

// TestNothingIsNamedByTheOtherDoors turns every door of a whole instance on: letters, webhook, traces, metrics, the log. Somebody signs in,
// writes, reads and asks for what isn't there; then everything that left is searched for every name of the county and every word that was
// written. The pages hold them, which is the control.
func TestNothingIsNamedByTheOtherDoors(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "copy")
	if err := os.CopyFS(dir, os.DirFS(demo.dir)); err != nil {
		t.Fatal(err)
	}
	secrets, err := os.ReadDir(filepath.Join(dir, instance.Secrets))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range secrets {
		if err := os.Chmod(filepath.Join(dir, instance.Secrets, f.Name()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	hook, hooked := taking(t)
	collector, traced := taking(t)
	box := relay(t)
	host, port, err := net.SplitHostPort(box.addr)
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Server.PublicURL = "http://127.0.0.1:8080"
	cfg.Webhook = config.Webhook{URL: hook, SecretFile: "webhook.key"}
	cfg.Tracing.URL = collector
	// Everything is news to an outbox that has begun and told nothing.
	if err := os.MkdirAll(filepath.Join(dir, "state"), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{filepath.Join("state", app.WebhookFile): `{"begun":true,"snapshot":"earlier","flags":{}}`, filepath.Join(instance.Secrets, "webhook.key"): "a secret of the council's own, long enough\n"} {
		if err := os.WriteFile(filepath.Join(dir, path), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var log heap
	a, err := app.New(t.Context(), app.Options{Config: cfg, Listen: "127.0.0.1:0", Now: time.Now, Log: slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	stopped := false
	stop := func() {
		if !stopped {
			stopped = true
			if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		}
	}
	t.Cleanup(stop)
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	base := "http://" + a.Addr()

	words := countyWords(t)
	const written, sought = "zqx-written-7741", "zqx-sought-9915"
	chair := signIn(t, base, "chair")
	_, flags := get(t, chair, base+"/flags")
	flag := regexp.MustCompile(`/flags/([0-9A-Za-z]{12,})"`).FindStringSubmatch(flags)
	provider := regexp.MustCompile(`/providers/([0-9A-Za-z-]{6,})["?]`).FindStringSubmatch(flags)
	if flag == nil || provider == nil {
		t.Fatalf("no flag on the page: %.1500v", regexp.MustCompile(`href="[^"]*"`).FindAllString(flags, -1))
	}
	opened, err := chair.PostForm(base+"/cases/new", url.Values{"provider_id": {provider[1]}, "stage": {"initial_meeting"}, "reason": {"Reasons, " + written}})
	if err != nil {
		t.Fatal(err)
	}
	page := readAll(t, opened.Body)
	_ = opened.Body.Close()
	seen := flags + page
	for _, path := range []string{"/market", "/providers", "/providers?q=" + sought, "/providers/" + provider[1], "/providers/" + sought, "/flags/" + flag[1], "/flags.csv", "/review", "/review/" + flag[1], "/cases", "/api/v1/flags", "/api/v1/providers", "/trends", "/contingency?provider=" + provider[1],
		"/audit?actor=" + sought, "/none/" + sought, opened.Request.URL.Path} {
		resp, err := chair.Get(base + path)
		if err != nil {
			t.Fatal(err)
		}
		head := fmt.Sprint(resp.Header)
		seen += readAll(t, resp.Body)
		_ = resp.Body.Close()
		named(t, "a heading of "+path, head, words, written)
	}
	control := 0
	for _, w := range words {
		if strings.Contains(seen, w) {
			control++
		}
	}
	if control < 10 || !strings.Contains(seen, written) {
		t.Errorf("the pages hold %d of the words, and what was written: %v", control, strings.Contains(seen, written))
	}

	token := metricsToken(t)
	for _, path := range []string{"/metrics", "/metrics/business"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		text := readAll(t, resp.Body)
		_ = resp.Body.Close()
		if !strings.Contains(text, "bellwether_") {
			t.Errorf("%s: %d %.200s", path, resp.StatusCode, text)
		}
		named(t, path, text, words, written, sought, provider[1])
	}
	if err := a.Tell(t.Context()); err != nil {
		t.Error(err)
	}
	if text := hooked.String(); !strings.Contains(text, flag[1]) {
		t.Errorf("the webhook was told nothing: %.300s", text)
	} else {
		named(t, "the webhook", text, words, written, sought, provider[1])
	}
	stop()
	if text := traced.String(); !strings.Contains(text, "GET /flags/{id}") {
		t.Errorf("the collector was sent nothing: %d bytes", len(text))
	} else {
		named(t, "a trace", text, words, written, sought, provider[1])
	}

	file := filepath.Join(dir, config.FileName)
	settings, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	more := "\ndigest:\n  smtp: {host: " + host + ", port: " + port + ", from: bellwether@council.example, tls: none}\n  recipients: {qsig_chair: [chair@council.example], qsig_member: [mo@council.example], system_admin: [ops@council.example]}\n"
	changed := strings.Replace(string(settings), "server:\n", "server:\n  public_url: http://127.0.0.1:8080\n", 1)
	if changed == string(settings) {
		changed += "\nserver: {public_url: http://127.0.0.1:8080}\n"
	}
	if err := os.WriteFile(file, []byte(changed+more), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, code := command("digest", "--dir", dir); code != 0 || !strings.Contains(out, "3 posted") {
		t.Fatalf("the letters: %d %s", code, out)
	}
	box.mu.Lock()
	letters := box.text
	box.mu.Unlock()
	if !strings.Contains(letters, "Review queue") || !strings.Contains(letters, "OFFICIAL-SENSITIVE") {
		t.Errorf("no letter came: %.300s", letters)
	}
	named(t, "a letter", letters, words, written, sought, provider[1])

	if text := log.String(); text == "" {
		t.Error("nothing was logged")
	} else {
		named(t, "the log", text, words, written, sought)
	}
	entries, err := os.ReadFile(filepath.Join(dir, instance.Audit, instance.AuditLog))
	if err != nil {
		t.Fatal(err)
	}
	named(t, "the audit", string(entries), words, written)
}

// named fails for every word that a door let out.
func named(t *testing.T, door, text string, words []string, more ...string) {
	t.Helper()
	found := 0
	for _, w := range append(more, words...) {
		if strings.Contains(text, w) {
			if found++; found <= 3 {
				t.Errorf("%s holds %q", door, w)
			}
		}
	}
}
