//go:build heldout

package panel_test

import (
	"testing"

	"bellwether/analytics/surveillance/panel"
	"bellwether/analytics/surveillance/simulate"
)

// Fresh panels, from seeds that nothing was tuned on, at the default limits as they are: other lengths, ramps, and fifty homes.
//
//	go test -tags heldout ./analytics/surveillance/panel -run HeldOut -v
func TestHeldOut(t *testing.T) {
	for _, c := range []struct {
		name                string
		homes, length, ramp int
		reps                int
		share               float64 // of homes that get worse
		falseFlags, x3, x5  float64 // most false flags and least caught at the default concern limit
	}{
		{"13 weeks, 500 homes", 500, 13, 0, 4, 0.3, 5.5, 0.30, 0.74}, {"26 weeks, 500 homes", 500, 26, 0, 4, 0.3, 5.5, 0.52, 0.87},
		{"13 weeks, 50 homes", 50, 13, 0, 24, 0.3, 6, 0.26, 0.70}, {"26 weeks, 50 homes", 50, 26, 0, 24, 0.3, 6, 0.52, 0.87},
		{"climbing for 13 of 26 weeks, 500 homes", 500, 26, 13, 4, 0.3, 5.5, 0.42, 0.82}, {"20 weeks, 500 homes", 500, 20, 0, 4, 0.3, 5.5, 0.45, 0.84},
		{"13 weeks, one in ten worse, 500 homes", 500, 13, 0, 6, 0.1, 5.5, 0.24, 0.68}, {"13 weeks, one in ten worse, 50 homes", 50, 13, 0, 60, 0.1, 6, 0.24, 0.68},
	} {
		m := simulate.Care(c.homes, c.length)
		m.Deteriorating, m.Ramp = c.share, c.ramp
		var scores [][]float64
		var truth []simulate.Truth
		for rep := range c.reps {
			in, tr := draw(t, m, 70_000+uint64(rep))
			e, err := panel.New(in, panel.Defaults())
			if err != nil {
				t.Fatal(err)
			}
			rows := make([][]float64, c.homes)
			for week := 156; week < 260; week++ {
				l, err := e.Look(week)
				if err != nil {
					t.Fatal(err)
				}
				for u, r := range l.Units {
					rows[u] = append(rows[u], r.Score)
				}
			}
			scores, truth = append(scores, rows...), append(truth, tr...)
		}
		th := panel.DefaultThresholds()
		o, pre := simulate.Score(scores, truth, 156, th.Concern), simulate.Score(scores, truth, 156, th.PreConcern)
		tuned := simulate.Score(scores, truth, 156, simulate.Threshold(scores, truth, 156, 5))
		t.Logf("%-40s concern: %.1f false, x3 %.1f %% (%d homes), x5 %.1f %% (median %.0f weeks); pre-concern: %.1f false; tuned to 5: x3 %.1f %%, x5 %.1f %% (%.0f)", c.name, o.FalseFlags,
			100*o.Caught[3], o.Homes[3], 100*o.Caught[5], o.Median[5], pre.FalseFlags, 100*tuned.Caught[3], 100*tuned.Caught[5], tuned.Median[5])
		if o.FalseFlags > c.falseFlags || o.Caught[3] < c.x3 || o.Caught[5] < c.x5 {
			t.Errorf("%s: %.2f false flags (most %.1f), x3 %.3f (least %.2f), x5 %.3f (least %.2f)", c.name, o.FalseFlags, c.falseFlags, o.Caught[3], c.x3, o.Caught[5], c.x5)
		}
	}
}
