package flags

import (
	"fmt"
	"slices"
	"time"

	"bellwether/analytics/rules"
)

// NamedEvent is an event that is provider failure by itself, whatever the scores
// say. People enter them; nothing infers one.
type NamedEvent string

// The events that the Care Act's section 48 test, a notice or an emergency names,
// and a person's own decision.
const (
	BusinessFailure    NamedEvent = "business_failure"    // under SI 2015/301, with the service unable to go on
	NoticeOfDecision   NamedEvent = "notice_of_decision"  // CQC: to remove a location from the registration
	ProviderNotice     NamedEvent = "provider_notice"     // the provider gives notice to cease
	MarketOversight6   NamedEvent = "cqc_stage_6"         // CQC's formal notice to councils
	UrgentClosure      NamedEvent = "urgent_closure"      // by CQC
	Fire               NamedEvent = "fire"                //
	Flood              NamedEvent = "flood"               //
	UnsafeBuilding     NamedEvent = "unsafe_building"     //
	ContractWithdrawal NamedEvent = "contract_withdrawal" // immediate, by health or social care
	HumanDecision      NamedEvent = "human_decision"      // a named person decides, and says why
)

var eventTitles = []struct {
	event NamedEvent
	title string
}{
	{BusinessFailure, "Business failure, and the service cannot go on"},
	{NoticeOfDecision, "CQC notice of decision"},
	{ProviderNotice, "The provider gave notice to cease"},
	{MarketOversight6, "CQC market oversight stage 6 notice"},
	{UrgentClosure, "Urgent closure by CQC"},
	{Fire, "Fire"},
	{Flood, "Flood"},
	{UnsafeBuilding, "Unsafe building"},
	{ContractWithdrawal, "Immediate withdrawal of a contract"},
	{HumanDecision, "Decided by a named person"},
}

// NamedEvents lists the events in the order forms show them.
func NamedEvents() []NamedEvent {
	out := make([]NamedEvent, len(eventTitles))
	for i, e := range eventTitles {
		out[i] = e.event
	}
	return out
}

// Title returns the event in the words of a form or a headline.
func (e NamedEvent) Title() string {
	for _, t := range eventTitles {
		if t.event == e {
			return t.title
		}
	}
	return string(e)
}

// EventDecision is the decision that a recorded event amounts to: provider failure,
// by an event, from that day until it is stepped down. An insolvency while the
// service still runs is no such event: it proposes contingency planning, and the
// rules see to that. A word that names no event is an error.
func EventDecision(provider string, e NamedEvent, on time.Time, detail string) (Decision, error) {
	if !slices.Contains(NamedEvents(), e) {
		return Decision{}, fmt.Errorf("flags: %q names no event; use one of %v", e, NamedEvents())
	}
	reason := e.Title() + "."
	if detail != "" {
		reason = e.Title() + ": " + detail
	}
	d := Decision{ProviderID: provider, On: on, Kind: Hold, Level: rules.ProviderFailure, FailureKind: rules.FailureEvent, Reason: reason}
	return d, d.check()
}
