package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"bellwether/internal/app"
	"bellwether/internal/config"
	"bellwether/internal/tlstest"
	"bellwether/internal/tooltest"
)

// heard collects what Alertmanager's webhooks bring: receiver and alert.
type heard struct {
	mu  sync.Mutex
	got map[string]bool
}

func (h *heard) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	var hook struct {
		Receiver string
		Alerts   []struct {
			Labels map[string]string
		}
	}
	if err := json.NewDecoder(io.LimitReader(r.Body, 1<<20)).Decode(&hook); err != nil {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, a := range hook.Alerts {
		h.got[hook.Receiver+" "+a.Labels["alertname"]+" "+a.Labels["source"]] = true
	}
}

func (h *heard) has(what string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.got[what]
}

// launch starts a program that serves until the test ends; its output is shown if the test fails.
func launch(t *testing.T, name string, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), tooltest.Find(t, name), args...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%.4000s", name, out.String())
		}
	})
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// until asks again and again, for as long as a slow machine may need.
func until(t *testing.T, what string, ok func() bool) {
	t.Helper()
	deadline := time.NewTimer(4 * time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(300 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-deadline.C:
			t.Fatalf("after four minutes: %s", what)
		case <-tick.C:
		}
	}
}

// overTLS serves the demonstration with each audience behind its own door, and gives the scrape configuration for both.
func overTLS(t *testing.T, pki *tlstest.Authority) (scrape string) {
	t.Helper()
	dir := t.TempDir()
	pair, client := pki.Server(t, "127.0.0.1"), pki.Issue(t, "prometheus")
	hash, err := bcrypt.GenerateFromPassword([]byte("operators only"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	certs := fmt.Sprintf("tls_server_config: {cert_file: %s, key_file: %s", pair.CertFile, pair.KeyFile)
	write(t, filepath.Join(dir, "op.yml"), certs+"}\nbasic_auth_users: {prometheus: "+string(hash)+"}\n")
	write(t, filepath.Join(dir, "bus.yml"), certs+", client_auth_type: RequireAndVerifyClientCert, client_ca_file: "+pki.CAFile+"}\n")
	write(t, filepath.Join(dir, "password"), "operators only")
	cfg, err := config.Load(demo.dir)
	if err != nil {
		t.Fatal(err)
	}
	cfg.Metrics.Operational = config.Endpoint{Listen: "127.0.0.1:0", WebConfig: filepath.Join(dir, "op.yml")}
	cfg.Metrics.Business = config.Endpoint{Listen: "127.0.0.1:0", WebConfig: filepath.Join(dir, "bus.yml")}
	a, err := app.New(t.Context(), app.Options{Config: cfg, Listen: "127.0.0.1:0", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = a.Stop(t.Context()) })
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	op, bus := a.MetricsAddrs()
	return fmt.Sprintf(`scrape_configs:
  - job_name: bellwether
    scheme: https
    tls_config: {ca_file: %q}
    basic_auth: {username: prometheus, password_file: %q}
    static_configs: [{targets: [%q]}]
  - job_name: bellwether-business
    scheme: https
    metrics_path: /metrics/business
    tls_config: {ca_file: %[1]q, cert_file: %[4]q, key_file: %[5]q}
    static_configs: [{targets: [%[6]q]}]
  - job_name: stranger
    scheme: https
    metrics_path: /metrics/business
    tls_config: {ca_file: %[1]q}
    static_configs: [{targets: [%[6]q]}]
`, pki.CAFile, filepath.Join(dir, "password"), op, client.CertFile, client.KeyFile, bus)
}

var waits = regexp.MustCompile(`(group_wait|group_interval): \S+`)

// alertmanager starts Debian's Alertmanager with the routing that ships; only addresses and waiting times are a test's.
func alertmanager(t *testing.T, webhooks, relay string) (addr string) {
	t.Helper()
	src, err := os.ReadFile("../../deploy/alertmanager/alertmanager.yml")
	if err != nil {
		t.Fatal(err)
	}
	conf := strings.ReplaceAll(string(src), "http://127.0.0.1:9099", webhooks)
	if !strings.Contains(conf, "smtp_smarthost: 127.0.0.1:25\n") {
		t.Fatal("the configuration that ships names another mail relay than this test puts its own in place of")
	}
	conf = strings.Replace(conf, "smtp_smarthost: 127.0.0.1:25\n", "smtp_smarthost: "+relay+"\n", 1)
	conf = waits.ReplaceAllString(conf, "$1: 1s")
	conf = strings.ReplaceAll(conf, "active_time_intervals: [office-hours]", "") // the test must not depend on the time of day
	dir := t.TempDir()
	write(t, filepath.Join(dir, "alertmanager.yml"), conf)
	addr = freeAddr(t)
	launch(t, "prometheus-alertmanager", "--config.file="+filepath.Join(dir, "alertmanager.yml"), "--storage.path="+dir, "--web.listen-address="+addr, "--cluster.listen-address=")
	return addr
}

// TestAnAlertFiresAndReachesItsReceiver scrapes both endpoints over TLS with Debian's Prometheus, under the rules that ship, and waits
// until an alert that the demonstration deserves (it has never been backed up) comes out of Alertmanager's webhook and as a letter at a mail relay. It also asks for an
// exemplar: the id of the run that counted.
func TestAnAlertFiresAndReachesItsReceiver(t *testing.T) {
	tooltest.Find(t, "prometheus")
	tooltest.Find(t, "prometheus-alertmanager")
	ears := &heard{got: map[string]bool{}}
	hooks := httptest.NewServer(ears)
	defer hooks.Close()
	scrape := overTLS(t, tlstest.New(t))
	box := relay(t)
	am := alertmanager(t, hooks.URL, box.addr)
	dir := t.TempDir()
	rules, err := filepath.Abs("../../deploy/prometheus")
	if err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "prometheus.yml"), fmt.Sprintf("global: {scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}\nrule_files: [%q, %q]\nalerting: {alertmanagers: [{static_configs: [{targets: [%q]}]}]}\n%s",
		filepath.Join(rules, "bellwether.records.yml"), filepath.Join(rules, "bellwether.alerts.yml"), am, scrape))
	addr := freeAddr(t)
	launch(t, "prometheus", "--config.file="+filepath.Join(dir, "prometheus.yml"), "--storage.tsdb.path="+filepath.Join(dir, "data"), "--web.listen-address="+addr, "--enable-feature=exemplar-storage")

	for q, want := range map[string]string{
		`up{job="bellwether"}`: "1", `up{job="bellwether-business"}`: "1", `up{job="stranger"}`: "0",
		`bellwether_audit_chain_ok`: "1", `count(source:bellwether_ingest_rejected_rows:sum) > 5`: "", `sum(bellwether_providers) > 10`: "",
	} {
		until(t, "Prometheus has no such answer to "+q, func() bool {
			got, ok := ask(t, addr, q)
			return ok && (want == "" || got == want)
		})
	}
	for _, want := range []string{"operators-now BellwetherBackupStale ", "heartbeat BellwetherWatchdog "} {
		until(t, "the receiver never heard "+want, func() bool { return ears.has(want) })
	}
	until(t, "nobody wrote to the operators", func() bool { return box.has("operators@example.org", "BellwetherBackupStale") })
	until(t, "there is no exemplar", func() bool {
		resp, err := http.Get("http://" + addr + "/api/v1/query_exemplars?query=bellwether_ingest_rows_total&start=2020-01-01T00:00:00Z&end=2100-01-01T00:00:00Z")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		return err == nil && strings.Contains(string(body), `"run_id"`)
	})
}

