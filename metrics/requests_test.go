package metrics

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"bellwether/metrics/metricstest"
)

func requests(t *testing.T) (*Requests, *prometheus.Registry) {
	t.Helper()
	at := noon
	reg := prometheus.NewRegistry()
	r, err := NewRequests(reg, func() time.Time { at = at.Add(30 * time.Millisecond); return at })
	if err != nil {
		t.Fatal(err)
	}
	return r, reg
}

func TestRequestsAreCountedByRouteAndNeverByPath(t *testing.T) {
	r, reg := requests(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /providers/{id}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNotFound) })
	mux.HandleFunc("POST /reviews/{id}", func(w http.ResponseWriter, q *http.Request) { http.Redirect(w, q, "/", http.StatusSeeOther) })
	mux.HandleFunc("GET /flags.csv", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("a")) })
	handler := r.Middleware(func(q *http.Request) string { _, p := mux.Handler(q); return p }, mux)
	for _, target := range []string{"GET /providers/1-101", "GET /providers/1-102", "POST /reviews/9", "GET /flags.csv", "GET /nowhere/at/all", "BREW /providers/1-101"} {
		method, path, _ := strings.Cut(target, " ")
		handler.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, path, nil))
	}
	text := metricstest.Text(t, reg)
	for _, want := range []string{
		`bellwether_http_requests_total{code="404",method="GET",route="GET /providers/{id}"} 2`,
		`bellwether_http_requests_total{code="303",method="POST",route="POST /reviews/{id}"} 1`,
		`bellwether_http_requests_total{code="200",method="GET",route="GET /flags.csv"} 1`,
		`bellwether_http_requests_total{code="404",method="GET",route="unmatched"} 1`,
		`bellwether_http_requests_total{code="405",method="other",route="unmatched"} 1`,
		`bellwether_http_requests_total{code="500",method="GET",route="unmatched"} 0`,
		`bellwether_http_request_duration_seconds_count{kind="page"} 2`,
		`bellwether_http_request_duration_seconds_count{kind="change"} 1`,
		`bellwether_http_request_duration_seconds_count{kind="export"} 1`,
		`bellwether_http_request_duration_seconds_count{kind="other"} 2`,
		`bellwether_http_request_duration_seconds_bucket{kind="page",le="0.1"} 2`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("lacks %s", want)
		}
	}
	if strings.Contains(text, "1-101") || strings.Contains(text, "nowhere") {
		t.Errorf("a path became a label:\n%s", text)
	}
	if t.Failed() {
		t.Log(text)
	}
}

func TestKinds(t *testing.T) {
	for route, want := range map[string]string{
		"GET /market": "page", "GET /providers/{id}": "page", "GET /providers/{id}/weeks.csv": "export", "POST /sign-in": "sign_in", "GET /sign-in": "sign_in",
		"POST /flags/{id}/review": "change", "GET /api/v1/flags": "api", "GET /static/": "static", "unmatched": "other", "": "other", "GET /packs/{id}.pdf": "export",
	} {
		if got := kindOf(route); got != want {
			t.Errorf("%q is %q, want %q", route, got, want)
		}
	}
}

func TestSignInsDenialsAndAudit(t *testing.T) {
	r, reg := requests(t)
	r.SignIn(true)
	r.SignIn(false)
	r.Denied("C")
	r.Denied("a class that does not exist")
	r.Audited()
	for series, want := range map[string]string{
		"bellwether_auth_attempts_total":                         "2",
		"bellwether_auth_failures_total":                         "1",
		`bellwether_authz_denials_total{resource_class="A"}`:     "0",
		`bellwether_authz_denials_total{resource_class="C"}`:     "1",
		"bellwether_audit_entries_total":                         "1",
		`bellwether_authz_denials_total{resource_class="other"}`: "",
	} {
		if got := metricstest.Value(t, reg, series); got != want {
			t.Errorf("%s is %q, want %q", series, got, want)
		}
	}
	if _, err := NewRequests(reg, fixed); err == nil {
		t.Error("a second registration passed")
	}
}

// A handler that needs the real writer, to flush or to set a deadline, reaches it.
func TestTheRealWriterIsReached(t *testing.T) {
	r, _ := requests(t)
	server := httptest.NewServer(r.Middleware(func(*http.Request) string { return "GET /" }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
	})))
	defer server.Close()
	resp, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}
