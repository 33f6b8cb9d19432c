package flags

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"bellwether/analytics/rules"
)

// Unit is a location, a provider or a brand with its looks.
type Unit struct {
	Kind rules.UnitKind
	ID   string // the location's, provider's or brand's id
	// ProviderIDs names the provider that runs a location, the provider itself,
	// or every provider of a brand.
	ProviderIDs []string
	BrandID     string // "" if none
	// Looks are the weekly looks, in any order, one a week at most. They should
	// begin at a fixed week, not a moving one: the start of an episode that was
	// already running at the first look is that look.
	Looks []Look
	// Ended says that no look follows the last one though the market goes on: the
	// service stopped so long ago that nothing about it counts, and what still
	// stood is cleared with the last look.
	Ended bool
	// Incidents, where the caller can link them, lets one incident that arrives
	// through two feeds count once.
	Incidents []Incident
}

// Look is what was known about a unit at the end of one week, or, in the week
// that is still running, on the as-of date.
type Look struct {
	Week    time.Time // the week's Monday
	EndsOn  time.Time // the day of the look; zero means the week's Sunday
	Values  *rules.Values
	Signals map[string]Signal // by name, for example "funnel/concerns"
}

// Signal is what a statistical method says beside its score: what was expected
// and what is usual. Fields are unknown unless set.
type Signal struct {
	Observed, Expected, UsualLow, UsualHigh rules.Number
	WindowWeeks                             int   // the period observed covers; 0 = the rule's own
	OneIn                                   int64 // "once in n such periods" by chance; 0 = not given
}

// Incident is one event as one feed reported it. Two feeds that report the same
// event carry the same key.
type Incident struct {
	Key    string
	Family rules.Family
	On     time.Time
}

// DecisionKind is what a person decided about a provider.
type DecisionKind string

// The decisions that bear on a level.
const (
	// Hold sets a level, or confirms one that flags proposed: it stays until it
	// is stepped down.
	Hold DecisionKind = "hold"
	// ClearReview is a review that found every action verified and no new cause.
	ClearReview DecisionKind = "clear_review"
	// Review is any other review: the count of clear ones begins again.
	Review DecisionKind = "review"
)

// Decision is one recorded human decision.
type Decision struct {
	ProviderID  string
	On          time.Time
	Kind        DecisionKind
	Level       rules.Level       // of a Hold
	FailureKind rules.FailureKind // of a Hold at provider failure: an event entered by hand, or a risk
	Reason      string            // one sentence, shown as the headline while nothing else stands
}

// sunday is where the look stands in time, whichever day of its week it was
// taken: an episode found on a Wednesday keeps its start, and so its id, when
// the week is over.
func (l Look) sunday() day { return dayOf(l.Week) + 6 }

// running reports whether the look was taken before its week was over.
func (l Look) running() bool { return l.end() < l.sunday() }

// end is the day of the look.
func (l Look) end() day {
	if l.EndsOn.IsZero() {
		return l.sunday()
	}
	return dayOf(l.EndsOn)
}

func (u Unit) check(asOf day) error {
	if !slices.Contains(rules.UnitKinds(), u.Kind) || u.ID == "" {
		return fmt.Errorf("flags: a unit needs a kind and an id, not %q %q", u.Kind, u.ID)
	}
	if len(u.ProviderIDs) == 0 || slices.Contains(u.ProviderIDs, "") {
		return fmt.Errorf("flags: %s %s has no provider; give the provider that answers for it", u.Kind, u.ID)
	}
	if u.Kind != rules.UnitBrand && len(u.ProviderIDs) > 1 {
		return fmt.Errorf("flags: %s %s has %d providers; only a brand may have several", u.Kind, u.ID, len(u.ProviderIDs))
	}
	seen := map[day]bool{}
	for _, l := range u.Looks {
		d := dayOf(l.Week)
		switch {
		case l.Week.Weekday() != time.Monday:
			return fmt.Errorf("flags: %s %s: the week of %s does not begin on a Monday", u.Kind, u.ID, d.iso())
		case l.end() < d || l.end() > l.sunday():
			return fmt.Errorf("flags: %s %s: the look of the week of %s is dated %s, outside that week", u.Kind, u.ID, d.iso(), l.end().iso())
		case l.end() > asOf:
			return fmt.Errorf("flags: %s %s: the week of %s ends after the as-of date %s; leave it out, or date its look", u.Kind, u.ID, d.iso(), asOf.iso())
		case seen[d]:
			return fmt.Errorf("flags: %s %s: the week of %s is given twice", u.Kind, u.ID, d.iso())
		}
		seen[d] = true
	}
	return nil
}

func (d Decision) check() error {
	switch {
	case d.ProviderID == "":
		return errors.New("flags: a decision names no provider")
	case d.Kind != Hold && d.Kind != ClearReview && d.Kind != Review:
		return fmt.Errorf("flags: %q is not a kind of decision", d.Kind)
	case d.Kind == Hold && (d.Level < rules.MarketManagement || d.Level > rules.ProviderFailure):
		return fmt.Errorf("flags: a decision holds provider %s at %s, which is no level", d.ProviderID, d.Level)
	case d.On.IsZero():
		return fmt.Errorf("flags: a decision about provider %s has no date", d.ProviderID)
	}
	return nil
}
