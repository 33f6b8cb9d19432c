package ears

import (
	"math"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"

	"pgregory.net/rapid"
)

// The last two years of eighteen real series: bounds to 1e-9 and alarms
// identical for C1 and C2; for C3 the bound to 1e-9 with R's slip put back. Where
// a C3 baseline without any deviation makes R's statistic infinite or undefined
// it writes no number; those weeks are left out.
func TestReference(t *testing.T) {
	series := map[string][]int{}
	for _, r := range oracletest.Read(t, "methods/surv_series.csv") {
		series[r["dataset"]] = append(series[r["dataset"]], int(r.Float(t, "observed")))
	}
	configs := map[string]struct {
		m     Method
		minSD float64
	}{"earsC_C1_baseline7_alpha0.001": {C1, 0}, "earsC_C1_minSigma1_alpha0.001": {C1, 1}, "earsC_C2_baseline7_alpha0.001": {C2, 0}, "earsC_C3_baseline7_alpha0.025": {C3, 0}}
	seen, left := map[Method]int{}, 0
	for _, r := range oracletest.Read(t, "methods/surv_other_algorithms.csv") {
		c, ok := configs[r["algorithm"]]
		if !ok {
			continue
		}
		if r.Missing("upperbound") {
			left++
			continue
		}
		week := int(r.Float(t, "t"))
		o := Defaults(c.m)
		o.MinSD = c.minSD
		w, err := Detect(series[r["dataset"]], week-1, week-1, c.m, o)
		if err != nil {
			t.Fatal(err)
		}
		what := r["dataset"] + " " + r["algorithm"] + " week " + r["t"]
		want := r.Float(t, "upperbound")
		if c.m == C3 {
			// R's bound has the week's own count where the mean belongs; put
			// back, it must be ours. It writes 0 for bounds below.
			if want == 0 || w[0].Upper < 0 {
				left++
				continue
			}
			y := series[r["dataset"]]
			_, sd := o.baseline(y, week-1, gap)
			oracletest.Close(t, what+" upper", w[0].Upper-sd-w[0].Mean+float64(y[week-1]), want, 1e-9)
			seen[c.m]++
			continue
		}
		oracletest.Close(t, what+" upper", w[0].Upper, want, 1e-9)
		if w[0].Alarm != (r["alarm"] == "1") {
			t.Errorf("%s: alarm %v, reference %s", what, w[0].Alarm, r["alarm"])
		}
		seen[c.m]++
	}
	t.Logf("weeks compared %v, left out %d", seen, left)
	if seen[C1] < 2000 || seen[C2] < 1000 || seen[C3] < 500 {
		t.Errorf("compared %v", seen)
	}
}

// 2, 3, 4, 3, 2, 3, 4 have mean 3 and standard deviation 0.8165: the bound at
// 0.001 is 3 + 3.0902 x 0.8165 = 5.52.
func TestByHand(t *testing.T) {
	y := []int{2, 3, 4, 3, 2, 3, 4, 5, 6, 3, 3}
	w, err := Detect(y, 7, 8, C1, Defaults(C1))
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(w[0].Upper-5.5232) > 1e-4 || w[0].Alarm || math.Abs(w[0].Mean-3) > 1e-12 {
		t.Errorf("week 7: %+v", w[0])
	}
	w, err = Detect(y, 9, 9, C2, Defaults(C2)) // the same seven weeks, two later
	if err != nil || math.Abs(w[0].Upper-5.5232) > 1e-4 {
		t.Errorf("C2 in week 9: %+v, %v", w, err)
	}
	// C3 in week 11: five and six in the two weeks before are 1.45 and 2.55
	// deviations beyond the first one, so this week is an alarm whatever it holds.
	y = []int{2, 3, 4, 3, 2, 3, 4, 3, 3, 5, 6, 3}
	w, err = Detect(y, 11, 11, C3, Defaults(C3))
	if err != nil || !w[0].Alarm || w[0].Upper != -1 {
		t.Errorf("C3 in week 11: %+v, %v", w, err)
	}
	flat := make([]int, 12)
	flat[11] = 1
	for _, m := range []Method{C1, C2, C3} {
		w, err := Detect(flat, 11, 11, m, Defaults(m))
		if err != nil || !w[0].Alarm {
			t.Errorf("C%d: the first event ever is an alarm, as published: %+v, %v", m, w, err)
		}
		o := Defaults(m)
		o.MinSD = 1
		if w, _ := Detect(flat, 11, 11, m, o); w[0].Alarm && m != C3 {
			t.Errorf("C%d with a least deviation: %+v", m, w)
		}
	}
}

func TestRefusals(t *testing.T) {
	y := make([]int, 20)
	bad := append([]int{-1}, y...)
	for _, c := range []struct {
		says        string
		y           []int
		first, last int
		m           Method
		o           Options
	}{
		{"method C4", y, 10, 12, 4, Defaults(C1)},
		{"method C0", y, 10, 12, 0, Defaults(C1)},
		{"baseline of 1", y, 10, 12, C1, Options{Baseline: 1, Alpha: 0.1}},
		{"alpha 0", y, 10, 12, C1, Options{Baseline: 7}},
		{"least deviation NaN", y, 10, 12, C1, Options{Baseline: 7, Alpha: 0.1, MinSD: math.NaN()}},
		{"C1 needs 7 weeks", y, 6, 12, C1, Defaults(C1)},
		{"C3 needs 11 weeks", y, 10, 12, C3, Defaults(C3)},
		{"weeks 10 to 20 of 20", y, 10, 20, C1, Defaults(C1)},
		{"week 0 (counted from 0) has a count of -1", bad, 10, 12, C1, Defaults(C1)},
	} {
		if _, err := Detect(c.y, c.first, c.last, c.m, c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}

// Any series gives finite bounds; one event more in a week never ends its alarm;
// adding the same number to every week moves the bound by as much.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		m := Method(rapid.IntRange(1, 3).Draw(r, "method"))
		y := rapid.SliceOfN(rapid.SampledFrom([]int{0, 0, 1, 2, 7, 1_000_000}), 12, 40).Draw(r, "counts")
		o := Defaults(m)
		n := len(y)
		w, err := Detect(y, n-1, n-1, m, o)
		if err != nil {
			r.Fatal(err)
		}
		if v := w[0].Upper; math.IsNaN(v) || math.IsInf(v, 0) {
			r.Fatalf("upper %v", v)
		}
		shifted := make([]int, n)
		for i := range y {
			shifted[i] = y[i] + 5
		}
		s, _ := Detect(shifted, n-1, n-1, m, o)
		if w[0].Upper < 0 && m == C3 {
			return
		}
		if math.Abs(s[0].Upper-w[0].Upper-5) > 1e-6*(1+math.Abs(w[0].Upper)) {
			r.Fatalf("upper %v, five more a week %v", w[0].Upper, s[0].Upper)
		}
		y[n-1]++
		if more, _ := Detect(y, n-1, n-1, m, o); w[0].Alarm && !more[0].Alarm {
			r.Fatal("more events end an alarm")
		}
	})
}
