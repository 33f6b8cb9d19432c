package pathway

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Facts are what is known of a case, by name.
type Facts map[string]bool

// Names of facts that the program itself uses.
const (
	Reason               = "reason"
	CriminalEnquiry      = "criminal_investigation"
	PoliceConsulted      = "police_consulted"
	AssuranceEvidence    = "assurance_evidence"
	FailureEvent         = "failure_event"
	ClosureCriterion     = "closure_criterion"
	SeriousDelay         = "serious_delay"
	HighRiskUnresolved   = "high_risk_unresolved"
	ProviderCannotChange = "cannot_improve"
	FlagInWatch          = "flag_in_watch"
	FlagsCleared         = "flags_cleared"
	UpdateHeld           = "update_held"
	StakeholdersMet      = "stakeholders_met"
	ContractReviewed     = "contract_reviewed"
	GroupDecided         = "qsig_decided"
	HeadsMet             = "heads_met"
	OfficerReport        = "officer_report"
	OptionsExhausted     = "options_exhausted"
	TeamActive           = "team_active"
	PeopleListed         = "people_listed"
	MinutesOut           = "minutes_out"
	FrequencyMinuted     = "frequency_minuted"
)

// lacking says, for each fact that a pathway may use, what is missing without
// it. A word that is not here is refused when a pathway is loaded.
var lacking = map[string]string{
	Reason:                 "a reason is needed for every move",
	"evidence":             "a step down needs evidence",
	"review_period":        "a review period must be set",
	"improvement_plan":     "an improvement plan must be agreed",
	"decision_to_initiate": "whether to initiate must be decided and recorded",
	"lead_agency":          "the lead agency, the chair and the lead enquiry officer must be named",
	"findings_date":        "the initial meeting does not close without a date for the findings meeting",
	AssuranceEvidence:      "improvement must be shown to be attained and sustained",
	"closure_letters":      "the chair must have written to the provider and CQC",
	"watch_over":           "the watch period must have passed without a flag",
	FailureEvent:           "failure is never inferred: an event, a notice or an emergency must be named",
	"s48_test":             "the four questions of the section 48 test must be answered",
	"duty_ended":           "the day on which the duty ended must be recorded",
	"referral_route":       "whether the process or QSIG refers must be recorded",
	ClosureCriterion:       "one of the two criteria of the closure plan must be named",
	SeriousDelay:           "there is no serious delay",
	HighRiskUnresolved:     "no high risk is unresolved",
	ProviderCannotChange:   "the provider has not said that it cannot improve",
	FlagInWatch:            "no flag was raised in the watch period",
	FlagsCleared:           "the flags must have cleared",
	UpdateHeld:             "an update meeting must be held about the delay",
	StakeholdersMet:        "all stakeholders must have met",
	ContractReviewed:       "the position of the contract must have been reviewed",
	GroupDecided:           "the reviewing group must have decided on escalation",
	HeadsMet:               "the Heads of Service, contracts and commissioning among them, must have met",
	OfficerReport:          "an officer's report with a recommendation must be before the panel",
	OptionsExhausted:       "the other options that were exhausted must be recorded",
	TeamActive:             "an emergency response team must be active",
	PeopleListed:           "the affected services and people must be listed",
	MinutesOut:             "the minutes of the strategic group must be circulated",
	FrequencyMinuted:       "the strategic group must have minuted how often it meets",
}

// MoveError says why a case cannot take a move.
type MoveError struct {
	Move string
	From string
	// Lacking are the sentences about what is missing, empty when the move
	// does not leave this stage at all.
	Lacking []string
	// Ways are the moves that do leave the stage.
	Ways []string
}

// Error names the move, the stage and the rule.
func (e *MoveError) Error() string {
	if len(e.Lacking) > 0 {
		return fmt.Sprintf("pathway: %s from %s is not allowed yet: %s", e.Move, e.From, strings.Join(e.Lacking, "; "))
	}
	return fmt.Sprintf("pathway: there is no move %s from %s: the moves from there are %s", e.Move, e.From, strings.Join(e.Ways, ", "))
}

// Take checks a move and returns the stage that it leads to. While there is an
// active criminal investigation every move needs the police to have been
// consulted about it.
func (p *Pathway) Take(stage, move string, facts Facts) (Stage, error) {
	i := slices.IndexFunc(p.Moves, func(m Move) bool { return m.ID == move && slices.Contains(m.From, stage) })
	if i < 0 {
		var ways []string
		for _, m := range p.MovesFrom(stage) {
			ways = append(ways, m.ID)
		}
		return Stage{}, &MoveError{Move: move, From: stage, Ways: ways}
	}
	if missing := p.Lacks(stage, p.Moves[i], facts); len(missing) > 0 {
		return Stage{}, &MoveError{Move: move, From: stage, Lacking: missing}
	}
	to, _ := p.Stage(p.Moves[i].To)
	return to, nil
}

// Begin checks whether a track may begin in a stage.
func (p *Pathway) Begin(stage, track string, facts Facts) error {
	t, found := p.Track(track)
	if !found || !slices.Contains(t.From, stage) {
		var ways []string
		for _, t := range p.Tracks {
			if slices.Contains(t.From, stage) {
				ways = append(ways, t.ID)
			}
		}
		return &MoveError{Move: track, From: stage, Ways: ways}
	}
	if missing := missing(t.Needs, facts); len(missing) > 0 {
		return &MoveError{Move: track, From: stage, Lacking: missing}
	}
	return nil
}

// Lacks says in sentences what a move out of a stage still lacks: the facts
// that it needs, and what must happen first because a situation forces it.
func (p *Pathway) Lacks(stage string, m Move, facts Facts) []string {
	says := missing(m.Needs, facts)
	for _, f := range p.Forced(stage, facts) {
		if slices.Contains(f.Holds, m.ID) {
			says = append(says, lowerFirst(strings.TrimSuffix(f.Says, ".")))
		}
	}
	return says
}

// lowerFirst lets a sentence follow another, unless it begins with an
// abbreviation.
func lowerFirst(s string) string {
	if len(s) > 1 && s[1] >= 'A' && s[1] <= 'Z' {
		return s
	}
	return strings.ToLower(s[:1]) + s[1:]
}

// Missing puts what a step still lacks into sentences.
func Missing(needs []string, facts Facts) []string { return missing(needs, facts) }

func missing(needs []string, facts Facts) []string {
	var says []string
	for _, need := range needs {
		if !facts[need] {
			says = append(says, lacking[need])
		}
	}
	if facts[CriminalEnquiry] && !facts[PoliceConsulted] {
		says = append(says, "the police lead on criminal matters and must be consulted about each further action")
	}
	return says
}

// Forced lists what must happen in a stage under these facts and has not
// happened yet.
func (p *Pathway) Forced(stage string, facts Facts) []Force {
	var forced []Force
	for _, f := range p.Forces {
		done := len(f.Until) > 0 && !slices.ContainsFunc(f.Until, func(fact string) bool { return !facts[fact] })
		if facts[f.When] && !done && slices.Contains(f.In, stage) {
			forced = append(forced, f)
		}
	}
	return forced
}

// FactNames lists the facts that a pathway may use, in order.
func FactNames() []string { return slices.Sorted(maps.Keys(lacking)) }
