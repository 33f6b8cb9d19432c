package tracing

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	v1 "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"bellwether/internal/config"
)

// fake is a collector that keeps what it is sent.
type fake struct {
	mu    sync.Mutex
	spans []*v1.Span
	auth  string
	path  string
	raw   strings.Builder
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	var req collector.ExportTraceServiceRequest
	if err == nil {
		err = proto.Unmarshal(body, &req)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.auth, f.path = r.Header.Get("Authorization"), r.URL.Path
	f.raw.Write(body)
	for _, rs := range req.GetResourceSpans() {
		for _, ss := range rs.GetScopeSpans() {
			f.spans = append(f.spans, ss.GetSpans()...)
		}
	}
}

func (f *fake) find(name string) *v1.Span {
	for _, s := range f.spans {
		if s.GetName() == name {
			return s
		}
	}
	return nil
}

func value(s *v1.Span, key string) string {
	for _, a := range s.GetAttributes() {
		if a.GetKey() == key {
			return a.GetValue().String()
		}
	}
	return ""
}

func TestSpansReachTheCollector(t *testing.T) {
	f := &fake{}
	srv := httptest.NewServer(f)
	defer srv.Close()
	cfg := config.Default()
	cfg.Dir = t.TempDir()
	cfg.Tracing = config.Tracing{URL: srv.URL, TokenFile: "traces.token"}
	if err := os.Mkdir(filepath.Join(cfg.Dir, "secrets"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(cfg.Dir, "secrets", "traces.token"), []byte("open sesame\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tracer, stop, err := Start(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, run := tracer.Start(t.Context(), "run")
	_, part := tracer.Start(ctx, "publish")
	End(part, &os.PathError{Op: "write", Path: "/secret/place/of/Rosewood", Err: syscall.ENOSPC})
	End(run, nil)
	page := Middleware(tracer, func(*http.Request) string { return "GET /providers/{id}" }, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusBadGateway)
	}))
	page.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/providers/1-12345?name=Rosewood", nil))
	if err := stop(context.WithoutCancel(t.Context())); err != nil {
		t.Fatal(err)
	}
	if f.path != "/v1/traces" || f.auth != "Bearer open sesame" {
		t.Errorf("sent to %s with %q", f.path, f.auth)
	}
	whole, inner, request := f.find("run"), f.find("publish"), f.find("GET /providers/{id}")
	if whole == nil || inner == nil || request == nil {
		t.Fatalf("%v", f.spans)
	}
	if string(inner.GetParentSpanId()) != string(whole.GetSpanId()) || string(inner.GetTraceId()) != string(whole.GetTraceId()) {
		t.Error("the part does not hang on its run")
	}
	if inner.GetStatus().GetMessage() != "no_space" || whole.GetStatus().GetMessage() != "" || value(request, "http.response.status_code") == "" {
		t.Errorf("%v %v", inner, request)
	}
	for _, never := range []string{"Rosewood", "1-12345", "/secret/place"} {
		if strings.Contains(f.raw.String(), never) {
			t.Errorf("the spans hold %s", never)
		}
	}
}

func TestOffDoesNothing(t *testing.T) {
	tracer, stop, err := Start(t.Context(), config.Default())
	if err != nil {
		t.Fatal(err)
	}
	_, span := tracer.Start(t.Context(), "run")
	if span.IsRecording() {
		t.Error("a span is recorded though no collector is configured")
	}
	End(span, errors.New("broken"))
	called := false
	Middleware(tracer, func(*http.Request) string { return "" }, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called = true })).
		ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	if err := stop(t.Context()); err != nil || !called {
		t.Errorf("%v, called %v", err, called)
	}
}

func TestAMissingTokenIsNamed(t *testing.T) {
	cfg := config.Default()
	cfg.Dir = t.TempDir()
	cfg.Tracing = config.Tracing{URL: "https://collector.example", TokenFile: "traces.token"}
	if _, _, err := Start(t.Context(), cfg); err == nil || !strings.Contains(err.Error(), "tracing.token_file") {
		t.Error(err)
	}
}
