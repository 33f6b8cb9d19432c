package e2e

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"bellwether/casework/pathway"
)

// waiting is what the command line says of the queue.
type waiting struct {
	Unreviewed int `json:"unreviewed"`
	Overdue    int `json:"overdue"`
	HeldBack   int `json:"held_back"`
	Items      []struct {
		Flag  string `json:"flag_id"`
		State string `json:"state"`
	} `json:"items"`
}

func listed(t *testing.T, args ...string) (w waiting) {
	t.Helper()
	out, code := command(append([]string{"review", "list", "--dir", demo.dir, "--json"}, args...)...)
	if code != 0 {
		t.Fatalf("exit code %d:\n%s", code, out)
	}
	if err := json.Unmarshal([]byte(out), &w); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	return w
}

// scraped sums a metric over its labels.
func scraped(t *testing.T, base, metric string) (sum int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/metrics/business", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+metricsToken(t))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body := readAll(t, resp.Body)
	found := regexp.MustCompile(`(?m)^`+metric+`\{[^}]*\} (\S+)$`).FindAllStringSubmatch(body, -1)
	if len(found) == 0 {
		t.Fatalf("no metric %s in\n%.800s", metric, body)
	}
	for _, f := range found {
		v, err := strconv.ParseFloat(f[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += int(v)
	}
	return sum
}

// agree asks the page and the metrics what waits, and holds both against what the command said.
func agree(t *testing.T, base string, member *http.Client, list waiting) {
	t.Helper()
	_, page := get(t, member, base+"/review")
	tabs := map[string]int{}
	for _, m := range regexp.MustCompile(`>([A-Z][a-z ]+) <span class="bw-tabs__n">(\d+)</span>`).FindAllStringSubmatch(page, -1) {
		tabs[m[1]], _ = strconv.Atoi(m[2])
	}
	if list.Unreviewed == 0 || tabs["To review"] != list.Unreviewed || tabs["Overdue"] != list.Overdue || tabs["Held back"] != list.HeldBack || len(list.Items) != list.Unreviewed {
		t.Errorf("the page shows %v, the command %d unreviewed, %d overdue, %d held back", tabs, list.Unreviewed, list.Overdue, list.HeldBack)
	}
	if n := scraped(t, base, "bellwether_flags_unacknowledged"); n != list.Unreviewed {
		t.Errorf("the metric says %d unreviewed, the command %d", n, list.Unreviewed)
	}
	if n := scraped(t, base, "bellwether_flags_overdue"); n != list.Overdue {
		t.Errorf("the metric says %d overdue, the command %d", n, list.Overdue)
	}
}

// TestScreenMetricAndCommandAgree: the queue is one, whoever asks, before and after a decision.
func TestScreenMetricAndCommandAgree(t *testing.T) {
	before := listed(t)
	flag := before.Items[0].Flag
	// One process opens a snapshot once: the command is asked while no server runs in this one.
	t.Run("before and at a decision", func(t *testing.T) {
		base := serve(t, demo.dir)
		member := signIn(t, base, "member")
		agree(t, base, member, before)
		resp, err := member.PostForm(base+"/review/"+flag, url.Values{"step": {"decide"}, "version": {"0"}, "decide_outcome": {"visit"}, "decide_reason": {"Two visits are booked."},
			"decide_next_review-day": {"29"}, "decide_next_review-month": {"10"}, "decide_next_review-year": {"2026"}})
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if body := readAll(t, resp.Body); resp.StatusCode != http.StatusOK || !strings.Contains(body, "It comes back on 29 Oct 2026") {
			t.Fatalf("deciding: %d\n%.1500s", resp.StatusCode, body)
		}
	})
	after := listed(t)
	t.Run("after", func(t *testing.T) {
		base := serve(t, demo.dir)
		agree(t, base, signIn(t, base, "member"), after)
	})
	if after.Unreviewed != before.Unreviewed-1 || after.Items[0].Flag == flag {
		t.Errorf("%d unreviewed after a decision on one of %d", after.Unreviewed, before.Unreviewed)
	}
	if all := listed(t, "--all"); len(all.Items) <= len(after.Items) {
		t.Errorf("--all lists %d items, %d wait", len(all.Items), len(after.Items))
	}
	if out, code := command("review", "list", "--dir", demo.dir); code != 0 || !strings.Contains(out, "to review,") || !strings.Contains(out, "PROVIDER") {
		t.Errorf("exit code %d:\n%.400s", code, out)
	}
	if out, code := command("review", "list", "--dir", t.TempDir()); code != 2 {
		t.Errorf("exit code %d where there is no instance:\n%s", code, out)
	}
}

func TestPathwayIsDrawnAndChecked(t *testing.T) {
	for args, want := range map[string]string{"draw": "Stage 1: decision to initiate (level 2, at most 5 days)", "draw four-steps --as mermaid": "flowchart TB", "draw joined --as dot": "digraph",
		"check joined": "is sound: 11 stages", "check four-steps": "four-steps is sound"} {
		out, code := command(append([]string{"pathway"}, strings.Fields(args)...)...)
		if code != 0 || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d\n%.600s", args, code, out)
		}
	}
	file := t.TempDir() + "/ours.yml"
	if err := os.WriteFile(file, []byte("version: 1\nname: ours\ntitle: Ours\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for args, want := range map[string]string{"check six-steps": "choose from", "check " + file: "the unknown stage", "draw nowhere": "choose from"} {
		if out, code := command(append([]string{"pathway"}, strings.Fields(args)...)...); code != 2 || !strings.Contains(out, want) {
			t.Errorf("%s: exit code %d\n%s", args, code, out)
		}
	}
	out, code := command("pathway", "check", "joined", "--json")
	joined, err := pathway.Shipped("joined")
	if err != nil {
		t.Fatal(err)
	}
	var counted struct{ Stages, Moves int }
	if code != 0 || json.Unmarshal([]byte(out), &counted) != nil || counted.Stages != len(joined.Stages) || counted.Moves != len(joined.Moves) {
		t.Errorf("exit code %d: %s", code, out)
	}
	if out, code := command("pathway", "draw", "--json"); code != 0 || !json.Valid([]byte(out)) {
		t.Errorf("exit code %d", code)
	}
}
