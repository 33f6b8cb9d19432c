package reviewpages

import (
	"context"
	"strconv"
	"time"

	"bellwether/casework/cases"
	"bellwether/dashboard/casepages"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// EscalationLine is a case that waits for the group's decision on escalation.
type EscalationLine struct {
	_     struct{} `class:"B"`
	Row   casepages.Row
	Why   string
	Since time.Time
	Days  int
	Link  string
	Late  bool
}

// escalationDays is within how many days the group decides: it meets monthly, and a high risk does not wait for two meetings.
const escalationDays = 28

// Escalations are the cases whose risks remain high and on which the group has not decided, the longest waiting first.
func Escalations(ctx context.Context, q *page.Request) ([]EscalationLine, error) {
	all, err := q.Visible(ctx)
	if err != nil {
		return nil, err
	}
	var out []EscalationLine
	for _, s := range all {
		if s.Risk.High && !s.Risk.Decided {
			out = append(out, lineOfEscalation(q, s))
		}
	}
	for i := range out {
		for j := i; j > 0 && out[j].Since.Before(out[j-1].Since); j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out, nil
}

func lineOfEscalation(q *page.Request, s *cases.Standing) EscalationLine {
	days := int(q.Config.Casework.Now().Sub(s.Risk.Since).Hours() / 24)
	return EscalationLine{Row: casepages.RowOf(q, s), Why: s.Risk.Why, Since: s.Risk.Since, Days: days, Link: "/review/cases/" + s.Case.ID, Late: days > escalationDays}
}

// returnedLine is a case that was closed into its watch period and whose provider is flagged again.
type returnedLine struct {
	_     struct{} `class:"B"`
	Row   casepages.Row
	Link  string
	Says  string
	Flags int
}

// returned are the cases that a flag in their watch period returns, in the order of the cases. A person moves the case: which level it
// returns at is a judgement, and the case's page names the moves.
func returned(ctx context.Context, q *page.Request, queue []queue.Item) ([]returnedLine, error) {
	all, err := q.Visible(ctx)
	if err != nil {
		return nil, err
	}
	// The queue holds every open flag already: asking for each case would be one question a case.
	now, says := map[string]cases.Seen{}, map[string]string{}
	for _, i := range queue {
		if !i.Item.Flag.Open() || i.Item.Missing {
			continue
		}
		s := now[i.ProviderID]
		s.Flags, s.Open = s.Flags+1, append(s.Open, i.ItemID())
		now[i.ProviderID] = s
		if says[i.ProviderID] == "" {
			says[i.ProviderID] = i.QueueFlag.Sentence
		}
	}
	var out []returnedLine
	for _, s := range all {
		if s.Stage.ID != "watch" || s.Case.ProviderID == "" {
			continue
		}
		if n := s.Case.Raised(now[s.Case.ProviderID]); n > 0 {
			out = append(out, returnedLine{Row: casepages.RowOf(q, s), Link: link.Case(s.Case.ID), Says: says[s.Case.ProviderID], Flags: n})
		}
	}
	return out, nil
}

// escalationView is one such case before the group.
type escalationView struct {
	_        struct{} `class:"B"`
	Line     EscalationLine
	Risks    [][]string
	Heads    []string
	Before   []string
	Referred bool
	MayAct   bool
	Police   bool
	Consults []page.Option
	Form     *page.Form
	Version  int64
	Conflict *casepages.Conflict
}

// Choices are what the group may decide.
func (escalationView) Choices() []page.Option {
	return []page.Option{{Value: "escalate", Text: "Refer to the Strategic Provider Concerns Group"}, {Value: "hold", Text: "Not yet: the group looks again on a day"}}
}

// Escalation is a case that asks the group to decide.
func Escalation(q *page.Request) error { return showEscalation(q, nil, nil) }

func showEscalation(q *page.Request, f *page.Form, conflict *casepages.Conflict) error {
	c, err := q.TheCase()
	if err != nil {
		return err
	}
	s, _, err := q.Config.Casework.Standing(q.R.Context(), c.ID)
	if err != nil {
		return err
	}
	if access.TenantOnly(q.Subject) || !s.Risk.High && len(c.Records["escalations"]) == 0 {
		return page.ErrNotFound
	}
	v := escalationView{Line: lineOfEscalation(q, s), Form: f, Version: c.Version, Conflict: conflict, Referred: c.Referred(), Police: c.Investigation()}
	if v.Form == nil {
		v.Form = page.Draft()
	}
	if section, ok := casepages.Section(q, c, "risks"); ok {
		v.Heads, v.Risks = section.Head, section.Rows
	}
	for _, r := range c.Records["escalations"] {
		register, _ := cases.Find("escalations")
		v.Before = append(v.Before, casepages.Brief(c, register, r))
	}
	for _, r := range c.Consultations() {
		v.Consults = append(v.Consults, page.Option{Value: strconv.Itoa(r.Number), Text: words.Date(r.Day("on")) + ": " + words.Clip(r.Values["about"], 80)})
	}
	d, err := q.MayCase(access.Review, access.ClassB, access.ReviewItem, c)
	if err != nil {
		return err
	}
	v.MayAct = d.Allow && s.Risk.High && !s.Risk.Decided
	return q.Page("escalation", "Escalation: "+c.ProviderName, v, page.To("Review queue", "/review"))
}

// ActOnEscalation records the group's decision.
func ActOnEscalation(q *page.Request) error {
	c, err := q.TheCase()
	if err != nil {
		return err
	}
	f, err := q.Sent()
	if err != nil {
		return err
	}
	d, err := q.MayCase(access.Review, access.ClassB, access.ReviewItem, c)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.Refuse(d, c.ID)
	}
	e := cases.Escalation{Refer: f.Get("decision") == "escalate", Reason: f.Get("reason"), ReviewOn: f.Day("review_on")}
	if !e.Refer && f.Get("decision") != "hold" {
		f.Refuse("decision", "choose what the group decides")
	}
	return casepages.Try(q, casepages.Attempt{Case: c, Form: f, Class: access.ClassB, Reason: d.Reason, Show: showEscalation, Clashes: func(casepages.Line) bool { return true },
		Yours: casepages.DraftWords(f, page.Option{Value: "decision", Text: "Decision"}, page.Option{Value: "reason", Text: "Reason"}, page.Option{Value: "review_on", Text: "Look again on"}),
		Do: func(act cases.Act) (string, string, error) {
			_, err := q.Config.Casework.Escalate(q.R.Context(), act, e)
			if e.Refer {
				return "Referred: the case is before the Strategic Provider Concerns Group.", link.Case(c.ID), err
			}
			return "Recorded. The case comes back to the queue on " + words.Date(e.ReviewOn) + ".", "/review", err
		}})
}
