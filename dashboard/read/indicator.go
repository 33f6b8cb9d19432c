package read

import (
	"context"
	"time"
)

// IndicatorQuery is what the trends of an indicator are asked for.
type IndicatorQuery struct {
	// Indicator is a name of the rules' catalogue and Unit the kind of unit it is worked out for.
	Indicator, Unit string
	// How is "rate" where values are counted against beds; Yes says which values are a yes: one, low (a rating below Good), down, or nothing.
	How, Yes string
	// By is area, service, size or brand; Area and Kind leave the others out.
	By, Area, Kind string
}

func (q IndicatorQuery) args() args {
	return args{"indicator": q.Indicator, "unit": q.Unit, "how": q.How, "yes": q.Yes, "by": q.By, "area": q.Area, "kind": q.Kind}
}

// IndicatorPoint is an indicator over the services of one group at one weekly look.
type IndicatorPoint struct {
	_ struct{} `class:"A"`
	// True says that numbers are as counted and not public; Branded that the group is a brand, by which a provider can be known.
	True    bool      `col:"-" class:"C"`
	Branded bool      `col:"-" class:"B"`
	Name    string    `col:"name"`
	Week    time.Time `col:"week"`
	// Units are the services, of which Known have a value; Yes of those are a yes, Total and Squares their sum and the sum of their squares,
	// Q25, Middle and Q75 their quartiles, Exposure their beds (or they themselves).
	Units    int64    `col:"units"`
	Known    int64    `col:"known"`
	Total    float64  `col:"total"`
	Squares  float64  `col:"squares"`
	Yes      int64    `col:"yes"`
	Q25      *float64 `col:"q25"`
	Middle   *float64 `col:"middle"`
	Q75      *float64 `col:"q75"`
	Exposure float64  `col:"exposure"`
}

// IndicatorPeer is an indicator over one provider's services at the newest look.
type IndicatorPeer struct {
	_          struct{} `class:"B"`
	ProviderID string   `col:"provider_id"`
	Name       string   `col:"name"`
	Area       string   `col:"area"`
	Known      int64    `col:"known"`
	Total      float64  `col:"total"`
	Squares    float64  `col:"squares"`
	Yes        int64    `col:"yes"`
	// Due is what the rate of all compared services would give this provider's beds.
	Due float64 `col:"due"`
	// Seen says that the reader may know the provider's figures; the others only stand behind the limits.
	Seen bool `col:"seen"`
}

// IndicatorNames are the indicators that the snapshot keeps.
func (s *Snapshot) IndicatorNames(ctx context.Context) (map[string]bool, error) {
	rows, err := ask[struct {
		Name string `col:"name"`
	}](ctx, s, "indicator_names", nil)
	out := map[string]bool{}
	for _, r := range rows {
		out[r.Name] = true
	}
	return out, err
}

// IndicatorPoints reads the twelve largest groups, by name and from the oldest look. The indicator must be one of IndicatorNames.
func (s *Snapshot) IndicatorPoints(ctx context.Context, f Frame, q IndicatorQuery) ([]IndicatorPoint, error) {
	given := q.args()
	given["week"] = f.Week
	return ask[IndicatorPoint](ctx, s, "indicator_points", given)
}

// IndicatorPeers reads every provider with a known value in the last complete week, by id. Those out of the scope are not Seen: they are
// there to work limits out from and must not be shown.
func (s *Snapshot) IndicatorPeers(ctx context.Context, f Frame, scope Scope, q IndicatorQuery) ([]IndicatorPeer, error) {
	given := q.args()
	given["week"], given["scope"] = f.Week, scope.list()
	return ask[IndicatorPeer](ctx, s, "indicator_peers", given)
}
