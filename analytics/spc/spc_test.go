package spc

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func steady(n int, values ...float64) []float64 {
	var out []float64
	for len(out) < n {
		out = append(out, values...)
	}
	return out[:n]
}

func TestSeriesSaysWhatItsLatestPointShows(t *testing.T) {
	usual := steady(24, 5, 6, 4, 5, 7, 5)
	for name, c := range map[string]struct {
		y         []float64
		o         Options
		variation Variation
		assurance Assurance
		label     string
		limits    bool
	}{
		"usual":                      {usual, Options{Better: LowIsGood}, Common, NoTarget, "Common Cause", true},
		"far too many, low is good":  {append(steady(24, 5, 6, 4, 5, 7, 5), 20), Options{Better: LowIsGood, Baseline: 24}, ConcerningHigh, NoTarget, "Above UCL", true},
		"far too many, high is good": {append(steady(24, 5, 6, 4, 5, 7, 5), 20), Options{Better: HighIsGood, Baseline: 24}, ImprovingHigh, NoTarget, "Above UCL", true},
		"far too few, high is good":  {append(steady(24, 5, 6, 4, 5, 7, 5), -9), Options{Better: HighIsGood, Baseline: 24}, ConcerningLow, NoTarget, "Below LCL", true},
		"far too few, low is good":   {append(steady(24, 5, 6, 4, 5, 7, 5), -9), Options{Better: LowIsGood, Baseline: 24}, ImprovingLow, NoTarget, "Below LCL", true},
		"neither way is better, up":  {append(steady(24, 5, 6, 4, 5, 7, 5), 20), Options{Baseline: 24}, SpecialHigh, NoTarget, "Above UCL", true},
		"neither way is better, down": {append(steady(24, 5, 6, 4, 5, 7, 5), -9), Options{Baseline: 24}, SpecialLow, NoTarget,
			"Below LCL", true},
		"target within reach":  {usual, Options{Better: LowIsGood, Target: To(5)}, Common, HitAndMiss, "Common Cause", true},
		"target always met":    {usual, Options{Better: LowIsGood, Target: To(50)}, Common, WillPass, "Common Cause", true},
		"target always missed": {usual, Options{Better: LowIsGood, Target: To(-50)}, Common, WillFail, "Common Cause", true},
		"target, high is good": {usual, Options{Better: HighIsGood, Target: To(-50)}, Common, WillPass, "Common Cause", true},
		"all nought":           {steady(24, 0), Options{Better: LowIsGood, Target: To(1)}, Common, NoTarget, "Common Cause", false},
		"one value":            {[]float64{3}, Options{Better: LowIsGood, Target: To(1)}, TooFew, NoTarget, "Common Cause", false},
		"six values":           {steady(6, 1, 2), Options{Better: LowIsGood, Target: To(9)}, TooFew, NoTarget, "Common Cause", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Series(c.y, c.o)
			if err != nil {
				t.Fatal(err)
			}
			if got.Variation != c.variation || got.Assurance != c.assurance || got.HasLimits != c.limits {
				t.Errorf("%s and %s, limits %v; want %s and %s, %v", got.Variation, got.Assurance, got.HasLimits, c.variation, c.assurance, c.limits)
			}
			if l := got.Points[len(got.Points)-1].Label; l != c.label {
				t.Errorf("the last point is labelled %q, want %q", l, c.label)
			}
			if got.Kind != XmR || got.Open != -1 {
				t.Errorf("kind %q, open %d", got.Kind, got.Open)
			}
		})
	}
}

func TestSeriesWithNothingAndWithWhatIsNoNumber(t *testing.T) {
	c, err := Series(nil, Options{Better: LowIsGood, Target: To(1)})
	if err != nil || c.Kind != Nothing || c.Variation != TooFew || c.Assurance != NoTarget || c.HasLimits {
		t.Errorf("%+v, %v", c, err)
	}
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		if _, err := Series([]float64{1, bad}, Options{}); err == nil || !strings.Contains(err.Error(), "point 1") {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

// every lists days from first in steps.
func every(first, step, n int) []int {
	var out []int
	for i := range n {
		out = append(out, first+i*step)
	}
	return out
}

func TestEventsChooseTheirChart(t *testing.T) {
	const last = 52*7 - 1
	for name, c := range map[string]struct {
		days      []int
		kind      Kind
		variation Variation
		because   string
		open      int
	}{
		"none":                       {nil, Nothing, TooFew, "Too few events", -1},
		"four, one a season":         {[]int{10, 100, 190, 280}, Nothing, TooFew, "Too few events", 83},
		"one a fortnight":            {every(0, 14, 26), XmR, Common, "hold an event", -1},
		"six, far apart":             {[]int{10, 45, 130, 170, 260, 300}, T, TooFew, "days between events", 63},
		"ten, several on one day":    {[]int{10, 10, 45, 45, 130, 130, 170, 260, 300, 300}, G, Common, "days between events", 63},
		"one busy month, then quiet": {[]int{1, 2, 4, 5, 7, 8, 10, 11, 12}, T, ImprovingHigh, "days between events", last - 12},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := Events(c.days, 0, last, Options{Better: LowIsGood})
			if err != nil {
				t.Fatal(err)
			}
			if got.Kind != c.kind || got.Variation != c.variation || got.Open != c.open || !strings.Contains(got.Because, c.because) {
				t.Errorf("kind %q, %s, open %d, because %q", got.Kind, got.Variation, got.Open, got.Because)
			}
		})
	}
}

