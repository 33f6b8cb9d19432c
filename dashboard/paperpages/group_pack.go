package paperpages

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/papers"
	"bellwether/casework/review"
	"bellwether/casework/workdays"
	"bellwether/dashboard/casepages"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/reviewpages"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// groupPackView is the group's papers as a page: the accessible twin of the file. The address holds what is in it.
type groupPackView struct {
	_        struct{} `class:"B"`
	Paper    papers.Paper
	On       string
	Choices  []packChoice
	Chosen   int
	Query    string
	XLSX     string
	MayIssue bool
	Form     *page.Form
	Password string
	Download string
	Issued   []string
	Ignored  []string
}

// packChoice is a provider that may be put on the agenda.
type packChoice struct {
	ID, Name, Says string
	Chosen         bool
	rank           int
}

// maxInPack is how many providers one pack holds.
const maxInPack = 25

// packed is what a pack is made of.
type packed struct {
	on      time.Time
	choices []packChoice
	cases   map[string][]*cases.Standing // by provider
	waiting []reviewpages.EscalationLine
}

// packOf reads the address and works out who may be on the agenda: providers whose items wait, and those with an open case.
func packOf(q *page.Request, p *page.Params) (*packed, error) {
	ctx := q.R.Context()
	k := &packed{on: workdays.Day(q.Config.Reviews.Now()), cases: map[string][]*cases.Standing{}}
	if on := p.Date("on"); on != "" {
		k.on, _ = time.Parse(time.DateOnly, on)
	}
	all, _, err := queue.Read(ctx, q)
	if err != nil {
		return nil, err
	}
	visible, err := q.Visible(ctx)
	if err != nil {
		return nil, err
	}
	if k.waiting, err = reviewpages.Escalations(ctx, q); err != nil {
		return nil, err
	}
	find := func(id, name string, rank int) *packChoice {
		at := slices.IndexFunc(k.choices, func(c packChoice) bool { return c.ID == id })
		if at < 0 {
			k.choices = append(k.choices, packChoice{ID: id, Name: name, rank: rank})
			at = len(k.choices) - 1
		}
		return &k.choices[at]
	}
	for n, i := range all {
		if i.State.Waiting() && i.Item.Flag.HeldBack == "" {
			if c := find(i.ProviderID, i.ProviderName, n); c.Says == "" {
				c.Says = q.Config.Words.Levels[min(max(i.Item.Flag.Level, 0), 3)] + ", waits for review"
			}
		}
	}
	for n, s := range visible {
		if s.Ended || access.TenantOnly(q.Subject) || s.Stage.Level == 0 {
			continue
		}
		id := s.Case.Subject()
		k.cases[id] = append(k.cases[id], s)
		c := find(id, s.Case.ProviderName, len(all)+n)
		c.Says = strings.TrimPrefix(c.Says+"; case at "+s.Stage.Title, "; ")
		if s.Risk.High && !s.Risk.Decided {
			c.Says, c.rank = c.Says+"; risks remain high", -1
		}
	}
	slices.SortStableFunc(k.choices, func(a, b packChoice) int { return a.rank - b.rank })
	asked := p.Values["p"]
	n := 0
	for i := range k.choices {
		c := &k.choices[i]
		if c.Chosen = slices.Contains(asked, c.ID) && n < maxInPack; c.Chosen {
			n++
		}
	}
	for _, id := range asked {
		if !slices.ContainsFunc(k.choices, func(c packChoice) bool { return c.ID == id && c.Chosen }) {
			p.Ignore("p", words.Clip(id, 40))
		}
	}
	return k, nil
}

