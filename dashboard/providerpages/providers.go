package providerpages

import (
	"html/template"

	"bellwether/casework/personal"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// providersView is the list of providers.
type providersView struct {
	Query    read.ProviderQuery
	Choices  map[string][]read.Choice
	Rows     []read.ProviderRow
	Lines    map[string]template.URL
	Pager    page.Pager
	Chips    []page.Chip
	Ignored  []string
	Sorts    []page.SortChoice
	Download string
	Limited  bool
	// Unmatched counts concerns, enquiries and complaints that are in no row.
	Unmatched int64
	Hidden    bool
	Columns   []column
	// Views are the reader's own lists; Asked is what this one asks, to be kept under a name.
	Views []personal.View
	Asked string
}

var providerSortNames = map[string]string{"level": "level, highest first", "name": "name", "beds": "beds, most first", "concerns": "concerns in 12 weeks, most first",
	"rating": "rating, lowest first", "moved": "latest move"}

// Query reads the filter of a list of providers from the address.
func Query(p *page.Params) read.ProviderQuery {
	return read.ProviderQuery{
		Text: p.Text("q", 100), Levels: p.Several("level", "0", "1", "2", "3"), Area: p.Text("area", 120), Kind: p.Text("kind", 40), Brand: p.Text("brand", 40),
		Rating: p.One("rating", "", "1", "2", "3", "4", "none"), Moved: p.Date("moved"), All: p.One("status", "", "all") == "all", Sort: p.One("sort", read.ProviderSorts...),
	}
}

// List lists the providers.
func List(q *page.Request) error {
	ctx := q.R.Context()
	p := q.Params()
	pq := Query(p)
	nth := p.Page()
	pq.Limit, pq.Offset = page.Size, (nth-1)*page.Size
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return err
	}
	v := providersView{Unmatched: q.Frame.UnmatchedIn(page.Events...), Query: pq, Limited: !scope.All(), Hidden: scope.None(), Lines: map[string]template.URL{}}
	var total int64
	if v.Rows, total, err = q.Snapshot.Providers(ctx, q.Frame, scope, pq); err != nil {
		return err
	}
	if v.Choices, err = q.Snapshot.Choices(ctx); err != nil {
		return err
	}
	var seen []string
	for _, r := range v.Rows {
		if r.Visible {
			seen = append(seen, r.ID)
		}
	}
	lines, err := q.Snapshot.Lines(ctx, q.Frame, seen)
	if err != nil {
		return err
	}
	for id, values := range lines {
		v.Lines[id] = chart.Bars(values)
	}
	v.Pager = q.Paging(total, nth, page.Size, len(v.Rows), "provider")
	v.Columns, _ = columnsOf(p)
	v.Asked = listQuery(q.R.URL.Query())
	if v.Views, err = q.Config.Personal.Views(ctx, q.Subject.UserID); err != nil {
		return err
	}
	v.Chips, v.Ignored = providerChips(q, pq, v.Choices), p.Ignored
	for _, s := range read.ProviderSorts {
		v.Sorts = append(v.Sorts, page.SortChoice{Value: s, Text: providerSortNames[s], Current: s == pq.Sort})
	}
	exports, err := q.ScopeOf(access.Export, access.ClassB, access.Provider)
	if err != nil {
		return err
	}
	byLevel := len(pq.Levels) > 0 || pq.Moved != ""
	if q.Config.Authorise(q.Subject, access.Export, access.Resource{Class: access.ClassA, Kind: access.Provider}).Allow && (!byLevel || !exports.None()) {
		v.Download = "/providers.csv"
		if q.R.URL.RawQuery != "" {
			v.Download += "?" + q.R.URL.Query().Encode()
		}
	}
	return q.Page("providers", "Providers", v)
}

func providerChips(q *page.Request, pq read.ProviderQuery, choices map[string][]read.Choice) []page.Chip {
	var out []page.Chip
	add := func(text, name, value string) {
		out = append(out, page.Chip{Text: text, Remove: q.Without(name, value)})
	}
	if pq.Text != "" {
		add("“"+pq.Text+"”", "q", q.R.URL.Query().Get("q"))
	}
	for _, l := range pq.Levels {
		add(words.Capital(q.Config.Words.Levels[l[0]-'0']), "level", l)
	}
	if pq.Area != "" {
		add(pq.Area, "area", pq.Area)
	}
	if pq.Kind != "" {
		add(words.Capital(words.Label(pq.Kind)), "kind", pq.Kind)
	}
	if pq.Brand != "" {
		name := pq.Brand
		for _, c := range choices["brand"] {
			if c.Value == pq.Brand {
				name = c.Label
			}
		}
		add(name, "brand", pq.Brand)
	}
	if pq.Rating != "" {
		add("Lowest rating: "+map[string]string{"1": "Inadequate", "2": "Requires improvement", "3": "Good", "4": "Outstanding", "none": "none"}[pq.Rating], "rating", pq.Rating)
	}
	if pq.Moved != "" {
		add("Moved since "+pq.Moved, "moved", pq.Moved)
	}
	if pq.All {
		add("With those that left the register", "status", "all")
	}
	return out
}

// CSV gives the register's facts to all who may take them away, and levels to those who may take those.
func CSV(q *page.Request) error {
	ctx := q.R.Context()
	p := q.Params()
	pq := Query(p)
	pq.Limit = page.MaxExport
	scope, err := q.ScopeOf(access.Export, access.ClassB, access.Provider)
	if err != nil {
		return err
	}
	if scope.None() && (len(pq.Levels) > 0 || pq.Moved != "") {
		// A filter by what may not be taken away would take it away.
		return page.Forbidden("This list is narrowed by level, which your role may see and not export. Take the level filter off to download the register's facts.")
	}
	list, total, err := q.Snapshot.Providers(ctx, q.Frame, scope, pq)
	if err == nil {
		err = page.WholeList(total)
	}
	if err != nil {
		return err
	}
	head := []string{"provider_id", "name", "status", "areas", "service_kinds", "locations", "beds", "brand_id", "brand_name", "lowest_rating", "level", "failure_kind", "level_since", "flags_open", "concerns_12w"}
	out := make([][]string, 0, len(list))
	for _, r := range list {
		row := []string{r.ID, r.Name, r.Status, r.Areas, r.Kinds, words.Decimal(float64(r.Locations), 0), page.Plain(r.Beds), r.BrandID, r.BrandName, r.Rating, "", "", "", "", ""}
		if r.Visible {
			row[10], row[11], row[12], row[13], row[14] = q.Config.Words.Levels[min(max(r.Level, 0), 3)], r.FailureKind, page.ISO(r.Since), page.Plain(&r.FlagsOpen), page.Plain(&r.Concerns12w)
		}
		out = append(out, row)
	}
	if cols, chosen := columnsOf(p); chosen {
		head, out = chosenColumns(q, cols, list)
	}
	return q.CSV("providers", head, out, list)
}
