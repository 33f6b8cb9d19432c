package cases

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"bellwether/casework/pathway"
	"bellwether/casework/workdays"
)

// open is the last development of some kinds that has not ended.
func (c *Case) open(kinds ...string) (Record, bool) {
	for _, r := range slices.Backward(c.Records["developments"]) {
		if r.Values["ended_on"] == "" && slices.Contains(kinds, r.Values["kind"]) {
			return r, true
		}
	}
	return Record{}, false
}

// met says whether a meeting of a type was held on or after the day of a development, by today, and who must have been there was.
func (c *Case) met(now time.Time, kind string, since Record, seats ...string) bool {
	return c.any("meetings", func(m Record) bool {
		on := m.Day("on")
		if m.Values["type"] != kind || on.Before(since.Day("on")) || on.After(workdays.Day(now)) {
			return false
		}
		return !slices.ContainsFunc(seats, func(seat string) bool { return !c.attended(m, seat) })
	})
}

// attended says whether somebody sat for an organisation at a meeting.
func (c *Case) attended(m Record, seat string) bool {
	return c.any("attendance", func(a Record) bool {
		return a.Values["meeting"] == strconv.Itoa(m.Number) && a.Values["seat"] == seat && a.Values["present"] != "apologies"
	})
}

// HighScore is the score of a risk, likelihood times impact, from which it is high.
const HighScore = 15

// Risk says whether the risks of a case remain high without a resolution in sight.
type Risk struct {
	High  bool
	Since time.Time // when that became so
	Why   string
	// Decided says that the reviewing group has decided since, and its day to look again has not come.
	Decided bool
}

// HighRisk looks for it: somebody has recorded it, or a provider concern is over the limit of its stage while a high risk stands open in
// the risk register.
func (c *Case) HighRisk(now time.Time, stage pathway.Stage) Risk {
	var out Risk
	if r, is := c.open("high_risk"); is {
		out = Risk{High: true, Since: r.At, Why: r.Values["what"]}
	} else if stage.Level == 2 && stage.Days > 0 && c.DaysInStage(now) > stage.Days {
		for _, r := range c.Records["risks"] {
			l, _ := strconv.Atoi(r.Values["likelihood"])
			i, _ := strconv.Atoi(r.Values["impact"])
			if l*i >= HighScore && r.Values["closed_on"] == "" && !out.High {
				out = Risk{High: true, Since: c.Since.AddDate(0, 0, stage.Days+1), Why: fmt.Sprintf("Over the limit of its stage while a risk of score %d is open.", l*i)}
			}
		}
	}
	if n := len(c.Records["escalations"]); out.High && n > 0 {
		last := c.Records["escalations"][n-1]
		out.Decided = !last.At.Before(out.Since) && (last.Values["decision"] == "escalate" || workdays.Day(now).Before(last.Day("review_on")))
	}
	return out
}

// Facts are what is known of a case for the pathway. Where a register can show a fact, the register decides and a tick alone does not.
// raised counts the flags raised since the case came into its stage; see [Case.Raised].
func (c *Case) Facts(now time.Time, stage pathway.Stage, raised int) pathway.Facts {
	has := func(kinds ...string) bool { _, is := c.open(kinds...); return is }
	delay, _ := c.open("serious_delay")
	stop, _ := c.open("cannot_improve", "interruption")
	closing, _ := c.open("emergency_closure", "planned_closure")
	risk := c.HighRisk(now, stage)
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
		"improvement_plan":         c.any("plans", func(r Record) bool { return r.Values["agreed_on"] != "" }),
		"review_period":            c.any("plans", func(r Record) bool { return r.Values["review_on"] != "" }),
		"lead_agency":              c.Role("lead_agency") != "" && c.Role("chair") != "" && c.Role("lead_enquiry_officer") != "",
		"findings_date":            c.any("meetings", func(r Record) bool { return r.Values["type"] == "findings" }),
		"evidence":                 len(c.Records["assurance"]) > 0 || len(c.Records["reports"]) > 0,
		pathway.AssuranceEvidence:  last("assurance")["attained"] == "sustained",
		"closure_letters":          sent("letters", "to", "provider", "on") && sent("letters", "to", "cqc", "on"),
		"watch_over":               stage.ID == "watch" && c.DaysInStage(now) >= stage.Days && raised == 0,
		pathway.FailureEvent:       has("failure_event"),
		"s48_test":                 len(c.Records["duty"]) > 0,
		"duty_ended":               last("duty") != nil && (last("duty")["ended_on"] != "" || Duty(last("duty")) != DutyArises),
		pathway.ClosureCriterion:   has("emergency_closure", "planned_closure"),
		pathway.SeriousDelay:       has("serious_delay"),
		pathway.HighRiskUnresolved: risk.High,
		pathway.GroupDecided:       risk.Decided,
		pathway.UpdateHeld:         c.met(now, "update", delay),
		pathway.StakeholdersMet:    c.met(now, "stakeholders", stop),
		pathway.ContractReviewed: c.any("commissioning", func(r Record) bool {
			return r.Values["contract"] != "" && !r.Day("on").Before(stop.Day("on"))
		}),
		pathway.HeadsMet:             c.met(now, "emergency", closing, "contracts"),
		pathway.FlagInWatch:          stage.ID == "watch" && raised > 0,
		pathway.FlagsCleared:         raised == 0,
		pathway.OfficerReport:        len(c.Records["reports"]) > 0,
		pathway.OptionsExhausted:     last("duty")["options"] != "",
		pathway.TeamActive:           c.any("team", func(r Record) bool { return r.Values["stood_down_on"] == "" }),
		pathway.PeopleListed:         len(c.Records["affected"]) > 0,
		pathway.FrequencyMinuted:     c.any("meetings", func(r Record) bool { return r.Values["type"] == "strategic" && r.Values["frequency"] != "" }),
		pathway.MinutesOut:           c.strategicMinutesOut(),
		pathway.ProviderCannotChange: has("cannot_improve", "interruption"),
		pathway.CriminalEnquiry:      c.Investigation(),
	}
	_, decided := c.Ticks[c.Stage+"/decision"]
	f["decision_to_initiate"] = decided
	return f
}

