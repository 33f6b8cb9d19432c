package chart

import (
	"fmt"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/class"
	"bellwether/dashboard/link"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

const iso = time.DateOnly

// Levels draws how many providers stood above market management, week by week, by level. names are the three levels' words.
func Levels(weeks []read.LevelWeek, names [3]string) Figure {
	f := Figure{ID: "levels", Class: class.B, Height: 300, Download: "/market/levels.csv",
		Table: Table{Caption: "Providers above market management, by week", Head: []Head{{Text: "Week of"}, {names[0], true}, {names[1], true}, {names[2], true}}}}
	f.Caveat = "A level is proposed from what the sources said by that week. A quiet week may be a source that was late."
	if len(weeks) == 0 {
		f.Title = "No levels yet"
		f.Summary = "No run has placed a provider at a level yet."
		return f
	}
	first, last := weeks[0], weeks[len(weeks)-1]
	total := func(w read.LevelWeek) int64 { return w.PreConcern + w.Concern + w.Failure }
	f.Title = trendTitle("Providers above market management", total(first), total(last))
	f.Subtitle = fmt.Sprintf("Providers at each level at the end of each week, %s to %s", words.Date(first.Week), words.Date(last.Week))
	f.Summary = fmt.Sprintf("In the week of %s, %s at %s, %s at %s and %s at %s; %s in all, against %s in the week of %s.", words.Date(last.Week),
		words.Spell(int(last.PreConcern), "provider"), names[0], words.SpellNumber(int(last.Concern)), names[1], words.SpellNumber(int(last.Failure)), names[2],
		words.Int(total(last)), words.Int(total(first)), words.Date(first.Week))
	series := [3][]any{}
	for _, w := range weeks {
		day := w.Week.Format(iso)
		series[0] = append(series[0], point(day, w.PreConcern))
		series[1] = append(series[1], point(day, w.Concern))
		series[2] = append(series[2], point(day, w.Failure))
	}
	c := plot()
	c.XAxisList[0], c.YAxisList[0] = timeAxis(), valueAxis("")
	for i, data := range series {
		c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{Name: names[i], Type: "line", Stack: "levels", Step: "end", Data: data, ShowSymbol: opts.Bool(false),
			Color: LevelColours[i+1], LineStyle: &opts.LineStyle{Width: 1, Color: LevelColours[i+1]}, AreaStyle: &opts.AreaStyle{Color: LevelColours[i+1], Opacity: opts.Float(0.85)}})
	}
	f.Option = render(c, &finisher{decal: true})
	for i := len(weeks) - 1; i >= 0 && i >= len(weeks)-26; i-- {
		w := weeks[i]
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Date(w.Week)), Num(words.Int(w.PreConcern)), Num(words.Int(w.Concern)), Num(words.Int(w.Failure))})
	}
	f.Table.Caption += lastRows(len(weeks), 26)
	return f
}

func lastRows(n, shown int) string {
	if n <= shown {
		return ""
	}
	return fmt.Sprintf(" (the latest %d of %d; the download has all)", shown, n)
}

func trendTitle(what string, from, to int64) string {
	switch {
	case to > from:
		return fmt.Sprintf("%s: %s, up from %s", what, words.Int(to), words.Int(from))
	case to < from:
		return fmt.Sprintf("%s: %s, down from %s", what, words.Int(to), words.Int(from))
	default:
		return fmt.Sprintf("%s: %s, as before", what, words.Int(to))
	}
}

// Stream is one of the weekly streams of the market.
type Stream struct {
	// ID names the figure and the feed of its rows.
	ID, Name, Colour string
	Of               func(read.MarketWeek) int64
	Caveat           string
}

// Streams are the market's weekly streams. They are different units and are never added together.
var Streams = []Stream{
	{"concerns", "Concerns", Concerns, func(w read.MarketWeek) int64 { return w.Concerns },
		"Only concerns where a provider, its staff or its service is the recorded source of risk. A rise can be a change in recording."},
	{"enquiries", "Section 42 enquiries", Enquiries, func(w read.MarketWeek) int64 { return w.Enquiries },
		"Enquiries come from concerns: the two are never added. The share that converts differs between councils and over time."},
	{"complaints", "Complaints", Complaints, func(w read.MarketWeek) int64 { return w.Complaints },
		"Counted by the week received. A late log shows as a fall."},
}

// Told is the stream of what providers tell of themselves. It is no stream of the market: how much is told differs between them.
var Told = Stream{ID: "incidents", Name: "Incidents told by the provider", Colour: Incidents,
	Caveat: "Providers report incidents themselves: few can be few, or few told, and a rise can be more open reporting."}

