package rules

import "sync"

// Set is a loaded rule set. It is safe for use by several goroutines.
type Set struct {
	ID        string
	Version   string
	Title     string
	About     string
	Hash      string // SHA-256 of the file, hex: the same file gives the same hash
	File      string
	Source    string // the file's text, as read: what a later reader needs to evaluate it again
	Policy    Policy
	Constants map[string]float64
	Rules     []*Rule // in the order of the file

	tiers  map[string]bool // constants that stand for a tier of the detector
	byID   map[string]*Rule
	byUnit map[UnitKind][]*Rule
	pool   sync.Pool
}

// Policy holds the settings that are not about a single rule.
type Policy struct {
	ClearWeeks         int       // consecutive clear looks that close an episode
	EventWindowDays    int       // how long a standing fact counts after it changed
	CorroborationWeeks int       // how far apart two sources may speak
	StepDownReviews    int       // clear reviews before a held level may fall by one
	WatchWeeks         int       // weeks without a new hard flag after the last of them
	AlertLoad          AlertLoad // the share of providers the panel can look at
}

// AlertLoad is the share of providers, from 0 to 1, that the reviewing group
// has agreed to look at. It orders and reports; it never hides a flag.
type AlertLoad struct {
	ConcernShare float64 // at provider concern or above
	AnyShare     float64 // at any level above market management
}

// DefaultPolicy returns the settings used where a file says nothing.
func DefaultPolicy() Policy {
	return Policy{ClearWeeks: 13, EventWindowDays: 182, CorroborationWeeks: 13,
		StepDownReviews: 2, WatchWeeks: 26, AlertLoad: AlertLoad{ConcernShare: 0.05, AnyShare: 0.25}}
}

// Citation names the text that a rule rests on.
type Citation struct {
	Document string
	Clause   string
	URL      string
	Sets     string // what the text uses the trigger for
	Reading  string // which part is our own reading: usually a number the text does not give
}

// String returns the citation on one line: document, clause, and what is our
// own reading.
func (c Citation) String() string {
	s := c.Document
	if c.Clause != "" {
		s += ", " + c.Clause
	}
	if c.Reading != "" {
		s += " (local reading: " + c.Reading + ")"
	}
	return s
}

// Rule is one pattern that warrants review.
type Rule struct {
	ID          string
	Title       string
	Level       Level
	FailureKind FailureKind
	Strength    Strength
	Basis       Basis
	Citation    Citation
	Unit        UnitKind
	Evidence    Family
	Needs       []string // sources without which the rule cannot speak

	When      string   // the CEL expression
	Uses      []string // the indicators it names, in catalogue order
	Starts    []string // indicators giving the days since a standing fact began; the first known one counts
	AfterDays int      // days into the fact at which it begins to count: 28 for a manager's absence
	LastsDays int      // how long a standing fact counts from then; 0 for rules that are not about one

	Measure     string // what is observed, in words
	Observed    string // the indicator shown as observed; "" for none
	Threshold   *float64
	Signal      string // "funnel/concerns" and the like: where expected and usual range come from
	WindowWeeks int    // the period the observed value covers

	Says     *Template // the sentence a panel reads
	Clears   *Template // what would clear it
	Asks     string    // the question to take to the provider
	Covers   []string  // weaker rules about the same thing: while this one's flag is open, theirs add no reason
	Second   Support   // for a soft rule: which evidence may be its second source
	Supports bool      // whether it may itself be a second source

	Line int // where the rule begins in the file

	prog *program
}

// Standing reports whether the rule is about a fact that stands until it is
// changed, such as a rating: such a rule flags once, when the fact changes.
func (r *Rule) Standing() bool { return len(r.Starts) > 0 }

// Rule returns the rule called id.
func (s *Set) Rule(id string) (*Rule, bool) {
	r, ok := s.byID[id]
	return r, ok
}

// RulesFor returns the rules about units of kind k, in the order of the file.
// The slice must not be changed.
func (s *Set) RulesFor(k UnitKind) []*Rule { return s.byUnit[k] }
