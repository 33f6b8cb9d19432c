package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"bellwether/internal/config"
	"bellwether/internal/instance"
	"bellwether/internal/tlstest"
)

// started gives a server over a new instance whose metrics are set as given; files are put into its folder.
func started(t *testing.T, m config.Metrics, files map[string]string) (a *App, token string) {
	t.Helper()
	a, err := prepared(t, m, files)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	token, err = instance.ReadSecret(a.opt.Config.Path(instance.Secrets, instance.MetricsToken))
	if err != nil {
		t.Fatal(err)
	}
	return a, token
}

func prepared(t *testing.T, m config.Metrics, files map[string]string) (*App, error) {
	t.Helper()
	return preparedLogging(t, m, files, slog.New(slog.DiscardHandler))
}

func preparedLogging(t *testing.T, m config.Metrics, files map[string]string, log *slog.Logger) (*App, error) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "instance")
	if err := errors.Join(instance.Create(dir, instance.Options{Council: "Test"}), instance.EnsureKeys(dir)); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	cfg, err := config.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Metrics = m
	a, err := New(t.Context(), Options{Config: cfg, Listen: "127.0.0.1:0", Now: time.Now, Log: log})
	if err == nil {
		t.Cleanup(func() {
			if err := a.Stop(context.WithoutCancel(t.Context())); err != nil {
				t.Error(err)
			}
		})
	}
	return a, err
}

// ask gets an address with a credential of the form "bearer X", "user:password" or none.
func ask(t *testing.T, c *http.Client, address, credential string) (code int, body string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	if bearer, ok := strings.CutPrefix(credential, "bearer "); ok {
		req.Header.Set("Authorization", "Bearer "+bearer)
	} else if user, password, ok := strings.Cut(credential, ":"); ok {
		req.SetBasicAuth(user, password)
	}
	resp, err := c.Do(req)
	if err != nil {
		return 0, err.Error()
	}
	defer resp.Body.Close()
	src, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(src)
}

func users(t *testing.T, name, password string) string {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte(password), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	return "basic_auth_users: {" + name + ": " + string(hash) + "}\n"
}

// Without a listener of their own, metrics are beside the dashboard with the credential that they always had.
func TestMetricsBesideTheDashboard(t *testing.T) {
	a, token := started(t, config.Metrics{}, nil)
	base := "http://" + a.Addr()
	for _, c := range []struct {
		path, credential string
		code             int
	}{
		{"/metrics", "", 200}, // this machine
		{"/metrics", "bearer wrong", 200},
		{"/metrics/business", "", 401},
		{"/metrics/business", "bearer wrong", 401},
		{"/metrics/business", "any:wrong", 401},
		{"/metrics/business", "bearer " + token, 200},
		{"/metrics/business", "any:" + token, 200},
	} {
		if code, _ := ask(t, http.DefaultClient, base+c.path, c.credential); code != c.code {
			t.Errorf("%s with %q: %d, want %d", c.path, strings.ReplaceAll(c.credential, token, "TOKEN"), code, c.code)
		}
	}
	if op, bus := a.MetricsAddrs(); op != a.Addr() || bus != a.Addr() {
		t.Errorf("%s and %s", op, bus)
	}
}

// With listeners of their own each audience has its own certificate and credential, and the dashboard's address no longer serves them.
func TestEachAudienceBehindItsOwnDoor(t *testing.T) {
	pki := tlstest.New(t)
	server := pki.Server(t, "127.0.0.1")
	tlsPart := "tls_server_config: {cert_file: " + server.CertFile + ", key_file: " + server.KeyFile
	a, token := started(t, config.Metrics{
		Operational: config.Endpoint{Listen: "127.0.0.1:0", WebConfig: "operational.yml"},
		Business:    config.Endpoint{Listen: "127.0.0.1:0", WebConfig: "business.yml"},
	}, map[string]string{
		"operational.yml": tlsPart + "}\n" + users(t, "prometheus", "operators only"),
		"business.yml":    tlsPart + ", client_auth_type: RequireAndVerifyClientCert, client_ca_file: " + pki.CAFile + "}\n",
	})
	op, bus := a.MetricsAddrs()
	trusting := pki.Client(t, nil)
	known := pki.Issue(t, "scraper")
	withCert := pki.Client(t, &known)
	stranger := tlstest.New(t).Issue(t, "stranger")
	for _, c := range []struct {
		says               string
		client             *http.Client
		address            string
		credential         string
		code               int
		holds, mustNotHold string
	}{
		{"no password", trusting, "https://" + op + "/metrics", "", 401, "", "bellwether_"},
		{"a wrong password", trusting, "https://" + op + "/metrics", "prometheus:wrong", 401, "", "bellwether_"},
		{"the password", trusting, "https://" + op + "/metrics", "prometheus:operators only", 200, "bellwether_build_info", "bellwether_flags_open"},
		{"the other audience", trusting, "https://" + op + "/metrics/business", "prometheus:operators only", 404, "", "bellwether_"},
		{"an unknown authority", http.DefaultClient, "https://" + op + "/metrics", "prometheus:operators only", 0, "certificate", ""},
		{"no encryption", trusting, "http://" + op + "/metrics", "prometheus:operators only", 400, "", "bellwether_"},
		{"no certificate", trusting, "https://" + bus + "/metrics/business", "", 0, "certificate", ""},
		{"a stranger's certificate", pki.Client(t, &stranger), "https://" + bus + "/metrics/business", "", 0, "", ""},
		{"a known certificate", withCert, "https://" + bus + "/metrics/business", "", 200, "bellwether_collector_errors", "bellwether_build_info"},
		{"the dashboard's address", trusting, "http://" + a.Addr() + "/metrics", "", 404, "", "bellwether_build_info"},
		{"the dashboard's address, business", trusting, "http://" + a.Addr() + "/metrics/business", "bearer " + token, 404, "", "bellwether_collector"},
	} {
		code, body := ask(t, c.client, c.address, c.credential)
		if code != c.code || !strings.Contains(body, c.holds) || c.mustNotHold != "" && strings.Contains(body, c.mustNotHold) {
			t.Errorf("%s: %d (want %d): %.200s", c.says, code, c.code, body)
		}
	}
}

