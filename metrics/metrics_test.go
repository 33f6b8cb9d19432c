package metrics

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bellwether/internal/warehouse"
	"bellwether/metrics/metricstest"
)

var quiet = slog.New(slog.DiscardHandler)

func operational(t testing.TB, s Snapshots, o Operations) *prometheus.Registry {
	t.Helper()
	reg := prometheus.NewRegistry()
	if err := Operational(reg, s, o, []string{"complaints", "cqc_api"}, fixed, quiet); err != nil {
		t.Fatal(err)
	}
	return reg
}

func business(t testing.TB, s Snapshots, r Reviews) *prometheus.Registry {
	t.Helper()
	reg := prometheus.NewRegistry()
	if err := Business(reg, s, r, Listed{}, fixed, quiet); err != nil {
		t.Fatal(err)
	}
	return reg
}

// changing are metrics that differ from run to run.
var changing = regexp.MustCompile(`(?m)^(# TYPE )?bellwether_(process_|goroutines|build_info|warehouse_size_bytes|engine_memory_bytes).*\n`)

func TestOperationalMetricsOfASnapshot(t *testing.T) {
	text := metricstest.Text(t, operational(t, publish(t, tables()), busy))
	golden(t, "operational.txt", changing.ReplaceAllString(text, ""))
	for _, name := range []string{"build_info", "goroutines", "process_resident_memory_bytes", "process_open_fds", "warehouse_size_bytes", "engine_memory_bytes"} {
		if !strings.Contains(text, "\nbellwether_"+name) {
			t.Errorf("there is no bellwether_%s", name)
		}
	}
}

func TestBusinessMetricsOfASnapshot(t *testing.T) {
	golden(t, "business.txt", metricstest.Text(t, business(t, publish(t, tables()), waits{})))
}

// Before anything was published the operator's own facts are there all the same, and nothing counts as a fault.
func TestBeforeTheFirstSnapshot(t *testing.T) {
	text := metricstest.Text(t, operational(t, follow(t, filepath.Join(t.TempDir(), "none")), ops{}))
	golden(t, "nothing.txt", changing.ReplaceAllString(text, ""))
	if strings.Contains(text, "bellwether_warehouse_verify_ok") {
		t.Error("what was never verified has a verdict")
	}
}

func TestEmptySnapshotHasEveryLevel(t *testing.T) {
	empty := tables()
	for _, name := range []string{"analytics.flag", "analytics.provider_level"} {
		empty[name] = "SELECT * FROM (" + empty[name] + ") WHERE false"
	}
	reg := business(t, publish(t, empty), waits{})
	for series, want := range map[string]string{
		`bellwether_flags_open{level="provider_failure"}`:                           "0",
		`bellwether_flags_oldest_open_timestamp_seconds{level="provider_concern"}`:  "0",
		`bellwether_providers{concern_stage="market_management"}`:                   "0",
		`bellwether_threshold_crossings_total{level="pre_provider_concern"}`:        "0",
		`bellwether_flag_transitions_total{to_state="cleared"}`:                     "0",
		`bellwether_providers_moved{direction="up"}`:                                "0",
		`bellwether_collector_errors{audience="business",collector="flags"}`:        "0",
		`bellwether_flags_unacknowledged{level="pre_provider_concern"}`:             "0",
		`bellwether_flags_oldest_unacknowledged_timestamp_seconds{level="nothing"}`: "",
	} {
		if got := metricstest.Value(t, reg, series); got != want {
			t.Errorf("%s is %q, want %q", series, got, want)
		}
	}
}