// Weekly draws one stream's counts by week, with the mean of four weeks over them. Without exact, counts go through the disclosure rule
// and the mean, from which they could be worked out, is left out.
func Weekly(weeks []read.MarketWeek, s Stream, exact bool) Figure {
	return WeeklyTold(weeks, len(weeks), s, exact)
}

// WeeklyTold is [Weekly] where only the first told weeks are known, because the source is late: the rest of the axis stays empty.
func WeeklyTold(all []read.MarketWeek, told int, s Stream, exact bool) Figure {
	weeks := all[:told]
	f := Figure{ID: s.ID, Class: counted(exact), Height: 220, Download: "/market/weeks.csv", Caveat: s.Caveat,
		Table: Table{Caption: s.Name + " by week", Head: []Head{{Text: "Week of"}, {s.Name, true}}}}
	if len(weeks) == 0 {
		f.Title, f.Summary = s.Name+": no data yet", "No week of "+s.Name+" has been loaded."
		return f
	}
	say := words.Int
	if !exact {
		say = words.Disclosed
		f.Caveat += " Counts under 5 are hidden (" + words.Hidden + ") and others rounded to 5."
	}
	values := make([]int64, len(weeks))
	for i, w := range weeks {
		values[i] = s.Of(w)
	}
	latest, before := tail(values, 4, 0), tail(values, 4, 4)
	last := weeks[len(weeks)-1].Week
	f.Title = fmt.Sprintf("%s in 4 weeks: %s, after %s in the 4 before", s.Name, say(latest), say(before))
	if told < len(all) {
		f.Title = fmt.Sprintf("%s: nothing known since %s", s.Name, words.Date(last.AddDate(0, 0, 6)))
	}
	f.Subtitle = fmt.Sprintf("%s a week, %s to %s", s.Name, words.Date(weeks[0].Week), words.Date(last))
	low, high := extremes(values)
	f.Summary = fmt.Sprintf("%s %s in the four weeks to %s, %s in the four before. A week has held between %s and %s over %s.",
		say(latest), words.Noun(int(latest), noun(s.Name)), words.Date(last.AddDate(0, 0, 6)), say(before), say(low), say(high), words.Plural(len(weeks), "week"))
	var bars, line []any
	for i, w := range weeks {
		day := w.Week.Format(iso)
		if exact {
			bars = append(bars, point(day, values[i]))
			if i >= 3 {
				line = append(line, point(day, float64(tail(values[:i+1], 4, 0))/4))
			}
		} else if rounded, ok := words.Round(values[i]); ok {
			bars = append(bars, point(day, rounded))
		}
	}
	c := plot()
	c.XAxisList[0], c.YAxisList[0] = timeAxis(), valueAxis("")
	c.XAxisList[0].Min, c.XAxisList[0].Max = weeks[0].Week.Format(iso), all[len(all)-1].Week.Format(iso)
	c.Legend.Show = opts.Bool(false)
	c.GridList[0].Top = "12"
	c.MultiSeries = charts.MultiSeries{{Name: s.Name, Type: "bar", Data: bars, Color: s.Colour, ItemStyle: &opts.ItemStyle{Color: s.Colour, Opacity: opts.Float(0.6)}, BarMaxWidth: "10"}}
	if exact {
		f.Subtitle += "; the line is the mean of four weeks"
		c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{Name: "Mean of 4 weeks", Type: "line", Data: line, ShowSymbol: opts.Bool(false), Color: Ink, LineStyle: &opts.LineStyle{Color: Ink, Width: 2}})
	}
	f.Option = render(c, &finisher{})
	for i := len(weeks) - 1; i >= 0 && i >= len(weeks)-26; i-- {
		day := weeks[i].Week.Format(iso)
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(words.Date(weeks[i].Week)), Num(say(values[i])).To(link.Records(s.ID, "from", day, "to", day))})
	}
	f.Table.Caption += lastRows(len(weeks), 26)
	return f
}

// counted is the class of counts of people: true ones are for those who may know them.
func counted(exact bool) class.Class {
	if exact {
		return class.C
	}
	return class.A
}

// noun gives a stream's unit in the form that [words.Plural] takes.
func noun(name string) string {
	switch name {
	case "Section 42 enquiries":
		return "section 42 enquiry|section 42 enquiries"
	case "Complaints":
		return "complaint"
	default:
		return "concern"
	}
}

// tail sums n values that end skip before the last.
func tail(values []int64, n, skip int) (sum int64) {
	end := len(values) - skip
	for i := max(0, end-n); i < end; i++ {
		sum += values[i]
	}
	return sum
}

func extremes(values []int64) (low, high int64) {
	low, high = values[0], values[0]
	for _, v := range values {
		low, high = min(low, v), max(high, v)
	}
	return low, high
}
