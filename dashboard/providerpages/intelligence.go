package providerpages

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/intelligence"
	"bellwether/casework/store"
	"bellwether/dashboard/casepages"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

// noteRow is a note in the list about a provider.
type noteRow struct {
	_      struct{} `class:"B"`
	Link   string
	On, At time.Time
	Place  string
	Answer map[string]string
	By     string
	// Kept is a note whose words only its writer, or its writer's organisation, may read; Joins says that it enters the next run.
	Kept, Joins, Withdrawn bool
	Amended                int
	Why                    string
}

// caseNotes is how much intelligence a case holds that the reader may see.
type caseNotes struct {
	Link string
	N    int64
}

// intelligenceView is what people know of a provider, with the form for more.
type intelligenceView struct {
	_        struct{} `class:"B"`
	Provider read.Provider
	Rows     []noteRow
	Cases    []caseNotes
	Opened   *noteRow
	Version  int64
	MayAdd   bool
	Fields   []casepages.Field
	Form     *page.Form
	Action   string
}

// thatProvider is the provider that the address names, for a reader who may do this with what is known of it.
func thatProvider(q *page.Request, action access.Action) (read.Provider, access.Decision, error) {
	id := q.R.PathValue("id")
	p, ok, err := q.Snapshot.Provider(q.R.Context(), id)
	if err != nil {
		return p, access.Decision{}, err
	}
	d, err := q.May(action, access.ClassB, access.Intelligence, id)
	switch {
	case err != nil:
		return p, d, err
	case !ok || d.Hide:
		return p, d, page.ErrNotFound
	case !d.Allow:
		return p, d, q.Refuse(d, id)
	}
	return p, d, nil
}

// Intelligence is what people know and wrote down of a provider, with one note opened where the address names one.
func Intelligence(q *page.Request) error { return showIntelligence(q, nil) }

func showIntelligence(q *page.Request, f *page.Form) error {
	ctx := q.R.Context()
	p, _, err := thatProvider(q, access.View)
	if err != nil {
		return err
	}
	v := intelligenceView{Provider: p, Form: f, Action: link.Provider(p.ID) + "/intelligence"}
	may, err := q.May(access.Record, access.ClassB, access.Intelligence, p.ID)
	if err != nil {
		return err
	}
	v.MayAdd = may.Allow
	places, err := q.Snapshot.LocationsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	names, err := q.Names(ctx)
	if err != nil {
		return err
	}
	notes, err := q.Config.Intelligence.About(ctx, p.ID)
	if err != nil {
		return err
	}
	crumbs := []page.Step{page.To("Providers", "/providers"), page.To(p.Name, link.Provider(p.ID))}
	title := "What people know"
	if id := q.R.PathValue("note"); id != "" {
		note, err := readable(ctx, q, p.ID, id)
		if err != nil {
			return err
		}
		row := rowOfNote(q, note, places, names)
		v.Opened, v.Version, v.Action = &row, note.Version, v.Action+"/"+id
		v.MayAdd = v.MayAdd && !note.Withdrawn()
		if f == nil {
			v.Form = casepages.DraftOf(noteRegister(), note.Values)
			v.Form.Values.Set("location", note.LocationID)
		}
		title, crumbs = "Note", append(crumbs, page.To("What people know", link.Provider(p.ID)+"/intelligence"))
	} else {
		for _, n := range notes {
			v.Rows = append(v.Rows, rowOfNote(q, n, places, names))
		}
		if v.Cases, err = notesBeside(q, p.ID); err != nil {
			return err
		}
	}
	if v.Form == nil {
		v.Form = page.Draft()
	}
	if v.Fields, err = casepages.Fields(ctx, q, cases.Case{ProviderID: p.ID}, noteRegister(), v.Form); err != nil {
		return err
	}
	for n := range v.Fields {
		if id := v.Fields[n].ID; id == "theme" || id == "bears" {
			field, _ := noteRegister().Field(id)
			v.Fields[n].Label = field.Label // a note answers these
		}
	}
	where := casepages.Field{ID: "location", Label: "Which location (optional: leave it for the provider as a whole)", Kind: cases.Choice, Form: v.Form}
	for _, l := range places {
		if l.Active() {
			where.Options = append(where.Options, page.Option{Value: l.ID, Text: l.Name})
		}
	}
	v.Fields = append([]casepages.Field{where}, v.Fields...)
	return q.Page("intelligence", title, v, crumbs...)
}

// noteRegister is the register whose questions a note answers.
func noteRegister() cases.Register {
	r, _ := cases.Find(cases.Intelligence)
	return r
}

// readable is a note about a provider that the reader may read; what its limits keep from them is not there for them.
func readable(ctx context.Context, q *page.Request, provider, id string) (intelligence.Note, error) {
	n, err := q.Config.Intelligence.Find(ctx, id)
	if errors.Is(err, intelligence.ErrUnknown) || err == nil && (n.ProviderID != provider || !n.For(q.Subject.UserID, q.Subject.Organisation)) {
		return n, page.ErrNotFound
	}
	return n, err
}

