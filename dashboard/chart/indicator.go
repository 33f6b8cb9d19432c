package chart

import (
	"fmt"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/link"
	"bellwether/dashboard/measure"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// IndicatorMultiples draws one small figure a group, all on one scale, with the interval of each value as a band. Without exact, figures that
// aren't public go through the disclosure rule before anything is worked out.
func IndicatorMultiples(points []read.IndicatorPoint, m measure.Measure, by string, exact bool) []Figure {
	groups, order := map[string][]read.IndicatorPoint{}, []string{}
	low, top := 0.0, 0.0
	for _, p := range points {
		if _, had := groups[p.Name]; !had {
			order = append(order, p.Name)
		}
		groups[p.Name] = append(groups[p.Name], p)
		if v := m.Of(p, exact); v.OK {
			low, top = min(low, v.Low), max(top, v.At)
			if m.How == measure.Middle {
				top = max(top, v.High)
			} else {
				// The interval of a small group may leave the picture; a value may not.
				top = max(top, min(v.High, 2*v.At))
			}
		}
	}
	top = ceiling(top, m)
	if low < 0 {
		low = -ceiling(-low, m)
	}
	var out []Figure
	for i, name := range order {
		out = append(out, indicatorUnit(fmt.Sprintf("unit-%d", i+1), name, groups[name], m, by, exact, low, top))
	}
	return out
}

// ceiling is where a scale ends: at a number that reads well, and for shares at 100 at most.
func ceiling(top float64, m measure.Measure) float64 {
	if top <= 0 {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(top)))
	if top/step < 5 {
		step /= 2
	}
	top = math.Ceil(top/step) * step
	if m.How == measure.Share || m.Percent {
		top = min(top, 100)
	}
	return top
}

func indicatorUnit(id, name string, points []read.IndicatorPoint, m measure.Measure, by string, exact bool, low, top float64) Figure {
	if name == "" {
		name = "Not known"
	}
	from, to := "95% interval from", "to"
	if m.How == measure.Middle {
		from = "Half lie from"
	}
	f := Figure{ID: id, Height: 140, Table: Table{Caption: words.Clip(m.Name, 90) + ", " + words.Clip(name, 60),
		Head: []Head{{Text: "Week of"}, {m.Column(by), true}, {from, true}, {to, true}, {"Services", true}, {"Of them known", true}}}}
	if m.How != measure.Middle {
		f.Table.Head = append(f.Table.Head, Head{"Counted", true})
	}
	var line, lower, upper, width []any
	var first, last measure.Value
	known, hidden := 0, 0
	for _, p := range points {
		v := m.Of(p, exact)
		row := []Cell{Txt(words.Date(p.Week)), Num(words.Unknown), Num(words.Unknown), Num(words.Unknown), Num(words.Int(p.Units)), Num(words.Int(p.Known))}
		counted := words.Unknown
		switch {
		case v.OK:
			row[1], row[2], row[3] = Num(words.Decimal(v.At, 1)), Num(words.Decimal(v.Low, 1)), Num(words.Decimal(v.High, 1))
			counted = v.Counted
			day := p.Week.Format(iso)
			line, lower, upper, width = append(line, point(day, round(v.At, 2))), append(lower, point(day, round(v.Low, 2))), append(upper, point(day, round(v.High, 2))), append(width, point(day, round(v.High-v.Low, 2)))
			if known == 0 {
				first = v
			}
			last = v
			known++
		case v.Hidden:
			row[1], counted = Num(words.Hidden), words.Hidden
			hidden++
		}
		if m.How != measure.Middle {
			row = append(row, Num(counted))
		}
		f.Table.Rows = append(f.Table.Rows, row)
	}
	title := words.Capital(words.Clip(words.Label(name), 48))
	if known == 0 {
		f.Title, f.Summary = title+": not known", "No source has spoken of this here in two years."
		if hidden > 0 {
			f.Title, f.Summary = title+": too few to show", "Every figure rests on too few to be shown."
		}
		return f
	}
	sign := ""
	if m.How == measure.Share || m.Percent {
		sign = "%"
	}
	f.Title = fmt.Sprintf("%s: %s%s", title, words.Decimal(last.At, 1), sign)
	f.Summary = fmt.Sprintf("%s%s at the last look, %s%s at the first shown; %s.", words.Decimal(last.At, 1), sign, words.Decimal(first.At, 1), sign, spanWords(last, m, sign))
	c := plot()
	c.Legend.Show = opts.Bool(false)
	c.GridList[0].Top = "8"
	c.XAxisList[0], c.YAxisList[0] = timeAxis(), valueAxis("")
	c.XAxisList[0].MinInterval = 28 * 24 * 3600 * 1000
	c.YAxisList[0].Max, c.YAxisList[0].SplitNumber, c.YAxisList[0].MinInterval = top, 3, 0
	c.YAxisList[0].Min = low
	invisible := &opts.LineStyle{Opacity: opts.Float(0)}
	c.MultiSeries = charts.MultiSeries{
		{Name: "series from", Type: "line", Stack: "band", Data: lower, Symbol: "none", Color: Band, LineStyle: invisible},
		{Name: "series width", Type: "line", Stack: "band", Data: width, Symbol: "none", Color: Band, LineStyle: invisible, AreaStyle: &opts.AreaStyle{Color: Band, Opacity: opts.Float(1)}},
	}
	if m.Signed {
		// Stacked areas can't cross nought: the ends of the interval are drawn instead.
		end := func(name string, data []any) charts.SingleSeries {
			return charts.SingleSeries{Name: name, Type: "line", Data: data, Symbol: "none", Color: Muted, LineStyle: &opts.LineStyle{Color: Muted, Width: 1, Type: "dashed"}}
		}
		c.MultiSeries = charts.MultiSeries{end("series from", lower), end("series to", upper)}
	}
	c.MultiSeries = append(c.MultiSeries, charts.MultiSeries{
		{Name: m.Column(by), Type: "line", Data: line, ShowSymbol: opts.Bool(known == 1), Color: Concerns, LineStyle: &opts.LineStyle{Color: Concerns, Width: 2}},
	}...)
	f.Option = render(c, &finisher{})
	return f
}

