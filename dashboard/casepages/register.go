package casepages

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/workdays"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// Field is a field of a form.
type Field struct {
	ID, Label, Kind string
	Required        bool
	Options         []page.Option
	Form            *page.Form
}

// registerRow is one entry in a table.
type registerRow struct {
	Number  int
	Link    string
	Cells   []string
	Overdue bool
	Says    string
}

// registerView is one register of a case.
type registerView struct {
	_        struct{} `class:"B"`
	Secret   string   `class:"C"` // filled in for registers about people
	Row      Row
	Register cases.Register
	Heads    []string
	Rows     []registerRow
	Fields   []Field
	MayAdd   bool
	Form     *page.Form
	Action   string
	Version  int64
	Consults []page.Option
	Police   bool
	Export   bool
	Import   bool
	Opened   *recordDetail
	Notices  []dueNotice
	Listed   *listed
	Preview  *trackerPreview
	Conflict *Conflict
	Packable bool
}

// recordDetail is one entry with what it was before.
type recordDetail struct {
	Number  int
	Says    string
	Facts   []page.Option
	History []Line
}

// theRegister is the register that the address names, for a reader who may see it.
func theRegister(q *page.Request) (cases.Case, cases.Register, error) {
	c, err := q.TheCase()
	if err != nil {
		return c, cases.Register{}, err
	}
	r, found := cases.Find(q.R.PathValue("register"))
	if !found {
		return c, r, page.ErrNotFound
	}
	d, err := q.MayCase(access.View, r.Class, r.Kind, c)
	if err != nil {
		return c, r, err
	}
	if !d.Allow {
		return c, r, q.Refuse(d, c.ID)
	}
	c, err = ownEntries(q, c, r)
	return c, r, err
}

// Register is a register of a case, with one entry opened where the address names one.
func Register(q *page.Request) error { return showRegister(q, nil, nil) }

// showRegister renders a register, with one entry opened where the address names one.
func showRegister(q *page.Request, f *page.Form, conflict *Conflict) error {
	return showRegisterWith(q, f, conflict, nil)
}

// showRegisterWith is showRegister with a tracker that has been read and not recorded, nil for none.
func showRegisterWith(q *page.Request, f *page.Form, conflict *Conflict, preview *trackerPreview) error {
	ctx := q.R.Context()
	c, r, err := theRegister(q)
	if err != nil {
		return err
	}
	now := q.Config.Casework.Now()
	names, err := q.Names(ctx)
	if err != nil {
		return err
	}
	v := registerView{Row: rowOfCase(q, c, now), Register: r, Form: f, Version: c.Version, Action: link.Case(c.ID) + "/" + r.ID, Conflict: conflict}
	if r.Class == access.ClassC {
		v.Secret = r.ID
	}
	v.table(c, r, now)
	may, err := q.MayCase(access.Record, r.Class, r.Kind, c)
	if err != nil {
		return err
	}
	v.MayAdd = may.Allow && !r.Closed
	switch r.ID {
	case "notifications":
		if !access.TenantOnly(q.Subject) {
			if v.Notices, err = noticesOf(ctx, q, c); err != nil {
				return err
			}
		}
	case "affected":
		if v.MayAdd {
			if v.Listed, err = listOfPeople(ctx, q, c); err != nil {
				return err
			}
		}
	}
	v.Police = c.NeedsPolice(r.ID)
	for _, p := range c.Consultations() {
		v.Consults = append(v.Consults, page.Option{Value: strconv.Itoa(p.Number), Text: words.Date(p.Day("on")) + ": " + words.Clip(p.Values["about"], 80)})
	}
	v.Export, v.Preview = r.ID == "actions", preview
	v.Import = v.Export && v.MayAdd
	title := r.Title
	crumbs := []page.Step{page.To("Cases", "/cases"), page.To(c.ProviderName, link.Case(c.ID))}
	if v.Form == nil {
		v.Form = v.begin(c, r, q.Params())
	}
	if number := q.R.PathValue("number"); number != "" {
		n, err := strconv.Atoi(number)
		rec, found := c.Find(r.ID, n)
		if err != nil || !found {
			return page.ErrNotFound
		}
		v.Action += "/" + number
		v.Opened = detailOfRecord(q, c, r, rec, names)
		if f == nil {
			v.Form = DraftOf(r, rec.Values)
		}
		v.Packable = r.ID == "meetings"
		v.Police = c.FromBefore(r.ID, rec)
		title = words.Capital(r.One) + " " + number
		crumbs = append(crumbs, page.To(r.Title, link.Case(c.ID)+"/"+r.ID))
	}
	if v.Fields, err = Fields(ctx, q, c, r, v.Form); err != nil {
		return err
	}
	return q.Page("register", title, v, crumbs...)
}

