package chart

import (
	"fmt"
	"math"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/class"
	"bellwether/dashboard/link"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// Peers draws where homes stand among all that are compared: those of mine named, the others without a name.
func Peers(points []read.FunnelPoint, mine func(read.FunnelPoint) bool, s Stream) Figure {
	f := Figure{ID: "peers", Class: class.B, Height: 300, Caveat: "The order of homes says how surprising a count is, not how good a home is. Small homes swing widely by chance.",
		Table: Table{Caption: s.Name + " against what is expected", Head: []Head{{Text: "Home"}, {"Counted", true}, {"Expected", true}, {"Ratio", true}, {"95% interval from", true}, {"to", true}}}}
	var others, named, upper []any
	beyond := 0
	for _, p := range points {
		ratio := p.Observed / p.Expected
		at := []any{round(p.Expected, 3), round(ratio, 3)}
		if p.Upper998 != nil {
			upper = append(upper, []any{round(p.Expected, 3), round(*p.Upper998, 3)})
		}
		if !mine(p) {
			others = append(others, at)
			continue
		}
		named = append(named, opts.ScatterData{Name: words.Clip(p.Name, 40), Value: at})
		if p.Upper998 != nil && ratio > *p.Upper998 {
			beyond++
		}
		lo, hi := Interval(p.Observed, p.Expected)
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Clip(p.Name, 80)).To(link.Location(p.LocationID)), Num(words.Decimal(p.Observed, 0)), Num(words.Decimal(p.Expected, 1)), Num(words.Decimal(ratio, 2)), Num(words.Decimal(lo, 2)), Num(words.Decimal(hi, 2))})
	}
	if len(named) == 0 {
		f.Title, f.Summary = s.Name+" among peers: not compared", "The newest look compared no home of this provider: it compares registered homes of a known size and kind."
		return f
	}
	f.Title = fmt.Sprintf("%s among peers: %s of %s above what chance explains", s.Name, words.SpellNumber(beyond), words.Plural(len(named), "home"))
	f.Subtitle = "Counted for each one expected, against what is expected of the home's size and kind; the strokes are upper limits (99.8%)"
	f.Summary = fmt.Sprintf("%s beside %s that are compared; %s above the upper limit.", words.Capital(words.Spell(len(named), "home")), words.Plural(len(others), "other"), verb(beyond, "lies", "lie"))
	c := plot()
	c.Tooltip.Trigger, c.Tooltip.AxisPointer = "item", nil
	c.XAxisList[0] = opts.XAxis{Type: "value", Name: "expected", NameLocation: "middle", NameGap: 26, AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
	c.YAxisList[0] = valueAxis("")
	c.GridList[0].Bottom = "28"
	label := &opts.Label{Show: opts.Bool(len(named) <= 4), Position: "right", Color: Ink, Formatter: "fn:name"}
	apart := &opts.LabelLayout{MoveOverlap: "shiftY"} // homes of one provider are often of one size
	c.MultiSeries = charts.MultiSeries{
		{Name: "Upper limits", Type: "scatter", Data: upper, Symbol: "rect", SymbolSize: []int{9, 2}, Color: Muted, ItemStyle: &opts.ItemStyle{Color: Muted}},
		{Name: "Other homes", Type: "scatter", Data: others, Symbol: "circle", SymbolSize: 6, Color: "token:chart-untold", ItemStyle: &opts.ItemStyle{Color: "token:chart-untold"}},
		{Name: "This provider's", Type: "scatter", Data: named, Symbol: "diamond", SymbolSize: 13, Color: LevelColours[2], ItemStyle: &opts.ItemStyle{Color: LevelColours[2]}, Label: label, LabelLayout: apart},
	}
	f.Option = render(c, &finisher{})
	return f
}

// Spent draws what public bodies published as paid, month by month, in pounds.
func Spent(months []read.SpendMonth) Figure {
	f := Figure{ID: "spend", Class: class.A, Height: 200, Caveat: "Payments above each body's publishing limit only, and only of files that were loaded. A missing month is a missing file.",
		Table: Table{Caption: "Published payments", Head: []Head{{Text: "Month"}, {Text: "Payer"}, {"Paid", true}, {"Payments", true}}}}
	if len(months) == 0 {
		f.Title, f.Summary = "No published payment is known", "No loaded spending file names this provider."
		return f
	}
	by, order, total := map[time.Time]float64{}, []time.Time{}, 0.0
	for _, m := range months {
		if _, had := by[m.Month]; !had {
			order = append(order, m.Month)
		}
		by[m.Month] += m.Amount
		total += m.Amount
	}
	for i := len(months) - 1; i >= 0; i-- {
		m := months[i]
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(m.Month.Format("January 2006")), Txt(words.Clip(m.Payer, 60)), Num(words.Money(m.Amount)), Num(words.Int(m.Lines))})
	}
	last := order[len(order)-1]
	f.Title = fmt.Sprintf("%s paid in %s, as published", words.Money(by[last]), last.Format("January 2006"))
	f.Subtitle = fmt.Sprintf("Pounds a month, %s to %s", order[0].Format("Jan 2006"), last.Format("Jan 2006"))
	f.Summary = fmt.Sprintf("%s in %s of published payments.", words.Money(total), words.Plural(len(order), "month"))
	c := plot()
	c.Legend.Show = opts.Bool(false)
	c.GridList[0].Top = "12"
	c.XAxisList[0], c.YAxisList[0] = categoryAxis(), valueAxis("")
	var names []string
	var data []float64
	for _, m := range order {
		names, data = append(names, m.Format("Jan 06")), append(data, math.Round(by[m]))
	}
	c.SetXAxis(names)
	c.MultiSeries = charts.MultiSeries{{Name: "Pounds", Type: "bar", Data: data, Color: Contracts, ItemStyle: &opts.ItemStyle{Color: Contracts}, BarMaxWidth: "28"}}
	f.Option = render(c, &finisher{})
	return f
}
