package scan

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/mathext"
)

// Change is the product's own detector: the evidence, from several streams at
// once, that a provider's rate has been raised since some recent week and still
// is. It differs from the reference scan in four ways.
//
//   - Every start week counts, each with its own weight, and the baseline for a
//     start is the whole history before it: no guard band lies unused.
//   - Weekly counts are negative binomial (variance phi times mean). Such a
//     count is a Poisson number of clusters, so the second event of a week says
//     less than the first event of another; the exact weekly likelihood is used
//     rather than counts divided by phi.
//   - A week still being reported is a thinned negative binomial, which is again
//     one: its dispersion shrinks towards 1 with the share recorded.
//   - Levelling takes a multiple of the log of the events a five-fold rise would
//     bring off the evidence, so that a large home, whose score moves more
//     by chance, is not flagged more often for its size.
//
// The baseline rate is integrated out in closed form (gamma), so a score costs
// one logarithm for each start, multiplier and stream.
type Change struct {
	// Windows are the lengths in weeks of the periods since a possible start,
	// ascending; the last is the longest.
	Windows []int
	// Multipliers are the sizes of rise in the leading stream, above 1.
	Multipliers []float64
	// Weights[i][j] >= 0 is the prior weight of Windows[i] with Multipliers[j];
	// any scale.
	Weights [][]float64
	// Levelling is the multiple taken off; 0 leaves pure log evidence.
	Levelling float64
}

// Recent is one stream of one provider as known at a look. Slices run from the
// latest week backwards and are at least as long as the longest window.
type Recent struct {
	// Counts are the events recorded by now.
	Counts []int
	// Expected are the events the peers' rate would give this provider's
	// exposure in the whole week, however late they are recorded. A week
	// without expectation is left out, events and all.
	Expected []float64
	// Due are the clusters expected to be recorded by now:
	// ExpectedClusters(Expected, share recorded, Phi).
	Due []float64
	// PastClusters and PastExpected are the history before the longest window,
	// in clusters: sums of Clusters and ExpectedClusters over its weeks.
	PastClusters, PastExpected float64
	// Shape (> 0) is that of the gamma distribution of relative rates between
	// providers; Phi (>= 1) the within-provider dispersion.
	Shape, Phi float64
	// Power says how far a multiplier carries over: rho^Power.
	Power float64
}

// Evidence is what a detector says of one provider at one look.
type Evidence struct {
	// Score is Log minus the levelling: the number to compare with thresholds.
	Score float64
	// Log is the log of the weighted mean evidence ratio.
	Log float64
	// Window and Multiplier are the start and size that say most, and Share
	// the part of the evidence they carry.
	Window     int
	Multiplier float64
	Share      float64
}

// minPhi keeps the cluster form away from its Poisson limit, where it divides
// nought by nought; the difference is below 1e-6 of any term.
const minPhi = 1 + 1e-6

// Clusters returns the evidence a week of n events carries about the rate, in
// independent events: 1 for the first and kappa/(kappa+j) for the j-th after
// it, with kappa = expected/(phi-1).
func Clusters(n int, expected, phi float64) float64 {
	if n <= 0 || !(expected > 0) {
		return 0
	}
	kappa := expected / (math.Max(phi, minPhi) - 1)
	if n > 64 {
		return 1 + kappa*(mathext.Digamma(kappa+float64(n))-mathext.Digamma(kappa+1))
	}
	c := 1.0
	for j := 1; j < n; j++ {
		c += kappa / (kappa + float64(j))
	}
	return c
}

// ExpectedClusters returns the clusters due in a week of which share is
// recorded: expected log(1 + share (phi-1))/(phi-1), which is share*expected
// for phi = 1.
func ExpectedClusters(expected, share, phi float64) float64 {
	q := math.Max(phi, minPhi) - 1
	return expected * math.Log1p(share*q) / q
}

// Check reports what is wrong with a detector's settings.
func (c Change) Check() error {
	if len(c.Windows) == 0 || len(c.Multipliers) == 0 {
		return fmt.Errorf("scan: a detector needs windows and multipliers")
	}
	if !sort.IntsAreSorted(c.Windows) || c.Windows[0] < 1 {
		return fmt.Errorf("scan: windows %v must ascend from 1 or more", c.Windows)
	}
	for _, m := range c.Multipliers {
		if !(m > 1) || math.IsInf(m, 0) {
			return fmt.Errorf("scan: multiplier %v is not a finite number above 1", m)
		}
	}
	if len(c.Weights) != len(c.Windows) {
		return fmt.Errorf("scan: weights for %d windows of %d", len(c.Weights), len(c.Windows))
	}
	sum := 0.0
	for i, row := range c.Weights {
		if len(row) != len(c.Multipliers) {
			return fmt.Errorf("scan: window %d has %d weights for %d multipliers", c.Windows[i], len(row), len(c.Multipliers))
		}
		for _, w := range row {
			if !(w >= 0) || math.IsInf(w, 0) {
				return fmt.Errorf("scan: weight %v of window %d", w, c.Windows[i])
			}
			sum += w
		}
	}
	if !(sum > 0) {
		return fmt.Errorf("scan: all weights are 0")
	}
	if math.IsNaN(c.Levelling) || math.IsInf(c.Levelling, 0) {
		return fmt.Errorf("scan: levelling %v", c.Levelling)
	}
	return nil
}

// Longest is the longest window in weeks.
func (c Change) Longest() int { return c.Windows[len(c.Windows)-1] }

