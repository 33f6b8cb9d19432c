package rules

import (
	"fmt"
	"strings"
)

// Level is one of the four steps of managing a provider, lowest first.
type Level int

// The four levels, in order. A level may be skipped upward.
const (
	MarketManagement Level = iota
	PreProviderConcern
	ProviderConcern
	ProviderFailure
)

var levelNames = [...]string{"market_management", "pre_provider_concern", "provider_concern", "provider_failure"}
var levelTitles = [...]string{"Market management", "Pre-provider concern", "Provider concern", "Provider failure"}

// String returns the level's name as stored, for example "provider_concern".
func (l Level) String() string {
	if l < 0 || int(l) >= len(levelNames) {
		return fmt.Sprintf("level(%d)", int(l))
	}
	return levelNames[l]
}

// Title returns the level's name as read on a page, for example "Provider concern".
func (l Level) Title() string {
	if l < 0 || int(l) >= len(levelTitles) {
		return l.String()
	}
	return levelTitles[l]
}

// ParseLevel returns the level called name; ok is false for any other word.
func ParseLevel(name string) (l Level, ok bool) {
	for i, n := range levelNames {
		if n == name {
			return Level(i), true
		}
	}
	return 0, false
}

// Strength says whether a rule fires alone.
type Strength string

// A hard rule rests on a published text and fires alone; a soft rule needs a
// second source.
const (
	Hard Strength = "hard"
	Soft Strength = "soft"
)

// Basis says who set the trigger.
type Basis string

// A rule is cited only where a published text sets that trigger for that
// purpose; every other trigger, whatever it was inspired by, is a local setting.
const (
	Cited Basis = "cited"
	Local Basis = "local"
)

// Title returns the basis in the words shown beside a flag.
func (b Basis) Title() string {
	if b == Cited {
		return "cited"
	}
	return "local setting"
}

// FailureKind separates the two thresholds of provider failure.
type FailureKind string

// A failure risk proposes contingency planning; a failure event is one that a
// statute, a notice or a person names. Statistics never make an event.
const (
	NoFailure    FailureKind = ""
	FailureRisk  FailureKind = "risk"
	FailureEvent FailureKind = "event"
)

// UnitKind is the kind of thing a rule looks at.
type UnitKind string

// The three kinds of unit.
const (
	UnitLocation UnitKind = "location"
	UnitProvider UnitKind = "provider"
	UnitBrand    UnitKind = "brand"
)

// UnitKinds lists the kinds of unit in the order pages show them.
func UnitKinds() []UnitKind { return []UnitKind{UnitLocation, UnitProvider, UnitBrand} }

// Family is the source that a piece of evidence comes from. Two signals of one
// family are one source: only a different family corroborates.
type Family string

// The evidence families. Context carries no evidence (the size of a home);
// Group is what happens at other homes of the same brand, which never
// corroborates.
const (
	Context      Family = "context"
	Safeguarding Family = "safeguarding"
	Complaints   Family = "complaints"
	CQC          Family = "cqc"
	Contracts    Family = "contracts"
	Finance      Family = "finance"
	Incidents    Family = "incidents"
	Quality      Family = "quality"
	Capacity     Family = "capacity"
	Placements   Family = "placements"
	Intelligence Family = "intelligence"
	Group        Family = "group"
)

// Families lists the families that carry evidence.
func Families() []Family {
	return []Family{Safeguarding, Complaints, CQC, Incidents, Quality, Capacity, Placements, Intelligence, Contracts, Finance, Group}
}

// Title returns the family in the words shown on a page.
func (f Family) Title() string {
	switch f {
	case CQC:
		return "CQC"
	case Contracts:
		return "contracts"
	case Finance:
		return "company records"
	case Incidents:
		return "the provider's own incidents"
	case Quality:
		return "quality visits"
	case Capacity:
		return "capacity updates"
	case Placements:
		return "placements and spending"
	case Group:
		return "the wider group"
	default:
		return string(f)
	}
}

// Support says which evidence may serve as a soft rule's second source.
type Support string

// With any, another family's signal is enough, even one that waits for a second
// source itself. With standing, only a flag that already stands on its own
// counts: such a rule adds a reason and never makes the first one.
const (
	AnySignal    Support = "any"
	StandingFlag Support = "standing"
)

// Outcome is the result of one rule at one look.
type Outcome uint8

// The three outcomes. Unknown means that an indicator the answer depends on is
// missing: it neither raises nor clears.
const (
	Unknown Outcome = iota
	Clear
	Met
)

// String returns "unknown", "clear" or "met".
func (o Outcome) String() string { return [...]string{"unknown", "clear", "met"}[min(o, Met)] }

// in reports whether word is one of the allowed words.
func in[T ~string](word T, allowed ...T) bool {
	for _, a := range allowed {
		if a == word {
			return true
		}
	}
	return false
}

// orList joins words as "a, b or c".
func orList[T ~string](words []T) string { return joinList(words, "or") }

func joinList[T ~string](words []T, last string) string {
	s := make([]string, len(words))
	for i, w := range words {
		s[i] = string(w)
	}
	switch len(s) {
	case 0:
		return ""
	case 1:
		return s[0]
	}
	return strings.Join(s[:len(s)-1], ", ") + " " + last + " " + s[len(s)-1]
}
