// Package requestpages is the room of the requests for information: their register, the answer that is built and signed, and what is held about a
// person, laid out on paper. The work itself is internal/answers.
package requestpages

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"bellwether/casework/papers"
	"bellwether/casework/requests"
	"bellwether/casework/workdays"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
	"bellwether/internal/answers"
	"bellwether/internal/disclosure"
	"bellwether/internal/release"
)

// subjectPurpose is the reason under which what is held about a person is looked up.
const subjectPurpose = "subject_access"

// requestsView lists the requests of both kinds by the day they are due.
type requestsView struct {
	Kinds []requestKind
	// May says that the reader registers requests.
	May  bool
	Form *page.Form
}

type requestKind struct {
	Kind, Title, Says, One string
	Lines                  []requestLine
	Overdue                int
}

// requestLine is one request. Its words name nobody, and still say what somebody asked.
type requestLine struct {
	_                       struct{} `class:"B"`
	ID, Link, State, Words  string
	Received, Due           time.Time
	Overdue, Answered, Soon bool
}

// requestView is one request, what was done about it, and what can be done next.
type requestView struct {
	requestLine
	Person        bool
	History       []requestStep
	Sections      []papers.Section
	Hash, Trouble string
	Build, Sign   bool
	Leave, Lay    bool
	Done          bool
	Waits         string
	Form          *page.Form
	Password      string
	Download      string
	Periods       []page.Option
	Profiles      []page.Option
}

type requestStep struct {
	What, By string
	At       time.Time
}

// kindsOfRequest are the two laws, in the words of the pages.
var kindsOfRequest = []requestKind{
	{Kind: string(requests.FOI), Title: "Freedom of information", One: "freedom of information", Says: "Answered with counts within twenty working days. Whoever makes an answer can't sign it off: the chair does, or somebody else of information governance."},
	{Kind: string(requests.SubjectAccess), Title: "What is held about a person", One: "what is held about a person", Says: "Answered within a month, once a second person has checked who asks. The answer is made once and nothing of it is kept."},
}

// soonDue is how long before its day a request is marked.
const soonDue = 5

func lineOfRequest(q *page.Request, r requests.Request) requestLine {
	today := workdays.Day(q.Config.Now())
	return requestLine{ID: r.ID, Link: "/requests/" + r.ID, State: r.State(), Words: r.Words, Received: r.Received, Due: r.Due, Overdue: r.Overdue(today), Answered: !r.AnsweredAt.IsZero(),
		Soon: r.AnsweredAt.IsZero() && !r.Overdue(today) && !workdays.New(nil).Add(today, soonDue).Before(r.Due)}
}

// mayRequest asks about a step as it would be with a fresh proof, so that the page offers what a proof away.
func mayRequest(q *page.Request, action access.Action) bool {
	willing := q.Subject
	willing.RecentSignIn, willing.Purpose = true, subjectPurpose
	cls := access.ClassB
	if action == access.Relink {
		cls = access.ClassD
	}
	return q.Config.Authorise(willing, action, access.Resource{Class: cls, Kind: access.InformationRequest}).Allow
}

// asked gives the desk with what any process has recorded.
func asked(q *page.Request) (*answers.Desk, error) {
	d := q.Config.Requests
	if d == nil {
		return nil, page.ErrNotFound
	}
	return d, d.Book.Refresh(q.R.Context())
}

// List lists the requests for information with their days.
func List(q *page.Request) error { return showRequests(q, nil) }

func showRequests(q *page.Request, f *page.Form) error {
	d, err := asked(q)
	if err != nil {
		return err
	}
	v := requestsView{May: mayRequest(q, access.Record), Form: f}
	if v.Form == nil {
		v.Form = page.Draft()
	}
	for _, k := range kindsOfRequest {
		for _, r := range d.Book.List(requests.Kind(k.Kind)) {
			l := lineOfRequest(q, r)
			if l.Overdue {
				k.Overdue++
			}
			k.Lines = append(k.Lines, l)
		}
		v.Kinds = append(v.Kinds, k)
	}
	return q.Page("requests", "Requests for information", v)
}

