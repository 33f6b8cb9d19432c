package metrics

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/internal/warehouse"
)

// Snapshots hands out the snapshot in force; warehouse.Follower does.
type Snapshots interface {
	Acquire(ctx context.Context) (*warehouse.Snapshot, func(), error)
}

var _ Snapshots = (*warehouse.Follower)(nil)

// scrapeLimit keeps a slow question from outliving a scrape (Prometheus gives up after ten seconds).
const scrapeLimit = 8 * time.Second

// emit sends one metric of the current scrape.
type emit func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string)

// part is one group of metrics read together; a part that fails is counted and leaves the others as they are.
type part struct {
	name  string
	descs []*prometheus.Desc
	read  func(ctx context.Context, snap *warehouse.Snapshot, out emit) error
}

// collector makes its metrics anew on each scrape, so that a label that vanished from the data vanishes from the metrics too.
type collector struct {
	snapshots Snapshots
	parts     []part
	now       func() time.Time
	log       *slog.Logger
	duration  *prometheus.Desc
	failures  *prometheus.Desc
}

func newCollector(s Snapshots, now func() time.Time, log *slog.Logger, audience string, parts []part) *collector {
	constant := prometheus.Labels{"audience": audience}
	return &collector{snapshots: s, parts: parts, now: now, log: log,
		duration: prometheus.NewDesc("bellwether_collector_duration_seconds", "How long reading this group of metrics took at this scrape.", []string{"collector"}, constant),
		failures: prometheus.NewDesc("bellwether_collector_errors", "1 if this group of metrics could not be read at this scrape, 0 if it could.", []string{"collector"}, constant)}
}

var _ prometheus.Collector = (*collector)(nil)

// Describe implements prometheus.Collector.
func (c *collector) Describe(ch chan<- *prometheus.Desc) {
	ch <- c.duration
	ch <- c.failures
	for _, p := range c.parts {
		for _, d := range p.descs {
			ch <- d
		}
	}
}

// Collect implements prometheus.Collector.
func (c *collector) Collect(ch chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapeLimit)
	defer cancel()
	out := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		ch <- prometheus.MustNewConstMetric(desc, kind, value, labels...)
	}
	snap, release, err := c.snapshots.Acquire(ctx)
	if err == nil {
		defer release()
	}
	for _, p := range c.parts {
		began := c.now()
		failed := 0.0
		partErr := err
		if snap != nil && err == nil {
			partErr = p.read(ctx, snap, out)
		}
		if partErr != nil {
			failed = 1
			if errors.Is(partErr, warehouse.ErrNoSnapshot) {
				failed = 0 // nothing has been published yet, which is no fault
			} else {
				c.log.Error("metrics could not be read", "collector", p.name, "error", partErr.Error())
			}
		}
		out(c.duration, prometheus.GaugeValue, c.now().Sub(began).Seconds(), p.name)
		out(c.failures, prometheus.GaugeValue, failed, p.name)
	}
}

// each runs fn over the rows of a query.
func each(ctx context.Context, snap *warehouse.Snapshot, query string, fn func(*sql.Rows) error) error {
	rows, err := snap.DB().QueryContext(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := fn(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// seconds is a time as Prometheus writes it; a time that never was is 0.
func seconds(t sql.NullTime) float64 {
	if !t.Valid || t.Time.IsZero() {
		return 0
	}
	return float64(t.Time.UnixMilli()) / 1000
}
