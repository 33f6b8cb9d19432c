package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bellwether/internal/instance"
	"bellwether/internal/tooltest"
)

// TestMetricsPassPromtool gives both endpoints to Prometheus's own linter.
func TestMetricsPassPromtool(t *testing.T) {
	promtool := tooltest.Find(t, "promtool")
	base := serve(t, demo.dir)
	for _, path := range []string{"/metrics", "/metrics/business"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer "+metricsToken(t))
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		cmd := exec.CommandContext(t.Context(), promtool, "check", "metrics")
		cmd.Stdin = resp.Body
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", path, err, out)
		}
	}
}

func metricsToken(t *testing.T) string {
	t.Helper()
	token, err := instance.ReadSecret(filepath.Join(demo.dir, instance.Secrets, instance.MetricsToken))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// TestRealPrometheusScrapesBothEndpoints starts Debian's Prometheus and asks it for what it saw.
func TestRealPrometheusScrapesBothEndpoints(t *testing.T) {
	prometheus := tooltest.Find(t, "prometheus")
	base := serve(t, demo.dir)
	host := strings.TrimPrefix(base, "http://")
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	write(t, token, metricsToken(t))
	write(t, filepath.Join(dir, "prometheus.yml"), fmt.Sprintf(`global: {scrape_interval: 1s, scrape_timeout: 1s}
scrape_configs:
  - job_name: operational
    static_configs: [{targets: [%q]}]
  - job_name: business
    metrics_path: /metrics/business
    authorization: {credentials_file: %q}
    static_configs: [{targets: [%q]}]
`, host, token, host))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	cmd := exec.CommandContext(t.Context(), prometheus, "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+addr)
	cmd.Stdout, cmd.Stderr = nil, nil
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })

	want := map[string]string{
		`up{job="operational"}`: "1", `up{job="business"}`: "1",
		`bellwether_snapshot_published_timestamp_seconds > 0`:          "",
		`sum(bellwether_providers)`:                                    "",
		`bellwether_ingest_rows_total{source="safeguarding_concerns"}`: "",
		`bellwether_flags_open{level="provider_concern"}`:              "",
	}
	deadline := time.NewTimer(3 * time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(500 * time.Millisecond)
	defer tick.Stop()
	for len(want) > 0 {
		select {
		case <-deadline.C:
			t.Fatalf("after three minutes Prometheus still has no answer to %v", want)
		case <-tick.C:
		}
		for q, v := range want {
			if got, ok := ask(t, addr, q); ok && (v == "" || got == v) {
				delete(want, q)
			}
		}
	}
}

// ask puts an instant query to Prometheus; ok is false while it has no answer.
func ask(t *testing.T, addr, query string) (string, bool) {
	t.Helper()
	resp, err := http.Get("http://" + addr + "/api/v1/query?query=" + url.QueryEscape(query))
	if err != nil {
		return "", false
	}
	defer resp.Body.Close()
	var answer struct {
		Data struct {
			Result []struct{ Value [2]any }
		}
	}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || len(answer.Data.Result) == 0 {
		return "", false
	}
	s, ok := answer.Data.Result[0].Value[1].(string)
	return s, ok
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
