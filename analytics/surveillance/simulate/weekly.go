package simulate

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Weekly is a single weekly series: negative binomial counts whose mean is
// log-linear in time with yearly waves (Noufaily et al. 2013, Stat Med 32:1206).
type Weekly struct {
	// Level is the log mean at week 0, Trend its growth a week, Cos and Sin the
	// waves of each of Waves harmonics of a 52-week year, Dispersion (>= 1) the
	// variance over the mean.
	Level, Dispersion, Trend, Cos, Sin float64
	Waves                              int
}

// Benchmark returns the 42 published scenarios: seven families, with and
// without trend, with no, one and two waves a year.
func Benchmark() []Weekly {
	families := []Weekly{
		{Level: 0.1, Dispersion: 1.5, Trend: 0.0025, Cos: 0.6, Sin: 0.6},
		{Level: -2, Dispersion: 2, Trend: 0.005, Cos: 0.1, Sin: 0.3},
		{Level: 1.5, Dispersion: 1, Trend: 0.003, Cos: 0.2, Sin: -0.4},
		{Level: 0.5, Dispersion: 5, Trend: 0.002, Cos: 0.5, Sin: 0.5},
		{Level: 2.5, Dispersion: 3, Trend: 0.001, Cos: 1, Sin: 0.1},
		{Level: 3.75, Dispersion: 1.1, Trend: 0.001, Cos: 0.1, Sin: -0.1},
		{Level: 5, Dispersion: 1.2, Trend: 0.0001, Cos: 0.05, Sin: 0.01},
	}
	var out []Weekly
	for _, f := range families {
		for _, trend := range []float64{0, f.Trend} {
			for waves := range 3 {
				w := f
				w.Trend, w.Waves = trend, waves
				out = append(out, w)
			}
		}
	}
	return out
}

// Mean returns the mean of week t.
func (w Weekly) Mean(t int) float64 {
	e := w.Level + w.Trend*float64(t)
	for h := 1; h <= w.Waves; h++ {
		s, c := math.Sincos(2 * math.Pi * float64(h) * float64(t) / 52)
		e += w.Cos*c + w.Sin*s
	}
	return math.Exp(e)
}

// Point is one outbreak of a series: it starts in week Start and has its last
// event in week End; Size events in all.
type Point struct{ Start, End, Size int }

// Draw returns the counts of so many weeks from week 1 on. Each of past and
// current (a number of standard deviations of a week; 0 is none) adds an
// outbreak: past ones start in weeks 313 .. 575, the current one, returned, in
// the last 49 weeks. Events fall at whole weeks of a log-normal time after the
// start (median one week, log standard deviation 0.5). Weeks must be at least
// 624 for an outbreak.
func (w Weekly) Draw(seed uint64, weeks int, past []float64, current float64) ([]int, Point, error) {
	if weeks < 1 || !(w.Dispersion >= 1) || (weeks < 624 && (len(past) > 0 || current > 0)) {
		return nil, Point{}, fmt.Errorf("simulate: %d weeks at dispersion %v; outbreaks need 624 weeks", weeks, w.Dispersion)
	}
	r := rand.New(rand.NewPCG(seed, 0x0b5e))
	y := make([]int, weeks)
	for i := range y {
		mu := w.Mean(i + 1)
		if w.Dispersion > 1 {
			mu = gamma(r, mu/(w.Dispersion-1)) * (w.Dispersion - 1)
		}
		y[i] = poisson(r, mu)
	}
	for _, k := range past {
		w.outbreak(r, y, 312+r.IntN(263), k)
	}
	var p Point
	if current > 0 {
		p = w.outbreak(r, y, weeks-49+r.IntN(49), current)
	}
	return y, p, nil
}

func (w Weekly) outbreak(r *rand.Rand, y []int, start int, k float64) Point {
	p := Point{Start: start, End: start}
	for p.Size < 2 {
		p.Size = poisson(r, k*math.Sqrt(w.Dispersion*w.Mean(start+1)))
	}
	for range p.Size {
		at := start + int(math.Exp(0.5*r.NormFloat64()))
		if at < len(y) {
			y[at]++
			p.End = max(p.End, at)
		}
	}
	return p
}