// One group that can't be read is counted and logged, and takes no other with it.
func TestAPartThatFailsLeavesTheOthers(t *testing.T) {
	for name, c := range map[string]struct {
		without, collector, still string
		ops                       ops
	}{
		"a table is gone":      {"ops.check_result", "checks", `bellwether_source_expected_interval_seconds{source="cqc_api"}`, busy},
		"the state is damaged": {"", "state", `bellwether_audit_chain_ok`, ops{err: errBroken, audit: Audit{ChainOK: true}}},
	} {
		t.Run(name, func(t *testing.T) {
			less := tables()
			delete(less, c.without)
			log, lines := logged()
			reg := prometheus.NewRegistry()
			if err := Operational(reg, publish(t, less), c.ops, nil, fixed, log); err != nil {
				t.Fatal(err)
			}
			if got := metricstest.Value(t, reg, `bellwether_collector_errors{audience="operational",collector="`+c.collector+`"}`); got != "1" {
				t.Errorf("the failure is counted as %q", got)
			}
			if metricstest.Value(t, reg, c.still) == "" {
				t.Errorf("%s went missing with it", c.still)
			}
			if !strings.Contains(lines.String(), "collector="+c.collector) {
				t.Errorf("not logged: %s", lines)
			}
		})
	}
}

// What a snapshot alone says is read once for it and sent again after that; what could not be read is read at the next scrape.
func TestWhatASnapshotSaysIsReadOnce(t *testing.T) {
	steady, broken := desc("steady", "A part that works."), desc("broken", "A part that fails the first time.")
	reads := map[string]int{}
	one := func(name string, d *prometheus.Desc, fails int) part {
		return part{name: name, fixed: true, descs: []*prometheus.Desc{d}, read: func(_ context.Context, _ *warehouse.Snapshot, out emit) error {
			if reads[name]++; reads[name] <= fails {
				return errBroken
			}
			out(d, prometheus.GaugeValue, float64(reads[name]))
			return nil
		}}
	}
	parts := []part{one("steady", steady, 0), one("broken", broken, 1)}
	for _, snapshots := range []Snapshots{publish(t, tables()), publish(t, tables())} {
		clear(reads)
		reg := prometheus.NewRegistry()
		if err := reg.Register(newCollector(snapshots, fixed, slog.New(slog.DiscardHandler), "operational", parts)); err != nil {
			t.Fatal(err)
		}
		for scrape, want := range []string{"", "2", "2"} {
			if got := metricstest.Value(t, reg, "bellwether_broken"); got != want {
				t.Errorf("at scrape %d the part that failed once is %q", scrape, got)
			}
		}
		if got := metricstest.Value(t, reg, "bellwether_steady"); got != "1" || reads["steady"] != 1 || reads["broken"] != 2 {
			t.Errorf("the steady part is %q; parts were read %v times", got, reads)
		}
	}
}

// A part that hangs is cut off after its time, and the next ones have theirs.
func TestAPartThatHangsLeavesTheOthers(t *testing.T) {
	began, seen := desc("began", "A part before."), desc("seen", "A part after.")
	hangs := func(ctx context.Context, _ *warehouse.Snapshot, _ emit) error {
		<-ctx.Done()
		return ctx.Err()
	}
	says := func(d *prometheus.Desc) func(context.Context, *warehouse.Snapshot, emit) error {
		return func(ctx context.Context, _ *warehouse.Snapshot, out emit) error {
			out(d, prometheus.GaugeValue, 1)
			return ctx.Err()
		}
	}
	c := newCollector(publish(t, tables()), fixed, slog.New(slog.DiscardHandler), "operational",
		[]part{{name: "first", bare: true, read: says(began)}, {name: "hangs", bare: true, read: hangs}, {name: "last", bare: true, read: says(seen)}})
	c.limit = time.Millisecond
	reg := prometheus.NewRegistry()
	if err := reg.Register(c); err != nil {
		t.Fatal(err)
	}
	for series, want := range map[string]string{"bellwether_began": "1", "bellwether_seen": "1",
		`bellwether_collector_errors{audience="operational",collector="hangs"}`: "1", `bellwether_collector_errors{audience="operational",collector="last"}`: "0"} {
		if got := metricstest.Value(t, reg, series); got != want {
			t.Errorf("%s is %q", series, got)
		}
	}
}

func TestReviewsThatCantBeCounted(t *testing.T) {
	reg := business(t, publish(t, tables()), waits{errBroken})
	if got := metricstest.Value(t, reg, `bellwether_collector_errors{audience="business",collector="reviews"}`); got != "1" {
		t.Errorf("the failure is counted as %q", got)
	}
	if got := metricstest.Value(t, reg, `bellwether_flags_open{level="provider_concern"}`); got != "1" {
		t.Errorf("open flags are %q", got)
	}
}

