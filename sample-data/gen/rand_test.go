package gen

import (
	"bytes"
	"math"
	"testing"
)

func TestDistributionsHaveTheirMoments(t *testing.T) {
	const n = 40_000
	tests := []struct {
		name           string
		draw           func(*rng) float64
		mean, variance float64
	}{
		{"uniform", (*rng).float, 0.5, 1.0 / 12},
		{"normal", (*rng).normal, 0, 1},
		{"gamma of shape 4", func(r *rng) float64 { return r.gamma(4) }, 1, 0.25},
		{"gamma of shape 0.5", func(r *rng) float64 { return r.gamma(0.5) }, 1, 2},
		{"Poisson", func(r *rng) float64 { return float64(r.poisson(2.5)) }, 2.5, 2.5},
		{"negative binomial", func(r *rng) float64 { return float64(r.negbin(2, 1.3)) }, 2, 2.6},
	}
	for _, tt := range tests {
		r := stream(1, tt.name)
		var sum, squares float64
		for range n {
			x := tt.draw(r)
			sum += x
			squares += x * x
		}
		mean := sum / n
		variance := squares/n - mean*mean
		if math.Abs(mean-tt.mean) > 5*math.Sqrt(tt.variance/n) || math.Abs(variance-tt.variance) > 0.08*tt.variance {
			t.Errorf("%s: mean %.3f, variance %.3f; want %.3f and %.3f", tt.name, mean, variance, tt.mean, tt.variance)
		}
	}
}

func TestStreamsAreNamed(t *testing.T) {
	a, b, c := stream(1, "a", "b"), stream(1, "ab"), stream(2, "a", "b")
	if x := stream(1, "a", "b").next(); a.next() != x {
		t.Error("the same name gives different draws")
	}
	if b.next() == stream(1, "a", "b").next() || c.next() == stream(1, "a", "b").next() {
		t.Error("different names give the same draws")
	}
}

func TestAnotherSeedGivesAnotherCountyOfTheSameForm(t *testing.T) {
	other, err := Files(7)
	if err != nil {
		t.Fatal(err)
	}
	mine := made(t)
	same := 0
	byPath := map[string][]byte{}
	for _, f := range mine {
		byPath[f.Path] = f.Data
	}
	for _, f := range other {
		if bytes.Equal(byPath[f.Path], f.Data) {
			same++
		}
	}
	if same > 2 || math.Abs(float64(len(other)-len(mine))) > 6 {
		t.Errorf("%d files of %d are the same, %d in all", same, len(mine), len(other))
	}
}

func TestDays(t *testing.T) {
	d := day("2026-10-01")
	for got, want := range map[string]string{
		d.ISO(): "2026-10-01", d.uk(): "01/10/2026", d.dashed(): "01-Oct-2026", d.monday().ISO(): "2026-09-28",
		d.firstOfNext().ISO(): "2026-11-01", Day(0).uk(): "", lookEnd.ISO(): "2026-09-27",
	} {
		if got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if m := monthEnds(); len(m) != 42 || m[0].ISO() != "2023-04-30" || m[41] != end {
		t.Errorf("%d months from %s", len(m), m[0].ISO())
	}
}
