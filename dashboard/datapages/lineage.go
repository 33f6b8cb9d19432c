package datapages

import (
	"maps"
	"slices"
	"strings"

	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/ingest/contract"
	"bellwether/schemas"
)

// figureQuestions are the questions that each figure draws the answer of: where the walk from a figure to its files begins.
var figureQuestions = map[string][]string{
	"clock": {"provider_weeks", "provider_band", "provider_level_weeks", "provider_ratings", "provider_managers", "provider_company"}, "unusual": {"flag"}, "behind": {"flag_weeks"},
	"levels": {"level_weeks"}, "ratings": {"rating_ages"}, "contracts": {"contract_months"}, "groups": {"groups"}, "rate": {"market_weeks"}, "funnel": {"funnel_points"}, "providers": {"indicator_peers"}, "places": {"map_points"},
	"movement-quarter": {"moves"}, "flows": {"contingency_people", "contingency_places"}, "gaps": {"contingency_people", "contingency_places"}, "openings": {"records_locations"},
}

// madeByRules are the tables that the analysis writes rather than a query: what they are worked out from.
var madeByRules = []string{"staging.location_look", "staging.provider_look"}

// lineageView is the way from a figure, or a table, back to the files.
type lineageView struct {
	Table, Figure string
	Tables        []string
	Picture       *lineagePicture
	Steps         []lineageStep
	Files         []lineageFiles
	Sentence      string
	Ignored       []string
}

// lineageStep is one table on the way, with what it is made from.
type lineageStep struct {
	Table string
	From  []string
}

// lineageFiles are a source's newest files.
type lineageFiles struct {
	Source string
	Total  int64
	Files  []read.SourceFile
}

// lineagePicture is the drawing: boxes in columns and lines between them.
type lineagePicture struct {
	Width, Height int
	Boxes         []lineageBox
	Lines         []lineageLine
	Heads         []lineageHead
}

type lineageBox struct {
	X, Y, W, TextX, TextY int
	Text, Kind            string
}

type lineageLine struct{ X1, Y1, X2, Y2, Mid int }

type lineageHead struct {
	X    int
	Text string
}

// The drawing's columns, from the figure back to the files.
var lineageColumns = []struct{ layer, head string }{{"figure", "Figure"}, {"analytics", "Rules"}, {"mart", "Marts"}, {"core", "Core"}, {"staging", "Staging"}, {"raw", "As delivered"}, {"source", "Source"}}

const (
	boxWidth, boxHeight = 168, 26
	columnStep, rowStep = 200, 34
	headRoom            = 34
)

// Lineage is the way from a figure back to the files.
func Lineage(q *page.Request) error {
	p := q.Params()
	v := lineageView{Table: p.Text("table", 60), Figure: p.Text("figure_id", 60), Ignored: p.Ignored}
	if q.Frame.Empty {
		return q.Page("lineage", "From a figure to its files", v, page.To("Data", "/data"))
	}
	all, err := q.Snapshot.Lineage(q.R.Context())
	if err != nil {
		return err
	}
	from := map[string][]string{}
	for _, l := range all {
		from[l.Model] = append(from[l.Model], l.DependsOn)
	}
	v.Tables = slices.Sorted(maps.Keys(from))
	var roots []string
	switch {
	case v.Figure != "":
		if questions, ok := figureQuestions[v.Figure]; ok {
			if roots, err = read.TablesOf(questions...); err != nil {
				return err
			}
			from["figure."+v.Figure], roots = roots, []string{"figure." + v.Figure}
		} else {
			v.Ignored = append(v.Ignored, "figure “"+words.Clip(v.Figure, 40)+"” isn't known here")
		}
	case from[v.Table] != nil:
		roots = []string{v.Table}
	case v.Table != "":
		v.Ignored = append(v.Ignored, "table “"+words.Clip(v.Table, 40)+"” isn't known here")
	}
	if len(roots) == 0 {
		v.Table, roots = "mart.provider_week", []string{"mart.provider_week"}
	}
	if err := walk(q, &v, from, roots); err != nil {
		return err
	}
	return q.Page("lineage", "From a figure to its files", v, page.To("Data", "/data"))
}

