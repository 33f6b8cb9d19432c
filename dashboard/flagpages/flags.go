// Package flagpages is the room of the flags: their list and each flag with the evidence behind it, what became of flags like it, and what the
// provider answered.
package flagpages

import (
	"html/template"
	"time"

	"bellwether/dashboard/casepages"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// flagsView is the list of flags.
type flagsView struct {
	Query    read.FlagQuery
	Groups   []flagGroup
	Choices  map[string][]read.FlagChoice
	Counts   map[string]int64
	Lines    map[string]template.URL
	Pager    page.Pager
	Chips    []page.Chip
	Ignored  []string
	Sorts    []page.SortChoice
	Download string
	Lead     string
	// Review is where each flag stands in the review queue.
	Review map[string]queue.Standing
	// Folded are the weaker flags that another flag of the list already says, by that flag.
	Folded map[string][]read.FlagRow
	// Load is the alert load, for readers of the whole market.
	Load *loadNote
}

// flagGroup is the flags of one level, in order.
type flagGroup struct {
	Level int64
	// Kind tells failure by an event from a risk of it.
	Kind string
	// ByLevel is false where the list is in another order and forms one group.
	ByLevel bool
	Rows    []read.FlagRow
}

var flagSortNames = map[string]string{"level": "level, highest first", "newest": "newest first", "oldest": "oldest first"}

var flagStateNames = [][2]string{{"open", "Open"}, {"waiting", "Waiting for a second source"}, {"cleared", "Cleared"}, {"all", "All"}}

// States are the settings of the state filter.
func (flagsView) States() [][2]string { return flagStateNames }

// Query reads the filter of a list of flags from the address.
func Query(p *page.Params) read.FlagQuery {
	return read.FlagQuery{State: p.One("state", "open", "waiting", "cleared", "all"), Levels: p.Several("level", "0", "1", "2", "3"), Rule: p.Text("rule", 80),
		Source: p.Text("source", 40), Area: p.Text("area", 120), Provider: p.Text("provider", 40), Sort: p.One("sort", read.FlagSorts...)}
}

// List lists the flags that the reader may see.
func List(q *page.Request) error {
	ctx := q.R.Context()
	scope, err := q.Scope(access.Flag)
	if err != nil {
		return err
	}
	p := q.Params()
	fq := Query(p)
	nth := p.Page()
	fq.Limit, fq.Offset = page.Size, (nth-1)*page.Size
	list, total, err := q.Snapshot.Flags(ctx, q.Frame, scope, fq)
	if err != nil {
		return err
	}
	v := flagsView{Query: fq, Lines: map[string]template.URL{}, Counts: map[string]int64{}, Ignored: p.Ignored}
	if len(list) > 0 {
		if v.Review, err = queue.Standings(ctx, q, providersOf(list)...); err != nil {
			return err
		}
	}
	var alone []read.FlagRow
	alone, v.Folded = Fold(list)
	if v.Choices, err = q.Snapshot.FlagChoices(ctx, scope); err != nil {
		return err
	}
	for _, c := range v.Choices["state"] {
		v.Counts[c.Value] = c.Flags
		v.Counts["all"] += c.Flags
	}
	for _, f := range alone {
		kind := f.FailureKind
		if f.Level < 3 {
			kind = ""
		}
		if n := len(v.Groups); n == 0 || (fq.Sort == "level" && (v.Groups[n-1].Level != f.Level || v.Groups[n-1].Kind != kind)) {
			v.Groups = append(v.Groups, flagGroup{Level: f.Level, Kind: kind, ByLevel: fq.Sort == "level"})
		}
		last := &v.Groups[len(v.Groups)-1]
		last.Rows = append(last.Rows, f)
	}
	lines, err := q.Snapshot.Lines(ctx, q.Frame, providersOf(alone))
	if err != nil {
		return err
	}
	for id, values := range lines {
		v.Lines[id] = chart.Bars(values)
	}
	v.Pager = q.Paging(total, nth, page.Size, len(list), "flag")
	v.Chips = flagChips(q, fq, v.Choices)
	for _, s := range read.FlagSorts {
		v.Sorts = append(v.Sorts, page.SortChoice{Value: s, Text: flagSortNames[s], Current: s == fq.Sort})
	}
	v.Lead = flagsLead(q, v)
	if v.Load, err = alertLoad(q, scope); err != nil {
		return err
	}
	exports, err := q.ScopeOf(access.Export, access.ClassB, access.Flag)
	if err != nil {
		return err
	}
	if !exports.None() {
		v.Download = "/flags.csv"
		if q.R.URL.RawQuery != "" {
			v.Download += "?" + q.R.URL.Query().Encode()
		}
	}
	return q.Page("flags", "Flagged providers", v)
}

// providersOf names the providers of flags once each, in the order in which they come.
func providersOf(list []read.FlagRow) (ids []string) {
	seen := map[string]bool{}
	for _, f := range list {
		if !seen[f.ProviderID] {
			seen[f.ProviderID] = true
			ids = append(ids, f.ProviderID)
		}
	}
	return ids
}

// Fold puts the flags that a stronger one on the same list covers under it.
func Fold(list []read.FlagRow) (alone []read.FlagRow, under map[string][]read.FlagRow) {
	here := map[string]bool{}
	for _, f := range list {
		here[f.ID] = true
	}
	under = map[string][]read.FlagRow{}
	for _, f := range list {
		if f.CoveredBy != "" && here[f.CoveredBy] {
			under[f.CoveredBy] = append(under[f.CoveredBy], f)
			continue
		}
		alone = append(alone, f)
	}
	return alone, under
}

// flagsLead says in one line what there is to look at.
func flagsLead(q *page.Request, v flagsView) string {
	var parts []string
	levels := v.Choices["level"]
	var risk int64
	for _, c := range v.Choices["risk"] {
		risk += c.Flags
	}
	for i := len(levels) - 1; i >= 0; i-- {
		l := levels[i]
		if len(l.Value) != 1 || l.Value[0] < '0' || l.Value[0] > '3' {
			continue
		}
		n := l.Flags
		if l.Value == "3" {
			n -= risk
		}
		if n > 0 {
			parts = append(parts, words.SpellNumber(int(n))+" at "+q.Config.Words.Levels[l.Value[0]-'0'])
		}
		if l.Value == "3" && risk > 0 {
			parts = append(parts, words.SpellNumber(int(risk))+" at risk of "+q.Config.Words.Levels[3])
		}
	}
	lead := words.Capital(words.Spell(int(v.Counts["open"]), "flag")) + " " + map[bool]string{true: "is", false: "are"}[v.Counts["open"] == 1] + " open"
	if len(parts) > 0 {
		lead += ": " + words.List(parts)
	}
	lead += "."
	if n := v.Counts["waiting"]; n > 0 {
		lead += " " + words.Capital(words.Spell(int(n), "signal")) + " " + map[bool]string{true: "waits", false: "wait"}[n == 1] + " for a second source."
	}
	return lead
}

func flagChips(q *page.Request, fq read.FlagQuery, choices map[string][]read.FlagChoice) []page.Chip {
	var out []page.Chip
	add := func(text, name, value string) {
		out = append(out, page.Chip{Text: text, Remove: q.Without(name, value)})
	}
	for _, l := range fq.Levels {
		add(words.Capital(q.Config.Words.Levels[l[0]-'0']), "level", l)
	}
	if fq.Rule != "" {
		name := fq.Rule
		for _, c := range choices["rule"] {
			if c.Value == fq.Rule {
				name = c.Label
			}
		}
		add("Rule: "+name, "rule", fq.Rule)
	}
	if fq.Source != "" {
		add("Evidence: "+words.Label(fq.Source), "source", fq.Source)
	}
	if fq.Area != "" {
		add(fq.Area, "area", fq.Area)
	}
	if fq.Provider != "" {
		add("Provider "+fq.Provider, "provider", fq.Provider)
	}
	return out
}

// CSV is the list of flags as a file.
func CSV(q *page.Request) error {
	scope, err := q.ScopeOf(access.Export, access.ClassB, access.Flag)
	if err != nil {
		return err
	}
	fq := Query(q.Params())
	fq.Limit = page.MaxExport
	list, total, err := q.Snapshot.Flags(q.R.Context(), q.Frame, scope, fq)
	if err == nil {
		err = page.WholeList(total)
	}
	if err != nil {
		return err
	}
	var out [][]string
	for _, f := range list {
		out = append(out, []string{f.ID, f.ProviderID, f.ProviderName, f.LocationID, f.LocationName, f.Area, q.Config.Words.Levels[min(max(f.Level, 0), 3)], f.FailureKind, f.RuleID, f.RuleTitle, f.Strength, f.Basis,
			f.Source, f.Sentence, page.PlainFloat(f.Observed), page.PlainFloat(f.Expected), page.ISO(f.OpenedOn), page.ISO(f.LastMetOn), page.ISO(f.ClearedOn), f.State, q.Snapshot.ID, q.Frame.Run.RuleSet + "@" + q.Frame.Run.RuleSetHash})
	}
	return q.CSV("flags", []string{"flag_id", "provider_id", "provider", "location_id", "location", "area", "level", "failure_kind", "rule_id", "rule", "strength", "basis", "evidence", "sentence", "observed", "expected",
		"opened_on", "last_met_on", "cleared_on", "state", "snapshot", "rule_set"}, out, list)
}

// View is one flag's evidence page: what a panel reads aloud.
type View struct {
	Flag     read.Flag
	Unusual  chart.Figure
	Behind   chart.Figure
	Evidence []read.Evidence
	More     int64
	Rows     bool
	RowsSay  string
	History  read.FlagHistory
	Before   flagsBefore
	AsOf     time.Time
	AgeDays  *int64
	Others   []read.FlagRow
	// Standing is where it stands in the review queue; nil if it isn't there, as while it waits for a second source.
	Standing *queue.Standing
	// Covers are the weaker flags that this one already says; CoveredBy is the stronger one that says this.
	Covers    []read.FlagRow
	CoveredBy *read.FlagRow
	OpenCase  string
	// Replies are what the provider said to what is held against it.
	Replies []providerReply
}

// Find reads a flag for a reader who may see it: whose it is is asked first, so that a refusal is recorded as one.
func Find(q *page.Request, id string) (f read.Flag, err error) {
	provider, ok, err := q.Snapshot.FlagOwner(q.R.Context(), id)
	if err != nil {
		return f, err
	}
	if !ok {
		return f, page.ErrNotFound
	}
	d, err := q.May(access.View, access.ClassB, access.Flag, provider)
	switch {
	case err != nil:
		return f, err
	case d.Hide:
		return f, page.ErrNotFound
	case !d.Allow:
		return f, q.Refuse(d, id)
	}
	f, ok, err = q.Snapshot.Flag(q.R.Context(), id)
	if err == nil && !ok {
		err = page.ErrNotFound
	}
	return f, err
}

// Page is one flag: what it says, its evidence, and where it stands in review.
func Page(q *page.Request) error {
	ctx, id := q.R.Context(), q.R.PathValue("id")
	f, err := Find(q, id)
	if err != nil {
		return err
	}
	scope, err := q.Scope(access.Flag)
	if err != nil {
		return err
	}
	v := View{Flag: f, AsOf: q.Frame.Run.AsOf, Unusual: chart.Unusual(f)}
	if f.OpenedOn != nil {
		days := int64(words.DaysBetween(*f.OpenedOn, v.AsOf))
		v.AgeDays = &days
	}
	weeks, err := q.Snapshot.FlagWeeks(ctx, q.Frame, f)
	if err != nil {
		return err
	}
	v.Behind = chart.Behind(weeks, f)
	if v.History, err = q.Snapshot.History(ctx, scope, f); err != nil {
		return err
	}
	if v.Before, err = before(q, f); err != nil {
		return err
	}
	if err := Evidence(q, &v); err != nil {
		return err
	}
	others, _, err := q.Snapshot.Flags(ctx, q.Frame, read.Only([]string{f.ProviderID}), read.FlagQuery{State: "all", Provider: f.ProviderID, Sort: "level", Limit: 50})
	if err != nil {
		return err
	}
	for _, o := range others {
		switch {
		case o.CoveredBy == f.ID && o.State == "open":
			v.Covers = append(v.Covers, o)
		case f.CoveredBy != "" && o.ID == f.CoveredBy:
			v.CoveredBy = &o
		case o.ID != f.ID && o.State != "cleared":
			v.Others = append(v.Others, o)
		}
	}
	stands, err := queue.Standings(ctx, q, f.ProviderID)
	if err != nil {
		return err
	}
	if s, ok := stands[f.ID]; ok {
		v.Standing = &s
	}
	if _, v.OpenCase, err = casepages.Of(q, f.ProviderID, f.ID); err != nil {
		return err
	}
	if v.Replies, err = repliesOf(ctx, q, f.ProviderID); err != nil {
		return err
	}
	return q.Page("flag", f.RuleTitle, v, page.To("Flagged providers", "/flags"), page.To(f.ProviderName, link.Provider(f.ProviderID)))
}

// personFeeds are the feeds whose rows are about people; their references lead to a person's record and are kept from those who may
// not see one. The dated sentences, which hold nothing personal, are not.
var personFeeds = map[string]access.Kind{"safeguarding_concerns": access.Concern, "safeguarding_enquiries": access.Enquiry, "complaints": access.Person}

// Evidence adds the rows behind a flag, those about people only for who may see them.
func Evidence(q *page.Request, v *View) error {
	all, err := q.Snapshot.Evidence(q.R.Context(), v.Flag.ID)
	if err != nil {
		return err
	}
	v.Rows = true
	allowed := map[access.Kind]bool{}
	for i := range all {
		kind, person := personFeeds[all[i].Feed]
		if !person {
			continue
		}
		ok, asked := allowed[kind]
		if !asked {
			d, err := q.May(access.View, access.ClassC, kind, v.Flag.ProviderID)
			if err != nil {
				return err
			}
			ok = d.Allow
			allowed[kind] = ok
			if !ok {
				v.Rows, v.RowsSay = false, "Rows about people are shown to those with a part in the case."
			}
		}
		if !ok {
			all[i].RecordID, all[i].File, all[i].Row = "", "", nil
		}
	}
	v.Evidence = all
	if len(all) > 0 {
		v.More = all[0].Total - int64(len(all))
	}
	return nil
}
