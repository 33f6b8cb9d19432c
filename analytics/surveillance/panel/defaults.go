package panel

import (
	"math"

	"bellwether/analytics/surveillance/scan"
)

// Defaults returns the product's own settings.
func Defaults() Settings {
	return Settings{Detector: Detector(), History: 260, MaxDelay: 26, Phi: 1.3, Shape: 4, Workers: 2}
}

// Detector returns the product's change detector: README.md says how its
// windows, multipliers and weights were chosen.
func Detector() scan.Change {
	c := scan.Change{Multipliers: []float64{2, 3, 5}, Levelling: 0}
	for w := 1; w <= 26; w++ {
		c.Windows = append(c.Windows, w)
		c.Weights = append(c.Weights, []float64{1, 1, 1})
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

// ThresholdsFor returns the product's thresholds for a number of independent
// streams that have events: about 20, 5 and 1 false flags per 100
// provider-years.
func ThresholdsFor(streams int) Thresholds {
	switch {
	case streams <= 1:
		return Thresholds{1.6, 2.9, 4.4}
	case streams == 2:
		return Thresholds{1.7, 3.0, 4.5}
	}
	return Thresholds{1.7, 3.07, 4.6}
}
