package dist

import (
	"math"
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"

	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"
)

// Predictive tails of a negative binomial; relative tolerance 1e-9.
func TestReferencePredictiveTails(t *testing.T) {
	for _, r := range oracletest.Read(t, "methods/predictive_tail.csv") {
		o, mu, size := int(r.Float(t, "O")), r.Float(t, "mu"), r.Float(t, "size")
		want := r.Float(t, "p_upper")
		if got := NBUpper(o, mu, size); math.Abs(got-want) > 1e-9*want {
			t.Errorf("P(X>=%d), mean %v, size %v = %.15g, reference %.15g", o, mu, size, got, want)
		}
		want = r.Float(t, "p_mid")
		if got := NBMid(o, mu, size); math.Abs(got-want) > 1e-9*want {
			t.Errorf("mid-P %d, mean %v, size %v = %.15g, reference %.15g", o, mu, size, got, want)
		}
	}
}

func TestQuantile7(t *testing.T) {
	v := []float64{9, 1, 4, 2, 7}
	for _, c := range []struct{ p, want float64 }{{0, 1}, {0.1, 1.4}, {0.5, 4}, {0.9, 8.2}, {1, 9}, {2, 9}, {-1, 1}} {
		if got := Quantile7(v, c.p); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("quantile %v = %v, want %v", c.p, got, c.want)
		}
	}
	if v[0] != 9 {
		t.Error("the input was sorted in place")
	}
	if Quantile7(nil, 0.5) != 0 || Quantile7([]float64{3}, 0.2) != 3 {
		t.Error("empty or single sample")
	}
}

func TestClamps(t *testing.T) {
	for _, v := range []float64{
		NormalQuantile(0), NormalQuantile(1), NormalQuantile(math.NaN()), UpperToZ(0), UpperToZ(1), GammaQuantile(0, 2), GammaQuantile(1, 2),
		GammaQuantile(0.5, 0), GammaQuantile(0.5, 1e-3), GammaQuantile(0.999, 1e6), LogNB(3, 0, 0), LogPoisson(2, 0), NBUpper(1000000, 2, 5), NBUpper(3, 2, 0),
	} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("not finite: %v", v)
		}
	}
	if NBUpper(0, 2, 3) != 1 || NBUpper(1, 0, 3) != 0 || PoissonUpper(1, 0) != 0 || PoissonUpper(0, 1) != 1 || PoissonMid(-1, 1) != 1 || NBMid(-1, 1, 1) != 1 {
		t.Error("edges of the tails")
	}
	if NBQuantile(0.5, 0, 1) != 0 || NBQuantile(0, 1, 1) != 0 {
		t.Error("edges of the quantile")
	}
}

func TestGammaQuantileInverts(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		shape := math.Exp(rapid.Float64Range(-3, 12).Draw(r, "log shape"))
		p := rapid.Float64Range(0.001, 0.999).Draw(r, "p")
		if got := mathext.GammaIncReg(shape, GammaQuantile(p, shape)); math.Abs(got-p) > 1e-9 {
			r.Fatalf("shape %v: P at quantile %v is %v", shape, p, got)
		}
	})
}

func TestNBQuantileIsTheLeast(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		mean := math.Exp(rapid.Float64Range(-4, 7).Draw(r, "log mean"))
		size := math.Exp(rapid.Float64Range(-3, 10).Draw(r, "log size"))
		p := rapid.Float64Range(0.001, 0.9999).Draw(r, "p")
		q := NBQuantile(p, mean, size)
		if NBUpper(q+1, mean, size) > 1-p {
			r.Fatalf("P(X <= %d) falls short of %v", q, p)
		}
		if q > 0 && NBUpper(q, mean, size) <= 1-p {
			r.Fatalf("%d is not the least", q)
		}
	})
}

// A negative binomial of great size is a Poisson; a tail is the sum of its terms.
func TestTailsAgreeWithSums(t *testing.T) {
	for _, c := range []struct {
		o          int
		mean, size float64
	}{{3, 2, 5}, {9, 2.1, 4.7}, {1, 0.01, 0.5}, {40, 20, 3}} {
		below := 0.0
		for x := range c.o {
			below += math.Exp(LogNB(x, c.mean, c.size))
		}
		if got := NBUpper(c.o, c.mean, c.size); math.Abs(got-(1-below)) > 1e-12 {
			t.Errorf("%+v: tail %v, sum %v", c, got, 1-below)
		}
		if a, b := NBUpper(c.o, c.mean, 1e14*c.mean), PoissonUpper(c.o, c.mean); math.Abs(a-b) > 1e-9 {
			t.Errorf("%+v: limit %v, Poisson %v", c, a, b)
		}
	}
	if z := UpperToZ(NormalUpper(3)); math.Abs(z-3) > 1e-12 {
		t.Errorf("round trip of 3: %v", z)
	}
}
