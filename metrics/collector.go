package metrics

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/internal/warehouse"
)

// Snapshots hands out the snapshot in force; warehouse.Follower does.
type Snapshots interface {
	Acquire(ctx context.Context) (*warehouse.Snapshot, func(), error)
}

var _ Snapshots = (*warehouse.Follower)(nil)

//go:embed sql/run_id.sql
var runIDSQL string

// scrapeLimit keeps a slow question from outliving a scrape (Prometheus gives up after ten seconds).
const scrapeLimit = 8 * time.Second

// partLimit keeps one group that hangs, such as one that asks a database which is cut off, from costing the others their turn.
const partLimit = 3 * time.Second

// emit sends one metric of the current scrape.
type emit func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string)

// run is the run that made the snapshot in force; its id is the exemplar of what it counted, and joins metrics, logs and pages.
type run struct {
	id string
	at time.Time
}

// part is one group of metrics read together; a part that fails is counted and leaves the others as they are.
type part struct {
	name string
	bare bool // reads nothing from a snapshot, and so works before there is one
	// fixed says that it reads nothing but the snapshot. That never changes, so it is read once for each and sent from memory after that: a
	// scrape must not wait behind the readers of pages.
	fixed bool
	descs []*prometheus.Desc
	read  func(ctx context.Context, snap *warehouse.Snapshot, out emit) error
}

// collector makes its metrics anew on each scrape, so that a label that vanished from the data vanishes from the metrics too.
type collector struct {
	snapshots Snapshots
	parts     []part
	limit     time.Duration // for each part
	now       func() time.Time
	log       *slog.Logger
	duration  *prometheus.Desc
	failures  *prometheus.Desc
}

func newCollector(s Snapshots, now func() time.Time, log *slog.Logger, audience string, parts []part) *collector {
	constant := prometheus.Labels{"audience": audience}
	return &collector{snapshots: s, parts: parts, limit: partLimit, now: now, log: log,
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
	var made run
	out := func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		m := prometheus.MustNewConstMetric(desc, kind, value, labels...)
		if kind == prometheus.CounterValue && made.id != "" {
			m = withRun(m, value, made)
		}
		ch <- m
	}
	snap, release, err := c.snapshots.Acquire(ctx)
	if err == nil {
		defer release()
	}
	for _, p := range c.parts {
		ctx, cancel := context.WithTimeout(ctx, c.limit)
		began := c.now()
		partErr := err
		made = run{}
		switch {
		case p.bare:
			partErr = p.read(ctx, nil, out)
		case err == nil:
			if made, partErr = madeBy(ctx, snap); partErr == nil {
				partErr = p.of(ctx, snap, out)
			}
		case errors.Is(err, warehouse.ErrNoSnapshot):
			partErr = nil // nothing has been published yet, which is no fault
		}
		cancel()
		if partErr != nil {
			c.log.Error("metrics could not be read", "collector", p.name, "error", partErr.Error())
		}
		out(c.duration, prometheus.GaugeValue, c.now().Sub(began).Seconds(), p.name)
		out(c.failures, prometheus.GaugeValue, truth(partErr != nil), p.name)
	}
}

// once is what was read from one snapshot and holds for as long as it is open.
type once[T any] struct {
	mu   sync.Mutex
	have bool
	is   T
}

// beside gives what was read from a snapshot before under a key, or reads it. What could not be read is read again.
func beside[T any](snap *warehouse.Snapshot, key any, read func() (T, error)) (T, error) {
	kept := snap.Beside(key, func() any { return new(once[T]) }).(*once[T])
	kept.mu.Lock()
	defer kept.mu.Unlock()
	if kept.have {
		return kept.is, nil
	}
	is, err := read()
	if err == nil {
		kept.have, kept.is = true, is
	}
	return is, err
}

type runKey struct{}

func madeBy(ctx context.Context, snap *warehouse.Snapshot) (run, error) {
	return beside(snap, runKey{}, func() (r run, err error) {
		return r, snap.DB().QueryRowContext(ctx, runIDSQL).Scan(&r.id, &r.at)
	})
}

// sample is one metric as a part emits it.
type sample struct {
	desc   *prometheus.Desc
	kind   prometheus.ValueType
	value  float64
	labels []string
}

// of emits what the part says of a snapshot.
func (p part) of(ctx context.Context, snap *warehouse.Snapshot, out emit) error {
	if !p.fixed {
		return p.read(ctx, snap, out)
	}
	type fixedKey struct{ first *prometheus.Desc } // one for each registered part
	all, err := beside(snap, fixedKey{p.descs[0]}, func() (all []sample, err error) {
		err = p.read(ctx, snap, func(desc *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
			all = append(all, sample{desc, kind, value, labels})
		})
		return all, err
	})
	for _, s := range all {
		out(s.desc, s.kind, s.value, s.labels...)
	}
	return err
}

// withRun adds the run's id as an exemplar, for scrapers that ask for OpenMetrics.
func withRun(m prometheus.Metric, value float64, r run) prometheus.Metric {
	e, err := prometheus.NewMetricWithExemplars(m, prometheus.Exemplar{Value: value, Labels: prometheus.Labels{"run_id": r.id}, Timestamp: r.at})
	if err != nil {
		return m
	}
	return e
}

// each runs fn over the rows of a query.
func each(ctx context.Context, snap *warehouse.Snapshot, query string, fn func(*sql.Rows) error, args ...any) error {
	rows, err := snap.DB().QueryContext(ctx, query, args...)
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

// series gives one sample for each row of a query, whose last column is the value and whose others are the labels of d in their order.
func series(ctx context.Context, snap *warehouse.Snapshot, out emit, d *prometheus.Desc, kind prometheus.ValueType, query string) error {
	return each(ctx, snap, query, func(rows *sql.Rows) error {
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		var value float64
		labels := make([]string, len(names)-1)
		into := make([]any, 0, len(names))
		for i := range labels {
			into = append(into, &labels[i])
		}
		if err := rows.Scan(append(into, &value)...); err != nil {
			return err
		}
		out(d, kind, value, labels...)
		return nil
	})
}

// seconds is a time as Prometheus writes it; a time that never was is 0.
func seconds(t sql.NullTime) float64 {
	if !t.Valid || t.Time.IsZero() {
		return 0
	}
	return float64(t.Time.UnixMilli()) / 1000
}
