package detect

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"bellwether/analytics/surveillance/simulate"
)

// The simulated homes that other detectors were scored on: false flags at the
// default thresholds, and what is caught when thresholds are tuned to 5 false
// flags per 100 provider-years.
func TestReferenceHomes(t *testing.T) {
	root := os.Getenv("BELLWETHER_ORACLE")
	if root == "" {
		t.Skip("BELLWETHER_ORACLE is not set: it names the folder of reference data (carehome/step13, carehome/step26)")
	}
	if testing.Short() {
		t.Skip("scores one and a half million home-weeks")
	}
	for _, c := range []struct {
		set                 string
		three, five, median float64
	}{{"step13", 0.32, 0.79, 6}, {"step26", 0.65, 0.95, 8}} {
		t.Run(c.set, func(t *testing.T) {
			dir := filepath.Join(root, "carehome", c.set)
			out := filepath.Join(t.TempDir(), "scores.csv")
			r, err := Panel(context.Background(), Options{Events: filepath.Join(dir, "events.csv.gz"), Units: filepath.Join(dir, "homes.csv"), FirstWeek: 156, LastWeek: 259, Out: out})
			if err != nil {
				t.Fatal(err)
			}
			scores, truth := scored(t, dir, out, r)
			at := simulate.Score(scores, truth, 156, r.Concern)
			below := simulate.Score(scores, truth, 156, r.PreConcern)
			t.Logf("default thresholds: %.2f and %.2f false flags per 100 provider-years", at.FalseFlags, below.FalseFlags)
			if at.FalseFlags > 5.5 || below.FalseFlags > 21 {
				t.Errorf("false flags %.2f at concern (5.5 allowed), %.2f at pre-concern (21 allowed)", at.FalseFlags, below.FalseFlags)
			}
			o := simulate.Score(scores, truth, 156, simulate.Threshold(scores, truth, 156, 5))
			t.Logf("at 5: caught x3 %.1f %%, x5 %.1f %% (median %v weeks)", 100*o.Caught[3], 100*o.Caught[5], o.Median[5])
			if o.Caught[3] < c.three || o.Caught[5] < c.five || o.Median[5] > c.median {
				t.Errorf("caught %v, median %v", o.Caught, o.Median)
			}
		})
	}
}

func scored(t *testing.T, dir, out string, r Report) ([][]float64, []simulate.Truth) {
	t.Helper()
	home := map[string]int{}
	var scores [][]float64
	each(t, out, func(tab *table) {
		k := tab.text("replicate", "") + "/" + tab.text("home", "")
		i, ok := home[k]
		if !ok {
			i = len(scores)
			home[k] = i
			scores = append(scores, make([]float64, 0, r.LastWeek-r.FirstWeek+1))
		}
		v, err := strconv.ParseFloat(tab.text("score", ""), 64)
		if err != nil {
			t.Fatal(err)
		}
		scores[i] = append(scores[i], v)
	}, "replicate", "home", "week", "score")
	truth := make([]simulate.Truth, len(scores))
	each(t, filepath.Join(dir, "truth.csv"), func(tab *table) {
		m, _ := tab.whole("multiplier", 1, 100)
		s, _ := tab.whole("start_week", 0, 1000)
		n, _ := tab.whole("weeks", 1, 1000)
		truth[home[tab.text("replicate", "")+"/"+tab.text("home", "")]] = simulate.Truth{Multiplier: float64(m), Start: s, Weeks: n}
	}, "replicate", "home", "multiplier", "start_week", "weeks")
	return scores, truth
}

func each(t *testing.T, name string, f func(*table), need ...string) {
	t.Helper()
	tab, err := openTable(name, need...)
	if err != nil {
		t.Fatal(err)
	}
	defer tab.close()
	for {
		ok, err := tab.next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return
		}
		f(tab)
	}
}
