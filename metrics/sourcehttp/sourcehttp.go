// Package sourcehttp counts and times the requests that the feeds read over HTTP make, whoever makes them: a feed's client is handed an
// http.Client from here and needs to know nothing of metrics. Addresses never become labels.
package sourcehttp

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics counts the requests of all feeds.
type Metrics struct {
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	now       func() time.Time
}

// Failed is the value of the label "code" for a request that got no answer at all.
const Failed = "none"

// codes that are counted by name; any other is counted by its class, such as 5xx, so that no server can make series at will.
var codes = []int{200, 206, 301, 302, 304, 400, 401, 403, 404, 408, 410, 413, 422, 429, 500, 502, 503, 504}

// New makes the metrics and starts them at nought for the feeds that are read over HTTP.
func New(reg prometheus.Registerer, now func() time.Time, sources ...string) (*Metrics, error) {
	m := &Metrics{now: now,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bellwether_source_http_requests_total",
			Help: "Requests made to a source by this process, by status code; none if there was no answer."}, []string{"source", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "bellwether_source_http_request_duration_seconds",
			Help: "Time until a source's answer began, by source.", Buckets: []float64{.1, .5, 1, 2.5, 5, 10, 30}}, []string{"source"}),
	}
	for _, s := range sources {
		m.requests.WithLabelValues(s, "200")
		m.requests.WithLabelValues(s, "429")
		m.requests.WithLabelValues(s, Failed)
		m.durations.WithLabelValues(s)
	}
	for _, c := range []prometheus.Collector{m.requests, m.durations} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// Client gives a copy of base whose requests are counted under the source's name; a nil base is http.Client's zero value. Nil metrics
// count nothing, so that the command line may use the same code.
func (m *Metrics) Client(source string, base *http.Client) *http.Client {
	if m == nil {
		return Client(source, base, nil, nil)
	}
	return Client(source, base, m.now, m.Requested)
}

// Requested counts one request, by whichever process it was made.
func (m *Metrics) Requested(source, code string, took time.Duration) {
	m.durations.WithLabelValues(source).Observe(took.Seconds())
	m.requests.WithLabelValues(source, code).Inc()
}

// Client gives a copy of base each of whose requests is told, with the time until its answer began; nil tells nobody.
func Client(source string, base *http.Client, now func() time.Time, told func(source, code string, took time.Duration)) *http.Client {
	var c http.Client
	if base != nil {
		c = *base
	}
	if told == nil {
		return &c
	}
	next := c.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	c.Transport = &transport{told: told, now: now, source: source, next: next}
	return &c
}

type transport struct {
	told   func(source, code string, took time.Duration)
	now    func() time.Time
	source string
	next   http.RoundTripper
}

var _ http.RoundTripper = (*transport)(nil)

// RoundTrip implements http.RoundTripper. Every attempt counts, also those that are repeated or redirected.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	began := t.now()
	resp, err := t.next.RoundTrip(r)
	t.told(t.source, code(resp, err), t.now().Sub(began))
	return resp, err
}

func code(resp *http.Response, err error) string {
	if err != nil || resp == nil {
		return Failed
	}
	for _, c := range codes {
		if resp.StatusCode == c {
			return strconv.Itoa(c)
		}
	}
	if class := resp.StatusCode / 100; class >= 1 && class <= 5 {
		return strconv.Itoa(class) + "xx"
	}
	return "other"
}
