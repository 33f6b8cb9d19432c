package dashboard

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"bellwether/casework/cases"
	"bellwether/casework/papers"
	"bellwether/dashboard/link"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// packView is a meeting's papers as a page: the accessible twin of the file.
type packView struct {
	_         struct{} `class:"B"`
	Paper     papers.Paper
	Action    string
	Version   int64
	Form      *form
	MayIssue  bool
	Password  string
	Download  string
	Issued    []string
	MeetingAt string
}

func packPage(q *request) error { return q.showPack(nil, nil) }

// theMeeting is the meeting that the address names.
func (q *request) theMeeting() (cases.Case, cases.Record, error) {
	c, err := q.theCase()
	if err == nil && access.TenantOnly(q.sub) {
		err = errNotFound
	}
	if err != nil {
		return c, cases.Record{}, err
	}
	r, _ := cases.Find("meetings")
	d, err := q.mayCase(access.View, r.Class, r.Kind, c)
	if err != nil {
		return c, cases.Record{}, err
	}
	if !d.Allow {
		return c, cases.Record{}, q.refuse(d, c.ID)
	}
	n, err := strconv.Atoi(q.r.PathValue("number"))
	m, found := c.Find("meetings", n)
	if err != nil || !found {
		return c, m, errNotFound
	}
	return c, m, nil
}

func (q *request) showPack(f *form, made func(*packView)) error {
	ctx := q.r.Context()
	c, m, err := q.theMeeting()
	if err != nil {
		return err
	}
	v := packView{Action: link.Case(c.ID) + "/meetings/" + strconv.Itoa(m.Number) + "/papers", Version: c.Version, Form: f}
	if v.Form == nil {
		v.Form = draft()
	}
	if v.Paper, err = q.paper(ctx, c, m); err != nil {
		return err
	}
	d, err := q.mayIssue(c)
	if err != nil {
		return err
	}
	v.MayIssue = d.Allow || d.Reason == needsRecentSignIn
	names, err := q.names(ctx)
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
	return q.page("pack", v.Paper.Title, v, step{"Cases", "/cases"}, step{c.ProviderName, link.Case(c.ID)}, step{"Meetings", link.Case(c.ID) + "/meetings"})
}

