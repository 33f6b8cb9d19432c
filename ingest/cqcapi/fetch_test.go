package cqcapi

import (
	"context"
	"encoding/json"
	"errors"
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

	"bellwether/ingest/cqcapi/apitest"
)

// bench is a job against a fixture server, with a clock that only sleeping moves.
type bench struct {
	t      *testing.T
	server *apitest.Server
	job    Job
	mu     sync.Mutex
	now    time.Time
	slept  []time.Duration
}

func newBench(t *testing.T, area string, ids ...string) *bench {
	b := &bench{t: t, server: apitest.New(t, area, ids...), now: time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)}
	dir := t.TempDir()
	b.job = Job{Areas: []string{area}, Dir: filepath.Join(dir, "state"), Inbox: filepath.Join(dir, "inbox"), Config: Config{
		Base: b.server.Base(), Key: apitest.Key, PerSecond: 1e6, Timeout: time.Minute, Jitter: func() float64 { return 0.5 },
		Now: func() time.Time { b.mu.Lock(); defer b.mu.Unlock(); return b.now },
		Sleep: func(ctx context.Context, d time.Duration) error {
			b.mu.Lock()
			defer b.mu.Unlock()
			b.slept, b.now = append(b.slept, d), b.now.Add(d)
			return ctx.Err()
		}}}
	return b
}

func (b *bench) run() Report {
	b.t.Helper()
	r, err := b.job.Run(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return r
}

// ids lists the organisations of a delivered file.
func (b *bench) ids(file string) string {
	b.t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		b.t.Fatal(err)
	}
	if strings.Contains(string(raw), "Canary") || strings.Contains(string(raw), apitest.Key) {
		b.t.Error("the file holds a person's name or the key")
	}
	var out []string
	for l := range strings.Lines(string(raw)) {
		var v struct{ LocationID, ProviderID string }
		if err := json.Unmarshal([]byte(l), &v); err != nil {
			b.t.Fatal(err)
		}
		switch {
		case v.LocationID != "":
			out = append(out, v.LocationID)
		case v.ProviderID != "":
			out = append(out, v.ProviderID)
		}
	}
	return strings.Join(out, " ")
}

func TestFirstFetchThenChangesThenEverythingAgain(t *testing.T) {
	b := newBench(t, "Bath and North East Somerset", "1-A", "1-B", "1-C", "1-D", "1-E")
	b.server.PageSize = 2 // three pages, whose addresses have plain spaces
	r := b.run()
	if r.Mode != First || r.Locations != 5 || r.Providers != 5 || b.ids(r.File) != "1-A 1-B 1-C 1-D 1-E P1-A P1-B P1-C P1-D P1-E" {
		t.Fatalf("%+v %s", r, b.ids(r.File))
	}
	if got := filepath.Base(filepath.Dir(r.File)); got != "received=2026-10-01" {
		t.Error(got)
	}
	raw, _ := os.ReadFile(r.File)
	if !strings.Contains(string(raw), `"onspdLatitude":53.5320471`) || !strings.Contains(string(raw), `"personRoles":["Registered Manager"]`) {
		t.Error("digits or roles were lost on the way")
	}

	b.now = b.now.AddDate(0, 0, 1)
	b.server.LowerCase = true // the feed writes ids in small letters
	b.server.Set("location", "1-B", "numberOfBeds", 41, b.now.Add(-time.Hour))
	b.server.Set("location", "1-C", "numberOfBeds", 42, b.now.AddDate(0, 0, -29)) // known late: before the watermark, within the reach-back
	b.server.Set("provider", "P1-D", "name", "Renamed", b.now.Add(-2*time.Hour))
	b.server.Set("location", "1-E", "numberOfBeds", 43, b.now.AddDate(0, 0, -40)) // too long ago
	b.server.Add("Bath and North East Somerset", "1-F")
	b.server.Break(nil)
	r = b.run()
	if r.Mode != Changes || b.ids(r.File) != "1-B 1-C 1-F P1-D P1-F" {
		t.Fatalf("%+v %s", r, b.ids(r.File))
	}
	if n := b.server.Asked("/locations/"); n != 3 {
		t.Errorf("%d locations asked for", n)
	}

	b.now = b.now.AddDate(0, 0, 1)
	b.server.Withdraw("location", "1-A", b.now.Add(-time.Hour))
	r = b.run()
	if !slices.Equal(r.Withdrawn, []string{"location 1-A"}) || strings.Contains(b.ids(r.File), "1-A ") {
		t.Fatalf("%+v %s", r, b.ids(r.File))
	}
	b.now = b.now.AddDate(0, 0, 1)
	b.server.Break(nil)
	b.run()
	if n := b.server.Asked("/locations/1-A"); n != 1 { // it still stands on the area's list, so it is asked for as if it were new
		t.Errorf("the withdrawn location was asked for %d times", n)
	}

	b.now = b.now.AddDate(0, 0, 40)
	r = b.run()
	if r.Mode != Full || r.Locations != 5 || r.Providers != 6 || !slices.Equal(r.Withdrawn, []string{"location 1-A"}) {
		t.Fatalf("%+v", r)
	}
}

