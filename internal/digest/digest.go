package digest

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	"text/template"
	"time"

	"bellwether/dashboard/class"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// Input is what the instance knows at one moment, in numbers.
type Input struct {
	Council string
	// Link is the dashboard's own address, without a slash at its end.
	Link     string
	Markings class.Markings
	AsOf     time.Time
	Snapshot string
	Sources  Sources
	Queue    Queue
	Levels   Levels
	Cases    Cases
}

// Sources is how fresh the data are.
type Sources struct {
	_     struct{} `class:"A"`
	Fresh int
	All   int
	// Late are the names of sources, which are no secret.
	Late []string
}

// Queue is the review queue in numbers.
type Queue struct {
	_          struct{} `class:"B"`
	Unreviewed int
	Overdue    int
	OldestDays int
	Returned   int
	Changed    int
	ReviewsDue int // decisions whose next review falls in the coming week
}

// Levels is how many providers stand where, and how many moved in four weeks.
type Levels struct {
	_    struct{} `class:"B"`
	At   [4]int
	Up   int
	Down int
	// Names are the levels' names in the authority's words.
	Names [4]string
}

// Cases is what cases ask of people. Restricted cases are in none of the numbers.
type Cases struct {
	_                    struct{} `class:"B"`
	Open                 int
	OverLimit            int
	ActionsOverdue       int
	ActionsDue           int // in the coming week
	MinutesOverdue       int
	NotificationsOverdue int
}

// Part is one section of a digest: lines of plain words and where to look.
type Part struct {
	Title string
	Lines []string
	Link  string
}

// Digest is one role's summary, ready to be written out.
type Digest struct {
	Role     string
	Week     string // as 2026-W40
	Subject  string
	Marking  string
	Council  string
	Link     string
	AsOf     string
	Snapshot string
	Parts    []Part
}

// WeekOf names the ISO week of a day.
func WeekOf(t time.Time) string {
	year, week := t.ISOWeek()
	return fmt.Sprintf("%d-W%02d", year, week)
}

// For writes what a role may see of the input.
func For(role string, in Input, now time.Time) Digest {
	may := func(cls access.Class, kind access.Kind) bool {
		return access.Authorise(access.Subject{UserID: "digest", Roles: []string{role}}, access.View, access.Resource{Class: cls, Kind: kind}).Allow
	}
	d := Digest{Role: role, Week: WeekOf(now), Council: in.Council, Link: in.Link, AsOf: words.Date(in.AsOf), Snapshot: in.Snapshot}
	shown := []any{in.Sources}
	var head []string
	if may(access.ClassB, access.ReviewItem) {
		shown = append(shown, in.Queue)
		d.Parts = append(d.Parts, in.Queue.part(in.Link))
		head = append(head, fmt.Sprintf("%d to review", in.Queue.Unreviewed))
		if in.Queue.Overdue > 0 {
			head = append(head, fmt.Sprintf("%d overdue", in.Queue.Overdue))
		}
	}
	if may(access.ClassB, access.Provider) {
		shown = append(shown, in.Levels)
		d.Parts = append(d.Parts, in.Levels.part(in.Link))
	}
	if may(access.ClassB, access.Case) {
		shown = append(shown, in.Cases)
		d.Parts = append(d.Parts, in.Cases.part(in.Link))
		if in.Cases.ActionsOverdue > 0 {
			head = append(head, words.Plural(in.Cases.ActionsOverdue, "action")+" late")
		}
	}
	d.Parts = append(d.Parts, in.Sources.part(in.Link))
	if len(in.Sources.Late) > 0 {
		head = append(head, words.Plural(len(in.Sources.Late), "source")+" late")
	}
	if len(head) == 0 {
		head = []string{"nothing is late"}
	}
	d.Marking = in.Markings.For(class.Of(shown...)).Text
	// The marking comes first, so that it is seen before the message is opened.
	d.Subject = fmt.Sprintf("%s: Bellwether, %s: %s", d.Marking, words.Date(now), strings.Join(head, ", "))
	return d
}

func (q Queue) part(link string) Part {
	p := Part{Title: "Review queue", Link: link + "/review"}
	if q.Unreviewed == 0 {
		p.Lines = append(p.Lines, "Nothing waits to be taken up.")
	} else {
		line := words.Capital(words.Spell(q.Unreviewed, "item")) + " " + waits(q.Unreviewed) + " to be taken up; the oldest for " + words.Age(q.OldestDays) + "."
		if q.Overdue > 0 {
			line += " " + words.Capital(words.SpellNumber(q.Overdue)) + " overdue."
		}
		p.Lines = append(p.Lines, line)
	}
	for _, x := range []struct {
		n    int
		what string
	}{{q.Returned, "came back"}, {q.Changed, "changed since somebody last acted"}, {q.ReviewsDue, "to be reviewed again this week"}} {
		if x.n > 0 {
			p.Lines = append(p.Lines, words.Capital(words.Spell(x.n, "item"))+" "+x.what+".")
		}
	}
	return p
}

func waits(n int) string {
	if n == 1 {
		return "waits"
	}
	return "wait"
}

func (l Levels) part(link string) Part {
	p := Part{Title: "Levels", Link: link + "/flags"}
	for at := 3; at > 0; at-- {
		p.Lines = append(p.Lines, words.Capital(words.Spell(l.At[at], "provider"))+" at "+l.Names[at]+".")
	}
	if l.Up+l.Down > 0 {
		p.Lines = append(p.Lines, "In four weeks "+words.SpellNumber(l.Up)+" moved up and "+words.SpellNumber(l.Down)+" down.")
	}
	return p
}

func (c Cases) part(link string) Part {
	p := Part{Title: "Cases", Link: link + "/cases"}
	p.Lines = append(p.Lines, words.Capital(words.Spell(c.Open, "case"))+" open.")
	for _, x := range []struct {
		n    int
		what string
	}{{c.OverLimit, "case is|cases are|in a stage for longer than the stage's limit"}, {c.ActionsOverdue, "action is|actions are|overdue"}, {c.ActionsDue, "action falls|actions fall|due this week"},
		{c.MinutesOverdue, "set of minutes is|sets of minutes are|overdue"}, {c.NotificationsOverdue, "notification is|notifications are|overdue"}} {
		if x.n == 0 {
			continue
		}
		w := strings.Split(x.what, "|")
		noun := w[1]
		if x.n == 1 {
			noun = w[0]
		}
		p.Lines = append(p.Lines, words.Capital(words.SpellNumber(x.n))+" "+noun+" "+w[2]+".")
	}
	return p
}

func (s Sources) part(link string) Part {
	p := Part{Title: "Data", Link: link + "/data", Lines: []string{fmt.Sprintf("%d of %s fresh.", s.Fresh, words.Plural(s.All, "source"))}}
	if len(s.Late) > 0 {
		p.Lines = append(p.Lines, "Late: "+words.List(s.Late)+".")
	}
	return p
}

//go:embed digest.txt.tmpl digest.html.tmpl
var files embed.FS

var (
	plain = template.Must(template.ParseFS(files, "digest.txt.tmpl"))
	html  = htmltemplate.Must(htmltemplate.ParseFS(files, "digest.html.tmpl"))
)

// Text is the digest as plain text.
func (d Digest) Text() (string, error) {
	var b strings.Builder
	err := plain.Execute(&b, d)
	return b.String(), err
}

// HTML is the digest as one page that loads nothing.
func (d Digest) HTML() (string, error) {
	var b strings.Builder
	err := html.Execute(&b, d)
	return b.String(), err
}
