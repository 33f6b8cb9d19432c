package dashboard

import (
	"context"
	"slices"
	"strconv"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/pathway"
	"bellwether/casework/review"
	"bellwether/dashboard/link"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// mayCase asks about something of a case. A part in the case is a fact about the reader, a restriction one about the case; both are as
// recorded at this moment. What may be done in class B may be done by those who may do it in class C.
func (q *request) mayCase(action access.Action, cls access.Class, kind access.Kind, c cases.Case) (access.Decision, error) {
	sub := q.sub
	if slices.Contains(c.People(), sub.UserID) {
		sub.Cases = append(slices.Clip(sub.Cases), c.ID)
	}
	res := access.Resource{Class: cls, Kind: kind, ID: c.ID, CaseID: c.ID, ProviderID: c.ProviderID, Restricted: c.Restricted, Named: c.Named,
		ContactRestricted: c.ContactRestricted(), Referred: c.Referred()}
	if q.s.cfg.Facts != nil {
		var err error
		if res, err = q.s.cfg.Facts.About(q.r.Context(), res); err != nil {
			return access.Decision{}, err
		}
	}
	d := q.s.cfg.Authorise(sub, action, res)
	if !d.Allow && cls == access.ClassB && action != access.View {
		res.Class = access.ClassC
		if own := q.s.cfg.Authorise(sub, action, res); own.Allow {
			return own, nil
		}
	}
	return d, nil
}

// visible lists the cases that the reader may know of.
func (q *request) visible(ctx context.Context) ([]cases.Case, error) {
	all, err := q.s.cfg.Casework.All(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]cases.Case, 0, len(all))
	for _, c := range all {
		d, err := q.mayCase(access.View, access.ClassB, access.Case, c)
		if err != nil {
			return nil, err
		}
		if d.Allow {
			out = append(out, c)
		}
	}
	return out, nil
}

// anyCase says whether the route's action is open to the reader on the case that the address names, or on any.
func (q *request) anyCase() (bool, error) {
	kind := q.route.kind
	if r, ok := cases.Find(q.r.PathValue("register")); ok {
		kind = r.Kind
	}
	var asked []cases.Case
	if id := q.r.PathValue("id"); id != "" {
		c, found, err := q.s.cfg.Casework.Get(q.r.Context(), id)
		if err != nil || !found {
			return false, err
		}
		asked = append(asked, c)
	} else {
		all, err := q.s.cfg.Casework.All(q.r.Context())
		if err != nil {
			return false, err
		}
		asked = all
	}
	for _, c := range asked {
		d, err := q.mayCase(q.route.action, q.route.class, kind, c)
		if err == nil && !d.Allow && kind == access.Pack {
			d, err = q.mayIssue(c)
		}
		if err != nil || d.Allow {
			return d.Allow, err
		}
	}
	return false, nil
}

// theCase is the case that the address names, for a reader who may know of it; for anybody else there is no such page.
func (q *request) theCase() (cases.Case, error) {
	id := q.r.PathValue("id")
	c, found, err := q.s.cfg.Casework.Get(q.r.Context(), id)
	if err != nil {
		return c, err
	}
	if !found {
		return c, errNotFound
	}
	d, err := q.mayCase(access.View, access.ClassB, access.Case, c)
	if err != nil {
		return c, err
	}
	if d.Hide {
		return c, errNotFound
	}
	if !d.Allow {
		return c, q.refuse(d, id)
	}
	return c, nil
}

// caseRow is one case in a list.
type caseRow struct {
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
}

// casesView is the list of cases.
type casesView struct {
	Lead    string
	Rows    []caseRow
	Filter  caseFilter
	Stages  []option
	Total   int
	Pager   pager
	MayOpen bool
	Ignored []string
}

type caseFilter struct{ State, Stage, Text string }

func (q *request) caseRow(c cases.Case, now time.Time) caseRow {
	stage, _ := q.s.cfg.Casework.Pathway().Stage(c.Stage)
	row := caseRow{Case: c, Stage: stage, Days: c.DaysInStage(now), Lead: c.Role("lead_enquiry_officer"), Ended: !c.Open(q.s.cfg.Casework.Pathway())}
	row.Over = stage.Days > 0 && row.Days > stage.Days && !row.Ended
	for n, d := range c.Dues(now) {
		if d.Overdue {
			row.Overdue++
		}
		if n == 0 {
			row.Next, row.NextOn = d.What, d.By
		}
	}
	if p, in := c.Placement(); in {
		register, _ := cases.Find("placements")
		f, _ := register.Field("status")
		row.Place = f.Words(p.Values["status"])
	}
	return row
}

func casesPage(q *request) error {
	ctx, p := q.r.Context(), q.params()
	now := q.s.cfg.Casework.Now()
	v := casesView{Filter: caseFilter{State: p.one("state", "open", "overdue", "mine", "closed", "all"), Stage: p.text("stage", 40), Text: p.text("q", 80)}}
	all, err := q.visible(ctx)
	if err != nil {
		return err
	}
	var open, over int
	page := p.page()
	for _, c := range all {
		if c.Open(q.s.cfg.Casework.Pathway()) {
			open++
		}
		row := q.caseRow(c, now)
		if row.Overdue > 0 || row.Over {
			over++
		}
		if !v.keeps(row, q.sub.UserID) {
			continue
		}
		v.Total++
		if v.Total > (page-1)*pageSize && v.Total <= page*pageSize {
			v.Rows = append(v.Rows, row)
		}
	}
	for _, s := range q.s.cfg.Casework.Pathway().Stages {
		v.Stages = append(v.Stages, option{s.ID, s.Title})
	}
	v.Lead = words.Capital(words.Spell(open, "case")) + " open"
	if over > 0 {
		v.Lead += ", " + words.SpellNumber(over) + " with something overdue"
	}
	v.Lead += "."
	v.Pager = q.paging(int64(v.Total), page, pageSize, len(v.Rows), "case")
	v.Ignored = p.Ignored
	v.MayOpen = q.s.cfg.Authorise(q.sub, access.OpenCase, access.Resource{Class: access.ClassB, Kind: access.Case}).Allow
	return q.page("cases", "Cases", v)
}