func spanWords(v measure.Value, m measure.Measure, sign string) string {
	between := fmt.Sprintf("%s%s and %s%s", words.Decimal(v.Low, 1), sign, words.Decimal(v.High, 1), sign)
	switch {
	case m.How == measure.Middle:
		return "half of those known lie between " + between
	case v.High > v.Low:
		return "its 95% interval lies between " + between
	}
	return "no interval can be given"
}

// IndicatorFunnel draws every provider's figure against how much it rests on, with the limits that chance explains for its size.
func IndicatorFunnel(c measure.Comparison, m measure.Measure) Figure {
	f := Figure{ID: "providers", Main: true, Height: 420, Table: Table{Caption: "Providers by how unusual their figure is (not by how good they are)", Head: []Head{{Text: "Provider"}, {"Figure", true}, {intervalHead(c), true}, {"to", true}, {"Rests on", true}}},
		Caveat: "Not a league table. Two providers whose intervals overlap are not told apart, and small ones swing widely by chance alone. A provider outside the limits is one to look at, not one that fails."}
	seen := c.Seen()
	if len(seen) == 0 {
		f.Title, f.Summary = "No provider has been compared", "Fewer than five providers have a known value, or none that you may see."
		return f
	}
	beyond := 0
	var inside, out95, out998, limits []any
	low, high := 0.0, 0.0
	for _, p := range seen {
		item := opts.ScatterData{Name: fmt.Sprintf("%s: %s, resting on %s", words.Clip(p.Name, 60), words.Decimal(p.At, 1), restsOn(p, m)), Value: []any{round(p.Across, 3), round(p.At, 3)}}
		low, high = min(low, p.At), max(high, p.At)
		switch {
		case c.Funnel && p.Beyond():
			out998 = append(out998, item)
			beyond++
		case p.Outside95():
			out95 = append(out95, item)
		default:
			inside = append(inside, item)
		}
	}
	f.Table.Caption += lastRowsOf(len(seen), 40)
	for _, p := range seen[:min(40, len(seen))] {
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Clip(p.Name, 80)).To(link.Provider(p.ProviderID)), Num(words.Decimal(p.At, 1)), Num(words.Decimal(p.From, 1)), Num(words.Decimal(p.To, 1)), Num(restsOn(p, m))})
	}
	if !c.Funnel {
		f.Title = fmt.Sprintf("%s of %s outside what nineteen of twenty show", words.Capital(words.SpellNumber(len(out95))), words.Plural(len(seen), "provider"))
		f.Subtitle = "Each provider has one value on record, which is no estimate: beside it stands the range in which nineteen of twenty providers lie"
		f.Summary = fmt.Sprintf("The middle provider has %s; nineteen of twenty lie between %s and %s.", words.Decimal(c.Centre, 1), words.Decimal(seen[0].From, 1), words.Decimal(seen[0].To, 1))
		return f
	}
	f.Title = fmt.Sprintf("%s of %s beyond what chance explains", words.Capital(words.SpellNumber(beyond)), words.Plural(len(seen), "provider"))
	f.Subtitle = figureWords(m) + ", against how much it rests on; the short strokes are each provider's own 99.8% limits, spread between providers allowed for"
	f.Summary = fmt.Sprintf("%s are compared; %s beyond the 99.8%% limits, and by chance alone about one in five hundred would. The middle of all is %s.", words.Capital(words.Spell(len(seen), "provider")), verb(beyond, "lies", "lie"), words.Decimal(c.Centre, 1))
	if m.How == measure.Middle {
		f.Caveat += " Days and scores are skewed: for a provider of one service the limits are rough."
	}
	for _, p := range seen {
		if p.Upper998 <= 2*high+1 {
			limits = append(limits, []any{round(p.Across, 3), round(p.Upper998, 3)})
		}
		if p.Lower998 > low {
			limits = append(limits, []any{round(p.Across, 3), round(p.Lower998, 3)})
		}
	}
	k := plot()
	k.Tooltip.Trigger, k.Tooltip.AxisPointer = "item", nil
	axis := "services"
	if m.How == measure.Rate {
		axis = "expected"
	}
	k.XAxisList[0] = opts.XAxis{Type: "value", Name: axis, NameLocation: "middle", NameGap: 26, AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
	k.YAxisList[0] = valueAxis("")
	k.YAxisList[0].MinInterval = 0
	if low < 0 {
		k.YAxisList[0].Min = -ceiling(-low, m)
	}
	k.GridList[0].Bottom = "28"
	mark := func(name, colour, symbol string, data []any, size any) charts.SingleSeries {
		return charts.SingleSeries{Name: name, Type: "scatter", Data: data, Symbol: symbol, SymbolSize: size, Color: colour, ItemStyle: &opts.ItemStyle{Color: colour}}
	}
	k.MultiSeries = charts.MultiSeries{mark("Limits", Muted, "rect", limits, []int{9, 2}), mark("Within what chance explains", Concerns, "circle", inside, 7),
		mark("Beyond 95%", LevelColours[1], "triangle", out95, 10), mark("Beyond 99.8%", LevelColours[2], "diamond", out998, 13)}
	f.Option = render(k, &finisher{})
	return f
}

func intervalHead(c measure.Comparison) string {
	if c.Funnel {
		return "95% interval from"
	}
	return "Nineteen of twenty from"
}

func figureWords(m measure.Measure) string {
	switch {
	case m.How == measure.Rate:
		return "Counted for each one expected of a provider's beds and kinds of service"
	case m.How == measure.Share, m.Percent:
		return "Per cent over a provider's services"
	}
	return "Mean over a provider's services"
}

func restsOn(p measure.Placed, m measure.Measure) string {
	if m.How == measure.Rate {
		return words.Decimal(p.Total, 0) + " counted, " + words.Decimal(p.Due, 1) + " expected"
	}
	return words.Plural(int(p.Known), "value")
}

// RestsOn says what a provider's figure rests on.
func RestsOn(p measure.Placed, m measure.Measure) string { return restsOn(p, m) }
