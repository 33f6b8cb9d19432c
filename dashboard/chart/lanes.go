package chart

import (
	"strconv"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/read"
)

// Clock is everything that goes on one provider's time axis.
type Clock struct {
	Story read.Story
	Flags []read.FlagRow
	// From and To bound the axis.
	From, To time.Time
	// LevelNames are the four levels' words, and FailureKind says whether the provider's failure, if it stands there, is an event or a risk.
	LevelNames  [4]string
	FailureKind string
	// Visits and Room are what visitors found and homes said; Cases are the stages of cases, oldest first.
	Visits []read.Visit
	Room   []read.RoomMonth
	Cases  []Stretch
	// Spend is what public bodies published as paid, by month and payer, oldest first.
	Spend []read.SpendMonth
	// Known is the day up to which the source of a stream has spoken; weeks after it are drawn as not known.
	Known map[string]time.Time
}

// Stretch is a named stretch of time.
type Stretch struct {
	Name     string
	From, To time.Time
}

// lane is one strip of the figure: its own grid and axes, sharing the clock.
type lane struct {
	title  string
	height int
	top    float64              // the value at the lane's top; 0 lets the data decide
	low    float64              // the value at its foot
	labels bool                 // whether its value axis is labelled
	silent *charts.SingleSeries // the stretch of which the lane's source has not spoken yet
	series charts.MultiSeries
}

const (
	laneTitle = 22
	laneGap   = 10
	axisRoom  = 70
)

// Lanes draws a provider's lanes on one clock: level, concerns against what is usual, complaints,
// incidents, ratings, managers, occupancy, money, company events, visits and cases. They share one axis and are zoomed
// together; the windows of open flags are shaded through all of them.
func Lanes(k Clock) Figure {
	lanes := k.lanes()
	f := Figure{ID: "clock", Title: "On one clock", Main: true, Summary: k.summary(), Table: k.table(),
		Caveat: "Lanes that run together are worth a question; they don't show that one thing caused another. A lane is only as complete as its source."}
	if len(lanes) == 0 {
		return f
	}
	c := charts.NewLine()
	fin := &finisher{titles: []opts.Title{}, decal: false}
	y, all := 0, []int{}
	c.XAxisList, c.YAxisList = nil, nil
	for i, l := range lanes {
		fin.titles = append(fin.titles, opts.Title{Title: l.title, Left: "31", Top: strconv.Itoa(y), TitleStyle: &opts.TextStyle{FontSize: 13, Color: Ink, FontWeight: "600"}})
		y += laneTitle
		c.GridList = append(c.GridList, opts.Grid{Left: "36", Right: "12", Top: strconv.Itoa(y), Height: strconv.Itoa(l.height)})
		y += l.height + laneGap
		last := i == len(lanes)-1
		x := timeAxis()
		x.GridIndex, x.Min, x.Max = i, k.From.Format(iso), k.To.Format(iso)
		x.AxisLabel = &opts.AxisLabel{Show: opts.Bool(last), Color: Muted, Formatter: "fn:month", HideOverlap: opts.Bool(true)}
		x.AxisTick = &opts.AxisTick{Show: opts.Bool(last)}
		c.XAxisList = append(c.XAxisList, x)
		v := opts.YAxis{Type: "value", GridIndex: i, Min: l.low, SplitNumber: 2, MinInterval: 1, AxisLabel: &opts.AxisLabel{Show: opts.Bool(l.labels), Color: Muted, Formatter: "fn:int"},
			SplitLine: &opts.SplitLine{Show: opts.Bool(l.labels), LineStyle: &opts.LineStyle{Color: Grid}}, AxisLine: &opts.AxisLine{Show: opts.Bool(false)}}
		if l.top > 0 {
			// Only the ends are labelled: a lane is too low for more.
			v.Max, v.MinInterval = l.top, l.top-l.low
		}
		c.YAxisList = append(c.YAxisList, v)
		// The shade goes first, so that it lies behind what it explains.
		l.series = append(charts.MultiSeries{k.shade()}, l.series...)
		if l.silent != nil {
			l.series = append(l.series, *l.silent)
		}
		for _, s := range l.series {
			s.XAxisIndex, s.YAxisIndex = i, i
			c.MultiSeries = append(c.MultiSeries, s)
		}
		all = append(all, i)
	}
	c.SetGlobalOptions(
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis", AxisPointer: &opts.AxisPointer{Type: "line"}}),
		charts.WithAnimation(false),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(false)}),
		charts.WithDataZoomOpts(opts.DataZoom{Type: "slider", XAxisIndex: all}, opts.DataZoom{Type: "inside", XAxisIndex: all}),
	)
	c.AxisPointer = &opts.AxisPointer{Link: []opts.AxisPointerLink{{XAxisIndex: all}}}
	f.Option = render(c, fin)
	f.Height = (y + axisRoom + 19) / 20 * 20
	return f
}

