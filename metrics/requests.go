package metrics

import (
	"net/http"
	pathpkg "path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Requests counts what the server does, by route pattern and never by path.
type Requests struct {
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	attempts  prometheus.Counter
	failures  prometheus.Counter
	denials   *prometheus.CounterVec
	audit     prometheus.Counter
	now       func() time.Time
}

// NewRequests makes and registers the counters.
func NewRequests(reg prometheus.Registerer, now func() time.Time) (*Requests, error) {
	r := &Requests{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bellwether_http_requests_total", Help: "Requests answered, by route, method and status code."}, []string{"route", "method", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "bellwether_http_request_duration_seconds", Help: "Time to answer, by kind of request: page, change, export, api, static, sign_in or other.",
			Buckets: []float64{.1, .5, 1, 2.5}}, []string{"kind"}),
		attempts: prometheus.NewCounter(prometheus.CounterOpts{Name: "bellwether_auth_attempts_total", Help: "Attempts to sign in."}),
		failures: prometheus.NewCounter(prometheus.CounterOpts{Name: "bellwether_auth_failures_total", Help: "Attempts to sign in that failed."}),
		denials:  prometheus.NewCounterVec(prometheus.CounterOpts{Name: "bellwether_authz_denials_total", Help: "Requests refused to a signed-in user, by class of data (A aggregate, B provider, C case, D identified)."}, []string{"resource_class"}),
		audit:    prometheus.NewCounter(prometheus.CounterOpts{Name: "bellwether_audit_entries_total", Help: "Entries written to the audit by this process."}),
		now:      now,
	}
	for _, class := range []string{"A", "B", "C", "D"} {
		r.denials.WithLabelValues(class)
	}
	for _, k := range kinds {
		r.durations.WithLabelValues(k)
	}
	for _, code := range []string{"404", "500"} {
		r.requests.WithLabelValues(unmatched, http.MethodGet, code)
	}
	for _, c := range []prometheus.Collector{r.requests, r.durations, r.attempts, r.failures, r.denials, r.audit} {
		if err := reg.Register(c); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// SignIn counts one attempt.
func (r *Requests) SignIn(ok bool) {
	r.attempts.Inc()
	if !ok {
		r.failures.Inc()
	}
}

// Denied counts one refusal.
func (r *Requests) Denied(class string) {
	switch class {
	case "A", "B", "C", "D":
		r.denials.WithLabelValues(class).Inc()
	}
}

// Audited counts one audit entry.
func (r *Requests) Audited() { r.audit.Inc() }

// methods that are counted by name; anything else a client may invent is "other".
var methods = map[string]bool{http.MethodGet: true, http.MethodHead: true, http.MethodPost: true}

// unmatched is the route of requests that no route takes.
const unmatched = "unmatched"

// kinds of request that are timed apart. Each route on its own would be a dozen series, and there are many routes.
var kinds = []string{"page", "change", "export", "api", "static", "sign_in", "other"}

// kindOf sorts a route pattern, such as "GET /providers/{id}".
func kindOf(route string) string {
	method, path, ok := strings.Cut(route, " ")
	switch {
	case !ok:
		return "other"
	case strings.HasPrefix(path, "/static/"):
		return "static"
	case strings.HasPrefix(path, "/api/"):
		return "api"
	case strings.HasPrefix(path, "/sign-"):
		return "sign_in"
	case method != http.MethodGet:
		return "change"
	case slices.Contains(exports, pathpkg.Ext(path)):
		return "export"
	default:
		return "page"
	}
}

// exports are what a file that is taken away ends in.
var exports = []string{".csv", ".xlsx", ".pdf", ".svg", ".zip", ".ods"}

// Middleware counts requests by their route, which the caller knows how to find; never by their path.
func (r *Requests) Middleware(route func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		began := r.now()
		rec := &recorder{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(rec, req)
		name := route(req)
		if name == "" || name == "/" {
			name = unmatched
		}
		method := req.Method
		if !methods[method] {
			method = "other"
		}
		r.requests.WithLabelValues(name, method, strconv.Itoa(rec.code)).Inc()
		r.durations.WithLabelValues(kindOf(name)).Observe(r.now().Sub(began).Seconds())
	})
}

type recorder struct {
	http.ResponseWriter
	code int
}

// WriteHeader remembers the status code.
func (r *recorder) WriteHeader(code int) {
	r.code = code
	r.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the real writer.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }
