package chart

import (
	"math"

	"github.com/go-echarts/go-echarts/v2/charts"
	"github.com/go-echarts/go-echarts/v2/opts"

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
