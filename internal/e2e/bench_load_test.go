package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bellwether/casework/accounts"
	"bellwether/internal/config"
	"bellwether/internal/instance"
)

// connections is how many readers ask at the same time.
const connections = 16

// BenchmarkPagesUnderLoad reads pages of the demonstration over sixteen connections while a whole run is at work beside them as a process
// of its own, which gives way as far as runs.nice says (BELLWETHER_RUNS_NICE=0 for a run that does not), and reports the slowest twentieth. The cached figure asks again for pages that were asked for before; the uncached one asks each time for another
// provider.
func BenchmarkPagesUnderLoad(b *testing.B) {
	base := serve(b, demo.dir)
	// Each connection is a person of its own, with an account of its own: what one may ask for in a second is bounded.
	var people [connections]*http.Client
	names := readers(b)
	for i := range people {
		jar, err := cookiejar.New(nil)
		if err != nil {
			b.Fatal(err)
		}
		people[i] = &http.Client{Jar: jar}
		resp, err := people[i].PostForm(base+"/sign-in", url.Values{"username": {names[i]}, "password": {readersPassword}, "next": {"/help"}})
		if err != nil {
			b.Fatal(err)
		}
		resp.Body.Close()
	}
	out, code := command("query", "SELECT provider_id FROM analytics.provider_level ORDER BY provider_id", "--format", "csv", "--dir", demo.dir)
	if code != 0 {
		b.Fatal(out)
	}
	var providers []string
	for line := range strings.Lines(out[strings.Index(out, "provider_id\n")+len("provider_id\n"):]) {
		providers = append(providers, "/providers/"+strings.TrimSpace(line))
	}
	for _, kind := range []struct {
		name, budget string
		paths        []string
		warm         bool
	}{{"cached", "100 ms", []string{"/market", "/flags", "/providers"}, true}, {"uncached", "500 ms", providers, false}} {
		b.Run(kind.name, func(b *testing.B) {
			if kind.warm {
				for _, p := range kind.paths {
					fetch(b, people[0], base+p)
				}
			}
			ctx, stop := context.WithCancel(b.Context())
			var run sync.WaitGroup
			run.Go(func() {
				for ctx.Err() == nil {
					if out, code := inAnotherProcess(b, "run", "--full", "--dir", demo.dir); code != 0 && ctx.Err() == nil {
						b.Errorf("the run beside the readers failed with %d: %s", code, out)
						return
					}
				}
			})
			var mu sync.Mutex
			var took []time.Duration
			next := make(chan string)
			var asking sync.WaitGroup
			for _, c := range people {
				asking.Go(func() {
					for path := range next {
						began := time.Now()
						fetch(b, c, base+path)
						mu.Lock()
						took = append(took, time.Since(began))
						mu.Unlock()
					}
				})
			}
			n := 0
			for b.Loop() {
				for range 10 * connections {
					next <- kind.paths[n%len(kind.paths)]
					n++
				}
			}
			close(next)
			asking.Wait()
			stop()
			run.Wait()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
			b.Logf("%d requests over %d connections beside a run; the budget is a p95 of %s", len(took), connections, kind.budget)
		})
	}
}

const readersPassword = "correct horse battery staple"

// readers gives each connection an account of the demonstration.
func readers(b *testing.B) (names []string) {
	b.Helper()
	cfg, err := config.Load(demo.dir)
	if err != nil {
		b.Fatal(err)
	}
	store, err := instance.OpenStore(b.Context(), cfg, time.Now)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	all, err := accounts.New(store, accounts.Options{Now: time.Now})
	if err != nil {
		b.Fatal(err)
	}
	for i := range connections {
		name := fmt.Sprintf("reader%02d", i)
		_, err := all.Create(b.Context(), "test", accounts.NewAccount{Username: name, Name: "Reader " + strconv.Itoa(i), Roles: []string{"qsig_chair"}, LocalAuthorities: []string{"*"}, Password: readersPassword})
		if err != nil {
			b.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

func fetch(b *testing.B, c *http.Client, address string) {
	b.Helper()
	resp, err := c.Get(address)
	if err != nil {
		b.Error(err)
		return
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		b.Errorf("%s: %d, %v", address, resp.StatusCode, err)
	}
}
