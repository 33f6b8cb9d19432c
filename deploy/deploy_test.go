package deploy

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"bellwether/internal/tlstest"
	"bellwether/internal/tooltest"
)

func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), tooltest.Find(t, name), args...).CombinedOutput()
	if err != nil {
		t.Errorf("%s %s: %v\n%s", name, strings.Join(args, " "), err, out)
	}
	return string(out)
}

type rule struct {
	Record, Alert, Expr, For string
	Labels, Annotations      map[string]string
}

func read(t *testing.T, path string, into any) {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(src, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func rules(t *testing.T) (alerts, records []rule) {
	t.Helper()
	for _, f := range []string{"prometheus/bellwether.records.yml", "prometheus/bellwether.alerts.yml"} {
		var file struct{ Groups []struct{ Rules []rule } }
		read(t, f, &file)
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				if r.Alert != "" {
					alerts = append(alerts, r)
				} else {
					records = append(records, r)
				}
			}
		}
	}
	if len(alerts) < 20 || len(records) < 3 {
		t.Fatalf("only %d alerts and %d records were read", len(alerts), len(records))
	}
	return alerts, records
}

var documented = regexp.MustCompile("(?m)^\\| `(bellwether_[a-z_]+)` \\| (\\w+) \\|")

// metrics are the names that exist: those that the operations guide lists, which a test of the running server holds against the code,
// what histograms add to them, and what the rules record.
func metrics(t *testing.T) map[string]bool {
	t.Helper()
	src, err := os.ReadFile("../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]bool{"up": true}
	for _, m := range documented.FindAllStringSubmatch(string(src), -1) {
		out[m[1]] = true
		if m[2] == "histogram" {
			for _, suffix := range []string{"_bucket", "_sum", "_count"} {
				out[m[1]+suffix] = true
			}
		}
	}
	_, records := rules(t)
	for _, r := range records {
		out[r.Record] = true
	}
	if len(out) < 60 {
		t.Fatalf("only %d metrics were read", len(out))
	}
	return out
}

var named = regexp.MustCompile(`\b((?:[a-z]+:)?bellwether_[a-z0-9_]+(?::[a-z0-9_]+)?)\b`)

// unknown gives the metrics that a query names and that don't exist.
func unknown(known map[string]bool, query string) (out []string) {
	for _, m := range named.FindAllString(query, -1) {
		if !known[m] {
			out = append(out, m)
		}
	}
	return out
}

func TestUnknownMetricsAreNoticed(t *testing.T) {
	known := map[string]bool{"bellwether_flags_open": true, "job:bellwether_http_requests:rate5m": true}
	if got := unknown(known, "sum(bellwether_flags_open) / bellwether_flags_opened > job:bellwether_http_requests:rate5m + job:bellwether_http_requests:rate1m"); len(got) != 2 {
		t.Errorf("found %v", got)
	}
}

func TestRulesNameOnlyMetricsThatExist(t *testing.T) {
	known := metrics(t)
	alerts, records := rules(t)
	for _, r := range append(alerts, records...) {
		if bad := unknown(known, r.Expr); len(bad) > 0 {
			t.Errorf("%s%s names %v", r.Alert, r.Record, bad)
		}
	}
}

// Every alert says who is to act, in words, and has a runbook; no runbook is without its alert.
func TestAlertsHaveLabelsWordsAndRunbooks(t *testing.T) {
	alerts, _ := rules(t)
	pages := map[string]bool{"README.md": true}
	for _, a := range alerts {
		if !regexp.MustCompile(`^Bellwether[A-Z][A-Za-z0-9]+$`).MatchString(a.Alert) {
			t.Errorf("%s is not a name like BellwetherSourceStale", a.Alert)
		}
		if !slices.Contains([]string{"critical", "warning", "info"}, a.Labels["severity"]) || !slices.Contains([]string{"ops", "qsig", "auditor", "heartbeat"}, a.Labels["audience"]) {
			t.Errorf("%s: severity %q, audience %q", a.Alert, a.Labels["severity"], a.Labels["audience"])
		}
		if a.Annotations["summary"] == "" || a.Annotations["description"] == "" {
			t.Errorf("%s lacks words", a.Alert)
		}
		if want := "docs/runbooks/" + a.Alert + ".md"; a.Annotations["runbook_url"] != want {
			t.Errorf("%s: runbook %q, want %q", a.Alert, a.Annotations["runbook_url"], want)
		}
		pages[a.Alert+".md"] = true
		src, err := os.ReadFile("../docs/runbooks/" + a.Alert + ".md")
		if err != nil {
			t.Error(err)
			continue
		}
		for _, section := range []string{"## What it means", "## What it does to people", "## Look", "## Do"} {
			if _, rest, ok := strings.Cut(string(src), section+"\n\n"); !ok || strings.TrimSpace(rest) == "" {
				t.Errorf("the runbook of %s lacks %q", a.Alert, section)
			}
		}
	}
	entries, err := os.ReadDir("../docs/runbooks")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !pages[e.Name()] {
			t.Errorf("the runbook %s belongs to no alert", e.Name())
		}
	}
}

