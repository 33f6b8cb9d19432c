package chart

import (
	"fmt"
	"html/template"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/link"
	"bellwether/dashboard/measure"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// PerHundred is events per 100 beds (or services) a year; ok is false where there is nothing to divide by.
func PerHundred(events int64, exposureWeeks float64) (rate float64, ok bool) {
	if exposureWeeks <= 0 {
		return 0, false
	}
	return float64(events) * 100 * 52 / exposureWeeks, true
}

// perServices says of a unit that it has no beds, and so is counted for 100 services a year: kinds of service alone are such units.
func perServices(by, name string) bool {
	return by == "service" && name != "care_home" && name != "care_home_nursing"
}

// Multiples draws one small figure a unit, all of what is counted for beds on one scale and all of what is counted for services on another:
// a rate by beds and one by services are not alike. Without exact, counts go through the disclosure rule before anything is worked out from
// them.
func Multiples(points []read.TrendPoint, s Stream, by string, exact bool) []Figure {
	groups, order, tops := map[string][]read.TrendPoint{}, []string{}, map[bool]float64{}
	for _, p := range points {
		if _, had := groups[p.Name]; !had {
			order = append(order, p.Name)
		}
		groups[p.Name] = append(groups[p.Name], p)
		if r, ok := rateOf(p, exact); ok {
			tops[perServices(by, p.Name)] = max(tops[perServices(by, p.Name)], r)
		}
	}
	var out []Figure
	for i, name := range order {
		services := perServices(by, name)
		unit := "100 beds"
		if services {
			unit = "100 services"
		}
		out = append(out, multiple(fmt.Sprintf("unit-%d", i+1), name, unit, groups[name], s, exact, math.Ceil(max(tops[services], 1)/10)*10))
	}
	return out
}

func rateOf(p read.TrendPoint, exact bool) (float64, bool) {
	n := p.Events
	if !exact {
		var ok bool
		if n, ok = words.Round(n); !ok {
			return 0, false
		}
	}
	return PerHundred(n, p.Exposure)
}

func multiple(id, name, unit string, points []read.TrendPoint, s Stream, exact bool, top float64) Figure {
	if name == "" {
		name = "Not known"
	}
	f := Figure{ID: id, Height: 140, Table: Table{Caption: s.Name + ", " + words.Clip(words.Label(name), 60), Head: []Head{{Text: "Four weeks to"}, {s.Name, true}, {words.Capital("for " + unit + " a year"), true}, {"Locations", true}}}}
	var data []any
	var first, last float64
	known := 0
	for _, p := range points {
		to := p.Week.AddDate(0, 0, 6)
		r, ok := rateOf(p, exact)
		cell, n := words.Unknown, words.Int(p.Events)
		if !exact {
			n = words.Disclosed(p.Events)
		}
		if ok {
			cell = words.Decimal(r, 1)
			data = append(data, point(p.Week.Format(iso), math.Round(r*10)/10))
			if known == 0 {
				first = r
			}
			last = r
			known++
		}
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Date(to)), Num(n), Num(cell), Num(words.Int(p.Locations))})
	}
	title := words.Capital(words.Clip(words.Label(name), 48))
	if known == 0 {
		f.Title, f.Summary = title+": too few to show", "Every count is hidden, being under 5."
		return f
	}
	f.Title = fmt.Sprintf("%s: %s", title, words.Decimal(last, 1))
	f.Summary = fmt.Sprintf("%s for %s a year at the last count, %s at the first shown.", words.Decimal(last, 1), unit, words.Decimal(first, 1))
	c := plot()
	c.Legend.Show = opts.Bool(false)
	c.GridList[0].Top = "8"
	c.XAxisList[0], c.YAxisList[0] = timeAxis(), valueAxis("")
	c.YAxisList[0].Max = top
	c.MultiSeries = charts.MultiSeries{{Name: s.Name + " for " + unit + " a year", Type: "line", Data: data, ShowSymbol: opts.Bool(false), Color: s.Colour, LineStyle: &opts.LineStyle{Color: s.Colour, Width: 2}}}
	f.Option = render(c, &finisher{})
	return f
}

