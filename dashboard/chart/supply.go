package chart

import (
	"fmt"
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/class"
	"bellwether/dashboard/link"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// homes says whether a kind of service has beds.
func homes(kind string) bool { return kind == "care_home" || kind == "care_home_nursing" }

// PlaceName is a place's name on screen.
func PlaceName(place string) string {
	if place == "" {
		return "Not known"
	}
	return place
}

// Rooms draws the registered care-home beds of each place by what was last said of them: taken, free, free in a home that takes nobody, and
// not told.
func Rooms(cells []read.CapacityCell) Figure {
	f := Figure{ID: "rooms", Class: class.A, Caveat: "What homes last said of themselves, each on its own day. A free bed is not an offer: staff, need and price may forbid it. Registered beds need not all be in use.",
		Table: Table{Caption: "Care-home beds by place", Head: []Head{{Text: "Place"}, {"Registered", true}, {"Taken", true}, {"Free", true}, {"Free, but closed to admissions", true}, {"Not told or not in use", true}}}}
	type sums struct{ beds, taken, free, shut int64 }
	by, order := map[string]*sums{}, []string{}
	var all sums
	for _, c := range cells {
		if !homes(c.Kind) {
			continue
		}
		s := by[c.Place]
		if s == nil {
			s = &sums{}
			by[c.Place] = s
			order = append(order, c.Place)
		}
		for _, to := range []*sums{s, &all} {
			to.beds, to.taken, to.free, to.shut = to.beds+c.Beds, to.taken+c.Occupied, to.free+c.Vacancies-c.VacanciesShut, to.shut+c.VacanciesShut
		}
	}
	if all.beds == 0 {
		f.Title, f.Summary = "No beds yet", "No care home with registered beds has been loaded."
		return f
	}
	if all.taken+all.free+all.shut == 0 {
		f.Title = fmt.Sprintf("%s beds are registered; nobody has said how many are free", words.Int(all.beds))
	} else {
		f.Title = fmt.Sprintf("%s of %s registered beds are free to take; %s are free in homes closed to admissions", words.Int(all.free), words.Int(all.beds), words.Int(all.shut))
	}
	f.Subtitle = "Registered care-home beds by what homes last reported"
	f.Summary = fmt.Sprintf("Of %s registered beds %s are reported taken, %s free, %s free in homes that take nobody now; of %s nothing is told.",
		words.Int(all.beds), words.Int(all.taken), words.Int(all.free), words.Int(all.shut), words.Int(max(0, all.beds-all.taken-all.free-all.shut)))
	var names []string
	var data [4][]int64
	for i, place := range order {
		s := by[place]
		untold := max(0, s.beds-s.taken-s.free-s.shut)
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(PlaceName(place)), Num(words.Int(s.beds)).To(link.Records("locations", "area", place)), Num(words.Int(s.taken)), Num(words.Int(s.free)), Num(words.Int(s.shut)), Num(words.Int(untold))})
		if i < 24 {
			names = append(names, PlaceName(place))
			for j, v := range [4]int64{s.taken, s.free, s.shut, untold} {
				data[j] = append(data[j], v)
			}
		}
	}
	c := plot()
	c.Tooltip.AxisPointer = &opts.AxisPointer{Type: "shadow"}
	c.XAxisList[0] = opts.XAxis{Type: "value", Min: 0, MinInterval: 1, AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"}, SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: Grid}}}
	c.YAxisList[0] = opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: names, AxisLabel: &opts.AxisLabel{Color: Ink, Width: 160, Overflow: "truncate"}}
	for i, s := range []struct{ name, colour string }{{"Taken", Concerns}, {"Free", Enquiries}, {"Free, but closed to admissions", LevelColours[1]}, {"Not told or not in use", "token:chart-untold"}} {
		c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{Name: s.name, Type: "bar", Stack: "beds", Data: data[i], Color: s.colour, BarMaxWidth: "26", ItemStyle: &opts.ItemStyle{Color: s.colour, BorderColor: "token:chart-paper", BorderWidth: 1}})
	}
	f.Height = max(180, 20*((80+len(names)*30+19)/20))
	f.Option = render(c, &finisher{decal: true})
	return f
}

// Openings draws what opened and what closed month by month: openings upwards, closures downwards, on one scale.
func Openings(months []read.OpeningMonth) Figure {
	f := Figure{ID: "openings", Class: class.A, Height: 220, Caveat: "By the register's dates. A new registration of the same home under another owner is neither an opening nor a closure here.",
		Table: Table{Caption: "Registrations that began and ended, by month", Head: []Head{{Text: "Month"}, {"Opened", true}, {"Closed", true}, {"Beds gained or lost", true}}}}
	var opened, closed, beds int64
	var up, down []int64
	var names []string
	for i, m := range months {
		if i >= len(months)-12 {
			opened, closed, beds = opened+m.Opened, closed+m.Closed, beds+m.Beds
		}
		names, up, down = append(names, m.Month.Format("Jan 06")), append(up, m.Opened), append(down, -m.Closed)
	}
	for i := len(months) - 1; i >= 0; i-- {
		m := months[i]
		from, to := m.Month.Format(iso), m.Month.AddDate(0, 1, -1).Format(iso)
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(m.Month.Format("January 2006")), Num(words.Int(m.Opened)).To(link.Records("openings", "from", from, "to", to)), Num(words.Int(m.Closed)).To(link.Records("closures", "from", from, "to", to)), Num(signed(m.Beds))})
	}
	if len(months) == 0 {
		f.Title, f.Summary = "No registration yet", "No register has been loaded."
		return f
	}
	f.Title = fmt.Sprintf("%s opened and %s closed in twelve months, %s beds in all", words.Capital(words.Spell(int(opened), "location")), words.SpellNumber(int(closed)), signed(beds))
	f.Subtitle = "Registrations that began, upwards, and ended, downwards, by month"
	f.Summary = fmt.Sprintf("In the last twelve months %s and %s, with %s beds gained or lost on balance.", verb(int(opened), "location opened", "locations opened"), verb(int(closed), "closed", "closed"), signed(beds))
	c := plot()
	c.Tooltip.AxisPointer = &opts.AxisPointer{Type: "shadow"}
	c.XAxisList[0], c.YAxisList[0] = categoryAxis(), valueAxis("")
	c.YAxisList[0].Min = nil
	c.YAxisList[0].AxisLabel.Formatter = "fn:abs"
	c.SetXAxis(names)
	c.MultiSeries = charts.MultiSeries{{Name: "Opened", Type: "bar", Stack: "s", Data: up, Color: Enquiries, BarMaxWidth: "16", ItemStyle: &opts.ItemStyle{Color: Enquiries}}, {Name: "Closed", Type: "bar", Stack: "s", Data: down, Color: Complaints, BarMaxWidth: "16", ItemStyle: &opts.ItemStyle{Color: Complaints}}}
	f.Option = render(c, &finisher{decal: true})
	return f
}

