package pipeline

import (
	"fmt"
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/analytics/rules"
)

var oneWeek = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// homes makes one look of each home: its beds and its concerns of twelve weeks.
func homes(beds, concerns []float64) []*unit {
	out := make([]*unit, len(beds))
	for i := range beds {
		v := rules.NewValues()
		_ = v.Set("concerns_12w", concerns[i])
		out[i] = &unit{id: fmt.Sprint("H", i), provider: fmt.Sprint("P", i), kind: "care_home", exposure: beds[i], exposureBasis: "beds",
			looks: []look{{week: oneWeek, endsOn: oneWeek.AddDate(0, 0, 6), values: v}}}
	}
	return out
}

func scores(t interface {
	Helper()
	Fatalf(string, ...any)
}, units []*unit) map[string]float64 {
	t.Helper()
	if err := placeInFunnels(units); err != nil {
		t.Fatalf("%v", err)
	}
	out := map[string]float64{}
	for _, u := range units {
		l := &u.looks[0]
		z, ok := l.get("funnel_z")
		if p := l.concernZ; p != nil {
			for name, x := range map[string]float64{"z": p.z, "expected": p.expected, "low": p.usualLow, "high": p.usualHigh, "score": z} {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("%s of %s is %g", name, u.id, x)
				}
			}
			if !ok || p.usualLow > p.usualHigh || p.oneIn < 0 {
				t.Fatalf("%s: %+v", u.id, p)
			}
			out[u.id] = z
		}
	}
	return out
}

func many(n int, x float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = x
	}
	return out
}

func TestFunnelsOfOddMarkets(t *testing.T) {
	spike := many(20, 1)
	spike[7] = 1e6
	none := many(20, 30)
	none[3], none[4] = 0, -5
	for name, tt := range map[string]struct {
		beds, concerns []float64
		placed         int
	}{
		"nobody": {nil, nil, 0}, "one provider": {many(1, 40), many(1, 9), 0}, "two": {many(2, 40), many(2, 3), 0}, "all zeros": {many(20, 40), many(20, 0), 0},
		"all alike": {many(20, 40), many(20, 2), 20}, "a million in a week": {many(20, 40), spike, 20}, "no beds in two": {none, many(20, 2), 18},
		"no beds anywhere": {many(20, 0), many(20, 2), 0}, "unknown counts": {many(20, 40), many(20, math.NaN()), 0},
	} {
		t.Run(name, func(t *testing.T) {
			got := scores(t, homes(tt.beds, tt.concerns))
			if len(got) != tt.placed {
				t.Errorf("%d homes are placed, want %d", len(got), tt.placed)
			}
			if name == "a million in a week" && got["H7"] <= 3.09 {
				t.Errorf("a million concerns score %g", got["H7"])
			}
			if name == "all alike" && got["H0"] != 0 {
				t.Errorf("a home like all others scores %g", got["H0"])
			}
		})
	}
}

func drawMarket(t *rapid.T) (beds, concerns []float64) {
	for range rapid.IntRange(12, 40).Draw(t, "homes") {
		beds = append(beds, float64(rapid.IntRange(4, 90).Draw(t, "beds")))
		concerns = append(concerns, float64(rapid.IntRange(0, 12).Draw(t, "concerns")))
	}
	return beds, concerns
}

// Counting beds in dozens changes no score, and neither does the order of the homes.
func TestFunnelProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		beds, concerns := drawMarket(rt)
		want := scores(rt, homes(beds, concerns))
		dozens := make([]float64, len(beds))
		for i := range beds {
			dozens[i] = beds[i] / 12
		}
		for id, z := range scores(rt, homes(dozens, concerns)) {
			if math.Abs(z-want[id]) > 2e-6 {
				rt.Fatalf("%s scores %g, and %g by the dozen", id, want[id], z)
			}
		}
		units := homes(beds, concerns)
		for id, z := range scores(rt, rapid.Permutation(units).Draw(rt, "order")) {
			if math.Abs(z-want[id]) > 2e-6 {
				rt.Fatalf("%s scores %g, and %g in another order", id, want[id], z)
			}
		}
	})
}

func TestRoundingComesBeforeDeciding(t *testing.T) {
	for x, want := range map[float64]float64{1.23456789: 1.2346, -0.00004: 0, 2.5: 2.5} {
		if got := round4(x); got != want {
			t.Errorf("round4(%v) = %v, want %v", x, got, want)
		}
	}
	if got := round6(2.6499996); got != 2.65 {
		t.Errorf("round6 = %v", got)
	}
	p := placed{observed: 9, expected: 2.1, usualLow: 0.4, usualHigh: 5.2, z: 3.4, oneIn: 290}
	s := p.signal(12)
	if s.Observed.Value != 9 || s.Expected.Value != 2.1 || s.UsualHigh.Value != 5.2 || s.OneIn != 290 || s.WindowWeeks != 12 {
		t.Errorf("%+v", s)
	}
}