// Log registers a request that came in.
func Log(q *page.Request) error {
	d, err := asked(q)
	if err != nil {
		return err
	}
	f, err := q.Sent()
	if err != nil {
		return err
	}
	received := f.Day("received")
	var r requests.Request
	if len(f.Errors) == 0 {
		if err := q.Record(access.ClassB, "", true, "registered"); err != nil {
			return err
		}
		r, err = d.Book.Log(q.R.Context(), q.Subject.UserID, requests.Kind(f.Get("kind")), received, f.Get("words"))
	}
	var input *requests.InputError
	if errors.As(err, &input) {
		f.Refuse(input.Field, strings.TrimSuffix(input.Says, "."))
	} else if err != nil {
		return err
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return showRequests(q, f)
	}
	return q.Done("Registered. It is due on "+workdays.Format(r.Due)+".", "/requests/"+r.ID)
}

// theRequest is the one that the address names, of either kind.
func theRequest(q *page.Request) (*answers.Desk, requests.Request, error) {
	d, err := asked(q)
	if err != nil {
		return nil, requests.Request{}, err
	}
	for _, k := range kindsOfRequest {
		if r, err := d.Book.Find(requests.Kind(k.Kind), q.R.PathValue("id")); err == nil {
			return d, r, nil
		}
	}
	return nil, requests.Request{}, page.ErrNotFound
}

// answering is the request that the address names, which must be of a kind, with what was sent to answer it.
func answering(q *page.Request, kind requests.Kind) (*answers.Desk, requests.Request, *page.Form, error) {
	d, r, err := theRequest(q)
	if err != nil {
		return d, r, nil, err
	}
	f, err := q.Sent()
	if err == nil && r.Kind != kind {
		err = page.ErrNotFound
	}
	return d, r, f, err
}

// Page is one request: what was asked, what is answered, and by when.
func Page(q *page.Request) error { return showRequest(q, nil, nil) }

func showRequest(q *page.Request, f *page.Form, change func(*requestView)) error {
	d, r, err := theRequest(q)
	if err != nil {
		return err
	}
	v := requestView{requestLine: lineOfRequest(q, r), Person: r.Kind == requests.SubjectAccess, Hash: r.Hash, Form: f,
		Periods: []page.Option{{Value: "month", Text: "Month"}, {Value: "quarter", Text: "Quarter"}, {Value: "year", Text: "Year"}}, Profiles: []page.Option{{Value: "sac", Text: "sac: 0 to 4 hidden, the rest to the nearest 5"}, {Value: "nhs", Text: "nhs: 1 to 7 hidden, the rest to the nearest 5"}}}
	if v.Form == nil {
		v.Form = page.Draft("by", "quarter", "profile", "sac")
	}
	made, signed := "Answer made", "Signed off"
	if v.Person {
		signed = "Who asks was checked"
	}
	for _, s := range []struct {
		what, by string
		at       time.Time
	}{{"Registered", r.By, r.At}, {signed, r.SignedBy, r.SignedAt}, {made, r.BuiltBy, r.BuiltAt}, {"Answer sent", r.AnsweredBy, r.AnsweredAt}} {
		if s.at.IsZero() {
			continue
		}
		by, err := q.NameOf(s.by)
		if err != nil {
			return err
		}
		v.History = append(v.History, requestStep{s.what, by, s.at})
	}
	offer(q, &v, r)
	if !v.Person && r.Hash != "" {
		bundle, err := d.Kept(r)
		var refused *answers.RefusedError
		if errors.As(err, &refused) {
			v.Trouble = refused.Error()
		} else if err != nil {
			return err
		} else if v.Sections, err = tablesOf(bundle); err != nil {
			return err
		}
	}
	if change != nil {
		change(&v)
	}
	return q.Page("request", "Request of "+workdays.Format(r.Received), v, page.To("Requests", "/requests"))
}

