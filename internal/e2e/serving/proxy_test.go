package serving

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bellwether/dashboard/page"
	"bellwether/internal/instance"
	"bellwether/internal/instancetest"
	"bellwether/internal/tlstest"
	"bellwether/internal/tooltest"
)

const publicName = "bellwether.example.org" // as in the example

// proxied is the example of deploy/proxy, run for real.
type proxied struct {
	t           *testing.T
	tls         *tlstest.Authority
	secure, old string // the addresses at which it listens, with TLS and without
}

// startNginx runs an example with other ports, files and folders, and machines in place of its own; nothing else is changed.
func startNginx(t *testing.T, example string, machines map[string]string) *proxied {
	t.Helper()
	program := "/usr/sbin/nginx" // where Debian has it, which is not in everybody's path
	if _, err := os.Stat(program); err != nil {
		program = tooltest.Find(t, "nginx")
	}
	p := &proxied{t: t, tls: tlstest.New(t), secure: free(t), old: free(t)}
	pair := p.tls.Named(t, publicName)
	src, err := os.ReadFile(filepath.Join("../../../deploy", example))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	conf := string(src)
	conf = strings.ReplaceAll(conf, "listen 80;", "listen "+p.old+";") // which not every example has
	others := map[string]string{"listen 443 ": "listen " + p.secure + " ", "/etc/ssl/bellwether.pem": pair.CertFile, "/etc/ssl/bellwether.key": pair.KeyFile}
	maps.Copy(others, machines)
	for from, to := range others {
		if !strings.Contains(conf, from) {
			t.Fatalf("the example has no %q", from)
		}
		conf = strings.ReplaceAll(conf, from, to)
	}
	var folders strings.Builder
	for _, kind := range []string{"client_body", "proxy", "fastcgi", "uwsgi", "scgi"} {
		fmt.Fprintf(&folders, "%s_temp_path %s;\n", kind, filepath.Join(dir, kind))
	}
	file, pid := filepath.Join(dir, "nginx.conf"), filepath.Join(dir, "pid")
	whole := fmt.Sprintf("daemon off;\nmaster_process off;\npid %s;\nerror_log stderr;\nevents {}\nhttp {\ngzip on;\n%s%s}\n", pid, &folders, conf)
	if err := os.WriteFile(file, []byte(whole), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.CommandContext(t.Context(), program, "-t", "-p", dir, "-c", file, "-e", "stderr").CombinedOutput(); err != nil || bytes.Contains(out, []byte("[warn]")) {
		t.Fatalf("nginx does not take the example: %v\n%s", err, out)
	}
	var says bytes.Buffer
	run := exec.Command(program, "-p", dir, "-c", file, "-e", "stderr")
	run.Stderr = &says
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = run.Process.Signal(syscall.SIGTERM)
		_ = run.Wait()
		if t.Failed() {
			t.Logf("nginx said:\n%s", &says)
		}
	})
	for began := time.Now(); ; {
		conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", p.secure)
		if err == nil {
			_ = conn.Close()
			return p
		}
		if time.Since(began) > 30*time.Second {
			t.Fatalf("nginx does not listen: %v", err)
		}
	}
}

// free gives an address that nobody listens at.
func free(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// browser is somebody at an address of their own, who finds the public name at the proxy and follows no redirection.
func (p *proxied) browser(from string) *http.Client {
	p.t.Helper()
	c := p.tls.Client(p.t, nil)
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	c.Jar = jar
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	dialer := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c.Transport.(*http.Transport).DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		to := p.secure
		if strings.HasSuffix(addr, ":80") {
			to = p.old
		}
		return dialer.DialContext(ctx, network, to)
	}
	return c
}

// answer is what came back through the proxy, read to its end.
type answer struct {
	StatusCode   int
	Header       http.Header
	Uncompressed bool
	Set          []*http.Cookie
}

// ask gives an answer and its body; headers are pairs.
func (p *proxied) ask(c *http.Client, method, address string, body string, headers ...string) (answer, string) {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		p.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	resp, err := c.Do(r)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, address, err)
	}
	text, err := read(resp)
	if err != nil {
		p.t.Fatalf("%s %s: %v", method, address, err)
	}
	return answer{resp.StatusCode, resp.Header, resp.Uncompressed, resp.Cookies()}, text
}

