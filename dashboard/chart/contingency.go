package chart

import (
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/words"
)

// Flow is a number of people who need one kind of place and could have it at one home; an empty home is the shortfall.
type Flow struct {
	Kind, Home, Name string
	People           int64
}

// flowHomes is how many homes are drawn on their own; the smaller ones are drawn together.
const flowHomes = 14

// Flows draws where people could go, from the kind of place they need to the home, with those who have none as a band of its own. The
// flows come with the largest home first.
func Flows(flows []Flow, title string) Figure {
	f := Figure{ID: "flows", Main: true, Title: title, Subtitle: "People by the kind of place they need, and the homes that report such places; the width of a band is the number of people",
		Caveat: "The bands are arithmetic on what homes last reported, not offers. Nobody has been asked, no need has been assessed again, and what a home can't say in numbers isn't in it.",
		Table:  Table{Caption: "Where people could go", Head: []Head{{Text: "Kind of place"}, {Text: "Home"}, {"People", true}}}}
	if len(flows) == 0 {
		f.Summary = "Nobody is known to need another place."
		return f
	}
	homes, order := map[string]int64{}, []string{}
	names := map[string]string{}
	var placed, short int64
	for _, fl := range flows {
		if fl.Home == "" {
			short += fl.People
		} else {
			if _, had := homes[fl.Home]; !had {
				order = append(order, fl.Home)
			}
			homes[fl.Home] += fl.People
			placed += fl.People
			names[fl.Home] = fl.Name
		}
	}
	node := nodeNames(order, names)
	const none, others = "No place found", "Other homes"
	type band struct{ from, to string }
	bands, total, first := map[band]int64{}, map[string]int64{}, []band{}
	for _, fl := range flows {
		to := none
		if fl.Home != "" {
			to = node[fl.Home]
			if to == "" {
				to = others
			}
		}
		b := band{words.Capital(fl.Kind), to}
		if bands[b] == 0 {
			first = append(first, b)
		}
		bands[b] += fl.People
		total[b.from] += fl.People
		total[to] += fl.People
		home := fl.Name
		if fl.Home == "" {
			home = none
		}
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Capital(fl.Kind)), Txt(home), Num(words.Int(fl.People))})
	}
	label := func(name string) string { return fmt.Sprintf("%s, %s", words.Clip(name, 34), words.Int(total[name])) }
	var nodes []opts.SankeyNode
	var links []opts.SankeyLink
	seen := map[string]bool{}
	add := func(name, colour string, depth int) {
		if !seen[name] {
			seen[name] = true
			nodes = append(nodes, opts.SankeyNode{Name: label(name), Depth: &depth, ItemStyle: &opts.ItemStyle{Color: colour}})
		}
	}
	for _, b := range first {
		add(b.from, Muted, 0)
		colour := Concerns
		if b.to == none {
			colour = LevelColours[1]
		}
		add(b.to, colour, 1)
		links = append(links, opts.SankeyLink{Source: label(b.from), Target: label(b.to), Value: float32(bands[b])})
	}
	c := plot()
	c.Tooltip.Trigger = "item"
	c.Tooltip.AxisPointer = nil
	c.Legend.Show = opts.Bool(false)
	c.MultiSeries = charts.MultiSeries{{Name: "People", Type: "sankey", Data: nodes, Links: links, Left: "8", Right: "260", Top: "8", Bottom: "8",
		Label: &opts.Label{Show: opts.Bool(true), Color: Ink, FontSize: 13}, LineStyle: &opts.LineStyle{Color: "target", Opacity: opts.Float(0.38), Curveness: 0.5}}}
	f.Height = 20 * max(12, min(34, 3+2*len(seen)))
	f.Option = render(c, &finisher{free: true})
	f.Summary = fmt.Sprintf("%s could have a place at %s; %s could not.", words.Capital(words.Spell(int(placed), "person|people")), words.Plural(len(order), "home"), words.SpellNumber(int(short)))
	return f
}

// nodeNames gives each home that is drawn on its own a name that no other has.
func nodeNames(order []string, names map[string]string) map[string]string {
	used, out := map[string]bool{}, map[string]string{}
	for i, id := range order {
		if i >= flowHomes && len(order) > flowHomes+1 {
			break
		}
		name := words.Clip(names[id], 30)
		if used[name] {
			name = words.Clip(names[id], 18) + " " + words.Clip(id, 14)
		}
		used[name], out[id] = true, name
	}
	return out
}
