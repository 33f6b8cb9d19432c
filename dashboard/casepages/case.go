// Package casepages is the room of the cases: their list, each case with its registers and its action tracker, and what is recorded on them.
// What a case is and what may happen to it is casework/cases; who may see one is decided in package page.
package casepages

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/casework/review"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// Row is one case in a list.
type Row struct {
	_       struct{} `class:"B"`
	Case    cases.Case
	Stage   pathway.Stage
	Days    int
	Over    bool
	Overdue int
	Lead    string
	Next    string
	NextOn  time.Time
	Place   string
	Ended   bool
	// Shared says that the reader's organisation has been told of the case and sees nothing of its inside: what is due next is somebody's
	// words about it.
	Shared bool
	// Restricted says why only named people may know of it, empty for no restriction.
	Restricted string
}

// casesView is the list of cases.
type casesView struct {
	Lead    string
	Rows    []Row
	Filter  caseFilter
	Stages  []page.Option
	Total   int
	Pager   page.Pager
	MayOpen bool
	Ignored []string
}

type caseFilter struct{ State, Stage, Text string }

func rowOfCase(q *page.Request, c cases.Case, now time.Time) Row {
	return RowOf(q, cases.StandingOf(&c, q.Config.Casework.Pathway(), now))
}

// RowOf is a case as a line of a list.
func RowOf(q *page.Request, s *cases.Standing) Row {
	row := Row{Case: *s.Case, Stage: s.Stage, Days: s.Days, Over: s.Over, Overdue: s.Overdue, Lead: s.Case.Role("lead_enquiry_officer"), Ended: s.Ended, Restricted: q.Restriction(s.Case.ID)}
	if row.Shared = access.TenantOnly(q.Subject); row.Shared {
		row.Over, row.Overdue = false, 0
	} else if len(s.Dues) > 0 {
		row.Next, row.NextOn = s.Dues[0].What, s.Dues[0].By
	}
	if p, in := s.Case.Placement(); in {
		register, _ := cases.Find("placements")
		f, _ := register.Field("status")
		row.Place = f.Words(p.Values["status"])
	}
	return row
}

// List lists the cases of which the reader may know.
func List(q *page.Request) error {
	ctx, p := q.R.Context(), q.Params()
	v := casesView{Filter: caseFilter{State: p.One("state", "open", "overdue", "mine", "closed", "all"), Stage: p.Text("stage", 40), Text: p.Text("q", 80)}}
	all, err := q.Visible(ctx)
	if err != nil {
		return err
	}
	var open, over int
	nth := p.Page()
	for _, s := range all {
		if !s.Ended {
			open++
		}
		if s.Overdue > 0 || s.Over {
			over++
		}
		if !v.keeps(s, q.Subject.UserID) {
			continue
		}
		v.Total++
		if v.Total > (nth-1)*page.Size && v.Total <= nth*page.Size {
			v.Rows = append(v.Rows, RowOf(q, s))
		}
	}
	for _, s := range q.Config.Casework.Pathway().Stages {
		v.Stages = append(v.Stages, page.Option{Value: s.ID, Text: s.Title})
	}
	v.Lead = words.Capital(words.Spell(open, "case")) + " open"
	if over > 0 {
		v.Lead += ", " + words.SpellNumber(over) + " with something overdue"
	}
	v.Lead += "."
	v.Pager = q.Paging(int64(v.Total), nth, page.Size, len(v.Rows), "case")
	v.Ignored = p.Ignored
	v.MayOpen = q.Config.Authorise(q.Subject, access.OpenCase, access.Resource{Class: access.ClassB, Kind: access.Case}).Allow
	return q.Page("cases", "Cases", v)
}

