package e2e

import (
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestOneRunIdJoinsPagesLogsAndMetrics takes the id from the foot of a page and finds the same run in its page and its text, on the command
// line, and in the metrics' exemplars.
func TestOneRunIdJoinsPagesLogsAndMetrics(t *testing.T) {
	base := serve(t, demo.dir)
	chair := signIn(t, base, "chair")
	_, market := get(t, chair, base+"/market")
	foot := regexp.MustCompile(`run <a href="/data/runs/([0-9a-f]{12})">`).FindStringSubmatch(market)
	if foot == nil {
		t.Fatal("the foot of the page names no run")
	}
	id := foot[1]
	code, page := get(t, chair, base+"/data/runs/"+id)
	for _, want := range []string{"Published what was known on", "bellwether demo", "Where the time went", "core.concern", "in force", "run_id=" + id} {
		if code != http.StatusOK || !strings.Contains(page, want) {
			t.Errorf("the run's page (%d) lacks %q", code, want)
		}
	}
	code, text := get(t, chair, base+"/data/runs/"+id+"/lines.txt")
	if code != http.StatusOK || !strings.HasPrefix(text, "# OFFICIAL\n# run "+id) || !strings.Contains(text, "step=Transform") || !strings.Contains(text, "outcome=published") {
		t.Errorf("%d, %.300s", code, text)
	}
	out, status := command("runs", id, "--dir", demo.dir)
	if _, lines, _ := strings.Cut(text, " UTC by "); status != 0 || strings.Count(out, "\n") != strings.Count(lines, "\n")-1 {
		t.Errorf("the command line prints other lines: %d, %.200s", status, out)
	}
	out, status = command("runs", "--json", "--dir", demo.dir)
	var all []struct{ ID, Outcome string }
	if err := json.Unmarshal([]byte(out), &all); status != 0 || err != nil || len(all) == 0 || all[0].ID != id || all[0].Outcome != "published" {
		t.Errorf("%v, %.200s", err, out)
	}
	if out, status := command("runs", "ffffffffffff", "--dir", demo.dir); status != 2 || !strings.Contains(out, "bellwether runs") {
		t.Errorf("an unknown run: %d, %s", status, out)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/metrics", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+metricsToken(t))
	req.Header.Set("Accept", "application/openmetrics-text; version=1.0.0")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if body := readAll(t, resp.Body); !strings.Contains(body, `# {run_id="`+id+`"}`) {
		t.Error("no exemplar carries the run's id")
	}
}
