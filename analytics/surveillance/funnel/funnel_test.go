package funnel

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Sixty simulated homes over a quarter, with the values an independent program
// gave for them.
func TestSixtyHomes(t *testing.T) {
	f, err := os.Open("testdata/care60.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	cols := make([][]float64, 5)
	for _, r := range rows[1:] {
		for c := range cols {
			v, err := strconv.ParseFloat(r[c+1], 64)
			if err != nil {
				t.Fatal(err)
			}
			cols[c] = append(cols[c], v)
		}
	}
	res, err := Fit(cols[0], cols[1])
	if err != nil {
		t.Fatal(err)
	}
	near(t, "phi", res.Phi, 2.43180258046917)
	near(t, "tau2", res.Tau2, 0.143456214399176)
	for i, u := range res.Units {
		near(t, rows[i+1][0]+" z", u.Z, cols[2][i])
		near(t, rows[i+1][0]+" z used", u.ZUsed, cols[3][i])
		near(t, rows[i+1][0]+" z additive", u.ZAdditive, cols[4][i])
	}
}

// The published unit-test numbers of a widely used funnel package.
func TestExactLimits(t *testing.T) {
	for _, c := range []struct{ e, lo95, hi95, lo998, hi998 float64 }{
		{15, 0.5596924, 1.649348, 0.3862650, 2.082907},
		{20, 0.6108260, 1.544419, 0.4479107, 1.902094},
		{30, 0.6746958, 1.427562, 0.5289724, 1.702771},
	} {
		a, b := Exact(c.e, 0.95), Exact(c.e, 0.998)
		for _, p := range [][2]float64{{a.Low, c.lo95}, {a.High, c.hi95}, {b.Low, c.lo998}, {b.High, c.hi998}} {
			if math.Abs(p[0]-p[1]) > 5e-7*p[1] {
				t.Errorf("E=%v: limit %v, published %v", c.e, p[0], p[1])
			}
		}
	}
	if got := Exact(0, 0.95); got != (Interval{}) {
		t.Errorf("no expectation: %v", got)
	}
}

func TestAwkwardInput(t *testing.T) {
	for _, c := range []struct {
		name string
		o, e []float64
		n    int
	}{
		{"nothing", nil, nil, 0},
		{"one home", []float64{3}, []float64{1.5}, 1},
		{"no exposure anywhere", []float64{0, 2}, []float64{0, 0}, 0},
		{"a home without exposure", []float64{0, 2, 1}, []float64{0, 1, 1}, 2},
		{"all zeros", []float64{0, 0, 0}, []float64{1, 2, 3}, 3},
		{"a million events", []float64{1e6, 1, 0}, []float64{2, 2, 2}, 3},
		{"a sliver of exposure", []float64{1, 1}, []float64{1e-5, 1}, 2},
		{"identical homes", []float64{2, 2, 2, 2}, []float64{2, 2, 2, 2}, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, m := range []Method{CQC, SHMI, RC} {
				res, err := FitOptions(c.o, c.e, Options{Method: m, Trim: DefaultTrim})
				if err != nil {
					t.Fatal(err)
				}
				if m == CQC && res.N != c.n {
					t.Errorf("N = %d, want %d", res.N, c.n)
				}
				allFinite(t, res)
			}
		})
	}
}

func TestRefusals(t *testing.T) {
	for _, c := range []struct {
		o, e []float64
		opt  Options
		says string
	}{
		{[]float64{1}, []float64{1, 2}, Options{}, "1 observed counts but 2 expectations"},
		{[]float64{1, -1}, []float64{1, 2}, Options{}, "unit 1: observed count -1"},
		{[]float64{1, math.NaN()}, []float64{1, 2}, Options{}, "unit 1: observed count NaN"},
		{[]float64{1, 1}, []float64{1, math.Inf(1)}, Options{}, "unit 1: expectation +Inf"},
		{[]float64{3}, []float64{2}, Options{Method: PR}, "3 events among 2 cases"},
		{nil, nil, Options{Trim: 0.5}, "trim 0.5"},
		{nil, nil, Options{Method: 9}, "unknown method 9"},
	} {
		if _, err := FitOptions(c.o, c.e, c.opt); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("error %v, want one saying %q", err, c.says)
		}
	}
}