func TestNothingNewIsADeliveryToo(t *testing.T) {
	b := newBench(t, "Larkshire", "1-A")
	b.run()
	b.now = b.now.AddDate(0, 0, 1)
	r := b.run()
	if raw, err := os.ReadFile(r.File); err != nil || string(raw) != "{\"total\":0,\"changes\":[]}\n" || r.Locations != 0 {
		t.Errorf("%q %v %+v", raw, err, r)
	}
}

func answer(code int, header, body string) apitest.Fault {
	return func(w http.ResponseWriter, _ *http.Request, n int) bool {
		if n > 2 {
			return false
		}
		if k, v, ok := strings.Cut(header, ": "); ok {
			w.Header().Set(k, v)
		}
		w.WriteHeader(code)
		fmt.Fprint(w, body)
		return true
	}
}

// Each fault of the API that passes: two answers like it, and then the right one.
func TestFaultsThatPass(t *testing.T) {
	for name, f := range map[string]apitest.Fault{
		"too many requests, wait told in seconds": answer(429, "Retry-After: 7", `{"message":"Rate limit is exceeded"}`),
		"too many requests, wait told as a date":  answer(429, "Retry-After: Thu, 01 Oct 2026 06:02:00 GMT", ""),
		"too many requests, no wait told":         answer(429, "", ""),
		"server fault":                            answer(500, "", "<html>Internal Server Error</html>"),
		"bad gateway":                             answer(502, "", ""),
		"gateway timeout":                         answer(504, "", ""),
		"a web page instead of JSON":              answer(200, "Content-Type: text/html", "<html>We'll be right back</html>"),
		"a body cut short":                        answer(200, "", `{"total":1,"locations":[{"locationId":"1-`),
		"the connection breaks": func(w http.ResponseWriter, _ *http.Request, n int) bool {
			if n > 2 {
				return false
			}
			panic(http.ErrAbortHandler)
		},
		"an answer that does not come": func(_ http.ResponseWriter, r *http.Request, n int) bool {
			if n > 2 {
				return false
			}
			<-r.Context().Done() // until the client gives up
			return true
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "Larkshire", "1-A", "1-B")
			b.job.Workers = 1
			if strings.Contains(name, "does not come") {
				b.job.Timeout = time.Second // the other answers must come within it on a busy machine, too
			}
			b.server.Break(f)
			if r := b.run(); r.Locations != 2 || r.Providers != 2 {
				t.Errorf("%+v", r)
			}
			if len(b.slept) == 0 {
				t.Error("nothing was waited for")
			}
			var waited time.Duration
			for _, d := range b.slept {
				waited += d
			}
			if strings.Contains(name, "in seconds") && waited < 14*time.Second {
				t.Errorf("waited %v in all though told to wait 7 s twice", waited)
			}
		})
	}
}

