package dashboard

import (
	"html/template"

	"bellwether/dashboard/chart"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// ranked is one home with the interval in which its ratio lies.
type ranked struct {
	read.FunnelPoint
	Ratio, Low, High string
	Span             template.URL
}

type trendsView struct {
	Query     read.TrendQuery
	Choices   map[string][]read.Choice
	Lead      string
	Units     []chart.Figure
	Points    []read.TrendPoint
	Funnel    chart.Figure
	Ranked    []ranked
	Ignored   []string
	Exact     bool
	NoHomes   bool
	ByBrand   bool
	Streams   []chart.Stream
	HasFunnel bool
	Unmatched int64 // in no bar and no funnel
}

var trendBy = map[string]string{"area": "area", "service": "kind of service", "size": "size", "brand": "brand"}

func trendsPage(q *request) error {
	p := q.params()
	scope, err := q.scope(access.Provider)
	if err != nil {
		return err
	}
	by := []string{"area", "service", "size"}
	if scope.All() {
		by = append(by, "brand")
	}
	ctx := q.r.Context()
	choices, err := q.snap.Choices(ctx)
	if err != nil {
		return err
	}
	if len(choices["area"]) < 2 {
		// One area compares with nothing: begin with what differs.
		by[0], by[1] = by[1], by[0]
	}
	tq := read.TrendQuery{Stream: p.one("stream", "concerns", "enquiries", "complaints"), By: p.one("by", by...), Area: p.text("area", 120), Kind: p.text("kind", 40)}
	v := trendsView{Unmatched: q.frame.UnmatchedIn(events...), Query: tq, Choices: choices, ByBrand: scope.All(), NoHomes: scope.None(), Streams: chart.Streams, HasFunnel: tq.Stream != "enquiries",
		Exact: q.s.cfg.Authorise(q.sub, access.View, access.Resource{Class: access.ClassC, Kind: access.Count}).Allow}
	if v.Points, err = q.snap.Trends(ctx, q.frame, tq); err != nil {
		return err
	}
	for i := range v.Points {
		v.Points[i].True, v.Points[i].Branded = v.Exact, tq.By == "brand"
	}
	s := chart.Streams[0]
	for _, other := range chart.Streams {
		if other.ID == tq.Stream {
			s = other
		}
	}
	v.Units = chart.Multiples(v.Points, s, v.Exact)
	if v.HasFunnel && !scope.None() {
		points, err := q.snap.Funnel(ctx, scope, tq)
		if err != nil {
			return err
		}
		v.Funnel = chart.Funnel(points, s)
		for _, f := range points[:min(20, len(points))] {
			lo, hi := chart.Interval(f.Observed, f.Expected)
			ratio := f.Observed / f.Expected
			v.Ranked = append(v.Ranked, ranked{f, words.Decimal(ratio, 2), words.Decimal(lo, 2), words.Decimal(hi, 2), chart.Span(lo, ratio, hi, 8)})
		}
	}
	v.Ignored = p.Ignored
	v.Lead = s.Name + " by " + trendBy[tq.By] + ", two years in steps of four weeks"
	return q.page("trends", "Trends", v)
}
