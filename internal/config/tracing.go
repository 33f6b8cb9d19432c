package config

import (
	"net/url"
	"strings"
)

// Tracing is where traces go; none are made while no address is set.
type Tracing struct {
	URL string `yaml:"url"`
	// TokenFile is a file under secrets/ that holds the collector's bearer token; empty for none.
	TokenFile string `yaml:"token_file"`
}

// check says what is wrong and in which field, nothing if all is well.
func (t Tracing) check() (field, why string) {
	if t.URL == "" {
		return "", ""
	}
	u, err := url.Parse(t.URL)
	switch {
	case err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && u.Hostname() != "127.0.0.1" && u.Hostname() != "localhost":
		return "url", "must be the https address of a collector of OpenTelemetry traces, or one on this machine such as http://127.0.0.1:4318"
	case strings.ContainsAny(t.TokenFile, `/\`) || t.TokenFile == "..":
		return "token_file", "names a file in the folder secrets, without a path"
	}
	return "", ""
}