// Every alert has a case in which it fires and one in which it is quiet; the one that always fires has no quiet case.
func TestEveryAlertHasAFiringAndAQuietCase(t *testing.T) {
	files, err := filepath.Glob("prometheus/tests/*.test.yml")
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	cases := map[string]int{}
	for _, f := range files {
		var file struct {
			Tests []struct {
				Interval string
				Rules    []struct {
					Alertname string
					Alerts    []any `yaml:"exp_alerts"`
				} `yaml:"alert_rule_test"`
			}
		}
		read(t, f, &file)
		for _, c := range file.Tests {
			if c.Interval != "1m" {
				t.Errorf("%s: the interval is %s; a longer one goes stale between samples", f, c.Interval)
			}
			for _, r := range c.Rules {
				if len(r.Alerts) > 0 {
					cases[r.Alertname+" fires"]++
				} else {
					cases[r.Alertname+" is quiet"]++
				}
			}
		}
	}
	alerts, _ := rules(t)
	for _, a := range alerts {
		for _, want := range []string{" fires", " is quiet"} {
			if cases[a.Alert+want] == 0 && a.Expr != "vector(1)" {
				t.Errorf("there is no case in which %s%s", a.Alert, want)
			}
		}
	}
}

func TestPromtoolTakesRulesAndTheirTests(t *testing.T) {
	output(t, "promtool", "check", "rules", "prometheus/bellwether.records.yml", "prometheus/bellwether.alerts.yml")
	files, err := filepath.Glob("prometheus/tests/*.test.yml")
	if err != nil {
		t.Fatal(err)
	}
	if out := output(t, "promtool", append([]string{"test", "rules"}, files...)...); strings.Count(out, "SUCCESS") != len(files) {
		t.Errorf("%d files:\n%s", len(files), out)
	}
}

func TestPromtoolTakesTheConfigurations(t *testing.T) {
	output(t, "promtool", "check", "config", "--syntax-only", "prometheus/prometheus.yml")
	pki := tlstest.New(t)
	pair := pki.Server(t, "127.0.0.1")
	for _, name := range []string{"metrics-web.yml", "business-web.yml"} {
		dir := t.TempDir()
		for to, from := range map[string]string{name: "prometheus/" + name, "secrets/metrics.pem": pair.CertFile, "secrets/metrics.key": pair.KeyFile, "secrets/scrapers-ca.pem": pki.CAFile} {
			src, err := os.ReadFile(from)
			if err == nil {
				err = os.MkdirAll(filepath.Join(dir, "secrets"), 0o700)
			}
			if err == nil {
				err = os.WriteFile(filepath.Join(dir, to), src, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		output(t, "promtool", "check", "web-config", filepath.Join(dir, name))
	}
}

func TestAlertsReachThoseWhoAct(t *testing.T) {
	const conf = "alertmanager/alertmanager.yml"
	output(t, "amtool", "check-config", conf)
	for labels, want := range map[string]string{
		"alertname=BellwetherSourceStale severity=warning audience=ops":              "operators",
		"alertname=BellwetherBackupStale severity=critical audience=ops":             "operators-now",
		"alertname=BellwetherAuditChainBroken severity=critical audience=auditor":    "operators-now,auditor",
		"alertname=BellwetherBreakGlassUnreviewed severity=warning audience=auditor": "auditor",
		"alertname=BellwetherFlagOverdue severity=critical audience=qsig":            "reviewers",
		"alertname=BellwetherThresholdCrossed severity=warning audience=qsig":        "reviewers",
		"alertname=BellwetherPreConcernOverdue severity=info audience=qsig":          "reviewers-digest",
		"alertname=BellwetherWatchdog severity=info audience=heartbeat":              "heartbeat",
		"alertname=SomethingElse": "operators",
	} {
		args := append([]string{"config", "routes", "test", "--config.file=" + conf, "--verify.receivers=" + want}, strings.Fields(labels)...)
		output(t, "amtool", args...)
	}
}

// Inhibition names alerts by pattern: each must exist, or the rule would do nothing and nobody would notice.
func TestInhibitionNamesAlertsThatExist(t *testing.T) {
	alerts, _ := rules(t)
	known := map[string]bool{"Bellwether": true}
	for _, a := range alerts {
		known[a.Alert] = true
	}
	var conf struct {
		Inhibit []struct {
			Source []string `yaml:"source_matchers"`
			Target []string `yaml:"target_matchers"`
		} `yaml:"inhibit_rules"`
	}
	read(t, "alertmanager/alertmanager.yml", &conf)
	if len(conf.Inhibit) < 3 {
		t.Fatalf("%d rules were read", len(conf.Inhibit))
	}
	for _, r := range conf.Inhibit {
		for _, name := range regexp.MustCompile(`Bellwether\w*`).FindAllString(strings.Join(append(r.Source, r.Target...), " "), -1) {
			if !known[name] {
				t.Errorf("there is no alert %s", name)
			}
		}
	}
}

// Grafana itself is not tried here: only that its files are whole and that every query names metrics that exist.
func TestDashboardsAskForMetricsThatExist(t *testing.T) {
	known := metrics(t)
	files, err := filepath.Glob("grafana/*.json")
	if err != nil || len(files) != 2 {
		t.Fatalf("%v, %v", files, err)
	}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		var d struct {
			UID, Title string
			Panels     []struct {
				ID      int
				Title   string
				Targets []struct{ Expr string }
			}
		}
		if err := json.Unmarshal(src, &d); err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		ids := map[int]bool{}
		for _, p := range d.Panels {
			if ids[p.ID] || p.Title == "" || len(p.Targets) == 0 {
				t.Errorf("%s: panel %d %q is not whole", f, p.ID, p.Title)
			}
			ids[p.ID] = true
			for _, q := range p.Targets {
				if bad := unknown(known, q.Expr); len(bad) > 0 || !strings.Contains(q.Expr, "bellwether") {
					t.Errorf("%s, %q: %q names %v", f, p.Title, q.Expr, bad)
				}
			}
		}
		if d.UID == "" || len(ids) < 8 {
			t.Errorf("%s has %d panels", f, len(ids))
		}
	}
}
