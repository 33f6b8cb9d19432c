package read

import (
	"context"
	"time"
)

// FlagBefore is another flag of the same rule, with what followed it.
type FlagBefore struct {
	_            struct{}   `class:"B"`
	ID           string     `col:"flag_id"`
	ProviderID   string     `col:"provider_id"`
	ProviderName string     `col:"provider_name"`
	LocationName string     `col:"location_name"`
	Sentence     string     `col:"sentence"`
	OpenedOn     time.Time  `col:"opened_on"`
	ClearedOn    *time.Time `col:"cleared_on"`
	// LoweredOn is the day on which a lower overall rating became known within half a year, nil for none.
	LoweredOn *time.Time `col:"lowered_on"`
	// Recent says that half a year has not passed yet.
	Recent bool `col:"recent"`
}

// Before lists a rule's other flags, the newest first, with what followed each. Those that wait for a second source never counted and are
// left out.
func (s *Snapshot) Before(ctx context.Context, fr Frame, scope Scope, f Flag) ([]FlagBefore, error) {
	return ask[FlagBefore](ctx, s, "flag_before", args{"rule": f.RuleID, "flag": f.ID, "as_of": fr.Run.AsOf, "scope": scope.list()})
}
