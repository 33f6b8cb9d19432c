package flags

import (
	"math"
	"time"

	"bellwether/analytics/rules"
)

// State says where a flag stands.
type State string

// An open flag counts towards the provider's level; a waiting one is soft and
// has no second source yet; a cleared one is over.
const (
	Open    State = "open"
	Waiting State = "waiting"
	Cleared State = "cleared"
)

// Flag is one rule's finding about one provider, from its start to its end.
// Numbers are rounded to four places and are never NaN or infinite; a date that
// does not apply is the zero time.
type Flag struct {
	FlagID, ProviderID                         string
	LocationID                                 string // "" when the flag is about the whole provider or brand
	BrandID                                    string
	RuleID, RuleTitle                          string
	Level                                      rules.Level
	FailureKind                                rules.FailureKind
	Strength                                   rules.Strength
	Basis                                      string // "cited" or "local setting"
	Citation                                   string
	EvidenceSource                             rules.Family
	Sentence                                   string
	Observed, Expected                         rules.Number
	UsualLow, UsualHigh, Threshold             rules.Number
	Measure                                    string
	WindowStart, WindowEnd                     time.Time
	OneIn                                      int64 // 0 = not given
	OpenedOn, LastMetOn, CountsFrom, ClearedOn time.Time
	State                                      State
	CorroboratedBy                             string // families that served as second source, in words
	Counterfactual, Coverage                   string
	AsOf                                       time.Time
	RuleSet, RuleSetHash                       string
	Asks                                       string  // the question to take to the provider
	Score                                      float64 // evidence against the threshold, for ranking reasons
	LastMetWeek                                time.Time
	CoveredBy                                  string // id of an open flag that says the same more strongly; "" if none

	adds bool // whether the rule only ever adds to other flags
}

// ProviderLevel is where a provider stands at the last look.
type ProviderLevel struct {
	ProviderID    string
	Level         rules.Level
	FailureKind   rules.FailureKind
	Since         time.Time // end of the first week at this level, as far back as looks go
	FlagsOpen     int
	FlagsWaiting  int
	Headline      string
	PreviousLevel rules.Level
	MovedOn       time.Time // zero if the level never moved
}

// ProviderLevelWeek is a provider's level at the end of one week.
type ProviderLevelWeek struct {
	ProviderID string
	Week       time.Time // Monday
	Level      rules.Level
}

// ProviderResult is everything that follows from the looks for one provider.
type ProviderResult struct {
	Level ProviderLevel
	Flags []Flag              // the strongest first
	Weeks []ProviderLevelWeek // by week
}

// Item is one provider on the panel's work list, with its reasons.
type Item struct {
	Rank        int // from 1
	ProviderID  string
	Level       rules.Level
	FailureKind rules.FailureKind
	Reasons     []string // ids of open flags that no stronger one covers, the strongest first
	Waiting     []string // ids of flags that wait for a second source
	Sources     int      // different sources among the reasons
	Always      bool     // a hard rule, a named event or a person's decision: never below the line
	WithinShare bool     // inside the agreed share; others are listed all the same
}

// Load says how much work the flags make against the share that was agreed.
type Load struct {
	Providers, AtConcern, AtAny  int
	ConcernShare, AnyShare       float64 // 0 to 1
	ConcernCapacity, AnyCapacity int     // providers that the agreed share amounts to
	ConcernBinds, AnyBinds       bool
	BelowLine                    int // listed items beyond the share
	Text                         string
}

// Silence counts the units about which a rule could not speak at their last look.
type Silence struct {
	RuleID  string
	Units   int      // units looked at
	Unknown int      // of them, those with no answer
	Missing []string // the indicators that were missing, the commonest first
}

// Result is everything that follows from the looks.
type Result struct {
	Flags  []Flag              // by provider, then strongest first
	Levels []ProviderLevel     // by provider
	Weeks  []ProviderLevelWeek // by provider, then week
	Items  []Item              // by rank; providers above market management only
	Load   Load
	Silent []Silence // in the order of the rules
}

// Any returns the number for a database column: nil when unknown.
func Any(n rules.Number) any {
	if !n.OK {
		return nil
	}
	return n.Value
}

// round4 rounds to four places; anything that is not a finite number becomes
// unknown.
func round4(n rules.Number) rules.Number {
	if !n.OK || math.IsNaN(n.Value) || math.IsInf(n.Value, 0) {
		return rules.Number{}
	}
	r := math.Round(n.Value*1e4) / 1e4
	if math.IsInf(r, 0) {
		r = n.Value
	}
	if r == 0 {
		r = 0 // never minus zero
	}
	return rules.Known(r)
}
