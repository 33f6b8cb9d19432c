package dashboard

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/dashboard/link"
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
	Form     *form
	Stages   []option
	Provider string
	Flag     string
}

func caseNewPage(q *request) error {
	p := q.params()
	provider, flag := p.text("provider", 40), p.text("flag", 80)
	f := draft("provider_id", provider, "flag_id", flag)
	return q.showOpen(f)
}

func (q *request) showOpen(f *form) error {
	v := openView{Form: f}
	provider := f.Get("provider_id")
	if provider != "" {
		d, err := q.may(access.View, access.ClassB, access.Flag, provider)
		if err != nil {
			return err
		}
		if !d.Allow {
			return errNotFound
		}
		_, name, known, err := q.seen(q.r.Context(), provider)
		if err != nil {
			return err
		}
		if !known {
			return errNotFound
		}
		v.Provider = name
	}
	if id := f.Get("flag_id"); id != "" {
		fl, ok, err := q.snap.Flag(q.r.Context(), id)
		if err != nil {
			return err
		}
		if !ok || fl.ProviderID != provider {
			return errNotFound
		}
		v.Flag = fl.Sentence
	}
	pw := q.cfg.Casework.Pathway()
	for _, s := range pw.Stages {
		if !pw.Ended(s.ID) && s.ID != "watch" {
			v.Stages = append(v.Stages, option{s.ID, s.Title})
		}
	}
	return q.page("case_new", "Open a case", v, step{"Cases", "/cases"})
}

func caseOpen(q *request) error {
	f, err := q.sent()
	if err != nil {
		return err
	}
	ctx := q.r.Context()
	seen, name, known, err := q.seen(ctx, f.Get("provider_id"))
	if err != nil {
		return err
	}
	if f.Get("provider_id") != "" {
		d, err := q.may(access.OpenCase, access.ClassB, access.Case, f.Get("provider_id"))
		if err != nil {
			return err
		}
		if !d.Allow || !known {
			return q.refuse(d, f.Get("provider_id"))
		}
	} else {
		name = f.Get("provider_name")
	}
	if err := q.record(access.ClassB, f.Get("provider_id"), true, "recorded"); err != nil {
		return err
	}
	c, err := q.cfg.Casework.Open(ctx, cases.Act{By: q.sub.UserID, Seen: seen}, cases.Opening{ProviderID: f.Get("provider_id"), ProviderName: name, FlagID: f.Get("flag_id"),
		Stage: f.Get("stage"), Reason: f.Get("reason")})
	if q.refused(f, err) {
		q.status = http.StatusUnprocessableEntity
		return q.showOpen(f)
	}
	if err != nil {
		return err
	}
	return q.done("The case is open.", link.Case(c.ID))
}

// refused puts what is wrong with a form beside its fields; false if the error is none of the form's.
func (q *request) refused(f *form, err error) bool {
	var input *cases.InputError
	var move *pathway.MoveError
	switch {
	case errors.As(err, &input):
		for _, p := range input.Problems {
			f.refuse(p.Field, p.Says)
		}
	case errors.As(err, &move) && len(move.Lacking) > 0:
		for _, says := range move.Lacking {
			f.refuse("do", says)
		}
	case errors.As(err, &move):
		f.refuse("do", "the pathway has no such step from here"+waysFrom(q.cfg.Casework.Pathway(), move))
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

// act makes the act of a form on a case: as the sender saw it, with the evidence of this moment.
func (q *request) act(ctx context.Context, c cases.Case, f *form) (cases.Act, error) {
	seen, _, _, err := q.seen(ctx, c.ProviderID)
	n, _ := strconv.Atoi(f.Get("consultation"))
	return cases.Act{By: q.sub.UserID, Case: c, Seen: seen, Consultation: n}, err
}

// stale says what was recorded on the case after the form was opened: the events that the sender has not seen.
func (q *request) stale(ctx context.Context, c cases.Case, f *form) (since []caseLine, err error) {
	version, err := strconv.ParseInt(f.Get("version"), 10, 64)
	if err != nil || version < 1 || version > c.Version {
		return nil, &problem{status: http.StatusBadRequest, title: "The form is not this case's", says: "It doesn't say which state of the case it was filled in on. Open the case again.", next: []step{{"Cases", "/cases"}}}
	}
	names, err := q.names(ctx)
	if err != nil {
		return nil, err
	}
	for _, e := range c.History[version:] {
		since = append(since, q.lineOfCase(c, e, names))
	}
	return since, nil
}

// caseAct records a step on the case itself: a point, a move, a process beside the stages, a restriction.
func caseAct(q *request) error {
	ctx := q.r.Context()
	c, err := q.theCase()
	if err != nil {
		return err
	}
	f, err := q.sent()
	if err != nil {
		return err
	}
	action, cls := access.Record, access.ClassB
	if f.Get("step") == "restrict" {
		action, cls = access.Restrict, access.ClassC
	}
	d, err := q.mayCase(action, cls, access.Case, c)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.refuse(d, c.ID)
	}
	step := f.Get("step")
	return q.attempt(attempt{c: c, form: f, class: access.ClassB, reason: d.Reason, show: showCase,
		// A point that somebody else has met meanwhile harms no other; a move stands on everything.
		clashes: func(caseLine) bool { return step != "tick" && step != "untick" },
		yours:   draftWords(f, option{"move", "Move"}, option{"track", "Process"}, option{"reason", "Why"}, option{"begin_reason", "Why"}, option{"ground", "Ground"}),
		do: func(act cases.Act) (string, string, error) {
			says, err := q.caseStep(ctx, act, f)
			anchor := ""
			if p := f.Get("point"); p != "" {
				anchor = "#" + strings.ReplaceAll(p, "/", "-")
			}
			return says, link.Case(c.ID) + anchor, err
		}})
}

// weighty says what a move does that is hard to take back, empty for any other: it is confirmed before it is recorded.
func (q *request) weighty(c cases.Case, move string) string {
	way := q.cfg.Casework.Pathway()
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

func (q *request) caseStep(ctx context.Context, a cases.Act, f *form) (says string, err error) {
	desk := q.cfg.Casework
	switch f.Get("step") {
	case "tick":
		_, err = desk.Tick(ctx, a, f.Get("point"), f.Get("note"), true)
		return "Met: " + pointText(desk.Pathway(), f.Get("point")) + ".", err
	case "untick":
		_, err = desk.Tick(ctx, a, f.Get("point"), f.Get("note"), false)
		return "Taken back: " + pointText(desk.Pathway(), f.Get("point")) + ".", err
	case "move":
		if says := q.weighty(a.Case, f.Get("move")); says != "" && f.Get("confirm") != "yes" {
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
		return "The case is restricted: nobody but the two people named can know of it.", q.restrictCase(ctx, a.Case, f)
	default:
		f.refuse("do", "choose what to do")
		return "", &cases.InputError{}
	}
}