// begin is the draft of a new entry: what is plain from the case is filled in.
func (v *registerView) begin(c cases.Case, r cases.Register, p *page.Params) *page.Form {
	f := page.Draft()
	switch r.ID {
	case "meetings":
		f.Values.Set("agenda", cases.Agenda)
		f.Values.Set("chair", c.Role("chair"))
		f.Values.Set("lead_agency", c.Role("lead_agency"))
	case "actions":
		f.Values.Set("number", cases.NextAction(c))
		if m := c.Records["meetings"]; len(m) > 0 {
			f.SetDay("meeting_date", m[len(m)-1].Day("on"))
		}
	case "notifications":
		to := p.One("to", "", "cqc", "placing", "icb", "police", "adass", "healthwatch", "people", "families", "provider", "commissioners")
		f.Values.Set("recipient", to)
		f.Values.Set("name", p.Text("name", 120))
		f.Values.Set("letter", cases.Letter(c, to))
	}
	return f
}

// DraftOf fills a form with what an entry says.
func DraftOf(r cases.Register, values map[string]string) *page.Form {
	f := page.Draft()
	for _, field := range r.Fields {
		if field.Kind == cases.Date {
			if at, err := time.Parse(time.DateOnly, values[field.ID]); err == nil {
				f.SetDay(field.ID, at)
			}
			continue
		}
		f.Values.Set(field.ID, values[field.ID])
	}
	return f
}

// shownFields are the fields that a table has room for. Of the section 48 test it is the four answers and the days of the duty: their
// evidence is on the entry's own page.
func shownFields(r cases.Register) []cases.Field {
	var out []cases.Field
	if r.ID == "duty" {
		for _, id := range []string{"on", "registered", "cannot", "regulated", "business", "began_on", "ended_on"} {
			f, _ := r.Field(id)
			out = append(out, f)
		}
		return out
	}
	for _, f := range r.Fields {
		if f.Kind != cases.Person && (r.ID == "actions" || len(out) < 7 && (f.Required || f.Kind == cases.Date || f.Kind == cases.Pseudonym || f.ID == "placing")) {
			out = append(out, f)
		}
	}
	return out
}

func (v *registerView) table(c cases.Case, r cases.Register, now time.Time) {
	due := map[int]cases.Due{}
	for _, d := range c.Dues(now) {
		if d.Register == r.ID {
			due[d.Number] = d
		}
	}
	shown := shownFields(r)
	for _, f := range shown {
		v.Heads = append(v.Heads, f.Label)
	}
	for _, rec := range c.Records[r.ID] {
		row := registerRow{Number: rec.Number, Link: link.Case(c.ID) + "/" + r.ID + "/" + strconv.Itoa(rec.Number), Overdue: due[rec.Number].Overdue, Says: recordSays(c, r, rec, now)}
		for _, f := range shown {
			row.Cells = append(row.Cells, words.Clip(ValueOf(c, f, rec.Values[f.ID]), 200))
		}
		v.Rows = append(v.Rows, row)
	}
	// What is overdue comes first; otherwise the newest.
	slices.SortStableFunc(v.Rows, func(a, b registerRow) int {
		if a.Overdue != b.Overdue {
			if a.Overdue {
				return -1
			}
			return 1
		}
		return b.Number - a.Number
	})
}

