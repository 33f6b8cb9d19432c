// Package review holds what people decide about flags. Each flag has a stream
// of events: somebody takes it up, notes, decides, parks or disagrees. Nothing
// is edited or removed. What the queue shows is worked out from the flags of a
// snapshot, these events and today's date: the passing of time and a change in
// a flag bring an item back by themselves.
package review

import (
	"time"
)

// State is where an item stands.
type State string

// The states. An item that is new, returned or regressed waits for somebody to
// take it up.
const (
	New          State = "new"
	Acknowledged State = "acknowledged" // has a named owner
	Decided      State = "decided"      // until its next review date
	Parked       State = "parked"       // until a condition or a date
	Returned     State = "returned"     // came back by itself or was handed back
	Regressed    State = "regressed"    // flagged again after it had been dealt with
	Closed       State = "closed"
)

// States lists all states in the order of a review.
var States = []State{New, Returned, Regressed, Acknowledged, Parked, Decided, Closed}

// Waiting says whether an item in this state waits to be taken up.
func (s State) Waiting() bool { return s == New || s == Returned || s == Regressed }

// Outcome is what a decision says.
type Outcome string

// The outcomes a group may decide on.
const (
	Watch              Outcome = "watch"
	RequestInformation Outcome = "request_information"
	Visit              Outcome = "visit"
	ImprovementPlan    Outcome = "improvement_plan"
	Escalate           Outcome = "escalate"
	SuspendPlacements  Outcome = "suspend_placements"
	NoAction           Outcome = "no_action"
)

// Outcomes lists all outcomes, the strongest last but for no action.
var Outcomes = []Outcome{Watch, RequestInformation, Visit, ImprovementPlan, Escalate, SuspendPlacements, NoAction}

// Condition brings a parked item back before its expiry.
type Condition string

// The conditions of parking. Every parking also has an expiry.
const (
	LevelRises   Condition = "level_rises"   // the flag's own level
	EvidenceAdds Condition = "evidence_adds" // more evidence than when it was parked
	AnotherFlag  Condition = "another_flag"  // a further open flag on the provider
	DateOnly     Condition = "date_only"
)

// Conditions lists all conditions.
var Conditions = []Condition{LevelRises, EvidenceAdds, AnotherFlag, DateOnly}

// Doubt says what somebody disagrees with in a flag.
type Doubt string

// The kinds of disagreement.
const (
	WrongProvider Doubt = "wrong_provider" // the records belong to somebody else
	DataError     Doubt = "data_error"     // the records are wrong
	KnownAlready  Doubt = "known_already"  // dealt with before it was flagged
	NotAConcern   Doubt = "not_a_concern"  // true, but it signals nothing
	TooHigh       Doubt = "level_too_high"
	TooLow        Doubt = "level_too_low"
	OtherDoubt    Doubt = "other"
)

// Doubts lists all kinds of disagreement.
var Doubts = []Doubt{WrongProvider, DataError, KnownAlready, NotAConcern, TooHigh, TooLow, OtherDoubt}

// Flag is what the queue needs to know of a flag in a snapshot.
type Flag struct {
	ID, ProviderID, LocationID, BrandID string
	RuleID, RuleTitle, Sentence         string
	Level                               int
	Strength                            string // hard or soft
	// Evidence is how many records support the flag.
	Evidence int
	// OpenedOn, LastMetOn and ClearedOn are days; ClearedOn is zero while the
	// flag is open.
	OpenedOn, LastMetOn, ClearedOn time.Time
	// HeldBack says why the flag must not be acted on, such as a source that
	// has stopped; empty if it may.
	HeldBack string
}

// Open says whether the flag is still raised.
func (f Flag) Open() bool { return f.ClearedOn.IsZero() }

// subject is what makes two flags episodes of one story.
type subject struct{ provider, location, rule string }

func (f Flag) subject() subject { return subject{f.ProviderID, f.LocationID, f.RuleID} }

// Seen is the flag as it was on the screen of whoever acted, so that a later
// reader knows on what the decision stood.
type Seen struct {
	Snapshot string    `json:"snapshot"`
	RuleSet  string    `json:"rule_set"` // hash
	Provider string    `json:"provider"`
	Location string    `json:"location,omitempty"`
	Rule     string    `json:"rule"`
	Level    int       `json:"level"`
	Evidence int       `json:"evidence"`
	Open     bool      `json:"open"`
	OpenedOn time.Time `json:"opened_on"`
	MetOn    time.Time `json:"met_on"`
	// Others is how many further flags were open on the provider.
	Others int `json:"others"`
}

func (s Seen) subject() subject { return subject{s.Provider, s.Location, s.Rule} }

// Decision is a recorded decision.
type Decision struct {
	Outcome    Outcome
	Reason     string
	NextReview time.Time // a day
	By         string
	At         time.Time
	Seen       Seen
}

// Parking is a recorded parking.
type Parking struct {
	Condition Condition
	Until     time.Time // a day; the item is back on it
	Reason    string
	By        string
	At        time.Time
	Seen      Seen
}

// Disagreement is a recorded disagreement with a flag. It stays beside the
// flag for every later reader, whatever was decided.
type Disagreement struct {
	Doubt  Doubt
	Reason string
	By     string
	At     time.Time
}

// Entry is one line of the history of an item.
type Entry struct {
	Version int64
	At      time.Time
	By      string
	What    string // the type of the event
	Text    string // the reason or the note
	Seen    Seen
}

// Review is all that people have done about one flag. Its recorded state does
// not know today's date; the queue gives the state that holds today.
type Review struct {
	FlagID  string
	Version int64
	State   State // New, Acknowledged, Decided, Parked or Closed
	Owner   string
	Deputy  string
	// Touched is when the owner last gave a sign of work on it.
	Touched       time.Time
	Decision      *Decision // the last one
	Decisions     []Decision
	Parking       *Parking // while parked
	Disagreements []Disagreement
	ClosedAt      time.Time
	// Back says in a sentence why the item was put back into the queue, and
	// BackAt when; empty if it was not.
	Back    string
	BackAt  time.Time
	Seen    Seen // at the last event
	FirstAt time.Time
	LastAt  time.Time
	History []Entry
}
