package sr

import (
	"fmt"
	"math"

	"bellwether/analytics/surveillance/dist"

	"gonum.org/v1/gonum/mat"
)

// maxStates bounds the chain of an average run length.
const maxStates = 4000

// PoissonARL returns the average run length of a count CUSUM: how many weeks it
// takes on average until S(t) = max(0, S(t-1) + X - k) reaches h, from 0, when X
// is Poisson with the given mean. steps is the number of steps to one event in
// which k and h are whole (4 for k = 0.75): the sum then takes only so many
// values and the answer is exact (Brook and Evans 1972, Biometrika 59:539).
// Mean and k must be above 0, h at least one step, k and h whole in steps.
//
// PoissonCUSUM with multiplier rho has k = (rho-1) mu/log rho and h = its
// threshold/log rho.
func PoissonARL(mean, k, h float64, steps int) (float64, error) {
	if !(mean > 0) || !(k > 0) || !(h > 0) || math.IsInf(mean+k+h, 0) || steps < 1 {
		return 0, fmt.Errorf("cusum: mean %v, reference value %v and threshold %v must be finite and above 0, %d steps at least 1", mean, k, h, steps)
	}
	ks, hs := math.Round(k*float64(steps)), math.Round(h*float64(steps))
	if math.Abs(ks-k*float64(steps)) > 1e-9 || math.Abs(hs-h*float64(steps)) > 1e-9 || hs < 1 || hs > maxStates {
		return 0, fmt.Errorf("cusum: reference value %v and threshold %v are not whole in %d steps to an event, or the threshold is over %d steps", k, h, steps, maxStates)
	}
	n := int(hs) // states 0 .. h-1 step
	p := func(x int) float64 { return math.Exp(dist.LogPoisson(x, mean)) }
	a := mat.NewDense(n, n, nil) // I - transition
	for s := range n {
		a.Set(s, s, 1)
		for x := 0; ; x++ {
			to := s + x*steps - int(ks)
			if to >= n {
				break
			}
			to = max(0, to)
			a.Set(s, to, a.At(s, to)-p(x))
		}
	}
	ones, runs := mat.NewVecDense(n, nil), mat.NewVecDense(n, nil)
	for s := range n {
		ones.SetVec(s, 1)
	}
	if err := runs.SolveVec(a, ones); err != nil {
		return 0, fmt.Errorf("cusum: the run length at mean %v, reference value %v and threshold %v is too long to compute: %w", mean, k, h, err)
	}
	return runs.AtVec(0), nil
}