// walk goes from the roots to the sources and draws the way.
func walk(q *page.Request, v *lineageView, from map[string][]string, roots []string) error {
	contracts, err := contract.Load(schemas.Feeds)
	if err != nil {
		return err
	}
	seen, order := map[string]bool{}, []string{}
	edges := map[string][]string{}
	var visit func(string)
	visit = func(t string) {
		if seen[t] {
			return
		}
		seen[t] = true
		order = append(order, t)
		next := from[t]
		switch {
		case strings.HasPrefix(t, "analytics.") || t == "mart.look" || t == "mart.indicator":
			next = nil
			for _, m := range madeByRules {
				if from[m] != nil {
					next = append(next, m)
				}
			}
		case strings.HasPrefix(t, "raw."):
			if c := contracts[strings.TrimPrefix(t, "raw.")]; c != nil {
				next = []string{"source." + c.Source}
			}
		}
		for _, n := range next {
			// The ledger of loads stands behind everything and says nothing about where a figure comes from.
			if n == "raw.load" || strings.HasPrefix(n, "ops.") {
				continue
			}
			edges[t] = append(edges[t], n)
			visit(n)
		}
	}
	for _, r := range roots {
		visit(r)
	}
	slices.Sort(order)
	files, err := q.Snapshot.SourceFiles(q.R.Context())
	if err != nil {
		return err
	}
	sources, tables := 0, 0
	for _, t := range order {
		name, isSource := strings.CutPrefix(t, "source.")
		if !isSource {
			tables++
			v.Steps = append(v.Steps, lineageStep{tidy(t), tidied(edges[t])})
			continue
		}
		sources++
		f := lineageFiles{Source: words.SourceName(name, "")}
		for _, one := range files {
			if one.Source == name {
				f.Files, f.Total = append(f.Files, one), one.Total
			}
		}
		v.Files = append(v.Files, f)
	}
	what := v.Table
	if strings.HasPrefix(roots[0], "figure.") {
		what = "The figure “" + v.Figure + "”"
	}
	v.Sentence = what + " rests on " + words.Spell(sources, "source") + ", through " + words.Spell(tables-1, "table") + "."
	v.Picture = draw(order, edges)
	return nil
}

func tidy(t string) string { return strings.Replace(t, "figure.", "figure ", 1) }

func tidied(all []string) []string {
	out := make([]string, len(all))
	for i, t := range all {
		if name, ok := strings.CutPrefix(t, "source."); ok {
			t = words.SourceName(name, "")
		}
		out[i] = tidy(t)
	}
	return out
}

// draw lays the tables out in a column for each layer; layers without a table take no room.
func draw(order []string, edges map[string][]string) *lineagePicture {
	p := &lineagePicture{}
	at := map[string][2]int{}
	column := 0
	for _, c := range lineageColumns {
		row := 0
		for _, t := range order {
			layer, name, _ := strings.Cut(t, ".")
			if layer != c.layer {
				continue
			}
			x, y := column*columnStep, headRoom+row*rowStep
			at[t] = [2]int{x, y}
			if c.layer == "source" {
				name = words.SourceName(name, "")
			}
			p.Boxes = append(p.Boxes, lineageBox{X: x, Y: y, W: boxWidth, TextX: x + 8, TextY: y + 17, Text: words.Clip(name, 24), Kind: c.layer})
			row++
			p.Height = max(p.Height, y+rowStep)
		}
		if row > 0 {
			p.Heads = append(p.Heads, lineageHead{column * columnStep, c.head})
			column++
		}
	}
	p.Width = max(column, 1)*columnStep - (columnStep - boxWidth)
	for _, t := range order {
		for _, n := range edges[t] {
			a, b := at[t], at[n]
			x1, x2 := a[0]+boxWidth, b[0]
			if a[0] == b[0] { // within a layer: around the outside
				x2 = b[0] + boxWidth
			} else if b[0] < a[0] {
				x1, x2 = a[0], b[0]+boxWidth
			}
			mid := (x1 + x2) / 2
			if x1 == x2 {
				mid = x1 + 14
			}
			p.Lines = append(p.Lines, lineageLine{x1, a[1] + boxHeight/2, x2, b[1] + boxHeight/2, mid})
		}
	}
	return p
}

// Traced says whether the lineage page can follow a figure.
func Traced(id string) bool { return figureQuestions[id] != nil }
