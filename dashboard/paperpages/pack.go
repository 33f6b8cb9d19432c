// Package paperpages is the room of the papers: those of a case's meeting and of the group's, as pages and as encrypted files that wait a few
// minutes for whoever made them.
package paperpages

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"bellwether/casework/cases"
	"bellwether/casework/papers"
	"bellwether/dashboard/casepages"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// packView is a meeting's papers as a page: the accessible twin of the file.
type packView struct {
	_         struct{} `class:"B"`
	Paper     papers.Paper
	Action    string
	Version   int64
	Form      *page.Form
	MayIssue  bool
	Password  string
	Download  string
	Issued    []string
	MeetingAt string
}

// Meeting is the papers of one meeting of a case, as a page.
func Meeting(q *page.Request) error { return showPack(q, nil, nil) }

// theMeeting is the meeting that the address names.
func theMeeting(q *page.Request) (cases.Case, cases.Record, error) {
	c, err := q.TheCase()
	if err == nil && access.TenantOnly(q.Subject) {
		err = page.ErrNotFound
	}
	if err != nil {
		return c, cases.Record{}, err
	}
	r, _ := cases.Find("meetings")
	d, err := q.MayCase(access.View, r.Class, r.Kind, c)
	if err != nil {
		return c, cases.Record{}, err
	}
	if !d.Allow {
		return c, cases.Record{}, q.Refuse(d, c.ID)
	}
	n, err := strconv.Atoi(q.R.PathValue("number"))
	m, found := c.Find("meetings", n)
	if err != nil || !found {
		return c, m, page.ErrNotFound
	}
	return c, m, nil
}

func showPack(q *page.Request, f *page.Form, made func(*packView)) error {
	ctx := q.R.Context()
	c, m, err := theMeeting(q)
	if err != nil {
		return err
	}
	v := packView{Action: link.Case(c.ID) + "/meetings/" + strconv.Itoa(m.Number) + "/papers", Version: c.Version, Form: f}
	if v.Form == nil {
		v.Form = page.Draft()
	}
	if v.Paper, err = paper(ctx, q, c, m); err != nil {
		return err
	}
	d, err := q.MayIssue(c)
	if err != nil {
		return err
	}
	v.MayIssue = d.Allow || d.Reason == page.NeedsRecentSignIn
	names, err := q.Names(ctx)
	if err != nil {
		return err
	}
	for _, e := range slices.Backward(c.History) {
		if e.What == "issued" && e.Register == "meetings/"+strconv.Itoa(m.Number) {
			v.Issued = append(v.Issued, e.Text+", "+words.Date(e.At)+", by "+names[e.By])
		}
	}
	if made != nil {
		made(&v)
	}
	return q.Page("pack", v.Paper.Title, v, page.To("Cases", "/cases"), page.To(c.ProviderName, link.Case(c.ID)), page.To("Meetings", link.Case(c.ID)+"/meetings"))
}

// paper puts a meeting's papers together: agenda, tracker, the provider's brief with its evidence, risks, decisions and minutes. What the
// reader may not see is not in them.
func paper(ctx context.Context, q *page.Request, c cases.Case, m cases.Record) (papers.Paper, error) {
	register, _ := cases.Find("meetings")
	kind, _ := register.Field("type")
	p := papers.Paper{Title: kind.Words(m.Values["type"]) + ": " + c.ProviderName, Subtitle: words.Date(m.Day("on")) + ". Chair: " + m.Values["chair"], Marking: q.Config.Words.Markings.Sensitive,
		Foot: "As known on " + words.Date(q.Frame.Run.AsOf) + ", snapshot " + page.ShortID(q.Snapshot.ID) + ", rules " + q.Frame.Run.RuleSet, Made: q.Config.Casework.Now()}
	if agenda := m.Values["agenda"]; agenda != "" {
		p.Sections = append(p.Sections, papers.Section{Heading: "Agenda", Text: []string{agenda}})
	}
	tracker := papers.Section{Heading: "Action tracker", Text: []string{"No action is recorded."}}
	if all := c.Records["actions"]; len(all) > 0 {
		tracker = papers.Section{Heading: "Action tracker", Head: []string{"Meeting", "No.", "Action", "Owner", "Organisation", "Update", "Due", "Completed", "Filed?"}, Widths: []float64{.09, .05, .23, .11, .12, .16, .09, .09, .06}}
		actions, _ := cases.Find("actions")
		for _, r := range all {
			var row []string
			for _, id := range []string{"meeting_date", "number", "detail", "owner", "organisation", "update", "due_on", "completed_on", "filed"} {
				f, _ := actions.Field(id)
				row = append(row, casepages.ValueOf(c, f, r.Values[id]))
			}
			tracker.Rows = append(tracker.Rows, row)
		}
	}
	p.Sections = append(p.Sections, tracker)
	brief, err := caseBrief(ctx, q, c)
	if err != nil {
		return p, err
	}
	p.Sections = append(p.Sections, brief...)
	for _, id := range []string{"risks", "placements", "improvements", "resolutions", "attendance"} {
		if s, ok := casepages.Section(q, c, id); ok {
			p.Sections = append(p.Sections, s)
		}
	}
	if minutes := m.Values["minutes"]; minutes != "" {
		state := "Draft, not yet agreed by the chair."
		if m.Values["agreed_on"] != "" {
			state = "Agreed by the chair on " + words.Date(m.Day("agreed_on")) + "."
		}
		p.Sections = append(p.Sections, papers.Section{Heading: "Minutes", Text: []string{state, minutes}})
	}
	return p, nil
}

