package backtest

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b, tol float64) bool { return math.Abs(a-b) <= tol }

// Limits of the closed form, to four places; the last is the yield of CQC's responsive inspections.
func TestWilson(t *testing.T) {
	for _, tt := range []struct {
		n, of     int
		low, high float64
	}{
		{0, 10, 0, 0.2775}, {10, 10, 0.7225, 1}, {5, 10, 0.2366, 0.7634}, {1, 4, 0.0456, 0.6994}, {25, 100, 0.1755, 0.3430}, {463, 1809, 0.2364, 0.2766},
	} {
		s := Wilson(tt.n, tt.of)
		if !s.Known || !near(s.Low, tt.low, 5e-5) || !near(s.High, tt.high, 5e-5) || !near(s.Value, float64(tt.n)/float64(tt.of), 1e-12) {
			t.Errorf("%d of %d: %+v, want %.4f to %.4f", tt.n, tt.of, s, tt.low, tt.high)
		}
	}
	for _, none := range []Share{Wilson(0, 0), Wilson(3, 0), Wilson(1, -1)} {
		if none.Known || none.Value != 0 {
			t.Errorf("a share of nothing: %+v", none)
		}
	}
	if s := Wilson(7, 5); s.N != 5 || s.High != 1 {
		t.Errorf("more than there are: %+v", s)
	}
}

func rows(scores []float64, events string) []Row {
	out := make([]Row, len(scores))
	for i, s := range scores {
		out[i] = Row{Unit: string(rune('a' + i)), Score: s, Event: events[i] == '1'}
	}
	return out
}

func TestAUC(t *testing.T) {
	for _, tt := range []struct {
		name   string
		scores []float64
		events string
		want   float64
		ok     bool
	}{
		{"perfect", []float64{1, 2, 3, 4}, "0011", 1, true},
		{"reversed", []float64{4, 3, 2, 1}, "0011", 0, true},
		{"all tied", []float64{5, 5, 5, 5}, "0101", 0.5, true},
		{"one tie", []float64{1, 2, 2, 3}, "0011", 0.875, true},
		{"by hand", []float64{0.1, 0.4, 0.35, 0.8}, "0011", 0.75, true},
		{"no events", []float64{1, 2}, "00", 0, false},
		{"only events", []float64{1, 2}, "11", 0, false},
		{"nothing", nil, "", 0, false},
		{"not a number", []float64{math.NaN(), 2}, "01", 0, false},
		{"infinite scores are scores", []float64{math.Inf(-1), math.Inf(1)}, "01", 1, true},
	} {
		if got, ok := AUC(rows(tt.scores, tt.events)); ok != tt.ok || !near(got, tt.want, 1e-12) {
			t.Errorf("%s: %g %v, want %g %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func drawRows(t *rapid.T) []Row {
	n := rapid.IntRange(2, 60).Draw(t, "rows")
	out := make([]Row, n)
	for i := range out {
		out[i] = Row{Unit: string(rune('a' + rapid.IntRange(0, 9).Draw(t, "unit"))), Score: float64(rapid.IntRange(0, 8).Draw(t, "score")), Event: rapid.Bool().Draw(t, "event")}
	}
	return out
}

// The area is the share of favourable pairs, in any order, on any scale; turning the scores round turns it round.
func TestAUCProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRows(rt)
		got, ok := AUC(r)
		var pairs, good float64
		for _, a := range r {
			for _, b := range r {
				if a.Event && !b.Event {
					pairs++
					if a.Score > b.Score {
						good++
					} else if a.Score == b.Score {
						good += 0.5
					}
				}
			}
		}
		if ok != (pairs > 0) || ok && !near(got, good/pairs, 1e-9) {
			rt.Fatalf("%g %v, by pairs %g of %g", got, ok, good, pairs)
		}
		turned := rapid.Permutation(r).Draw(rt, "order")
		for i := range turned {
			turned[i].Score = -3*turned[i].Score + 1
		}
		if back, _ := AUC(turned); ok && !near(back, 1-got, 1e-9) {
			rt.Fatalf("turned round: %g, was %g", back, got)
		}
	})
}

func TestIntervalsHoldTheirEstimate(t *testing.T) {
	quick := Resampling{Times: 50, Seed: 7}
	rapid.Check(t, func(rt *rapid.T) {
		r := drawRows(rt)
		others := drawRows(rt)
		a, above := Areas(r, others, quick)
		for name, e := range map[string]Estimate{"area": a, "above": above} {
			if !e.Known {
				continue
			}
			if math.IsNaN(e.Value+e.Low+e.High) || e.Low > e.Value || e.High < e.Value || e.Value < -1 || e.High > 1 {
				rt.Fatalf("%s: %+v", name, e)
			}
		}
		if again, _ := Areas(r, others, quick); again != a {
			rt.Fatalf("the same seed gives another interval: %+v %+v", a, again)
		}
		if same, gap := Areas(r, r, quick); same.Known && (gap.Value != 0 || gap.Low != 0 || gap.High != 0) {
			rt.Fatalf("a score lies %+v above itself", gap)
		}
	})
}

// More units give a narrower interval, and a score with nothing in it covers one half.
func TestAreaOfANullScore(t *testing.T) {
	many := make([]Row, 0, 2000)
	for i := range 2000 {
		many = append(many, Row{Unit: string(rune(i)), Score: float64(i * 7919 % 1000), Event: i%10 == 3})
	}
	wide, narrow := Area(many[:200], DefaultResampling), Area(many, DefaultResampling)
	if !narrow.Known || narrow.Low > 0.5 || narrow.High < 0.5 {
		t.Errorf("a score without meaning: %+v", narrow)
	}
	if narrow.High-narrow.Low >= wide.High-wide.Low {
		t.Errorf("more units, wider interval: %+v against %+v", narrow, wide)
	}
	if e := Area(nil, DefaultResampling); e.Known {
		t.Errorf("an area of nothing: %+v", e)
	}
}

func TestMedianAndQuantiles(t *testing.T) {
	if m := Median([]float64{5, 1, 9}, DefaultResampling); m.Value != 5 || m.Low < 1 || m.High > 9 || !m.Known {
		t.Errorf("%+v", m)
	}
	if m := Median(nil, DefaultResampling); m.Known {
		t.Errorf("%+v", m)
	}
	sorted := []float64{1, 2, 3, 4}
	for q, want := range map[float64]float64{0: 1, 0.5: 2.5, 1: 4, 0.25: 1.75, -1: 1, 2: 4} {
		if got := Quantile(sorted, q); !near(got, want, 1e-12) {
			t.Errorf("quantile %g is %g, want %g", q, got, want)
		}
	}
	if Quantile(nil, 0.5) != 0 {
		t.Error("nothing has no median")
	}
}
