// Package metricstest reads registries back in tests, in the text that a scraper sees.
package metricstest

import (
	"bytes"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"
)

// Text gathers the named metrics (all if none is named) as Prometheus's text format, without HELP lines.
func Text(t testing.TB, g prometheus.Gatherer, names ...string) string {
	t.Helper()
	families, err := g.Gather()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	for _, f := range families {
		if len(names) > 0 && !contains(names, f.GetName()) {
			continue
		}
		if _, err := expfmt.MetricFamilyToText(&b, f); err != nil {
			t.Fatal(err)
		}
	}
	var out []string
	for line := range strings.Lines(b.String()) {
		if !strings.HasPrefix(line, "# HELP ") {
			out = append(out, line)
		}
	}
	return strings.Join(out, "")
}

// Series counts the series of a registry as a scraper stores them: a histogram has one for each bucket, its sum and its count.
func Series(t testing.TB, g prometheus.Gatherer) int {
	t.Helper()
	n := 0
	for line := range strings.Lines(Text(t, g)) {
		if !strings.HasPrefix(line, "#") {
			n++
		}
	}
	return n
}

// Value gives the value of one series, as the text has it; "" if there is no such series.
func Value(t testing.TB, g prometheus.Gatherer, series string) string {
	t.Helper()
	for line := range strings.Lines(Text(t, g)) {
		if rest, ok := strings.CutPrefix(line, series+" "); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func contains(all []string, s string) bool {
	for _, a := range all {
		if a == s {
			return true
		}
	}
	return false
}
