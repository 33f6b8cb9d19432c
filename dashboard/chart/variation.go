package chart

import (
	"fmt"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/analytics/spc"
	"bellwether/dashboard/class"
	"bellwether/dashboard/words"
)

// Variation draws one stream of a provider as Making Data Count does: four-week counts with their limits, or, where most periods hold no
// record, the days between records. last is the day on which the chart ends; the chart's days are counted back from it as day 0.
func Variation(c spc.Chart, s Stream, last time.Time) Figure {
	f := Figure{ID: "usual-" + s.ID, Class: class.B, Height: 160, Table: Table{Caption: s.Name + ": " + kindWords(c.Kind)}}
	icon := c.Variation.Icon()
	f.Title = s.Name + ": " + icon.Says
	f.Summary = icon.Means
	if c.Kind == spc.Nothing {
		f.Summary = c.Because
		return f
	}
	f.Subtitle = words.Capital(kindWords(c.Kind)) + limitsWords(c)
	f.Caveat = "Neither the size of the service nor chance among many services is allowed for; no flag rests on this picture."
	day := func(p spc.Point) time.Time {
		if c.Kind == spc.XmR {
			return last.AddDate(0, 0, -spc.PeriodDays*(len(c.Points)-1-p.At))
		}
		return last.AddDate(0, 0, p.At)
	}
	var line, marked []any
	for _, p := range c.Points {
		at := point(day(p).Format(iso), round(p.Y, 1))
		line = append(line, at)
		if p.Marked {
			marked = append(marked, at)
		}
	}
	plotted := plot()
	plotted.Legend.Show = opts.Bool(false)
	plotted.GridList[0].Top = "12"
	plotted.XAxisList[0], plotted.YAxisList[0] = timeAxis(), valueAxis("")
	level := func(name string, y float64, dash string) charts.SingleSeries {
		data := []any{point(day(c.Points[0]).Format(iso), round(y, 1)), point(day(c.Points[len(c.Points)-1]).Format(iso), round(y, 1))}
		return charts.SingleSeries{Name: name, Type: "line", Data: data, ShowSymbol: opts.Bool(false), Color: Muted, LineStyle: &opts.LineStyle{Color: Muted, Width: 1, Type: dash}}
	}
	plotted.MultiSeries = charts.MultiSeries{{Name: s.Name, Type: "line", Data: line, Symbol: "circle", SymbolSize: 4, Color: s.Colour, LineStyle: &opts.LineStyle{Color: s.Colour, Width: 2}},
		level("Usual", c.Centre, "solid")}
	if c.HasLimits {
		plotted.MultiSeries = append(plotted.MultiSeries, level("Upper limit", c.Upper, "dashed"), level("Lower limit", max(c.Lower, 0), "dashed"))
	}
	if len(marked) > 0 {
		plotted.MultiSeries = append(plotted.MultiSeries, charts.SingleSeries{Name: "Unusual", Type: "scatter", Data: marked, Symbol: "diamond", SymbolSize: 11, Color: LevelColours[1], ItemStyle: &opts.ItemStyle{Color: LevelColours[1]}})
	}
	f.Option = render(plotted, &finisher{})
	head := "Four weeks to"
	if c.Kind != spc.XmR {
		head = "On"
	}
	f.Table.Head = []Head{{Text: head}, {kindColumn(c.Kind), true}, {Text: "What it shows"}}
	for i := len(c.Points) - 1; i >= 0 && i >= len(c.Points)-40; i-- {
		p := c.Points[i]
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Date(day(p))), Num(words.Decimal(p.Y, 0)), Txt(pointWords(p.Label))})
	}
	f.Table.Caption += lastRowsOf(len(c.Points), 40)
	return f
}

func kindWords(k spc.Kind) string {
	switch k {
	case spc.XmR:
		return "records in each four weeks"
	case spc.T, spc.G:
		return "days between one record and the next"
	default:
		return "too few to draw"
	}
}

func kindColumn(k spc.Kind) string {
	if k == spc.XmR {
		return "Records"
	}
	return "Days since the one before"
}

func limitsWords(c spc.Chart) string {
	if !c.HasLimits {
		return "; no limits can be set"
	}
	out := fmt.Sprintf("; usually %s, and seldom outside %s to %s", words.Decimal(c.Centre, 1), words.Decimal(max(c.Lower, 0), 1), words.Decimal(c.Upper, 1))
	if c.Few {
		out += " (provisional: few values)"
	}
	return out
}

// pointWords says a rule of Making Data Count in plain words.
func pointWords(label string) string {
	if says, ok := map[string]string{"Common Cause": "usual", "Above UCL": "above the upper limit", "Below LCL": "below the lower limit", "7 Point Trend (Increasing)": "seven in a row rising",
		"7 Point Trend (Decreasing)": "seven in a row falling", "2 in 3 Above CL": "two of three near the upper limit", "2 in 3 Below CL": "two of three near the lower limit",
		"7 Points Above CL": "seven in a row above the usual", "7 Points Below CL": "seven in a row below the usual"}[label]; ok {
		return says
	}
	return label
}
