package casepages

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// contains says whether a text holds another, whatever the case of the letters.
func contains(text, part string) bool {
	return part == "" || strings.Contains(strings.ToLower(text), strings.ToLower(part))
}

// openView is the form that opens a case.
type openView struct {
	_        struct{} `class:"B"`
	Form     *page.Form
	Stages   []page.Option
	Provider string
	Flag     string
}

// OpenPage is the form that opens a case.
func OpenPage(q *page.Request) error {
	p := q.Params()
	provider, flag := p.Text("provider", 40), p.Text("flag", 80)
	f := page.Draft("provider_id", provider, "flag_id", flag)
	return showOpen(q, f)
}

func showOpen(q *page.Request, f *page.Form) error {
	v := openView{Form: f}
	provider := f.Get("provider_id")
	if provider != "" {
		d, err := q.May(access.View, access.ClassB, access.Flag, provider)
		if err != nil {
			return err
		}
		if !d.Allow {
			return page.ErrNotFound
		}
		_, name, known, err := Seen(q.R.Context(), q, provider)
		if err != nil {
			return err
		}
		if !known {
			return page.ErrNotFound
		}
		v.Provider = name
	}
	if id := f.Get("flag_id"); id != "" {
		fl, ok, err := q.Snapshot.Flag(q.R.Context(), id)
		if err != nil {
			return err
		}
		if !ok || fl.ProviderID != provider {
			return page.ErrNotFound
		}
		v.Flag = fl.Sentence
	}
	pw := q.Config.Casework.Pathway()
	for _, s := range pw.Stages {
		if !pw.Ended(s.ID) && s.ID != "watch" {
			v.Stages = append(v.Stages, page.Option{Value: s.ID, Text: s.Title})
		}
	}
	return q.Page("case_new", "Open a case", v, page.To("Cases", "/cases"))
}

// Open opens a case.
func Open(q *page.Request) error {
	f, err := q.Sent()
	if err != nil {
		return err
	}
	ctx := q.R.Context()
	seen, name, known, err := Seen(ctx, q, f.Get("provider_id"))
	if err != nil {
		return err
	}
	if f.Get("provider_id") != "" {
		d, err := q.May(access.OpenCase, access.ClassB, access.Case, f.Get("provider_id"))
		if err != nil {
			return err
		}
		if !d.Allow || !known {
			return q.Refuse(d, f.Get("provider_id"))
		}
	} else {
		name = f.Get("provider_name")
	}
	if err := q.Record(access.ClassB, f.Get("provider_id"), true, "recorded"); err != nil {
		return err
	}
	c, err := q.Config.Casework.Open(ctx, cases.Act{By: q.Subject.UserID, Seen: seen}, cases.Opening{ProviderID: f.Get("provider_id"), ProviderName: name, FlagID: f.Get("flag_id"),
		Stage: f.Get("stage"), Reason: f.Get("reason")})
	if Refused(q, f, err) {
		q.Status = http.StatusUnprocessableEntity
		return showOpen(q, f)
	}
	if err != nil {
		return err
	}
	return q.Done("The case is open.", link.Case(c.ID))
}

// Refused puts what is wrong with a form beside its fields; false if the error is none of the form's.
func Refused(q *page.Request, f *page.Form, err error) bool {
	var input *cases.InputError
	var move *pathway.MoveError
	switch {
	case errors.As(err, &input):
		for _, p := range input.Problems {
			f.Refuse(p.Field, p.Says)
		}
	case errors.As(err, &move) && len(move.Lacking) > 0:
		for _, says := range move.Lacking {
			f.Refuse("do", says)
		}
	case errors.As(err, &move):
		f.Refuse("do", "the pathway has no such step from here"+waysFrom(q.Config.Casework.Pathway(), move))
	default:
		return false
	}
	return true
}

// waysFrom names the steps that the pathway does have from a stage.
func waysFrom(p *pathway.Pathway, refused *pathway.MoveError) string {
	stage, _ := p.Stage(refused.From)
	var ways []string
	for _, id := range refused.Ways {
		title := id
		for _, m := range p.Moves {
			if m.ID == id {
				title = m.Title
			}
		}
		if t, ok := p.Track(id); ok {
			title = t.Title
		}
		ways = append(ways, "“"+title+"”")
	}
	if len(ways) == 0 {
		return ": there is none from " + stage.Title
	}
	return ": from " + stage.Title + " there is " + words.List(ways)
}

