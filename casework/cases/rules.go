package cases

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"bellwether/casework/workdays"
)

// MaxText is how many letters a field may have.
const MaxText = 4000

// InputError says what is wrong with what somebody entered, field by field.
type InputError struct{ Problems []Problem }

// Problem is one thing that is wrong.
type Problem struct{ Field, Says string }

// Error says the first of what is wrong, without any value.
func (e *InputError) Error() string {
	if len(e.Problems) == 0 {
		return "cases: nothing is wrong"
	}
	return fmt.Sprintf("cases: %s: %s", e.Problems[0].Field, e.Problems[0].Says)
}

func wrong(field, says string, args ...any) *InputError {
	return &InputError{[]Problem{{field, fmt.Sprintf(says, args...)}}}
}

var pseudonymForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,40}$`)

// checkValues checks each field by its kind and returns what is stored.
func (c *Case) checkValues(r Register, given map[string]string, now time.Time) (map[string]string, *InputError) {
	out := map[string]string{}
	bad := &InputError{}
	for _, f := range r.Fields {
		value := strings.TrimSpace(given[f.ID])
		if value == "" {
			if f.Required {
				bad.Problems = append(bad.Problems, Problem{f.ID, "fill in " + lower(f.Label)})
			}
			continue
		}
		if says := c.checkValue(f, value, now); says != "" {
			bad.Problems = append(bad.Problems, Problem{f.ID, says})
			continue
		}
		out[f.ID] = value
	}
	if len(bad.Problems) > 0 {
		return nil, bad
	}
	return out, nil
}

// lower takes the first letter down, unless the word is an abbreviation.
func lower(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

func (c *Case) checkValue(f Field, value string, now time.Time) string {
	if n := utf8.RuneCountInString(value); n > MaxText || !utf8.ValidString(value) {
		return fmt.Sprintf("at most %d letters; there are %d", MaxText, n)
	}
	switch f.Kind {
	case Date:
		at, err := time.Parse(time.DateOnly, value)
		if err != nil {
			return "enter a real date, such as 14 3 2026"
		}
		return c.checkDate(f, at, now)
	case Choice:
		if !slices.ContainsFunc(f.Options, func(o string) bool { v, _ := Option(o); return v == value }) {
			return "choose one of the answers"
		}
	case Number:
		if n, err := strconv.Atoi(value); err != nil || n < 0 || n > 100000 {
			return "enter a whole number"
		}
	case Score:
		if n, err := strconv.Atoi(value); err != nil || n < 1 || n > 5 {
			return "enter a number from 1 to 5"
		}
	case Pseudonym:
		if !pseudonymForm.MatchString(value) {
			return "enter the pseudonym from the data, never a name: names stay in the council's own system"
		}
	case Text:
		if strings.Contains(value, "\n") {
			return "keep it on one line"
		}
	}
	if f.Ref() != "" {
		if _, found := c.Refers(f, value); !found {
			return "choose one of the entries"
		}
	}
	return ""
}

// past are the dates that say that something has happened: they cannot lie after today.
func past(id string) bool {
	switch id {
	case "on", "since", "sent_on", "acknowledged_on", "completed_on", "drafted_on", "agreed_on", "circulated_on", "ended_on", "lifted_on", "verified_on", "answered_on",
		"told_on", "began_on", "activated_on", "moved_on", "done_on", "restored_on", "passed_on", "chair_on", "reasons_on", "cleared_on", "closed_on", "retested_on", "renewed_on", "stood_down_on":
		return true
	}
	return false
}

// steps are the dates of what is done on the case itself, which cannot lie before it was opened; events and reports may be older.
func step(id string) bool {
	switch id {
	case "due_on", "sent_on", "acknowledged_on", "completed_on", "circulated_on", "agreed_on", "drafted_on", "lifted_on", "verified_on", "review_on", "expires_on":
		return true
	}
	return false
}

func (c *Case) checkDate(f Field, at, now time.Time) string {
	today, opened := workdays.Day(now), workdays.Day(c.OpenedAt)
	switch {
	case step(f.ID) && at.Before(opened):
		return fmt.Sprintf("this lies before the case was opened on %s", workdays.Format(opened))
	case past(f.ID) && at.After(today) && !strings.HasPrefix(f.Label, "Day") && !strings.HasPrefix(f.Label, "From"):
		return "this lies after today"
	case at.Before(today.AddDate(-20, 0, 0)) || at.After(today.AddDate(10, 0, 0)):
		return "this lies too far from today"
	}
	return ""
}

// rules are what an entry must hold beyond its fields: each says in a sentence why it refuses. before is the entry as it was, nil for a
// new one.
var rules = map[string]func(c *Case, v map[string]string, before *Record, now time.Time) *InputError{
	"involvement": func(_ *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		if (v["involved"] == "excluded" || v["contact"] == "restricted") && (v["endorsed_by"] == "" || v["review_on"] == "") {
			return wrong("endorsed_by", "leaving the provider out needs the lead agency's endorsement and a day on which it is reviewed")
		}
		return nil
	},
	"meetings": func(c *Case, v map[string]string, before *Record, now time.Time) *InputError {
		on, _ := time.Parse(time.DateOnly, v["on"])
		switch {
		case v["drafted_on"] != "" && v["drafted_on"] < v["on"]:
			return wrong("drafted_on", "minutes cannot be drafted before the meeting")
		case v["agreed_on"] != "" && v["drafted_on"] == "":
			return wrong("agreed_on", "minutes go to the chair as a draft before the chair agrees them")
		case v["circulated_on"] != "" && (v["agreed_on"] == "" || v["circulated_on"] < v["agreed_on"]):
			return wrong("circulated_on", "minutes are agreed by the chair before they are circulated")
		case v["agreed_on"] != "" && v["minutes"] == "":
			return wrong("minutes", "there are no minutes to agree")
		case before != nil && before.Values["circulated_on"] != "" && before.Values["minutes"] != v["minutes"]:
			return wrong("minutes", "circulated minutes are locked: record the correction at the next meeting")
		case v["type"] == "strategic" && !on.After(workdays.Day(now)) && c.first("strategic", before) && v["circulated_on"] != "" && v["frequency"] == "":
			return wrong("frequency", "the strategic group decides how often it meets at its first meeting, and minutes it")
		case v["type"] == "strategic" && (c.Role("lead_agency") == "" || c.Role("chair") == ""):
			return wrong("type", "the lead agency and the chair are settled before the strategic group's first meeting: name them in the roles")
		}
		return nil
	},
	"resolutions": func(c *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		m, _ := c.Refers(Field{Kind: "ref:meetings"}, v["meeting"])
		if !c.any("attendance", func(a Record) bool {
			return a.Values["meeting"] == strconv.Itoa(m.Number) && a.Values["present"] != "apologies"
		}) {
			return wrong("meeting", "nobody attended this meeting: record the attendance before its decisions")
		}
		return nil
	},
	"actions": func(c *Case, v map[string]string, before *Record, _ time.Time) *InputError {
		if c.any("actions", func(r Record) bool {
			return r.Values["number"] == v["number"] && (before == nil || r.Number != before.Number)
		}) {
			return wrong("number", "this number is in use: each action has its own")
		}
		if v["completed_on"] != "" && v["filed"] == "" {
			return wrong("filed", "say whether the document is filed when an action is completed")
		}
		return nil
	},
	"interests": func(_ *Case, v map[string]string, before *Record, _ time.Time) *InputError {
		switch {
		case v["cleared_on"] != "" && v["cleared"] == "":
			return wrong("cleared", "say why the interest stands in the way no longer")
		case before == nil && v["cleared_on"] != "":
			return wrong("cleared_on", "an interest is declared first; the chair clears it afterwards")
		case v["cleared_on"] != "" && v["cleared_on"] < v["on"]:
			return wrong("cleared_on", "an interest is cleared after it was declared")
		}
		return nil
	},
	"monitoring": func(_ *Case, v map[string]string, before *Record, _ time.Time) *InputError {
		switch {
		case v["every"] != "" && before == nil && (v["until"] == "" || v["until"] < v["planned_on"]):
			return wrong("until", "a schedule has a last day, after the first visit")
		case v["done_on"] != "" && v["finding"] == "":
			return wrong("finding", "say what the visit found")
		}
		return nil
	},
	"shares": func(_ *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		if v["until"] != "" && v["until"] < v["on"] {
			return wrong("until", "a share ends after it began")
		}
		return nil
	},
	"improvements": func(_ *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		if strings.EqualFold(v["owner"], v["verifier"]) {
			return wrong("verifier", "the verifier is somebody other than the owner")
		}
		if v["retested_on"] != "" && v["verified_on"] == "" {
			return wrong("retested_on", "an action is tested again after it was verified")
		}
		return nil
	},
	"plans": func(c *Case, _ map[string]string, _ *Record, _ time.Time) *InputError {
		if len(c.Records["issues"]) == 0 {
			return wrong("on", "a plan answers issues: record them first")
		}
		for _, i := range c.Records["issues"] {
			if !c.any("improvements", func(r Record) bool { return r.Values["issue"] == strconv.Itoa(i.Number) }) {
				return wrong("on", "issue %d has no action: each issue has at least one before a plan is submitted", i.Number)
			}
		}
		return nil
	},
	"placements": func(c *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		stops := v["status"] == "partial" || v["status"] == "full"
		switch {
		case stops && v["urgent"] == "no" && !c.ContactRestricted() && v["reasons_on"] == "":
			return wrong("reasons_on", "before a suspension the provider gets the reasons, unless it is urgent or contact is restricted")
		case v["reasons_on"] != "" && c.ContactRestricted():
			return wrong("reasons_on", "contact with the provider is restricted: no reasons may go to it now")
		case stops && v["reasons_on"] != "" && v["appeal_by"] == "":
			return wrong("appeal_by", "give the provider a day by which it may reply and appeal")
		case v["lifted_on"] != "" && v["lifted_by"] == "":
			return wrong("lifted_by", "say who lifted it")
		}
		return nil
	},
	"directory": func(c *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		switch {
		case v["urgent"] == "no" && !c.ContactRestricted() && v["reasons_on"] == "":
			return wrong("reasons_on", "before a removal the provider gets the reasons, unless it is urgent or contact is restricted")
		case v["reasons_on"] != "" && c.ContactRestricted():
			return wrong("reasons_on", "contact with the provider is restricted: no reasons may go to it now")
		case v["renewed_on"] != "" && v["expires_on"] <= v["renewed_on"]:
			return wrong("expires_on", "a renewal gives the removal a later end")
		case v["expires_on"] <= v["on"]:
			return wrong("expires_on", "the removal is temporary: it expires after it began")
		}
		return nil
	},
	"notifications": func(c *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		switch {
		case v["recipient"] == "provider" && c.ContactRestricted() && (v["letter"] != "" || v["sent_on"] != ""):
			return wrong("recipient", "contact with the provider is restricted: no letter to it may be drafted or sent")
		case v["acknowledged_on"] != "" && v["sent_on"] != "" && v["acknowledged_on"] < v["sent_on"]:
			return wrong("acknowledged_on", "it cannot be acknowledged before it was sent")
		case v["acknowledged_on"] != "" && v["sent_on"] == "":
			return wrong("acknowledged_on", "what was not sent cannot be acknowledged")
		}
		return nil
	},
	"letters": func(c *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		if v["to"] == "provider" && c.ContactRestricted() {
			return wrong("to", "contact with the provider is restricted: no letter may go to it")
		}
		return nil
	},
	"duty": func(_ *Case, v map[string]string, _ *Record, _ time.Time) *InputError {
		switch {
		case Duty(v) == DutyArises && v["began_on"] == "":
			return wrong("began_on", "all four answers are yes, so the duty arises: record the day on which it began")
		case Duty(v) != DutyArises && v["began_on"] != "":
			return wrong("began_on", "the duty does not arise while one of the four answers is no: a provider still able to operate does not trigger it")
		case v["ended_on"] != "" && (v["began_on"] == "" || v["ended_on"] < v["began_on"]):
			return wrong("ended_on", "the duty ends after it began")
		}
		return nil
	},
}

// first says whether no other meeting of the type was held before this one.
func (c *Case) first(kind string, before *Record) bool {
	for _, m := range c.Records["meetings"] {
		if m.Values["type"] == kind {
			return before != nil && m.Number == before.Number
		}
	}
	return true
}

// policeFirst are the registers in which a new entry is a further action: while a criminal investigation is active it names the
// consultation of the police about it.
var policeFirst = []string{"actions", "placements", "directory", "notifications", "letters", "improvements", "plans", "monitoring", "communications", "commissioning"}

// policeAgain are the fields whose change makes an entry from before the investigation a further action: what was drafted or planned then
// is sent, done, renewed or widened now.
var policeAgain = map[string][]string{"notifications": {"sent_on"}, "monitoring": {"done_on"}, "directory": {"renewed_on"}, "placements": {"status", "scope"}}

// FromBefore says whether an entry was recorded before the criminal investigation that is active now, in a register in which going on
// with it needs a consultation.
func (c *Case) FromBefore(register string, r Record) bool {
	return policeAgain[register] != nil && c.any("police", func(p Record) bool {
		return p.Values["kind"] == "investigation" && p.Values["ended_on"] == "" && r.At.Before(p.At)
	})
}

// goesOn says whether an amendment goes on with an entry from before the investigation.
func (c *Case) goesOn(register string, before Record, after map[string]string) bool {
	return c.FromBefore(register, before) && slices.ContainsFunc(policeAgain[register], func(field string) bool {
		return after[field] != "" && after[field] != before.Values[field]
	})
}

// NeedsPolice says whether a new entry in a register needs a recorded consultation of the police now.
func (c *Case) NeedsPolice(register string) bool {
	return c.Investigation() && (register == "" || slices.Contains(policeFirst, register))
}

// checkConsulted checks that a consultation is one of the case's and has not been spent on another step.
func (c *Case) checkConsulted(number int) *InputError {
	r, found := c.Find("police", number)
	switch {
	case !found || r.Values["kind"] != "consultation":
		return wrong("consultation", "an investigation is active: the police lead on criminal matters and must be consulted about each further action. Record the consultation, then choose it here")
	case slices.ContainsFunc(c.History, func(e Entry) bool { return e.What == "consulted" && e.Number == number }):
		return wrong("consultation", "this consultation was about another step: each further action has its own")
	}
	return nil
}

// Consultations are those not yet spent on a step.
func (c *Case) Consultations() []Record {
	var out []Record
	for _, r := range c.Records["police"] {
		if r.Values["kind"] == "consultation" && c.checkConsulted(r.Number) == nil {
			out = append(out, r)
		}
	}
	return out
}
