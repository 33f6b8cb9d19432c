package fdr

import (
	"math"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"

	"pgregory.net/rapid"
)

// Sixty homes' exact Poisson tails, adjusted by another program; tolerance 1e-9.
func TestReferenceAdjusted(t *testing.T) {
	rows := oracletest.Read(t, "methods/funnel_care60_pvalues.csv")
	var p []float64
	for _, r := range rows {
		p = append(p, r.Float(t, "p_upper"))
	}
	bh, err := BenjaminiHochberg(p)
	if err != nil {
		t.Fatal(err)
	}
	by, err := BenjaminiYekutieli(p)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		oracletest.Close(t, r["group"]+" bh", bh[i], r.Float(t, "bh"), 1e-9)
		oracletest.Close(t, r["group"]+" by", by[i], r.Float(t, "by"), 1e-9)
	}
}

func TestByHand(t *testing.T) {
	q, err := BenjaminiHochberg([]float64{0.04, 0.01, 0.03, 0.9})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{0.16 / 3, 0.04, 0.16 / 3, 0.9} {
		if math.Abs(q[i]-want) > 1e-12 {
			t.Errorf("q[%d] = %v, want %v", i, q[i], want)
		}
	}
	if q, err := BenjaminiHochberg(nil); err != nil || len(q) != 0 {
		t.Errorf("nothing to adjust: %v, %v", q, err)
	}
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		if _, err := BenjaminiYekutieli([]float64{0.5, bad}); err == nil || !strings.Contains(err.Error(), "p-value 1") {
			t.Errorf("%v accepted: %v", bad, err)
		}
	}
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 50).Draw(r, "p")
		bh, _ := BenjaminiHochberg(p)
		by, _ := BenjaminiYekutieli(p)
		for i := range p {
			if bh[i] < p[i] || by[i] < bh[i] || by[i] > 1 {
				r.Fatalf("p %v: bh %v, by %v", p[i], bh[i], by[i])
			}
			for j := range p {
				if p[i] < p[j] && bh[i] > bh[j] {
					r.Fatal("the order of p-values is not kept")
				}
			}
		}
	})
}
