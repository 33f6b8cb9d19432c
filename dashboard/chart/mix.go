package chart

import (
	"fmt"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/class"
	"bellwether/dashboard/link"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// AgeBands are the bands of a rating's age, the newest first; the last holds those without a rating.
var AgeBands = []string{"Under 1 year", "1 to 2 years", "2 to 4 years", "Over 4 years", "Never rated"}

// Ratings draws how many locations hold each rating, by how old the rating is.
func Ratings(ages []read.RatingAge) Figure {
	f := Figure{ID: "ratings", Class: class.A, Height: 300, Download: "/market/ratings.csv",
		Caveat: "A rating says what an inspection found on its day. An old rating is old news, not bad news.",
		Table:  Table{Caption: "Registered locations by rating and age of rating", Head: []Head{{Text: "Age of rating"}}}}
	for _, r := range RatingOrder {
		f.Table.Head = append(f.Table.Head, Head{r, true})
	}
	var counts [5][5]int64
	var total, old, belowGood int64
	for _, a := range ages {
		r := ratingIndex(a.Rating)
		band := int(min(max(a.Band, 0), 4))
		counts[band][r] += a.Locations
		total += a.Locations
		if band == 3 {
			old += a.Locations
		}
		if r == 2 || r == 3 {
			belowGood += a.Locations
		}
	}
	if total == 0 {
		f.Title, f.Summary = "No ratings yet", "No registered location has been loaded."
		return f
	}
	f.Title = fmt.Sprintf("%s of locations are below Good; %s of ratings are over four years old", words.Percent(belowGood, total), words.Percent(old, total))
	f.Subtitle = "Registered social-care locations by the age of their overall rating"
	f.Summary = fmt.Sprintf("Of %s registered locations, %s are rated Requires improvement or Inadequate, %s hold a rating over four years old and %s have none.",
		words.Int(total), words.Int(belowGood), words.Int(old), words.Int(sum(counts[4][:])))
	c := plot()
	c.XAxisList[0] = opts.XAxis{Type: "value", Min: 0, MinInterval: 1, AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"},
		SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: Grid}}}
	c.YAxisList[0] = opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: AgeBands, AxisLabel: &opts.AxisLabel{Color: Ink}}
	c.Tooltip.AxisPointer = &opts.AxisPointer{Type: "shadow"}
	for i, rating := range RatingOrder {
		var data []int64
		for band := range AgeBands {
			data = append(data, counts[band][i])
		}
		c.MultiSeries = append(c.MultiSeries, charts.SingleSeries{Name: rating, Type: "bar", Stack: "ratings", Data: data, Color: RatingColour(rating), BarMaxWidth: "28",
			ItemStyle: &opts.ItemStyle{Color: RatingColour(rating), BorderColor: "token:chart-paper", BorderWidth: 1}})
	}
	f.Option = render(c, &finisher{decal: true})
	for band, name := range AgeBands {
		row := []Cell{Txt(name)}
		for i := range RatingOrder {
			row = append(row, Num(words.Int(counts[band][i])).To(ratingLink(i)))
		}
		f.Table.Rows = append(f.Table.Rows, row)
	}
	return f
}

func ratingLink(i int) string {
	return link.Records("locations", "rating", [...]string{"4", "3", "2", "1", "none"}[i])
}

func ratingIndex(name string) int {
	for i, r := range RatingOrder {
		if r == name {
			return i
		}
	}
	return 4
}

func sum(values []int64) (total int64) {
	for _, v := range values {
		total += v
	}
	return total
}