func (v *casesView) keeps(r caseRow, me string) bool {
	switch v.Filter.State {
	case "open":
		if r.Ended {
			return false
		}
	case "overdue":
		if r.Overdue == 0 && !r.Over {
			return false
		}
	case "mine":
		if !slices.Contains(r.Case.People(), me) {
			return false
		}
	case "closed":
		if !r.Ended {
			return false
		}
	}
	return (v.Filter.Stage == "" || r.Case.Stage == v.Filter.Stage) && contains(r.Case.ProviderName, v.Filter.Text)
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
	{"Who, and what they know", []string{"roles", "involvement", "intelligence", "factors", "processes", "police"}},
	{"Meetings and actions", []string{"meetings", "attendance", "resolutions", "actions", "developments"}},
	{"Plan and assurance", []string{"reports", "issues", "improvements", "plans", "monitoring", "assurance"}},
	{"Risk, placements and commissioning", []string{"risks", "placements", "directory", "commissioning", "replies"}},
	{"Telling people", []string{"notifications", "communications", "letters", "foi", "policies"}},
	{"People and continuity of care", []string{"adults", "duty", "team", "affected"}},
}

// caseView is one case.
type caseView struct {
	_         struct{} `class:"B"`
	Row       caseRow
	Steps     []caseStep
	Forced    []pathway.Force
	Dues      []cases.Due
	Overdue   int
	Lists     []caseList
	Moves     []caseMove
	Tracks    []caseMove
	Begun     []pathway.Track
	Groups    []caseGroup
	History   []caseLine
	Roles     []option
	Duty      string
	Police    bool
	NoContact bool
	Consults  []option
	MayRecord bool
	MayHide   bool
	People    []option
	Form      *form
	Action    string
	Version   int64
	Conflict  []caseLine
	FlagLink  string
	Known     bool
}

// caseLine is one line of the history.
type caseLine struct {
	At             time.Time
	By, What, Text string
	Seen           string
	Link           string
}

func casePage(q *request) error { return q.showCase(nil, nil) }

func (q *request) showCase(f *form, conflict []caseLine) error {
	ctx := q.r.Context()
	c, err := q.theCase()
	if err != nil {
		return err
	}
	desk, now := q.s.cfg.Casework, q.s.cfg.Casework.Now()
	names, err := q.names(ctx)
	if err != nil {
		return err
	}
	flags, _, known, err := q.seen(ctx, c.ProviderID)
	if err != nil {
		return err
	}
	v := caseView{Row: q.caseRow(c, now), Form: f, Conflict: conflict, Action: link.Case(c.ID), Version: c.Version, Police: c.Investigation(), NoContact: c.ContactRestricted(), Known: known}
	if v.Form == nil {
		v.Form = draft()
	}
	stage := v.Row.Stage
	facts := c.Facts(now, stage, flags.Flags)
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
		v.Moves = append(v.Moves, caseMove{m.ID, m.Title, to.Title, pathway.Missing(m.Needs, facts)})
	}
	for _, t := range desk.Pathway().Tracks {
		if slices.Contains(t.From, c.Stage) && !slices.ContainsFunc(c.Tracks, func(b cases.Track) bool { return b.ID == t.ID }) {
			v.Tracks = append(v.Tracks, caseMove{ID: t.ID, Title: t.Title, Lacks: pathway.Missing(t.Needs, facts)})
		}
	}
	if v.Groups, err = q.caseGroups(c); err != nil {
		return err
	}
	for _, e := range slices.Backward(c.History) {
		if r, ok := cases.Find(e.Register); ok && r.Class == access.ClassC {
			if d, err := q.mayCase(access.View, r.Class, r.Kind, c); err != nil || !d.Allow {
				if err != nil {
					return err
				}
				continue
			}
		}
		v.History = append(v.History, q.lineOfCase(c, e, names))
	}
	for _, r := range []string{"lead_agency", "chair", "lead_enquiry_officer", "contract_officer", "host_authority", "police_lead"} {
		register, _ := cases.Find("roles")
		role, _ := register.Field("role")
		v.Roles = append(v.Roles, option{role.Words(r), c.Role(r)})
	}
	if d := c.Records["duty"]; len(d) > 0 {
		v.Duty = words.Capital(string(cases.Duty(d[len(d)-1].Values)))
	}
	for _, r := range c.Consultations() {
		v.Consults = append(v.Consults, option{strconv.Itoa(r.Number), words.Date(r.Day("on")) + ": " + words.Clip(r.Values["about"], 80)})
	}
	if c.FlagID != "" {
		v.FlagLink = link.Flag(c.FlagID)
	}
	may, err := q.mayCase(access.Record, access.ClassB, access.Case, c)
	if err != nil {
		return err
	}
	v.MayRecord = may.Allow
	hide, err := q.mayCase(access.Restrict, access.ClassC, access.Case, c)
	if err != nil {
		return err
	}
	if v.MayHide = hide.Allow; v.MayHide {
		for id, name := range names {
			if id != review.Program {
				v.People = append(v.People, option{id, name})
			}
		}
		slices.SortFunc(v.People, func(a, b option) int {
			if a.Text < b.Text {
				return -1
			}
			return 1
		})
	}
	return q.page("case", c.ProviderName, v, step{"Cases", "/cases"})
}
