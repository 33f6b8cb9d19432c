package casepages

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"bellwether/casework/cases"
	"bellwether/casework/workdays"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
)

// dueNotice is somebody who is due to be told of a case, and how far that has come.
type dueNotice struct {
	Recipient, Name string
	Says            string // why
	State           string
	Link            string // to the entry, or to a draft
	Recorded        bool
}

// noticesOf works out who is due to be told: by the stage, by what has been decided, and each authority that the data says has people
// with the provider. The law and the frameworks name them; a person sends.
func noticesOf(ctx context.Context, q *page.Request, c cases.Case) ([]dueNotice, error) {
	stage, _ := q.Config.Casework.Pathway().Stage(c.Stage)
	place, suspended := c.Placement()
	suspended = suspended && place.Values["status"] != "caution"
	var out []dueNotice
	add := func(is bool, recipient, name, says string) {
		if is {
			out = append(out, dueNotice{Recipient: recipient, Name: name, Says: says})
		}
	}
	add(true, "cqc", "Care Quality Commission", "the host authority tells the regulator of concerns about a registered provider")
	if c.ProviderID != "" {
		by, err := q.Placing(ctx, c.ProviderID)
		if err != nil {
			return nil, err
		}
		for _, authority := range by {
			add(authority != q.Config.Words.Authority, "placing", authority, "it has people there, as the list of placements says")
		}
	}
	for _, authority := range c.PlacedBy() {
		known := slices.ContainsFunc(out, func(d dueNotice) bool { return d.Recipient == "placing" && d.Name == authority })
		add(!known && authority != q.Config.Words.Authority, "placing", authority, "the case says that it has people there")
	}
	add(stage.Level >= 1, "icb", "Integrated care board", "it commissions care there or leads on health")
	add(c.Investigation(), "police", "Police", "a criminal investigation is active")
	add(suspended, "adass", "ADASS alert", "placements are suspended")
	add(stage.Level >= 2, "healthwatch", "Healthwatch", "an independent voice of the people who use the service")
	add(stage.Level >= 2 || suspended, "people", "People who use the service", "they are told and kept informed, in a form that they can use")
	add(stage.Level >= 2 || suspended, "families", "Families and carers", "they are told and kept informed")
	add(stage.Level >= 2 && !c.ContactRestricted(), "provider", c.ProviderName, "it is told that it is subject to the process, what that is, and when")
	at := link.Case(c.ID) + "/notifications"
	for n, d := range out {
		out[n].State, out[n].Link = "not recorded yet", link.With(at, "to", d.Recipient, "name", d.Name)+"#do"
		for _, r := range c.Records["notifications"] {
			if r.Values["recipient"] != d.Recipient || d.Recipient == "placing" && r.Values["name"] != d.Name {
				continue
			}
			out[n].Recorded, out[n].Link = true, at+"/"+words.Int(int64(r.Number))
			switch {
			case r.Values["acknowledged_on"] != "":
				out[n].State = "acknowledged on " + words.Date(r.Day("acknowledged_on"))
			case r.Values["sent_on"] != "":
				out[n].State = "sent on " + words.Date(r.Day("sent_on")) + ", not acknowledged"
			case r.Values["letter"] != "":
				out[n].State = "drafted, due by " + words.Date(r.Day("due_on"))
			default:
				out[n].State = "due by " + words.Date(r.Day("due_on"))
			}
		}
	}
	return out, nil
}

// noticeDays is within how many working days those who are due to be told are told.
const noticeDays = 2