// Each fault that does not pass ends the fetch with words that say what to do, and leaves no file.
func TestFaultsThatStay(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*bench)
		want   string
	}{
		"wrong key":              {func(b *bench) { b.job.Key = "another" }, "refused the subscription key"},
		"no key":                 {func(b *bench) { b.job.Key = "" }, "needs a subscription key"},
		"plain http":             {func(b *bench) { b.job.Base = "http://api.example.org/v1" }, "must be https"},
		"no area":                {func(b *bench) { b.job.Areas = nil }, "names none"},
		"an area in other words": {func(b *bench) { b.job.Areas = []string{"larkshire"} }, "in CQC's own words"},
		"forbidden":              {func(b *bench) { b.server.Break(always(403, "")) }, "User-Agent"},
		"bad request":            {func(b *bench) { b.server.Break(always(400, "")) }, "no retry will change"},
		"down for good":          {func(b *bench) { b.server.Break(always(503, "")) }, "after 6 tries: it answered 503"},
		"an answer without end":  {func(b *bench) { b.job.MaxBody = 1 << 20; b.server.Break(always(200, strings.Repeat(" ", 2<<20))) }, "larger than 1 MiB"},
		"a list that is none":    {func(b *bench) { b.server.Break(always(200, `{"locations":"none"}`)) }, "not what the API describes"},
		"a list in a circle": {func(b *bench) {
			b.server.Break(always(200, `{"total":1,"nextPageUri":"/locations?page=1","locations":[{"locationId":"1-A"}]}`))
		}, "comes back to a page"},
		"a list shorter than it says": {func(b *bench) { b.server.Break(always(200, `{"total":9,"locations":[{"locationId":"1-A"}]}`)) }, "1 of the 9"},
		"a next page elsewhere":       {func(b *bench) { b.server.Break(always(200, `{"nextPageUri":"//evil.example/locations?page=2"}`)) }, "not followed"},
		"a redirect elsewhere": {func(b *bench) {
			b.server.Break(func(w http.ResponseWriter, r *http.Request, _ int) bool {
				http.Redirect(w, r, "https://evil.invalid/", http.StatusFound)
				return true
			})
		}, "not followed"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, "Larkshire", "1-A")
			c.change(b)
			_, err := b.job.Run(t.Context())
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), apitest.Key) {
				t.Errorf("%v", err)
			}
			if found, _ := filepath.Glob(filepath.Join(b.job.Inbox, "*", "*")); len(found) > 0 {
				t.Errorf("left %v", found)
			}
		})
	}
}

func always(code int, body string) apitest.Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ int) bool {
		w.WriteHeader(code)
		fmt.Fprint(w, body)
		return true
	}
}

func TestAnInterruptedFetchGoesOnWhereItStopped(t *testing.T) {
	var ids []string
	for i := range 40 {
		ids = append(ids, fmt.Sprintf("1-%03d", i))
	}
	b := newBench(t, "Larkshire", ids...)
	b.job.Workers = 3
	ctx, stop := context.WithCancel(t.Context())
	var mu sync.Mutex
	served := 0
	b.server.Break(func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		if strings.HasPrefix(r.URL.Path, "/public/v1/locations/") {
			mu.Lock()
			defer mu.Unlock()
			if served++; served == 17 {
				stop()
			}
		}
		return false
	})
	if _, err := b.job.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if found, _ := filepath.Glob(filepath.Join(b.job.Inbox, "*", "*")); len(found) > 0 {
		t.Fatalf("an unfinished fetch left %v", found)
	}
	// The machine went down while a line was being written.
	part, err := os.OpenFile(filepath.Join(b.job.Dir, partFile), os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.WriteString(`{"kind":"location","id":"1-039","body":{"locat`); err != nil {
		t.Fatal(err)
	}
	_ = part.Close()
	b.server.Break(nil)
	b.now = b.now.Add(3 * time.Hour)
	r := b.run()
	if r.Mode != First || r.Locations != 40 || r.Providers != 40 || r.Resumed < 10 {
		t.Fatalf("%+v", r)
	}
	// Requests that were on their way when it broke off may still have arrived after the counting began anew.
	if n, left := b.server.Asked("/locations/"), 40-r.Resumed; n < left || n > left+b.job.Workers {
		t.Errorf("%d locations asked for again, %d were there", n, r.Resumed)
	}
	if b.server.Asked("/locations") != b.server.Asked("/locations/") {
		t.Error("the list was read again")
	}
	if b.server.MostAtOnce() > 3 {
		t.Errorf("%d requests at once", b.server.MostAtOnce())
	}
	var s state
	if raw, err := os.ReadFile(filepath.Join(b.job.Dir, stateFile)); err != nil || json.Unmarshal(raw, &s) != nil || !s.Watermark.Equal(time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)) {
		t.Errorf("the watermark is %v: it must be when the fetch began", s.Watermark)
	}
}

