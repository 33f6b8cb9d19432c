package chart

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// ratingLanes is how many locations' ratings are drawn; the rest are in the table.
const ratingLanes = 6

func (k Clock) lanes() []lane {
	var out []lane
	add := func(l lane) {
		if len(l.series) > 0 {
			out = append(out, l)
		}
	}
	add(k.levelLane())
	add(k.weekly("concerns", "Concerns a week", Concerns, func(w read.Week) *int64 { return &w.Concerns }, 72))
	add(bandLane("Concerns", Concerns, k.Story.Band, 104))
	add(k.weekly("enquiries", "Section 42 enquiries a week", Enquiries, func(w read.Week) *int64 { return &w.Enquiries }, 44))
	add(k.weekly("complaints", "Complaints a week", Complaints, func(w read.Week) *int64 { return &w.Complaints }, 44))
	add(bandLane("Complaints", Complaints, k.Story.ComplaintBand, 72))
	add(k.incidentLane())
	add(bandLane("Incidents", Incidents, k.Story.IncidentBand, 72))
	out = append(out, k.ratingLanes()...)
	out = append(out, k.managerLanes()...)
	add(k.roomLane())
	add(k.moneyLane())
	add(k.companyLane())
	add(k.visitLane())
	add(k.caseLane())
	return out
}

func (k Clock) levelLane() lane {
	var list []block
	for i, w := range k.Story.Levels {
		level := int(min(max(w.Level, 0), 3))
		end := w.Week.AddDate(0, 0, 7)
		if n := len(list); n > 0 && i > 0 && k.Story.Levels[i-1].Level == w.Level {
			list[n-1].to = end
			continue
		}
		b := block{from: w.Week, to: end, label: words.Capital(k.LevelNames[level]), short: [4]string{"M", "P", "C", "F"}[level], colour: LevelColours[level], ink: LevelColours[level] + "-ink", hollow: level == 0}
		if level == 3 && k.FailureKind == "risk" {
			b.label, b.hollow = "Risk of "+k.LevelNames[3], true
		}
		list = append(list, b)
	}
	if len(list) == 0 {
		return lane{}
	}
	return lane{title: "Level", height: 24, top: 1, series: charts.MultiSeries{k.blocks("Level", list)}}
}

// weekly is a lane of weekly bars; a stream with nothing in it is still drawn, since silence is worth seeing. A week without a number has
// no bar.
func (k Clock) weekly(stream, title, colour string, of func(read.Week) *int64, height int) lane {
	if len(k.Story.Weeks) == 0 {
		return lane{}
	}
	var data []any
	top := int64(3)
	for _, w := range k.Story.Weeks {
		if v := of(w); v != nil {
			top = max(top, *v)
			data = append(data, point(w.Week.Format(iso), *v))
		}
	}
	if data == nil {
		return lane{}
	}
	return lane{title: title, height: height, top: float64(top), labels: true, silent: k.silence(stream), series: charts.MultiSeries{
		{Name: title, Type: "bar", Data: data, Color: colour, ItemStyle: &opts.ItemStyle{Color: colour}, BarMaxWidth: "7"}}}
}

// nice rounds a scale's end up to a number that reads well.
func nice(top float64) float64 {
	step := 1.0
	for top/step > 10 {
		step *= 5
	}
	return math.Ceil(top/step) * step
}

// initials shortens a rating to what its readers write in a margin: RI, I, G, O.
func initials(rating string) string {
	out := ""
	for _, w := range strings.Fields(rating) {
		out += strings.ToUpper(w[:1])
	}
	return out
}

// told finds the stream of incidents; nil where the snapshot tells of none.
func (k Clock) told() *read.Stream {
	for i, s := range k.Story.Streams {
		if s.Name == Told.ID && s.First != nil {
			return &k.Story.Streams[i]
		}
	}
	return nil
}

// counts says since when the scan hears what providers tell of themselves.
func (k Clock) counts(s *read.Stream) string {
	switch {
	case s == nil || s.CountsFrom == nil:
		return ""
	case s.CountsFrom.After(k.To):
		return "listened to only, until " + words.Date(*s.CountsFrom)
	}
	return "counting as evidence since " + words.Date(*s.CountsFrom)
}

// incidentLane is the incidents by week, with a stroke at the day since which they count as evidence.
func (k Clock) incidentLane() lane {
	s := k.told()
	if s == nil {
		return lane{}
	}
	title := "Incidents a week, as the provider told"
	if says := k.counts(s); says != "" {
		title += "; " + says
	}
	l := k.weekly("incidents", title, Incidents, func(w read.Week) *int64 { return w.Incidents }, 44)
	if len(l.series) == 0 || s.CountsFrom == nil || s.CountsFrom.Before(k.From) || s.CountsFrom.After(k.To) {
		return l
	}
	day := s.CountsFrom.Format(iso)
	l.series[0].Name = "Incidents"
	l.series = append(l.series, charts.SingleSeries{Name: "Begin to count", Type: "line", Symbol: "none", Data: []any{point(day, 0), point(day, l.top)},
		Color: Ink, LineStyle: &opts.LineStyle{Color: Ink, Width: 1.5, Type: "dashed"}})
	return l
}