// offer says which steps this reader can take now, and for whom the others wait.
func offer(q *page.Request, v *requestView, r requests.Request) {
	answer, second := mayRequest(q, access.Record), mayRequest(q, access.Review)
	first := r.BuiltBy
	if v.Person {
		first = r.By
	}
	switch {
	case v.Answered:
	case v.Person:
		v.Sign = second && r.SignedAt.IsZero() && first != q.Subject.UserID
		v.Lay = mayRequest(q, access.Relink) && !r.SignedAt.IsZero() && r.BuiltAt.IsZero()
		v.Done = answer && !r.BuiltAt.IsZero()
		if r.SignedAt.IsZero() && !v.Sign {
			v.Waits = "It waits for a second person, the chair or somebody of information governance, to confirm that it was checked who asks."
		}
	default:
		v.Build = answer
		v.Sign = second && !r.BuiltAt.IsZero() && r.SignedAt.IsZero() && first != q.Subject.UserID
		v.Leave = answer && !r.SignedAt.IsZero()
		v.Done = v.Leave
		if !r.BuiltAt.IsZero() && r.SignedAt.IsZero() && !v.Sign {
			v.Waits = "It waits for a second person, the chair or somebody of information governance, to sign it off."
		}
	}
}

// tablesOf reads the tables of a bundle back, as the file holds them.
func tablesOf(bundle []byte) ([]papers.Section, error) {
	z, err := zip.NewReader(bytes.NewReader(bundle), int64(len(bundle)))
	if err != nil {
		return nil, err
	}
	var out []papers.Section
	for _, subject := range release.Subjects {
		file, err := z.Open(subject.Name + ".csv")
		if err != nil {
			continue // of which nothing was recorded
		}
		lines, err := csv.NewReader(file).ReadAll()
		if err := errors.Join(err, file.Close()); err != nil {
			return nil, err
		}
		if len(lines) > 0 {
			out = append(out, papers.Section{Heading: subject.Title, Head: lines[0], Rows: lines[1:]})
		}
	}
	return out, nil
}

// refusedRequest shows a step that the request does not allow as a sentence on its page.
func refusedRequest(q *page.Request, f *page.Form, err error) error {
	var input *requests.InputError
	var refused *answers.RefusedError
	switch {
	case errors.As(err, &input):
		err = input
	case errors.As(err, &refused):
		if err := q.Record(access.ClassB, q.R.PathValue("id"), false, refused.Code); err != nil {
			return err
		}
	case errors.Is(err, release.ErrNothing), errors.Is(err, release.ErrSpan):
	default:
		return err
	}
	if f == nil {
		f = page.Draft("by", "quarter", "profile", "sac")
	}
	f.Refuse("steps", strings.TrimSuffix(err.Error(), "."))
	q.Status = http.StatusUnprocessableEntity
	return showRequest(q, f, nil)
}

// Build makes the answer to a request for counts.
func Build(q *page.Request) error {
	d, r, f, err := answering(q, requests.FOI)
	if err != nil {
		return err
	}
	from, to := f.Day("from"), f.Day("to")
	profile, err := disclosure.Find(f.Get("profile"))
	if err != nil {
		f.Refuse("profile", "choose a rule for small counts")
	}
	by := f.Get("by")
	if by != "month" && by != "quarter" && by != "year" {
		f.Refuse("by", "choose what a column holds")
	}
	if len(f.Errors) == 0 && (from.IsZero() || !to.After(from)) {
		f.Refuse("to", "enter two dates, the second after the first")
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return showRequest(q, f, nil)
	}
	if err := q.Record(access.ClassB, r.ID, true, "built"); err != nil {
		return err
	}
	if err := d.Build(q.R.Context(), r.ID, q.Subject.UserID, q.Subject.UserID, profile, release.Span{From: from, To: to, By: by}); err != nil {
		return refusedRequest(q, f, err)
	}
	return q.Done("The answer is made. Look at its tables; a second person signs it off.", "/requests/"+r.ID)
}