func TestWaits(t *testing.T) {
	now := time.Date(2026, 10, 1, 6, 0, 0, 0, time.UTC)
	for s, want := range map[string]time.Duration{"": 0, "5": 5 * time.Second, " 5 ": 5 * time.Second, "-3": 0, "soon": 0,
		"Thu, 01 Oct 2026 06:00:30 GMT": 30 * time.Second, "Thu, 01 Oct 2026 05:00:30 GMT": 0} {
		if got := retryAfter(s, now); got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
	if backoff(0, 0, 1) != time.Second || backoff(3, 0, 0) != 4*time.Second || backoff(30, 0, 1) != longestBackoff || backoff(1, time.Hour, 0) != longestWait || backoff(1, 9*time.Second, 0) != 9*time.Second {
		t.Error("the waits have changed")
	}
}

func TestDue(t *testing.T) {
	b := newBench(t, "Larkshire", "1-A")
	due := func(want bool) {
		t.Helper()
		if got, err := b.job.Due(24 * time.Hour); err != nil || got != want {
			t.Errorf("due %v, %v", got, err)
		}
	}
	due(true)
	b.run()
	b.now = b.now.Add(22 * time.Hour)
	due(false)
	b.now = b.now.Add(time.Hour)
	due(true)
	b.server.Break(always(503, ""))
	if _, err := b.job.Run(t.Context()); err == nil {
		t.Fatal("a broken API was read")
	}
	due(true)
}

func TestDamagedNotes(t *testing.T) {
	b := newBench(t, "Larkshire", "1-A")
	if err := os.MkdirAll(b.job.Dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(b.job.Dir, stateFile), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.job.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "delete the file") {
		t.Error(err)
	}
}

// As many requests run at once as there are workers, and never one more.
func TestNoMoreRequestsAtOnceThanWorkers(t *testing.T) {
	var ids []string
	for i := range 24 {
		ids = append(ids, fmt.Sprintf("1-%03d", i))
	}
	b := newBench(t, "Larkshire", ids...)
	b.job.Workers = 3
	together := make(chan struct{})
	var mu sync.Mutex
	waiting := 0
	b.server.Break(func(_ http.ResponseWriter, r *http.Request, _ int) bool {
		if !strings.HasPrefix(r.URL.Path, "/public/v1/locations/") {
			return false
		}
		mu.Lock()
		if waiting++; waiting == 3 {
			close(together)
		}
		mu.Unlock()
		select {
		case <-together:
		case <-r.Context().Done():
		}
		return false
	})
	if r := b.run(); r.Locations != 24 || b.server.MostAtOnce() != 3 || len(b.slept) != 0 {
		t.Errorf("%+v, %d at once, waited %v", r, b.server.MostAtOnce(), b.slept)
	}
}

// The server that plays the API answers as the API is documented to.
func TestTheFixtureServerAnswersLikeTheAPI(t *testing.T) {
	s := apitest.New(t, "Larkshire", "1-A", "1-B", "1-C")
	s.PageSize = 2
	ask := func(path, key, agent string) (int, string) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.Base()+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("User-Agent", agent)
		req.Header.Set("Ocp-Apim-Subscription-Key", key)
		resp, err := s.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(raw)
	}
	s.Put("location", "1-D", map[string]any{"locationId": "1-D", "localAuthority": "Larkshire"}, time.Date(2026, 9, 1, 0, 0, 0, 0, time.UTC))
	s.Put("location", "1-D", map[string]any{"locationId": "1-D", "localAuthority": "Larkshire", "numberOfBeds": 9}, time.Date(2026, 9, 2, 0, 0, 0, 0, time.UTC))
	for _, c := range []struct {
		path, key, agent string
		code             int
		has              string
	}{
		{"/locations?localAuthority=Larkshire&page=1&perPage=1000", apitest.Key, "test", 200, `"nextPageUri":"/locations?page=2`},
		{"/locations?localAuthority=Larkshire&page=2&perPage=1000", apitest.Key, "test", 200, `"nextPageUri":null`},
		{"/locations?localAuthority=Larkshire&page=1", apitest.Key, "test", 200, `"total":4`},
		{"/locations?localAuthority=larkshire", apitest.Key, "test", 200, `"total":0`},
		{"/locations/1-D", apitest.Key, "test", 200, `"numberOfBeds":9`},
		{"/locations/1-d", apitest.Key, "test", 400, "bad id"},
		{"/locations/1-Z", apitest.Key, "test", 404, "No location"},
		{"/changes/location?startTimestamp=2026-09-01T00:00:00Z&endTimestamp=2026-09-03T00:00:00Z", apitest.Key, "test", 200, `"changes":["1-D"]`},
		{"/locations/1-D", "another", "test", 401, "invalid subscription key"},
		{"/locations/1-D", apitest.Key, "", 403, "Forbidden"},
	} {
		if code, body := ask(c.path, c.key, c.agent); code != c.code || !strings.Contains(body, c.has) {
			t.Errorf("%s: %d %s", c.path, code, body)
		}
	}
}
