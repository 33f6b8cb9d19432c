package chart

import (
	"fmt"
	"math"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/analytics/spc"
	"bellwether/dashboard/class"
	"bellwether/dashboard/words"
)

// Control is a series with its control limits, as the NHS draws them under the name of Making Data Count.
type Control struct {
	ID string
	// What is measured, as a title begins; Unit is what one value is, and Period the heading of the column of days.
	What, Unit, Period string
	// Days are the points' days, as many as the chart has points.
	Days   []time.Time
	Chart  spc.Chart
	Class  class.Class
	Caveat string
	// Percent says that values are shares: the scale then ends at 100 and needn't begin at nought, since no bar stands on it.
	Percent bool
	// Links, where given, lead from each point to the rows behind it.
	Links []string
	Main  bool
}

// Controlled draws a control chart: the values, their centre and limits, and marks on what isn't chance.
func Controlled(k Control) Figure {
	f := Figure{ID: k.ID, Class: k.Class, Main: k.Main, Height: 220, Caveat: k.Caveat,
		Table: Table{Caption: k.What, Head: []Head{{Text: k.Period}, {k.Unit, true}, {Text: "Reading"}}}}
	icon := k.Chart.Variation.Icon()
	f.Icon, f.IconSays = Icon(icon), words.Capital(icon.Says)
	if len(k.Chart.Points) == 0 {
		f.Title, f.Summary = k.What+": "+icon.Says, k.Chart.Because
		if k.Chart.Open >= 0 {
			f.Summary += fmt.Sprintf(" The last was %s before the last day counted.", words.Plural(k.Chart.Open, "day"))
		}
		return f
	}
	n := min(len(k.Chart.Points), len(k.Days))
	last := k.Chart.Points[n-1]
	show := func(v float64) string { return words.Decimal(v, places(v)) }
	if k.Percent {
		show = func(v float64) string { return words.Decimal(v, 1) + "%" }
	}
	switch k.Chart.Kind {
	case spc.T, spc.G:
		f.Title = fmt.Sprintf("%s: %s since the last", k.What, words.Plural(max(k.Chart.Open, 0), "day"))
	default:
		f.Title = fmt.Sprintf("%s: %s, %s", k.What, show(last.Y), icon.Says)
	}
	f.Subtitle = k.Unit + "; " + k.Days[0].Format("Jan 2006") + " to " + k.Days[n-1].Format("Jan 2006")
	f.Summary = icon.Means
	if k.Chart.HasLimits {
		f.Subtitle += "; the middle line is the mean, the outer lines the limits of chance"
		f.Summary += fmt.Sprintf(" The latest is %s; between %s and %s is usual.", show(last.Y), show(max(k.Chart.Lower, 0)), show(k.Chart.Upper))
		if k.Chart.Few {
			f.Summary += " The limits rest on fewer than 13 values and are provisional."
		}
	}
	f.Summary += " " + k.Chart.Because
	var line, marked []any
	from, to := k.Days[0].Format(iso), k.Days[n-1].Format(iso)
	for i, p := range k.Chart.Points[:n] {
		day, y := k.Days[i].Format(iso), math.Round(p.Y*100)/100
		line = append(line, point(day, y))
		if p.Marked {
			marked = append(marked, opts.ScatterData{Name: words.Date(k.Days[i]) + ": " + show(p.Y) + ", " + reading(p), Value: point(day, y)})
		}
	}
	for i := n - 1; i >= 0; i-- {
		p := k.Chart.Points[i]
		row := []Cell{Txt(words.Date(k.Days[i])), Num(show(p.Y)), Txt(reading(p))}
		if i < len(k.Links) {
			row[1].Link = k.Links[i]
		}
		f.Table.Rows = append(f.Table.Rows, row)
	}
	c := plot()
	c.Legend.Show = opts.Bool(false)
	c.GridList[0].Top = "14"
	c.XAxisList[0], c.YAxisList[0] = timeAxis(), valueAxis("")
	c.XAxisList[0].Min, c.XAxisList[0].Max = from, to
	// No month is named twice, however short the series.
	c.XAxisList[0].MinInterval = 28 * 24 * 3600 * 1000
	if k.Percent {
		c.YAxisList[0].Min, c.YAxisList[0].Max = floorOf(k.Chart.Points[:n], k.Chart.Lower), 100
		f.Subtitle += "; the scale doesn't begin at nought"
	}
	c.MultiSeries = charts.MultiSeries{{Name: k.Unit, Type: "line", Data: line, ShowSymbol: opts.Bool(true), Symbol: "circle", SymbolSize: 5, Color: Concerns, ItemStyle: &opts.ItemStyle{Color: Concerns}, LineStyle: &opts.LineStyle{Color: Concerns, Width: 2}}}
	if k.Chart.HasLimits {
		level := func(name string, v float64, style string) charts.SingleSeries {
			v = math.Round(v*100) / 100
			return charts.SingleSeries{Name: name, Type: "line", Data: []any{point(from, v), point(to, v)}, ShowSymbol: opts.Bool(false), Color: Muted, LineStyle: &opts.LineStyle{Color: Muted, Width: 1, Type: style}}
		}
		c.MultiSeries = append(c.MultiSeries, level("series middle", k.Chart.Centre, "solid"), level("series upper", k.Chart.Upper, "dashed"))
		if k.Chart.Lower > 0 {
			c.MultiSeries = append(c.MultiSeries, level("series lower", k.Chart.Lower, "dashed"))
		}
	}
	if marked != nil {
		c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{Name: "Not by chance alone", Type: "scatter", Data: marked, Symbol: "diamond", SymbolSize: 12, Color: LevelColours[1], ItemStyle: &opts.ItemStyle{Color: LevelColours[1]}})
	}
	f.Option = render(c, &finisher{})
	return f
}

// reading puts a point's rule into plain words.
func reading(p spc.Point) string {
	if !p.Marked {
		return "usual"
	}
	switch p.Label {
	case "Below LCL":
		return "unusual: below the lower limit"
	case "Above UCL":
		return "unusual: above the upper limit"
	}
	return "unusual: " + p.Label
}

// places is how many decimals a number of this size needs.
func places(v float64) int {
	if v == math.Trunc(v) || math.Abs(v) >= 100 {
		return 0
	}
	return 1
}

// floorOf is where a scale of shares begins: ten below the lowest, in steps of ten.
func floorOf(points []spc.Point, lower float64) float64 {
	low := lower
	for _, p := range points {
		low = min(low, p.Y)
	}
	return max(0, math.Floor((low-5)/10)*10)
}