func TestGapsThatShortenAreConcerningAndGapsThatLengthenAreNot(t *testing.T) {
	// Ten gaps of about four months, then seven of two weeks.
	closing := []int{0}
	for _, g := range []int{110, 130, 105, 124, 118, 126, 121, 117, 123, 119, 14, 12, 15, 13, 14, 12, 13} {
		closing = append(closing, closing[len(closing)-1]+g)
	}
	end := closing[len(closing)-1]
	got, err := Events(closing, 0, end+3, Options{Better: LowIsGood})
	if err != nil || got.Kind != T || got.Variation != ConcerningLow {
		t.Fatalf("%q %s, %v", got.Kind, got.Variation, err)
	}
	// The same events, then a long quiet: the run of short gaps has ended.
	got, err = Events(closing, 0, end+100, Options{Better: LowIsGood})
	if err != nil || got.Variation == ConcerningLow {
		t.Errorf("after a quiet quarter still %s, %v", got.Variation, err)
	}
	opening := []int{0}
	for _, g := range []int{34, 31, 36, 33, 35, 32, 34, 33, 120, 124, 118, 126, 121, 117, 125} {
		opening = append(opening, opening[len(opening)-1]+g)
	}
	got, err = Events(opening, 0, opening[len(opening)-1]+5, Options{Better: LowIsGood})
	if err != nil || got.Variation != ImprovingHigh {
		t.Errorf("lengthening gaps are %s, %v", got.Variation, err)
	}
}

func TestEventsRefuseDaysOutsideTheirRange(t *testing.T) {
	for name, c := range map[string]struct {
		days        []int
		first, last int
		says        string
	}{
		"a future day":    {[]int{5, 400}, 0, 100, "outside 0 to 100"},
		"before the time": {[]int{-5, 40}, 0, 100, "outside 0 to 100"},
		"upside down":     {nil, 10, 5, "before the first day"},
	} {
		if _, err := Events(c.days, c.first, c.last, Options{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAMillionEventsInAWeekHaveAnAnswer(t *testing.T) {
	days := make([]int, 1_000_000)
	for i := range days {
		days[i] = 700 + i%7
	}
	c, err := Events(days, 0, 727, Options{Better: LowIsGood})
	if err != nil || c.Kind != G || len(c.Points) != len(days)-1 {
		t.Fatalf("%q with %d points, %v", c.Kind, len(c.Points), err)
	}
	if math.IsNaN(c.Centre + c.Lower + c.Upper) {
		t.Error("a limit is not a number")
	}
}

// A finding never depends on the order in which events are given, and its
// numbers are numbers.
func TestEventsAreFiniteAndFreeOfOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(0, 729), 0, 60).Draw(t, "days")
		good := rapid.SampledFrom([]Good{LowIsGood, NeitherIsBad, HighIsGood}).Draw(t, "good")
		a, err := Events(days, 0, 729, Options{Better: good})
		if err != nil {
			t.Fatal(err)
		}
		back := make([]int, len(days))
		for i, d := range days {
			back[len(days)-1-i] = d
		}
		b, err := Events(back, 0, 729, Options{Better: good})
		if err != nil || a.Kind != b.Kind || a.Variation != b.Variation || len(a.Points) != len(b.Points) {
			t.Fatalf("%+v and %+v, %v", a, b, err)
		}
		for _, v := range []float64{a.Centre, a.Lower, a.Upper} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%+v", a)
			}
		}
		if a.Variation.Icon().ID != string(a.Variation) || a.Variation.Icon().Says == "" {
			t.Fatalf("no icon for %q", a.Variation)
		}
	})
}

// A measure read the other way round has the same finding with the sides
// exchanged.
func TestTurningAMeasureOverTurnsItsFinding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(0, 40), 8, 40).Draw(t, "y")
		down := make([]float64, len(y))
		for i, v := range y {
			down[i] = -v
		}
		a, errA := Series(y, Options{Better: LowIsGood})
		b, errB := Series(down, Options{Better: HighIsGood})
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if a.Variation.Icon().Tone != b.Variation.Icon().Tone {
			t.Fatalf("%s turned over is %s", a.Variation, b.Variation)
		}
	})
}

func TestIcons(t *testing.T) {
	seen := map[string]bool{}
	for v := range variationIcons {
		i := v.Icon()
		if seen[i.Says] || i.Means == "" || i.ID != string(v) {
			t.Errorf("%s: %+v", v, i)
		}
		seen[i.Says] = true
	}
	for a := range assuranceIcons {
		i := a.Icon()
		if seen[i.Says] || i.Means == "" || i.ID != string(a) {
			t.Errorf("%s: %+v", a, i)
		}
		seen[i.Says] = true
	}
	if Variation("else").Icon().ID != string(TooFew) || Assurance("else").Icon().ID != string(NoTarget) {
		t.Error("an unknown finding has no icon")
	}
	for v, want := range map[Variation]Tone{ImprovingHigh: Better, ImprovingLow: Better, ConcerningHigh: Worse, ConcerningLow: Worse, Common: Plain, SpecialHigh: Special} {
		if got := v.Icon().Tone; got != want {
			t.Errorf("%s is %s", v, got)
		}
	}
}

func TestRound(t *testing.T) {
	c := Chart{Centre: 1.26, Lower: -0.04, Upper: 2.04}.Round(1)
	if c.Centre != 1.3 || c.Lower != 0 && c.Lower != math.Copysign(0, -1) || c.Upper != 2 {
		t.Errorf("%+v", c)
	}
}
