package marketpages

import (
	"html/template"
	"slices"

	"bellwether/analytics/rules"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/measure"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// ranked is one home or provider with the interval in which its figure lies.
type ranked struct {
	read.FunnelPoint
	Ratio, Low, High string
	// Rests is what a provider's figure rests on.
	Rests string
	Span  template.URL
}

// whatGroup is a heading in the list of what can be compared, with what stands under it.
type whatGroup struct {
	Name string
	List []whatChoice
}

type whatChoice struct{ ID, Name string }

type trendsView struct {
	// What is the stream or the indicator that is shown, Whats all that can be chosen.
	What      string
	Whats     []whatGroup
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
	HasFunnel bool
	Unmatched int64 // in no bar and no funnel
	// Measure is the indicator that is shown, nil for a stream; Asked says what its figures are, Looks are they, NotCompared is why no
	// provider is compared by it, and Silent whose word is missing where nobody's value is known.
	Measure             *measure.Measure
	Asked               string
	Looks               []read.IndicatorPoint
	Peers               []read.IndicatorPeer
	NotCompared, Silent string
	IsRange             bool
}

var trendBy = map[string]string{"area": "area", "service": "kind of service", "size": "size", "brand": "brand"}

// Trends compares streams and indicators over time between parts of the market.
func Trends(q *page.Request) error {
	p := q.Params()
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return err
	}
	by := []string{"area", "service", "size"}
	if scope.All() {
		by = append(by, "brand")
	}
	ctx := q.R.Context()
	choices, err := q.Snapshot.Choices(ctx)
	if err != nil {
		return err
	}
	if len(choices["area"]) < 2 {
		// One area compares with nothing: begin with what differs.
		by[0], by[1] = by[1], by[0]
	}
	kept, err := q.Snapshot.IndicatorNames(ctx)
	if err != nil {
		return err
	}
	groups := whats(kept, scope.All())
	what := p.One(whatName(p), whatIDs(groups)...)
	v := trendsView{What: what, Whats: groups, Unmatched: q.Frame.UnmatchedIn(page.Events...), Choices: choices, ByBrand: scope.All(), NoHomes: scope.None(),
		Query: read.TrendQuery{Stream: what, By: p.One("by", by...), Area: p.Text("area", 120), Kind: p.Text("kind", 40)},
		Exact: q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassC, Kind: access.Count}).Allow}
	if m, ok := measure.Find(what); ok {
		err = indicatorTrends(q, &v, m, scope)
	} else {
		err = streamTrends(q, &v, scope)
	}
	if err != nil {
		return err
	}
	v.Ignored = append(v.Ignored, p.Ignored...)
	return q.Page("trends", "Trends", v)
}

// whatName is the parameter that says what is shown; addresses of before there were indicators call it stream.
func whatName(p *page.Params) string {
	if p.Values.Get("what") == "" && p.Values.Get("stream") != "" {
		return "stream"
	}
	return "what"
}

// whats lists what can be compared: the streams, then every indicator that the snapshot keeps, by the source that it comes from.
func whats(kept map[string]bool, brands bool) []whatGroup {
	streams := whatGroup{Name: "Records, for 100 beds a year"}
	for _, s := range chart.Streams {
		streams.List = append(streams.List, whatChoice{s.ID, s.Name})
	}
	out := []whatGroup{streams}
	at := map[string]int{}
	for _, m := range measure.All() {
		if !kept[m.ID] || m.Unit == rules.UnitBrand && !brands {
			continue
		}
		g := m.Group()
		if _, ok := at[g]; !ok {
			at[g] = len(out)
			out = append(out, whatGroup{Name: g})
		}
		out[at[g]].List = append(out[at[g]].List, whatChoice{m.ID, words.Clip(m.Name, 90)})
	}
	return out
}

