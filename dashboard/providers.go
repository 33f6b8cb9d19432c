package dashboard

import (
	"html/template"

	"bellwether/casework/personal"
	"bellwether/dashboard/chart"
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
	Pager    pager
	Chips    []chip
	Ignored  []string
	Sorts    []sortChoice
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

func (q *request) providerQuery(p *params) read.ProviderQuery {
	return read.ProviderQuery{
		Text: p.text("q", 100), Levels: p.several("level", "0", "1", "2", "3"), Area: p.text("area", 120), Kind: p.text("kind", 40), Brand: p.text("brand", 40),
		Rating: p.one("rating", "", "1", "2", "3", "4", "none"), Moved: p.date("moved"), All: p.one("status", "", "all") == "all", Sort: p.one("sort", read.ProviderSorts...),
	}
}

func providersPage(q *request) error {
	ctx := q.r.Context()
	p := q.params()
	pq := q.providerQuery(p)
	nth := p.page()
	pq.Limit, pq.Offset = pageSize, (nth-1)*pageSize
	scope, err := q.scope(access.Provider)
	if err != nil {
		return err
	}
	v := providersView{Unmatched: q.frame.UnmatchedIn(events...), Query: pq, Limited: !scope.All(), Hidden: scope.None(), Lines: map[string]template.URL{}}
	var total int64
	if v.Rows, total, err = q.snap.Providers(ctx, q.frame, scope, pq); err != nil {
		return err
	}
	if v.Choices, err = q.snap.Choices(ctx); err != nil {
		return err
	}
	var seen []string
	for _, r := range v.Rows {
		if r.Visible {
			seen = append(seen, r.ID)
		}
	}
	lines, err := q.snap.Lines(ctx, q.frame, seen)
	if err != nil {
		return err
	}
	for id, values := range lines {
		v.Lines[id] = chart.Bars(values)
	}
	v.Pager = q.paging(total, nth, pageSize, len(v.Rows), "provider")
	v.Columns, _ = columnsOf(p)
	v.Asked = listQuery(q.r.URL.Query())
	if v.Views, err = q.cfg.Personal.Views(ctx, q.sub.UserID); err != nil {
		return err
	}
	v.Chips, v.Ignored = q.providerChips(pq, v.Choices), p.Ignored
	for _, s := range read.ProviderSorts {
		v.Sorts = append(v.Sorts, sortChoice{s, providerSortNames[s], s == pq.Sort})
	}
	exports, err := q.scopeOf(access.Export, access.ClassB, access.Provider)
	if err != nil {
		return err
	}
	byLevel := len(pq.Levels) > 0 || pq.Moved != ""
	if q.cfg.Authorise(q.sub, access.Export, access.Resource{Class: access.ClassA, Kind: access.Provider}).Allow && (!byLevel || !exports.None()) {
		v.Download = "/providers.csv"
		if q.r.URL.RawQuery != "" {
			v.Download += "?" + q.r.URL.Query().Encode()
		}
	}
	return q.page("providers", "Providers", v)
}

func (q *request) providerChips(pq read.ProviderQuery, choices map[string][]read.Choice) []chip {
	var out []chip
	add := func(text, name, value string) { out = append(out, chip{text, q.without(name, value)}) }
	if pq.Text != "" {
		add("“"+pq.Text+"”", "q", q.r.URL.Query().Get("q"))
	}
	for _, l := range pq.Levels {
		add(words.Capital(q.cfg.Words.Levels[l[0]-'0']), "level", l)
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

// providersCSV gives the register's facts to all who may take them away, and levels to those who may take those.
func providersCSV(q *request) error {
	ctx := q.r.Context()
	p := q.params()
	pq := q.providerQuery(p)
	pq.Limit = maxExport
	scope, err := q.scopeOf(access.Export, access.ClassB, access.Provider)
	if err != nil {
		return err
	}
	if scope.None() && (len(pq.Levels) > 0 || pq.Moved != "") {
		// A filter by what may not be taken away would take it away.
		return forbidden("This list is narrowed by level, which your role may see and not export. Take the level filter off to download the register's facts.")
	}
	list, total, err := q.snap.Providers(ctx, q.frame, scope, pq)
	if err == nil {
		err = wholeList(total)
	}
	if err != nil {
		return err
	}
	head := []string{"provider_id", "name", "status", "areas", "service_kinds", "locations", "beds", "brand_id", "brand_name", "lowest_rating", "level", "failure_kind", "level_since", "flags_open", "concerns_12w"}
	out := make([][]string, 0, len(list))
	for _, r := range list {
		row := []string{r.ID, r.Name, r.Status, r.Areas, r.Kinds, words.Decimal(float64(r.Locations), 0), plain(r.Beds), r.BrandID, r.BrandName, r.Rating, "", "", "", "", ""}
		if r.Visible {
			row[10], row[11], row[12], row[13], row[14] = q.cfg.Words.Levels[min(max(r.Level, 0), 3)], r.FailureKind, isoOf(r.Since), plain(&r.FlagsOpen), plain(&r.Concerns12w)
		}
		out = append(out, row)
	}
	if cols, chosen := columnsOf(p); chosen {
		head, out = q.chosenColumns(cols, list)
	}
	return q.csv("providers", head, out, list)
}
