package baseline

import (
	"math"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"

	"pgregory.net/rapid"
)

// Two hundred simulated providers: the shape to 1e-5 (both sides search for an
// optimum), the likelihood to 1e-9, posteriors at the reference's shape to 1e-9.
func TestReferenceGammaPoisson(t *testing.T) {
	rows := oracletest.Read(t, "methods/gamma_poisson_fit.csv")
	var o, e []float64
	for _, r := range rows {
		o, e = append(o, r.Float(t, "N")), append(e, r.Float(t, "E"))
	}
	shape, nll, err := FitShape(o, e, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := rows[0].Float(t, "shape_ml")
	oracletest.Close(t, "shape", shape, want, 1e-5)
	oracletest.Close(t, "negative log likelihood", nll, rows[0].Float(t, "nll"), 1e-9)
	for i, r := range rows {
		p := Update(want, o[i], e[i], 1)
		oracletest.Close(t, "mean", p.Mean(), r.Float(t, "posterior_mean"), 1e-9)
		oracletest.Close(t, "5 % point", p.Quantile(0.05), r.Float(t, "p05"), 1e-9)
		oracletest.Close(t, "P(> 1.5)", p.Above(1.5), r.Float(t, "p_gt_1.5"), 1e-9)
		oracletest.Close(t, "P(> 2)", p.Above(2), r.Float(t, "p_gt_2"), 1e-9)
	}
}

func TestNewHomeIsItsPeers(t *testing.T) {
	p := Update(4, 0, 0, 1.3)
	if p.Mean() != 1 || p.Shape != 4 {
		t.Errorf("no history: %+v", p)
	}
	if m := Update(4, 13, 0, 1.3).Mean(); m != 3.5 {
		t.Errorf("events without exposure: %v", m)
	}
}

func TestFitShapeEdges(t *testing.T) {
	for _, c := range []struct {
		name string
		o, e []float64
	}{
		{"nothing", nil, nil}, {"one provider", []float64{3}, []float64{2}}, {"all zeros", []float64{0, 0}, []float64{1, 2}}, {"no exposure", []float64{1, 2}, []float64{0, 0}},
	} {
		a, _, err := FitShape(c.o, c.e, 1)
		if err != nil || a != DefaultShape {
			t.Errorf("%s: %v, %v", c.name, a, err)
		}
	}
	same := []float64{10, 10, 10, 10}
	if a, _, _ := FitShape(same, same, 1); math.Abs(a-MaxShape) > 1e-6 {
		t.Errorf("homes that do not differ: %v", a)
	}
	if a, _, _ := FitShape([]float64{1e6, 0, 0, 0}, []float64{1, 1, 1, 1}, 1); math.Abs(a-MinShape) > 1e-6 {
		t.Errorf("one home with everything: %v", a)
	}
	for _, c := range []struct {
		o, e []float64
		phi  float64
		says string
	}{{[]float64{1}, nil, 1, "1 counts but 0"}, {[]float64{1, math.NaN()}, []float64{1, 1}, 1, "provider 1"}, {nil, nil, 0.5, "dispersion 0.5"}} {
		if _, _, err := FitShape(c.o, c.e, c.phi); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v, want %q", err, c.says)
		}
	}
}

// With few providers the shape stays near the guess; with many it forgets it.
func TestFitShapeNear(t *testing.T) {
	o, e := []float64{10, 10, 10, 10}, []float64{10, 10, 10, 10}
	few, err := FitShapeNear(o, e, 4, 0.5)
	if err != nil || few < 4 || few > 8 {
		t.Errorf("four like homes: %v, %v", few, err)
	}
	for range 9 {
		o, e = append(o, o...), append(e, e...)
	}
	if many, _ := FitShapeNear(o, e, 4, 0.5); many < 40 {
		t.Errorf("two thousand like homes: %v", many)
	}
	if a, err := FitShapeNear(nil, nil, 1000, 0.5); err != nil || a != MaxShape {
		t.Errorf("nothing, and a guess out of range: %v, %v", a, err)
	}
	for _, bad := range [][2]float64{{0, 1}, {4, 0}, {math.NaN(), 1}, {4, math.Inf(1)}} {
		if _, err := FitShapeNear(nil, nil, bad[0], bad[1]); err == nil {
			t.Errorf("prior %v accepted", bad)
		}
	}
	if _, err := FitShapeNear([]float64{1}, nil, 4, 1); err == nil {
		t.Error("ragged input accepted")
	}
}

func TestDispersion(t *testing.T) {
	if d := Dispersion([]float64{0, 2, 4, 6}, []float64{3, 3, 3, 3}); math.Abs(d-20.0/12) > 1e-12 {
		t.Errorf("dispersion %v", d)
	}
	for _, d := range []float64{Dispersion(nil, nil), Dispersion([]float64{1}, []float64{0}), Dispersion([]float64{1, 1}, []float64{1, 1}), Dispersion([]float64{math.NaN()}, []float64{1})} {
		if d != 1 {
			t.Errorf("want 1, got %v", d)
		}
	}
}

func TestPosteriorProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		a := rapid.Float64Range(0.5, 60).Draw(r, "shape")
		o := float64(rapid.IntRange(0, 1000000).Draw(r, "observed"))
		e := rapid.Float64Range(0, 1000).Draw(r, "expected")
		p, q := Update(a, o, e, 1.3), Update(a, o+1, e, 1.3)
		if !(q.Mean() > p.Mean()) {
			r.Fatalf("one more event lowers the mean: %v, %v", p.Mean(), q.Mean())
		}
		if lo, hi := p.Quantile(0.05), p.Quantile(0.95); !(lo <= hi) || math.IsInf(hi, 0) {
			r.Fatalf("quantiles %v, %v", lo, hi)
		}
		if v := p.Above(2); !(v >= 0 && v <= 1) {
			r.Fatalf("P(> 2) = %v", v)
		}
	})
}
