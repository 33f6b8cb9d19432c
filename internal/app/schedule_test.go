package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bellwether/ingest"
	"bellwether/ingest/sources"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
)

// made gives a new instance and a server over it that has not begun to listen; its schedule is driven by hand.
func made(t *testing.T) (*App, config.Config) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "place")
	var names []string
	for _, src := range sources.All() {
		names = append(names, src.Name)
	}
	if err := instance.Create(dir, instance.Options{Council: "Larkshire", Sources: names}); err != nil {
		t.Fatal(err)
	}
	if err := instance.EnsureKeys(dir); err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	// Each look at the clock is a second later than the last: snapshots are told apart by their time.
	var looks atomic.Int64
	now := func() time.Time {
		return time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC).Add(time.Duration(looks.Add(1)) * time.Second)
	}
	a, err := New(t.Context(), Options{Config: cfg, Listen: "127.0.0.1:0", Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		a.schedule.end()
		if err := a.Stop(t.Context()); err != nil {
			t.Error(err)
		}
	})
	return a, cfg
}

func deliver(t *testing.T, cfg config.Config, source, name, text string) {
	t.Helper()
	dir := cfg.Path(instance.Inbox, source)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func source(t *testing.T, name string) ingest.Source {
	t.Helper()
	for _, src := range sources.All() {
		if src.Name == name {
			return src
		}
	}
	t.Fatalf("there is no source %s", name)
	return ingest.Source{}
}

func getPage(t *testing.T, a *App, path string) (int, string) {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	r.RemoteAddr = "127.0.0.1:50000"
	w := httptest.NewRecorder()
	a.server.Handler.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

const events = "Company Number,Company Name,Event,Event Date,Filing Code\n"

func TestASourceThatFailsStopsNoOther(t *testing.T) {
	a, cfg := made(t)
	if code, _ := getPage(t, a, "/healthz"); code != http.StatusOK {
		t.Errorf("healthz answers %d", code)
	}
	if code, body := getPage(t, a, "/readyz"); code != http.StatusServiceUnavailable || !strings.Contains(body, "no snapshot") {
		t.Errorf("before the first snapshot readyz answers %d %q", code, body)
	}
	deliver(t, cfg, "contracts_ocds", "broken.json", `{"releases": [`)
	deliver(t, cfg, "company_events", "march.csv", events+"99198781,Damsonmere Support Limited,charge_created,2026-01-03,MR01\n")
	a.schedule.look(source(t, "contracts_ocds"))
	a.schedule.look(source(t, "company_events"))

	if code, _ := getPage(t, a, "/readyz"); code != http.StatusOK {
		t.Errorf("after a good delivery readyz answers %d", code)
	}
	all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
	if err != nil || len(all) == 0 {
		t.Fatalf("nothing was published: %v", err)
	}
	code, metrics := getPage(t, a, "/metrics")
	for _, want := range []string{
		`bellwether_schedule_runs_total{source="contracts_ocds"} 1`, `bellwether_schedule_run_failures_total{source="contracts_ocds"} 1`,
		`bellwether_schedule_runs_total{source="company_events"} 1`, `bellwether_schedule_run_failures_total{source="company_events"} 0`,
		`bellwether_schedule_runs_total{source="complaints"} 0`,
		`bellwether_ingest_run_failures_total{source="contracts_ocds"} 1`, `bellwether_ingest_rows_total{source="company_events"} 1`,
	} {
		if code != http.StatusOK || !strings.Contains(metrics, want) {
			t.Errorf("the metrics lack %s; they say:\n%s", want, about(metrics, "company_events"))
		}
	}
	if known := a.schedule.known(); known["contracts_ocds"] == "" || known["company_events"] != "" {
		t.Errorf("what the schedule knows of failures: %v", known)
	}

	// Mended, the source succeeds and its failure is forgotten.
	if err := os.Remove(cfg.Path(instance.Inbox, "contracts_ocds", "broken.json")); err != nil {
		t.Fatal(err)
	}
	a.schedule.look(source(t, "contracts_ocds"))
	if known := a.schedule.known(); len(known) != 0 {
		t.Errorf("the failure is still remembered: %v", known)
	}
}

func TestALookWaitsForWhoeverHoldsTheInstance(t *testing.T) {
	a, cfg := made(t)
	lock, err := instance.Acquire(cfg.Dir, "somebody else", time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	deliver(t, cfg, "company_events", "march.csv", events+"99198781,Damsonmere Support Limited,charge_created,2026-01-03,MR01\n")
	a.schedule.look(source(t, "company_events"))
	if _, metrics := getPage(t, a, "/metrics"); !strings.Contains(metrics, `bellwether_schedule_runs_total{source="company_events"} 0`) {
		t.Error("a look that was left out is counted")
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	a.schedule.look(source(t, "company_events"))
	if code, _ := getPage(t, a, "/readyz"); code != http.StatusOK {
		t.Errorf("the next look did not catch up: readyz answers %d", code)
	}
}

func TestTheTurnOfTheDayPublishesOnceADay(t *testing.T) {
	a, cfg := made(t)
	deliver(t, cfg, "company_events", "march.csv", events+"99198781,Damsonmere Support Limited,charge_created,2026-01-03,MR01\n")
	a.schedule.look(source(t, "company_events"))
	count := func() int {
		all, err := warehouse.Snapshots(cfg.Path(instance.Snapshots))
		if err != nil {
			t.Fatal(err)
		}
		return len(all)
	}
	first := count()
	a.schedule.turnOfDay()
	if n := count(); n != first {
		t.Errorf("the same day was published again: %d snapshots after %d", n, first)
	}
	a.schedule.now = func() time.Time { return time.Date(2026, 10, 2, 0, 30, 0, 0, time.UTC) }
	a.schedule.turnOfDay()
	if n := count(); n != first+1 {
		t.Errorf("the new day was not published: %d snapshots after %d", n, first)
	}
}

func TestMetricsCredential(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	for _, c := range []struct {
		name, from, header, value string
		local, token              int
	}{
		{"this machine", "127.0.0.1:1", "", "", 200, 401},
		{"this machine, six", "[::1]:1", "", "", 200, 401},
		{"through a proxy", "127.0.0.1:1", "X-Forwarded-For", "192.0.2.7", 401, 401},
		{"through another proxy", "127.0.0.1:1", "Forwarded", "for=192.0.2.7", 401, 401},
		{"elsewhere", "192.0.2.7:1", "", "", 401, 401},
		{"elsewhere with it", "192.0.2.7:1", "Authorization", "Bearer secret", 200, 200},
		{"elsewhere with another", "192.0.2.7:1", "Authorization", "Bearer guess", 401, 401},
		{"elsewhere with a part", "192.0.2.7:1", "Authorization", "Bearer secre", 401, 401},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, h := range []struct {
				handler http.Handler
				want    int
			}{{localOr("secret", ok), c.local}, {withToken("secret", ok), c.token}} {
				r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil)
				r.RemoteAddr = c.from
				if c.header != "" {
					r.Header.Set(c.header, c.value)
				}
				w := httptest.NewRecorder()
				h.handler.ServeHTTP(w, r)
				if w.Code != h.want {
					t.Errorf("answers %d, want %d", w.Code, h.want)
				}
			}
		})
	}
}

// about picks the lines of an exposition that speak of one source.
func about(metrics, source string) string {
	var out []string
	for line := range strings.Lines(metrics) {
		if strings.Contains(line, source) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}