func rowOfNote(q *page.Request, n intelligence.Note, places []read.Location, names map[string]string) noteRow {
	row := noteRow{At: n.At, Link: link.Provider(n.ProviderID) + "/intelligence/" + n.ID, By: orWord(names[n.By], "somebody whose account is gone"), Withdrawn: n.Withdrawn(),
		Amended: n.Amended(), Why: n.Why, Place: "The provider as a whole"}
	for _, l := range places {
		if l.ID == n.LocationID {
			row.Place = l.Name
		}
	}
	if row.Kept = !n.For(q.Subject.UserID, q.Subject.Organisation); row.Kept || row.Withdrawn {
		return row
	}
	row.On, _ = time.Parse(time.DateOnly, n.Values["on"])
	row.Joins, row.Answer = n.Joins(), map[string]string{}
	for _, f := range noteRegister().Fields {
		row.Answer[f.ID] = f.Words(n.Values[f.ID])
	}
	return row
}

// notesBeside counts the intelligence on the cases about a provider that the reader may see.
func notesBeside(q *page.Request, provider string) ([]caseNotes, error) {
	all, err := q.Visible(q.R.Context())
	if err != nil {
		return nil, err
	}
	r := noteRegister()
	var out []caseNotes
	for _, s := range all {
		n := int64(len(s.Case.Records[r.ID]))
		if s.Case.ProviderID != provider || n == 0 {
			continue
		}
		d, err := q.MayStand(access.View, r.Class, r.Kind, s)
		if err != nil {
			return nil, err
		}
		if d.Allow {
			out = append(out, caseNotes{link.Case(s.Case.ID) + "/" + r.ID, n})
		}
	}
	return out, nil
}

// noted is how many notes about a provider stand, for its page; may says whether the reader sees them, add whether they can write one.
func noted(q *page.Request, provider string) (n int64, may, add bool, err error) {
	d, err := q.May(access.View, access.ClassB, access.Intelligence, provider)
	if err != nil || !d.Allow {
		return 0, false, false, err
	}
	notes, err := q.Config.Intelligence.About(q.R.Context(), provider)
	for _, note := range notes {
		if !note.Withdrawn() {
			n++
		}
	}
	if err != nil {
		return 0, false, false, err
	}
	d, err = q.May(access.Record, access.ClassB, access.Intelligence, provider)
	return n, true, d.Allow, err
}

// ActOnIntelligence writes a note down, amends the one that the address names, or takes it back.
func ActOnIntelligence(q *page.Request) error {
	ctx := q.R.Context()
	p, d, err := thatProvider(q, access.Record)
	if err != nil {
		return err
	}
	f, err := q.Sent()
	if err != nil {
		return err
	}
	e := intelligence.Entry{By: q.Subject.UserID, Organisation: q.Subject.Organisation, ProviderID: p.ID, LocationID: f.Get("location"), Values: casepages.Given(noteRegister(), f)}
	places, err := q.Snapshot.LocationsOf(ctx, p.ID)
	if err != nil {
		return err
	}
	if !knownPlace(places, e.LocationID) {
		f.Refuse("location", "choose one of the provider's locations, or none")
	}
	id := q.R.PathValue("note")
	if id != "" {
		if _, err := readable(ctx, q, p.ID, id); err != nil {
			return err
		}
	}
	take := f.Get("do") == "withdraw"
	if take {
		f.Errors = nil
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return showIntelligence(q, f)
	}
	// What can't be audited isn't recorded either.
	if err := q.Record(access.ClassB, p.ID, true, d.Reason); err != nil {
		return err
	}
	version, _ := strconv.ParseInt(f.Get("version"), 10, 64)
	says := "Written down. What partners may know joins the timeline with the next run."
	switch {
	case id == "":
		_, err = q.Config.Intelligence.Record(ctx, e)
	case take:
		err, says = q.Config.Intelligence.Withdraw(ctx, id, version, q.Subject.UserID, f.Get("why")), "Taken back. It leaves the timeline with the next run."
	default:
		_, err = q.Config.Intelligence.Amend(ctx, id, version, e)
		says = "Amended. What it said before stays in the history."
	}
	var conflict *store.ConflictError
	switch {
	case errors.As(err, &conflict):
		f.Refuse("do", "somebody else changed it meanwhile: look at what it says now, and send yours again if it still holds")
		q.Status = http.StatusConflict
		return showIntelligence(q, f)
	case casepages.Refused(q, f, err):
		q.Status = http.StatusUnprocessableEntity
		return showIntelligence(q, f)
	case errors.Is(err, intelligence.ErrUnknown):
		return page.ErrNotFound
	case err != nil:
		return err
	}
	return q.Done(says, link.Provider(p.ID)+"/intelligence")
}

func knownPlace(places []read.Location, id string) bool {
	for _, l := range places {
		if l.ID == id && l.Active() {
			return true
		}
	}
	return id == ""
}
