package metrics

import (
	"runtime"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"bellwether/internal/version"
)

// process registers what the program says of itself: its version, its goroutines, and what the operating system knows of it. The
// engine's memory lies outside Go's heap, so the resident size is the number to watch.
func process(reg prometheus.Registerer) error {
	v := version.Get()
	build := prometheus.NewGauge(prometheus.GaugeOpts{Name: "bellwether_build_info", Help: "The running program; always 1.",
		ConstLabels: prometheus.Labels{"version": v.Version, "revision": v.Revision, "goversion": v.Go}})
	build.Set(1)
	goroutines := prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "bellwether_goroutines", Help: "Goroutines at this moment."},
		func() float64 { return float64(runtime.NumGoroutine()) })
	for _, c := range []prometheus.Collector{build, goroutines, collectors.NewProcessCollector(collectors.ProcessCollectorOpts{Namespace: "bellwether"})} {
		if err := reg.Register(c); err != nil {
			return err
		}
	}
	return nil
}
