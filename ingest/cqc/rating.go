package cqc

import (
	"cmp"
	"strconv"
)

// The parts of a body that hold ratings, and the ways in which CQC has judged.
const (
	fromCurrent    = "currentRatings"
	fromHistoric   = "historicRatings"
	fromAssessment = "assessment"

	byKeyQuestions = "key_questions"
	byAssessment   = "single_assessment"

	overall = "Overall"
)

func itoa(n int) string { return strconv.Itoa(n) }

// source is what a rating takes from its surroundings where it does not say so itself.
type source struct {
	location, group, origin, framework string
	date, link, organisation           text
}

// ratingsOf sends on every rating that a location body holds, each with its own date: the parts of a body are older and newer
// than one another, and which of them is the location's rating today is for the models to say.
func (b *bodies) ratingsOf(no int64, location string, l *location) error {
	c := &l.Current.Value
	now := source{location: location, group: overall, origin: fromCurrent, framework: byKeyQuestions, date: c.ReportDate}
	if err := b.judged(no, now, &c.Overall.Value); err != nil {
		return err
	}
	if err := b.services(no, now, c.Services); err != nil {
		return err
	}
	for i := range l.Historic {
		h := &l.Historic[i]
		then := source{location: location, group: overall, origin: fromHistoric, framework: byKeyQuestions,
			date: h.ReportDate, link: h.ReportLinkID, organisation: h.OrganisationID}
		if err := b.judged(no, then, &h.Overall.Value); err != nil {
			return err
		}
		if err := b.services(no, then, h.Services); err != nil {
			return err
		}
	}
	for i := range l.Assessments {
		a := &l.Assessments[i]
		for _, group := range []list[assessed]{a.Ratings.Value.Overall, a.Ratings.Value.Groups} {
			for j := range group {
				g := &group[j]
				s := source{location: location, group: cmp.Or(string(g.Name), overall), origin: fromAssessment, framework: byAssessment,
					date: cmp.Or(a.Published, g.AssessmentDate)}
				if g.Status == "Historic" {
					s.date = cmp.Or(g.AssessmentDate, a.Published) // the plan was published for the rating that replaced this one
				}
				if err := b.judged(no, s, &g.rated); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (b *bodies) services(no int64, s source, ratings []rated) error {
	for i := range ratings {
		s.group = string(ratings[i].Name)
		if err := b.judged(no, s, &ratings[i]); err != nil {
			return err
		}
	}
	return nil
}

// judged sends on one rating and those of its key questions. A key question that an assessment did not look at repeats an older
// rating, so it is left out.
func (b *bodies) judged(no int64, s source, r *rated) error {
	s.date, s.link = cmp.Or(r.ReportDate, s.date), cmp.Or(r.ReportLinkID, s.link)
	s.organisation = cmp.Or(r.OrganisationID, s.organisation)
	if err := b.rating(no, s, overall, r.Rating); err != nil {
		return err
	}
	for _, k := range r.KeyQuestions {
		if s.origin == fromAssessment && k.Status != "" && k.Status != "Assessed" {
			continue
		}
		q := s
		q.date, q.link = cmp.Or(k.ReportDate, s.date), cmp.Or(k.ReportLinkID, s.link)
		q.organisation = cmp.Or(k.OrganisationID, s.organisation)
		if err := b.rating(no, q, string(k.Name), k.Rating); err != nil {
			return err
		}
	}
	return nil
}

func (b *bodies) rating(no int64, s source, domain string, rating text) error {
	if rating == "" {
		return nil
	}
	t := b.ratings
	word, _ := b.words.Word("rating", string(rating))
	question, _ := b.words.Word("domain", domain)
	t.set("location_id", s.location)
	t.set("service_group", s.group)
	t.set("domain", question)
	t.set("rating", word)
	t.set("rated_on", day(s.date))
	t.set("inherited", strconv.FormatBool(s.organisation != "" && id(s.organisation) != s.location))
	t.set("framework", s.framework)
	t.set("origin", s.origin)
	t.set("report_link", string(s.link))
	return t.send(no)
}
