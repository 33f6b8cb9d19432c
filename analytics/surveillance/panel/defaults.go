package panel

import (
	"math"

	"bellwether/analytics/surveillance/scan"
)

// Defaults returns the product's own settings.
func Defaults() Settings {
	return Settings{Detector: Detector(), History: 260, MaxDelay: 26, Phi: 1.3, Shape: 4, Workers: 2}
}

// Detector returns the product's change detector. Half of its prior weight is on
// a three-fold rise that began any time in the last half year, half on a
// five-fold one that began some nine weeks ago: sooner there is little to see,
// and later it should have been seen. README.md says how this was chosen and
// what it costs.
func Detector() scan.Change {
	const peak, spread = 9, 0.4 // weeks, and on the log scale
	c := scan.Change{Multipliers: []float64{3, 5}, Levelling: 0.2}
	total, last := 0.0, 0
	for w := 1; w <= 26; w++ {
		if w > 14 && w%2 == 1 {
			continue // starts a fortnight apart are told apart no better
		}
		gap := float64(w - last)
		z := math.Log(float64(w)/peak) / spread
		five := gap * math.Exp(-0.5*z*z)
		c.Windows = append(c.Windows, w)
		c.Weights = append(c.Weights, []float64{gap / 26, five})
		total += five
		last = w
	}
	for i := range c.Weights {
		c.Weights[i][1] /= total
	}
	return c
}

// Tier is a level of evidence.
type Tier int

// The tiers. Escalate asks for a second, independent reason as well.
const (
	Quiet Tier = iota
	PreConcern
	Concern
	Escalate
)

// Thresholds are the scores at which the tiers begin.
type Thresholds struct{ PreConcern, Concern, Escalate float64 }

// Of returns the tier of a score.
func (t Thresholds) Of(score float64) Tier {
	switch {
	case math.IsNaN(score) || score < t.PreConcern:
		return Quiet
	case score < t.Concern:
		return PreConcern
	case score < t.Escalate:
		return Concern
	}
	return Escalate
}

// DefaultThresholds returns the product's own: about 20, 5 and 1 false flags per
// 100 provider-years. Between one and three streams, fifty homes and five
// hundred, steps and ramps, the scores that give these rates differ by less than
// a tenth; README.md has the figures.
func DefaultThresholds() Thresholds {
	return Thresholds{PreConcern: 1.10, Concern: 2.65, Escalate: 4.40}
}
