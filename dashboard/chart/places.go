package chart

import (
	"fmt"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/geo"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// mapPoints is how many locations are drawn one by one; more are drawn as hexagons that hold them.
const mapPoints = 1200

// Places draws locations by rating, with a ring round those whose provider stands above market management, over the outlines that the
// council supplies. names are the words of the levels; hexagons gathers near locations, as is done anyway where there are too many to tell apart.
func Places(points []read.MapPoint, outlines []geo.Line, names [4]string, hexagons bool) Figure {
	f := Figure{ID: "places", Main: true, Caveat: "Home care is drawn where its office is, not where people live. A place without a position is in the list and not on the map.",
		Table: Table{Caption: "Locations by area and rating", Head: []Head{{Text: "Rating"}, {"Locations", true}, {"Above market management", true}}}}
	var known []read.MapPoint
	ratings, above := map[string]int64{}, map[string]int64{}
	ringed := int64(0)
	for _, p := range points {
		r := RatingOrder[ratingIndex(p.Rating)]
		ratings[r]++
		if p.Level != nil && *p.Level > 0 {
			above[r]++
			ringed++
		}
		if p.Lat != nil && p.Lon != nil && (*p.Lat != 0 || *p.Lon != 0) {
			known = append(known, p)
		}
	}
	for _, r := range RatingOrder {
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(r), Num(words.Int(ratings[r])), Num(words.Int(above[r]))})
	}
	f.Title = fmt.Sprintf("%s; %s of a provider above %s", words.Plural(len(points), "location"), words.Int(ringed), names[0])
	f.Summary = fmt.Sprintf("%s of %s have a known position.", words.Capital(words.Int(int64(len(known)))), words.Plural(len(points), "location"))
	if len(known) == 0 {
		return f
	}
	var mid float64
	for _, p := range known {
		mid += *p.Lat / float64(len(known))
	}
	box := bounds{}
	c := plot()
	c.Tooltip.Trigger, c.Tooltip.AxisPointer = "item", nil
	if hexagons || len(known) > mapPoints {
		f.Subtitle = "Each hexagon gathers the locations within it and says how many; its colour says how many of them are below Good"
		hexes(c, known, mid, &box)
	} else {
		f.Subtitle = "Each mark is a location, by its rating; a ring shows that its provider stands above " + names[0]
		marks(c, known, mid, &box, names)
	}
	var line []any
	for _, l := range outlines {
		for _, p := range l {
			x, y := geo.Flat(p, mid)
			line = append(line, []any{round(x, 5), round(y, 5)})
		}
		line = append(line, []any{nil, nil})
	}
	if line != nil {
		c.MultiSeries = append(charts.MultiSeries{{Name: "series boundaries", Type: "line", Data: line, ShowSymbol: opts.Bool(false), Color: Muted, LineStyle: &opts.LineStyle{Color: Muted, Width: 1}}}, c.MultiSeries...)
	}
	f.Height = box.frame(c)
	f.Option = render(c, &finisher{})
	return f
}

// bounds grow to hold what is drawn.
type bounds struct {
	left, right, low, high float64
	set                    bool
}

func (b *bounds) add(x, y float64) {
	if !b.set {
		b.left, b.right, b.low, b.high, b.set = x, x, y, y, true
	}
	b.left, b.right, b.low, b.high = min(b.left, x), max(b.right, x), min(b.low, y), max(b.high, y)
}

