package ebgm

import (
	"math"
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"

	"pgregory.net/rapid"
)

// Two priors, 84 cells; relative tolerance 1e-9, and 1e-7 for the quantiles,
// which both sides find by search.
func TestReferenceScores(t *testing.T) {
	priors := map[string]Prior{
		"dumouchel_start_0.2_0.1_2_4_0.333": Start(),
		"care_4_4_2_1_0.9":                  {4, 4, 2, 1, 0.9},
	}
	for _, r := range oracletest.Read(t, "methods/mgps_scores.csv") {
		p, ok := priors[r["prior"]]
		if !ok {
			t.Fatalf("unknown prior %q", r["prior"])
		}
		s, err := p.Of(int(r.Float(t, "N")), r.Float(t, "E"))
		if err != nil {
			t.Fatal(err)
		}
		name := r["prior"] + " N=" + r["N"] + " E=" + r["E"] + " "
		oracletest.Close(t, name+"Qn", s.Qn, r.Float(t, "Qn"), 1e-9)
		oracletest.Close(t, name+"EBGM", s.EBGM, r.Float(t, "EBGM"), 1e-9)
		oracletest.Close(t, name+"EB05", s.EB05, r.Float(t, "EB05"), 1e-7)
		oracletest.Close(t, name+"EB95", s.EB95, r.Float(t, "EB95"), 1e-7)
	}
}

func TestRefusals(t *testing.T) {
	for _, p := range []Prior{{}, {1, 1, 1, 1, 2}, {1, 1, math.Inf(1), 1, 0.5}} {
		if _, err := p.Of(1, 1); err == nil {
			t.Errorf("prior %+v accepted", p)
		}
	}
	for _, e := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if _, err := Start().Of(1, e); err == nil {
			t.Errorf("expectation %v accepted", e)
		}
	}
	if _, err := Start().Of(-1, 1); err == nil {
		t.Error("a negative count accepted")
	}
}

func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(0, 1000000).Draw(r, "n")
		e := math.Exp(rapid.Float64Range(-6, 8).Draw(r, "log expected"))
		p := Prior{4, 4, 2, 1, rapid.Float64Range(0, 1).Draw(r, "p")}
		s, err := p.Of(n, e)
		if err != nil {
			r.Fatal(err)
		}
		if !(s.EB05 <= s.EBGM*1.0000001 && s.EBGM <= s.EB95*1.0000001) || math.IsInf(s.EB95, 0) {
			r.Fatalf("out of order: %+v", s)
		}
		if more, _ := p.Of(n+1, e); more.EB05 < s.EB05*(1-1e-9) {
			r.Fatalf("one more event lowers EB05 from %v to %v", s.EB05, more.EB05)
		}
	})
}