// strategicMinutesOut says whether the strategic group has met and all its minutes are with its members.
func (c *Case) strategicMinutesOut() bool {
	held := 0
	for _, m := range c.Records["meetings"] {
		if m.Values["type"] != "strategic" {
			continue
		}
		held++
		if m.Values["circulated_on"] == "" {
			return false
		}
	}
	return held > 0
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

// MinutesDue is the day by which the minutes of a meeting are with all members.
func MinutesDue(meeting Record) time.Time {
	return workdays.MinutesDue(meeting.Day("on"))
}

// Due is something that is to be done on a case by a day.
type Due struct {
	CaseID   string
	Register string
	Number   int
	What     string
	Owner    string
	Deputy   string
	By       time.Time
	Overdue  bool
}

// clock is a date in a register that asks for something, and what ends it.
type clock struct {
	register, by, until, what, owner string
	// days are working days after the date; last counts for the newest entry alone.
	days int
	last bool
	says string // stands before what the entry says
}

var clocks = []clock{
	{register: "actions", by: "due_on", until: "completed_on", what: "detail", owner: "owner"},
	{register: "improvements", by: "due_on", until: "verified_on", what: "action", owner: "owner"},
	{register: "improvements", by: "retest_on", until: "retested_on", what: "action", owner: "verifier", says: "Test again: "},
	{register: "plans", by: "review_on", what: "agreed_by", last: true, says: "The review period ends. "},
	{register: "notifications", by: "due_on", until: "sent_on", what: "name", says: "Tell "},
	{register: "placements", by: "review_on", until: "lifted_on", what: "scope", owner: "decided_by", says: "Review the decision on placements: "},
	{register: "placements", by: "appeal_by", until: "lifted_on", what: "scope", says: "The provider may reply until then: "},
	{register: "directory", by: "expires_on", until: "restored_on", what: "reason", says: "The removal expires unless it is renewed: "},
	{register: "risks", by: "review_on", until: "closed_on", what: "description", owner: "owner", says: "Review the risk: "},
	{register: "monitoring", by: "planned_on", until: "done_on", what: "what", owner: "by", says: "Visit: "},
	{register: "replies", by: "on", until: "answered_on", what: "about", days: 10, says: "Answer the provider: "},
	{register: "foi", by: "on", until: "chair_on", what: "authority", days: 1, says: "To the chair: "},
	{register: "foi", by: "on", until: "answered_on", what: "authority", days: 20, says: "Answer: "},
	{register: "involvement", by: "review_on", what: "reason", owner: "endorsed_by", last: true, says: "Review the provider's involvement: "},
	{register: "escalations", by: "review_on", what: "reason", last: true, says: "The group looks again: "},
}

// Dues lists what is to be done, the most overdue first.
func (c *Case) Dues(now time.Time) []Due {
	today := workdays.Day(now)
	var out []Due
	for _, k := range clocks {
		for n, r := range c.Records[k.register] {
			by := r.Day(k.by)
			if by.IsZero() || k.until != "" && r.Values[k.until] != "" || k.last && n < len(c.Records[k.register])-1 {
				continue
			}
			if k.by == "appeal_by" && today.After(by) {
				continue // nobody was late: the provider did not reply
			}
			if k.days > 0 {
				by = (*workdays.Calendar)(nil).Add(by, k.days)
			}
			out = append(out, Due{c.ID, k.register, r.Number, k.says + r.Values[k.what], r.Values[k.owner], r.Values["deputy"], by, today.After(by)})
		}
	}
	for _, m := range c.Records["meetings"] {
		if by := MinutesDue(m); m.Values["circulated_on"] == "" && !today.Before(m.Day("on")) {
			out = append(out, Due{c.ID, "meetings", m.Number, "Minutes to all members", m.Values["chair"], "", by, today.After(by)})
		}
	}
	slices.SortStableFunc(out, func(a, b Due) int { return a.By.Compare(b.By) })
	return out
}
