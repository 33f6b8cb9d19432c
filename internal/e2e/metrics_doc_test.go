package e2e

import (
	"context"
	"maps"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"bellwether/internal/app"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/warehouse"
	"bellwether/metrics/metricstest"
)

// the endpoints hold no more series than this, however large the council.
const (
	mostOperational = 500
	mostBusiness    = 100
)

// running gives a server over the demonstration, with its registries.
func running(t *testing.T) (*app.App, string) {
	t.Helper()
	cfg, err := config.Load(demo.dir)
	if err != nil {
		t.Fatal(err)
	}
	// The whole allow-list: the catalogue and its bound hold for an instance that uses all of it.
	cfg.Metrics.ListedProviders = someProviders(t, cfg.Path(instance.Snapshots), config.MostListed)
	a, err := app.New(t.Context(), app.Options{Config: cfg, Listen: "127.0.0.1:0", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a, "http://" + a.Addr()
}

// someProviders gives ids of providers of the newest snapshot.
func someProviders(t *testing.T, snapshots string, n int) (ids []string) {
	t.Helper()
	all, err := warehouse.Snapshots(snapshots)
	if err != nil || len(all) == 0 {
		t.Fatalf("%d snapshots, %v", len(all), err)
	}
	snap, err := warehouse.OpenSnapshot(all[0].Path, warehouse.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer snap.Close()
	rows, err := snap.DB().QueryContext(t.Context(), "SELECT provider_id FROM core.provider ORDER BY provider_id LIMIT ?", n)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	if err := rows.Err(); err != nil || len(ids) != n {
		t.Fatalf("%v, %v", ids, err)
	}
	return ids
}

var docRow = regexp.MustCompile("(?m)^\\| `(bellwether_[a-z_]+)` \\| (\\w+) \\| ([a-z_, ]*) \\| (.+) \\|$")

// documented reads a section's table: name to type and labels.
func documented(t *testing.T, heading string) map[string]string {
	t.Helper()
	src, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(src), "\n### "+heading)
	if !ok {
		t.Fatalf("docs/operations.md has no section %q", heading)
	}
	if end := strings.Index(section, "\n##"); end > 0 {
		section = section[:end]
	}
	out := map[string]string{}
	for _, m := range docRow.FindAllStringSubmatch(section, -1) {
		if _, twice := out[m[1]]; twice {
			t.Errorf("%s is documented twice", m[1])
		}
		labels := strings.Split(strings.ReplaceAll(m[3], " ", ""), ",")
		slices.Sort(labels)
		out[m[1]] = m[2] + "(" + strings.Join(labels, ",") + ")"
	}
	return out
}

var descText = regexp.MustCompile(`fqName: "([^"]+)".*constLabels: \{([^}]*)\}, variableLabels: \{([^}]*)\}`)

// existing asks a registry what it describes: every name and label there can be, with or without a series at this moment.
func existing(t *testing.T, reg *prometheus.Registry) map[string]string {
	t.Helper()
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]string{}
	for _, f := range families {
		types[f.GetName()] = strings.ToLower(f.GetType().String())
	}
	ch := make(chan *prometheus.Desc)
	go func() { reg.Describe(ch); close(ch) }()
	out := map[string]string{}
	for d := range ch {
		m := descText.FindStringSubmatch(d.String())
		if m == nil {
			t.Errorf("can't be read: %s", d)
			continue
		}
		var labels []string
		for _, l := range strings.Split(m[2]+","+m[3], ",") {
			if name, _, _ := strings.Cut(l, "="); name != "" {
				labels = append(labels, name)
			}
		}
		slices.Sort(labels)
		kind := types[m[1]]
		if kind == "" {
			kind = "gauge" // a gauge that has no verdict yet has no series; every counter and histogram has one from the start
		}
		out[m[1]] = kind + "(" + strings.Join(labels, ",") + ")"
	}
	return out
}

// TestDocumentationListsExactlyTheMetricsThatExist compares names, types and labels, both ways.
func TestDocumentationListsExactlyTheMetricsThatExist(t *testing.T) {
	a, base := running(t)
	if _, err := http.Get(base + "/sign-in"); err != nil {
		t.Fatal(err)
	}
	operational, business := a.Registries()
	inDocs := documented(t, "Business")
	maps.Copy(inDocs, documented(t, "Providers watched one by one"))
	for heading, c := range map[string]struct {
		documented map[string]string
		reg        *prometheus.Registry
	}{"Operational": {documented(t, "Operational"), operational}, "Business": {inDocs, business}} {
		if d := cmp.Diff(c.documented, existing(t, c.reg)); d != "" {
			t.Errorf("%s: documented (-) and existing (+) differ:\n%s", heading, d)
		}
	}
}

// TestSeriesAreBounded visits every page as somebody who may see it and then counts.
func TestSeriesAreBounded(t *testing.T) {
	a, base := running(t)
	for _, user := range []string{"chair", "commissioner", "admin"} {
		c := signIn(t, base, user)
		for _, path := range []string{"/market", "/market/weeks.csv", "/market/ratings.csv", "/market/levels.csv", "/providers", "/providers.csv", "/providers/1-101", "/flags", "/flags.csv", "/flags/x",
			"/records/concerns", "/records/enquiries", "/records/complaints", "/records/contracts", "/records/locations", "/data", "/data/quarantine", "/rules", "/help",
			"/api/v1/market", "/api/v1/providers", "/api/v1/flags", "/api/v1/sources", "/api/v1/openapi.json", "/nowhere", "/nowhere/else"} {
			get(t, c, base+path)
		}
	}
	operational, business := a.Registries()
	o, b := metricstest.Series(t, operational), metricstest.Series(t, business)
	t.Logf("%d operational series, %d business series", o, b)
	if o > mostOperational || b > mostBusiness {
		t.Errorf("%d operational series (at most %d), %d business series (at most %d)", o, mostOperational, b, mostBusiness)
	}
	if got := metricstest.Value(t, business, "bellwether_listed_providers_unknown"); got != "0" {
		t.Errorf("%q of the listed providers are unknown, so the bound was not tried", got)
	}
	if o < 150 || b < 30 {
		t.Errorf("so few series can't be the whole catalogue")
	}
}
