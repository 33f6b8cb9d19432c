package scan

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A detector of one window and one multiplier, to see a single term. It reads
// 26 weeks whatever the window.
func single(window int, rho float64) Change {
	return Change{Windows: []int{window, 26}, Multipliers: []float64{rho}, Weights: [][]float64{{1}, {0}}}
}

// example is a stream of 26 recent weeks with 150 weeks before them.
func example(counts []int, mean, shape, phi, past float64) Recent {
	r := Recent{Counts: make([]int, 26), Expected: make([]float64, 26), Due: make([]float64, 26), Shape: shape, Phi: phi, Power: 1}
	copy(r.Counts, counts)
	for a := range r.Expected {
		r.Expected[a] = mean
		r.Due[a] = ExpectedClusters(mean, 1, phi)
	}
	r.PastClusters = past
	r.PastExpected = 150 * ExpectedClusters(mean, 1, phi)
	return r
}

func evidence(t testing.TB, c Change, rs ...Recent) Evidence {
	t.Helper()
	s, err := NewScanner(c)
	if err != nil {
		t.Fatal(err)
	}
	s.Reset()
	for _, r := range rs {
		s.Add(r)
	}
	return s.Evidence()
}

// exact integrates the negative-binomial likelihood of the recent weeks over a
// fine grid of levels, given the same gamma baseline before them.
func exact(r Recent, window int, rho float64) float64 {
	like := func(rise float64) float64 {
		total := 0.0
		for i := -900; i <= 500; i++ {
			theta := math.Exp(float64(i) / 200)
			l := (r.Shape+r.PastClusters)*math.Log(theta) - (r.Shape+r.PastExpected)*theta
			for a := range r.Counts {
				kappa := r.Expected[a] / (r.Phi - 1) * theta
				if a < window {
					kappa *= rise
				}
				l -= kappa * math.Log(r.Phi)
				for j := range r.Counts[a] {
					l += math.Log(kappa + float64(j))
				}
			}
			total += math.Exp(l)
		}
		return math.Log(total)
	}
	return like(rho) - like(1)
}

// The closed form against numerical integration: exact to 1e-3 (as far as the
// grid goes) where weeks hold one event at most; where they hold several, within
// 0.15 of log evidence for a home of usual rates and 0.3 for one of four times
// those.
func TestClosedFormAgainstIntegration(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts []int
		mean   float64
		tol    float64
	}{
		{"quiet", nil, 0.2, 1e-3},
		{"single events", []int{1, 0, 1, 1, 0, 1, 0, 0, 1}, 0.2, 1e-3},
		{"events together", []int{2, 0, 1, 3, 0, 1, 0, 0, 2}, 0.2, 0.15},
		{"one bad week", []int{6}, 0.2, 0.15},
		{"a busy home", []int{2, 1, 3, 2, 4, 2, 1, 3, 2, 2, 3}, 0.8, 0.3},
	} {
		for _, window := range []int{2, 8, 13, 26} {
			for _, rho := range []float64{2, 3, 5} {
				r := example(c.counts, c.mean, 4, 1.3, 150*c.mean*0.87)
				got, want := evidence(t, single(window, rho), r).Log, exact(r, window, rho)
				if math.Abs(got-want) > c.tol {
					t.Errorf("%s, %d weeks, %v-fold: %.4f, by integration %.4f", c.name, window, rho, got, want)
				}
			}
		}
	}
}

