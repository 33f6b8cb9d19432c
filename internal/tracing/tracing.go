// Package tracing sends what a run and a request did, and how long each part took, to a collector of OpenTelemetry traces, when one is
// configured. Spans carry run ids, snapshot ids, stages, route patterns and status codes; never a path, a name or a text.
package tracing

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
	"go.opentelemetry.io/otel/trace/noop"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/trouble"
	"bellwether/internal/version"
)

const scope = "bellwether"

// Off is a tracer that does nothing.
func Off() trace.Tracer { return noop.NewTracerProvider().Tracer(scope) }

// Start gives a tracer and what stops it, sending what is still held. Without an address it is Off.
func Start(ctx context.Context, cfg config.Config) (trace.Tracer, func(context.Context) error, error) {
	t := cfg.Tracing
	if t.URL == "" {
		return Off(), func(context.Context) error { return nil }, nil
	}
	options := []otlptracehttp.Option{otlptracehttp.WithEndpointURL(strings.TrimSuffix(t.URL, "/") + "/v1/traces")}
	if t.TokenFile != "" {
		token, err := instance.ReadSecret(cfg.Path(instance.Secrets, t.TokenFile))
		if err != nil {
			return nil, nil, &config.Error{File: cfg.Path(config.FileName), Field: "tracing.token_file", Why: fmt.Sprintf("can't be used: %v", err)}
		}
		options = append(options, otlptracehttp.WithHeaders(map[string]string{"Authorization": "Bearer " + token}))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, nil, fmt.Errorf("send traces to the address of tracing.url: %w", err)
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter),
		sdktrace.WithResource(resource.NewSchemaless(attribute.String("service.name", scope), attribute.String("service.version", version.Version))))
	return provider.Tracer(scope), provider.Shutdown, nil
}

// End finishes a span. What went wrong stands as its reason alone: an error's words may name a file.
func End(span trace.Span, err error) {
	if reason := trouble.Reason(err); reason != "" {
		span.SetStatus(codes.Error, reason)
	}
	span.End()
}

// Middleware makes a span of each request, named by its route's pattern and never by its path.
func Middleware(tracer trace.Tracer, pattern func(*http.Request) string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		route := pattern(r)
		if route == "" {
			route = "unknown route"
		}
		ctx, span := tracer.Start(r.Context(), route, trace.WithSpanKind(trace.SpanKindServer), trace.WithAttributes(attribute.String("http.route", route)))
		if !span.IsRecording() {
			next.ServeHTTP(w, r)
			return
		}
		defer span.End()
		seen := &status{ResponseWriter: w, code: http.StatusOK}
		next.ServeHTTP(seen, r.WithContext(ctx))
		span.SetAttributes(attribute.Int("http.response.status_code", seen.code))
		if seen.code >= http.StatusInternalServerError {
			span.SetStatus(codes.Error, http.StatusText(seen.code))
		}
	})
}

// status notes the code of an answer.
type status struct {
	http.ResponseWriter
	code int
}

// WriteHeader implements http.ResponseWriter.
func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

// Unwrap lets http.ResponseController reach the writer below.
func (s *status) Unwrap() http.ResponseWriter { return s.ResponseWriter }
