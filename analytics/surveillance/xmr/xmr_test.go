package xmr

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"

	"pgregory.net/rapid"
)

// Eighteen designed series: identical labels point by point; limits to 1e-10
// relative (the reference prints 12 digits). Where the reference has NaN limits,
// every range was screened out, and the chart says that it has none.
func TestReferenceCases(t *testing.T) {
	series := map[string][]oracletest.Row{}
	for _, r := range oracletest.Read(t, "methods/xmr_cases.csv") {
		series[r["case"]] = append(series[r["case"]], r)
	}
	for _, l := range oracletest.Read(t, "methods/xmr_limits.csv") {
		t.Run(l["case"], func(t *testing.T) {
			var y []float64
			for _, r := range series[l["case"]] {
				y = append(y, r.Float(t, "y"))
			}
			opt := Options{Screen: l["screen_outliers"] == "True"}
			if !l.Missing("fix_after_n") {
				opt.Baseline, _ = strconv.Atoi(l["fix_after_n"])
			}
			c, err := Fit(y, opt)
			if err != nil {
				t.Fatal(err)
			}
			oracletest.Close(t, "mean", c.Mean, l.Float(t, "mean"), 1e-10)
			if c.HasLimits == l.Missing("lpl") {
				t.Fatalf("HasLimits = %v, reference lower limit %q", c.HasLimits, l["lpl"])
			}
			if c.HasLimits {
				oracletest.Close(t, "mean range", c.MeanRange, l.Float(t, "mean_moving_range"), 1e-10)
				oracletest.Close(t, "lower", c.Lower, l.Float(t, "lpl"), 1e-10)
				oracletest.Close(t, "upper", c.Upper, l.Float(t, "upl"), 1e-10)
			}
			for i, r := range series[l["case"]] {
				if got := c.Points[i].String(); got != r["special_cause_type"] {
					t.Errorf("point %d (%v): %q, reference %q", i+1, y[i], got, r["special_cause_type"])
				}
			}
		})
	}
}

func TestRules(t *testing.T) {
	flat := func(n int, v ...float64) []float64 {
		var y []float64
		for i := range n {
			y = append(y, 4+2*float64(i%2))
		}
		return append(y, v...)
	}
	for _, c := range []struct {
		name string
		y    []float64
		want string
		v    Variation
	}{
		{"nothing", flat(14), "Common Cause", CommonCause},
		{"above", flat(14, 20), "Above UCL", Concerning},
		{"below", flat(14, -20), "Below LCL", Improving},
		{"seven above", flat(12, 6, 5.5, 6, 5.5, 6, 5.5, 6), "7 Points Above CL", Concerning},
		{"seven below", flat(12, 4, 4.5, 4, 4.5, 4, 4.5, 4), "7 Points Below CL", Improving},
		{"rising", flat(12, 1, 2, 3, 4, 5, 6, 7), "7 Point Trend (Increasing)", Concerning},
		{"falling", flat(12, 9, 8, 7, 6, 5, 4, 3), "7 Point Trend (Decreasing)", Improving},
		{"two of three high", flat(12, 9, 6, 9), "2 in 3 Above CL", Concerning},
		{"two of three low", flat(12, 1, 4, 1), "2 in 3 Below CL", Improving},
	} {
		got, err := Fit(c.y, Options{Baseline: 12})
		if err != nil {
			t.Fatal(err)
		}
		if last := got.Points[len(c.y)-1].String(); last != c.want {
			t.Errorf("%s: %q, want %q", c.name, last, c.want)
		}
		if v := got.Variation(BetterLow); v != c.v {
			t.Errorf("%s: variation %v, want %v", c.name, v, c.v)
		}
		if v := got.Variation(BetterNone); (v == CommonCause) != (c.v == CommonCause) || v == Improving || v == Concerning {
			t.Errorf("%s: variation without a direction %v", c.name, v)
		}
	}
}

func TestAssurance(t *testing.T) {
	c := Chart{Lower: 2, Upper: 8}
	for _, x := range []struct {
		target float64
		b      Better
		want   Assurance
	}{{5, BetterLow, HitAndMiss}, {9, BetterLow, WillPass}, {1, BetterLow, WillFail}, {9, BetterHigh, WillFail}, {1, BetterHigh, WillPass}, {5, BetterNone, NoTarget}} {
		if got := c.Assurance(x.target, x.b); got != x.want {
			t.Errorf("target %v, better %v: %v, want %v", x.target, x.b, got, x.want)
		}
	}
	if (Chart{}).Variation(BetterLow) != CommonCause {
		t.Error("a chart without points")
	}
}