// frame sets both axes so that a mile is as long in both directions at the usual width, and gives the height.
func (b *bounds) frame(c *charts.Line) int {
	const wide = 1100.0
	w, h := max(b.right-b.left, 0.02)*1.06, max(b.high-b.low, 0.02)*1.06
	height := min(max(math.Round(wide*h/w/20)*20, 360), 760)
	if w/h < wide/height {
		w = h * wide / height
	} else {
		h = w * height / wide
	}
	cx, cy := (b.left+b.right)/2, (b.low+b.high)/2
	no := &opts.AxisLabel{Show: opts.Bool(false)}
	c.XAxisList[0] = opts.XAxis{Type: "value", Min: round(cx-w/2, 5), Max: round(cx+w/2, 5), AxisLabel: no, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, AxisTick: &opts.AxisTick{Show: opts.Bool(false)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
	c.YAxisList[0] = opts.YAxis{Type: "value", Show: opts.Bool(false), Min: round(cy-h/2, 5), Max: round(cy+h/2, 5), AxisLabel: no, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
	return int(height)
}

func marks(c *charts.Line, known []read.MapPoint, mid float64, box *bounds, names [4]string) {
	var by [5][]any
	var rings [4][]any
	for _, p := range known {
		x, y := geo.Flat(geo.Point{*p.Lon, *p.Lat}, mid)
		box.add(x, y)
		r := ratingIndex(p.Rating)
		at := []any{round(x, 5), round(y, 5)}
		by[r] = append(by[r], opts.ScatterData{Name: words.Clip(p.Name, 60) + ": " + RatingOrder[r], Value: at})
		if p.Level != nil && *p.Level > 0 {
			l := min(*p.Level, 3)
			rings[l] = append(rings[l], opts.ScatterData{Name: words.Clip(p.Name, 60) + ": " + names[l], Value: at})
		}
	}
	symbols := []string{"diamond", "circle", "triangle", "rect", "circle"}
	for i, data := range by {
		if data != nil {
			c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{Name: RatingOrder[i], Type: "scatter", Symbol: symbols[i], SymbolSize: 9, Data: data, Color: RatingColour(RatingOrder[i]), ItemStyle: ratingMark(RatingOrder[i])})
		}
	}
	for l := 1; l < 4; l++ {
		if rings[l] != nil {
			c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{Name: words.Capital(names[l]), Type: "scatter", Symbol: "circle", SymbolSize: 14 + 4*l, Data: rings[l], Color: LevelColours[l], ItemStyle: ring(LevelColours[l])})
		}
	}
}

// ring is an outline that hides nothing of what lies within it, on light and on dark paper.
func ring(colour string) *opts.ItemStyle {
	return &opts.ItemStyle{Color: "transparent", BorderColor: colour, BorderWidth: 2}
}

// ratingMark fills a rating's mark; a location without one is an outline.
func ratingMark(rating string) *opts.ItemStyle {
	if rating == RatingOrder[4] {
		return ring(RatingColour(rating))
	}
	return &opts.ItemStyle{Color: RatingColour(rating)}
}

func hexes(c *charts.Line, known []read.MapPoint, mid float64, box *bounds) {
	for _, p := range known {
		box.add(geo.Flat(geo.Point{*p.Lon, *p.Lat}, mid))
	}
	// Places that all lie at one point have no extent: a hexagon has some size even then.
	size := max(max(box.right-box.left, box.high-box.low)/44, 1e-6)
	type cell struct{ n, low int }
	cells, order := map[[2]float64]*cell{}, [][2]float64{}
	most := 1
	for _, p := range known {
		x, y := geo.Flat(geo.Point{*p.Lon, *p.Lat}, mid)
		cx, cy := geo.Cell(x, y, size)
		at := [2]float64{round(cx, 5), round(cy, 5)}
		h := cells[at]
		if h == nil {
			h = &cell{}
			cells[at] = h
			order = append(order, at)
		}
		h.n++
		if r := ratingIndex(p.Rating); r == 2 || r == 3 {
			h.low++
		}
		most = max(most, h.n)
	}
	var bands [3][]any
	for _, at := range order {
		h := cells[at]
		share := float64(h.low) / float64(h.n)
		band := 0
		if share >= 0.1 {
			band = 1
		}
		if share >= 0.3 {
			band = 2
		}
		bands[band] = append(bands[band], map[string]any{"name": fmt.Sprintf("%s, %s below Good", words.Plural(h.n, "location"), words.Int(int64(h.low))), "value": []any{at[0], at[1], h.n}, "symbolSize": round(12+16*math.Sqrt(float64(h.n)/float64(most)), 1), "label": map[string]any{"show": h.n > 1, "formatter": "fn:count"}})
	}
	for i, name := range []string{"Under 10% below Good", "10% to 30%", "30% and more"} {
		if bands[i] != nil {
			colour := []string{"token:chart-5", Concerns, LevelColours[2]}[i]
			c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{Name: name, Type: "scatter", Symbol: "path://M0,-10 8.66,-5 8.66,5 0,10 -8.66,5 -8.66,-5z", Data: bands[i], Color: colour, ItemStyle: &opts.ItemStyle{Color: colour}, Label: &opts.Label{Show: opts.Bool(false), Position: "inside", Color: "token:chart-on-block", FontSize: 11}})
		}
	}
}