// Scanner scores providers one after another with one set of buffers. It is
// not safe for use by two goroutines at once.
type Scanner struct {
	c        Change
	logPrior []float64 // window-major
	terms    []float64
	rho, lr  [][]float64 // by power, found in powers
	powers   []float64
	// repeats[j] counts the current window's weeks with more than j+1 events.
	repeats []float64
	gain    float64
}

// NewScanner prepares a detector; it fails as Check does.
func NewScanner(c Change) (*Scanner, error) {
	if err := c.Check(); err != nil {
		return nil, err
	}
	sum := 0.0
	for _, row := range c.Weights {
		for _, w := range row {
			sum += w
		}
	}
	s := &Scanner{c: c}
	for _, row := range c.Weights {
		for _, w := range row {
			s.logPrior = append(s.logPrior, math.Log(w/sum))
		}
	}
	s.terms = make([]float64, len(s.logPrior))
	return s, nil
}

// Reset starts a new provider.
func (s *Scanner) Reset() {
	copy(s.terms, s.logPrior)
	s.gain = 0
}

// powersOf returns the multipliers and their logs for a stream of this power.
func (s *Scanner) powersOf(p float64) (rho, lr []float64) {
	for i, v := range s.powers {
		if v == p {
			return s.rho[i], s.lr[i]
		}
	}
	for _, m := range s.c.Multipliers {
		rho = append(rho, math.Pow(m, p))
		lr = append(lr, p*math.Log(m))
	}
	s.powers, s.rho, s.lr = append(s.powers, p), append(s.rho, rho), append(s.lr, lr)
	return rho, lr
}

// levelWindow and levelRise fix the rise whose expected events measure a
// provider's size for Levelling: five-fold over thirteen weeks.
const (
	levelWindow = 13
	levelRise   = 5
)

// Add adds one stream's evidence to the current provider.
func (s *Scanner) Add(r Recent) {
	rho, lr := s.powersOf(r.Power)
	phi := math.Max(r.Phi, minPhi)
	q := phi - 1
	longest := s.c.Longest()
	past, pastE := r.Shape+r.PastClusters, r.Shape+r.PastExpected
	for a := 0; a < longest; a++ {
		if e := r.Expected[a]; e > 0 {
			past += Clusters(r.Counts[a], e, phi)
			pastE += r.Due[a]
		}
	}
	s.repeats = s.repeats[:0]
	var n, e, kappa float64
	i := 0
	for a := 0; a < longest; a++ {
		if x := r.Expected[a]; x > 0 {
			e += r.Due[a]
			pastE -= r.Due[a]
			if k := r.Counts[a]; k > 0 {
				n++
				kappa += x / q
				past -= Clusters(k, x, phi)
				s.repeat(k)
			}
		}
		for i < len(s.c.Windows) && s.c.Windows[i] == a+1 {
			// Rounding may leave a hair less than the shape itself.
			shape, rate := math.Max(past, r.Shape), math.Max(pastE, r.Shape)
			if e > 0 {
				row := s.terms[i*len(rho) : (i+1)*len(rho)]
				for j := range row {
					row[j] += n*lr[j] - (shape+n)*math.Log((rate+rho[j]*e)/(rate+e))
				}
				if len(s.repeats) > 0 {
					level := kappa / n * (shape + n)
					for j := range row {
						row[j] += s.together(level/(rate+e), rho[j]*level/(rate+rho[j]*e))
					}
				}
			}
			if a+1 == levelWindow {
				rise := math.Pow(levelRise, r.Power) - 1
				s.gain += shape / rate * e * rise * rise
			}
			i++
		}
	}
}

// repeat notes a week of k events: one more week with a second, a third ...
func (s *Scanner) repeat(k int) {
	for len(s.repeats) < min(k, maxRepeat)-1 {
		s.repeats = append(s.repeats, 0)
	}
	for j := range min(k, maxRepeat) - 1 {
		s.repeats[j]++
	}
}

// maxRepeat is how many events of one week are counted apart; more in one week
// say next to nothing.
const maxRepeat = 200

// together is what the second and later events of the window's weeks say, when
// clusters have mean kappa0 a week without change and kappa1 with it, each at
// the level that the window itself leaves likeliest: the (j+1)-th event of a
// week is a new cluster's as kappa to j. It is first order in the level's
// remaining uncertainty.
func (s *Scanner) together(kappa0, kappa1 float64) float64 {
	l := 0.0
	for j, c := range s.repeats {
		l += c * math.Log((kappa1+float64(j+1))/(kappa0+float64(j+1)))
	}
	return l
}

// Evidence returns what the streams added since Reset say together.
func (s *Scanner) Evidence() Evidence {
	top, at := math.Inf(-1), 0
	for i, v := range s.terms {
		if v > top {
			top, at = v, i
		}
	}
	t := 0.0
	for _, v := range s.terms {
		t += math.Exp(v - top)
	}
	m := len(s.c.Multipliers)
	ev := Evidence{Log: top + math.Log(t), Window: s.c.Windows[at/m], Multiplier: s.c.Multipliers[at%m], Share: 1 / t}
	ev.Score = ev.Log
	if s.c.Levelling != 0 {
		ev.Score -= s.c.Levelling * math.Log(math.Max(s.gain, minGain))
	}
	return ev
}

// minGain bounds the levelling of a provider from which hardly an event is due.
const minGain = 0.1
