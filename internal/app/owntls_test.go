package app

import (
	"crypto/tls"
	"net"
	"net/http"
	"strings"
	"testing"

	"bellwether/internal/config"
	"bellwether/internal/tlstest"
)

// TestTheDashboardSpeaksTLSItself: with a certificate of its own it answers over TLS 1.2 and 1.3 alone, and binds its cookies to that.
func TestTheDashboardSpeaksTLSItself(t *testing.T) {
	pki := tlstest.New(t)
	pair := pki.Server(t, "127.0.0.1")
	a, _ := started(t, config.Metrics{}, map[string]string{
		config.FileName: "council: Test\nserver: {web_config: web.yml}\n",
		"web.yml":       "tls_server_config: {cert_file: " + pair.CertFile + ", key_file: " + pair.KeyFile + "}\n",
	})
	client := pki.Client(t, nil)
	resp, err := client.Get("https://" + a.Addr() + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Strict-Transport-Security"), "max-age=31536000") {
		t.Errorf("%d, %q", resp.StatusCode, resp.Header.Get("Strict-Transport-Security"))
	}
	if a.Scheme() != "https" {
		t.Error("the address is given as plain")
	}
	if plain, err := http.Get("http://" + a.Addr() + "/sign-in"); err == nil {
		if _ = plain.Body.Close(); plain.StatusCode == http.StatusOK {
			t.Error("it answers in the open too")
		}
	}
	for version, want := range map[uint16]bool{tls.VersionTLS10: false, tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conf := client.Transport.(*http.Transport).TLSClientConfig.Clone()
		conf.MinVersion, conf.MaxVersion = version, version
		conn, err := (&tls.Dialer{NetDialer: &net.Dialer{}, Config: conf}).DialContext(t.Context(), "tcp", a.Addr())
		if got := err == nil; got != want {
			t.Errorf("%s: %v, want %v", tls.VersionName(version), err, want)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
}

func TestOwnTLSThatIsNone(t *testing.T) {
	pair := tlstest.New(t).Server(t, "127.0.0.1")
	for name, tt := range map[string]struct{ web, says string }{
		"no certificate":   {"http_server_config: {http2: true}\n", "names no certificate"},
		"no such file":     {"tls_server_config: {cert_file: none.pem, key_file: none.key}\n", "can't be used"},
		"another password": {"tls_server_config: {cert_file: " + pair.CertFile + ", key_file: " + pair.KeyFile + "}\n" + users(t, "all", "same"), "sign in with their accounts"},
	} {
		_, err := prepared(t, config.Metrics{}, map[string]string{config.FileName: "council: Test\nserver: {web_config: web.yml}\n", "web.yml": tt.web})
		if err == nil || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), "server.web_config") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
