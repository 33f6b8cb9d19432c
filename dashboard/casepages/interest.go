package casepages

import (
	"strconv"
	"time"

	"bellwether/casework/cases"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/internal/access"
)

// DeclareInterest records the reader's own interest. It is the last that they see of the case until the chair has cleared it.
func DeclareInterest(q *page.Request) error {
	c, err := q.TheCase()
	if err != nil {
		return err
	}
	f, err := q.Sent()
	if err != nil {
		return err
	}
	return Try(q, Attempt{Case: c, Form: f, Class: access.ClassB, Reason: "own_interest", Show: showCase, Clashes: func(Line) bool { return false },
		Do: func(act cases.Act) (string, string, error) {
			_, err := q.Config.Casework.Record(q.R.Context(), act, "interests", map[string]string{"on": q.Config.Casework.Now().Format(time.DateOnly), "person": q.Subject.UserID, "interest": f.Get("interest")})
			return "Your interest is declared. The chair has the case; you see it again when the chair has cleared your declaration.", "/cases", err
		}})
}

// mayClear refuses to clear an interest to all but a chair, and to nobody's own hand.
func mayClear(q *page.Request, c cases.Case, f *page.Form, whose string) error {
	if whose == q.Subject.UserID {
		f.Refuse("cleared_on", "nobody clears their own interest")
		return nil
	}
	d, err := q.MayCase(access.Review, access.ClassB, access.Interest, c)
	if err != nil {
		return err
	}
	if !d.Allow && !c.Holds(q.Subject.UserID, "chair") {
		f.Refuse("cleared_on", "the chair clears an interest")
	}
	return nil
}

// caseSays is a sentence beside a case with where it leads.
type caseSays struct{ Text, Link, Do string }

// besideCase says what the case leads to elsewhere: the people and places of a provider that may stop, a removal that has run out, an
// escalation that waits.
func besideCase(q *page.Request, c cases.Case, facts map[string]bool, now time.Time) []caseSays {
	var out []caseSays
	stage, _ := q.Config.Casework.Pathway().Stage(c.Stage)
	if risk := c.HighRisk(now, stage); risk.High && !risk.Decided {
		out = append(out, caseSays{"Its risks remain high. It stands in the review queue, where the group decides on escalation.", "/review/cases/" + c.ID, "The decision on escalation"})
	}
	if c.ProviderID != "" && (stage.Level == 3 || facts["closure_criterion"] || facts["cannot_improve"]) {
		out = append(out, caseSays{"Who is affected if its services stop, and where people could go.", link.With("/contingency", "provider", c.ProviderID), "Contingency for this provider"})
	}
	if n := len(c.Records["directory"]); n > 0 && c.Records["directory"][n-1].Values["restored_on"] == "" && !c.Removed(now) && !c.Records["directory"][n-1].Day("on").After(now) {
		out = append(out, caseSays{"The removal from the community directory has expired: it holds no longer unless it is renewed.", link.Case(c.ID) + "/directory", "The directory decision"})
	}
	if p, in := c.Placement(); in && (p.Values["status"] == "partial" || p.Values["status"] == "full") && p.Values["residents"] != "yes" {
		out = append(out, caseSays{"Placements are suspended, and whether the people who live there are safe and well has not been reviewed yet.", link.Case(c.ID) + "/placements/" + strconv.Itoa(p.Number), "The decision on placements"})
	}
	return out
}
