package cases

import (
	"slices"
	"time"

	"bellwether/casework/pathway"
	"bellwether/casework/workdays"
)

// openKinds are the kinds of developments that are open.
func (c *Case) openKinds() []string {
	var out []string
	for _, r := range c.Records["developments"] {
		if r.Values["ended_on"] == "" {
			out = append(out, r.Values["kind"])
		}
	}
	return out
}

// Facts are what is known of a case for the pathway. Where a register can show a fact, the register decides and a tick alone does not.
func (c *Case) Facts(now time.Time, stage pathway.Stage, openFlags int) pathway.Facts {
	open := c.openKinds()
	has := func(kinds ...string) bool {
		return slices.ContainsFunc(kinds, func(k string) bool { return slices.Contains(open, k) })
	}
	sent := func(register, field, value, date string) bool {
		return c.any(register, func(r Record) bool { return r.Values[field] == value && r.Values[date] != "" })
	}
	last := func(register string) map[string]string {
		if all := c.Records[register]; len(all) > 0 {
			return all[len(all)-1].Values
		}
		return nil
	}
	f := pathway.Facts{
		"improvement_plan":           c.any("plans", func(r Record) bool { return r.Values["agreed_on"] != "" }),
		"review_period":              c.any("plans", func(r Record) bool { return r.Values["review_on"] != "" }),
		"lead_agency":                c.Role("lead_agency") != "" && c.Role("chair") != "" && c.Role("lead_enquiry_officer") != "",
		"findings_date":              c.any("meetings", func(r Record) bool { return r.Values["type"] == "findings" }),
		"evidence":                   len(c.Records["assurance"]) > 0 || len(c.Records["reports"]) > 0,
		pathway.AssuranceEvidence:    last("assurance")["attained"] == "sustained",
		"closure_letters":            sent("letters", "to", "provider", "on") && sent("letters", "to", "cqc", "on"),
		"watch_over":                 stage.ID == "watch" && c.DaysInStage(now) >= stage.Days && openFlags == 0,
		pathway.FailureEvent:         has("failure_event"),
		"s48_test":                   len(c.Records["duty"]) > 0,
		"duty_ended":                 last("duty") != nil && (last("duty")["ended_on"] != "" || Duty(last("duty")) != DutyArises),
		pathway.ClosureCriterion:     has("emergency_closure", "planned_closure"),
		pathway.SeriousDelay:         has("serious_delay"),
		pathway.HighRiskUnresolved:   has("high_risk"),
		pathway.ProviderCannotChange: has("cannot_improve", "interruption"),
		pathway.CriminalEnquiry:      c.Investigation(),
	}
	_, decided := c.Ticks[c.Stage+"/decision"]
	f["decision_to_initiate"] = decided
	return f
}

// DutyAnswer is what the four questions of section 48 come to.
type DutyAnswer string

// The answers.
const (
	DutyArises DutyAnswer = "the temporary duty arises"
	DutyNot    DutyAnswer = "the duty does not arise"
	DutyOpen   DutyAnswer = "not answered yet"
)

// Duty works out the answer from the four questions. A provider that is still able to operate does not trigger the duty.
func Duty(v map[string]string) DutyAnswer {
	answer := DutyArises
	for _, q := range []string{"registered", "cannot", "regulated", "business"} {
		switch v[q] {
		case "yes":
		case "no":
			return DutyNot
		default:
			answer = DutyOpen
		}
	}
	return answer
}

// Quorum says whether a meeting can resolve, and if not, who was missing. Only the strategic group has a quorum: the integrated care
// board and the Director of Adult Social Services, or their nominees.
func (c *Case) Quorum(meeting Record) (quorate bool, missing []string) {
	if meeting.Values["type"] != "strategic" {
		return true, nil
	}
	seats := map[string]bool{}
	for _, a := range c.Records["attendance"] {
		if m, ok := c.Refers(Field{Kind: "ref:meetings"}, a.Values["meeting"]); ok && m.Number == meeting.Number && a.Values["present"] != "apologies" {
			seats[a.Values["seat"]] = true
		}
	}
	if !seats["icb"] && !seats["chief_nurse"] {
		missing = append(missing, "the integrated care board")
	}
	if !seats["dass"] {
		missing = append(missing, "the Director of Adult Social Services")
	}
	return len(missing) == 0, missing
}

// MinutesDays is how many working days after a meeting its minutes are due.
const MinutesDays = 5

// MinutesDue is the day by which the minutes of a meeting are with all members.
func MinutesDue(meeting Record) time.Time {
	return (*workdays.Calendar)(nil).Add(meeting.Day("on"), MinutesDays)
}

// Due is something that is to be done on a case by a day.
type Due struct {
	CaseID   string
	Register string
	Number   int
	What     string
	Owner    string
	By       time.Time
	Overdue  bool
}

// clocks are the dates in registers that ask for something, and what ends them.
var clocks = []struct{ register, by, until, what, owner string }{
	{"actions", "due_on", "completed_on", "detail", "owner"},
	{"improvements", "due_on", "verified_on", "action", "owner"},
	{"notifications", "due_on", "sent_on", "name", ""},
	{"placements", "review_on", "lifted_on", "scope", "decided_by"},
	{"directory", "expires_on", "restored_on", "reason", ""},
	{"risks", "review_on", "", "description", "owner"},
	{"monitoring", "planned_on", "done_on", "what", "by"},
	{"replies", "on", "answered_on", "about", ""},
	{"involvement", "review_on", "", "reason", "endorsed_by"},
}

// Dues lists what is to be done, the most overdue first.
func (c *Case) Dues(now time.Time) []Due {
	today := workdays.Day(now)
	var out []Due
	for _, k := range clocks {
		for n, r := range c.Records[k.register] {
			by := r.Day(k.by)
			if by.IsZero() || k.until != "" && r.Values[k.until] != "" || k.register == "involvement" && n < len(c.Records[k.register])-1 {
				continue
			}
			if k.register == "replies" {
				by = (*workdays.Calendar)(nil).Add(by, 10)
			}
			out = append(out, Due{c.ID, k.register, r.Number, r.Values[k.what], r.Values[k.owner], by, today.After(by)})
		}
	}
	for _, m := range c.Records["meetings"] {
		if by := MinutesDue(m); m.Values["circulated_on"] == "" && !today.Before(m.Day("on")) {
			out = append(out, Due{c.ID, "meetings", m.Number, "Minutes to all members", m.Values["chair"], by, today.After(by)})
		}
	}
	slices.SortStableFunc(out, func(a, b Due) int { return a.By.Compare(b.By) })
	return out
}