// Without over-dispersion and with a long past, the evidence is that of the
// gamma-Poisson increment.
func TestPoissonLimit(t *testing.T) {
	r := example([]int{1, 0, 2, 1}, 0.3, 4, 1, 45)
	got := evidence(t, single(4, 3), r).Log
	shape, rate := 4+45.0, 4+(150+22)*0.3 // the window's history includes 22 recent weeks
	if want := GammaPoisson(4, 4*0.3, shape, rate, 3); math.Abs(got-want) > 1e-3 {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestClusters(t *testing.T) {
	for _, c := range []struct {
		n    int
		e    float64
		phi  float64
		want float64
	}{{0, 1, 1.3, 0}, {1, 1, 1.3, 1}, {2, 0.3, 1.3, 1.5}, {3, 0.3, 1.3, 1.5 + 1.0/3}, {5, 1, 1, 5}, {4, 0, 1.3, 0}} {
		if got := Clusters(c.n, c.e, c.phi); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("Clusters(%d, %v, %v) = %v, want %v", c.n, c.e, c.phi, got, c.want)
		}
	}
	// The sum and the closed form meet.
	if a, b := Clusters(64, 2, 1.3), Clusters(65, 2, 1.3); math.Abs(b-a-(2/0.3)/(2/0.3+64)) > 1e-9 {
		t.Errorf("from 64 to 65 events: %v", b-a)
	}
	if got := ExpectedClusters(2, 0.5, 1); math.Abs(got-1) > 1e-5 {
		t.Errorf("Poisson, half recorded: %v", got)
	}
	// P(no event) of a thinned negative binomial is exp(-clusters due).
	kappa, phi := 0.7/0.3, 1+0.4*0.3
	if got, want := ExpectedClusters(0.7, 0.4, 1.3), kappa*math.Log(phi); math.Abs(got-want) > 1e-12 {
		t.Errorf("thinned: %v, want %v", got, want)
	}
}

func TestEvidenceOfStreamsAdds(t *testing.T) {
	a, b := example([]int{1, 1, 0, 1}, 0.2, 4, 1.3, 26), example([]int{0, 2}, 0.3, 4, 1.3, 40)
	b.Power = 0.5
	c := single(6, 3)
	if got, want := evidence(t, c, a, b).Log, evidence(t, c, a).Log+evidence(t, c, b).Log; math.Abs(got-want) > 1e-12 {
		t.Errorf("together %v, apart %v", got, want)
	}
}

func TestWeightsWindowsAndLevelling(t *testing.T) {
	r := example([]int{1, 1, 1, 1, 1, 0, 1}, 0.1, 4, 1.3, 13)
	c := Change{Windows: []int{5, 13, 26}, Multipliers: []float64{2, 5}, Weights: [][]float64{{1, 1}, {1, 0}, {0, 0}}}
	plain := evidence(t, c, r)
	want := math.Log((math.Exp(evidence(t, single(5, 2), r).Log) + math.Exp(evidence(t, single(5, 5), r).Log) + math.Exp(evidence(t, single(13, 2), r).Log)) / 3)
	if math.Abs(plain.Log-want) > 1e-9 || plain.Score != plain.Log || plain.Window != 5 || plain.Multiplier != 5 || !(plain.Share > 0.3 && plain.Share < 1) {
		t.Errorf("%+v, want log evidence %v", plain, want)
	}
	c.Levelling = 0.5
	small, large := evidence(t, c, r), example([]int{1, 1, 1, 1, 1, 0, 1}, 1, 4, 1.3, 130)
	if small.Log != plain.Log || small.Score == small.Log {
		t.Errorf("levelling changes the score only: %+v", small)
	}
	l := evidence(t, c, large)
	if !(l.Log-l.Score > small.Log-small.Score) {
		t.Errorf("more is taken off a large home: %+v, %+v", l, small)
	}
}

func TestDetectorRefusals(t *testing.T) {
	for _, c := range []struct {
		edit func(*Change)
		says string
	}{
		{func(c *Change) { c.Windows = nil }, "windows and multipliers"},
		{func(c *Change) { c.Windows = []int{0, 26} }, "must ascend from 1"},
		{func(c *Change) { c.Windows = []int{26, 2} }, "must ascend"},
		{func(c *Change) { c.Multipliers = []float64{1} }, "multiplier 1"},
		{func(c *Change) { c.Weights = nil }, "weights for 0 windows of 2"},
		{func(c *Change) { c.Weights = [][]float64{{1, 1}, {1}} }, "2 weights for 1 multipliers"},
		{func(c *Change) { c.Weights = [][]float64{{-1}, {1}} }, "weight -1"},
		{func(c *Change) { c.Weights = [][]float64{{0}, {0}} }, "all weights are 0"},
		{func(c *Change) { c.Levelling = math.NaN() }, "levelling NaN"},
	} {
		d := single(5, 2)
		c.edit(&d)
		if _, err := NewScanner(d); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}

// Any stream gives finite evidence; an event more in the latest week never
// lowers it beyond rounding, as long as weeks hold one event at most.
func TestChangeProperties(t *testing.T) {
	c := Change{Windows: []int{1, 4, 13, 26}, Multipliers: []float64{2, 5}, Weights: [][]float64{{1, 1}, {1, 1}, {1, 1}, {1, 1}}, Levelling: 0.3}
	rapid.Check(t, func(r *rapid.T) {
		mean := rapid.SampledFrom([]float64{0, 1e-9, 0.05, 0.4, 3, 1e6}).Draw(r, "mean")
		x := example(nil, mean, rapid.Float64Range(0.5, 60).Draw(r, "shape"), rapid.Float64Range(1, 5).Draw(r, "phi"), rapid.Float64Range(0, 500).Draw(r, "past"))
		for a := range x.Counts {
			x.Counts[a] = rapid.SampledFrom([]int{0, 0, 0, 1, 2, 70, 1000000}).Draw(r, "n")
		}
		e := evidence(t, c, x)
		for _, v := range []float64{e.Log, e.Score, e.Share} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				r.Fatalf("%+v", e)
			}
		}
		for a := range x.Counts {
			x.Counts[a] = min(1, x.Counts[a])
		}
		x.Counts[0] = 0
		before := evidence(t, c, x).Log
		x.Counts[0] = 1
		if after := evidence(t, c, x).Log; after < before-1e-9 {
			r.Fatalf("an event lowers the evidence from %v to %v", before, after)
		}
	})
}
