package metricstest

import (
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

func TestReadingBack(t *testing.T) {
	reg := prometheus.NewRegistry()
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "seen_total", Help: "Seen."}, []string{"what"})
	h := prometheus.NewHistogram(prometheus.HistogramOpts{Name: "took_seconds", Help: "Took.", Buckets: []float64{1, 2}})
	reg.MustRegister(c, h)
	c.WithLabelValues("owl").Add(3)
	h.Observe(1.5)
	if got, want := Text(t, reg, "seen_total"), "# TYPE seen_total counter\nseen_total{what=\"owl\"} 3\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if n := Series(t, reg); n != 6 { // the counter; two buckets and the endless one; sum and count
		t.Errorf("%d series:\n%s", n, Text(t, reg))
	}
	for series, want := range map[string]string{`seen_total{what="owl"}`: "3", "took_seconds_sum": "1.5", `seen_total{what="cat"}`: ""} {
		if got := Value(t, reg, series); got != want {
			t.Errorf("%s is %q, want %q", series, got, want)
		}
	}
}
