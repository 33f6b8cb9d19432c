package scan

import (
	"fmt"
	"math"
)

// Windows and Multipliers are those of the reference gamma-Poisson scan.
var (
	Windows     = []int{2, 3, 4, 5, 6, 8, 10, 13, 16, 20, 26}
	Multipliers = []float64{1.5, 2, 3, 5}
)

// Stream is one stream of a provider's recent weeks, latest week last.
type Stream struct {
	// Counts are what is recorded by now; Expected what the peers' rate and
	// this provider's exposure would give by now, week for week.
	Counts, Expected []float64
	// Shape and Rate are the provider's baseline: the gamma posterior of its
	// relative rate from history that ends before the longest window.
	Shape, Rate float64
	// Phi (>= 1) is the within-provider dispersion that counts and
	// expectations are divided by.
	Phi float64
	// Power says how far a multiplier carries over: rho^Power for this stream
	// (1 for the leading one).
	Power float64
}

// Best is the term of a scan that says most.
type Best struct {
	Window     int
	Multiplier float64
	LLR        float64
}

// GammaPoissonScan returns the log of the mean evidence ratio over windows and
// multipliers, adding the log likelihood ratios of all streams at each, and the
// largest term. Streams with fewer weeks than a window contribute what they
// have. No streams, windows or multipliers is an error, as is a stream whose
// slices differ in length.
func GammaPoissonScan(streams []Stream, windows []int, multipliers []float64) (score float64, best Best, err error) {
	if len(streams) == 0 || len(windows) == 0 || len(multipliers) == 0 {
		return 0, best, fmt.Errorf("scan: %d streams, %d windows, %d multipliers; at least one of each is needed", len(streams), len(windows), len(multipliers))
	}
	for i, s := range streams {
		if len(s.Counts) != len(s.Expected) {
			return 0, best, fmt.Errorf("scan: stream %d: %d counts but %d expectations", i, len(s.Counts), len(s.Expected))
		}
	}
	terms := make([]float64, 0, len(windows)*len(multipliers))
	best.LLR = math.Inf(-1)
	for _, w := range windows {
		for _, rho := range multipliers {
			llr := 0.0
			for _, s := range streams {
				phi := math.Max(1, s.Phi)
				var o, e float64
				for t := max(0, len(s.Counts)-w); t < len(s.Counts); t++ {
					o += s.Counts[t]
					e += s.Expected[t]
				}
				llr += GammaPoisson(o/phi, e/phi, s.Shape, s.Rate, math.Pow(rho, s.Power))
			}
			terms = append(terms, llr)
			if llr > best.LLR {
				best = Best{Window: w, Multiplier: rho, LLR: llr}
			}
		}
	}
	return LogMeanExp(terms), best, nil
}