// shade tints the windows of open flags in a lane, behind its data.
func (k Clock) shade() charts.SingleSeries {
	var areas []any
	seen := map[[2]string]bool{}
	for _, fl := range k.Flags {
		if fl.State != "open" || fl.WindowStart == nil || fl.WindowEnd == nil || !fl.WindowEnd.After(*fl.WindowStart) {
			continue
		}
		// A window over most of the clock would tint everything and point at nothing.
		if fl.WindowStart.Before(k.From.Add(k.To.Sub(k.From) / 5)) {
			continue
		}
		span := [2]string{k.clamp(*fl.WindowStart), k.clamp(*fl.WindowEnd)}
		if seen[span] || span[0] == span[1] {
			continue
		}
		seen[span] = true
		areas = append(areas, []opts.MarkAreaData{{XAxis: span[0]}, {XAxis: span[1]}})
	}
	s := charts.SingleSeries{Type: "line", Data: []any{point(k.From.Format(iso), 0)}, Symbol: "none"}
	if len(areas) > 0 {
		s.MarkAreas = &opts.MarkAreas{Data: areas, MarkAreaStyle: opts.MarkAreaStyle{ItemStyle: &opts.ItemStyle{Color: Shade, Opacity: opts.Float(0.5)}}}
	}
	return s
}

// silence greys the weeks of which a stream's source has not spoken yet; nil where it has spoken of all but the last two.
func (k Clock) silence(stream string) *charts.SingleSeries {
	known, ok := k.Known[stream]
	if !ok || !known.Before(k.To.AddDate(0, 0, -14)) {
		return nil
	}
	area := []any{
		blockItem{opts.MarkAreaData{Name: "not known yet", Coord: []any{k.clamp(known), 0}, MarkAreaStyle: opts.MarkAreaStyle{ItemStyle: &opts.ItemStyle{Color: "token:chart-untold", Opacity: opts.Float(0.45)},
			Label: &opts.Label{Show: opts.Bool(true), Position: "insideLeft", Color: Ink, FontSize: 11, Formatter: "fn:block"}}}, "?"},
		opts.MarkAreaData{Coord: []any{k.clamp(k.To), 1e9}},
	}
	return &charts.SingleSeries{Name: "series not known", Type: "line", Data: []any{point(k.From.Format(iso), nil)}, Symbol: "none", MarkAreas: &opts.MarkAreas{Data: []any{area}}}
}

// clamp gives a day within the axis as an ISO date.
func (k Clock) clamp(t time.Time) string {
	if t.Before(k.From) {
		t = k.From
	}
	if t.After(k.To) {
		t = k.To
	}
	return t.Format(iso)
}

// block is a labelled stretch of time in a lane of blocks.
type block struct {
	from, to time.Time
	label    string
	short    string // what is written where the label doesn't fit
	colour   string
	ink      string // the label's colour, where white isn't it
	hollow   bool
}

// blockItem is a block's first corner with what the script may write in it.
type blockItem struct {
	opts.MarkAreaData
	Short string `json:"short,omitempty"`
}

// blocks draws stretches of time as bars of the lane's full height.
func (k Clock) blocks(name string, list []block) charts.SingleSeries {
	var areas []any
	for _, b := range list {
		if !b.to.After(k.From) || !b.from.Before(k.To) {
			continue
		}
		style := &opts.ItemStyle{Color: b.colour, Opacity: opts.Float(1), BorderColor: "token:chart-paper", BorderWidth: 1}
		label := &opts.Label{Show: opts.Bool(true), Position: "insideLeft", Color: "token:chart-on-block", FontSize: 11, Formatter: "fn:block"}
		if b.hollow {
			style = &opts.ItemStyle{Color: "token:chart-paper", Opacity: opts.Float(1), BorderColor: Muted, BorderWidth: 1.5}
			label.Color = Ink
		}
		if b.ink != "" && !b.hollow {
			label.Color = b.ink
		}
		areas = append(areas, []any{
			blockItem{opts.MarkAreaData{Name: b.label, Coord: []any{k.clamp(b.from), 0}, MarkAreaStyle: opts.MarkAreaStyle{ItemStyle: style, Label: label}}, b.short},
			opts.MarkAreaData{Coord: []any{k.clamp(b.to), 1}},
		})
	}
	s := charts.SingleSeries{Name: name, Type: "line", Data: []any{point(k.From.Format(iso), nil)}, Symbol: "none"}
	if len(areas) > 0 {
		s.MarkAreas = &opts.MarkAreas{Data: areas}
	}
	return s
}
