package app

import (
	"github.com/prometheus/client_golang/prometheus"

	"bellwether/dashboard/read"
)

// askedMetrics counts what pages ask of snapshots: how much of it is answered without the database shows whether keeping answers (decision
// 10) earns its memory, and a share that falls explains pages that became slow.
func askedMetrics(reg prometheus.Registerer, counts *read.Tally) error {
	for _, c := range []prometheus.Collector{
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "bellwether_page_questions_total", Help: "Questions that pages asked of a snapshot, of those whose answers may be kept."},
			func() float64 { return float64(counts.Asked()) }),
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "bellwether_page_questions_kept_total", Help: "Of them, those that were answered without asking the database again."},
			func() float64 { return float64(counts.Kept()) }),
	} {
		if err := reg.Register(c); err != nil {
			return err
		}
	}
	return nil
}
