package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/internal/instance"
)

// BenchmarkScrape scrapes both endpoints of the demonstration as a monitoring server does, alone and while a whole run is at work beside it, and
// reports the slowest of a hundred: 250 ms and a second are agreed.
func BenchmarkScrape(b *testing.B) {
	base := serve(b, demo.dir)
	token, err := os.ReadFile(filepath.Join(demo.dir, instance.Secrets, instance.MetricsToken))
	if err != nil {
		b.Fatal(err)
	}
	for _, beside := range []struct {
		name  string
		agree time.Duration
		runs  bool
	}{{"idle", 250 * time.Millisecond, false}, {"beside-a-run", time.Second, true}} {
		for _, path := range []string{"/metrics", "/metrics/business"} {
			b.Run(beside.name+strings.ReplaceAll(path, "/", "-"), func(b *testing.B) {
				ctx, stop := context.WithCancel(b.Context())
				var run sync.WaitGroup
				if beside.runs {
					run.Go(func() {
						for ctx.Err() == nil {
							if out, code := command("run", "--full", "--dir", demo.dir); code != 0 {
								b.Errorf("the run beside the scrapes failed with %d: %s", code, out)
								return
							}
						}
					})
				}
				var took []time.Duration
				for b.Loop() {
					began := time.Now()
					if err := scrapeOnce(base+path, strings.TrimSpace(string(token))); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(began))
				}
				stop()
				run.Wait()
				slices.Sort(took)
				ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
				b.ReportMetric(ms(took[len(took)/2]), "median-ms")
				b.ReportMetric(ms(took[len(took)*99/100]), "p99-ms")
				b.ReportMetric(ms(beside.agree), "agreed-ms")
			})
		}
	}
}

func scrapeOnce(address, token string) error {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Accept", "application/openmetrics-text; version=1.0.0; charset=utf-8")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "bellwether_collector_errors") || !strings.HasSuffix(string(body), "# EOF\n") {
		return fmt.Errorf("%s: %d, %d bytes, %v", address, resp.StatusCode, len(body), err)
	}
	return nil
}