// caseBrief says what the data shows of the provider of a case: its level, its flags with their sentences and what was decided on each, and
// a year of concerns.
func caseBrief(ctx context.Context, q *page.Request, c cases.Case) ([]papers.Section, error) {
	s, flags, err := briefOf(ctx, q, c.ProviderID)
	if err != nil {
		return nil, err
	}
	s.Heading = "Brief"
	s.Text = append(s.Text, "The case was opened because: "+c.Reason)
	out := []papers.Section{s}
	if len(flags.Rows) > 0 {
		out = append(out, flags)
	}
	return out, nil
}

func briefOf(ctx context.Context, q *page.Request, provider string) (s, flags papers.Section, err error) {
	seen, _, known, err := casepages.Seen(ctx, q, provider)
	if err != nil {
		return s, flags, err
	}
	if !known {
		s.Text = []string{"The provider is not in the data; what is known of it is in the case."}
		return s, flags, nil
	}
	s.Text = []string{"The signals propose " + q.Config.Words.Levels[min(max(seen.Level, 0), 3)] + ", with " + words.Spell(seen.Flags, "open flag") + ". They warrant review; the people who meet decide."}
	all, _, err := queue.Read(ctx, q)
	if err != nil {
		return s, flags, err
	}
	flags = papers.Section{Heading: "Evidence", Head: []string{"Level", "What the records show", "Open since", "In review"}, Widths: []float64{.18, .5, .14, .18}}
	for _, i := range all {
		if i.ProviderID != provider || !i.Item.Flag.Open() {
			continue
		}
		state := queue.StateWords[i.State]
		if i.Review.Decision != nil {
			state += ": " + queue.WordOf(queue.OutcomeWords, string(i.Review.Decision.Outcome))
		}
		for _, d := range i.Review.Disagreements {
			state += ". Disagreed: " + queue.WordOf(queue.DoubtWords, string(d.Doubt))
		}
		flags.Rows = append(flags.Rows, []string{q.Config.Words.Levels[min(max(i.Item.Flag.Level, 0), 3)], i.Sentence(), words.DateOf(i.QueueFlag.OpenedOn), state})
	}
	weeks, err := q.Snapshot.Weeks(ctx, q.Frame, provider)
	if err != nil {
		return s, flags, err
	}
	total, highest := int64(0), int64(0)
	year := words.Last(weeks, 52)
	for _, w := range year {
		s.Bars = append(s.Bars, w.Concerns)
		total += w.Concerns
		highest = max(highest, w.Concerns)
	}
	if total == 0 {
		s.Bars = nil
	} else {
		s.BarsFrom, s.BarsTo = words.Date(year[0].Week), words.Date(year[len(year)-1].Week)
	}
	s.BarsSay = fmt.Sprintf("Concerns by week over the last %d weeks: %d in all, at most %d in one week. Only those count where the provider, its staff or its service is the recorded source.", len(year), total, highest)
	return s, flags, nil
}

// recipientsOf reads who gets a copy, one a line.
func recipientsOf(f *page.Form) []string {
	var recipients []string
	for line := range strings.Lines(f.Get("recipients")) {
		if line = strings.TrimSpace(line); line != "" {
			recipients = append(recipients, line)
		}
	}
	if len(recipients) == 0 || len(recipients) > 60 {
		f.Refuse("recipients", "say who gets a copy, one a line, at most 60: each copy is logged")
	}
	return recipients
}

// IssueMeeting makes the encrypted file, logs who gets a copy, and shows the password once.
func IssueMeeting(q *page.Request) error {
	ctx := q.R.Context()
	c, m, err := theMeeting(q)
	if err != nil {
		return err
	}
	d, err := q.MayIssue(c)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.Refuse(d, c.ID)
	}
	f, err := q.Sent()
	if err != nil {
		return err
	}
	recipients := recipientsOf(f)
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return showPack(q, f, nil)
	}
	paper, err := paper(ctx, q, c, m)
	if err != nil {
		return err
	}
	sealed, err := papers.Seal(paper, nil)
	if err != nil {
		return err
	}
	if err := q.Record(access.ClassB, c.ID, true, d.Reason); err != nil {
		return err
	}
	act, err := casepages.ActOf(ctx, q, c, f)
	if err != nil {
		return err
	}
	_, err = q.Config.Casework.Issue(ctx, act, "meetings/"+strconv.Itoa(m.Number), recipients)
	if casepages.Refused(q, f, err) {
		q.Status = http.StatusUnprocessableEntity
		return showPack(q, f, nil)
	}
	if err != nil {
		return err
	}
	id, err := q.Server.Shelf.Put(page.Paper{User: q.Subject.UserID, PDF: sealed.PDF, Name: "meeting_" + m.Values["on"] + "_OS.pdf"}, q.Config.Now())
	if err != nil {
		return err
	}
	// The password is shown on this answer alone; it is in no address, no log and no file.
	return showPack(q, nil, func(v *packView) { v.Password, v.Download = sealed.Password, "/papers/"+id })
}

// Fetch hands a sealed paper to whoever made it.
func Fetch(q *page.Request) error {
	k, ok := q.Server.Shelf.Take(q.R.PathValue("id"), q.Subject.UserID, q.Config.Now())
	if !ok {
		return &page.Problem{Status: http.StatusNotFound, Title: "The paper is gone", Says: "A paper is kept for ten minutes, for whoever made it. Make it again from the meeting; it will have another password.", Next: []page.Step{page.To("Cases", "/cases")}}
	}
	h := q.W.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="`+k.Name+`"`)
	h.Set("X-Protective-Marking", q.Config.Words.Markings.Sensitive)
	_, err := q.W.Write(k.PDF)
	return err
}
