package metrics

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/metrics/metricstest"
)

type fixedCases struct {
	open map[string]int
	err  error
}

func (f fixedCases) OpenByProvider(context.Context) (map[string]int, error) { return f.open, f.err }

// withProviders is the small snapshot with its three providers by id and name.
func withProviders() map[string]string {
	with := tables()
	with["core.provider"] = `SELECT * FROM (VALUES ('p1', 'Saltmarsh Care'), ('p2', 'Hilltop Care'), ('p3', 'Weir House')) AS t(provider_id, name)`
	with["analytics.provider_level"] = `SELECT *, 'provider_concern' AS level_name, 0 AS previous_level, NULL::DATE AS moved_on
		FROM (VALUES ('p1', 2, 3), ('p2', 0, 0)) AS t(provider_id, level, flags_open)`
	return with
}

func listed(t *testing.T, cases CasesByProvider, refs map[string]string) *prometheus.Registry {
	t.Helper()
	reg := prometheus.NewPedanticRegistry()
	if err := Business(reg, publish(t, withProviders()), waits{}, Listed{refs, cases}, fixed, quiet); err != nil {
		t.Fatal(err)
	}
	return reg
}

// Each listed provider appears under its reference alone; nobody else appears, and one that is not in the snapshot is counted.
func TestListedProvidersAppearUnderTheirReference(t *testing.T) {
	text := metricstest.Text(t, listed(t, fixedCases{open: map[string]int{"p1": 2, "p2": 4}}, map[string]string{"p1": "aaaa11112222", "p3": "bbbb33334444", "gone": "cccc55556666"}))
	golden(t, "listed.txt", onlyListed.ReplaceAllString(text, ""))
	for _, never := range []string{"p1", "p2", "p3", "gone", "Saltmarsh", "Weir", "cccc55556666"} {
		if strings.Contains(text, never) {
			t.Errorf("%q is in the metrics", never)
		}
	}
}

// onlyListed finds what is of no listed provider.
var onlyListed = regexp.MustCompile(`(?m)^(# TYPE )?bellwether_(?:[^l]|l[^i]).*\n`)

func TestNoListNoSeries(t *testing.T) {
	if text := metricstest.Text(t, listed(t, fixedCases{}, nil)); strings.Contains(text, "listed") {
		t.Errorf("series without a list:\n%s", text)
	}
}

// Cases that can't be counted are no cases at all: the provider gets no figure, and the failure is said.
func TestListedProvidersWhoseCasesCantBeCounted(t *testing.T) {
	reg := listed(t, fixedCases{err: errBroken}, map[string]string{"p1": "aaaa11112222"})
	if got := metricstest.Value(t, reg, `bellwether_collector_errors{audience="business",collector="listed"}`); got != "1" {
		t.Errorf("the failure is counted as %q", got)
	}
	if got := metricstest.Value(t, reg, `bellwether_listed_provider_cases_open{reference="aaaa11112222"}`); got != "" {
		t.Errorf("a count of %q in spite of it", got)
	}
}