// paper puts the group's papers together.
func (k *packed) paper(ctx context.Context, q *page.Request) (papers.Paper, error) {
	p := papers.Paper{Title: q.Config.Words.Group, Subtitle: "Papers for the meeting of " + words.Date(k.on), Marking: q.Config.Words.Markings.Sensitive,
		Foot: "As known on " + words.Date(q.Frame.Run.AsOf) + ", snapshot " + page.ShortID(q.Snapshot.ID) + ", rules " + q.Frame.Run.RuleSet, Made: q.Config.Casework.Now()}
	agenda := papers.Section{Heading: "Agenda", Text: []string{cases.GroupAgenda}}
	for n, c := range k.chosen() {
		agenda.Rows = append(agenda.Rows, []string{words.Int(int64(n + 1)), c.Name, c.Says})
	}
	if len(agenda.Rows) > 0 {
		agenda.Head, agenda.Widths = []string{"No.", "Provider", "Why it is on the agenda"}, []float64{.08, .42, .5}
	}
	minutes, err := lastMinutes(ctx, q)
	if err != nil {
		return p, err
	}
	p.Sections = append(p.Sections, agenda, minutes)
	head, rows := k.tracker(q.Config.Casework.Now())
	tracker := papers.Section{Heading: "Action tracker", Text: []string{"No action is open on these providers."}}
	if len(rows) > 0 {
		tracker = papers.Section{Heading: "Action tracker", Head: head, Rows: rows, Widths: []float64{.17, .06, .27, .15, .15, .1, .1}}
	}
	p.Sections = append(p.Sections, tracker)
	if len(k.waiting) > 0 {
		s := papers.Section{Heading: "Risks that remain high", Head: []string{"Provider", "Stage", "Since", "Why"}, Widths: []float64{.25, .25, .12, .38}}
		for _, w := range k.waiting {
			s.Rows = append(s.Rows, []string{w.Row.Case.ProviderName, w.Row.Stage.Title, words.Date(w.Since), w.Why})
		}
		p.Sections = append(p.Sections, s)
	}
	for n, c := range k.chosen() {
		sections, err := providerPart(ctx, q, c, k.cases[c.ID])
		if err != nil {
			return p, err
		}
		sections[0].Heading = words.Int(int64(n+1)) + ". " + c.Name
		sections[0].Part = true
		p.Sections = append(p.Sections, sections...)
	}
	return p, nil
}

func (k *packed) chosen() []packChoice {
	return slices.DeleteFunc(slices.Clone(k.choices), func(c packChoice) bool { return !c.Chosen })
}

