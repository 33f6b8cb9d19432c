package chart

import "bellwether/analytics/spc"

// StreamSources names the feed of each of the [Streams].
var StreamSources = map[string]string{"concerns": "safeguarding_concerns", "enquiries": "safeguarding_enquiries", "complaints": "complaints", "incidents": "incidents"}

// baseline is how many first values fix the limits, where there are clearly more.
const baseline = 13

// Limits draws limits from the first values of a long series and from all of a short one.
func Limits(y []float64, better spc.Good) spc.Chart {
	o := spc.Options{Better: better, Screen: true}
	if len(y) >= 20 {
		o.Baseline = baseline
	}
	c, err := spc.Series(y, o)
	if err != nil {
		// Only a value that is no number is refused, and a share of nothing is never asked about.
		return spc.Chart{Open: -1, Variation: spc.TooFew, Assurance: spc.NoTarget, Because: "The values can't be read as numbers."}
	}
	return c
}
