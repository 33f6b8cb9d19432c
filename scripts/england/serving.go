package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"bellwether/sample-data/england"
)

const connections = 16

var (
	served   = regexp.MustCompile(`on (http://[0-9.:]+) \(metrics on`)
	password = regexp.MustCompile(`(?i)password[: ]+(\S+)`)
)

// serving measures pages and scrapes beside a run of one more day.
func (b *bench) serving() error {
	people, err := b.people()
	if err != nil {
		return err
	}
	busiest, err := b.call("query", "SELECT provider_id FROM analytics.provider_level ORDER BY flags_open DESC, provider_id LIMIT 1", "--format", "csv", "--dir", b.dir)
	if err != nil {
		return fmt.Errorf("find the provider with most flags: %w\n%s", err, busiest.err)
	}
	lines := strings.Fields(busiest.out)
	if len(lines) == 0 {
		return errors.New("no provider in the snapshot")
	}
	server := b.command("serve", "--dir", b.dir, "--listen", "127.0.0.1:0", "--no-schedule")
	says, err := server.StdoutPipe()
	if err != nil {
		return err
	}
	server.Stderr = io.Discard
	if err := server.Start(); err != nil {
		return err
	}
	stopped := false
	stop := func() error {
		if stopped {
			return nil
		}
		stopped = true
		return errors.Join(server.Process.Signal(syscall.SIGTERM), server.Wait())
	}
	defer func() { _ = stop() }()
	line, err := bufio.NewReader(says).ReadString('\n')
	if err != nil {
		return fmt.Errorf("the server did not start: %w", err)
	}
	at := served.FindStringSubmatch(line)
	if at == nil {
		return fmt.Errorf("no address in %q", line)
	}
	token, err := os.ReadFile(filepath.Join(b.dir, "secrets", "metrics.token"))
	if err != nil {
		return err
	}
	v := &visitor{base: at[1], token: strings.TrimSpace(string(token)), took: map[string][]time.Duration{}, bad: map[string]int{}}
	for _, p := range people {
		c, err := signIn(at[1], p.name, p.password) // and takes a password of its own, since the first was given to it
		if err != nil {
			return err
		}
		v.clients = append(v.clients, c)
	}
	provider := lines[len(lines)-1]
	for _, p := range []string{"/market", "/providers", "/providers/" + provider, "/flags", "/api/v1/providers"} {
		v.paths = append(v.paths, page{name: strings.Replace(p, provider, "{id}", 1), path: p})
	}
	if err := b.idle(v); err != nil {
		return err
	}
	if err := b.busy(v); err != nil {
		return err
	}
	if err := stop(); err != nil {
		return fmt.Errorf("stop the server: %w", err)
	}
	var s spent
	s.of(server)
	b.add("peak memory of the server", mib(s.peakMiB), "4 GiB")
	b.add("processor time of the server", s.cpu.Round(100*time.Millisecond).String(), "")
	return nil
}

type person struct{ name, password string }

// people adds an account for each connection: what one person may ask for in a second is bounded.
func (b *bench) people() ([]person, error) {
	var all []person
	now := time.Now().Unix() // the instance may have been measured before
	for i := range connections {
		name := fmt.Sprintf("chair%d-%02d", now, i)
		added, err := b.call("user", "add", name, "--role", "qsig_chair", "--dir", b.dir)
		if err != nil {
			return nil, fmt.Errorf("add an account: %w\n%s%s", err, added.out, added.err)
		}
		found := password.FindStringSubmatch(added.out)
		if found == nil {
			return nil, errors.New("no password in what `user add` printed")
		}
		all = append(all, person{name, found[1]})
	}
	return all, nil
}

// idle asks for each page once, as the first after the start, and then a few times, one request at a time, with nothing else running.
func (b *bench) idle(v *visitor) error {
	for _, times := range []struct {
		n    int
		when string
	}{{1, "the first time after the start"}, {8, "one request at a time"}} {
		for range times.n {
			for _, p := range v.paths {
				v.get(context.Background(), 0, p)
			}
			v.scrape(context.Background())
		}
		v.report(b, times.when, "")
	}
	return nil
}

// busy asks for all pages over sixteen connections, and scrapes, for as long as a run of one more day takes.
func (b *bench) busy(v *visitor) error {
	if _, err := b.day(2); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	for i := range connections {
		wg.Go(func() {
			for n := i; ctx.Err() == nil; n++ {
				v.get(ctx, i, v.paths[n%len(v.paths)])
			}
		})
	}
	wg.Go(func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				v.scrape(ctx)
			}
		}
	})
	err := b.beside(england.Last.AddDate(0, 0, 3))
	cancel()
	wg.Wait()
	if err != nil {
		return err
	}
	v.report(b, "16 connections during a run", "p95 500 ms")
	return nil
}