// A snapshot that was published before completeness was worked out is no fault.
func TestOlderSnapshotWithoutCompleteness(t *testing.T) {
	older := tables()
	delete(older, "ops.completeness")
	reg := operational(t, publish(t, older), busy)
	if got := metricstest.Value(t, reg, `bellwether_collector_errors{audience="operational",collector="completeness"}`); got != "0" {
		t.Errorf("counted as a failure: %q", got)
	}
}

func TestAVerificationThatFailed(t *testing.T) {
	bad := busy
	bad.state.VerifyOK, bad.audit.ChainOK = false, false
	reg := operational(t, publish(t, tables()), bad)
	for _, series := range []string{"bellwether_warehouse_verify_ok", "bellwether_audit_chain_ok"} {
		if got := metricstest.Value(t, reg, series); got != "0" {
			t.Errorf("%s is %q", series, got)
		}
	}
}

// labels are all that may ever be a label's name: none of them can hold a provider, a person, a place or free text.
var labels = map[string]bool{"source": true, "reason": true, "check": true, "field_group": true, "route": true, "method": true, "code": true, "kind": true,
	"resource_class": true, "collector": true, "audience": true, "version": true, "revision": true, "goversion": true,
	"reference": true, "folder": true, "engine": true, "level": true, "concern_stage": true, "direction": true, "to_state": true, "ruleset": true, "ruleset_sha": true}

func TestLabelNamesAreAllowed(t *testing.T) {
	f := publish(t, tables())
	for _, reg := range []*prometheus.Registry{operational(t, f, busy), business(t, f, waits{}), listed(t, fixedCases{}, map[string]string{"p1": "aaaa11112222"})} {
		families, err := reg.Gather()
		if err != nil {
			t.Fatal(err)
		}
		for _, family := range families {
			for _, m := range family.GetMetric() {
				for _, l := range m.GetLabel() {
					if !labels[l.GetName()] {
						t.Errorf("%s has the label %s", family.GetName(), l.GetName())
					}
				}
			}
		}
	}
}

// The run's id joins what was counted with logs and pages.
func TestCountersCarryTheRunAsExemplar(t *testing.T) {
	server := httptest.NewServer(promhttp.HandlerFor(operational(t, publish(t, tables()), busy), promhttp.HandlerOpts{EnableOpenMetrics: true}))
	defer server.Close()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if err := resp.Write(&b); err != nil {
		t.Fatal(err)
	}
	if want := `bellwether_ingest_rows_total{source="complaints"} 90.0 # {run_id="run42"} 90.0`; !strings.Contains(b.String(), want) {
		t.Errorf("no line begins %s in:\n%s", want, b.String())
	}
}

// Scrapes at once share one snapshot and don't disturb each other.
func TestParallelScrapes(t *testing.T) {
	f := publish(t, tables())
	op, bus := operational(t, f, busy), business(t, f, waits{})
	var wg sync.WaitGroup
	for range 50 {
		for _, reg := range []*prometheus.Registry{op, bus} {
			wg.Go(func() {
				if _, err := reg.Gather(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	if got := metricstest.Value(t, op, `bellwether_collector_errors{audience="operational",collector="loads"}`); got != "0" {
		t.Errorf("a scrape failed: %q", got)
	}
}

func TestRegisteringTwiceIsRefused(t *testing.T) {
	f := publish(t, tables())
	reg := operational(t, f, busy)
	if err := Operational(reg, f, busy, nil, fixed, quiet); err == nil {
		t.Error("a second registration passed")
	}
	bus := business(t, f, waits{})
	if err := Business(bus, f, waits{}, Listed{}, fixed, quiet); err == nil {
		t.Error("a second registration passed")
	}
}

func TestTimesThatNeverWereAreNought(t *testing.T) {
	for at, want := range map[time.Time]float64{{}: 0, noon: 1773489600, noon.Add(250 * time.Millisecond): 1773489600.25} {
		if got := unix(at); got != want {
			t.Errorf("%v is %v, want %v", at, got, want)
		}
	}
}

var _ Snapshots = (*warehouse.Follower)(nil)
