package read

import (
	"context"
	"strings"
)

// MapPoint is one registered location with its position, where that is known.
type MapPoint struct {
	_            struct{} `class:"A"`
	LocationID   string   `col:"location_id"`
	ProviderID   string   `col:"provider_id"`
	Name         string   `col:"name"`
	ProviderName string   `col:"provider_name"`
	Area         string   `col:"area"`
	Kind         string   `col:"kind"`
	Beds         *int64   `col:"beds"`
	Lat          *float64 `col:"latitude"`
	Lon          *float64 `col:"longitude"`
	Rating       string   `col:"rating"`
	Level        *int64   `col:"level" class:"B"`
	FailureKind  string   `col:"failure_kind" class:"B"`
}

// Map reads every registered location that fits; levels are those of the scope.
func (s *Snapshot) Map(ctx context.Context, scope Scope, area, kind string, levels []string) ([]MapPoint, error) {
	return ask[MapPoint](ctx, s, "map_points", args{"scope": scope.list(), "area": area, "kind": kind, "levels": strings.Join(levels, ",")})
}