func whatIDs(groups []whatGroup) []string {
	var ids []string
	for _, g := range groups {
		for _, c := range g.List {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// streamTrends fills in a stream of records.
func streamTrends(q *page.Request, v *trendsView, scope read.Scope) (err error) {
	ctx := q.R.Context()
	v.HasFunnel = v.Query.Stream != "enquiries"
	if v.Points, err = q.Snapshot.Trends(ctx, q.Frame, v.Query); err != nil {
		return err
	}
	for i := range v.Points {
		v.Points[i].True, v.Points[i].Branded = v.Exact, v.Query.By == "brand"
	}
	s := chart.Streams[slices.IndexFunc(chart.Streams, func(s chart.Stream) bool { return s.ID == v.Query.Stream })]
	v.Units = chart.Multiples(v.Points, s, v.Query.By, v.Exact)
	v.Lead = s.Name + " by " + trendBy[v.Query.By] + ", two years in steps of four weeks"
	if !v.HasFunnel || scope.None() {
		return nil
	}
	points, err := q.Snapshot.Funnel(ctx, scope, v.Query)
	if err != nil {
		return err
	}
	v.Funnel = chart.Funnel(points, s)
	for _, f := range points[:min(20, len(points))] {
		lo, hi := chart.Interval(f.Observed, f.Expected)
		ratio := f.Observed / f.Expected
		v.Ranked = append(v.Ranked, ranked{FunnelPoint: f, Ratio: words.Decimal(ratio, 2), Low: words.Decimal(lo, 2), High: words.Decimal(hi, 2), Span: chart.Span(lo, ratio, hi, 8)})
	}
	return nil
}

// indicatorTrends fills in an indicator.
func indicatorTrends(q *page.Request, v *trendsView, m measure.Measure, scope read.Scope) (err error) {
	ctx := q.R.Context()
	v.Measure = &m
	if m.Unit == rules.UnitBrand && v.Query.By != "brand" {
		v.Query.By = "brand"
		v.Ignored = append(v.Ignored, "this is a figure of groups of homes, which are compared by brand")
	}
	ask := read.IndicatorQuery{Indicator: m.ID, Unit: string(m.Unit), How: string(m.How), Yes: m.Yes, By: v.Query.By, Area: v.Query.Area, Kind: v.Query.Kind}
	if v.Looks, err = q.Snapshot.IndicatorPoints(ctx, q.Frame, ask); err != nil {
		return err
	}
	known := int64(0)
	for i := range v.Looks {
		known += v.Looks[i].Known
		v.Looks[i].True, v.Looks[i].Branded = v.Exact && !m.Public, v.Query.By == "brand" && !m.Public
	}
	v.Lead = m.Name + ", by " + trendBy[v.Query.By]
	if len(v.Looks) > 0 && known == 0 {
		v.Silent = m.Family.Title()
		v.Looks = nil
		return nil
	}
	v.Asked = m.Asked(v.Query.By)
	v.Units = chart.IndicatorMultiples(v.Looks, m, v.Query.By, v.Exact)
	ok, why := m.Compared()
	if v.HasFunnel, v.NotCompared = ok, why; !ok || scope.None() {
		return nil
	}
	peers, err := q.Snapshot.IndicatorPeers(ctx, q.Frame, scope, ask)
	if err != nil {
		return err
	}
	c, err := m.Compare(peers)
	if err != nil {
		return err
	}
	v.IsRange = !c.Funnel
	v.Funnel = chart.IndicatorFunnel(c, m)
	seen := c.Seen()
	low, high := 0.0, 1.0
	for _, p := range seen[:min(20, len(seen))] {
		low, high = min(low, p.From, p.At), max(high, p.To, p.At)
	}
	for _, p := range seen[:min(20, len(seen))] {
		v.Peers = append(v.Peers, p.IndicatorPeer)
		v.Ranked = append(v.Ranked, ranked{FunnelPoint: read.FunnelPoint{ProviderID: p.ProviderID, Name: p.Name, Area: p.Area}, Ratio: words.Decimal(p.At, 1), Low: words.Decimal(p.From, 1), High: words.Decimal(p.To, 1),
			Rests: chart.RestsOn(p, m), Span: chart.SpanFrom(low, c.Centre, p.From, p.At, p.To, high)})
	}
	return nil
}
