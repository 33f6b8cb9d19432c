package sourcehttp

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/metrics/metricstest"
)

// clock moves on by a second at each look.
func clock() func() time.Time {
	at := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	return func() time.Time { at = at.Add(time.Second); return at }
}

func made(t *testing.T, sources ...string) (*Metrics, *prometheus.Registry) {
	t.Helper()
	reg := prometheus.NewRegistry()
	m, err := New(reg, clock(), sources...)
	if err != nil {
		t.Fatal(err)
	}
	return m, reg
}

func counted(code string) string {
	return `bellwether_source_http_requests_total{code="` + code + `",source="cqc_api"}`
}

func TestKnownSourcesStartAtNought(t *testing.T) {
	_, reg := made(t, "cqc_api")
	want := `# TYPE bellwether_source_http_requests_total counter
bellwether_source_http_requests_total{code="200",source="cqc_api"} 0
bellwether_source_http_requests_total{code="429",source="cqc_api"} 0
bellwether_source_http_requests_total{code="none",source="cqc_api"} 0
`
	if got := metricstest.Text(t, reg, "bellwether_source_http_requests_total"); got != want {
		t.Errorf("got:\n%s", got)
	}
	if n := metricstest.Series(t, reg); n != 3+8+2 {
		t.Errorf("%d series", n)
	}
}

func TestAnswersAreCountedByCode(t *testing.T) {
	for status, want := range map[int]string{200: "200", 204: "2xx", 304: "304", 404: "404", 418: "4xx", 429: "429", 503: "503", 599: "5xx"} {
		m, reg := made(t)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
		resp, err := m.Client("cqc_api", server.Client()).Get(server.URL + "/locations/1-1?partnerCode=secret")
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		server.Close()
		if got := metricstest.Value(t, reg, counted(want)); got != "1" {
			t.Errorf("status %d: counted %q under %s", status, got, want)
		}
	}
}

type refuses struct{}

func (refuses) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, errors.New("connection refused")
}

func TestNoAnswerIsCountedAndPassedOn(t *testing.T) {
	m, reg := made(t)
	_, err := m.Client("cqc_api", &http.Client{Transport: refuses{}}).Get("http://127.0.0.1:1/")
	if err == nil || !strings.Contains(err.Error(), "connection refused") {
		t.Errorf("got %v", err)
	}
	for series, want := range map[string]string{
		counted(Failed): "1",
		`bellwether_source_http_request_duration_seconds_count{source="cqc_api"}`: "1",
		`bellwether_source_http_request_duration_seconds_sum{source="cqc_api"}`:   "1",
	} {
		if got := metricstest.Value(t, reg, series); got != want {
			t.Errorf("%s is %q, want %q", series, got, want)
		}
	}
}

// strange answers with a code outside every class.
type strange struct{ code int }

func (s strange) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: s.code, Body: io.NopCloser(strings.NewReader(""))}, nil
}

// A hostile server can't make series at will: however many codes it invents, few are counted by name.
func TestCodesAreBounded(t *testing.T) {
	m, reg := made(t)
	for c := range 1000 {
		resp, err := m.Client("cqc_api", &http.Client{Transport: strange{c}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}).Get("http://example.test/")
		if err == nil {
			resp.Body.Close()
		}
	}
	if n := strings.Count(metricstest.Text(t, reg, "bellwether_source_http_requests_total"), "{"); n > len(codes)+6 {
		t.Errorf("%d series", n)
	}
}

func TestWithoutMetricsAClientWorksAllTheSame(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	defer server.Close()
	var m *Metrics
	for _, base := range []*http.Client{nil, server.Client()} {
		resp, err := m.Client("cqc_api", base).Get(server.URL)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
	}
}

func TestTheBaseClientIsLeftAsItIs(t *testing.T) {
	m, _ := made(t)
	base := &http.Client{Timeout: time.Second}
	c := m.Client("cqc_api", base)
	if base.Transport != nil || c.Timeout != time.Second || c == base {
		t.Error("the client that was given has been changed")
	}
}

func TestRegisteringTwiceIsAnError(t *testing.T) {
	_, reg := made(t)
	if _, err := New(reg, clock()); err == nil {
		t.Error("a second registration passed")
	}
}
