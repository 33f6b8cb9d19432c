package sr

import (
	"math"
	"math/rand/v2"
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"
)

// Eighty average run lengths of R's arlCusum, to 1e-6. It rounds k to one
// decimal, so k = 0.75 was computed as 0.8 there, and is here.
func TestReferenceARL(t *testing.T) {
	seen := 0
	for _, r := range oracletest.Read(t, "methods/arl_poisson_cusum_surveillance.csv") {
		k := math.RoundToEven(r.Float(t, "k")*10) / 10
		got, err := PoissonARL(r.Float(t, "theta"), k, r.Float(t, "h"), 10)
		if err != nil {
			t.Fatal(err)
		}
		oracletest.Close(t, "ARL of h "+r["h"]+", k "+r["k"]+", mean "+r["theta"], got, r.Float(t, "ARL"), 1e-6)
		seen++
	}
	if seen != 80 {
		t.Errorf("%d compared", seen)
	}
}

// Threshold 1 with k = 1: the first week with two events or more; and the mean
// of ten thousand simulated runs.
func TestARLByHand(t *testing.T) {
	const mean = 0.7
	got, err := PoissonARL(mean, 1, 1, 1)
	want := 1 / (1 - math.Exp(-mean)*(1+mean))
	if err != nil || math.Abs(got-want) > 1e-9*want {
		t.Errorf("%v, want %v, %v", got, want, err)
	}
	got, err = PoissonARL(mean, 0.75, 3, 4)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	const runs = 10000
	total := 0.0
	for range runs {
		for s, weeks := 0.0, 1.0; ; weeks++ {
			x := 0.0
			for p := r.Float64(); p > math.Exp(-mean); p *= r.Float64() {
				x++
			}
			if s = math.Max(0, s+x-0.75); s >= 3 {
				total += weeks
				break
			}
		}
	}
	if sim := total / runs; math.Abs(sim/got-1) > 0.04 {
		t.Errorf("%v, simulated %v", got, sim)
	}
}

func TestARLRefusals(t *testing.T) {
	for _, c := range [][4]float64{{0, 1, 1, 1}, {1, 0, 1, 1}, {1, 1, 0, 1}, {1, 1, 1, 0}, {math.NaN(), 1, 1, 1}, {1, 0.75, 1, 1}, {1, 1, 0.5, 1}, {1, 1, 5000, 1}, {1, 1, math.Inf(1), 1}} {
		if v, err := PoissonARL(c[0], c[1], c[2], int(c[3])); err == nil {
			t.Errorf("%v: %v", c, v)
		}
	}
}