// recordSays puts what follows from an entry into a sentence: the clock of minutes, the quorum, the answer to section 48, the score of a risk.
func recordSays(c cases.Case, r cases.Register, rec cases.Record, now time.Time) string {
	switch r.ID {
	case "meetings":
		says := "Minutes due by " + words.Date(cases.MinutesDue(rec)) + "."
		if on := rec.Values["circulated_on"]; on != "" {
			says = "Minutes circulated on " + words.Date(rec.Day("circulated_on")) + "."
		} else if workdays.Day(now).After(cases.MinutesDue(rec)) {
			says = "Minutes were due by " + words.Date(cases.MinutesDue(rec)) + "."
		}
		if quorate, missing := c.Quorum(rec); !quorate {
			says += " Not quorate: " + words.List(missing) + " not represented."
		} else if rec.Values["type"] == "strategic" {
			says += " Quorate."
		}
		return says
	case "resolutions":
		if m, ok := c.Refers(cases.Field{Kind: "ref:meetings"}, rec.Values["meeting"]); ok {
			if quorate, missing := c.Quorum(m); !quorate {
				return "Not authorised: advice only, because " + words.List(missing) + " was not represented."
			}
		}
		return "Authorised."
	case "plans":
		if missing := c.NotMeasured(); len(missing) > 0 {
			return "Not measured by any issue: " + words.List(missing) + "."
		}
		return "Measures safety, governance, compliance, clinical effectiveness and people's experience."
	case "duty":
		return words.Capital(string(cases.Duty(rec.Values))) + "."
	case "risks":
		l, _ := strconv.Atoi(rec.Values["likelihood"])
		i, _ := strconv.Atoi(rec.Values["impact"])
		return "Score " + strconv.Itoa(l*i) + " of 25."
	}
	return ""
}

func detailOfRecord(q *page.Request, c cases.Case, r cases.Register, rec cases.Record, names map[string]string) *recordDetail {
	d := &recordDetail{Number: rec.Number, Says: recordSays(c, r, rec, q.Config.Casework.Now())}
	for _, f := range r.Fields {
		value := ValueOf(c, f, rec.Values[f.ID])
		if f.Kind == cases.Person {
			value = names[rec.Values[f.ID]]
		}
		if value != "" {
			d.Facts = append(d.Facts, page.Option{Value: f.Label, Text: value})
		}
	}
	var before map[string]string
	for _, e := range c.History {
		if e.Register == r.ID && e.Number == rec.Number && (e.What == "recorded" || e.What == "amended") {
			l := lineOfCase(q, c, e, names)
			l.Link, l.Text = "", changes(c, r, before, e.Values, names)
			d.History = append(d.History, l)
			before = e.Values
		}
	}
	slices.Reverse(d.History)
	return d
}

// changes says what an amendment changed, field by field, with what each said before; empty for the first version of an entry.
func changes(c cases.Case, r cases.Register, before, after map[string]string, names map[string]string) string {
	if before == nil {
		return ""
	}
	say := func(f cases.Field, value string) string {
		if f.Kind == cases.Person {
			value = names[value]
		}
		if value = ValueOf(c, f, value); value == "" {
			return "empty"
		}
		return "“" + value + "”"
	}
	var out []string
	for _, f := range r.Fields {
		if before[f.ID] != after[f.ID] {
			out = append(out, f.Label+": "+say(f, after[f.ID])+", before that "+say(f, before[f.ID]))
		}
	}
	if len(out) == 0 {
		return "Nothing was changed."
	}
	return strings.Join(out, "; ") + "."
}

