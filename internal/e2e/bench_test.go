package e2e

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// BenchmarkDemo makes the demonstration from nothing: folder, keys, accounts, every delivery, every table, the snapshot.
func BenchmarkDemo(b *testing.B) {
	for b.Loop() {
		if out, code := command("demo", "--dir", filepath.Join(b.TempDir(), "demo"), "--no-serve"); code != 0 {
			b.Fatalf("exit code %d:\n%s", code, out)
		}
	}
}

// BenchmarkPages reads the pages of the demonstration over the network of this machine, one request at a time, and reports the
// slowest twentieth.
func BenchmarkPages(b *testing.B) {
	out, code := command("query", "SELECT provider_id FROM analytics.provider_level ORDER BY flags_open DESC, provider_id LIMIT 1", "--format", "csv", "--dir", demo.dir)
	_, busiest, ok := strings.Cut(out, "provider_id\n")
	if code != 0 || !ok {
		b.Fatal(out)
	}
	busiest = strings.TrimSpace(busiest)
	base := serve(b, demo.dir)
	jar, err := cookiejar.New(nil)
	if err != nil {
		b.Fatal(err)
	}
	c := &http.Client{Jar: jar}
	resp, err := c.PostForm(base+"/sign-in", url.Values{"username": {"chair"}, "password": {password(b, "chair")}, "next": {"/market"}})
	if err != nil {
		b.Fatal(err)
	}
	resp.Body.Close()
	for name, path := range map[string]string{"market": "/market", "provider": "/providers/" + busiest, "providers": "/providers", "flags": "/flags", "data": "/data"} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				resp, err := c.Get(base + path)
				if err != nil {
					b.Fatal(err)
				}
				_, err = io.Copy(io.Discard, resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != http.StatusOK {
					b.Fatalf("%s: %d, %v", path, resp.StatusCode, err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
		})
	}
}
