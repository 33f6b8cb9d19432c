package read

import (
	"context"
	"time"
)

// TrendQuery is what the trends are asked for.
type TrendQuery struct {
	// Stream is concerns, enquiries or complaints; By is area, service, size or brand.
	Stream, By, Area, Kind string
}

// TrendPoint is four weeks of one unit. Exposure is bed-weeks, or service-weeks where services have no beds.
type TrendPoint struct {
	_ struct{} `class:"A"`
	// True says that the count is as counted; Branded that the unit is a brand, by which a provider can be known.
	True      bool      `col:"-" class:"C"`
	Branded   bool      `col:"-" class:"B"`
	Name      string    `col:"name"`
	Week      time.Time `col:"week"`
	Events    int64     `col:"events"`
	Exposure  float64   `col:"exposure"`
	Locations int64     `col:"locations"`
}

// Trends reads the twelve largest units, by unit and from the oldest point.
func (s *Snapshot) Trends(ctx context.Context, f Frame, q TrendQuery) ([]TrendPoint, error) {
	return ask[TrendPoint](ctx, s, "trend_points", args{"stream": q.Stream, "by": q.By, "area": q.Area, "kind": q.Kind, "week": f.Week})
}

// FunnelPoint is one home among its peers.
type FunnelPoint struct {
	_          struct{} `class:"B"`
	LocationID string   `col:"location_id"`
	ProviderID string   `col:"provider_id"`
	Name       string   `col:"name"`
	Area       string   `col:"area"`
	Kind       string   `col:"kind"`
	Observed   float64  `col:"observed"`
	Expected   float64  `col:"expected"`
	Z          *float64 `col:"z"`
	Lower95    *float64 `col:"lower95"`
	Upper95    *float64 `col:"upper95"`
	Lower998   *float64 `col:"lower998"`
	Upper998   *float64 `col:"upper998"`
}

// Funnel reads every compared home of the scope in the newest look, the most unusual first.
func (s *Snapshot) Funnel(ctx context.Context, scope Scope, q TrendQuery) ([]FunnelPoint, error) {
	return ask[FunnelPoint](ctx, s, "funnel_points", args{"stream": q.Stream, "area": q.Area, "kind": q.Kind, "scope": scope.list()})
}
