// Package marketpages is the room of the whole market: its state and its supply side, trends between its parts, and the map.
package marketpages

import (
	"fmt"
	"time"

	"bellwether/dashboard/chart"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// marketView is the market page.
type marketView struct {
	Empty     bool
	Headline  string
	Sentences []string
	Tiles     []page.Tile
	Data      read.Market
	Levels    chart.Figure
	Weekly    []chart.Figure
	Ratings   chart.Figure
	Contracts chart.Figure
	Groups    chart.Figure
	Movement  chart.Figure
	Rates     []chart.Figure
	Supply    supplyView
	// Exact says that counts are as counted; Limited that levels are those of a part of the providers.
	Exact, Limited, NoLevels bool
	// Contingency says that the reader may ask what happens if a provider stopped.
	Contingency bool
}

// Page is the state of the market.
func (k *Market) Page(q *page.Request) error {
	if q.Frame.Empty || q.Frame.Week.IsZero() {
		return q.Page("market", "Market", marketView{Empty: true})
	}
	ctx := q.R.Context()
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return err
	}
	m, err := q.Snapshot.Market(ctx, q.Frame, scope)
	if err != nil {
		return err
	}
	exact := q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassC, Kind: access.Count}).Allow
	for i := range m.Weeks {
		m.Weeks[i].True = exact
	}
	names := q.Config.Words.Levels
	v := marketView{Data: m, Exact: exact, Limited: !scope.All() && !scope.None(), NoLevels: scope.None(), Contingency: q.Opens("/contingency"),
		Ratings: chart.Ratings(m.Ratings), Contracts: chart.ContractEnds(m.Contracts), Groups: chart.Groups(m.Groups)}
	if !scope.None() {
		v.Levels = chart.Levels(m.LevelWeeks, [3]string{names[1], names[2], names[3]})
		v.Movement = chart.Movement(m.Flows, names)
	}
	rows := q.Config.Authorise(q.Subject, access.View, access.Resource{Class: access.ClassC, Kind: access.Concern}).Allow
	for _, s := range chart.Streams {
		f := chart.WeeklyTold(m.Weeks, len(told(m.Weeks, q.Frame.Sources, s)), s, exact)
		if !rows {
			f.Unlink()
		}
		v.Weekly = append(v.Weekly, f)
	}
	v.Rates = ratesOf(m.Weeks, q.Frame.Sources, exact, rows)
	var supply read.Supply
	if v.Supply, supply, err = k.supply(q, m, exact); err != nil {
		return err
	}
	v.Headline, v.Sentences = marketSentences(q, m, scope, supply)
	v.Tiles = marketTiles(q, m, exact, rows, scope)
	for i := range chart.Streams {
		for j := range v.Tiles {
			if v.Tiles[j].Name == chart.Streams[i].Name+" in 4 weeks" {
				v.Tiles[j].Icon, v.Tiles[j].Says = v.Rates[i].Icon, v.Rates[i].IconSays
				if n := len(told(m.Weeks, q.Frame.Sources, chart.Streams[i])); n > 0 && n < len(m.Weeks)-1 {
					v.Tiles[j].Change = "to " + words.Date(m.Weeks[n-1].Week.AddDate(0, 0, 6)) + "; later weeks are not known yet"
				}
			}
		}
	}
	v.Tiles = append(v.Tiles, supplyTiles(v.Supply, supply)...)
	return q.Page("market", "Market", v)
}

