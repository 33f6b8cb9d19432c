package config

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// Metrics says where each audience's metrics are served, if not beside the dashboard.
type Metrics struct {
	Operational Endpoint `yaml:"operational"`
	Business    Endpoint `yaml:"business"`
	// ListedProviders are the ids of the providers with business series of their own, each under an opaque reference. Empty, as it is
	// unless somebody chose otherwise, keeps every series an aggregate.
	ListedProviders []string `yaml:"listed_providers"`
}

// MostListed bounds the allow-list of providers: with three series each, the business endpoint stays below a hundred.
const MostListed = 12

// Endpoint is a listener of its own for one audience's metrics.
type Endpoint struct {
	Listen    string `yaml:"listen"`
	WebConfig string `yaml:"web_config"` // a file in the instance folder: TLS, passwords, client certificates
}

// check names the field that is wrong, and why; two empty texts if all is well.
func (m Metrics) check() (field, why string) {
	for _, e := range []struct {
		name string
		at   Endpoint
	}{{"operational", m.Operational}, {"business", m.Business}} {
		if e.at.WebConfig != "" && e.at.Listen == "" {
			return e.name + ".listen", "is needed with web_config: TLS and passwords belong to a listener of their own, for example 127.0.0.1:9464"
		}
		if host, _, ok := strings.Cut(e.at.Listen, ":"); e.at.Listen != "" && (!ok || host == "") {
			return e.name + ".listen", fmt.Sprintf("%q is not host:port; for example 127.0.0.1:9464", e.at.Listen)
		}
	}
	if a := m.Operational.Listen; a != "" && a == m.Business.Listen && !strings.HasSuffix(a, ":0") {
		return "business.listen", "is the same address as metrics.operational.listen: each audience has its own listener and credential"
	}
	return m.checkListed()
}

func (m Metrics) checkListed() (field, why string) {
	if n := len(m.ListedProviders); n > MostListed {
		return "listed_providers", fmt.Sprintf("names %d providers and may name %d: each has series of its own, and the endpoint holds a hundred in all", n, MostListed)
	}
	for i, id := range m.ListedProviders {
		switch {
		case strings.TrimSpace(id) != id || id == "" || strings.ContainsAny(id, ", "):
			return "listed_providers", fmt.Sprintf("%q is not a provider's id; it is the last part of the address of the provider's page", id)
		case slices.Contains(m.ListedProviders[:i], id):
			return "listed_providers", "names " + id + " twice"
		}
	}
	return "", ""
}

// WebConfigs lists the web configurations that are set, as paths.
func (c Config) WebConfigs() []string {
	var out []string
	for _, e := range []Endpoint{{WebConfig: c.Server.WebConfig}, c.Metrics.Operational, c.Metrics.Business} {
		if path := c.WebConfig(e); path != "" {
			out = append(out, path)
		}
	}
	return out
}

// OverTLS says whether browsers reach the dashboard over TLS: its own, or that of a proxy in front.
func (c Config) OverTLS() bool {
	return c.Server.WebConfig != "" || strings.HasPrefix(c.Server.PublicURL, "https://")
}

// WebConfig is the path of an endpoint's web configuration, in the instance folder unless it is absolute; "" if it has none.
func (c Config) WebConfig(e Endpoint) string {
	if e.WebConfig == "" || filepath.IsAbs(e.WebConfig) {
		return e.WebConfig
	}
	return c.Path(e.WebConfig)
}
