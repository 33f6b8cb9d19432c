// Package restricted keeps the cases whose very existence is hidden from everybody who is not named: those of the police, of a
// provider that is itself complicit, of a conflict of interest, and under a court's order. Hiding is one person's step, because it
// makes nothing less safe to see; letting somebody in, and lifting, take two people. It also keeps the uses of emergency access.
package restricted

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"bellwether/casework/store"
	"bellwether/internal/access"
)

// Kinds are the reasons for which something may be restricted.
var Kinds = []string{access.PoliceRestriction, access.ComplicitRestriction, access.ConflictRestriction, access.CourtRestriction}

// ReviewWithin is how many days a restriction may stand without somebody having looked at whether it is still needed.
const ReviewWithin = 28

// streamPrefix opens the name of every stream of a restriction.
const streamPrefix = "restriction/"

// Person is one entry of a named list.
type Person struct {
	User string `json:"user"`
	// Until is when the entry ends, zero for as long as the restriction stands.
	Until time.Time `json:"until,omitzero"`
}

// Proposal waits for a second named person.
type Proposal struct {
	// Add names somebody to let in; nil proposes to lift the restriction.
	Add    *Person
	By     string
	At     time.Time
	Reason string
}

// Restriction hides one case. The flags of its provider stay as they are: they come from what everybody in the role knows, and hiding
// them would make a home look safe.
type Restriction struct {
	ID, Kind   string
	CaseID     string
	Ground     string
	Owner      string
	Named      []Person
	Proposal   *Proposal
	OpenedAt   time.Time
	ReviewedAt time.Time
	LiftedAt   time.Time
	version    int64
}

// InForce says whether the restriction hides anything.
func (r Restriction) InForce() bool { return r.LiftedAt.IsZero() }

// ReviewDue is the day by which somebody must look at it again.
func (r Restriction) ReviewDue() time.Time {
	from := r.ReviewedAt
	if from.IsZero() {
		from = r.OpenedAt
	}
	return from.AddDate(0, 0, ReviewWithin)
}

// Knows says whether a user is named at a moment.
func (r Restriction) Knows(user string, at time.Time) bool {
	return user != "" && slices.ContainsFunc(r.Named, func(p Person) bool { return p.User == user && (p.Until.IsZero() || at.Before(p.Until)) })
}

// names lists who is named at a moment.
func (r Restriction) names(at time.Time) []string {
	var all []string
	for _, p := range r.Named {
		if r.Knows(p.User, at) && !slices.Contains(all, p.User) {
			all = append(all, p.User)
		}
	}
	return all
}

// The types of events.
const (
	opened    = "restriction.opened"
	proposed  = "restriction.proposed"
	confirmed = "restriction.confirmed"
	withdrawn = "restriction.withdrawn"
	removed   = "restriction.name_removed"
	reviewed  = "restriction.reviewed"
)

type payload struct {
	Kind   string   `json:"kind,omitempty"`
	Case   string   `json:"case,omitempty"`
	Reason string   `json:"reason,omitempty"`
	Named  []Person `json:"named,omitempty"`
	Add    *Person  `json:"add,omitempty"`
	User   string   `json:"user,omitempty"`
}

// Fold adds one event to a restriction and returns the result; r is not changed.
func Fold(r Restriction, e store.Event) (Restriction, error) {
	var p payload
	if err := e.Read("restricted", &p); err != nil {
		return r, err
	}
	if r.version+1 != e.Version {
		return r, fmt.Errorf("restricted: event %d is version %d where %d belongs", e.Position, e.Version, r.version+1)
	}
	r.ID, r.version = strings.TrimPrefix(e.Stream, streamPrefix), e.Version
	r.Named = slices.Clone(r.Named)
	switch e.Type {
	case opened:
		r.Kind, r.CaseID, r.Ground, r.Owner, r.Named, r.OpenedAt = p.Kind, p.Case, p.Reason, e.Actor, p.Named, e.At
	case proposed:
		r.Proposal = &Proposal{Add: p.Add, By: e.Actor, At: e.At, Reason: p.Reason}
	case confirmed:
		if r.Proposal == nil {
			return r, fmt.Errorf("restricted: event %d confirms nothing", e.Position)
		}
		if add := r.Proposal.Add; add == nil {
			r.LiftedAt = e.At
		} else {
			r.Named = append(slices.DeleteFunc(r.Named, func(n Person) bool { return n.User == add.User }), *add)
		}
		r.Proposal = nil
	case withdrawn:
		r.Proposal = nil
	case removed:
		r.Named = slices.DeleteFunc(r.Named, func(n Person) bool { return n.User == p.User })
	case reviewed:
		r.ReviewedAt = e.At
	default:
		return r, e.Unknown("restricted")
	}
	return r, nil
}

// InputError says what is wrong with what was entered, as a sentence for the person who entered it.
type InputError struct{ Field, Says string }

// Error gives the sentence.
func (e *InputError) Error() string { return e.Says }

// ErrUnknown is returned for a restriction or a case that does not exist for the one who asks: not there, not theirs to know, and
// belonging to the police are the same answer.
var ErrUnknown = errors.New("restricted: there is nothing under this reference")

// text checks what a person wrote as a reason.
func text(field, s string) (string, error) {
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n < 5 || n > 2000 || !utf8.ValidString(s) {
		return "", &InputError{field, "Give a reason of five to two thousand letters, so that the next reader understands."}
	}
	return s, nil
}