// paper puts a meeting's papers together: agenda, tracker, the provider's brief with its evidence, risks, decisions and minutes. What the
// reader may not see is not in them.
func (q *request) paper(ctx context.Context, c cases.Case, m cases.Record) (papers.Paper, error) {
	register, _ := cases.Find("meetings")
	kind, _ := register.Field("type")
	p := papers.Paper{Title: kind.Words(m.Values["type"]) + ": " + c.ProviderName, Subtitle: words.Date(m.Day("on")) + ". Chair: " + m.Values["chair"], Marking: q.cfg.Words.Markings.Sensitive,
		Foot: "As known on " + words.Date(q.frame.Run.AsOf) + ", snapshot " + shortID(q.snap.ID) + ", rules " + q.frame.Run.RuleSet, Made: q.cfg.Casework.Now()}
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
				row = append(row, valueOf(c, f, r.Values[id]))
			}
			tracker.Rows = append(tracker.Rows, row)
		}
	}
	p.Sections = append(p.Sections, tracker)
	brief, err := q.brief(ctx, c)
	if err != nil {
		return p, err
	}
	p.Sections = append(p.Sections, brief...)
	for _, id := range []string{"risks", "placements", "improvements", "resolutions", "attendance"} {
		if s, ok := q.registerSection(c, id); ok {
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

// brief says what the data shows of the provider of a case: its level, its flags with their sentences and what was decided on each, and
// a year of concerns.
func (q *request) brief(ctx context.Context, c cases.Case) ([]papers.Section, error) {
	s, flags, err := q.briefOf(ctx, c.ProviderID)
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

func (q *request) briefOf(ctx context.Context, provider string) (s, flags papers.Section, err error) {
	seen, _, known, err := q.seen(ctx, provider)
	if err != nil {
		return s, flags, err
	}
	if !known {
		s.Text = []string{"The provider is not in the data; what is known of it is in the case."}
		return s, flags, nil
	}
	s.Text = []string{"The signals propose " + q.cfg.Words.Levels[min(max(seen.Level, 0), 3)] + ", with " + words.Spell(seen.Flags, "open flag") + ". They warrant review; the people who meet decide."}
	all, _, err := q.queue(ctx)
	if err != nil {
		return s, flags, err
	}
	flags = papers.Section{Heading: "Evidence", Head: []string{"Level", "What the records show", "Open since", "In review"}, Widths: []float64{.18, .5, .14, .18}}
	for _, i := range all {
		if i.ProviderID != provider || !i.Item.Flag.Open() {
			continue
		}
		state := stateWords[i.State]
		if i.Review.Decision != nil {
			state += ": " + wordOf(outcomeWords, string(i.Review.Decision.Outcome))
		}
		for _, d := range i.Review.Disagreements {
			state += ". Disagreed: " + wordOf(doubtWords, string(d.Doubt))
		}
		flags.Rows = append(flags.Rows, []string{q.cfg.Words.Levels[min(max(i.Item.Flag.Level, 0), 3)], i.Sentence(), words.DateOf(i.QueueFlag.OpenedOn), state})
	}
	weeks, err := q.snap.Weeks(ctx, q.frame, provider)
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

// Sentence is the flag's sentence.
func (i reviewItem) Sentence() string { return i.QueueFlag.Sentence }

// recipientsOf reads who gets a copy, one a line.
func recipientsOf(f *form) []string {
	var recipients []string
	for line := range strings.Lines(f.Get("recipients")) {
		if line = strings.TrimSpace(line); line != "" {
			recipients = append(recipients, line)
		}
	}
	if len(recipients) == 0 || len(recipients) > 60 {
		f.refuse("recipients", "say who gets a copy, one a line, at most 60: each copy is logged")
	}
	return recipients
}

// packMake makes the encrypted file, logs who gets a copy, and shows the password once.
func packMake(q *request) error {
	ctx := q.r.Context()
	c, m, err := q.theMeeting()
	if err != nil {
		return err
	}
	d, err := q.mayIssue(c)
	if err != nil {
		return err
	}
	if !d.Allow {
		return q.refuse(d, c.ID)
	}
	f, err := q.sent()
	if err != nil {
		return err
	}
	recipients := recipientsOf(f)
	if len(f.Errors) > 0 {
		q.status = http.StatusUnprocessableEntity
		return q.showPack(f, nil)
	}
	paper, err := q.paper(ctx, c, m)
	if err != nil {
		return err
	}
	sealed, err := papers.Seal(paper, nil)
	if err != nil {
		return err
	}
	if err := q.record(access.ClassB, c.ID, true, d.Reason); err != nil {
		return err
	}
	act, err := q.act(ctx, c, f)
	if err != nil {
		return err
	}
	_, err = q.cfg.Casework.Issue(ctx, act, "meetings/"+strconv.Itoa(m.Number), recipients)
	if q.refused(f, err) {
		q.status = http.StatusUnprocessableEntity
		return q.showPack(f, nil)
	}
	if err != nil {
		return err
	}
	id, err := q.s.shelf.put(kept{user: q.sub.UserID, pdf: sealed.PDF, name: "meeting_" + m.Values["on"] + "_OS.pdf"}, q.cfg.Now())
	if err != nil {
		return err
	}
	// The password is shown on this answer alone; it is in no address, no log and no file.
	return q.showPack(nil, func(v *packView) { v.Password, v.Download = sealed.Password, "/papers/"+id })
}

// paperFetch hands a sealed paper to whoever made it.
func paperFetch(q *request) error {
	k, ok := q.s.shelf.take(q.r.PathValue("id"), q.sub.UserID, q.cfg.Now())
	if !ok {
		return &problem{status: http.StatusNotFound, title: "The paper is gone", says: "A paper is kept for ten minutes, for whoever made it. Make it again from the meeting; it will have another password.", next: []step{{"Cases", "/cases"}}}
	}
	h := q.w.Header()
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Disposition", `attachment; filename="`+k.name+`"`)
	h.Set("X-Protective-Marking", q.cfg.Words.Markings.Sensitive)
	_, err := q.w.Write(k.pdf)
	return err
}
