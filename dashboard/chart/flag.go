package chart

import (
	"fmt"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/analytics/rules"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// Unusual draws how far what was observed lies from what is usual: the usual range as a band, what was expected, where the rule's
// threshold is, and what was observed.
func Unusual(f read.Flag) Figure {
	fig := Figure{ID: "unusual", Title: "How unusual", Main: true, Height: 120,
		Table: Table{Caption: "What was observed and what is usual", Head: []Head{{Text: "Measure"}, {"Value", true}}}}
	add := func(name string, v *float64) {
		if v != nil {
			fig.Table.Rows = append(fig.Table.Rows, []Cell{Txt(name), Num(words.Decimal(*v, 1))})
		}
	}
	add("Observed", f.Observed)
	add("Expected", f.Expected)
	add("Usual range, from", f.Low)
	add("Usual range, to", f.High)
	_, unit := f.Limit()
	limit := f.Threshold
	if unit == "" {
		add("The rule's threshold", limit)
	} else {
		add("The rule's threshold, in "+unit, limit)
		limit = nil // another scale than what is counted has no place on its axis
	}
	fig.Summary = UnusualWords(f)
	if f.Observed == nil || f.High == nil || f.Expected == nil {
		return fig
	}
	top := math.Ceil(max(*f.Observed, *f.High, value(limit)) * 1.15)
	c := plot()
	c.Legend.Show = opts.Bool(false)
	c.Tooltip.Trigger = "item"
	c.GridList[0] = opts.Grid{Left: "12", Right: "24", Top: "44", Height: "26"}
	c.XAxisList[0] = opts.XAxis{Type: "value", Min: 0, Max: top, AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
	c.YAxisList[0] = opts.YAxis{Type: "value", Min: 0, Max: 1, Show: opts.Bool(false)}
	band := []opts.MarkAreaData{
		{Name: "usual", Coord: []any{value(f.Low), 0}, MarkAreaStyle: opts.MarkAreaStyle{ItemStyle: &opts.ItemStyle{Color: Band, Opacity: opts.Float(1)},
			Label: &opts.Label{Show: opts.Bool(true), Position: "top", Color: Muted, Formatter: "fn:block"}}},
		{Coord: []any{*f.High, 1}},
	}
	marks := []any{map[string]any{"name": "expected " + words.Decimal(*f.Expected, 1), "xAxis": *f.Expected, "lineStyle": opts.LineStyle{Color: Muted, Type: "dotted", Width: 2},
		"label": opts.Label{Show: opts.Bool(false)}}}
	if limit != nil {
		marks = append(marks, map[string]any{"name": "threshold", "xAxis": *limit, "lineStyle": opts.LineStyle{Color: Ink, Type: "dashed", Width: 2},
			"label": opts.Label{Show: opts.Bool(true), Position: "end", Color: Ink, Formatter: "fn:name"}})
	}
	c.MultiSeries = charts.MultiSeries{{
		Name: "Observed", Type: "scatter", Symbol: "diamond", SymbolSize: 20, Color: LevelColours[min(max(f.Level, 1), 3)],
		Data:      []any{opts.ScatterData{Name: "observed " + words.Decimal(*f.Observed, 1), Value: []any{*f.Observed, 0.5}}},
		Label:     &opts.Label{Show: opts.Bool(true), Position: "top", Color: Ink, FontWeight: "bold", Formatter: "fn:name"},
		MarkAreas: &opts.MarkAreas{Data: []any{band}}, MarkLines: &opts.MarkLines{Data: marks, MarkLineStyle: opts.MarkLineStyle{Symbol: []string{"none", "none"}}},
	}}
	fig.Option = render(c, &finisher{})
	return fig
}

// UnusualWords says how unusual a flag's observation is.
func UnusualWords(f read.Flag) string {
	var s string
	switch {
	case f.Observed != nil && f.Expected != nil && f.High != nil:
		s = fmt.Sprintf("%s observed where %s were expected; between %s and %s is usual.", words.Decimal(*f.Observed, 1), words.Decimal(*f.Expected, 1),
			words.Decimal(value(f.Low), 1), words.Decimal(*f.High, 1))
	case f.Observed != nil && f.Threshold != nil:
		s = fmt.Sprintf("%s observed; the rule's threshold is %s.", words.Decimal(*f.Observed, 1), words.Decimal(*f.Threshold, 1))
	default:
		s = "This rule is met or it isn't: no comparison with other services is made."
	}
	if f.OneIn != nil && *f.OneIn > 1 {
		s += fmt.Sprintf(" By chance alone, %s such periods.", rules.Chance(*f.OneIn))
	}
	return s
}

func value(v *float64) float64 {
	if v == nil {
		return 0
	}
	return *v
}

// Behind draws the weekly counts behind a flag, with its window shaded.
func Behind(weeks []read.FlagWeek, f read.Flag) Figure {
	fig := Figure{ID: "behind", Height: 220, Title: "Week by week", Main: true,
		Table:  Table{Caption: "Counts by week", Head: []Head{{Text: "Week of"}, {"Concerns", true}, {"Section 42 enquiries", true}, {"Complaints", true}}},
		Caveat: "Concerns, enquiries and complaints are different units and are not added."}
	name, colour, of := "Concerns", Concerns, func(w read.FlagWeek) int64 { return w.Concerns }
	if f.Source == "complaints" {
		name, colour, of = "Complaints", Complaints, func(w read.FlagWeek) int64 { return w.Complaints }
	}
	if len(weeks) == 0 {
		fig.Summary = "No week has been counted for this place."
		return fig
	}
	if f.Source != "safeguarding" && f.Source != "complaints" {
		fig.Title = "Concerns beside it, week by week"
	}
	last := weeks[len(weeks)-1].Week
	fig.Subtitle = fmt.Sprintf("%s a week, %s to %s", name, words.Date(weeks[0].Week), words.Date(last))
	var inside, total int64
	top := int64(3)
	var data []any
	for _, w := range weeks {
		v := of(w)
		total += v
		top = max(top, v)
		if f.WindowStart != nil && f.WindowEnd != nil && !w.Week.Before(*f.WindowStart) && !w.Week.After(*f.WindowEnd) {
			inside += v
		}
		data = append(data, point(w.Week.Format(iso), v))
	}
	fig.Summary = fmt.Sprintf("%s in %s shown.", words.Plural(int(total), noun(name)), words.Plural(len(weeks), "week"))
	c := plot()
	c.Legend.Show = opts.Bool(false)
	c.GridList[0].Top = "12"
	c.XAxisList[0], c.YAxisList[0] = timeAxis(), valueAxis("")
	c.YAxisList[0].Max = top
	s := charts.SingleSeries{Name: name, Type: "bar", Data: data, Color: colour, ItemStyle: &opts.ItemStyle{Color: colour}, BarMaxWidth: "9"}
	// A window that covers all that is drawn would shade everything and show nothing.
	if f.WindowStart != nil && f.WindowEnd != nil && f.WindowEnd.After(*f.WindowStart) && f.WindowStart.After(weeks[0].Week) {
		fig.Summary += fmt.Sprintf(" %s of them in the flag's window, %s to %s (shaded).", words.Capital(words.SpellNumber(int(inside))), words.Date(*f.WindowStart), words.Date(*f.WindowEnd))
		s.MarkAreas = &opts.MarkAreas{Data: []any{[]opts.MarkAreaData{{XAxis: f.WindowStart.Format(iso)}, {XAxis: f.WindowEnd.Format(iso)}}},
			MarkAreaStyle: opts.MarkAreaStyle{ItemStyle: &opts.ItemStyle{Color: Shade, Opacity: opts.Float(0.6)}}}
	}
	c.MultiSeries = charts.MultiSeries{s}
	fig.Option = render(c, &finisher{})
	for i := len(weeks) - 1; i >= 0 && i >= len(weeks)-26; i-- {
		w := weeks[i]
		fig.Table.Rows = append(fig.Table.Rows, []Cell{Txt(words.Date(w.Week)), Num(words.Int(w.Concerns)), Num(words.Int(w.Enquiries)), Num(words.Int(w.Complaints))})
	}
	fig.Table.Caption += lastRows(len(weeks), 26)
	return fig
}
