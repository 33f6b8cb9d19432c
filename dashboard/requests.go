package dashboard

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
	Form *form
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
	Form          *form
	Password      string
	Download      string
	Periods       []option
	Profiles      []option
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

func (q *request) requestLine(r requests.Request) requestLine {
	today := workdays.Day(q.cfg.Now())
	return requestLine{ID: r.ID, Link: "/requests/" + r.ID, State: r.State(), Words: r.Words, Received: r.Received, Due: r.Due, Overdue: r.Overdue(today), Answered: !r.AnsweredAt.IsZero(),
		Soon: r.AnsweredAt.IsZero() && !r.Overdue(today) && !workdays.New(nil).Add(today, soonDue).Before(r.Due)}
}

// mayRequest asks about a step as it would be with a fresh proof, so that the page offers what a proof away.
func (q *request) mayRequest(action access.Action) bool {
	willing := q.sub
	willing.RecentSignIn, willing.Purpose = true, subjectPurpose
	cls := access.ClassB
	if action == access.Relink {
		cls = access.ClassD
	}
	return q.cfg.Authorise(willing, action, access.Resource{Class: cls, Kind: access.InformationRequest}).Allow
}

// asked gives the desk with what any process has recorded.
func (q *request) asked() (*answers.Desk, error) {
	d := q.cfg.Requests
	if d == nil {
		return nil, errNotFound
	}
	return d, d.Book.Refresh(q.r.Context())
}

func requestsPage(q *request) error { return q.showRequests(nil) }

func (q *request) showRequests(f *form) error {
	d, err := q.asked()
	if err != nil {
		return err
	}
	v := requestsView{May: q.mayRequest(access.Record), Form: f}
	if v.Form == nil {
		v.Form = draft()
	}
	for _, k := range kindsOfRequest {
		for _, r := range d.Book.List(requests.Kind(k.Kind)) {
			l := q.requestLine(r)
			if l.Overdue {
				k.Overdue++
			}
			k.Lines = append(k.Lines, l)
		}
		v.Kinds = append(v.Kinds, k)
	}
	return q.page("requests", "Requests for information", v)
}

// logRequest registers a request that came in.
func logRequest(q *request) error {
	d, err := q.asked()
	if err != nil {
		return err
	}
	f, err := q.sent()
	if err != nil {
		return err
	}
	received := f.day("received")
	var r requests.Request
	if len(f.Errors) == 0 {
		if err := q.record(access.ClassB, "", true, "registered"); err != nil {
			return err
		}
		r, err = d.Book.Log(q.r.Context(), q.sub.UserID, requests.Kind(f.Get("kind")), received, f.Get("words"))
	}
	var input *requests.InputError
	if errors.As(err, &input) {
		f.refuse(input.Field, strings.TrimSuffix(input.Says, "."))
	} else if err != nil {
		return err
	}
	if len(f.Errors) > 0 {
		q.status = http.StatusUnprocessableEntity
		return q.showRequests(f)
	}
	return q.done("Registered. It is due on "+workdays.Format(r.Due)+".", "/requests/"+r.ID)
}

// theRequest is the one that the address names, of either kind.
func (q *request) theRequest() (*answers.Desk, requests.Request, error) {
	d, err := q.asked()
	if err != nil {
		return nil, requests.Request{}, err
	}
	for _, k := range kindsOfRequest {
		if r, err := d.Book.Find(requests.Kind(k.Kind), q.r.PathValue("id")); err == nil {
			return d, r, nil
		}
	}
	return nil, requests.Request{}, errNotFound
}

// answering is the request that the address names, which must be of a kind, with what was sent to answer it.
func (q *request) answering(kind requests.Kind) (*answers.Desk, requests.Request, *form, error) {
	d, r, err := q.theRequest()
	if err != nil {
		return d, r, nil, err
	}
	f, err := q.sent()
	if err == nil && r.Kind != kind {
		err = errNotFound
	}
	return d, r, f, err
}

func requestPage(q *request) error { return q.showRequest(nil, nil) }