// Funnel draws every home's ratio of counted to expected against what was expected of it, with the limits that chance explains.
func Funnel(points []read.FunnelPoint, s Stream) Figure {
	f := Figure{ID: "funnel", Main: true, Height: 420, Table: Table{Caption: "Homes by how unusual their count is (not by how bad they are)", Head: []Head{{Text: "Home"}, {"Counted", true}, {"Expected", true}, {"Ratio", true}, {"95% interval from", true}, {"to", true}}},
		Caveat: "Not a league table. Two homes whose intervals overlap are not told apart, and small homes swing widely by chance alone. A home outside the limits is one to look at, not one that fails."}
	if len(points) == 0 {
		f.Title, f.Summary = s.Name+": no home has been compared", "The newest look compared no home that you may see."
		return f
	}
	var inside, out95, out998, upper, lower []any
	high, beyond := 2.0, 0
	for _, p := range points {
		ratio := p.Observed / p.Expected
		high = max(high, ratio)
		item := opts.ScatterData{Name: fmt.Sprintf("%s: %s counted, %s expected", words.Clip(p.Name, 60), words.Decimal(p.Observed, 0), words.Decimal(p.Expected, 1)), Value: []any{round(p.Expected, 3), round(ratio, 3)}}
		switch {
		case p.Upper998 != nil && ratio > *p.Upper998 || p.Lower998 != nil && ratio < *p.Lower998:
			out998 = append(out998, item)
			beyond++
		case p.Upper95 != nil && ratio > *p.Upper95 || p.Lower95 != nil && ratio < *p.Lower95:
			out95 = append(out95, item)
		default:
			inside = append(inside, item)
		}
		if p.Upper998 != nil {
			upper = append(upper, []any{round(p.Expected, 3), round(*p.Upper998, 3)})
		}
		if p.Lower998 != nil && *p.Lower998 > 0 {
			lower = append(lower, []any{round(p.Expected, 3), round(*p.Lower998, 3)})
		}
	}
	f.Title = fmt.Sprintf("%s: %s of %s beyond what chance explains", s.Name, words.SpellNumber(beyond), words.Plural(len(points), "home"))
	f.Subtitle = "Each home's count against what is expected of its size and kind; upwards, how many were counted for each one expected; the short strokes are each home's own 99.8% limits"
	f.Summary = fmt.Sprintf("%s are compared; %s beyond the 99.8%% limits, and by chance alone about one in five hundred would.", words.Capital(words.Spell(len(points), "home")), verb(beyond, "lies", "lie"))
	c := plot()
	c.Tooltip.Trigger, c.Tooltip.AxisPointer = "item", nil
	c.XAxisList[0] = opts.XAxis{Type: "value", Name: "expected", NameLocation: "middle", NameGap: 26, AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
	c.YAxisList[0] = valueAxis("")
	c.GridList[0].Bottom = "28"
	mark := func(name, colour, symbol string, data []any, size any) charts.SingleSeries {
		return charts.SingleSeries{Name: name, Type: "scatter", Data: data, Symbol: symbol, SymbolSize: size, Color: colour, ItemStyle: &opts.ItemStyle{Color: colour}}
	}
	c.MultiSeries = charts.MultiSeries{mark("Limits", Muted, "rect", append(upper, lower...), []int{9, 2}), mark("Within what chance explains", Concerns, "circle", inside, 7),
		mark("Beyond 95%", LevelColours[1], "triangle", out95, 10), mark("Beyond 99.8%", LevelColours[2], "diamond", out998, 13)}
	f.Option = render(c, &finisher{})
	for i, p := range points {
		if i == 40 {
			break
		}
		lo, hi := Interval(p.Observed, p.Expected)
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Clip(p.Name, 80)).To(link.Provider(p.ProviderID)), Num(words.Decimal(p.Observed, 0)), Num(words.Decimal(p.Expected, 1)), Num(words.Decimal(p.Observed/p.Expected, 2)), Num(words.Decimal(lo, 2)), Num(words.Decimal(hi, 2))})
	}
	f.Table.Caption += lastRowsOf(len(points), 40)
	return f
}

func lastRowsOf(n, shown int) string {
	if n <= shown {
		return ""
	}
	return fmt.Sprintf(" (the %d most unusual of %d)", shown, n)
}

func verb(n int, one, many string) string {
	if n == 1 {
		return "one " + one
	}
	return words.SpellNumber(n) + " " + many
}

func round(f float64, places int) float64 {
	k := math.Pow10(places)
	return math.Round(f*k) / k
}

// Interval is the 95% interval of a ratio of counted to expected.
func Interval(observed, expected float64) (low, high float64) {
	if expected <= 0 {
		return 0, 0
	}
	low, high = measure.Byar(observed)
	return low / expected, high / expected
}

// Span draws an interval as a small picture: the line from low to high, the dot at the ratio, and a stroke at one. top is the right edge.
func Span(low, ratio, high, top float64) template.URL { return SpanFrom(0, 1, low, ratio, high, top) }

// SpanFrom is Span for values from left to top, with the stroke at centre.
func SpanFrom(left, centre, low, at, high, top float64) template.URL {
	const width, height = 180.0, 20.0
	x := func(v float64) float64 {
		if top <= left {
			return 2
		}
		return 2 + (width-4)*(min(max(v, left), top)-left)/(top-left)
	}
	return dataURL(fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%g" height="%g" viewBox="0 0 %g %g"><path d="M%.1f 0V20" stroke="#8b9298"/><path d="M%.1f 10H%.1f" stroke="%s" stroke-width="2"/><circle cx="%.1f" cy="10" r="4" fill="%s"/></svg>`,
		width, height, width, height, x(centre), x(low), x(high), sparkColour, x(at), sparkColour))
}
