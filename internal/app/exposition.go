package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"github.com/prometheus/exporter-toolkit/web"

	"bellwether/dashboard/page"
	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/metrics"
)

func exposition(reg *prometheus.Registry) http.Handler {
	return promhttp.HandlerFor(reg, promhttp.HandlerOpts{EnableOpenMetrics: true, MaxRequestsInFlight: 8})
}

// endpoint is one audience's metrics: beside the dashboard, or on a listener of its own behind a web configuration in the format that
// Prometheus's exporters share (TLS, passwords, client certificates, a limit of requests).
type endpoint struct {
	field     string // of the configuration
	pattern   string
	webConfig string
	listen    string
	handler   http.Handler // asks for the metrics credential
	plain     http.Handler // does not
	server    *http.Server
	listener  net.Listener
}

// endpoints makes both; one that has no listener of its own is added to the dashboard's mux.
func endpoints(cfg config.Config, token string, operational, business *prometheus.Registry, mux *http.ServeMux, log *slog.Logger) ([]*endpoint, error) {
	op, bus := exposition(operational), exposition(business)
	all := []*endpoint{
		{field: "metrics.operational", pattern: "GET /metrics", handler: localOr(token, op), plain: op, listen: cfg.Metrics.Operational.Listen, webConfig: cfg.WebConfig(cfg.Metrics.Operational)},
		{field: "metrics.business", pattern: "GET /metrics/business", handler: withToken(token, bus), plain: bus, listen: cfg.Metrics.Business.Listen, webConfig: cfg.WebConfig(cfg.Metrics.Business)},
	}
	var own []*endpoint
	for _, e := range all {
		if e.listen == "" {
			mux.Handle(e.pattern, e.handler)
			continue
		}
		if e.webConfig != "" {
			if err := web.Validate(e.webConfig); err != nil {
				return nil, &config.Error{File: filepath.Join(cfg.Dir, config.FileName), Field: e.field + ".web_config", Why: fmt.Sprintf("%s can't be used: %v", e.webConfig, err)}
			}
		}
		m := http.NewServeMux()
		m.HandleFunc(e.pattern, e.serve)
		e.server = page.HTTPServer(m, log)
		own = append(own, e)
	}
	return own, nil
}

// serve asks for the metrics credential unless the web configuration has already asked for one of its own. The file may change at any
// time, so it is read each time: one that stops asking must not leave the door open.
func (e *endpoint) serve(w http.ResponseWriter, r *http.Request) {
	if asksForCredential(e.webConfig) {
		e.plain.ServeHTTP(w, r)
		return
	}
	e.handler.ServeHTTP(w, r)
}

// asksForCredential says whether a web configuration lets nobody in without a password or a certificate that was verified.
func asksForCredential(path string) bool {
	if path == "" {
		return false
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return false
	}
	var set struct {
		TLS struct {
			ClientAuth string `yaml:"client_auth_type"`
		} `yaml:"tls_server_config"`
		Users map[string]string `yaml:"basic_auth_users"`
	}
	if err := yaml.Unmarshal(src, &set); err != nil {
		return false
	}
	return len(set.Users) > 0 || set.TLS.ClientAuth == "RequireAndVerifyClientCert"
}

// listed gives the providers of the allow-list, and says at each start that there are some: a person who knows a reference reads one
// provider's standing in every copy of these metrics.
func (a *App) listed() (metrics.Listed, error) {
	refs, err := instance.References(a.opt.Config)
	if len(refs) > 0 {
		a.opt.Log.Warn("single providers have business metrics of their own, each under an opaque reference; whoever scrapes or keeps them must be allowed to know how these providers stand. metrics.listed_providers chooses them",
			"providers", len(refs))
	}
	return metrics.Listed{References: refs, Cases: work{a.cases, a.queue.desk, a.hidden}}, err
}

// start listens and serves; what fails later is sent to failed.
func (e *endpoint) start(ctx context.Context, log *slog.Logger, failed chan<- error) (err error) {
	if e.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", e.listen); err != nil {
		if isTaken(err) {
			return &PortTakenError{e.listen}
		}
		return fmt.Errorf("listen on %s for metrics: %w", e.listen, err)
	}
	systemd := false
	flags := &web.FlagConfig{WebListenAddresses: &[]string{e.listen}, WebSystemdSocket: &systemd, WebConfigFile: &e.webConfig}
	go func() {
		if err := web.Serve(e.listener, e.server, flags, log); err != nil && !errors.Is(err, http.ErrServerClosed) {
			select {
			case failed <- fmt.Errorf("serve metrics on %s: %w", e.listen, err):
			default:
			}
		}
	}()
	return nil
}

// MetricsAddrs gives where each audience's metrics are served; an endpoint without a listener of its own is at the dashboard's address.
func (a *App) MetricsAddrs() (operational, business string) {
	operational, business = a.Addr(), a.Addr()
	for _, e := range a.endpoints {
		if e.listener == nil {
			continue
		}
		if e.field == "metrics.business" {
			business = e.listener.Addr().String()
		} else {
			operational = e.listener.Addr().String()
		}
	}
	return operational, business
}
