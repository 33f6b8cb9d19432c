package dashboard

import (
	"bellwether/dashboard/chart"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

type placesView struct {
	Area, Kind string
	Levels     []string
	Choices    map[string][]read.Choice
	Map        chart.Figure
	Rows       []read.MapPoint
	Pager      pager
	Ignored    []string
	NoLevels   bool
	Outlined   bool
	Hexagons   bool
}

// mapPage draws the locations and lists them: the list is the map's twin, in the order of what matters most.
func mapPage(q *request) error {
	p := q.params()
	scope, err := q.scope(access.Provider)
	if err != nil {
		return err
	}
	v := placesView{Area: p.text("area", 120), Kind: p.text("kind", 40), NoLevels: scope.None(), Outlined: len(q.cfg.Boundaries) > 0}
	if !scope.None() {
		v.Levels = p.several("level", "0", "1", "2", "3")
	}
	ctx := q.r.Context()
	if v.Choices, err = q.snap.Choices(ctx); err != nil {
		return err
	}
	points, err := q.snap.Map(ctx, scope, v.Area, v.Kind, v.Levels)
	if err != nil {
		return err
	}
	v.Hexagons = p.one("draw", "each", "hexagons") == "hexagons"
	v.Map = chart.Places(points, q.cfg.Boundaries, q.cfg.Words.Levels, v.Hexagons)
	nth := p.page()
	from := min((nth-1)*pageSize, len(points))
	v.Rows = points[from:min(from+pageSize, len(points))]
	v.Pager = q.paging(int64(len(points)), nth, pageSize, len(v.Rows), "location")
	v.Ignored = p.Ignored
	return q.page("map", "Map", v, step{"Market", "/market"})
}