// Fields are the fields of the form, with the choices that each has now.
func Fields(ctx context.Context, q *page.Request, c cases.Case, r cases.Register, f *page.Form) ([]Field, error) {
	var out []Field
	for _, field := range r.Fields {
		rf := Field{ID: field.ID, Label: field.Label, Kind: field.Kind, Required: field.Required, Form: f}
		if !field.Required {
			rf.Label += " (optional)"
		}
		for _, o := range field.Options {
			v, text := cases.Option(o)
			rf.Options = append(rf.Options, page.Option{Value: v, Text: text})
		}
		if ref := field.Ref(); ref != "" {
			rf.Kind = cases.Choice
			to, _ := cases.Find(ref)
			for _, rec := range c.Records[ref] {
				rf.Options = append(rf.Options, page.Option{Value: strconv.Itoa(rec.Number), Text: Brief(c, to, rec)})
			}
		}
		if field.Kind == cases.Person {
			rf.Kind = cases.Choice
			var err error
			if rf.Options, err = q.Owners(ctx, access.View, access.ClassB, access.Case, c.ProviderID); err != nil {
				return nil, err
			}
		}
		out = append(out, rf)
	}
	return out, nil
}

// Given reads the fields of a register from a form.
func Given(r cases.Register, f *page.Form) map[string]string {
	out := map[string]string{}
	for _, field := range r.Fields {
		if field.Kind == cases.Date {
			if at := f.Day(field.ID); !at.IsZero() {
				out[field.ID] = at.Format(time.DateOnly)
			}
			continue
		}
		out[field.ID] = f.Get(field.ID)
	}
	return out
}

// recording is what somebody sends to a register of a case in which they may record, and why they may.
type recording struct {
	c      cases.Case
	r      cases.Register
	f      *page.Form
	reason string
}

func readRecording(q *page.Request) (n recording, err error) {
	if n.c, n.r, err = theRegister(q); err != nil {
		return n, err
	}
	if n.f, err = q.Sent(); err != nil {
		return n, err
	}
	d, err := q.MayCase(access.Record, n.r.Class, n.r.Kind, n.c)
	if err == nil && !d.Allow {
		err = q.Refuse(d, n.c.ID)
	}
	n.reason = d.Reason
	return n, err
}

// Record adds an entry, or amends the one that the address names.
func Record(q *page.Request) error {
	ctx := q.R.Context()
	n, err := readRecording(q)
	if err != nil {
		return err
	}
	c, r, f := n.c, n.r, n.f
	number := q.R.PathValue("number")
	values := Given(r, f)
	if err := checkPeople(ctx, q, c, r, f, values); err != nil {
		return err
	}
	if r.ID == "interests" && values["cleared_on"] != "" {
		if err := mayClear(q, c, f, values["person"]); err != nil {
			return err
		}
	}
	at := strings.TrimSuffix(link.Case(c.ID)+"/"+r.ID+"/"+number, "/")
	var labels []page.Option
	for _, field := range r.Fields {
		labels = append(labels, page.Option{Value: field.ID, Text: field.Label})
	}
	return Try(q, Attempt{Case: c, Form: f, Class: r.Class, Reason: n.reason, Show: showRegister,
		// A new entry beside another harms nothing; two amendments of one entry would.
		Clashes: func(l Line) bool { return number != "" && l.Link == at },
		Yours:   DraftWords(f, labels...),
		Do: func(act cases.Act) (string, string, error) {
			if number == "" {
				_, err := q.Config.Casework.Record(ctx, act, r.ID, values)
				return "Recorded: " + r.One + ".", at, err
			}
			n, _ := strconv.Atoi(number)
			_, err := q.Config.Casework.Amend(ctx, act, r.ID, n, values)
			return "Amended. What it said before stays in the history.", at, err
		}})
}

// checkPeople refuses an account that could not see the case.
func checkPeople(ctx context.Context, q *page.Request, c cases.Case, r cases.Register, f *page.Form, values map[string]string) error {
	for _, field := range r.Fields {
		p := values[field.ID]
		if field.Kind != cases.Person || p == "" || r.ID == "interests" || r.ID == "attendance" {
			continue
		}
		can, err := q.Owners(ctx, access.View, access.ClassB, access.Case, c.ProviderID)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(can, func(o page.Option) bool { return o.Value == p }) {
			f.Refuse(field.ID, "choose somebody who may see cases: whoever was chosen has no access")
		}
	}
	return nil
}
