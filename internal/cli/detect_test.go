package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/panel"
)

// TestDetectSeriesFromTheCommandLine watches one series that is quiet for four years and then is not.
func TestDetectSeriesFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	in, out, detail := filepath.Join(dir, "series.csv"), filepath.Join(dir, "alarms.csv"), filepath.Join(dir, "weeks.csv")
	var b strings.Builder
	b.WriteString("place,week,count\n")
	for w := 1; w <= 208; w++ {
		n := []int{3, 4, 5, 4}[w%4]
		if w == 208 {
			n = 20
		}
		fmt.Fprintf(&b, "Larkshire,%d,%d\n", w, n)
	}
	if err := os.WriteFile(in, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"detect", "series", "--in", in, "--first-week", "207", "--last-week", "208", "--out", out}
	stdout, stderr, code := line(t, args...)
	if code != ExitOK || !strings.Contains(stdout, "1 alarms in 2 weeks of 1 series") || !strings.Contains(stdout, "log odds") {
		t.Errorf("exit code %d, %q, %q", code, stdout, stderr)
	}
	if got, err := os.ReadFile(out); err != nil || string(got) != "place,algorithm,alarms\nLarkshire,outbreak,01\n" {
		t.Errorf("alarms %q, %v", got, err)
	}
	stdout, _, code = line(t, append(args, "--json", "--method", "cusum", "--threshold", "3", "--detail", detail)...)
	var r map[string]any
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != ExitOK || r["method"] != "cusum" || r["threshold"] != 3.0 || r["threshold_default"] != 5.0 {
		t.Errorf("exit code %d, %v, %v", code, r, err)
	}
	if got, err := os.ReadFile(detail); err != nil || !strings.HasSuffix(strings.TrimSpace(string(got)), ",alarm") {
		t.Errorf("detail %q, %v", got, err)
	}
	for _, c := range []struct {
		says string
		more []string
	}{
		{"the methods are outbreak, farrington", []string{"--method", "tarot"}},
		{"threshold 2", []string{"--method", "farrington", "--threshold", "2"}},
		{"week", []string{"--year", "1"}},
	} {
		if _, stderr, code := line(t, append(args, c.more...)...); code == ExitOK || !strings.Contains(stderr, c.says) {
			t.Errorf("%v: exit code %d, %q", c.more, code, stderr)
		}
	}
}

// TestDetectPanelFromTheCommandLine watches forty homes, one of which has a concern a week at the end, and prints what was used.
func TestDetectPanelFromTheCommandLine(t *testing.T) {
	dir := t.TempDir()
	events, homes, out := filepath.Join(dir, "events.csv"), filepath.Join(dir, "homes.csv"), filepath.Join(dir, "scores.csv")
	var e, h strings.Builder
	e.WriteString("home,stream,event_week,delay_weeks,n\n")
	h.WriteString("home,beds\n")
	for k := range 40 {
		fmt.Fprintf(&h, "H%d,40\n", k)
		for w := k % 8; w < 130; w += 8 {
			fmt.Fprintf(&e, "H%d,concern,%d,0,1\n", k, w)
		}
	}
	for w := 118; w < 130; w++ {
		fmt.Fprintf(&e, "H7,concern,%d,0,1\n", w)
	}
	for path, text := range map[string]string{events: e.String(), homes: h.String()} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"detect", "panel", "--events", events, "--units", homes, "--first-week", "129", "--last-week", "129", "--out", out}
	stdout, stderr, code := line(t, append(args, "--json")...)
	var r map[string]any
	th := panel.DefaultThresholds()
	if err := json.Unmarshal([]byte(stdout), &r); err != nil || code != ExitOK || r["method"] != "change" || r["threshold_concern"] != th.Concern || r["threshold_pre_concern"] != th.PreConcern || r["threshold"] != th.Concern {
		t.Fatalf("exit code %d, %v, %v, %q", code, r, err, stderr)
	}
	scores, err := os.ReadFile(out)
	if err != nil || !strings.HasPrefix(string(scores), "replicate,home,week,score\n") || strings.Count(string(scores), "\n") != 41 {
		t.Errorf("scores %q, %v", scores, err)
	}
	for _, c := range []struct {
		says string
		more []string
	}{
		{"1 ", []string{"--threshold", "2.65"}}, {"count", []string{"--method", "count", "--threshold", "9", "--json"}},
	} {
		if stdout, stderr, code := line(t, append(args, c.more...)...); code != ExitOK || !strings.Contains(stdout, c.says) {
			t.Errorf("%v: exit code %d, %q, %q", c.more, code, stdout, stderr)
		}
	}
	if _, stderr, code := line(t, append(args, "--method", "tarot")...); code == ExitOK || !strings.Contains(stderr, "the methods are change, gps, count") {
		t.Errorf("exit code %d, %q", code, stderr)
	}
}
