package chart

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

// roomLane is the share of reported beds that are taken, month by month. Its foot is named in the title, because it isn't nought.
func (k Clock) roomLane() lane {
	var data []any
	low := 100.0
	for _, m := range k.Room {
		if m.Beds == 0 {
			continue
		}
		share := 100 * float64(m.Occupied) / float64(m.Beds)
		low = min(low, share)
		day := m.Month.AddDate(0, 1, -1)
		data = append(data, point(k.clamp(day), round(share, 1)))
	}
	if len(data) == 0 {
		return lane{}
	}
	foot := math.Floor(min(low, 99)/50) * 50
	return lane{title: "Beds taken, per cent", height: 44, low: foot, top: 100, labels: true, series: charts.MultiSeries{
		{Name: "Beds taken, per cent", Type: "line", Data: data, Symbol: "circle", SymbolSize: 4, Color: Concerns, LineStyle: &opts.LineStyle{Color: Concerns, Width: 2}}}}
}

// visitLane marks quality visits with what they found.
func (k Clock) visitLane() lane {
	var visits []any
	for _, v := range k.Visits {
		if v.On.Before(k.From) || v.On.After(k.To) {
			continue
		}
		name := "Visit"
		if v.Type != "" {
			name = words.Capital(words.Label(v.Type)) + " visit"
		}
		if v.Overall != "" {
			name += ": " + words.Label(v.Overall)
		}
		visits = append(visits, opts.ScatterData{Name: name, Value: point(v.On.Format(iso), 0.5)})
	}
	if len(visits) == 0 {
		return lane{}
	}
	return lane{title: "Quality visits", height: 26, top: 1, series: charts.MultiSeries{
		{Name: "Quality visit", Type: "scatter", Symbol: "pin", SymbolSize: 18, Data: visits, Color: Enquiries, Label: &opts.Label{Show: opts.Bool(true), Position: "left", Color: Ink, FontSize: 11, Formatter: "fn:name"}}}}
}

// caseLane draws the stages through which the provider's cases went.
func (k Clock) caseLane() lane {
	var list []block
	for _, s := range k.Cases {
		list = append(list, block{from: s.From, to: s.To, label: words.Clip(s.Name, 40), colour: "token:chart-manager"})
	}
	if len(list) == 0 {
		return lane{}
	}
	return lane{title: "Cases", height: 24, top: 1, series: charts.MultiSeries{k.blocks("Case", list)}}
}

// moneyLane sets what public bodies published as paid in each month beside what the published contracts in force are worth a month, both in
// thousands of pounds: a contract that ends or is handed back, and payments that fall, are seen beside what went on in the homes. A month
// without a published file has no bar, and the title says which months were published.
func (k Clock) moneyLane() lane {
	paid, first, last, top := k.paid()
	worth, most := k.worth()
	top = max(top, most)
	title := "Money a month, thousand pounds"
	switch {
	case len(paid) == 0 && len(worth) == 0:
		return lane{}
	case len(paid) == 0:
		title += ": contracts in force; no published payment is known"
	case first.Equal(last):
		title += ": paid, as published for " + first.Format("Jan 2006")
	default:
		title += fmt.Sprintf(": paid, as published for %s to %s", first.Format("Jan 2006"), last.Format("Jan 2006"))
	}
	var series charts.MultiSeries
	if len(paid) > 0 {
		series = append(series, charts.SingleSeries{Name: "Paid a month, thousand pounds", Type: "line", Data: paid, Symbol: "none", Color: Contracts, LineStyle: &opts.LineStyle{Color: Contracts, Width: 1},
			AreaStyle: &opts.AreaStyle{Color: Contracts, Opacity: opts.Float(0.75)}})
	}
	if len(worth) > 0 {
		if len(paid) > 0 {
			title += "; the line is the value of contracts in force"
		}
		series = append(series, charts.SingleSeries{Name: "Contracts in force, thousand pounds a month", Type: "line", Data: worth, Symbol: "none", Color: Ink, LineStyle: &opts.LineStyle{Color: Ink, Width: 1.5}})
	}
	return lane{title: title, height: 56, top: nice(top), labels: true, series: series}
}

// paid is the payments in thousands, each month as a block of its own width: bars would stretch the axis by half the gap between them, and
// the lane would leave the clock.
func (k Clock) paid() (data []any, first, last time.Time, top float64) {
	by := map[time.Time]float64{}
	var months []time.Time
	for _, m := range k.Spend {
		if m.Month.AddDate(0, 1, 0).Before(k.From) || m.Month.After(k.To) {
			continue
		}
		if _, had := by[m.Month]; !had {
			months = append(months, m.Month)
		}
		by[m.Month] += m.Amount
	}
	slices.SortFunc(months, time.Time.Compare)
	for _, m := range months {
		v := round(by[m]/1000, 1)
		data = append(data, point(k.clamp(m), v), point(k.clamp(m.AddDate(0, 1, -1)), v), point(k.clamp(m.AddDate(0, 1, -1)), nil))
		top = max(top, by[m]/1000)
	}
	if len(months) > 0 {
		first, last = months[0], months[len(months)-1]
	}
	return data, first, last, top
}

// monthly is what a contract is worth a month; 0 where neither its yearly value nor its whole value and both its days are published.
func monthly(c read.Contract) float64 {
	switch {
	case c.AnnualValue != nil:
		return *c.AnnualValue / 12
	case c.Value != nil && c.StartsOn != nil && c.EndsOn != nil && c.EndsOn.After(*c.StartsOn):
		return *c.Value / (c.EndsOn.Sub(*c.StartsOn).Hours() / 24 / 30.44)
	}
	return 0
}

// worth is the value of the contracts in force, in thousands a month, as steps; none where no contract says both its value and its days.
func (k Clock) worth() (data []any, top float64) {
	change := map[string]float64{}
	for _, c := range k.Story.Contracts {
		v := monthly(c) / 1000
		if v <= 0 || c.StartsOn == nil || c.EndsOn == nil || !c.EndsOn.After(k.From) || c.StartsOn.After(k.To) {
			continue
		}
		change[k.clamp(*c.StartsOn)] += v
		if !c.EndsOn.After(k.To) {
			change[k.clamp(*c.EndsOn)] -= v
		}
	}
	if len(change) == 0 {
		return nil, 0
	}
	days := make([]string, 0, len(change))
	for d := range change {
		days = append(days, d)
	}
	slices.Sort(days)
	now := 0.0
	data = append(data, point(k.From.Format(iso), 0))
	for _, d := range days {
		data = append(data, point(d, round(now, 1)))
		now = math.Max(0, now+change[d])
		data = append(data, point(d, round(now, 1)))
		top = max(top, now)
	}
	return append(data, point(k.To.Format(iso), round(now, 1))), top
}
