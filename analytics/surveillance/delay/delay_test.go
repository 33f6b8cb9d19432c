package delay

import (
	"math"
	"testing"
	"time"

	"bellwether/analytics/surveillance/internal/oracletest"

	"pgregory.net/rapid"
)

// The hospital line list of the 2011 E. coli outbreak: delay distribution to
// 1e-12 absolute, point predictions to the whole count the reference rounds to.
func TestReferenceNowcast(t *testing.T) {
	const maxDelay = 15
	day := func(s string) time.Time {
		d, err := time.Parse("2006-01-02", s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	start, today := day("2011-05-02"), day("2011-05-31")
	now := int(today.Sub(start).Hours() / 24)
	tri := make(Triangle, now+1)
	for i := range tri {
		tri[i] = make([]float64, maxDelay+1)
	}
	for _, r := range oracletest.Read(t, "methods/nowcast_input_husO104.csv") {
		if r.Missing("dHosp") || r.Missing("dReport") {
			continue
		}
		h, k := day(r["dHosp"]), day(r["dReport"])
		p, d := int(h.Sub(start).Hours()/24), int(k.Sub(h).Hours()/24)
		if k.After(today) || p < 0 || p > now || d > maxDelay {
			continue
		}
		tri[p][d]++
	}
	c, err := Estimate(tri, now, maxDelay, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range oracletest.Read(t, "methods/nowcast_delay_cdf.csv") {
		if r["method"] == "lawless" {
			d := int(r.Float(t, "delay"))
			if got, want := c.At(d), r.Float(t, "cdf"); math.Abs(got-want) > 1e-12 {
				t.Errorf("share recorded within %d days = %.15g, reference %.15g", d, got, want)
			}
		}
	}
	points := Nowcast(tri, now, c)
	for _, r := range oracletest.Read(t, "methods/nowcast_points.csv") {
		if r["method"] != "lawless" {
			continue
		}
		p := int(day(r["day"]).Sub(start).Hours() / 24)
		if r.Float(t, "pi_high") < r.Float(t, "pi_low") {
			continue // cut off at the largest count the reference allows for (300)
		}
		// The reference gives the median of a normal laid on whole numbers.
		if got, want := points[p], r.Float(t, "nowcast_point"); math.Abs(got-want) >= 1 {
			t.Errorf("%s: %v, reference %v", r["day"], got, want)
		}
	}
}

func TestByHand(t *testing.T) {
	// Periods 0..2; 10 events each, half on time, half a period late; period 2
	// has had no time to report its late half.
	tri := Triangle{{5, 5}, {5, 5}, {5}}
	c, err := Estimate(tri, 2, 1, 0)
	if err != nil || c.At(-1) != 0 || c.At(0) != 0.5 || c.At(1) != 1 || c.At(9) != 1 {
		t.Errorf("completeness %v, %v", c, err)
	}
	if n := Nowcast(tri, 2, c); n[0] != 10 || n[2] != 10 {
		t.Errorf("nowcast %v", n)
	}
	// Only the last period counts: it shows no delay of 1, so none is assumed.
	if c, _ = Estimate(tri, 2, 1, 1); c.At(0) != 1 {
		t.Errorf("window of one: %v", c)
	}
}

func TestEdges(t *testing.T) {
	for _, tri := range []Triangle{nil, {{}, {}}, {{0, 0}, {0}}} {
		if c, err := Estimate(tri, 5, 3, 0); err != nil || c.At(0) != 1 {
			t.Errorf("%v: %v, %v", tri, c, err)
		}
	}
	if c, err := Estimate(Triangle{{0, 0, 7}}, 2, 2, 0); err != nil || c.At(1) != 0 || c.At(2) != 1 {
		t.Errorf("nothing ever arrives on time: %v, %v", c, err)
	}
	if n := Nowcast(Triangle{{0, 0, 7}}, 2, Completeness{0, 0, 1}); n[0] != 7 || n[2] != 0 {
		t.Errorf("nowcast with a share of nought: %v", n)
	}
	if n := Nowcast(nil, -1, nil); len(n) != 0 {
		t.Errorf("no periods: %v", n)
	}
	if _, err := Estimate(nil, 3, -1, 0); err == nil {
		t.Error("negative longest delay accepted")
	}
	if _, err := Estimate(Triangle{{math.NaN()}}, 3, 1, 0); err == nil {
		t.Error("NaN accepted")
	}
}

// Completeness never falls with age, ends at 1, and does not depend on cells
// that are not known yet.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		now := rapid.IntRange(0, 12).Draw(r, "now")
		m := rapid.IntRange(0, 6).Draw(r, "longest")
		tri := make(Triangle, now+1)
		for p := range tri {
			tri[p] = make([]float64, m+1)
			for d := range tri[p] {
				tri[p][d] = float64(rapid.IntRange(0, 9).Draw(r, "n"))
			}
		}
		c, err := Estimate(tri, now, m, 0)
		if err != nil {
			r.Fatal(err)
		}
		for d := 1; d <= m; d++ {
			if !(c[d] >= c[d-1]) || c[d-1] < 0 {
				r.Fatalf("falls with age: %v", c)
			}
		}
		if c[m] != 1 {
			r.Fatalf("does not end at 1: %v", c)
		}
		for p := range tri {
			for d := range tri[p] {
				if p+d > now {
					tri[p][d] = 1e6
				}
			}
		}
		again, _ := Estimate(tri, now, m, 0)
		for d := range c {
			if c[d] != again[d] {
				r.Fatal("the future was read")
			}
		}
	})
}
