package review

import (
	"fmt"
	"slices"
)

// Step is something a person can do with an item.
type Step string

// The steps.
const (
	StepAcknowledge Step = "acknowledge"
	StepNote        Step = "note"
	StepRelease     Step = "release"
	StepDecide      Step = "decide"
	StepPark        Step = "park"
	StepDisagree    Step = "disagree"
	StepClose       Step = "close"
	StepReopen      Step = "reopen"
)

// allowed says from which states each step may be taken, and what to say to
// whoever tries it from another. A decision and a parking from a state without
// an owner take the item up first, in the name of whoever decides.
var allowed = map[Step]struct {
	from []State
	rule string
}{
	StepAcknowledge: {[]State{New, Returned, Regressed, Acknowledged, Parked, Decided}, "a closed item is reopened before somebody takes it up"},
	StepNote:        {[]State{Acknowledged, Parked, Decided}, "only an item that somebody has taken up takes notes: acknowledge it first"},
	StepRelease:     {[]State{Acknowledged}, "only an item that somebody has taken up can be handed back"},
	StepDecide:      {[]State{New, Returned, Regressed, Acknowledged, Parked, Decided}, "a closed item is reopened before it is decided again"},
	StepPark:        {[]State{New, Returned, Regressed, Acknowledged, Decided}, "only an open item that is not parked can be parked"},
	StepDisagree:    {States, ""},
	StepClose:       {[]State{Decided, Returned}, "an item is closed after a decision, and once its flag has cleared"},
	StepReopen:      {[]State{Closed}, "only a closed item can be reopened"},
}

// Steps lists what may be done with an item in a state, in the order of States.
// A step may still be refused for a reason that the state alone does not show.
func Steps(s State) []Step {
	var steps []Step
	for _, step := range []Step{StepAcknowledge, StepNote, StepDecide, StepPark, StepRelease, StepDisagree, StepClose, StepReopen} {
		if slices.Contains(allowed[step].from, s) {
			steps = append(steps, step)
		}
	}
	return steps
}

// StepError says that a step is not allowed, and by which rule.
type StepError struct {
	Step Step
	From State
	Rule string
}

// Error names the step, the state and the rule.
func (e *StepError) Error() string {
	return fmt.Sprintf("review: cannot %s an item that is %s: %s", e.Step, e.From, e.Rule)
}

func checkStep(step Step, from State) error {
	if slices.Contains(allowed[step].from, from) {
		return nil
	}
	return &StepError{step, from, allowed[step].rule}
}

// InputError says what is wrong with what somebody entered, as a sentence for
// the form, and names the field.
type InputError struct {
	Field string
	Says  string
}

// Error returns the sentence.
func (e *InputError) Error() string { return "review: " + e.Says }