func (v *casesView) keeps(s *cases.Standing, me string) bool {
	switch v.Filter.State {
	case "open":
		if s.Ended {
			return false
		}
	case "overdue":
		if s.Overdue == 0 && !s.Over {
			return false
		}
	case "mine":
		if !slices.Contains(s.People, me) {
			return false
		}
	case "closed":
		if !s.Ended {
			return false
		}
	}
	return (v.Filter.Stage == "" || s.Case.Stage == v.Filter.Stage) && contains(s.Case.ProviderName, v.Filter.Text)
}

// States are the settings of the state filter.
func (casesView) States() [][2]string {
	return [][2]string{{"open", "Open"}, {"overdue", "Something overdue"}, {"mine", "With a part of mine"}, {"closed", "Closed"}, {"all", "All"}}
}

// caseStep is one stage in the tracker at the top of a case.
type caseStep struct {
	Title string
	State string // done, here, ahead
	On    time.Time
	Level int
}

// casePoint is a point of a checklist.
type casePoint struct {
	ID, Text, From string
	Tick           *cases.Tick
	By             string
}

// caseList is the checklist of the stage, or of a process beside it.
type caseList struct {
	Title, Where string
	Points       []casePoint
	Met          int
}

// caseMove is a move that leaves the stage, with what it still lacks.
type caseMove struct {
	ID, Title, To string
	Lacks         []string
}

// caseCard is one register on the case's page.
type caseCard struct {
	Register cases.Register
	N        int
	Latest   string
	Overdue  int
	Link     string
}

// caseGroup is registers that belong together.
type caseGroup struct {
	Title string
	Cards []caseCard
}

// registerGroups say which registers stand together on a case's page; those not named stand under "More".
var registerGroups = []struct {
	title string
	ids   []string
}{
	{"Who, and what they know", []string{"roles", "involvement", "interests", "shares", "intelligence", "factors", "processes", "police"}},
	{"Meetings and actions", []string{"meetings", "attendance", "resolutions", "actions", "developments", "escalations"}},
	{"Plan and assurance", []string{"reports", "issues", "improvements", "plans", "monitoring", "assurance"}},
	{"Risk, placements and commissioning", []string{"risks", "placements", "directory", "commissioning", "replies"}},
	{"Telling people", []string{"notifications", "communications", "letters", "foi", "policies"}},
	{"People and continuity of care", []string{"adults", "duty", "team", "affected"}},
}

// caseView is one case.
type caseView struct {
	_         struct{} `class:"B"`
	Row       Row
	Steps     []caseStep
	Forced    []pathway.Force
	Dues      []cases.Due
	Overdue   int
	Lists     []caseList
	Moves     []caseMove
	Tracks    []caseMove
	Begun     []pathway.Track
	Groups    []caseGroup
	History   []Line
	Roles     []page.Option
	Duty      string
	Police    bool
	NoContact bool
	Consults  []page.Option
	MayRecord bool
	MayHide   bool
	People    []page.Option
	Form      *page.Form
	Action    string
	Version   int64
	Conflict  *Conflict
	Others    []caseSays
	FlagLink  string
	Known     bool
}

// Line is one line of the history.
type Line struct {
	At             time.Time
	By, What, Text string
	Seen           string
	Link           string
	Register       string
}

// Page is one case: where it stands, what is to be done, and what was recorded.
func Page(q *page.Request) error { return showCase(q, nil, nil) }

