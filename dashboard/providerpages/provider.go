// Package providerpages is the room of the providers: their list and its kept views, each provider and location, several side by side, and what
// people wrote down of one.
package providerpages

import (
	"fmt"
	"strconv"
	"time"

	"bellwether/dashboard/casepages"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/flagpages"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

const timelineSize = 40

// providerView is one provider's page.
type providerView struct {
	// Unmatched counts the records of every feed that are in no provider's figures.
	Unmatched int64
	Provider  read.Provider
	Level     *read.ProviderLevel
	Signals   bool
	Why       []string
	Open      []read.FlagRow
	Waiting   []read.FlagRow
	Past      []read.FlagRow
	Story     read.Story
	Clock     chart.Figure
	Timeline  []read.Event
	Pager     page.Pager
	Feed      string
	Feeds     []feedLine
	Predecess string
	AsOf      time.Time
	Refused   string
	Weeks52   *read.Week
	Kinds     []string
	// Review is where each flag stands in the review queue; Folded are weaker flags, under the one that says them.
	Review map[string]queue.Standing
	Folded map[string][]read.FlagRow
	// Cases are those about the provider that the reader may know of; OpenCase leads to the form for a new one.
	Cases    []casepages.Row
	OpenCase string
	// Noted is how many notes people wrote down; MayRead and MayNote say what of them the reader may.
	Noted            int64
	MayRead, MayNote bool
	// Order is the reasons ranked, Usual each stream against the provider's own past.
	Order reasonsNote
	Usual usualView
	More  moreView
	// Since is what has changed since the reader last looked; nil where it isn't known.
	Since *sinceView
}

// firstFlags is how many open flags stand on the page before the clock; the rest open below them.
const firstFlags = 4

// First are the open flags that the page begins with, the strongest first.
func (v providerView) First() []read.FlagRow {
	if len(v.Open) == firstFlags+1 {
		return v.Open
	}
	return v.Open[:min(firstFlags, len(v.Open))]
}

// Rest are the open flags behind the first.
func (v providerView) Rest() []read.FlagRow { return v.Open[len(v.First()):] }

// feedLine is how a source has spoken of the provider, silence included.
type feedLine struct {
	Source, Name string
	Records      int64
	LastOn       *time.Time
	State        string
	Late         *int64
	Silent       bool
}

// Page is one provider: where it stands, why, and what is known of it.
func Page(q *page.Request) error {
	ctx, id := q.R.Context(), q.R.PathValue("id")
	p, ok, err := q.Snapshot.Provider(ctx, id)
	if err != nil {
		return err
	}
	d, err := q.May(access.View, access.ClassA, access.Provider, id)
	if err != nil {
		return err
	}
	if !ok || d.Hide {
		return page.ErrNotFound
	}
	if !d.Allow {
		return q.Refuse(d, id)
	}
	v := providerView{Provider: p, AsOf: q.Frame.Run.AsOf, Unmatched: q.Frame.UnmatchedIn()}
	if v.Story, err = q.Snapshot.Story(ctx, q.Frame, id); err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, l := range v.Story.Locations {
		if l.Predecessors != "" && v.Predecess == "" {
			v.Predecess = l.Predecessors
		}
		if l.Active() && l.Kind != "" && !seen[l.Kind] {
			seen[l.Kind] = true
			v.Kinds = append(v.Kinds, words.Label(l.Kind))
		}
	}
	if d, err = q.May(access.View, access.ClassB, access.Timeline, id); err != nil {
		return err
	}
	if !d.Allow {
		// Outside the reader's portfolio only what the register says is shown, and of contracts what notices publish.
		v.Refused = page.Why(d.Reason)
		st := v.Story
		v.Story = read.Story{Locations: st.Locations, Ratings: st.Ratings, Managers: st.Managers, Company: st.Company, Contracts: st.Contracts}
		if v.More, err = more(q, id, "", false, nil); err != nil {
			return err
		}
		k := clock(q, v.Story, nil)
		k.Spend = v.More.Spend
		v.Clock = chart.Lanes(k)
		return q.Page("provider", p.Name, v, page.To("Providers", "/providers"))
	}
	if err := signals(q, &v, id); err != nil {
		return err
	}
	return q.Page("provider", p.Name, v, page.To("Providers", "/providers"))
}

// signals fills in what identifies a provider to those who may know.
func signals(q *page.Request, v *providerView, id string) error {
	ctx := q.R.Context()
	v.Signals = true
	scope := read.Only([]string{id})
	flags, _, err := q.Snapshot.Flags(ctx, q.Frame, scope, read.FlagQuery{State: "all", Provider: id, Sort: "level", Limit: 200})
	if err != nil {
		return err
	}
	if v.Review, err = queue.Standings(ctx, q, id); err != nil {
		return err
	}
	flags, v.Folded = flagpages.Fold(flags)
	if v.Cases, v.OpenCase, err = casepages.Of(q, id, ""); err != nil {
		return err
	}
	if v.Noted, v.MayRead, v.MayNote, err = noted(q, id); err != nil {
		return err
	}
	if v.More, err = more(q, id, "", true, func(f read.FunnelPoint) bool { return f.ProviderID == id }); err != nil {
		return err
	}
	v.More.Decisions = decisionsOf(flags, v.Review)
	if v.More.Casework, err = caseActions(q, id); err != nil {
		return err
	}
	every := flags
	for _, f := range flags {
		switch f.State {
		case "open":
			v.Open = append(v.Open, f)
		case "waiting":
			v.Waiting = append(v.Waiting, f)
		default:
			v.Past = append(v.Past, f)
		}
	}
	if v.Order, err = reasons(q, id); err != nil {
		return err
	}
	if v.Usual, err = usual(q, id); err != nil {
		return err
	}
	level, ok, err := q.Snapshot.ProviderLevel(ctx, id)
	if err != nil {
		return err
	}
	if ok {
		v.Level = &level
		v.Why = whyLevel(q, level, v)
	}
	if v.Since, err = sinceLooked(q, id, level.Level, every); err != nil {
		return err
	}
	k := clock(q, v.Story, v.Open)
	k.FailureKind, k.Visits, k.Room, k.Cases, k.Spend = level.FailureKind, v.More.Visits, v.More.More.Room, casepages.Stretches(q, v.Cases), v.More.Spend
	v.Clock = chart.Lanes(k)
	rows, err := q.May(access.View, access.ClassC, access.Concern, id)
	if err != nil {
		return err
	}
	if rows.Allow {
		v.Clock.LinkWeeks(id, v.Story.Weeks)
	}
	export, err := q.May(access.Export, access.ClassB, access.Timeline, id)
	if err != nil {
		return err
	}
	if export.Allow {
		v.Clock.Download = "/providers/" + id + "/weeks.csv"
	}
	v.Weeks52 = lastYear(v.Story.Weeks)
	p := q.Params()
	nth := p.Page()
	v.Feed = p.Text("feed", 40)
	var total int64
	if v.Timeline, total, err = q.Snapshot.Timeline(ctx, id, "", v.Feed, timelineSize, (nth-1)*timelineSize); err != nil {
		return err
	}
	v.Pager = q.Paging(total, nth, timelineSize, len(v.Timeline), "event")
	v.Feeds = feedLines(q, v.Story.Feeds)
	return nil
}

// whyLevel says in sentences why a provider stands where it does.
func whyLevel(q *page.Request, l read.ProviderLevel, v *providerView) []string {
	names := q.Config.Words.Levels
	var out []string
	if l.Level == 0 {
		out = append(out, "No open flag places it above "+names[0]+".")
	} else if l.Since != nil {
		at := names[min(l.Level, 3)]
		if l.Level == 3 && l.FailureKind == "risk" {
			at = "risk of " + at
		}
		out = append(out, fmt.Sprintf("Proposed at %s since %s (%s). A named person decides.", at, words.Date(*l.Since), words.Age(words.DaysBetween(*l.Since, v.AsOf))))
	}
	if l.PreviousLevel != nil && l.MovedOn != nil && *l.PreviousLevel != l.Level {
		verb := "Moved up from "
		if *l.PreviousLevel > l.Level {
			verb = "Moved down from "
		}
		out = append(out, verb+names[min(max(*l.PreviousLevel, 0), 3)]+" on "+words.Date(*l.MovedOn)+".")
	}
	if n := len(v.Waiting); n > 0 {
		out = append(out, words.Capital(words.Spell(n, "more signal"))+" "+map[bool]string{true: "waits", false: "wait"}[n == 1]+" for a second source before counting.")
	}
	return out
}

func clock(q *page.Request, st read.Story, flags []read.FlagRow) chart.Clock {
	to := q.Frame.Run.AsOf
	known := map[string]time.Time{}
	for stream, name := range chart.StreamSources {
		for _, src := range q.Frame.Sources {
			if src.Name == name && src.DataTo != nil {
				known[stream] = *src.DataTo
			}
		}
	}
	return chart.Clock{Story: st, Flags: flags, From: to.AddDate(0, 0, -7*read.StoryWeeks), To: to, LevelNames: q.Config.Words.Levels, Known: known}
}

// feedLines puts every source beside what it has said, so that silence is seen.
func feedLines(q *page.Request, feeds []read.Feed) []feedLine {
	spoke := map[string]read.Feed{}
	for _, f := range feeds {
		spoke[f.Name] = f
	}
	var out []feedLine
	for _, s := range q.Frame.Sources {
		f, ok := spoke[s.Name]
		out = append(out, feedLine{Source: s.Name, Name: words.SourceName(s.Name, s.Title), Records: f.Records, LastOn: f.LastOn, State: s.State, Late: s.LateDays, Silent: !ok})
	}
	return out
}

func lastYear(weeks []read.Week) *read.Week {
	if len(weeks) == 0 {
		return nil
	}
	var sum read.Week
	for _, w := range words.Last(weeks, 52) {
		sum.Concerns += w.Concerns
		sum.Unknown += w.Unknown
		sum.Raised += w.Raised
		sum.Others += w.Others
		sum.Resident += w.Resident
		sum.Enquiries += w.Enquiries
		sum.Complaints += w.Complaints
		sum.Upheld += w.Upheld
	}
	sum.Week = weeks[len(weeks)-1].Week
	return &sum
}

// WeeksCSV is a provider's weekly counts as a file.
func WeeksCSV(q *page.Request) error {
	ctx, id := q.R.Context(), q.R.PathValue("id")
	d, err := q.May(access.Export, access.ClassB, access.Timeline, id)
	if err != nil {
		return err
	}
	_, ok, err := q.Snapshot.Provider(ctx, id)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.Refuse(d, id)
	}
	if !ok {
		return page.ErrNotFound
	}
	weeks, err := q.Snapshot.Weeks(ctx, q.Frame, id)
	if err != nil {
		return err
	}
	var out [][]string
	for _, w := range weeks {
		row := []string{w.Week.Format(time.DateOnly)}
		for _, n := range []int64{w.Concerns, w.Unknown, w.Raised, w.Others, w.Resident, w.Enquiries, w.Complaints, w.Upheld} {
			row = append(row, strconv.FormatInt(n, 10))
		}
		row = append(row, page.Plain(w.Incidents))
		out = append(out, row)
	}
	return q.CSV("provider_weeks", []string{"week", "concerns", "concerns_source_unknown", "concerns_raised_by_provider", "concerns_others_at_address", "concerns_resident_on_resident",
		"enquiries", "complaints", "complaints_upheld", "incidents"}, out, weeks)
}