// beside has one more day taken in beside the readers, or the part of it that fits into the time given.
func (b *bench) beside(asOf time.Time) error {
	if b.lasts == 0 {
		_, err := b.publish("one day more, under 16 connections", "", asOf)
		return err
	}
	run := b.command("run", "--dir", b.dir, "--as-of", asOf.Format(time.DateOnly), "--quiet")
	if err := run.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	select {
	case err := <-ended:
		return fmt.Errorf("the run ended within %s, so that pages were not asked for beside it all the while: %w", b.lasts, err)
	case <-time.After(b.lasts):
	}
	b.add("a run beside 16 connections, broken off", fmt.Sprintf("after %s", b.lasts), "")
	if err := run.Process.Signal(syscall.SIGTERM); err != nil {
		return err
	}
	var exit *exec.ExitError // interrupted, which is what was asked for
	if err := <-ended; err != nil && !errors.As(err, &exit) {
		return err
	}
	var s spent
	s.of(run)
	b.add("processor time of that run", s.cpu.Round(100*time.Millisecond).String(), "")
	return nil
}

type page struct{ name, path string }

// visitor asks for pages and keeps how long each took.
type visitor struct {
	clients []*http.Client // one a person
	base    string
	token   string
	paths   []page

	mu   sync.Mutex
	took map[string][]time.Duration
	bad  map[string]int
}

func signIn(base, name, password string) (*http.Client, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	c := &http.Client{Jar: jar, Transport: &http.Transport{}}
	for _, step := range []struct {
		path string
		form url.Values
	}{
		{"/sign-in", url.Values{"username": {name}, "password": {password}, "next": {"/market"}}},
		{"/account/password", url.Values{"present": {password}, "password": {password + " of its own"}}},
	} {
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, base+step.path, strings.NewReader(step.form.Encode()))
		if err != nil {
			return nil, err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := c.Do(req)
		if err != nil {
			return nil, fmt.Errorf("sign in: %w", err)
		}
		_, err = io.Copy(io.Discard, resp.Body)
		if err := errors.Join(err, resp.Body.Close()); err != nil {
			return nil, err
		}
		if resp.StatusCode != http.StatusOK || strings.HasSuffix(resp.Request.URL.Path, "/sign-in") {
			return nil, fmt.Errorf("sign in: status %d at %s", resp.StatusCode, resp.Request.URL.Path)
		}
	}
	return c, nil
}

func (v *visitor) get(ctx context.Context, who int, p page) {
	v.ask(ctx, v.clients[who], p.name, p.path, "")
}

func (v *visitor) scrape(ctx context.Context) {
	v.ask(ctx, http.DefaultClient, "scrape", "/metrics", v.token)
}

func (v *visitor) ask(ctx context.Context, client *http.Client, name, path, token string) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.base+path, nil)
	if err != nil {
		return
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	began := time.Now()
	resp, err := client.Do(req)
	if err == nil {
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
	if ctx.Err() != nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if err != nil || resp.StatusCode != http.StatusOK || resp.Request.URL.Path != path { // a page that leads elsewhere was not measured
		v.bad[name]++
		return
	}
	v.took[name] = append(v.took[name], time.Since(began))
}

// report writes the median and the slowest twentieth of each page, and begins again.
func (v *visitor) report(b *bench, when, aim string) {
	for _, name := range append(names(v.paths), "scrape") {
		took := v.took[name]
		slices.Sort(took)
		figure := fmt.Sprintf("no answer; %d refused or failed", v.bad[name])
		if len(took) > 0 {
			ms := func(d time.Duration) string { return fmt.Sprintf("%.0f ms", float64(d.Microseconds())/1000) }
			figure = fmt.Sprintf("median %s, p95 %s of %d; %d refused or failed", ms(took[len(took)/2]), ms(took[len(took)*95/100]), len(took), v.bad[name])
		}
		goal := aim
		if name == "scrape" && aim != "" {
			goal = "250 ms"
		}
		b.add(name+", "+when, figure, goal)
	}
	v.took, v.bad = map[string][]time.Duration{}, map[string]int{}
}

func names(pages []page) []string {
	out := make([]string, len(pages))
	for i, p := range pages {
		out[i] = p.name
	}
	return out
}
