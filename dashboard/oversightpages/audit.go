// Package oversightpages is the room of who may see what and who saw what: the audit, a reader's own rights, restrictions and emergency access.
package oversightpages

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"bellwether/dashboard/page"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
	"bellwether/internal/audit"
)

// auditPageSize is how many entries a page holds, maxAuditExport a download.
const (
	auditPageSize  = 50
	maxAuditExport = 10000
)

// auditView is the audit's page: a search, what was found, and whether the chain holds.
type auditView struct {
	Actor, Object, Kind, Action, From, To string
	Refused                               bool
	Lines                                 []auditLine
	Older                                 string
	Entries                               uint64
	LastAt                                *time.Time
	Unsigned                              uint64
	Trouble                               string
	Checked                               *audit.Report
	CheckLink, Download                   string
	Ignored                               []string
}

// auditLine is one entry. Of what is hidden only that somebody asked is shown, never for what.
type auditLine struct {
	Seq                         uint64
	At                          time.Time
	Actor, Name, Action, Object string
	Kind, Class, Reason, Why    string
	Allow, Hidden               bool
	History, Of                 string
}

// auditSearch reads the filters into a match.
func auditSearch(q *page.Request) (v auditView, match func(audit.Entry) bool, err error) {
	p := q.Params()
	v = auditView{Actor: p.Text("actor", 100), Object: p.Text("object", 160), Kind: p.Text("kind", 40), Action: p.Text("action", 40), Refused: p.Text("refused", 3) == "yes",
		From: p.Text("from", 10), To: p.Text("to", 10)}
	before, err := strconv.ParseUint(p.Text("before", 20), 10, 64)
	if err != nil {
		before = 0
	}
	var from, to time.Time
	for name, day := range map[string]*time.Time{"from": &from, "to": &to} {
		text := map[string]string{"from": v.From, "to": v.To}[name]
		if text == "" {
			continue
		}
		if *day, err = time.Parse(time.DateOnly, text); err != nil {
			v.Ignored = append(v.Ignored, "the day isn't written as 2026-03-14")
		}
	}
	actor := v.Actor
	if actor != "" && q.Config.Local != nil {
		if a, err := q.Config.Local.ByUsername(q.R.Context(), actor); err == nil {
			actor = a.ID
		}
	}
	v.Ignored = append(v.Ignored, p.Ignored...)
	return v, func(e audit.Entry) bool {
		switch {
		case before > 0 && e.Seq >= before:
			return false
		case actor != "" && e.Actor != actor:
			return false
		// What is hidden can't be searched for: that an id is found would tell that it is there.
		case v.Object != "" && (e.Restricted || e.ID != v.Object):
			return false
		case v.Kind != "" && (e.Restricted || e.Kind != v.Kind):
			return false
		case v.Action != "" && e.Action != v.Action:
			return false
		case v.Refused && e.Allow:
			return false
		case !from.IsZero() && e.At.Before(from):
			return false
		case !to.IsZero() && !e.At.Before(to.AddDate(0, 0, 1)):
			return false
		}
		return true
	}, nil
}

func lineOfEntry(q *page.Request, e audit.Entry, names map[string]string) (auditLine, error) {
	l := auditLine{Seq: e.Seq, At: e.At, Actor: e.Actor, Action: e.Action, Object: e.ID, Kind: e.Kind, Class: e.Class, Reason: e.Reason, Why: e.Purpose, Allow: e.Allow, Hidden: e.Restricted}
	if l.Hidden {
		l.Object, l.Kind, l.Class, l.Reason = "", "", "", ""
	} else if l.Object != "" {
		l.History = "object"
	}
	var err error
	if _, ok := names[e.Actor]; !ok {
		names[e.Actor] = e.Actor
		if strings.HasPrefix(e.Actor, "u") {
			names[e.Actor], err = q.NameOf(e.Actor)
		}
	}
	l.Name = names[e.Actor]
	return l, err
}

