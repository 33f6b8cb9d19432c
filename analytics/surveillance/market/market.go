// Package market fits what a whole market does over time: a log-linear trend
// and a yearly wave in events per unit of exposure, pooled over providers, so
// that one provider is compared with its peers in the same week.
package market

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// Year is the length of a year in weeks.
const Year = 365.25 / 7

// Model is a fitted rate per unit of exposure and week:
//
//	log rate(t) = B[0] + B[1] (t-Origin)/Year + B[2] cos(2 pi t/Year) + B[3] sin(2 pi t/Year)
//
// for t in weeks on the caller's own scale.
type Model struct {
	B [4]float64
	// Origin is the week of the intercept: the last week of the fit.
	Origin int
	// Events is the number of events the fit saw; Trend and Season say whether
	// it had history enough to estimate them (else those terms are 0).
	Events        float64
	Trend, Season bool
	// Dispersion is Pearson's chi-square over its degrees of freedom, at least
	// 1: how far the pooled weeks scatter beyond Poisson.
	Dispersion float64
}

// Options sets what may be estimated. The zero value is the product's setting.
type Options struct {
	// MinTrendWeeks and MinSeasonWeeks are the weeks with exposure needed
	// before a trend or a season is fitted: 26 and 78 when zero.
	MinTrendWeeks, MinSeasonWeeks int
}

// Rate returns events per unit of exposure in week t. It is 0 for a market
// without events, never negative or infinite.
func (m Model) Rate(t int) float64 {
	if m.Events <= 0 {
		return 0
	}
	eta := 0.0
	for j, x := range row(t, m.Origin) {
		eta += m.B[j] * x
	}
	return math.Exp(math.Min(math.Max(eta, -60), 60))
}

// Rates returns Rate for n weeks from week first.
func (m Model) Rates(first, n int) []float64 {
	out := make([]float64, max(0, n))
	for i := range out {
		out[i] = m.Rate(first + i)
	}
	return out
}

func row(t, origin int) [4]float64 {
	a := 2 * math.Pi * float64(t) / Year
	return [4]float64{1, float64(t-origin) / Year, math.Cos(a), math.Sin(a)}
}

// Ridge precisions on yearly trend and season keep a short or empty history
// from giving a slope of any size: prior standard deviations 0.5 and 0.7.
var ridge = [4]float64{0, 4, 2, 2}

// Fit estimates the model by Poisson iteratively reweighted least squares from
// pooled weekly counts: counts[i] events and exposure[i] (such as beds, scaled
// down by the share of that week's records expected by now) in week first+i.
// Slices share a length. Weeks without exposure are left out. A market without
// events or exposure has rate 0. Errors name the offending week.
func Fit(first int, counts, exposure []float64, opt Options) (Model, error) {
	if len(counts) != len(exposure) {
		return Model{}, fmt.Errorf("market: %d counts but %d exposures", len(counts), len(exposure))
	}
	m := Model{Origin: first + len(counts) - 1, Dispersion: 1}
	var events, exposed float64
	from, to, weeks := -1, 0, 0
	for i := range counts {
		if !(counts[i] >= 0) || !(exposure[i] >= 0) || math.IsInf(counts[i]+exposure[i], 0) {
			return Model{}, fmt.Errorf("market: week %d: count %v, exposure %v", first+i, counts[i], exposure[i])
		}
		if exposure[i] > 0 {
			events += counts[i]
			exposed += exposure[i]
			weeks++
			to = i
			if from < 0 {
				from = i
			}
		}
	}
	if events == 0 {
		return m, nil
	}
	m.Events = events
	if opt.MinTrendWeeks == 0 {
		opt.MinTrendWeeks = 26
	}
	if opt.MinSeasonWeeks == 0 {
		opt.MinSeasonWeeks = 78
	}
	span := to - from + 1
	m.Trend = weeks >= opt.MinTrendWeeks
	m.Season = weeks >= opt.MinSeasonWeeks && float64(span) >= Year
	use := []int{0}
	if m.Trend {
		use = append(use, 1)
	}
	if m.Season {
		use = append(use, 2, 3)
	}
	m.B[0] = math.Log(events / exposed)
	for range 50 {
		step, ok := m.newton(first, counts, exposure, use)
		if !ok {
			break
		}
		largest := 0.0
		for k, j := range use {
			d := math.Min(math.Max(step.AtVec(k), -2), 2)
			m.B[j] += d
			largest = math.Max(largest, math.Abs(d))
		}
		if largest < 1e-10 {
			break
		}
	}
	m.Dispersion = m.pearson(first, counts, exposure, len(use))
	return m, nil
}

// newton returns one penalised scoring step over the coefficients in use.
func (m Model) newton(first int, counts, exposure []float64, use []int) (*mat.VecDense, bool) {
	p := len(use)
	info, score := mat.NewSymDense(p, nil), mat.NewVecDense(p, nil)
	for i := range counts {
		if exposure[i] <= 0 {
			continue
		}
		x := row(first+i, m.Origin)
		mu := m.Rate(first+i) * exposure[i]
		for a, j := range use {
			score.SetVec(a, score.AtVec(a)+(counts[i]-mu)*x[j])
			for b := a; b < p; b++ {
				info.SetSym(a, b, info.At(a, b)+mu*x[j]*x[use[b]])
			}
		}
	}
	for a, j := range use {
		score.SetVec(a, score.AtVec(a)-ridge[j]*m.B[j])
		info.SetSym(a, a, info.At(a, a)+ridge[j]+1e-12)
	}
	var chol mat.Cholesky
	if !chol.Factorize(info) {
		return nil, false
	}
	step := mat.NewVecDense(p, nil)
	if err := chol.SolveVecTo(step, score); err != nil {
		return nil, false
	}
	return step, true
}

func (m Model) pearson(first int, counts, exposure []float64, p int) float64 {
	chi, n := 0.0, 0
	for i := range counts {
		if mu := m.Rate(first+i) * exposure[i]; mu > 0 {
			chi += (counts[i] - mu) * (counts[i] - mu) / mu
			n++
		}
	}
	if n <= p {
		return 1
	}
	return math.Max(1, chi/float64(n-p))
}
