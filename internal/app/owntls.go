package app

import (
	"fmt"
	"net"
	"os"
	"path/filepath"

	"github.com/goccy/go-yaml"
	"github.com/prometheus/exporter-toolkit/web"

	"bellwether/internal/config"
)

// checkOwnTLS refuses a web configuration with which the dashboard would not speak TLS, or would ask people for a password that isn't
// theirs.
func checkOwnTLS(cfg config.Config) error {
	path := cfg.WebConfig(config.Endpoint{WebConfig: cfg.Server.WebConfig})
	if path == "" {
		return nil
	}
	fail := func(why string) error {
		return &config.Error{File: filepath.Join(cfg.Dir, config.FileName), Field: "server.web_config", Why: why}
	}
	if err := web.Validate(path); err != nil {
		return fail(fmt.Sprintf("%s can't be used: %v", path, err))
	}
	src, err := os.ReadFile(path)
	if err != nil {
		return fail(err.Error())
	}
	var set struct {
		TLS struct {
			Cert string `yaml:"cert_file"`
			Text string `yaml:"cert"`
		} `yaml:"tls_server_config"`
		Users map[string]string `yaml:"basic_auth_users"`
	}
	if err := yaml.Unmarshal(src, &set); err != nil {
		return fail(fmt.Sprintf("%s is not YAML", path))
	}
	switch {
	case set.TLS.Cert == "" && set.TLS.Text == "":
		return fail(path + " names no certificate: give cert_file and key_file under tls_server_config, or leave server.web_config out")
	case len(set.Users) > 0:
		return fail(path + " asks for basic_auth_users: people sign in with their accounts, so leave that section out")
	}
	return nil
}

// listenAndAnswer serves pages until the server is shut down: over TLS of its own where a web configuration is set. That file and the
// certificate that it names are read again for each connection, so that a renewed one needs no restart.
func (a *App) listenAndAnswer(listener net.Listener) error {
	path := a.opt.Config.WebConfig(config.Endpoint{WebConfig: a.opt.Config.Server.WebConfig})
	if path == "" {
		return a.server.Serve(listener)
	}
	systemd := false
	return web.Serve(listener, a.server, &web.FlagConfig{WebListenAddresses: &[]string{listener.Addr().String()}, WebSystemdSocket: &systemd, WebConfigFile: &path}, a.opt.Log)
}

// Scheme is how the dashboard itself is spoken to: https where it has a certificate of its own.
func (a *App) Scheme() string {
	if a.opt.Config.Server.WebConfig != "" {
		return "https"
	}
	return "http"
}
