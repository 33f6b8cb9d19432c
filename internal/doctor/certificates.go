package doctor

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/goccy/go-yaml"
)

// soon is when a certificate's end becomes urgent.
const soon = 30 * 24 * time.Hour

// webFiles are the files that a web configuration names.
type webFiles struct {
	TLS struct {
		Cert     string `yaml:"cert_file"`
		ClientCA string `yaml:"client_ca_file"`
	} `yaml:"tls_server_config"`
}

// certificates reads the end of each certificate that a web configuration names.
func (e *examination) certificates(context.Context) {
	seen := 0
	for _, file := range e.Config.WebConfigs() {
		src, err := os.ReadFile(file)
		if err != nil {
			e.fail("certificates", err.Error(), "correct the metrics section of bellwether.yml")
			continue
		}
		var named webFiles
		if err := yaml.Unmarshal(src, &named); err != nil {
			e.fail("certificates", filepath.Base(file)+" is not YAML", "correct it; docs/operations.md shows one")
			continue
		}
		for _, cert := range []string{named.TLS.Cert, named.TLS.ClientCA} {
			if cert == "" {
				continue
			}
			if !filepath.IsAbs(cert) {
				cert = filepath.Join(filepath.Dir(file), cert)
			}
			seen++
			e.certificate(cert)
		}
	}
	if at, err := url.Parse(e.Config.Casework.Postgres.URL); err == nil {
		if authority := at.Query().Get("sslrootcert"); authority != "" && authority != "system" {
			seen++
			e.certificate(authority)
		}
	}
	switch host, _, err := net.SplitHostPort(e.Config.Server.Listen); {
	case !e.Config.OverTLS() && (err != nil || !loopback(host)):
		e.warn("certificates", "the dashboard listens on "+e.Config.Server.Listen+" without TLS: what people read and their passwords cross the network in the open",
			"set server.web_config with a certificate, or listen on 127.0.0.1 behind a proxy that speaks TLS and set server.public_url to its https address")
	case seen == 0:
		e.ok("certificates", "none are configured here; a reverse proxy in front has its own")
	}
}

func (e *examination) certificate(path string) {
	name := filepath.Base(path)
	ends, err := firstEnd(path)
	left := ends.Sub(e.now)
	switch {
	case err != nil:
		e.fail("certificates", fmt.Sprintf("%s can't be read: %v", name, err), "put the certificate back, as PEM")
	case left <= 0:
		e.fail("certificates", fmt.Sprintf("%s ended on %s", name, day(ends)), "renew it; the new file is read without a restart")
	case left < soon:
		e.warn("certificates", fmt.Sprintf("%s ends on %s, in %s", name, day(ends), ago(left)), "renew it; the new file is read without a restart")
	default:
		e.ok("certificates", "%s is good until %s", name, day(ends))
	}
}

// loopback says whether only this machine reaches an address.
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// firstEnd is when the first of a file's certificates ends.
func firstEnd(path string) (ends time.Time, err error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return ends, err
	}
	for block, rest := pem.Decode(src); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		cert, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return ends, err
		}
		if ends.IsZero() || cert.NotAfter.Before(ends) {
			ends = cert.NotAfter
		}
	}
	if ends.IsZero() {
		return ends, errors.New("it holds no certificate")
	}
	return ends, nil
}