// Page is the audit: a search, what was found, and whether the chain holds.
func (c *Audit) Page(q *page.Request) error {
	if q.Config.Audit == nil {
		return page.ErrNotFound
	}
	v, match, err := auditSearch(q)
	if err != nil {
		return err
	}
	// Reading the audit is itself read back later, whatever was found: it is recorded before anything is looked up.
	if err := q.Record(access.ClassB, v.Object, true, "shown"); err != nil {
		return err
	}
	found, err := q.Config.Audit.Recent(auditPageSize+1, match)
	if err != nil {
		return fmt.Errorf("oversightpages: reading the audit: %w", err)
	}
	if len(found) > auditPageSize {
		found = found[:auditPageSize]
		v.Older = with(q, "before", strconv.FormatUint(found[len(found)-1].Seq, 10))
	}
	names := map[string]string{}
	for _, e := range found {
		line, err := lineOfEntry(q, e, names)
		if err != nil {
			return err
		}
		v.Lines = append(v.Lines, line)
	}
	status := q.Config.Audit.Status()
	v.Entries, v.Unsigned = status.Entries, status.Unsigned
	if !status.LastAt.IsZero() {
		v.LastAt = &status.LastAt
	}
	switch {
	case status.Failed != nil:
		v.Trouble = "The log takes no more entries: sensitive pages are refused until the service is mended."
	case status.CheckpointError != nil:
		v.Trouble = "The last checkpoint could not be signed and written; entries since can't be proved."
	}
	if q.R.URL.Query().Get("check") == "yes" {
		if v.Checked, err = c.report(q.Config.Audit, q.Config.Now()); err != nil {
			return fmt.Errorf("oversightpages: verifying the audit: %w", err)
		}
	}
	v.CheckLink, v.Download = with(q, "check", "yes"), "/audit.csv?"+q.R.URL.RawQuery
	return q.Sensitive("audit", "Audit", v)
}

// with is this address with one filter set.
func with(q *page.Request, name, value string) string {
	u := *q.R.URL
	all := u.Query()
	all.Set(name, value)
	return u.Path + "?" + all.Encode()
}

// AuditCSV is what a search of the audit found, as a file.
func AuditCSV(q *page.Request) error {
	if q.Config.Audit == nil {
		return page.ErrNotFound
	}
	_, match, err := auditSearch(q)
	if err != nil {
		return err
	}
	found, err := q.Config.Audit.Recent(maxAuditExport, match)
	if err != nil {
		return fmt.Errorf("oversightpages: reading the audit: %w", err)
	}
	names := map[string]string{}
	rows := make([][]string, 0, len(found))
	for _, e := range found {
		l, err := lineOfEntry(q, e, names)
		if err != nil {
			return err
		}
		decision := map[bool]string{true: "allow", false: "deny"}[l.Allow]
		rows = append(rows, []string{strconv.FormatUint(l.Seq, 10), l.At.UTC().Format(time.RFC3339), l.Actor, l.Name, l.Action, l.Class, l.Kind, l.Object, decision, l.Reason, l.Why, e.Hash})
	}
	return q.CSV("audit", []string{"entry", "at", "actor", "name", "action", "class", "kind", "object", "decision", "reason", "purpose", "hash"}, rows, classedB{"audit"})
}

// classedB marks an answer whose rows carry no class of their own.
type classedB struct {
	Text string `class:"B"`
}

// Audit keeps the last walk through the chain for a minute: it reads every entry.
type Audit struct {
	mu   sync.Mutex
	at   time.Time
	last *audit.Report
}

func (c *Audit) report(b page.AuditBook, now time.Time) (*audit.Report, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil && now.Sub(c.at) < time.Minute && !now.Before(c.at) {
		return c.last, nil
	}
	r, err := b.Verify()
	if err != nil {
		return nil, err
	}
	c.at, c.last = now, r
	return r, nil
}

// rightsView says what the reader may see, and by which rule.
type rightsView struct {
	Roles  []roleLine
	Hash   string
	Areas  []string
	Everys bool
}

type roleLine struct {
	Title, Sees string
	Rights      []rightLine
}

type rightLine struct{ What, Of, When, Class string }

var classWords = map[access.Class]string{access.ClassA: "public facts and rounded counts", access.ClassB: "what identifies a provider",
	access.ClassC: "case detail and people under pseudonyms", access.ClassD: "identities, alleged sources, police material"}

// Rights is what the reader may see, and by which rule.
func Rights(q *page.Request) error {
	p := access.Default()
	v := rightsView{Hash: p.Hash(), Areas: q.Subject.LocalAuthorities}
	for _, role := range q.Subject.Roles {
		one := q.Subject
		one.Roles = []string{role}
		known, ok := p.Roles[role]
		if !ok {
			continue
		}
		line := roleLine{Title: known.Title, Sees: known.Sees}
		for _, r := range p.Explain(one) {
			var what, of, class []string
			for _, a := range r.Actions {
				what = append(what, words.Label(string(a)))
			}
			for _, k := range r.Kinds {
				of = append(of, strings.ToLower(words.Label(string(k))))
			}
			for _, c := range r.Classes {
				class = append(class, classWords[c])
			}
			line.Rights = append(line.Rights, rightLine{strings.Join(what, ", "), strings.Join(of, ", "), strings.Join(r.When, "; "), strings.Join(class, "; ")})
		}
		v.Roles = append(v.Roles, line)
	}
	return q.Page("rights", "What you may see, and why", v, page.To("Your account", "/account"))
}