// TestADeadFeedSilencesWhatDependsOnIt puts alerts to a real Alertmanager: beside a stale source its own dependants are silent, and
// those of another source are not.
func TestADeadFeedSilencesWhatDependsOnIt(t *testing.T) {
	tooltest.Find(t, "prometheus-alertmanager")
	ears := &heard{got: map[string]bool{}}
	hooks := httptest.NewServer(ears)
	defer hooks.Close()
	am := alertmanager(t, hooks.URL, relay(t).addr)
	alert := func(name, source, audience, severity string) map[string]any {
		return map[string]any{"labels": map[string]string{"alertname": name, "source": source, "audience": audience, "severity": severity, "instance": "b:9464"}}
	}
	post := func(alerts ...map[string]any) bool {
		body, err := json.Marshal(alerts)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.Post("http://"+am+"/api/v2/alerts", "application/json", bytes.NewReader(body))
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	}
	// The severity is set so that the webhook's receiver gets them; routing by severity has its own test.
	until(t, "Alertmanager takes no alerts", func() bool { return post(alert("BellwetherSourceStale", "safeguarding_concerns", "ops", "critical")) })
	until(t, "the stale source was not heard", func() bool { return ears.has("operators-now BellwetherSourceStale safeguarding_concerns") })
	if !post(alert("BellwetherThresholdCrossed", "safeguarding_concerns", "qsig", "warning"), alert("BellwetherSourceDataOld", "safeguarding_concerns", "ops", "critical"),
		alert("BellwetherSourceDataOld", "complaints", "ops", "critical")) {
		t.Fatal("Alertmanager takes no more alerts")
	}
	until(t, "the other source's alert was not heard", func() bool { return ears.has("operators-now BellwetherSourceDataOld complaints") })
	until(t, "Alertmanager does not say that two alerts are inhibited", func() bool {
		resp, err := http.Get("http://" + am + "/api/v2/alerts?active=false&silenced=false&inhibited=true")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		var all []struct {
			Status struct{ State string }
		}
		return json.NewDecoder(resp.Body).Decode(&all) == nil && len(all) == 2 && all[0].Status.State == "suppressed"
	})
	for _, silent := range []string{"reviewers BellwetherThresholdCrossed safeguarding_concerns", "operators-now BellwetherSourceDataOld safeguarding_concerns"} {
		if ears.has(silent) {
			t.Errorf("heard all the same: %s", silent)
		}
	}
}