// ContractEnds draws the care contracts that end in each month of the year ahead.
func ContractEnds(months []read.ContractMonth) Figure {
	f := Figure{ID: "contracts", Class: class.A, Height: 240, Download: "/records/contracts?format=csv",
		Caveat: "Only contracts in the loaded notices and registers. Spot purchases and extensions agreed by letter are not among them.",
		Table:  Table{Caption: "Care contracts ending, by month", Head: []Head{{Text: "Month"}, {"Contracts", true}, {"Value a year", true}, {"Without a value", true}}}}
	var contracts, soon int64
	var value float64
	for _, m := range months {
		contracts, soon, value = contracts+m.Contracts, soon+m.Within90Days, value+m.AnnualValue
	}
	if contracts == 0 {
		f.Title, f.Summary = "No contract ends in the year ahead", "No loaded care contract ends in the next twelve months."
		return f
	}
	f.Title = fmt.Sprintf("%s end in the year ahead, %s of them within 90 days", words.Plural(int(contracts), "care contract"), words.Int(soon))
	f.Subtitle = "Contracts by the month in which they end"
	f.Summary = fmt.Sprintf("%s end in the next twelve months, together worth %s a year where a value is known; %s end within 90 days.",
		words.Plural(int(contracts), "care contract"), words.Money(value), words.Int(soon))
	c := plot()
	axis := categoryAxis()
	c.XAxisList[0], c.YAxisList[0] = axis, valueAxis("")
	c.Legend.Show = opts.Bool(false)
	c.GridList[0].Top = "28"
	var names []string
	var data []int64
	for _, m := range months {
		names, data = append(names, m.Month.Format("Jan 06")), append(data, m.Contracts)
		from, to := m.Month.Format(iso), m.Month.AddDate(0, 1, -1).Format(iso)
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(m.Month.Format("January 2006")), Num(words.Int(m.Contracts)).To(link.Records("contracts", "from", from, "to", to)),
			Num(words.Money(m.AnnualValue)), Num(words.Int(m.Unvalued))})
	}
	c.SetXAxis(names)
	c.MultiSeries = charts.MultiSeries{{Name: "Contracts ending", Type: "bar", Data: data, Color: Contracts, ItemStyle: &opts.ItemStyle{Color: Contracts}, BarMaxWidth: "36",
		Label: &opts.Label{Show: opts.Bool(true), Position: "top", Color: Ink}}}
	f.Option = render(c, &finisher{})
	return f
}

// Groups draws who holds the beds: the largest brands, and providers without one.
func Groups(groups []read.Group) Figure {
	f := Figure{ID: "groups", Class: class.A, Height: 280, Caveat: "Beds are those registered, not those open or empty. A group is the brand that the register names; owners behind brands are not in it.",
		Table: Table{Caption: "The largest holders of beds", Head: []Head{{Text: "Group or provider"}, {"Locations", true}, {"Beds", true}, {"Share of beds", true}}}}
	if len(groups) == 0 {
		f.Title, f.Summary = "No beds yet", "No location with registered beds has been loaded."
		return f
	}
	var held int64
	c := plot()
	c.Legend.Show = opts.Bool(false)
	c.GridList[0].Top, c.GridList[0].Right = "8", "48"
	c.XAxisList[0] = opts.XAxis{Type: "value", Min: 0, AxisLabel: &opts.AxisLabel{Color: Muted, Formatter: "fn:int"}, SplitLine: &opts.SplitLine{Show: opts.Bool(true), LineStyle: &opts.LineStyle{Color: Grid}}}
	var names []string
	var data []int64
	for _, g := range groups {
		held += g.Beds
		names, data = append(names, g.Name), append(data, g.Beds)
		to := link.Provider(g.ID)
		if g.IsBrand {
			to = link.With("/providers", "brand", g.ID)
		}
		f.Table.Rows = append(f.Table.Rows, []Cell{Txt(g.Name).To(to), Num(words.Int(g.Locations)), Num(words.Int(g.Beds)), Num(words.Percent(g.Beds, g.BedsAll))})
	}
	c.YAxisList[0] = opts.YAxis{Type: "category", Inverse: opts.Bool(true), Data: names, AxisLabel: &opts.AxisLabel{Color: Ink, Width: 200, Overflow: "truncate"}}
	all := groups[0].BedsAll
	f.Title = fmt.Sprintf("The largest %s hold %s of registered beds", words.Spell(len(groups), "group"), words.Percent(held, all))
	f.Subtitle = "Registered beds by brand, or by provider where it has none"
	f.Summary = fmt.Sprintf("%s holds the most, %s of %s registered beds (%s).", groups[0].Name, words.Int(groups[0].Beds), words.Int(all), words.Percent(groups[0].Beds, all))
	c.MultiSeries = charts.MultiSeries{{Name: "Beds", Type: "bar", Data: data, Color: Concerns, ItemStyle: &opts.ItemStyle{Color: Concerns}, BarMaxWidth: "20",
		Label: &opts.Label{Show: opts.Bool(true), Position: "right", Color: Ink}}}
	f.Option = render(c, &finisher{})
	return f
}