// A baseline without spread has no limits, and says so instead of going silent
// behind NaN; a shift still shows.
func TestQuietestHomes(t *testing.T) {
	y := make([]float64, 20)
	y[19] = 1
	c, err := Fit(y, Options{Screen: true, Baseline: 12})
	if err != nil || c.HasLimits || c.Upper != 0 || c.Points[19].Rule != None {
		t.Errorf("all zeros, then one: %+v, %v", c, err)
	}
	for i := 12; i < 20; i++ {
		y[i] = 1
	}
	if c, _ = Fit(y, Options{Screen: true, Baseline: 12}); c.Points[19].Rule != Shift {
		t.Errorf("a lasting shift from a flat baseline: %v", c.Points[19])
	}
	if c, err := Fit([]float64{3}, Options{}); err != nil || c.HasLimits || c.Mean != 3 || !c.FewPoints {
		t.Errorf("one point: %+v, %v", c, err)
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		y    []float64
		o    Options
		says string
	}{{nil, Options{}, "no points"}, {[]float64{1, math.NaN()}, Options{}, "point 1 is NaN"}, {[]float64{1}, Options{Baseline: -1}, "baseline of -1"}} {
		if _, err := Fit(c.y, c.o); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
	if _, err := T([]float64{1}); err == nil {
		t.Error("T chart of one gap")
	}
	if _, err := T([]float64{1, -1}); err == nil {
		t.Error("T chart of a negative gap")
	}
	if _, err := G(nil); err == nil {
		t.Error("G chart of nothing")
	}
	if _, err := G([]int{-1}); err == nil {
		t.Error("G chart of a negative gap")
	}
}

func TestRareEventCharts(t *testing.T) {
	r, err := T([]float64{40, 35, 52, 44, 38, 47, 41, 0.1})
	if err != nil || !r.Low[7] || r.Low[0] || r.High[2] {
		t.Errorf("T chart: %+v, %v", r, err)
	}
	if r, _ := T([]float64{5, 5, 5}); r.Low[0] || r.High[0] || math.Abs(r.Centre-5) > 1e-9 {
		t.Errorf("equal gaps: %+v", r)
	}
	// Mean gap 19: geometric with 1/20; median 13, 99.865 % point 128.
	g, err := G([]int{19, 10, 28, 150, 3, 5, 2, 1, 0, 0, 0, 10})
	if err != nil || g.Centre != 13 || g.Upper != 128 || g.Lower != 0 || !g.High[3] {
		t.Errorf("G chart: %+v, %v", g, err)
	}
	if g, err := G([]int{0, 0}); err != nil || g.High[0] {
		t.Errorf("G chart without gaps: %+v, %v", g, err)
	}
}

func TestRunTests(t *testing.T) {
	a := RunTests([]float64{1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2})
	if a.Signal || a.Crossings != 11 || a.LongestRun != 1 || a.LongestRunLimit != 7 || a.CrossingsLimit != 3 {
		t.Errorf("alternating: %+v", a)
	}
	a = RunTests([]float64{1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2})
	if !a.Signal || a.Crossings != 1 {
		t.Errorf("a step: %+v", a)
	}
	if a := RunTests(nil); a.Signal || a.Useful != 0 {
		t.Errorf("nothing: %+v", a)
	}
	if k := binomialHalfQuantile(4000, 0.05); k < 1946 || k > 1950 {
		t.Errorf("5 %% point of binomial(4000, 1/2) = %d", k)
	}
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-1000, 1000), 1, 60).Draw(r, "y")
		c, err := Fit(y, Options{Screen: rapid.Bool().Draw(r, "screen")})
		if err != nil {
			r.Fatal(err)
		}
		for _, v := range []float64{c.Mean, c.MeanRange, c.Lower, c.Upper, c.NearLower, c.NearUpper} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				r.Fatalf("not finite: %+v", c)
			}
		}
		// Turned upside down, every mark changes side and no rule changes.
		for i := range y {
			y[i] = -y[i]
		}
		d, _ := Fit(y, Options{Screen: false})
		for i := range y {
			y[i] = -y[i]
		}
		u, _ := Fit(y, Options{Screen: false})
		for i := range y {
			if d.Points[i].Rule != u.Points[i].Rule || d.Points[i].Side != -u.Points[i].Side {
				r.Fatalf("point %d: %v, upside down %v", i, u.Points[i], d.Points[i])
			}
		}
	})
}
