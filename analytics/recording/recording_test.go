package recording

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

func level(n, at int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = at + i%2 // a little to and fro
	}
	return out
}

func join(parts ...[]int) []int {
	var out []int
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func TestDetect(t *testing.T) {
	for _, tt := range []struct {
		name              string
		counts, locations []int
		week              int // -1 for none
		up                bool
	}{
		{"steady", level(120, 6), nil, -1, false},
		{"a jump", join(level(100, 5), level(30, 20)), nil, 100, true},
		{"a fall", join(level(100, 20), level(30, 5)), nil, 100, false},
		{"silent, then not", join(level(60, 0)[:0], make([]int, 60), level(20, 8)), nil, 60, true},
		{"falls silent", join(level(60, 8), make([]int, 20)), nil, 60, false},
		{"too recent", join(level(100, 5), level(2, 20)), nil, -1, false},
		{"one week of a million", join(level(100, 5), []int{1e6}, level(29, 5)), nil, -1, false},
		{"a small rise", join(level(100, 10), level(30, 13)), nil, -1, false},
		{"one busy home", join(level(100, 5), level(30, 20)), level(130, 5), -1, false},
		{"many homes", join(level(100, 5), level(30, 20)), join(level(100, 4), level(30, 15)), 100, true},
		{"all zeros", make([]int, 100), nil, -1, false},
		{"too short", level(30, 5), nil, -1, false},
		{"nothing", nil, nil, -1, false},
		{"a count below nought", join(level(60, 5), []int{-1}, level(60, 40)), nil, -1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Detect([]Series{{"ambulance", tt.counts, tt.locations}}, Defaults())
			if tt.week < 0 {
				if len(got) > 0 {
					t.Fatalf("%+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Week < tt.week-2 || got[0].Week > tt.week+2 || (got[0].Z > 0) != tt.up || math.IsNaN(got[0].Ratio) || math.IsInf(got[0].Ratio, 0) {
				t.Fatalf("%+v, want a change in week %d", got, tt.week)
			}
		})
	}
}

// Poisson counts about one level are called a change in no more than one series in a hundred.
func TestNoChangeIsSeldomCalledOne(t *testing.T) {
	rng := rand.New(rand.NewPCG(11, 4))
	called := 0
	for range 400 {
		mean := 1 + 10*rng.Float64()
		counts := make([]int, 180)
		for i := range counts {
			counts[i] = poisson(rng, mean)
		}
		called += len(Detect([]Series{{"s", counts, nil}}, Defaults()))
	}
	if called > 4 {
		t.Errorf("%d of 400 series without a change are called one", called)
	}
}

func poisson(rng *rand.Rand, mean float64) int {
	limit, p, k := math.Exp(-mean), 1.0, 0
	for p > limit {
		p *= rng.Float64()
		k++
	}
	return k - 1
}

// The answer does not depend on the order of the sources, and turning time's levels round turns the sign round.
func TestProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := Series{"a", rapid.SliceOfN(rapid.IntRange(0, 30), 0, 150).Draw(rt, "a"), nil}
		b := Series{"b", join(level(rapid.IntRange(30, 80).Draw(rt, "before"), 3), level(rapid.IntRange(10, 40).Draw(rt, "after"), 30)), nil}
		one, two := Detect([]Series{a, b}, Defaults()), Detect([]Series{b, a}, Defaults())
		if len(one) != len(two) {
			rt.Fatalf("%v, %v", one, two)
		}
		for i := range one {
			if one[i] != two[i] {
				rt.Fatalf("%v, %v", one, two)
			}
			if math.IsNaN(one[i].Z + one[i].Before + one[i].After + one[i].Ratio) {
				rt.Fatalf("%+v", one[i])
			}
		}
	})
}
