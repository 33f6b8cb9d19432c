package casepages

import (
	"context"
	"strconv"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// trackerOf lays the stages out in order, with the days on which the case came into them.
func trackerOf(p *pathway.Pathway, c cases.Case) []caseStep {
	came := map[string]time.Time{}
	first := c.Stage
	if len(c.Moves) > 0 {
		first = c.Moves[0].From
	}
	came[first] = c.OpenedAt
	for _, m := range c.Moves {
		came[m.To] = m.At
	}
	var out []caseStep
	for _, s := range p.Stages {
		st := caseStep{Title: s.Title, State: "ahead", On: came[s.ID], Level: s.Level}
		switch {
		case s.ID == c.Stage:
			st.State = "here"
		case !st.On.IsZero():
			st.State = "done"
		}
		out = append(out, st)
	}
	return out
}

func listOf(c cases.Case, where, title string, items []pathway.Item, names map[string]string) caseList {
	l := caseList{Title: title, Where: where}
	for _, i := range items {
		p := casePoint{ID: where + "/" + i.ID, Text: i.Text, From: i.From}
		if t, ok := c.Ticks[p.ID]; ok {
			p.Tick, p.By = &t, names[t.By]
			l.Met++
		}
		l.Points = append(l.Points, p)
	}
	return l
}

// caseGroups are the registers that the reader may see, with what each holds.
func caseGroups(q *page.Request, c cases.Case) ([]caseGroup, error) {
	overdue := map[string]int{}
	for _, d := range c.Dues(q.Config.Casework.Now()) {
		if d.Overdue {
			overdue[d.Register]++
		}
	}
	var out []caseGroup
	for _, g := range registerGroups {
		group := caseGroup{Title: g.title}
		for _, id := range g.ids {
			r, ok := cases.Find(id)
			if !ok {
				continue
			}
			d, err := q.MayCase(access.View, r.Class, r.Kind, c)
			if err != nil {
				return nil, err
			}
			if !d.Allow {
				continue
			}
			card := caseCard{Register: r, N: len(c.Records[id]), Overdue: overdue[id], Link: link.Case(c.ID) + "/" + id}
			if card.N > 0 {
				card.Latest = Brief(c, r, c.Records[id][card.N-1])
			}
			group.Cards = append(group.Cards, card)
		}
		if len(group.Cards) > 0 {
			out = append(out, group)
		}
	}
	return out, nil
}

// Seen reads what the snapshot says of a provider now: the evidence that a step stands on.
func Seen(ctx context.Context, q *page.Request, provider string) (s cases.Seen, name string, known bool, err error) {
	s = cases.Seen{Snapshot: q.Snapshot.ID, RuleSet: q.Frame.Run.RuleSetHash}
	if provider == "" {
		return s, "", false, nil
	}
	p, known, err := q.Snapshot.Provider(ctx, provider)
	if err != nil || !known {
		return s, "", false, err
	}
	l, ok, err := q.Snapshot.ProviderLevel(ctx, provider)
	if err != nil {
		return s, "", false, err
	}
	if ok {
		s.Level, s.Flags, s.Headline = int(l.Level), int(l.FlagsOpen), l.Headline
	}
	s.Open, err = q.Snapshot.OpenFlags(ctx, provider)
	return s, p.Name, true, err
}

// caseVerbs say what the history's events are called.
var caseVerbs = map[string]string{"opened": "Opened", "moved": "Moved", "began": "Began", "ticked": "Met", "unticked": "Taken back", "recorded": "Recorded", "amended": "Amended",
	"consulted": "Police consultation named", "restricted": "Restricted", "lifted": "Restriction lifted", "issued": "Copy issued"}

func lineOfCase(q *page.Request, c cases.Case, e cases.Entry, names map[string]string) Line {
	l := Line{At: e.At, By: names[e.By], What: caseVerbs[e.What], Text: e.Text, Register: e.Register}
	if l.By == "" {
		l.By = "somebody whose account is gone"
	}
	p := q.Config.Casework.Pathway()
	switch e.What {
	case "moved":
		for _, m := range p.Moves {
			if m.ID == e.Register {
				l.What = m.Title
			}
		}
	case "began":
		if t, ok := p.Track(e.Register); ok {
			l.What = "Began: " + t.Title
		}
	case "recorded", "amended":
		if r, ok := cases.Find(e.Register); ok {
			l.What += ": " + r.One
			l.Link = link.Case(c.ID) + "/" + r.ID + "/" + strconv.Itoa(e.Number)
			// As it was then: what was amended later stands in a line of its own.
			l.Text = Brief(c, r, cases.Record{Values: e.Values})
		}
	case "ticked", "unticked":
		l.What += ": " + PointText(p, e.Register)
	case "restricted":
		l.Text = words.Label(e.Text)
	}
	if e.Seen.Snapshot != "" {
		l.Seen = "level " + strconv.Itoa(e.Seen.Level) + ", " + words.Plural(e.Seen.Flags, "open flag") + ", snapshot " + page.ShortID(e.Seen.Snapshot)
	}
	return l
}

// Stretches gives the stages of cases as stretches of time, for the provider's clock.
func Stretches(q *page.Request, rows []Row) []chart.Stretch {
	way := q.Config.Casework.Pathway()
	var out []chart.Stretch
	for _, row := range rows {
		c := row.Case
		begin, at := c.OpenedAt, c.Stage
		if len(c.Moves) > 0 {
			at = c.Moves[0].From
		}
		add := func(stage string, to time.Time) {
			name := stage
			if s, ok := way.Stage(stage); ok {
				name = s.Title
			}
			out = append(out, chart.Stretch{Name: name, From: begin, To: to})
		}
		for _, m := range c.Moves {
			add(m.From, m.At)
			begin, at = m.At, m.To
		}
		if !row.Ended {
			add(at, q.Frame.Run.AsOf)
		}
	}
	return out
}

// Of lists the cases about a provider that the reader may know of, and where a new one is opened if the reader may.
func Of(q *page.Request, provider, flag string) (rows []Row, open string, err error) {
	all, err := q.Visible(q.R.Context())
	if err != nil {
		return nil, "", err
	}
	for _, s := range all {
		if s.Case.ProviderID == provider {
			rows = append(rows, RowOf(q, s))
		}
	}
	d, err := q.May(access.OpenCase, access.ClassB, access.Case, provider)
	if err != nil || !d.Allow {
		return rows, "", err
	}
	return rows, link.With("/cases/new", "provider", provider, "flag", flag), nil
}
