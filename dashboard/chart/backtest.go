package chart

import (
	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/class"
	"bellwether/dashboard/words"
	"bellwether/internal/backtest"
)

// BackTest draws each method's load against the share of events that it came before, with the interval of the share, and holds the rules
// beside the plain methods.
func BackTest(o backtest.OutcomeReport) Figure {
	f := Figure{ID: "load-" + o.Name, Height: 340, Class: class.A, Subtitle: "Share of events that an alert came before, with its 95% interval, against alerts for 100 providers a year. Up and to the left is better.",
		Table:  Table{Caption: o.Title + ": each method", Head: []Head{{Text: "Method"}, {"Alerts for 100 providers a year", true}, {"Time alerted", true}, {"Alerts that were followed", true}, {"Events that an alert came before", true}, {"Median days before", true}}},
		Caveat: "With few events the intervals are wide, and overlapping intervals tell no method from another. The past holds what CQC and the council recorded, not everything that happened."}
	var ours, plain, spread []any
	top := 0.0
	best := ""
	for _, m := range o.Methods {
		lead := words.Unknown
		if m.Lead.N > 0 && m.Lead.Median.Known {
			lead = words.Int(int64(m.Lead.Median.Value + 0.5))
		}
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(m.Title), Num(words.Decimal(m.AlertsPer100, 1)), Num(words.Decimal(100*m.TimeAlerted, 1) + "%"), Num(backtest.ShareText(m.Precision)), Num(backtest.ShareText(m.Recall)), Num(lead)})
		if !m.Recall.Known {
			continue
		}
		x, y := round(m.AlertsPer100, 1), round(100*m.Recall.Value, 1)
		top = max(top, x)
		item := opts.ScatterData{Name: m.Title + ": " + backtest.ShareText(m.Recall), Value: []any{x, y}}
		if m.Limit == 0 {
			ours = append(ours, item)
			if best == "" {
				best = m.Title + " came before " + backtest.ShareText(m.Recall) + " at " + words.Decimal(m.AlertsPer100, 1) + " alerts for 100 providers a year"
			}
		} else {
			plain = append(plain, item)
		}
		spread = append(spread, []any{x, round(100*m.Recall.Low, 1)}, []any{x, round(100*m.Recall.High, 1)})
	}
	f.Title = o.Title + ": what was seen coming, at what load"
	f.Summary = words.Capital(best) + "."
	if best == "" {
		f.Summary = "No method can be judged."
		return f
	}
	c := plot()
	c.Tooltip.Trigger, c.Tooltip.AxisPointer = "item", nil
	c.XAxisList[0] = opts.XAxis{Type: "value", Name: "alerts for 100 providers a year", NameLocation: "middle", NameGap: 26, AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
	c.YAxisList[0] = valueAxis("%")
	c.YAxisList[0].Max = 100
	c.GridList[0].Bottom = "28"
	mark := func(name, colour, symbol string, data []any, size any) charts.SingleSeries {
		return charts.SingleSeries{Name: name, Type: "scatter", Data: data, Symbol: symbol, SymbolSize: size, Color: colour, ItemStyle: &opts.ItemStyle{Color: colour}}
	}
	c.MultiSeries = charts.MultiSeries{mark("Ends of the 95% interval", Muted, "rect", spread, []int{14, 2}), mark("The rules", Concerns, "diamond", ours, 15), mark("Plain methods", LevelColours[1], "circle", plain, 11)}
	f.Option = render(c, &finisher{})
	return f
}
