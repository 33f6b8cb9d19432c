package serving

import (
	"context"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"bellwether/internal/config"
	"bellwether/internal/instancetest"
	"bellwether/internal/tooltest"
)

// sample is what the process held at one moment.
type sample struct {
	at                time.Duration
	resident          float64 // MiB
	goroutines, files int
}

// TestSoak reads pages and metrics and publishes now and then, for half an hour in `make nightly` (BELLWETHER_SOAK=30m) and for some
// seconds otherwise. Nothing may grow: goroutines and descriptors end where they began, and memory's slope, once warm, is flat.
func TestSoak(t *testing.T) {
	length, err := time.ParseDuration(os.Getenv("BELLWETHER_SOAK"))
	if err != nil {
		length = 12 * time.Second
		if tooltest.Detector {
			length = time.Minute // a publication alone takes it that long
		}
	}
	cfg := instancetest.Copy(t)
	a := start(t, cfg)
	base := "http://" + a.Addr()
	c := client(t, base)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	began := time.Now()
	var all []sample
	var wg sync.WaitGroup
	var pages, published atomic.Int64
	for i := range 2 {
		wg.Go(func() { browse(ctx, t, c, base, i, &pages) })
	}
	wg.Go(func() { publishEvery(ctx, t, cfg, length/6, &published) })
	tick := time.NewTicker(length / 40)
	defer tick.Stop()
	// A machine with much else to do gets the time that it needs until enough was asked of the server to show whether anything grows.
	for !t.Failed() && (time.Since(began) < length || pages.Load() < 20 || published.Load() < 2) {
		<-tick.C
		all = append(all, take(t, time.Since(began)))
	}
	cancel()
	wg.Wait()
	if t.Failed() {
		return
	}
	warm := all[len(all)/4:]
	slope := perMinute(warm)
	first, last := warm[0], warm[len(warm)-1]
	t.Logf("%s: %d pages, %d publications; goroutines %d to %d, descriptors %d to %d, memory %.0f to %.0f MiB, slope %.2f MiB a minute",
		length, pages.Load(), published.Load(), first.goroutines, last.goroutines, first.files, last.files, first.resident, last.resident, slope)
	if last.goroutines > first.goroutines+25 || last.files > first.files+25 {
		t.Error("goroutines or descriptors grow")
	}
	if length >= 5*time.Minute && slope > 1 {
		t.Errorf("memory grows by %.2f MiB a minute; at most 1 is allowed", slope)
	}
}

// browse reads pages and metrics, ten a second at most, until the time is up, and counts them.
func browse(ctx context.Context, t *testing.T, c *http.Client, base string, who int, pages *atomic.Int64) {
	paths := []string{"/data", "/market", "/metrics", "/flags", "/providers", "/review", "/readyz"}
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for n := who; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		resp, err := c.Get(base + paths[n%len(paths)])
		if err != nil {
			t.Errorf("a page was refused: %v", err)
			return
		}
		if _, err := read(resp); err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("%s: %d, %v", resp.Request.URL.Path, resp.StatusCode, err)
			return
		}
		pages.Add(1)
	}
}

// publishEvery publishes with another date each time, so that each snapshot is a new one.
func publishEvery(ctx context.Context, t *testing.T, cfg config.Config, every time.Duration, published *atomic.Int64) {
	p := pipe(t, cfg)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if _, err := p.Publish(context.WithoutCancel(ctx), instancetest.Noon.AddDate(0, 0, -n)); err != nil {
			t.Errorf("publication %d: %v", n, err)
			return
		}
		published.Add(1)
	}
}

func take(t *testing.T, at time.Duration) sample {
	t.Helper()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	src, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(src))[1])
	if err != nil {
		t.Fatal(err)
	}
	return sample{at: at, resident: float64(pages*os.Getpagesize()) / (1 << 20), goroutines: runtime.NumGoroutine(), files: len(files)}
}

// perMinute is the slope of memory by least squares.
func perMinute(all []sample) float64 {
	var mx, my float64
	for _, s := range all {
		mx += s.at.Minutes()
		my += s.resident
	}
	mx, my = mx/float64(len(all)), my/float64(len(all))
	var up, down float64
	for _, s := range all {
		up += (s.at.Minutes() - mx) * (s.resident - my)
		down += (s.at.Minutes() - mx) * (s.at.Minutes() - mx)
	}
	return up / down
}

func TestPerMinuteFindsASlope(t *testing.T) {
	var all []sample
	for i := range 10 {
		all = append(all, sample{at: time.Duration(i) * time.Minute, resident: 100 + 2.5*float64(i)})
	}
	if got := perMinute(all); got < 2.49 || got > 2.51 {
		t.Errorf("%.3f", got)
	}
	if got := middle([]time.Duration{3, 1, 2}); got != 2 {
		t.Errorf("the middle of 1, 2, 3 is %d", got)
	}
}

func middle(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}
