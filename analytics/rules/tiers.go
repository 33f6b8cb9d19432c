package rules

import (
	"maps"
	"slices"

	"bellwether/analytics/surveillance/panel"
)

// Tiers are the change detector's own default thresholds by the name that a rule
// set may write in place of a number, so that the limit of scan_score is set in
// one place, beside the evidence for it.
func Tiers() map[string]float64 {
	t := panel.DefaultThresholds()
	return map[string]float64{
		"detector.pre_provider_concern": t.PreConcern,
		"detector.provider_concern":     t.Concern,
		"detector.escalate":             t.Escalate,
	}
}

func tierNames() []string { return slices.Sorted(maps.Keys(Tiers())) }
