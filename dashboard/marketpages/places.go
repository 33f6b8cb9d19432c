package marketpages

import (
	"bellwether/dashboard/chart"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

type placesView struct {
	Area, Kind string
	Levels     []string
	Choices    map[string][]read.Choice
	Map        chart.Figure
	Rows       []read.MapPoint
	Pager      page.Pager
	Ignored    []string
	NoLevels   bool
	Outlined   bool
	Hexagons   bool
}

// Map draws the locations and lists them: the list is the map's twin, in the order of what matters most.
func Map(q *page.Request) error {
	p := q.Params()
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return err
	}
	v := placesView{Area: p.Text("area", 120), Kind: p.Text("kind", 40), NoLevels: scope.None(), Outlined: len(q.Config.Boundaries) > 0}
	if !scope.None() {
		v.Levels = p.Several("level", "0", "1", "2", "3")
	}
	ctx := q.R.Context()
	if v.Choices, err = q.Snapshot.Choices(ctx); err != nil {
		return err
	}
	points, err := q.Snapshot.Map(ctx, scope, v.Area, v.Kind, v.Levels)
	if err != nil {
		return err
	}
	v.Hexagons = p.One("draw", "each", "hexagons") == "hexagons"
	v.Map = chart.Places(points, q.Config.Boundaries, q.Config.Words.Levels, v.Hexagons)
	nth := p.Page()
	from := min((nth-1)*page.Size, len(points))
	v.Rows = points[from:min(from+page.Size, len(points))]
	v.Pager = q.Paging(int64(len(points)), nth, page.Size, len(v.Rows), "location")
	v.Ignored = p.Ignored
	return q.Page("map", "Map", v, page.To("Market", "/market"))
}
