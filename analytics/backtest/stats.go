package backtest

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// Share is a share with its 95 % interval. Where Of is 0 there is no share, and
// Known is false.
type Share struct {
	N     int     `json:"n"`
	Of    int     `json:"of"`
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Known bool    `json:"known"`
}

const z95 = 1.959963984540054

// Wilson returns the share of n among of with the 95 % score interval of Wilson
// (1927), which stays inside 0 to 1 and is sound for small numbers. Counts below
// 0, and more than there are, are brought to the nearest that makes sense.
func Wilson(n, of int) Share {
	if of <= 0 {
		return Share{}
	}
	n = min(max(n, 0), of)
	p, m := float64(n)/float64(of), float64(of)
	mid := (p + z95*z95/(2*m)) / (1 + z95*z95/m)
	half := z95 / (1 + z95*z95/m) * math.Sqrt(p*(1-p)/m+z95*z95/(4*m*m))
	return Share{N: n, Of: of, Value: p, Low: min(max(mid-half, 0), p), High: max(min(mid+half, 1), p), Known: true}
}

// Estimate is a number with a 95 % interval from resampling. Known is false
// where there is nothing to estimate from.
type Estimate struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	Known bool    `json:"known"`
}

// Row is one scored unit at one time, and whether the outcome followed.
type Row struct {
	Unit  string // rows of one unit are resampled together: they are not independent
	Score float64
	Event bool
}

// AUC returns the chance that a row followed by the outcome scores above one
// that is not, ties counting half (Mann and Whitney 1947). ok is false where
// either sort of row is missing, or a score is not a number.
func AUC(rows []Row) (auc float64, ok bool) {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
		if math.IsNaN(rows[i].Score) {
			return 0, false
		}
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(rows[a].Score, rows[b].Score) })
	weights := make([]int, len(rows))
	for i := range weights {
		weights[i] = 1
	}
	return auc1(rows, order, weights)
}

// auc1 is the area over rows already in order, each counted weight times.
func auc1(rows []Row, order, weights []int) (float64, bool) {
	var below, pairs float64 // weight of non-events seen so far; favourable pairs
	var events, others float64
	for i := 0; i < len(order); {
		var e, o float64
		j := i
		for ; j < len(order) && rows[order[j]].Score == rows[order[i]].Score; j++ {
			if w := float64(weights[order[j]]); rows[order[j]].Event {
				e += w
			} else {
				o += w
			}
		}
		pairs += e * (below + o/2)
		below += o
		events, others = events+e, others+o
		i = j
	}
	if events == 0 || others == 0 {
		return 0, false
	}
	return pairs / (events * others), true
}

// sample is a set of rows made ready for resampling.
type sample struct {
	rows  []Row
	order []int
	unit  []int // of each row
}

func newSample(rows []Row, unitOf map[string]int) sample {
	s := sample{rows: rows, order: make([]int, len(rows)), unit: make([]int, len(rows))}
	for i, r := range rows {
		s.order[i], s.unit[i] = i, unitOf[r.Unit]
	}
	slices.SortStableFunc(s.order, func(a, b int) int { return cmp.Compare(rows[a].Score, rows[b].Score) })
	return s
}

func (s sample) auc(drawn []int) (float64, bool) {
	weights := make([]int, len(s.rows))
	for i := range weights {
		weights[i] = drawn[s.unit[i]]
	}
	return auc1(s.rows, s.order, weights)
}

// Resampling says how many times units are drawn anew, and from which seed.
type Resampling struct {
	Times int
	Seed  uint64
}

// DefaultResampling is what reports use: the same seed gives the same interval.
var DefaultResampling = Resampling{Times: 400, Seed: 20260101}

// draws calls use with how often each of n units was drawn, Times over.
func (r Resampling) draws(n int, use func(drawn []int)) {
	rng := rand.New(rand.NewPCG(r.Seed, 1))
	drawn := make([]int, n)
	for range r.Times {
		clear(drawn)
		for range n {
			drawn[rng.IntN(n)]++
		}
		use(drawn)
	}
}

// Area estimates the AUC of rows, resampling whole units.
func Area(rows []Row, r Resampling) Estimate {
	a, _ := Areas(rows, nil, r)
	return a
}

// Areas estimates the AUC of rows and, where others are given, how far it lies
// above theirs. Both are resampled together, row by row the same units; they
// must be about the same units and outcomes.
func Areas(rows, others []Row, r Resampling) (area, above Estimate) {
	value, ok := AUC(rows)
	if !ok {
		return Estimate{}, Estimate{}
	}
	unitOf := map[string]int{}
	for _, x := range slices.Concat(rows, others) {
		if _, seen := unitOf[x.Unit]; !seen {
			unitOf[x.Unit] = len(unitOf)
		}
	}
	s, o := newSample(rows, unitOf), newSample(others, unitOf)
	base, both := AUC(others)
	var areas, gaps []float64
	r.draws(len(unitOf), func(drawn []int) {
		a, ok := s.auc(drawn)
		if !ok {
			return
		}
		areas = append(areas, a)
		if b, ok := o.auc(drawn); both && ok {
			gaps = append(gaps, a-b)
		}
	})
	area = interval(value, areas)
	if both {
		above = interval(value-base, gaps)
	}
	return area, above
}

// Median estimates the median of values, drawing them anew. An empty list has
// none.
func Median(values []float64, r Resampling) Estimate {
	if len(values) == 0 {
		return Estimate{}
	}
	sorted := slices.Sorted(slices.Values(values))
	var medians []float64
	r.draws(len(sorted), func(drawn []int) {
		var all []float64
		for i, n := range drawn {
			for range n {
				all = append(all, sorted[i])
			}
		}
		medians = append(medians, Quantile(all, 0.5))
	})
	return interval(Quantile(sorted, 0.5), medians)
}

func interval(value float64, draws []float64) Estimate {
	if len(draws) == 0 {
		return Estimate{}
	}
	slices.Sort(draws)
	return Estimate{Value: value, Low: min(Quantile(draws, 0.025), value), High: max(Quantile(draws, 0.975), value), Known: true}
}

// Quantile returns the q-quantile of values in order, between neighbours where
// it falls between them (type 7 of Hyndman and Fan). No values have none: NaN is
// never returned, but 0.
func Quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := min(max(q, 0), 1) * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