// tracker is the open actions of the chosen providers, overdue first.
func (k *packed) tracker(now time.Time) (head []string, rows [][]string) {
	head = []string{"Provider", "No.", "Action", "Owner", "Organisation", "Due", "Update"}
	type due struct {
		at  string
		row []string
	}
	var all []due
	for _, c := range k.chosen() {
		for _, s := range k.cases[c.ID] {
			for _, r := range s.Case.Records["actions"] {
				if r.Values["completed_on"] != "" {
					continue
				}
				says := words.Date(r.Day("due_on"))
				if workdays.Day(now).After(r.Day("due_on")) {
					says += ", overdue"
				}
				owner := r.Values["owner"]
				if d := r.Values["deputy"]; d != "" {
					owner += " (deputy " + d + ")"
				}
				all = append(all, due{r.Values["due_on"], []string{c.Name, r.Values["number"], r.Values["detail"], owner, r.Values["organisation"], says, words.Clip(r.Values["update"], 200)}})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b due) int { return strings.Compare(a.at, b.at) })
	for _, d := range all {
		rows = append(rows, d.row)
	}
	return head, rows
}

// providerPart is what the pack says of one provider: the data's brief with its chart, the evidence, and where its cases stand.
func providerPart(ctx context.Context, q *page.Request, c packChoice, open []*cases.Standing) ([]papers.Section, error) {
	provider := c.ID
	if strings.HasPrefix(provider, "case:") {
		provider = ""
	}
	brief, flags, err := briefOf(ctx, q, provider)
	if err != nil {
		return nil, err
	}
	out := []papers.Section{brief}
	if len(flags.Rows) > 0 {
		out = append(out, flags)
	}
	for _, s := range open {
		text := []string{s.Stage.Title + " for " + words.Plural(s.Days, "day") + ". Lead enquiry officer: " + orNobody(s.Case.Role("lead_enquiry_officer")) + "."}
		if s.Over {
			text = append(text, "It is over the local limit of "+words.Plural(s.Stage.Days, "day")+".")
		}
		if row := casepages.RowOf(q, s); row.Place != "" {
			text = append(text, "Placements: "+row.Place+".")
		}
		out = append(out, papers.Section{Heading: "The case", Text: append(text, "Opened because: "+s.Case.Reason)})
		for _, id := range []string{"risks", "plans", "replies", "resolutions"} {
			if section, ok := casepages.Section(q, *s.Case, id); ok {
				out = append(out, section)
			}
		}
	}
	return out, nil
}

func orNobody(s string) string {
	if s == "" {
		return "not named"
	}
	return s
}

// lastMinutes are the minutes of the group's last meeting, with what has been decided since.
func lastMinutes(ctx context.Context, q *page.Request) (papers.Section, error) {
	s := papers.Section{Heading: "Minutes of the last meeting"}
	met, err := q.Config.Reviews.Meetings(ctx)
	if err != nil {
		return s, err
	}
	if len(met) == 0 {
		s.Text = []string{"No meeting of the group has been recorded yet."}
		return s, nil
	}
	last := met[0]
	state := "Not agreed yet."
	if last.Agreed {
		state = "Agreed by the chair."
	}
	if s.Text = []string{"Meeting of " + words.Date(last.On) + ". No minutes are recorded."}; last.Minutes != "" {
		s.Text = []string{"Meeting of " + words.Date(last.On) + ". " + state, last.Minutes}
	}
	all, items, err := queue.Read(ctx, q)
	if err != nil {
		return s, err
	}
	names := map[string]string{}
	for _, i := range all {
		names[i.ItemID()] = i.ProviderName
	}
	s.Head, s.Widths = []string{"On", "Provider", "What changed since then", "Words"}, []float64{.12, .28, .2, .4}
	for _, c := range review.Since(items, last.On.Add(24*time.Hour-time.Second)) {
		what := c.What
		if w := reviewpages.StepWords[what]; w != "" {
			what = w
		}
		s.Rows = append(s.Rows, []string{words.Date(c.At), names[c.Item.Flag.ID], words.Capital(what), words.Clip(c.Text, 240)})
	}
	if len(s.Rows) == 0 {
		s.Head, s.Widths = nil, nil
	}
	return s, nil
}

// Group is the papers of the group's meeting, as a page.
func Group(q *page.Request) error { return showGroupPack(q, nil, nil) }

func showGroupPack(q *page.Request, f *page.Form, made func(*groupPackView)) error {
	ctx, p := q.R.Context(), q.Params()
	k, err := packOf(q, p)
	if err != nil {
		return err
	}
	v := groupPackView{On: k.on.Format(time.DateOnly), Choices: k.choices, Chosen: len(k.chosen()), Form: f, Ignored: p.Ignored}
	if v.Form == nil {
		v.Form = page.Draft()
	}
	pairs := []string{"on", v.On}
	for _, c := range k.chosen() {
		pairs = append(pairs, "p", c.ID)
	}
	v.Query, v.XLSX = link.With("/review/pack", pairs...), link.With("/review/pack/actions.xlsx", pairs...)
	if v.Paper, err = k.paper(ctx, q); err != nil {
		return err
	}
	d := q.Config.Authorise(q.Subject, access.Export, access.Resource{Class: access.ClassB, Kind: access.Pack})
	v.MayIssue = d.Allow || d.Reason == page.NeedsRecentSignIn
	copies, err := q.Config.Reviews.Copies(ctx)
	if err != nil {
		return err
	}
	names, err := q.Names(ctx)
	if err != nil {
		return err
	}
	for _, c := range copies {
		if c.On.Equal(k.on) {
			v.Issued = append(v.Issued, c.Recipient+", "+words.Date(c.At)+", by "+names[c.By])
		}
	}
	if made != nil {
		made(&v)
	}
	return q.Page("group_pack", "Meeting pack", v, page.To("Review queue", "/review"))
}

// GroupTracker is the pack's tracker as a spreadsheet.
func GroupTracker(q *page.Request) error {
	k, err := packOf(q, q.Params())
	if err != nil {
		return err
	}
	head, rows := k.tracker(q.Config.Casework.Now())
	return casepages.XLSX(q, "group_actions", head, rows, "")
}

// IssueGroup makes the encrypted file of what the address holds, logs each copy, and shows the password once.
func IssueGroup(q *page.Request) error {
	ctx := q.R.Context()
	f, err := q.Sent()
	if err != nil {
		return err
	}
	k, err := packOf(q, q.Params())
	if err != nil {
		return err
	}
	recipients := recipientsOf(f)
	if len(k.chosen()) == 0 {
		f.Refuse("p", "choose the providers on the agenda first")
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return showGroupPack(q, f, nil)
	}
	paper, err := k.paper(ctx, q)
	if err != nil {
		return err
	}
	sealed, err := papers.Seal(paper, nil)
	if err != nil {
		return err
	}
	if err := q.Record(access.ClassB, "", true, "pack"); err != nil {
		return err
	}
	var ids []string
	for _, c := range k.chosen() {
		ids = append(ids, c.ID)
	}
	err = q.Config.Reviews.IssuePack(ctx, q.Subject.UserID, k.on, ids, recipients)
	var input *review.InputError
	if errors.As(err, &input) {
		f.Refuse(input.Field, input.Says)
		q.Status = http.StatusUnprocessableEntity
		return showGroupPack(q, f, nil)
	}
	if err != nil {
		return err
	}
	id, err := q.Server.Shelf.Put(page.Paper{User: q.Subject.UserID, PDF: sealed.PDF, Name: "group_" + k.on.Format(time.DateOnly) + "_OS.pdf"}, q.Config.Now())
	if err != nil {
		return err
	}
	return showGroupPack(q, nil, func(v *groupPackView) { v.Password, v.Download = sealed.Password, "/papers/"+id })
}
