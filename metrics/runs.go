package metrics

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/internal/lake"
	"bellwether/internal/trouble"
	"bellwether/internal/warehouse"
)

// runsPart reports what became of runs and of the publications to the council's own engines, of which one that was
// never tried has no series. A verb's run is another process, so the count is read from where the pipeline writes it.
func runsPart(ops Operations) part {
	failures := desc("run_failures_total", "Runs that failed, by reason, over the life of the instance.", "reason")
	success := desc("run_last_success_timestamp_seconds", "When a run last published, as Unix time; 0 if none did.")
	marts := desc("marts_last_success_timestamp_seconds", "When the marts were last published to this engine, as Unix time; 0 if never.", "engine")
	failing := desc("marts_failing", "1 if the newest attempt to publish the marts to this engine failed.", "engine")
	return part{name: "runs", bare: true, descs: []*prometheus.Desc{failures, success, marts, failing}, read: func(ctx context.Context, _ *warehouse.Snapshot, out emit) error {
		s, err := ops.State(ctx)
		if err != nil {
			return err
		}
		for _, reason := range trouble.Reasons() {
			out(failures, prometheus.CounterValue, float64(s.RunFailures[reason]), reason)
		}
		out(success, prometheus.GaugeValue, unix(s.RunSuccessAt))
		for _, engine := range lake.Engines() {
			if _, tried := s.Marts[engine]; !tried {
				continue
			}
			out(marts, prometheus.GaugeValue, unix(s.Marts[engine].LastSuccess), engine)
			out(failing, prometheus.GaugeValue, truth(s.Marts[engine].Failing), engine)
		}
		return nil
	}}
}

func disksPart(ops Operations) part {
	free := desc("disk_free_bytes", "Room left on the disk of this folder of the instance.", "folder")
	size := desc("disk_size_bytes", "Size of the disk of this folder of the instance.", "folder")
	return part{name: "disks", bare: true, descs: []*prometheus.Desc{free, size}, read: func(ctx context.Context, _ *warehouse.Snapshot, out emit) error {
		all, err := ops.Disks(ctx)
		if err != nil {
			return err
		}
		for folder, d := range all {
			out(free, prometheus.GaugeValue, d.Free, folder)
			out(size, prometheus.GaugeValue, d.Size, folder)
		}
		return nil
	}}
}
