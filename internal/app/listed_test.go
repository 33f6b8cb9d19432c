package app

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/casework/restricted"
	"bellwether/casework/store/memory"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/metrics/metricstest"
)

// A restricted case is in no provider's count, from the moment at which it is hidden.
func TestRestrictedCasesAreInNoProvidersCount(t *testing.T) {
	now := func() time.Time { return time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC) }
	store := memory.New()
	joined, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	desk, err := cases.NewDesk(store, now, joined)
	if err != nil {
		t.Fatal(err)
	}
	hidden, err := restricted.NewBook(t.Context(), store, now)
	if err != nil {
		t.Fatal(err)
	}
	open := func(provider, name string) string {
		c, err := desk.Open(t.Context(), cases.Act{By: "u-sal"}, cases.Opening{ProviderID: provider, ProviderName: name, Stage: "market_management", Reason: "The administrator has written to us."})
		if err != nil {
			t.Fatal(err)
		}
		return c.ID
	}
	quiet := open("p1", "Saltmarsh Care")
	open("p2", "Hilltop Care")
	count := work{desk: desk, hidden: hidden}
	for _, c := range []struct {
		when   string
		before func() error
		p1, p2 int
	}{
		{"open to all", func() error { return nil }, 1, 1},
		{"one restricted", func() error {
			_, err := hidden.Open(t.Context(), restricted.Opening{By: "u-sal", With: "u-ada", Kind: restricted.Kinds[0], CaseID: quiet, Ground: "The police have asked for it."})
			return err
		}, 0, 1},
	} {
		if err := c.before(); err != nil {
			t.Fatal(err)
		}
		got, err := count.OpenByProvider(t.Context())
		if err != nil || got["p1"] != c.p1 || got["p2"] != c.p2 {
			t.Errorf("%s: %v, %v", c.when, got, err)
		}
	}
}

// The list is off unless chosen; chosen, each start says so, without saying who.
func TestAStartWarnsOfListedProviders(t *testing.T) {
	for name, c := range map[string]struct {
		listed []string
		warns  bool
	}{"nobody": {nil, false}, "two": {[]string{"1-101", "1-102"}, true}} {
		t.Run(name, func(t *testing.T) {
			var lines bytes.Buffer
			a, err := preparedLogging(t, config.Metrics{ListedProviders: c.listed}, nil, slog.New(slog.NewTextHandler(&lines, nil)))
			if err != nil {
				t.Fatal(err)
			}
			said := lines.String()
			if got := strings.Contains(said, "level=WARN") && strings.Contains(said, "metrics.listed_providers"); got != c.warns || strings.Contains(said, "1-101") {
				t.Errorf("the start says: %s", said)
			}
			if has := strings.Contains(metricstest.Text(t, a.business), "collector=\"listed\""); has != c.warns {
				t.Errorf("series of listed providers: %v", has)
			}
		})
	}
}

// A reference is the same at every start of one instance, and differs between instances.
func TestReferencesAreOfTheInstanceAlone(t *testing.T) {
	of := func(dir string) string {
		cfg := config.Default()
		cfg.Dir, cfg.Metrics.ListedProviders = dir, []string{"1-101"}
		refs, err := instance.References(cfg)
		if err != nil || len(refs) != 1 {
			t.Fatalf("%v, %v", refs, err)
		}
		return refs["1-101"]
	}
	one, other := t.TempDir(), t.TempDir()
	for _, dir := range []string{one, other} {
		if err := instance.Folders(dir, nil); err != nil {
			t.Fatal(err)
		}
	}
	if a, b, c := of(one), of(one), of(other); a != b || a == c || len(a) != 12 {
		t.Errorf("%s, %s and %s", a, b, c)
	}
}