func TestMethodNames(t *testing.T) {
	for m, want := range map[Method]string{CQC: "CQC", SHMI: "SHMI", PR: "PR", RC: "RC", 7: "Method(7)"} {
		if m.String() != want {
			t.Errorf("%d: %q", int(m), m.String())
		}
	}
}

func homes(r *rapid.T) (o, e []float64) {
	n := rapid.IntRange(1, 40).Draw(r, "homes")
	for range n {
		o = append(o, float64(rapid.IntRange(0, 1000).Draw(r, "observed")))
		e = append(e, rapid.Float64Range(0, 50).Draw(r, "expected"))
	}
	return o, e
}

// No input of counts and expectations gives NaN or an infinity, and limits
// stay in order around the target.
func TestAlwaysFinite(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o, e := homes(r)
		for _, m := range []Method{CQC, SHMI, RC} {
			res, err := FitOptions(o, e, Options{Method: m, Trim: DefaultTrim})
			if err != nil {
				r.Fatal(err)
			}
			allFinite(r, res)
			for _, u := range res.Units {
				if u.Defined && !(u.OD998.Low <= u.OD95.Low && u.OD95.Low <= u.OD95.High && u.OD95.High <= u.OD998.High) {
					r.Fatalf("limits out of order: %+v", u)
				}
			}
		}
	})
}

// The order of homes does not matter.
func TestOrderInvariant(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o, e := homes(r)
		perm := rapid.Permutation(indices(len(o))).Draw(r, "order")
		po, pe := make([]float64, len(o)), make([]float64, len(o))
		for i, j := range perm {
			po[i], pe[i] = o[j], e[j]
		}
		a, _ := Fit(o, e)
		b, _ := Fit(po, pe)
		for i, j := range perm {
			if math.Abs(b.Units[i].ZAdditive-a.Units[j].ZAdditive) > 1e-9*(1+math.Abs(a.Units[j].ZAdditive)) {
				r.Fatalf("home %d: %v, reordered %v", j, a.Units[j].ZAdditive, b.Units[i].ZAdditive)
			}
		}
	})
}

// More events never lower a home's own z before over-dispersion is allowed for.
func TestMonotoneInEvidence(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o, e := homes(r)
		i := rapid.IntRange(0, len(o)-1).Draw(r, "home")
		a, _ := Fit(o, e)
		o[i] += float64(rapid.IntRange(1, 50).Draw(r, "more"))
		b, _ := Fit(o, e)
		if a.Units[i].Defined && b.Units[i].Z <= a.Units[i].Z {
			r.Fatalf("z fell from %v to %v", a.Units[i].Z, b.Units[i].Z)
		}
	})
}

func indices(n int) []int {
	x := make([]int, n)
	for i := range x {
		x[i] = i
	}
	return x
}

func allFinite(t interface{ Fatalf(string, ...any) }, res Result) {
	for i, u := range res.Units {
		for _, v := range []float64{
			res.Phi, res.Tau2, res.Target, u.Y, u.S, u.Z, u.ZUsed, u.ZAdditive, u.ZMultiplicative, u.Exact95.Low, u.Exact95.High,
			u.Exact998.Low, u.Exact998.High, u.OD95.Low, u.OD95.High, u.OD998.Low, u.OD998.High, u.Scale95.Low, u.Scale998.High,
		} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("unit %d is not finite: %+v", i, u)
			}
		}
	}
}

func near(t *testing.T, what string, got, want float64) {
	t.Helper()
	if math.Abs(got-want) > 1e-9*math.Max(1, math.Abs(want)) {
		t.Errorf("%s = %.15g, want %.15g", what, got, want)
	}
}