// TestTheProxyExampleServes signs in through Debian's nginx, run with the example of deploy/proxy over TLS, and asks what a proxy must not
// let through, add or lose.
func TestTheProxyExampleServes(t *testing.T) {
	const site = "https://" + publicName
	cfg := instancetest.Copy(t)
	cfg.Server.PublicURL, cfg.Server.TrustedProxies = site, []string{"127.0.0.1"}
	a := start(t, cfg)
	p := startNginx(t, "proxy/nginx.conf", map[string]string{"http://127.0.0.1:8080;": "http://" + a.Addr() + ";"})
	desk := p.browser("127.0.0.2")

	resp, _ := p.ask(desk, http.MethodGet, "http://"+publicName+"/market?x=1", "")
	if resp.StatusCode != http.StatusMovedPermanently || resp.Header.Get("Location") != site+"/market?x=1" {
		t.Errorf("without TLS: %d to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	form := url.Values{"username": {"chair"}, "password": {"correct horse battery staple"}, "next": {"/market"}}.Encode()
	if resp, _ = p.ask(desk, http.MethodPost, site+"/sign-in", form, "Origin", "https://elsewhere.example", "Sec-Fetch-Site", "cross-site"); resp.StatusCode != http.StatusForbidden {
		t.Errorf("a form from another site: %d", resp.StatusCode)
	}
	if resp, _ = p.ask(desk, http.MethodPost, site+"/sign-in", form, "Origin", site); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/market" {
		t.Fatalf("signing in: %d to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	for _, c := range resp.Set {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure {
			t.Errorf("the cookie %s is not bound to TLS and the name", c.Name)
		}
	}
	resp, text := p.ask(desk, http.MethodGet, site+"/market", "")
	if resp.StatusCode != http.StatusOK || !strings.Contains(text, "Ada Chair") || !resp.Uncompressed {
		t.Errorf("the market: %d, packed %v", resp.StatusCode, resp.Uncompressed)
	}
	if got := resp.Header.Values("Strict-Transport-Security"); len(got) != 1 {
		t.Errorf("Strict-Transport-Security %q, want it once", got)
	}
	if got := resp.Header.Get("Server"); got != "nginx" {
		t.Errorf("the proxy tells its version: %q", got)
	}
	if resp, _ = p.ask(desk, http.MethodGet, site+"/healthz", "", "Accept-Encoding", "gzip"); resp.Header.Get("Content-Encoding") != "" {
		t.Error("the proxy packs answers")
	}

	token, err := os.ReadFile(cfg.Path(instance.Secrets, instance.MetricsToken))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/metrics", "/metrics/business", "/%6detrics", "//metrics", "/x/../metrics"} {
		if resp, _ = p.ask(desk, http.MethodGet, site+path, "", "Authorization", "Bearer "+strings.TrimSpace(string(token))); resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s through the door: %d", path, resp.StatusCode)
		}
	}
	if resp, _ = p.ask(desk, http.MethodPost, site+"/sign-in", "x="+strings.Repeat("x", 6<<20)); resp.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a body of 6 MiB: %d", resp.StatusCode)
	}
	stranger := p.browser("127.0.0.2")
	if resp, err := stranger.Get("https://other.example/"); err == nil {
		resp.Body.Close()
		t.Errorf("another name is answered with %d", resp.StatusCode)
	}

	// One address asks without end, and writes other addresses into the headers: it is slowed, and nobody else is.
	flood := p.browser("127.0.0.3")
	refused := 0
	for n := range 2 * int(page.ServingLimits.DoorBurst) {
		claim := "192.0.2." + strconv.Itoa(n)
		if resp, _ := p.ask(flood, http.MethodGet, site+"/sign-in", "", "X-Forwarded-For", claim, "Forwarded", "for="+claim, "X-Real-Ip", claim); resp.StatusCode == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("whoever asks without end at the door is not slowed")
	}
	if resp, _ := p.ask(p.browser("127.0.0.4"), http.MethodGet, site+"/sign-in", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("somebody else at the door meanwhile: %d", resp.StatusCode)
	}
}

// TestTheProxyExampleOfSeveralPassesOverWhoIsGone: with two of three machines gone, everybody is answered, also who sends a form.
func TestTheProxyExampleOfSeveralPassesOverWhoIsGone(t *testing.T) {
	const site = "https://" + publicName
	cfg := instancetest.Copy(t)
	cfg.Server.PublicURL, cfg.Server.TrustedProxies = site, []string{"127.0.0.1"}
	a := start(t, cfg)
	p := startNginx(t, "several/nginx.conf", map[string]string{"dash1.example.org:8080": free(t), "dash2.example.org:8080": a.Addr(), "dash3.example.org:8080": free(t)})
	desk := p.browser("127.0.0.2")
	form := url.Values{"username": {"chair"}, "password": {"correct horse battery staple"}, "next": {"/market"}}.Encode()
	if resp, _ := p.ask(desk, http.MethodPost, site+"/sign-in", form, "Origin", site); resp.StatusCode != http.StatusSeeOther || resp.Header.Get("Location") != "/market" {
		t.Fatalf("signing in: %d to %q", resp.StatusCode, resp.Header.Get("Location"))
	}
	for range 4 {
		if resp, text := p.ask(desk, http.MethodGet, site+"/market", ""); resp.StatusCode != http.StatusOK || !strings.Contains(text, "Ada Chair") {
			t.Errorf("the market: %d", resp.StatusCode)
		}
	}
	if resp, _ := p.ask(desk, http.MethodGet, site+"/metrics", ""); resp.StatusCode != http.StatusNotFound {
		t.Errorf("metrics through the door: %d", resp.StatusCode)
	}
}

// TestTheProxyWaitsLongerThanTheService: the service ends what takes too long, in its own words, before the proxy does in its own.
func TestTheProxyWaitsLongerThanTheService(t *testing.T) {
	server := page.HTTPServer(nil, nil)
	for _, example := range []string{"proxy/nginx.conf", "several/nginx.conf"} {
		src, err := os.ReadFile(filepath.Join("../../../deploy", example))
		if err != nil {
			t.Fatal(err)
		}
		for setting, atLeast := range map[string]time.Duration{"proxy_read_timeout": server.WriteTimeout + 1, "client_body_timeout": server.ReadTimeout} {
			_, rest, _ := strings.Cut(string(src), " "+setting)
			value, _, _ := strings.Cut(strings.TrimSpace(rest), ";")
			if d, err := time.ParseDuration(value); err != nil || d < atLeast {
				t.Errorf("%s: %s is %q, want at least %s", example, setting, value, atLeast)
			}
		}
	}
}
