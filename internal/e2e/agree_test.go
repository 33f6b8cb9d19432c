package e2e

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"bellwether/internal/instance"
)

// levelNames are what the levels are called on pages, from pre-provider concern up.
var levelNames = []string{"market management", "pre-provider concern", "provider concern", "provider failure"}

// TestNumbersAgreeEverywhere asks one snapshot the same questions by every door as the chair, and holds the answers against one another:
// what the page says in words, the rows of its table, the API, the download, the command line and the metrics.
func TestNumbersAgreeEverywhere(t *testing.T) {
	base := serve(t, demo.dir)
	chair := signIn(t, base, "chair")
	page := func(path string) string {
		code, body := get(t, chair, base+path)
		if code != http.StatusOK {
			t.Fatalf("%s: %d", path, code)
		}
		return body
	}
	var flags struct {
		Snapshot string
		Total    int
		Data     []struct {
			ID    string
			Level int
		}
	}
	if err := json.Unmarshal([]byte(page("/api/v1/flags?state=open")), &flags); err != nil {
		t.Fatal(err)
	}
	var market struct {
		Snapshot string
		Data     struct {
			Levels []struct{ Level, Providers int }
		}
	}
	if err := json.Unmarshal([]byte(page("/api/v1/market")), &market); err != nil {
		t.Fatal(err)
	}
	if flags.Total == 0 || len(flags.Data) == 0 || flags.Snapshot != market.Snapshot {
		t.Fatalf("%d flags of %s, market of %s", flags.Total, flags.Snapshot, market.Snapshot)
	}

	// The tab of the page, and the rows of its list: those folded under another are on it too.
	screen := page("/flags")
	if tab := regexp.MustCompile(`>Open <span class="bw-tabs__n">([0-9,]+)<`).FindStringSubmatch(screen); tab == nil || tab[1] != strconv.Itoa(flags.Total) {
		t.Errorf("the page counts %v open flags, the API %d", tab, flags.Total)
	}
	if !strings.Contains(screen, flags.Snapshot) {
		t.Error("the page is of another snapshot")
	}
	listed := map[string]bool{}
	for n := 1; n < 20; n++ {
		body := page(fmt.Sprintf("/flags?page=%d", n))
		for _, m := range regexp.MustCompile(`href="/flags/([0-9a-fA-F]{8,})"`).FindAllStringSubmatch(body, -1) {
			listed[m[1]] = true
		}
		if !strings.Contains(body, `rel="next"`) {
			break
		}
	}
	for _, f := range flags.Data {
		if !listed[f.ID] {
			t.Errorf("the flag %s is in the API and not on the page", f.ID)
		}
	}

	// The command line, on the same snapshot.
	out, code := command("query", "SELECT count(*)::INTEGER AS n FROM analytics.flag WHERE state = 'open'", "--json", "--dir", demo.dir)
	if code != 0 || !regexp.MustCompile(`:\s*`+strconv.Itoa(flags.Total)+`\b`).MatchString(out) {
		t.Errorf("the command line counts %s, the API %d", out, flags.Total)
	}

	// Providers by level: the API, the list behind the market's tile, its figure as rows, and the metrics.
	metric := businessMetrics(t, base)
	for _, l := range market.Data.Levels {
		if l.Level == 0 {
			continue
		}
		var list struct{ Total int }
		if err := json.Unmarshal([]byte(page("/api/v1/providers?level="+strconv.Itoa(l.Level))), &list); err != nil || list.Total != l.Providers {
			t.Errorf("level %d: the market counts %d providers, the list %d (%v)", l.Level, l.Providers, list.Total, err)
		}
		body := page("/providers?level=" + strconv.Itoa(l.Level))
		shown := regexp.MustCompile(`class="bw-count">([0-9,]+) provider`).FindStringSubmatch(body)
		if l.Providers > 0 && (shown == nil || shown[1] != strconv.Itoa(l.Providers)) {
			t.Errorf("level %d: the page counts %v, the API %d", l.Level, shown, l.Providers)
		}
		name := `bellwether_providers{concern_stage="` + strings.ReplaceAll(strings.ReplaceAll(levelNames[l.Level], " ", "_"), "-", "_") + `"}`
		if got, ok := metric[name]; !ok || got != float64(l.Providers) {
			t.Errorf("%s is %v (%v), the API says %d", name, got, ok, l.Providers)
		}
	}
	open := 0.0
	for name, v := range metric {
		if strings.HasPrefix(name, "bellwether_flags_open{") {
			open += v
		}
	}
	if int(open) != flags.Total {
		t.Errorf("the metrics count %v open flags, the API %d", open, flags.Total)
	}

	// A figure's table on the page and its rows as CSV.
	rows, err := csv.NewReader(strings.NewReader(page("/market?figure=ratings&format=csv"))).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	whole := page("/market")
	figure := whole[strings.Index(whole, `id="ratings"`):]
	figure = figure[:strings.Index(figure, "</figure>")]
	for _, row := range rows[1:] {
		for _, cell := range row {
			if cell != "" && !strings.Contains(strings.ReplaceAll(figure, ",", ""), strings.ReplaceAll(cell, ",", "")) {
				t.Errorf("the download holds %q, the page doesn't", cell)
			}
		}
	}
}

// businessMetrics reads the business endpoint into a map.
func businessMetrics(t *testing.T, base string) map[string]float64 {
	t.Helper()
	token, err := os.ReadFile(filepath.Join(demo.dir, instance.Secrets, instance.MetricsToken))
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base+"/metrics/business", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+strings.TrimSpace(string(token)))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	out := map[string]float64{}
	for line := range strings.Lines(readAll(t, resp.Body)) {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), "} "); ok && !strings.HasPrefix(line, "#") {
			if f, err := strconv.ParseFloat(value, 64); err == nil {
				out[name+"}"] = f
			}
		}
	}
	return out
}