// A web configuration with TLS alone is no credential: the metrics token is still asked for, also after the file stops asking.
func TestTLSAloneIsNoCredential(t *testing.T) {
	pki := tlstest.New(t)
	server := pki.Server(t, "127.0.0.1")
	tlsOnly := "tls_server_config: {cert_file: " + server.CertFile + ", key_file: " + server.KeyFile + "}\n"
	a, token := started(t, config.Metrics{Business: config.Endpoint{Listen: "127.0.0.1:0", WebConfig: "web.yml"}},
		map[string]string{"web.yml": tlsOnly + users(t, "p", "secret words")})
	_, bus := a.MetricsAddrs()
	c, address := pki.Client(t, nil), "https://"+bus+"/metrics/business"
	if code, _ := ask(t, c, address, "p:secret words"); code != 200 {
		t.Errorf("with its password: %d", code)
	}
	if err := os.WriteFile(a.opt.Config.Path("web.yml"), []byte(tlsOnly), 0o600); err != nil {
		t.Fatal(err)
	}
	for credential, want := range map[string]int{"": 401, "p:secret words": 401, "bearer " + token: 200} {
		if code, _ := ask(t, c, address, credential); code != want {
			t.Errorf("with TLS alone and %.8q: %d, want %d", credential, code, want)
		}
	}
}

func TestBadWebConfigurationsStopTheStart(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"missing":           {"", "no such file"},
		"unknown setting":   {"tls_config: {}\n", "not found"},
		"no certificate":    {"tls_server_config: {cert_file: nowhere.pem, key_file: nowhere.key}\n", "nowhere.pem"},
		"half a pair":       {"tls_server_config: {cert_file: a.pem}\n", "key"},
		"not a bcrypt hash": {"basic_auth_users: {p: secret}\n", "bcrypt"},
	} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"web.yml": c.text}
			if c.text == "" {
				files = nil
			}
			_, err := prepared(t, config.Metrics{Operational: config.Endpoint{Listen: "127.0.0.1:0", WebConfig: "web.yml"}}, files)
			var cfg *config.Error
			if !errors.As(err, &cfg) || cfg.Field != "metrics.operational.web_config" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func TestATakenMetricsAddressIsNamed(t *testing.T) {
	first, _ := started(t, config.Metrics{Operational: config.Endpoint{Listen: "127.0.0.1:0"}}, nil)
	taken, _ := first.MetricsAddrs()
	second, err := prepared(t, config.Metrics{Operational: config.Endpoint{Listen: taken}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var port *PortTakenError
	if err := second.Start(t.Context()); !errors.As(err, &port) || port.Addr != taken {
		t.Errorf("got %v", err)
	}
}

func TestWhatAsksForACredential(t *testing.T) {
	for text, want := range map[string]bool{
		"":                         false,
		"basic_auth_users: {}":     false,
		"basic_auth_users: {p: x}": true,
		"tls_server_config: {client_auth_type: RequestClientCert}":          false,
		"tls_server_config: {client_auth_type: RequireAnyClientCert}":       false,
		"tls_server_config: {client_auth_type: RequireAndVerifyClientCert}": true,
		"not: [yaml": false,
	} {
		path := filepath.Join(t.TempDir(), "web.yml")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := asksForCredential(path); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
	if asksForCredential("") || asksForCredential("/nowhere") {
		t.Error("a file that is not there asks for a credential")
	}
}