// signed writes a change with its sign.
func signed(n int64) string {
	switch {
	case n > 0:
		return "+" + words.Int(n)
	case n < 0:
		return "−" + words.Int(-n)
	}
	return "0"
}

// Movement draws how providers moved between levels in a quarter. Those that stood and stand at market management are only named: drawn,
// they would be all that is seen.
func Movement(flows []read.LevelFlow, names [4]string) Figure {
	f := Figure{ID: "movement-quarter", Class: class.B, Caveat: "Levels as they were proposed at each week's end. A provider that went up and came down again within the quarter shows no move.",
		Table: Table{Caption: "Providers by their level 13 weeks ago and now", Head: []Head{{Text: "13 weeks ago"}, {Text: "Now"}, {"Providers", true}}}}
	var up, down, stayed, quiet int64
	var nodes []opts.SankeyNode
	var links []opts.SankeyLink
	seen := map[string]bool{}
	add := func(level int64, past bool) string {
		name, depth := names[level]+" now", 1
		if past {
			name, depth = names[level]+" then", 0
		}
		name = words.Capital(name)
		if !seen[name] {
			seen[name] = true
			nodes = append(nodes, opts.SankeyNode{Name: name, Depth: &depth, ItemStyle: &opts.ItemStyle{Color: LevelColours[level]}})
		}
		return name
	}
	for _, fl := range flows {
		from, to := min(max(fl.From, 0), 3), min(max(fl.To, 0), 3)
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Capital(names[from])), Txt(words.Capital(names[to])), Num(words.Int(fl.Providers)).To(link.With("/providers", "level", fmt.Sprint(to)))})
		switch {
		case to > from:
			up += fl.Providers
		case to < from:
			down += fl.Providers
		case to == 0:
			quiet += fl.Providers
			continue
		default:
			stayed += fl.Providers
		}
		links = append(links, opts.SankeyLink{Source: add(from, true), Target: add(to, false), Value: float32(fl.Providers)})
	}
	if up+down+stayed == 0 {
		f.Title, f.Summary = "No provider moved in 13 weeks", "No provider stood above "+names[0]+" then or stands above it now, or no level of 13 weeks ago is known."
		return f
	}
	f.Title = fmt.Sprintf("In 13 weeks %s up and %s down", verb(int(up), "went", "went"), words.SpellNumber(int(down)))
	f.Subtitle = fmt.Sprintf("Providers by level then and now; %s that stayed at %s are not drawn", words.Int(quiet), names[0])
	f.Summary = fmt.Sprintf("%s moved up, %s down, and %s where they were above %s.", words.Capital(words.Spell(int(up), "provider")), words.SpellNumber(int(down)), verb(int(stayed), "stayed", "stayed"), names[0])
	c := plot()
	c.Tooltip.Trigger, c.Tooltip.AxisPointer = "item", nil
	c.Legend.Show = opts.Bool(false)
	c.MultiSeries = charts.MultiSeries{{Name: "Providers", Type: "sankey", Data: nodes, Links: links, Left: "8", Right: "170", Top: "8", Bottom: "8",
		Label: &opts.Label{Show: opts.Bool(true), Color: Ink, FontSize: 13}, LineStyle: &opts.LineStyle{Color: "target", Opacity: opts.Float(0.38), Curveness: 0.5}}}
	f.Height = 20 * max(9, min(17, 4+2*len(seen)))
	f.Option = render(c, &finisher{free: true})
	return f
}

// Rated turns weekly counts into rates for 100 beds a year by periods of four weeks, the oldest first; days are the periods' ends. Without
// exact a count goes through the disclosure rule first, and a period whose count is hidden ends the series before it.
func Rated(weeks []read.MarketWeek, s Stream, exact bool) (rates []float64, from []int) {
	n := len(weeks) / 4
	for i := range n {
		start := len(weeks) - 4*(n-i)
		var events int64
		var exposure float64
		for _, w := range weeks[start : start+4] {
			events += s.Of(w)
			if w.Beds != nil {
				exposure += float64(*w.Beds)
			}
		}
		if !exact {
			var ok bool
			if events, ok = words.Round(events); !ok {
				rates, from = nil, nil
				continue
			}
		}
		r, ok := PerHundred(events, exposure)
		if !ok {
			rates, from = nil, nil
			continue
		}
		rates, from = append(rates, math.Round(r*100)/100), append(from, start)
	}
	return rates, from
}
