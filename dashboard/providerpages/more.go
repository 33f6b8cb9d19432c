package providerpages

import (
	"fmt"
	"math"
	"slices"
	"time"

	"bellwether/analytics/spc"
	"bellwether/casework/cases"
	"bellwether/casework/personal"
	"bellwether/casework/workdays"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/class"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// moreView is what stands beside the clock of a provider or a location.
type moreView struct {
	read.More
	Series    chart.Figure
	Peers     chart.Figure
	Room      chart.Figure
	Spent     chart.Figure
	Questions []questionRow
	Payers    []payerRow
	People    int64
	Decisions []decisionLine
	Casework  []caseAction
}

// questionRow is one inspection with its ratings by key question.
type questionRow struct {
	Name    string
	RatedOn time.Time
	By      map[string]string
}

type payerRow struct {
	read.Payer
	Cost string
}

// decisionLine is what the group decided about one of the provider's flags.
type decisionLine struct {
	Says, What, Reason, Link string
	Next                     time.Time
}

// caseAction is an open action of a case that the reader may see.
type caseAction struct {
	_       struct{} `class:"B"`
	What    string
	Owner   string
	Link    string
	Due     time.Time
	Overdue bool
}

// keyQuestions are the columns of the ratings' history.
var keyQuestions = []string{"Overall", "Safe", "Effective", "Caring", "Responsive", "Well-led"}

// more reads and draws what stands beside the clock; mine says which homes among the compared are meant.
func more(q *page.Request, provider, location string, signals bool, mine func(read.FunnelPoint) bool) (v moreView, err error) {
	ctx := q.R.Context()
	if v.More, err = q.Snapshot.More(ctx, q.Frame, provider, location, signals); err != nil {
		return v, err
	}
	v.Questions = questionRows(v.More.Questions)
	if location == "" {
		v.Spent = chart.Spent(v.Spend)
	}
	if !signals {
		return v, nil
	}
	v.Series = seriesFigure(v.Days, v.From, q.Frame.Run.AsOf)
	v.Room = roomFigure(v.More.Room)
	scope, err := q.Scope(access.Provider)
	if err != nil {
		return v, err
	}
	points, err := q.Snapshot.Funnel(ctx, scope, read.TrendQuery{Stream: "concerns"})
	if err != nil {
		return v, err
	}
	v.Peers = chart.Peers(points, mine, chart.Streams[0])
	for _, p := range v.More.Payers {
		v.People += p.People
		row := payerRow{p, words.Unknown}
		if p.WeeklyCost != nil && p.People >= read.FewPackages {
			row.Cost = words.Money(*p.WeeklyCost)
		}
		v.Payers = append(v.Payers, row)
	}
	return v, nil
}

// seriesFigure draws the provider's own series of concerns: counts by four weeks, or the gaps between events where they are rare.
func seriesFigure(days []int, from, to time.Time) chart.Figure {
	k := chart.Control{ID: "series", What: "Concerns", Unit: "Concerns in four weeks", Period: "Four weeks from", Class: class.B,
		Caveat: "One series alone, whatever its home's size and however many are looked at: it raises no flag. A change of recording shows as a change."}
	last := words.DaysBetween(from, to)
	days = slices.DeleteFunc(slices.Clone(days), func(d int) bool { return d < 0 || d > last })
	c, err := spc.Events(days, 0, last, spc.Options{Better: spc.LowIsGood})
	if err != nil {
		c = spc.Chart{Open: -1, Variation: spc.TooFew, Because: "The days can't be laid on one line."}
	}
	k.Chart = c
	periods := (last + 1) / spc.PeriodDays
	for _, p := range c.Points {
		day := p.At
		if c.Kind == spc.XmR {
			day = last + 1 - spc.PeriodDays*(periods-p.At)
		}
		k.Days = append(k.Days, from.AddDate(0, 0, day))
	}
	if c.Kind == spc.T || c.Kind == spc.G {
		k.Unit, k.Period = "Days since the concern before", "Concern received"
	}
	return chart.Controlled(k)
}

func roomFigure(months []read.RoomMonth) chart.Figure {
	k := chart.Control{ID: "room", What: "Beds taken", Unit: "Per cent of beds", Period: "Month", Class: class.B, Percent: true, Caveat: "As the homes said themselves. Beds that are registered and not in use count as empty."}
	var y []float64
	for _, m := range months {
		if m.Beds > 0 {
			y, k.Days = append(y, math.Round(1000*float64(m.Occupied)/float64(m.Beds))/10), append(k.Days, m.Month)
		}
	}
	k.Chart = chart.Limits(y, spc.NeitherIsBad)
	return chart.Controlled(k)
}

// questionRows puts the ratings of one place and day on one line, the newest first within a place.
func questionRows(list []read.QuestionRating) []questionRow {
	var out []questionRow
	at := map[string]int{}
	for _, r := range list {
		key := r.Location + r.RatedOn.Format(time.DateOnly)
		i, had := at[key]
		if !had {
			i = len(out)
			at[key] = i
			out = append(out, questionRow{Name: r.Name, RatedOn: r.RatedOn, By: map[string]string{}})
		}
		out[i].By[r.Domain] = r.Rating
	}
	return out
}

// Rated gives the ratings in the order of the columns.
func (r questionRow) Rated() []string {
	out := make([]string, len(keyQuestions))
	for i, k := range keyQuestions {
		out[i] = orWord(r.By[k], "–")
	}
	return out
}

// decisionsOf lists what was decided about a provider's flags, as the review queue has it.
func decisionsOf(flags []read.FlagRow, review map[string]queue.Standing) []decisionLine {
	var out []decisionLine
	for _, f := range flags {
		if s := review[f.ID]; s.Decision != "" {
			out = append(out, decisionLine{f.Sentence, s.Decision, s.Reason, s.Link, s.Next})
		}
	}
	return out
}

// caseActions lists the open actions of the cases about a provider that the reader may see.
func caseActions(q *page.Request, provider string) ([]caseAction, error) {
	all, err := q.Visible(q.R.Context())
	if err != nil {
		return nil, err
	}
	names, err := q.Names(q.R.Context())
	if err != nil {
		return nil, err
	}
	register, _ := cases.Find("actions")
	today := workdays.Day(q.Config.Casework.Now())
	var out []caseAction
	for _, s := range all {
		if s.Case.ProviderID != provider || len(s.Case.Records["actions"]) == 0 {
			continue
		}
		d, err := q.MayStand(access.View, register.Class, register.Kind, s)
		if err != nil {
			return nil, err
		}
		if !d.Allow || access.TenantOnly(q.Subject) {
			continue
		}
		list := s.Case.Records["actions"]
		for n := range list {
			r := &list[n]
			if r.Values["completed_on"] != "" {
				continue
			}
			due := r.Day("due_on")
			out = append(out, caseAction{What: r.Values["detail"], Owner: orWord(names[r.Values["owner"]], r.Values["owner"]), Link: link.Case(s.Case.ID) + "/actions/" + fmt.Sprint(r.Number), Due: due, Overdue: !due.IsZero() && today.After(due)})
		}
	}
	return out, nil
}

// sinceView is what has changed since the reader last looked.
type sinceView struct {
	_ struct{} `class:"B"`
	// First says that the reader has not looked before; On and AsOf are when they did, and as of which day.
	First    bool
	On, AsOf time.Time
	Lines    []string
	Opened   []read.FlagRow
	Cleared  []read.FlagRow
	Feeds    []read.Feed
}

// since compares what is shown with what the reader saw of an earlier snapshot, and remembers what is shown. A memory that fails never
// keeps the page from showing.
func sinceLooked(q *page.Request, id string, level int64, flags []read.FlagRow) (*sinceView, error) {
	if q.Back {
		return nil, nil // who looks back has not looked at what is known now
	}
	now := personal.Seen{Snapshot: q.Snapshot.ID, AsOf: q.Frame.Run.AsOf, Level: level}
	for _, f := range flags {
		if f.State == "open" {
			now.Flags = append(now.Flags, f.ID)
		}
	}
	before, ok, err := q.Config.Personal.Look(q.R.Context(), q.Subject.UserID, id, now)
	if err != nil {
		q.Config.Log.Warn("what a reader saw can't be kept", "reference", q.Reference, "error", err)
		return nil, nil
	}
	if !ok {
		return &sinceView{First: true}, nil
	}
	v := &sinceView{On: before.At, AsOf: before.AsOf}
	names := q.Config.Words.Levels
	if from, to := min(max(before.Level, 0), 3), min(max(level, 0), 3); from != to {
		verb := map[bool]string{true: "up", false: "down"}[to > from]
		v.Lines = append(v.Lines, fmt.Sprintf("It moved %s, from %s to %s.", verb, names[from], names[to]))
	}
	for _, f := range flags {
		had := slices.Contains(before.Flags, f.ID)
		switch {
		case f.State == "open" && !had:
			v.Opened = append(v.Opened, f)
		case f.State != "open" && had:
			v.Cleared = append(v.Cleared, f)
		}
	}
	v.Feeds, err = q.Snapshot.Since(q.R.Context(), id, before.AsOf)
	return v, err
}

// Nothing says that nothing has changed.
func (v *sinceView) Nothing() bool {
	return len(v.Lines)+len(v.Opened)+len(v.Cleared)+len(v.Feeds) == 0
}