// ActOf makes the act of a form on a case: as the sender saw it, with the evidence of this moment.
func ActOf(ctx context.Context, q *page.Request, c cases.Case, f *page.Form) (cases.Act, error) {
	seen, _, _, err := Seen(ctx, q, c.ProviderID)
	n, _ := strconv.Atoi(f.Get("consultation"))
	return cases.Act{By: q.Subject.UserID, Case: c, Seen: seen, Consultation: n}, err
}

// stale says what was recorded on the case after the form was opened: the events that the sender has not seen.
func stale(ctx context.Context, q *page.Request, c cases.Case, f *page.Form) (since []Line, err error) {
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil || version < 1 || version > c.Version {
		return nil, &page.Problem{Status: http.StatusBadRequest, Title: "The form is not this case's", Says: "It doesn't say which state of the case it was filled in on. Open the case again.", Next: []page.Step{page.To("Cases", "/cases")}}
	}
	names, err := q.Names(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range c.History[version:] {
		since = append(since, lineOfCase(q, c, e, names))
	}
	return since, nil
}

// Act records a step on the case itself: a point, a move, a process beside the stages, a restriction.
func Act(q *page.Request) error {
	ctx := q.R.Context()
	c, err := q.TheCase()
	if err != nil {
		return err
	}
	f, err := q.Sent()
	if err != nil {
		return err
	}
	action, cls := access.Record, access.ClassB
	if f.Get("step") == "restrict" {
		action, cls = access.Restrict, access.ClassC
	}
	d, err := q.MayCase(action, cls, access.Case, c)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.Refuse(d, c.ID)
	}
	step := f.Get("step")
	return Try(q, Attempt{Case: c, Form: f, Class: access.ClassB, Reason: d.Reason, Show: showCase,
		// A point that somebody else has met meanwhile harms no other; a move stands on everything.
		Clashes: func(Line) bool { return step != "tick" && step != "untick" },
		Yours:   DraftWords(f, page.Option{Value: "move", Text: "Move"}, page.Option{Value: "track", Text: "Process"}, page.Option{Value: "reason", Text: "Why"}, page.Option{Value: "begin_reason", Text: "Why"}, page.Option{Value: "ground", Text: "Ground"}),
		Do: func(act cases.Act) (string, string, error) {
			says, err := takeStep(ctx, q, act, f)
			anchor := ""
			if p := f.Get("point"); p != "" {
				anchor = "#" + strings.ReplaceAll(p, "/", "-")
			}
			return says, link.Case(c.ID) + anchor, err
		}})
}

// weighty says what a move does that is hard to take back, empty for any other: it is confirmed before it is recorded.
func weighty(q *page.Request, c cases.Case, move string) string {
	way := q.Config.Casework.Pathway()
	for _, m := range way.MovesFrom(c.Stage) {
		to, _ := way.Stage(m.To)
		switch {
		case m.ID != move:
		case to.Level == 3:
			return "confirm that the case moves to provider failure: the next run takes it as an event that has happened"
		case way.Ended(m.To):
			return "confirm that the case ends: everybody finds it among the closed ones, and it goes on only if it returns"
		}
	}
	return ""
}

func takeStep(ctx context.Context, q *page.Request, a cases.Act, f *page.Form) (says string, err error) {
	desk := q.Config.Casework
	switch f.Get("step") {
	case "tick":
		_, err = desk.Tick(ctx, a, f.Get("point"), f.Get("note"), true)
		return "Met: " + PointText(desk.Pathway(), f.Get("point")) + ".", err
	case "untick":
		_, err = desk.Tick(ctx, a, f.Get("point"), f.Get("note"), false)
		return "Taken back: " + PointText(desk.Pathway(), f.Get("point")) + ".", err
	case "move":
		if says := weighty(q, a.Case, f.Get("move")); says != "" && f.Get("confirm") != "yes" {
			return "", &cases.InputError{Problems: []cases.Problem{{Field: "confirm", Says: says}}}
		}
		c, err := desk.Move(ctx, a, f.Get("move"), f.Get("reason"))
		stage, _ := desk.Pathway().Stage(c.Stage)
		return "The case now stands at: " + stage.Title + ".", err
	case "begin":
		_, err = desk.Begin(ctx, a, f.Get("track"), f.Get("route"), f.Get("begin_reason"))
		track, _ := desk.Pathway().Track(f.Get("track"))
		return "Begun: " + track.Title + ". Its checklist stands beside the stage's.", err
	case "restrict":
		return "The case is restricted: nobody but the two people named can know of it.", restrictCase(ctx, q, a.Case, f)
	default:
		f.Refuse("do", "choose what to do")
		return "", &cases.InputError{}
	}
}
