package scan

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestGammaPoissonByHand(t *testing.T) {
	// Shape = rate = 1, one event where one was expected, twice the rate:
	// log 2 + 2 log(2/3).
	if got, want := GammaPoisson(1, 1, 1, 1, 2), math.Log(2)+2*math.Log(2.0/3); math.Abs(got-want) > 1e-12 {
		t.Errorf("%v, want %v", got, want)
	}
	// A certain baseline gives the Poisson increment.
	if got, want := GammaPoisson(3, 1.5, 1e9, 1e9, 2), Poisson(3, 1.5, 2); math.Abs(got-want) > 1e-6 {
		t.Errorf("certain baseline %v, Poisson %v", got, want)
	}
}

func TestNoEvidenceFromNonsense(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, v := range []float64{
		GammaPoisson(nan, 1, 1, 1, 2), GammaPoisson(1, -1, 1, 1, 2), GammaPoisson(1, 1, 0, 1, 2), GammaPoisson(1, inf, 1, 1, 2), GammaPoisson(1, 1, 1, 1, 0),
		Poisson(1, -1, 2), Poisson(1, nan, 2), Poisson(inf, 1, 2), NB1(-1, 1, 1.3, 2), NB1(1, nan, 1.3, 2), NB1(3, 0, 1.3, 2), LogMeanExp(nil), LogMeanExp([]float64{nan}),
	} {
		if v != 0 {
			t.Errorf("%v, want 0", v)
		}
	}
}

func TestNB1LimitsAndLargeCounts(t *testing.T) {
	if got, want := NB1(3, 2, 1, 2), Poisson(3, 2, 2); got != want {
		t.Errorf("phi = 1: %v, want %v", got, want)
	}
	// The product and the gamma forms agree where they meet.
	a := NB1(65, 20, 1.3, 2) - NB1(64, 20, 1.3, 2)
	kappa := 20 / 0.3
	if want := math.Log((2*kappa + 64) / (kappa + 64)); math.Abs(a-want) > 1e-9 {
		t.Errorf("step from 64 to 65 events: %v, want %v", a, want)
	}
	if v := NB1(1000000, 2, 1.3, 5); math.IsNaN(v) || math.IsInf(v, 0) || v <= 0 {
		t.Errorf("a million events: %v", v)
	}
}

func TestScanByHand(t *testing.T) {
	s := Stream{Counts: []float64{0, 3}, Expected: []float64{1, 1}, Shape: 2, Rate: 2, Phi: 1, Power: 1}
	got, best, err := GammaPoissonScan([]Stream{s, s}, []int{1, 2}, []float64{2})
	if err != nil {
		t.Fatal(err)
	}
	one, two := 2*GammaPoisson(3, 1, 2, 2, 2), 2*GammaPoisson(3, 2, 2, 2, 2)
	if want := math.Log((math.Exp(one) + math.Exp(two)) / 2); math.Abs(got-want) > 1e-12 {
		t.Errorf("score %v, want %v", got, want)
	}
	if best.Window != 1 || best.Multiplier != 2 || math.Abs(best.LLR-one) > 1e-12 {
		t.Errorf("best %+v", best)
	}
	if v, _, err := GammaPoissonScan([]Stream{{Shape: 1, Rate: 1}}, Windows, Multipliers); err != nil || v != 0 {
		t.Errorf("no weeks: %v, %v", v, err)
	}
	if _, _, err := GammaPoissonScan(nil, Windows, Multipliers); err == nil {
		t.Error("no streams accepted")
	}
	if _, _, err := GammaPoissonScan([]Stream{{Counts: []float64{1}}}, Windows, Multipliers); err == nil || !strings.Contains(err.Error(), "stream 0: 1 counts") {
		t.Errorf("ragged stream: %v", err)
	}
}

// More events in a window never lower its evidence for a rise; more expected
// never raise it; two streams of no expectation and no events add nothing.
func TestMonotoneInEvidence(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		o := float64(rapid.IntRange(0, 1000).Draw(r, "o"))
		e := rapid.Float64Range(0, 100).Draw(r, "e")
		shape, rate := rapid.Float64Range(0.1, 100).Draw(r, "shape"), rapid.Float64Range(0.1, 100).Draw(r, "rate")
		rho := rapid.Float64Range(1, 10).Draw(r, "rho")
		v := GammaPoisson(o, e, shape, rate, rho)
		if up := GammaPoisson(o+1, e, shape, rate, rho); up < v-1e-9 {
			r.Fatalf("one more event: %v after %v", up, v)
		}
		if down := GammaPoisson(o, e+1, shape, rate, rho); down > v+1e-9 {
			r.Fatalf("one more expected: %v after %v", down, v)
		}
		if GammaPoisson(0, 0, shape, rate, rho) != 0 {
			r.Fatal("evidence from nothing")
		}
	})
}