// NotifyAll records a notification with its draft letter for everybody who is due one and has none.
func NotifyAll(q *page.Request) error {
	ctx := q.R.Context()
	q.R.SetPathValue("register", "notifications")
	e, err := readRecording(q)
	if err != nil {
		return err
	}
	c, r, f := e.c, e.r, e.f
	due, err := noticesOf(ctx, q, c)
	if err != nil {
		return err
	}
	by := (*workdays.Calendar)(nil).Add(workdays.Day(q.Config.Casework.Now()), noticeDays).Format(time.DateOnly)
	var entries []map[string]string
	for _, n := range due {
		if !n.Recorded {
			entries = append(entries, map[string]string{"recipient": n.Recipient, "name": n.Name, "due_on": by, "letter": cases.Letter(c, n.Recipient)})
		}
	}
	if len(entries) == 0 {
		return &page.Problem{Status: http.StatusConflict, Title: "Everybody who is due a notification has one", Says: "Nothing was recorded."}
	}
	return Try(q, Attempt{Case: c, Form: f, Class: r.Class, Reason: e.reason, Show: showRegister,
		Clashes: func(l Line) bool { return l.Register == r.ID },
		Do: func(act cases.Act) (string, string, error) {
			_, err := q.Config.Casework.RecordAll(ctx, act, r.ID, entries)
			return words.Capital(words.Spell(len(entries), "notification")) + " drafted. Nothing has been sent: read each letter, send it, and record the day.", link.Case(c.ID) + "/" + r.ID, err
		}})
}

// listed is what the placement data says of the people at the provider of a case, beside its register of them.
type listed struct {
	_        struct{} `class:"C"`
	Services []string
	People   int
	New      []map[string]string
	Link     string
}

// fundings are the payers of the placement list in the words of the register.
var fundings = map[string]string{"council": "council", "other_authority": "other", "other_council": "other", "icb": "icb", "nhs": "icb", "chc": "icb", "self": "self", "self_funder": "self"}

// listOfPeople compares the placement data with the register of affected people: whom the data has and the register has not.
func listOfPeople(ctx context.Context, q *page.Request, c cases.Case) (*listed, error) {
	if c.ProviderID == "" {
		return nil, nil
	}
	// Whoever gets here may record about the people of this case, which their authorities' lists name by pseudonym.
	people, err := q.Snapshot.Cleared().PlacedPeople(ctx, c.ProviderID)
	if err != nil {
		return nil, err
	}
	l := &listed{People: len(people), Link: link.With("/contingency", "provider", c.ProviderID)}
	for _, p := range people {
		if !slices.Contains(l.Services, p.Service) {
			l.Services = append(l.Services, p.Service)
		}
		if slices.ContainsFunc(c.Records["affected"], func(r cases.Record) bool { return r.Values["person"] == p.Person && r.Values["service"] == p.Service }) {
			continue
		}
		needs := p.Need
		if p.Support != "" {
			needs = strings.TrimPrefix(needs+", "+p.Support+" level of support", ", ")
		}
		if needs == "" {
			needs = "Not stated"
		}
		funder := fundings[p.Funding]
		if funder == "" {
			funder = "unknown"
		}
		l.New = append(l.New, map[string]string{"service": p.Service, "person": p.Person, "funder": funder, "needs": needs, "placing": p.Authority})
	}
	slices.Sort(l.Services)
	return l, nil
}

// ListAffected brings the people and services of the placement list into the register: the full list that the frameworks ask for.
func ListAffected(q *page.Request) error {
	ctx := q.R.Context()
	q.R.SetPathValue("register", "affected")
	e, err := readRecording(q)
	if err != nil {
		return err
	}
	c, r, f := e.c, e.r, e.f
	l, err := listOfPeople(ctx, q, c)
	if err != nil {
		return err
	}
	if l == nil || len(l.New) == 0 {
		return &page.Problem{Status: http.StatusConflict, Title: "The register has everybody on the list already", Says: "Nothing was recorded."}
	}
	return Try(q, Attempt{Case: c, Form: f, Class: r.Class, Reason: e.reason, Show: showRegister,
		Clashes: func(x Line) bool { return x.Register == r.ID },
		Do: func(act cases.Act) (string, string, error) {
			_, err := q.Config.Casework.RecordAll(ctx, act, r.ID, l.New[:min(len(l.New), maxAtOnce)])
			return words.Capital(words.Spell(min(len(l.New), maxAtOnce), "entry")) + " listed from the placement data, under pseudonyms.", link.Case(c.ID) + "/" + r.ID, err
		}})
}

// maxAtOnce is how many entries one step records: the store takes so many events at once.
const maxAtOnce = 900
