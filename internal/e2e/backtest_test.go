package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestBacktestOfTheCounty replays the county, with its truth file, and holds the report to what must be so whatever the figures.
func TestBacktestOfTheCounty(t *testing.T) {
	dir := t.TempDir()
	page, data, truth := filepath.Join(dir, "report.html"), filepath.Join(dir, "report.json"), filepath.Join("..", "..", "sample-data", "larkshire", "truth.json")
	out, code := command("backtest", "--dir", demo.dir, "--truth", truth, "--html", page, "--out", data)
	for _, want := range []string{"Overall rating lowered", "Any closure", "No feed that is read carries enforcement", "Last rating and its age", "Three concerns in 12 weeks", "AREA UNDER THE CURVE", "Planted stories"} {
		if code != 0 || !strings.Contains(out, want) {
			t.Fatalf("exit code %d, lacks %q in:\n%s", code, want, out)
		}
	}
	for _, banned := range []string{"NaN", "Inf", "accuracy"} {
		if strings.Contains(out, banned) {
			t.Errorf("the report says %q", banned)
		}
	}
	src, err := os.ReadFile(data)
	if err != nil {
		t.Fatal(err)
	}
	type share struct {
		N, Of     int
		Low, High float64
	}
	var r struct {
		Providers int
		Outcomes  []struct {
			Outcome string
			Methods []struct {
				Method            string
				Precision, Recall share
				Time              float64 `json:"share_of_time_alerted"`
			}
			Planted []struct{ Found share }
		}
	}
	if err := json.Unmarshal(src, &r); err != nil || r.Providers < 100 {
		t.Fatalf("%v, %d providers", err, r.Providers)
	}
	measured := 0
	for _, o := range r.Outcomes {
		for _, m := range o.Methods {
			measured++
			if m.Recall.N > m.Recall.Of || m.Precision.Low > m.Precision.High || m.Time < 0 || m.Time > 1 {
				t.Errorf("%s, %s: %+v", o.Outcome, m.Method, m)
			}
		}
		for _, p := range o.Planted {
			if p.Found.N != p.Found.Of {
				t.Errorf("%d of %d planted stories are found", p.Found.N, p.Found.Of)
			}
		}
	}
	if measured < 10 {
		t.Errorf("%d methods measured", measured)
	}
	html, err := os.ReadFile(page)
	if err != nil || !strings.Contains(string(html), "<caption>") || strings.Contains(string(html), "<script") {
		t.Errorf("the page: %v", err)
	}
	again, _ := command("backtest", "--dir", demo.dir, "--truth", truth)
	if again != out {
		t.Error("the same snapshot gives another report")
	}
}

func TestBacktestRefusals(t *testing.T) {
	odd := filepath.Join(t.TempDir(), "odd.json")
	if err := os.WriteFile(odd, []byte(`{"stories": []}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--horizon-days", "1"}, "from 7 to 3650"}, {[]string{"--since", "soon"}, "not a date"}, {[]string{"--set", "nowhere.yml"}, "neither a rule set"},
		{[]string{"--truth", "/nowhere.json"}, "--truth"}, {[]string{"--truth", odd}, "names no story"},
	} {
		if out, code := command(append(append([]string{"backtest"}, c.args...), "--dir", demo.dir)...); code != 2 || !strings.Contains(out, c.want) {
			t.Errorf("%v: exit code %d, want 2 and %q: %s", c.args, code, c.want, out)
		}
	}
}
