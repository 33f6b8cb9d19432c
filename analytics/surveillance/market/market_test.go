package market

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func weeks(n int, f func(t int) float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = f(i)
	}
	return out
}

// Counts drawn without noise from the model give its coefficients back.
func TestRecoversTrendAndSeason(t *testing.T) {
	truth := Model{B: [4]float64{-4, 0.05, 0.15, -0.1}, Origin: 159, Events: 1}
	exposure := weeks(160, func(t int) float64 { return 20000 + 10*float64(t) })
	counts := weeks(160, func(t int) float64 { return truth.Rate(t) * exposure[t] })
	m, err := Fit(0, counts, exposure, Options{})
	if err != nil || !m.Trend || !m.Season {
		t.Fatalf("%+v, %v", m, err)
	}
	for _, w := range []int{0, 40, 100, 159, 185} {
		if got, want := m.Rate(w), truth.Rate(w); math.Abs(got/want-1) > 2e-3 {
			t.Errorf("week %d: rate %v, want %v", w, got, want)
		}
	}
	if m.Dispersion != 1 {
		t.Errorf("dispersion %v of counts without noise", m.Dispersion)
	}
	if r := m.Rates(150, 2); len(r) != 2 || r[1] != m.Rate(151) {
		t.Errorf("rates %v", r)
	}
}

func TestShortHistories(t *testing.T) {
	for _, c := range []struct {
		name          string
		counts, expo  []float64
		trend, season bool
		rate          float64
	}{
		{"nothing", nil, nil, false, false, 0},
		{"no exposure", []float64{1, 2}, []float64{0, 0}, false, false, 0},
		{"all zeros", []float64{0, 0, 0}, []float64{5, 5, 5}, false, false, 0},
		{"two weeks", []float64{1, 3}, []float64{2, 2}, false, false, 1},
		{"half a year", weeks(30, func(int) float64 { return 6 }), weeks(30, func(int) float64 { return 3 }), true, false, 2},
		{"a gap", append(weeks(60, func(int) float64 { return 6 }), 0, 0, 6), append(weeks(60, func(int) float64 { return 3 }), 0, 0, 3), true, false, 2},
	} {
		m, err := Fit(7, c.counts, c.expo, Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if m.Trend != c.trend || m.Season != c.season || math.Abs(m.Rate(7+len(c.counts))-c.rate) > 1e-6 {
			t.Errorf("%s: trend %v, season %v, rate %v", c.name, m.Trend, m.Season, m.Rate(7+len(c.counts)))
		}
	}
}

func TestRefusals(t *testing.T) {
	if _, err := Fit(0, []float64{1}, nil, Options{}); err == nil {
		t.Error("ragged input accepted")
	}
	if _, err := Fit(100, []float64{1, math.NaN()}, []float64{1, 1}, Options{}); err == nil || !strings.Contains(err.Error(), "week 101") {
		t.Errorf("NaN: %v", err)
	}
}

// The rate is finite and positive for any counts, and does not depend on the
// unit of exposure.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(r, "weeks")
		big := rapid.SampledFrom([]int{3, 50, 1000000}).Draw(r, "size")
		counts := weeks(n, func(int) float64 { return float64(rapid.IntRange(0, big).Draw(r, "n")) })
		exposure := weeks(n, func(int) float64 { return rapid.SampledFrom([]float64{0, 1, 30, 30, 30}).Draw(r, "exposure") })
		m, err := Fit(-5, counts, exposure, Options{})
		if err != nil {
			r.Fatal(err)
		}
		scaled := weeks(n, func(i int) float64 { return 7 * exposure[i] })
		s, _ := Fit(-5, counts, scaled, Options{})
		for _, w := range []int{-5, n / 2, n, n + 30} {
			a, b := m.Rate(w), s.Rate(w)
			if math.IsNaN(a) || math.IsInf(a, 0) || a < 0 {
				r.Fatalf("week %d: rate %v", w, a)
			}
			if math.Abs(7*b-a) > 1e-6*a {
				r.Fatalf("week %d: rate %v per bed, %v per seventh of one", w, a, b)
			}
		}
	})
}