func (q *request) showRequest(f *form, change func(*requestView)) error {
	d, r, err := q.theRequest()
	if err != nil {
		return err
	}
	v := requestView{requestLine: q.requestLine(r), Person: r.Kind == requests.SubjectAccess, Hash: r.Hash, Form: f,
		Periods: []option{{"month", "Month"}, {"quarter", "Quarter"}, {"year", "Year"}}, Profiles: []option{{"sac", "sac: 0 to 4 hidden, the rest to the nearest 5"}, {"nhs", "nhs: 1 to 7 hidden, the rest to the nearest 5"}}}
	if v.Form == nil {
		v.Form = draft("by", "quarter", "profile", "sac")
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
		by, err := q.nameOf(s.by)
		if err != nil {
			return err
		}
		v.History = append(v.History, requestStep{s.what, by, s.at})
	}
	q.offer(&v, r)
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
	return q.page("request", "Request of "+workdays.Format(r.Received), v, step{"Requests", "/requests"})
}

// offer says which steps this reader can take now, and for whom the others wait.
func (q *request) offer(v *requestView, r requests.Request) {
	answer, second := q.mayRequest(access.Record), q.mayRequest(access.Review)
	first := r.BuiltBy
	if v.Person {
		first = r.By
	}
	switch {
	case v.Answered:
	case v.Person:
		v.Sign = second && r.SignedAt.IsZero() && first != q.sub.UserID
		v.Lay = q.mayRequest(access.Relink) && !r.SignedAt.IsZero() && r.BuiltAt.IsZero()
		v.Done = answer && !r.BuiltAt.IsZero()
		if r.SignedAt.IsZero() && !v.Sign {
			v.Waits = "It waits for a second person, the chair or somebody of information governance, to confirm that it was checked who asks."
		}
	default:
		v.Build = answer
		v.Sign = second && !r.BuiltAt.IsZero() && r.SignedAt.IsZero() && first != q.sub.UserID
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
func (q *request) refusedRequest(f *form, err error) error {
	var input *requests.InputError
	var refused *answers.RefusedError
	switch {
	case errors.As(err, &input):
		err = input
	case errors.As(err, &refused):
		if err := q.record(access.ClassB, q.r.PathValue("id"), false, refused.Code); err != nil {
			return err
		}
	case errors.Is(err, release.ErrNothing), errors.Is(err, release.ErrSpan):
	default:
		return err
	}
	if f == nil {
		f = draft("by", "quarter", "profile", "sac")
	}
	f.refuse("steps", strings.TrimSuffix(err.Error(), "."))
	q.status = http.StatusUnprocessableEntity
	return q.showRequest(f, nil)
}

// buildAnswer makes the answer to a request for counts.
func buildAnswer(q *request) error {
	d, r, f, err := q.answering(requests.FOI)
	if err != nil {
		return err
	}
	from, to := f.day("from"), f.day("to")
	profile, err := disclosure.Find(f.Get("profile"))
	if err != nil {
		f.refuse("profile", "choose a rule for small counts")
	}
	by := f.Get("by")
	if by != "month" && by != "quarter" && by != "year" {
		f.refuse("by", "choose what a column holds")
	}
	if len(f.Errors) == 0 && (from.IsZero() || !to.After(from)) {
		f.refuse("to", "enter two dates, the second after the first")
	}
	if len(f.Errors) > 0 {
		q.status = http.StatusUnprocessableEntity
		return q.showRequest(f, nil)
	}
	if err := q.record(access.ClassB, r.ID, true, "built"); err != nil {
		return err
	}
	if err := d.Build(q.r.Context(), r.ID, q.sub.UserID, q.sub.UserID, profile, release.Span{From: from, To: to, By: by}); err != nil {
		return q.refusedRequest(f, err)
	}
	return q.done("The answer is made. Look at its tables; a second person signs it off.", "/requests/"+r.ID)
}

// signAnswer is the second person's step for both kinds.
func signAnswer(q *request) error {
	d, r, err := q.theRequest()
	if err != nil {
		return err
	}
	if err := q.record(access.ClassB, r.ID, true, "signed"); err != nil {
		return err
	}
	says := "Signed off. The answer may leave."
	if r.Kind == requests.FOI {
		_, err = d.Sign(q.r.Context(), r.ID, q.sub.UserID)
	} else {
		says = "Confirmed. The answer may be made."
		_, err = d.Book.Sign(q.r.Context(), r.Kind, r.ID, q.sub.UserID)
	}
	if err != nil {
		return q.refusedRequest(nil, err)
	}
	return q.done(says, "/requests/"+r.ID)
}

// answerFile hands out what was signed off. It holds published counts alone, and whoever takes it is recorded.
func answerFile(q *request) error {
	d, r, err := q.theRequest()
	if err != nil || r.Kind != requests.FOI {
		return errors.Join(err, errNotFound)
	}
	bundle, _, err := d.Leaving(r.ID)
	if err != nil {
		return q.refusedRequest(nil, err)
	}
	if err := q.record(access.ClassA, r.ID, true, "answer_taken"); err != nil {
		return err
	}
	h := q.w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", `attachment; filename="answer_`+r.ID+`.zip"`)
	_, err = q.w.Write(bundle)
	return err
}

// layOut makes the answer to a person: once, sealed, its password on this answer alone. The reference is in no address, and neither it nor the
// paper is kept.
func layOut(q *request) error {
	d, r, f, err := q.answering(requests.SubjectAccess)
	if err != nil {
		return err
	}
	q.sub.Purpose = subjectPurpose
	q.route.action, q.route.class = access.Relink, access.ClassD
	if decision := q.cfg.Authorise(q.sub, access.Relink, access.Resource{Class: access.ClassD, Kind: access.InformationRequest, ID: r.ID}); !decision.Allow {
		return q.refuse(decision, r.ID)
	}
	person := f.Get(fieldPerson)
	f.values.Del(fieldPerson)
	if person == "" {
		f.refuse(fieldPerson, "enter the reference by which the council's systems know the person")
		q.status = http.StatusUnprocessableEntity
		return q.showRequest(f, nil)
	}
	if err := q.record(access.ClassD, r.ID, true, "looked_up"); err != nil {
		return err
	}
	sealed, rows, err := d.Held(q.r.Context(), r.ID, q.sub.UserID, func() (string, error) { return person, nil })
	var input *requests.InputError
	if err != nil && !errors.As(err, &input) {
		q.cfg.Log.Error("what is held about a person could not be laid out", "reference", q.ref, "error", err)
		says := "Nothing was shown and nothing is kept. The request still stands: whoever runs the service finds the cause in the log; then try again."
		if now, err := d.Book.Find(r.Kind, r.ID); err != nil || !now.BuiltAt.IsZero() {
			says = "A request is spent before anybody is looked up, so that nobody can try one after another, and this one could not be given back. Nothing was shown and nothing is kept. Register the request again; whoever runs the service finds the cause in the log."
		}
		return &problem{status: http.StatusInternalServerError, title: "The answer could not be made", says: says, next: []step{{"Requests", "/requests"}}}
	}
	if err != nil {
		return q.refusedRequest(f, err)
	}
	if err := q.record(access.ClassD, r.ID, true, fmt.Sprintf("rows:%d", rows)); err != nil {
		return err
	}
	id, err := q.s.shelf.put(kept{user: q.sub.UserID, pdf: sealed.PDF, name: "held_" + r.ID + "_OS.pdf"}, q.cfg.Now())
	if err != nil {
		return err
	}
	return q.showRequest(nil, func(v *requestView) { v.Password, v.Download = sealed.Password, "/papers/"+id })
}

// answered notes that the answer has gone.
func answered(q *request) error {
	d, r, err := q.theRequest()
	if err != nil {
		return err
	}
	if err := q.record(access.ClassB, r.ID, true, "answered"); err != nil {
		return err
	}
	if _, err := d.Book.Answered(q.r.Context(), r.Kind, r.ID, q.sub.UserID); err != nil {
		return q.refusedRequest(nil, err)
	}
	return q.done("Noted: the answer has gone.", "/requests/"+r.ID)
}