// marketSentences says the month in words: the first line answers, the rest prove.
func marketSentences(q *page.Request, m read.Market, scope read.Scope, supply read.Supply) (first string, rest []string) {
	names := q.Config.Words.Levels
	up, down := 0, 0
	for _, mv := range m.Moves {
		if mv.Up() {
			up++
		} else {
			down++
		}
	}
	switch {
	case scope.None():
		first = "The market as its registers and contracts show it."
	case up+down == 0:
		first = "No provider changed level in the last four weeks."
	case up == 0:
		first = words.Capital(words.Spell(down, "provider")) + " moved down in the last four weeks and none moved up."
	case down == 0:
		first = words.Capital(words.Spell(up, "provider")) + " moved up in the last four weeks and none moved down."
	default:
		first = words.Capital(words.Spell(up, "provider")) + " moved up in the last four weeks and " + words.SpellNumber(down) + " moved down."
	}
	var parts []string
	var above, locations, beds, people int64
	for i := len(m.Levels) - 1; i > 0; i-- {
		l := m.Levels[i]
		if n := l.Providers - l.AtRisk; n > 0 {
			parts = append(parts, words.SpellNumber(int(n))+" at "+names[l.Level])
		}
		if l.AtRisk > 0 {
			parts = append(parts, words.SpellNumber(int(l.AtRisk))+" at risk of "+names[l.Level])
		}
		above, locations, beds, people = above+l.Providers, locations+l.Locations, beds+l.Beds, people+l.People
	}
	if above > 0 {
		verb := "stand"
		if above == 1 {
			verb = "stands"
		}
		rest = append(rest, fmt.Sprintf("%s %s above %s: %s. %s with %s registered %s theirs.", words.Capital(words.Spell(int(above), "provider")), verb, names[0], words.List(parts),
			words.Capital(words.Spell(int(locations), "location")), words.Plural(int(beds), "bed"), map[bool]string{true: "is", false: "are"}[locations == 1]))
	}
	if n := q.Frame.UnmatchedIn(page.Events...); n > 0 {
		rest = append(rest, fmt.Sprintf("%s of concerns, enquiries and complaints %s no provider: in the market's totals, and in no provider's.", words.Capital(words.Spell(int(n), "record")), map[bool]string{true: "matches", false: "match"}[n == 1]))
	}
	if above > 0 && people > 0 {
		rest = append(rest, fmt.Sprintf("%s on the councils' lists %s supported by them.%s", words.Capital(words.Spell(int(people), "person|people")), map[bool]string{true: "is", false: "are"}[people == 1], freeBeds(supply)))
	}
	for _, s := range q.Frame.Sources {
		if s.Late() && s.LateDays != nil && *s.LateDays > 0 {
			rest = append(rest, fmt.Sprintf("%s: %s late. Read a fall there as silence, not as improvement.", words.SourceName(s.Name, s.Title), words.Plural(int(*s.LateDays), "day")))
		}
	}
	return first, rest
}

func marketTiles(q *page.Request, m read.Market, exact, rows bool, scope read.Scope) []page.Tile {
	var out []page.Tile
	if !scope.None() {
		var now, before int64
		known := false
		for _, l := range m.Levels {
			if l.Level > 0 {
				now, before, known = now+l.Providers, before+l.Providers4w, known || l.Known4w
			}
		}
		var line []float64
		for _, w := range words.Last(m.LevelWeeks, 52) {
			line = append(line, float64(w.PreConcern+w.Concern+w.Failure))
		}
		t := page.Tile{Name: "Providers above " + q.Config.Words.Levels[0], Value: words.Int(now), Link: "/providers?level=1&level=2&level=3", Spark: chart.Spark(line), Change: "no earlier week to compare"}
		if known {
			t.Change = change(now-before, "4 weeks ago")
		}
		out = append(out, t)
	}
	for _, s := range chart.Streams {
		out = append(out, streamTile(told(m.Weeks, q.Frame.Sources, s), s, exact, rows))
	}
	if n := len(m.Weeks); n > 0 && m.Weeks[n-1].Beds != nil {
		last := m.Weeks[n-1]
		t := page.Tile{Name: "Registered beds", Value: words.Int(*last.Beds), Link: "/records/locations"}
		var line []float64
		for _, w := range words.Last(m.Weeks, 52) {
			if w.Beds != nil {
				line = append(line, float64(*w.Beds))
			}
		}
		t.Spark = chart.Spark(line)
		if n > 13 && m.Weeks[n-14].Beds != nil {
			t.Change = change(*last.Beds-*m.Weeks[n-14].Beds, "13 weeks ago")
		}
		out = append(out, t)
	}
	var soon int64
	for _, c := range m.Contracts {
		soon += c.Within90Days
	}
	asOf := q.Frame.Run.AsOf
	out = append(out, page.Tile{Name: "Care contracts ending within 90 days", Value: words.Int(soon), Change: "of those in loaded notices and registers",
		Link: link.Records("contracts", "from", asOf.Format(time.DateOnly), "to", asOf.AddDate(0, 0, 90).Format(time.DateOnly))})
	return out
}

