package sr

import (
	"math"
	"strings"
	"testing"

	"bellwether/analytics/surveillance/internal/oracletest"
	"bellwether/analytics/surveillance/scan"

	"pgregory.net/rapid"
)

// Ninety weeks of mean 0.9: statistics to 1e-9 (to 1e-6 where the reference
// searches for the negative binomial's optimum), identical alarms.
func TestReferenceGLR(t *testing.T) {
	rows := oracletest.Read(t, "methods/surv_glr_known_mean.csv")
	x, mu := make([]int, len(rows)), make([]float64, len(rows))
	for i, r := range rows {
		x[i], mu[i] = int(r.Float(t, "observed")), r.Float(t, "mu0")
	}
	for _, c := range []struct {
		column string
		tol    float64
		run    func() ([]float64, []bool, error)
	}{
		{"glrpois_theta_log2", 1e-9, func() ([]float64, []bool, error) { return LikelihoodCUSUM(x, mu, 0, math.Ln2, 5) }},
		{"glrpois_glr", 1e-9, func() ([]float64, []bool, error) { return GLR(x, mu, 0, 5) }},
		{"glrnb_alpha0.5_theta_log2", 1e-9, func() ([]float64, []bool, error) { return LikelihoodCUSUM(x, mu, 0.5, math.Ln2, 5) }},
		{"glrnb_alpha0.5_glr", 1e-6, func() ([]float64, []bool, error) { return GLR(x, mu, 0.5, 5) }},
	} {
		stat, alarm, err := c.run()
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range rows {
			oracletest.Close(t, c.column+" week "+r["t"], stat[i], r.Float(t, c.column+"_stat"), c.tol)
			if alarm[i] != (r[c.column+"_alarm"] == "1") {
				t.Errorf("%s week %s: alarm %v", c.column, r["t"], alarm[i])
			}
		}
	}
}

func TestShiryaevRobertsByHand(t *testing.T) {
	l := math.Log(2)
	got, err := ShiryaevRoberts([][]float64{{l, l, -l}})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{2, 6, 3.5} { // (1+0)2, (1+2)2, (1+6)/2
		if math.Abs(math.Exp(got[i])-want) > 1e-12 {
			t.Errorf("week %d: R = %v, want %v", i, math.Exp(got[i]), want)
		}
	}
	if _, err := ShiryaevRoberts(nil); err == nil {
		t.Error("no multipliers accepted")
	}
	if _, err := ShiryaevRoberts([][]float64{{0, 0}, {0}}); err == nil || !strings.Contains(err.Error(), "multiplier 1 has 1 weeks") {
		t.Errorf("ragged rows: %v", err)
	}
	if _, err := ShiryaevRoberts([][]float64{{math.NaN()}}); err == nil {
		t.Error("NaN accepted")
	}
	big := make([]float64, 2000)
	for i := range big {
		big[i] = 700
	}
	if r, err := ShiryaevRoberts([][]float64{big}); err != nil || math.IsInf(r[1999], 0) {
		t.Errorf("overwhelming evidence: %v, %v", r[1999], err)
	}
}

func TestRefusals(t *testing.T) {
	for _, err := range []error{
		second(PoissonCUSUM([]int{1}, nil, 2)), second(PoissonCUSUM(nil, nil, 1)), second(PoissonCUSUM([]int{-1}, []float64{1}, 2)), second(NBCUSUM([]int{1}, []float64{math.NaN()}, 1.3, 2)),
		third(GLR([]int{1}, nil, 0, 5)), third(GLR(nil, nil, -1, 5)), third(GLR([]int{1}, []float64{0}, 0, 5)), third(LikelihoodCUSUM(nil, nil, 0, 0, 5)), third(LikelihoodCUSUM(nil, nil, 0, 1, 0)),
	} {
		if err == nil {
			t.Error("accepted")
		}
	}
}

func second(_ []float64, err error) error          { return err }
func third(_ []float64, _ []bool, err error) error { return err }

// The CUSUM is the largest sum of increments that ends now, or nought; more
// events never lower it; and it is the GLR statistic at one multiplier.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 30).Draw(r, "weeks")
		x, mu := make([]int, n), make([]float64, n)
		for i := range x {
			x[i], mu[i] = rapid.IntRange(0, 20).Draw(r, "x"), rapid.Float64Range(0.01, 5).Draw(r, "mu")
		}
		s, err := NBCUSUM(x, mu, 1.3, 2)
		if err != nil {
			r.Fatal(err)
		}
		best, run := 0.0, 0.0
		for i := n - 1; i >= 0; i-- {
			run += scan.NB1(x[i], mu[i], 1.3, 2)
			best = math.Max(best, run)
		}
		if math.Abs(best-s[n-1]) > 1e-9*(1+best) {
			r.Fatalf("S = %v, largest sum %v", s[n-1], best)
		}
		a, _, _ := LikelihoodCUSUM(x, mu, 0, math.Log(2), 1e9)
		p, _ := PoissonCUSUM(x, mu, 2)
		for i := range a {
			if math.Abs(a[i]-p[i]) > 1e-9*(1+p[i]) {
				r.Fatalf("week %d: %v, %v", i, a[i], p[i])
			}
		}
		g, _, _ := GLR(x, mu, 0.5, 1e9)
		x[rapid.IntRange(0, n-1).Draw(r, "week")]++
		if more, _ := NBCUSUM(x, mu, 1.3, 2); more[n-1] < s[n-1] {
			r.Fatalf("one more event lowers S from %v to %v", s[n-1], more[n-1])
		}
		for i := range g {
			if !(g[i] >= 0) || math.IsInf(g[i], 0) {
				r.Fatalf("GLR %v", g[i])
			}
		}
	})
}
