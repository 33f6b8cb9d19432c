package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

	"bellwether/internal/tooltest"
)

// setting finds the values of a key in a unit.
func setting(t *testing.T, file, key string) (out []string) {
	t.Helper()
	src, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(src)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), key+"="); ok {
			out = append(out, value)
		}
	}
	return out
}

// Every unit is confined, and each job has its timer.
func TestUnitsAreConfined(t *testing.T) {
	units, err := filepath.Glob("systemd/*.service")
	if err != nil || len(units) != 4 {
		t.Fatalf("%v, %v", units, err)
	}
	for _, u := range units {
		for key, want := range map[string]string{"User": "bellwether", "NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes", "CapabilityBoundingSet": "", "UMask": "0077",
			"SystemCallErrorNumber": "EPERM", "MemoryDenyWriteExecute": "yes", "PrivateUsers": "yes"} {
			if got := setting(t, u, key); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s is %q, want %q", u, key, got, want)
			}
		}
		if !strings.Contains(strings.Join(setting(t, u, "ExecStart"), " "), "/usr/local/bin/bellwether ") {
			t.Errorf("%s does not start bellwether", u)
		}
		if u == "systemd/bellwether.service" {
			continue
		}
		timer := strings.TrimSuffix(u, ".service") + ".timer"
		if got := setting(t, timer, "OnCalendar"); len(got) != 1 || !strings.Contains(got[0], "Europe/London") {
			t.Errorf("%s runs at %q", timer, got)
		}
		if got := setting(t, u, "RestartPreventExitStatus"); len(got) != 1 || got[0] != "1 2 3" {
			t.Errorf("%s does not try again when something is being loaded", u)
		}
	}
}

// The service's runs may lower themselves, and every job gives way to it.
func TestUnitsLetWorkGiveWay(t *testing.T) {
	const service = "systemd/bellwether.service"
	allowed := false
	for _, f := range setting(t, service, "SystemCallFilter") { // each line adds to the ones before, or takes away
		names, takes := strings.CutPrefix(f, "~")
		for _, name := range strings.Fields(names) {
			if name == "@resources" || name == "@system-service" || name == "setpriority" {
				allowed = !takes
			}
		}
	}
	if !allowed {
		t.Error("the service's filter ends a run that lowers its priority")
	}
	units, err := filepath.Glob("systemd/*.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		if weight, nice := setting(t, u, "CPUWeight"), setting(t, u, "Nice"); u != service && (len(weight) != 1 || weight[0] != "20" || len(nice) != 1 || nice[0] != "10") {
			t.Errorf("%s: CPUWeight %q, Nice %q", u, weight, nice)
		}
	}
}

// systemd's own check: the program it names need not be installed.
func TestSystemdReadsTheUnits(t *testing.T) {
	analyze := tooltest.Find(t, "systemd-analyze")
	units, err := filepath.Glob("systemd/*.[st]*")
	if err != nil || len(units) != 7 {
		t.Fatal(units, err)
	}
	out, _ := exec.CommandContext(t.Context(), analyze, append([]string{"verify", "--man=no"}, units...)...).CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.Contains(line, "bellwether") && !strings.Contains(line, "is not executable") && !strings.Contains(line, "No such file") {
			t.Errorf("systemd says: %s", line)
		}
	}
}

// systemd's own measure of what a unit could reach if it were taken over, from 0 (nothing) to 10 (everything): docs/reliability.md has the figures.
func TestSystemdFindsTheUnitsClosed(t *testing.T) {
	analyze := tooltest.Find(t, "systemd-analyze")
	units, err := filepath.Glob("systemd/*.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, u := range units {
		most := "10" // in tenths
		if u == "systemd/bellwether.service" {
			most = "20" // it must listen, and call the schedule's services
		}
		out, err := exec.CommandContext(t.Context(), analyze, "security", "--no-pager", "--offline=yes", "--threshold="+most, u).CombinedOutput()
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		t.Log(lines[len(lines)-1])
		if err != nil {
			t.Errorf("%s reaches more than %s tenths: %v\n%s", u, most, err, out)
		}
	}
}

// The backup and the verification reach a database on another machine with what is laid beside them, and nothing else changes.
func TestCaseworkElsewhereIsReached(t *testing.T) {
	const beside = "systemd/casework-elsewhere.conf"
	if got := setting(t, beside, "PrivateNetwork"); len(got) != 1 || got[0] != "no" {
		t.Errorf("PrivateNetwork is %q", got)
	}
	if got := setting(t, beside, "RestrictAddressFamilies"); len(got) != 1 || got[0] != "AF_INET AF_INET6" { // added to the unit's own
		t.Errorf("RestrictAddressFamilies is %q", got)
	}
	for _, job := range []string{"backup", "verify"} {
		unit := "systemd/bellwether-" + job + ".service"
		if got := setting(t, unit, "PrivateNetwork"); len(got) != 1 || got[0] != "yes" {
			t.Errorf("%s: PrivateNetwork is %q", unit, got)
		}
	}
}

// What can't be run here says so, and is at least well formed.
func TestWhatIsNotTriedSaysSo(t *testing.T) {
	for _, f := range []string{"container/Dockerfile", "container/compose.yml", "kubernetes/bellwether.yml"} {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(src), "ot tried") {
			t.Errorf("%s does not say that it was not tried", f)
		}
		if filepath.Ext(f) != ".yml" {
			continue
		}
		for _, doc := range strings.Split(string(src), "\n---\n") {
			var v map[string]any
			if err := yaml.Unmarshal([]byte(doc), &v); err != nil || len(v) == 0 {
				t.Errorf("%s: %v", f, err)
			}
		}
	}
	src, err := os.ReadFile("container/Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"USER nonroot", "distroless", "make build"} {
		if !strings.Contains(string(src), want) {
			t.Errorf("the container file lacks %q", want)
		}
	}
}