func streamTile(weeks []read.MarketWeek, s chart.Stream, exact, rows bool) page.Tile {
	t := page.Tile{Name: s.Name + " in 4 weeks", Value: words.Unknown, Link: "#" + s.ID}
	n := len(weeks)
	if n < 4 {
		return t
	}
	var line []float64
	var now, before int64
	for i, w := range weeks {
		switch {
		case i >= n-4:
			now += s.Of(w)
		case i >= n-8:
			before += s.Of(w)
		}
	}
	if !exact {
		t.Value, t.Change = words.Disclosed(now), "after "+words.Disclosed(before)+" in the 4 before"
		return t
	}
	for _, w := range words.Last(weeks, 52) {
		line = append(line, float64(s.Of(w)))
	}
	t.Value, t.Change, t.Spark = words.Int(now), change(now-before, "in the 4 weeks before"), chart.Spark(line)
	if rows {
		t.Link = link.Records(s.ID, "from", weeks[n-4].Week.Format(time.DateOnly), "to", weeks[n-1].Week.Format(time.DateOnly))
	}
	return t
}

// change says a difference in words: no arrow, no colour, and no verdict on whether more is worse.
func change(diff int64, since string) string {
	switch {
	case diff > 0:
		return words.Int(diff) + " more than " + since
	case diff < 0:
		return words.Int(-diff) + " fewer than " + since
	default:
		return "the same as " + since
	}
}

// freeBeds says how much room homes report, as a sentence that follows another.
func freeBeds(s read.Supply) string {
	var free, told int64
	for _, c := range s.Cells {
		free, told = free+c.Vacancies-c.VacanciesShut, told+c.Told
	}
	if told == 0 {
		return " How much room other homes have has not been supplied."
	}
	return fmt.Sprintf(" Homes that take people report %s free in the whole market; which would suit whom is a question for the contingency page.", words.Plural(int(free), "bed"))
}

// supplyTiles are the tiles on room and fees, where their feeds have spoken.
func supplyTiles(v supplyView, s read.Supply) []page.Tile {
	var out []page.Tile
	if n := len(s.Occupancy); n > 0 {
		last := s.Occupancy[n-1]
		t := page.Tile{Name: "Beds taken, of those reported", Value: words.Decimal(last.Share(), 1) + "%", Change: "no earlier quarter to compare", Link: "#occupancy", Icon: v.Occupancy.Icon, Says: v.Occupancy.IconSays}
		var line []float64
		for _, o := range s.Occupancy {
			line = append(line, o.Share())
		}
		if n > 3 {
			diff := last.Share() - s.Occupancy[n-4].Share()
			t.Change = map[bool]string{true: "up ", false: "down "}[diff >= 0] + words.Decimal(max(diff, -diff), 1) + " points in 3 months"
		}
		t.Spark = chart.Spark(line)
		if v.Rooms {
			t.Link = link.Records("capacity")
		}
		out = append(out, t)
	}
	for _, f := range v.Fees {
		if !f.Shown() {
			continue
		}
		t := page.Tile{Name: "A week of " + words.Label(f.Service) + ", median", Value: f.Now, Change: "no earlier year to compare", Link: "#money"}
		if f.Compared() {
			t.Change = f.Change + " on a year ago"
		}
		if v.Rooms {
			t.Link = link.Records("placements", "kind", f.Service)
		}
		return append(out, t)
	}
	return out
}