func showCase(q *page.Request, f *page.Form, conflict *Conflict) error {
	ctx := q.R.Context()
	c, err := q.TheCase()
	if err != nil {
		return err
	}
	if access.TenantOnly(q.Subject) {
		return showShared(q, c)
	}
	desk, now := q.Config.Casework, q.Config.Casework.Now()
	names, err := q.Names(ctx)
	if err != nil {
		return err
	}
	flags, _, known, err := Seen(ctx, q, c.ProviderID)
	if err != nil {
		return err
	}
	v := caseView{Row: rowOfCase(q, c, now), Form: f, Conflict: conflict, Action: link.Case(c.ID), Version: c.Version, Police: c.Investigation(), NoContact: c.ContactRestricted(), Known: known}
	if v.Form == nil {
		v.Form = page.Draft()
	}
	stage := v.Row.Stage
	facts := c.Facts(now, stage, c.Raised(flags))
	facts[pathway.Reason], facts[pathway.PoliceConsulted], facts["referral_route"] = true, true, true
	v.Steps = trackerOf(desk.Pathway(), c)
	v.Forced = desk.Pathway().Forced(c.Stage, facts)
	v.Dues = c.Dues(now)
	for _, d := range v.Dues {
		if d.Overdue {
			v.Overdue++
		}
	}
	if len(v.Dues) > 8 {
		v.Dues = v.Dues[:8]
	}
	v.Lists = append(v.Lists, listOf(c, stage.ID, stage.Title, stage.Checklist, names))
	for _, t := range c.Tracks {
		if track, ok := desk.Pathway().Track(t.ID); ok {
			v.Begun = append(v.Begun, track)
			v.Lists = append(v.Lists, listOf(c, track.ID, track.Title, track.Checklist, names))
		}
	}
	for _, m := range desk.Pathway().MovesFrom(c.Stage) {
		to, _ := desk.Pathway().Stage(m.To)
		v.Moves = append(v.Moves, caseMove{m.ID, m.Title, to.Title, desk.Pathway().Lacks(c.Stage, m, facts)})
	}
	for _, t := range desk.Pathway().Tracks {
		if slices.Contains(t.From, c.Stage) && !slices.ContainsFunc(c.Tracks, func(b cases.Track) bool { return b.ID == t.ID }) {
			v.Tracks = append(v.Tracks, caseMove{ID: t.ID, Title: t.Title, Lacks: pathway.Missing(t.Needs, facts)})
		}
	}
	if v.Groups, err = caseGroups(q, c); err != nil {
		return err
	}
	for _, e := range slices.Backward(c.History) {
		if r, ok := cases.Find(e.Register); ok && r.Class == access.ClassC {
			if d, err := q.MayCase(access.View, r.Class, r.Kind, c); err != nil || !d.Allow {
				if err != nil {
					return err
				}
				continue
			}
		}
		v.History = append(v.History, lineOfCase(q, c, e, names))
	}
	for _, r := range []string{"lead_agency", "chair", "lead_enquiry_officer", "contract_officer", "host_authority", "police_lead"} {
		register, _ := cases.Find("roles")
		role, _ := register.Field("role")
		v.Roles = append(v.Roles, page.Option{Value: role.Words(r), Text: c.Role(r)})
	}
	if d := c.Records["duty"]; len(d) > 0 {
		v.Duty = words.Capital(string(cases.Duty(d[len(d)-1].Values)))
	}
	for _, r := range c.Consultations() {
		v.Consults = append(v.Consults, page.Option{Value: strconv.Itoa(r.Number), Text: words.Date(r.Day("on")) + ": " + words.Clip(r.Values["about"], 80)})
	}
	if c.FlagID != "" {
		v.FlagLink = link.Flag(c.FlagID)
	}
	may, err := q.MayCase(access.Record, access.ClassB, access.Case, c)
	if err != nil {
		return err
	}
	v.MayRecord = may.Allow
	hide, err := q.MayCase(access.Restrict, access.ClassC, access.Case, c)
	if err != nil {
		return err
	}
	if v.MayHide = hide.Allow && q.Config.Restricted != nil; v.MayHide {
		for id, name := range names {
			if id != review.Program && id != q.Subject.UserID {
				v.People = append(v.People, page.Option{Value: id, Text: name})
			}
		}
		slices.SortFunc(v.People, func(a, b page.Option) int {
			return cmp.Or(strings.Compare(a.Text, b.Text), strings.Compare(a.Value, b.Value))
		})
	}
	v.Others = besideCase(q, c, facts, now)
	return q.Page("case", c.ProviderName, v, page.To("Cases", "/cases"))
}