// bandLane draws a stream's total of the window against the usual range.
func bandLane(stream, colour string, b []read.Band, height int) lane {
	if len(b) == 0 {
		return lane{}
	}
	var low, width, seen []any
	top := 3.0
	for _, p := range b {
		day := p.Week.Format(iso)
		if p.Observed != nil {
			seen = append(seen, point(day, *p.Observed))
			top = max(top, *p.Observed)
		}
		if p.Low != nil && p.High != nil {
			low, width = append(low, point(day, *p.Low)), append(width, point(day, *p.High-*p.Low))
			top = max(top, *p.High)
		}
	}
	least, most := b[0].Window, b[0].Window
	for _, p := range b {
		least, most = min(least, p.Window), max(most, p.Window)
	}
	title := fmt.Sprintf("%s in %s against the usual range", stream, words.Plural(int(most), "week"))
	if least < most {
		title = fmt.Sprintf("%s in the window that stands out most, %d to %s, against the usual range", stream, least, words.Plural(int(most), "week"))
	}
	if b[0].UnitName != "" {
		title += " · " + words.Clip(b[0].UnitName, 40)
	}
	invisible := &opts.LineStyle{Opacity: opts.Float(0)}
	return lane{title: title, height: height, top: nice(top), labels: true, series: charts.MultiSeries{
		{Name: "Usual, from", Type: "line", Stack: "usual " + stream, Data: low, Symbol: "none", Color: Band, LineStyle: invisible},
		{Name: "Usual range, width", Type: "line", Stack: "usual " + stream, Data: width, Symbol: "none", Color: Band, LineStyle: invisible, AreaStyle: &opts.AreaStyle{Color: Band, Opacity: opts.Float(1)}},
		{Name: "Observed", Type: "line", Data: seen, ShowSymbol: opts.Bool(false), Color: colour, LineStyle: &opts.LineStyle{Color: colour, Width: 2.5}},
	}}
}

func (k Clock) ratingLanes() []lane {
	byLocation := map[string][]read.Rating{}
	for _, r := range k.Story.Ratings {
		byLocation[r.Location] = append(byLocation[r.Location], r)
	}
	var out []lane
	for _, l := range k.Story.Locations {
		ratings := byLocation[l.ID]
		if len(ratings) == 0 || len(out) == ratingLanes {
			continue
		}
		var list []block
		for i, r := range ratings {
			end := k.To
			if i+1 < len(ratings) {
				end = ratings[i+1].RatedOn
			}
			list = append(list, block{from: r.RatedOn, to: end, label: r.Rating, short: initials(r.Rating), colour: RatingColour(r.Rating)})
		}
		title := "CQC rating"
		if len(k.Story.Locations) > 1 {
			title += " · " + words.Clip(l.Name, 48)
		}
		out = append(out, lane{title: title, height: 22, top: 1, series: charts.MultiSeries{k.blocks("Rating", list)}})
	}
	return out
}

// managerLanes draws a lane for each location that has been without a registered manager: the gap is the point.
func (k Clock) managerLanes() []lane {
	gaps := map[string][]read.ManagerGap{}
	var order []string
	for _, g := range k.Story.Managers {
		if len(gaps[g.Location]) == 0 {
			order = append(order, g.Location)
		}
		gaps[g.Location] = append(gaps[g.Location], g)
	}
	sort.Strings(order)
	var out []lane
	for _, id := range order {
		if len(out) == ratingLanes {
			break
		}
		var list []block
		from := k.From
		for _, g := range gaps[id] {
			list = append(list, block{from: from, to: g.AbsentFrom, label: "In post", colour: "token:chart-manager"})
			end := k.To
			if g.ReturnedOn != nil {
				end = *g.ReturnedOn
			}
			list = append(list, block{from: g.AbsentFrom, to: end, label: "No manager, " + words.Age(words.DaysBetween(g.AbsentFrom, end)), hollow: true})
			from = end
		}
		list = append(list, block{from: from, to: k.To, label: "In post", colour: "token:chart-manager"})
		title := "Registered manager"
		if len(k.Story.Locations) > 1 {
			title += " · " + words.Clip(gaps[id][0].Name, 44)
		}
		out = append(out, lane{title: title, height: 22, top: 1, series: charts.MultiSeries{k.blocks("Manager", list)}})
	}
	return out
}

// companyLane marks company events and the ends of contracts.
func (k Clock) companyLane() lane {
	var events, ends []any
	inside := func(t time.Time) bool { return !t.Before(k.From) && !t.After(k.To) }
	for _, e := range k.Story.Company {
		if inside(e.On) {
			events = append(events, opts.ScatterData{Name: words.Label(e.Type), Value: point(e.On.Format(iso), 0.5)})
		}
	}
	for _, c := range k.Story.Contracts {
		if c.EndsOn != nil && inside(*c.EndsOn) {
			ends = append(ends, opts.ScatterData{Name: "Contract ends: " + words.Clip(c.Title, 60), Value: point(c.EndsOn.Format(iso), 0.5)})
		}
	}
	if len(events)+len(ends) == 0 {
		return lane{}
	}
	label := &opts.Label{Show: opts.Bool(true), Position: "left", Color: Ink, FontSize: 11, Formatter: "fn:name"}
	return lane{title: "Company and contracts", height: 26, top: 1, series: charts.MultiSeries{
		{Name: "Company event", Type: "scatter", Symbol: "diamond", SymbolSize: 13, Data: events, Color: LevelColours[3], Label: label},
		{Name: "Contract ends", Type: "scatter", Symbol: "triangle", SymbolSize: 10, Data: ends, Color: Contracts},
	}}
}
