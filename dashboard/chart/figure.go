// Package chart builds the options of the dashboard's charts with go-echarts' types, and with each chart the sentence and the table
// that say the same without it.
//
// Options are data only: colours are the names of style-sheet tokens, formatters are names from a short list, and one static script
// resolves both and draws. Nothing here is ever rendered as markup.
package chart

import (
	"encoding/json"
	"fmt"
	"html/template"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/class"
)

// Figure is one chart with its twin in words and in a table.
type Figure struct {
	// ID is the element's id, unique on its page.
	ID string
	// Title states the message; Subtitle says what is drawn, of whom and when.
	Title, Subtitle string
	// Summary is the chart in a sentence or two, read to those who can't see it.
	Summary string
	// Icon is a variation icon as a picture, and IconSays its words; both empty for figures without one.
	Icon     template.URL
	IconSays string
	// Main says that the figure is a section of its page and not a part of one.
	Main bool
	// Option is the chart's option as JSON; empty when there is nothing to draw.
	Option string
	// Height is the chart's height in pixels, a multiple of 20.
	Height int
	Table  Table
	// Caveat says what the figure can't show.
	Caveat string
	// Download is where the table's rows come as CSV.
	Download string
	// Page is the address of the figure's page, ending where a further part of the query can follow; the figure is asked for there alone.
	Page string
	// Class is how sensitive the figure is, where that differs from the rest of its page; Takeaway says that the reader may take it away.
	Class    class.Class
	Takeaway bool
}

// Table is the figure's data in rows.
type Table struct {
	Caption string
	Head    []Head
	Rows    [][]Cell
}

// Head is a column's heading.
type Head struct {
	Text   string
	Number bool
}

// Cell is one cell; Link leads to the rows behind it.
type Cell struct {
	Text   string
	Link   string
	Number bool
}

// Txt is a cell of words.
func Txt(s string) Cell { return Cell{Text: s} }

// Num is a cell of figures.
func Num(s string) Cell { return Cell{Text: s, Number: true} }

// To gives the cell a link to the rows behind it.
func (c Cell) To(link string) Cell {
	c.Link = link
	return c
}

// Colours name the style sheet's tokens; the script reads their values, so that light, dark and print differ in one place.
const (
	Ink        = "token:chart-ink"
	Muted      = "token:chart-muted"
	Grid       = "token:chart-grid"
	Band       = "token:chart-band"
	Shade      = "token:chart-shade"
	Concerns   = "token:chart-1"
	Enquiries  = "token:chart-2"
	Complaints = "token:chart-3"
	Incidents  = "token:chart-4"
	Contracts  = "token:chart-5"
)

// LevelColours are the colours of the four levels, in order.
var LevelColours = [4]string{"token:level-0", "token:level-1", "token:level-2", "token:level-3"}

// RatingOrder is the fixed order in which ratings are drawn.
var RatingOrder = []string{"Outstanding", "Good", "Requires improvement", "Inadequate", "Not rated"}

// RatingColour gives a rating's colour token.
func RatingColour(rating string) string {
	for i, r := range RatingOrder {
		if r == rating {
			return fmt.Sprintf("token:rating-%d", i+1)
		}
	}
	return "token:rating-5"
}

// finisher adds what go-echarts' types can't say: the tooltip's rich text, which the content policy allows, and lanes' titles.
type finisher struct {
	charts.BaseConfigurationVisitor
	titles []opts.Title
	decal  bool
	// free takes the axes away, for figures that have none.
	free bool
}

// namedAxis is an axis with a colour for its name, which would be grey in the dark otherwise.
type namedAxis struct {
	opts.XAxis
	NameTextStyle *opts.TextStyle `json:"nameTextStyle,omitempty"`
}

// Visit implements [charts.ConfigurationVisitor].
func (f *finisher) Visit(option map[string]any) {
	delete(option, "toolbox")
	delete(option, "color")
	if f.titles != nil {
		option["title"] = f.titles
	} else {
		delete(option, "title")
	}
	if f.free {
		delete(option, "xAxis")
		delete(option, "yAxis")
		delete(option, "grid")
	}
	if axes, ok := option["xAxis"].([]opts.XAxis); ok {
		named := make([]namedAxis, len(axes))
		for i, a := range axes {
			named[i].XAxis = a
			if a.Name != "" {
				named[i].NameTextStyle = &opts.TextStyle{Color: Muted}
			}
		}
		option["xAxis"] = named
	}
	if f.decal {
		option["aria"] = map[string]any{"enabled": true, "label": map[string]any{"enabled": false}, "decal": map[string]any{"show": true}}
	}
}

// render gives the option's JSON. encoding/json escapes <, > and &, so the text is safe in an attribute and in a script alike.
func render(c *charts.Line, f *finisher) string {
	c.Accept(f)
	c.Validate()
	body, err := json.Marshal(c.JSON())
	if err != nil {
		// Options hold only strings, finite numbers and booleans; a failure is a figure without a chart, and its table stays.
		return ""
	}
	return string(body)
}

// plot starts a rectangular chart in the house style.
func plot() *charts.Line {
	c := charts.NewLine()
	c.SetGlobalOptions(
		charts.WithTooltipOpts(opts.Tooltip{Show: opts.Bool(true), Trigger: "axis", AxisPointer: &opts.AxisPointer{Type: "line"}}),
		charts.WithLegendOpts(opts.Legend{Show: opts.Bool(true), Top: "0", Left: "0"}),
		charts.WithGridOpts(opts.Grid{Left: "8", Right: "16", Top: "40", Bottom: "8", ContainLabel: opts.Bool(true)}),
		charts.WithAnimation(false),
	)
	return c
}

func valueAxis(name string) opts.YAxis {
	return opts.YAxis{Type: "value", Name: name, NameLocation: "end", MinInterval: 1, Min: 0,
		AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"},
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: Grid}}}
}

func timeAxis() opts.XAxis {
	return opts.XAxis{Type: "time", AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:month", HideOverlap: opts.Bool(true)},
		AxisLine: &opts.AxisLine{LineStyle: &opts.LineStyle{Color: Muted}}, SplitLine: &opts.SplitLine{Show: opts.Bool(false)}}
}

func categoryAxis() opts.XAxis {
	return opts.XAxis{Type: "category", AxisLabel: &opts.AxisLabel{Color: Muted, HideOverlap: opts.Bool(true)},
		AxisLine: &opts.AxisLine{LineStyle: &opts.LineStyle{Color: Muted}}, AxisTick: &opts.AxisTick{Show: opts.Bool(false)}}
}

// point is one value on a time axis.
func point(day string, value any) []any { return []any{day, value} }

// Unlink takes the table's links away, for a reader who may see the figures and not their rows.
func (f *Figure) Unlink() {
	for _, row := range f.Table.Rows {
		for i := range row {
			row[i].Link = ""
		}
	}
}