// Sign is the second person's step for both kinds.
func Sign(q *page.Request) error {
	d, r, err := theRequest(q)
	if err != nil {
		return err
	}
	if err := q.Record(access.ClassB, r.ID, true, "signed"); err != nil {
		return err
	}
	says := "Signed off. The answer may leave."
	if r.Kind == requests.FOI {
		_, err = d.Sign(q.R.Context(), r.ID, q.Subject.UserID)
	} else {
		says = "Confirmed. The answer may be made."
		_, err = d.Book.Sign(q.R.Context(), r.Kind, r.ID, q.Subject.UserID)
	}
	if err != nil {
		return refusedRequest(q, nil, err)
	}
	return q.Done(says, "/requests/"+r.ID)
}

// File hands out what was signed off. It holds published counts alone, and whoever takes it is recorded.
func File(q *page.Request) error {
	d, r, err := theRequest(q)
	if err != nil || r.Kind != requests.FOI {
		return errors.Join(err, page.ErrNotFound)
	}
	bundle, _, err := d.Leaving(r.ID)
	if err != nil {
		return refusedRequest(q, nil, err)
	}
	if err := q.Record(access.ClassA, r.ID, true, "answer_taken"); err != nil {
		return err
	}
	h := q.W.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="answer_`+r.ID+`.zip"`)
	_, err = q.W.Write(bundle)
	return err
}

// LayOut makes the answer to a person: once, sealed, its password on this answer alone. The reference is in no address, and neither it nor the
// paper is kept.
func LayOut(q *page.Request) error {
	d, r, f, err := answering(q, requests.SubjectAccess)
	if err != nil {
		return err
	}
	q.Subject.Purpose = subjectPurpose
	q.Route.Action, q.Route.Class = access.Relink, access.ClassD
	if decision := q.Config.Authorise(q.Subject, access.Relink, access.Resource{Class: access.ClassD, Kind: access.InformationRequest, ID: r.ID}); !decision.Allow {
		return q.Refuse(decision, r.ID)
	}
	person := f.Get(page.FieldPerson)
	f.Values.Del(page.FieldPerson)
	if person == "" {
		f.Refuse(page.FieldPerson, "enter the reference by which the council's systems know the person")
		q.Status = http.StatusUnprocessableEntity
		return showRequest(q, f, nil)
	}
	if err := q.Record(access.ClassD, r.ID, true, "looked_up"); err != nil {
		return err
	}
	sealed, rows, err := d.Held(q.R.Context(), r.ID, q.Subject.UserID, func() (string, error) { return person, nil })
	var input *requests.InputError
	if err != nil && !errors.As(err, &input) {
		q.Config.Log.Error("what is held about a person could not be laid out", "reference", q.Reference, "error", err)
		says := "Nothing was shown and nothing is kept. The request still stands: whoever runs the service finds the cause in the log; then try again."
		if now, err := d.Book.Find(r.Kind, r.ID); err != nil || !now.BuiltAt.IsZero() {
			says = "A request is spent before anybody is looked up, so that nobody can try one after another, and this one could not be given back. Nothing was shown and nothing is kept. Register the request again; whoever runs the service finds the cause in the log."
		}
		return &page.Problem{Status: http.StatusInternalServerError, Title: "The answer could not be made", Says: says, Next: []page.Step{page.To("Requests", "/requests")}}
	}
	if err != nil {
		return refusedRequest(q, f, err)
	}
	if err := q.Record(access.ClassD, r.ID, true, fmt.Sprintf("rows:%d", rows)); err != nil {
		return err
	}
	id, err := q.Server.Shelf.Put(page.Paper{User: q.Subject.UserID, PDF: sealed.PDF, Name: "held_" + r.ID + "_OS.pdf"}, q.Config.Now())
	if err != nil {
		return err
	}
	return showRequest(q, nil, func(v *requestView) { v.Password, v.Download = sealed.Password, "/papers/"+id })
}

// Answered notes that the answer has gone.
func Answered(q *page.Request) error {
	d, r, err := theRequest(q)
	if err != nil {
		return err
	}
	if err := q.Record(access.ClassB, r.ID, true, "answered"); err != nil {
		return err
	}
	if _, err := d.Book.Answered(q.R.Context(), r.Kind, r.ID, q.Subject.UserID); err != nil {
		return refusedRequest(q, nil, err)
	}
	return q.Done("Noted: the answer has gone.", "/requests/"+r.ID)
}
