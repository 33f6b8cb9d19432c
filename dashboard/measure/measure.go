package measure

import (
	"slices"
	"strings"

	"bellwether/analytics/rules"
	"bellwether/dashboard/words"
)

// How is the way in which many values become one figure.
type How string

// The ways. A count of records stands against beds, a yes or no against the services asked, a number of things in the mean, and a number of
// days or a score by its middle value and quartiles, since a few very long ones would carry a mean away.
const (
	Rate   How = "rate"
	Share  How = "share"
	Mean   How = "mean"
	Middle How = "middle"
)

// Measure is an indicator with the way in which it is summed up.
type Measure struct {
	// ID is the indicator's name; Name how a heading begins, and Says its whole description.
	ID, Name, Says string
	Family         rules.Family
	Unit           rules.UnitKind
	How            How
	// Yes says which values are a yes where How is Share and values are not shares themselves: one, low or down.
	Yes string
	// Percent says that values are shares, written as percentages.
	Percent bool
	// Signed says that values may lie below nought.
	Signed bool
	// Public says that the figure rests on what registers publish; every other is under the disclosure rule.
	Public bool
}

// derived are indicators that no provider is compared by: what follows from records that are compared already.
var derived = []string{"enquiries_", "conversion_", "theme_returns_"}

// counted begin the names of counts of records: those stand against beds.
var counted = []string{"concerns_", "enquiries_", "complaints_", "incidents_", "notifications_", "complaint_theme_repeat"}

// published are indicators of public registers outside the families that are public as a whole.
var published = []string{"beds", "locations_active", "brand_locations", "brand_beds", "brand_downgrades_26w", "sister_homes", "accounts_overdue_days", "strike_off_days", "charges_365d", "dissolved_days", "company_failure",
	"company_failure_days", "running"}

// All returns every indicator that is kept week by week, in the catalogue's order.
func All() []Measure {
	var out []Measure
	for _, i := range rules.Catalogue() {
		out = append(out, of(i))
	}
	return out
}

// Find returns the measure of an indicator.
func Find(id string) (Measure, bool) {
	i, ok := rules.Lookup(id)
	if !ok {
		return Measure{}, false
	}
	return of(i), true
}

func of(i rules.Indicator) Measure {
	says := strings.TrimSuffix(i.Doc, ".")
	name, _, _ := strings.Cut(says, ";")
	m := Measure{ID: i.Name, Name: name, Signed: i.Kind == rules.Score, Says: i.Doc, Family: i.Family, Unit: i.Units[0], How: Mean, Public: i.Family == rules.CQC || i.Family == rules.Contracts || slices.Contains(published, i.Name)}
	switch i.Kind {
	case rules.YesNo:
		m.How, m.Yes = Share, "one"
	case rules.Rating:
		m.How, m.Yes = Share, "low"
	case rules.Step:
		m.How, m.Yes = Share, "down"
	case rules.Days, rules.Score:
		m.How = Middle
	case rules.Share:
		m.How, m.Percent = Middle, true
	case rules.Count:
		if begins(i.Name, counted) && m.Unit == rules.UnitLocation {
			m.How = Rate
		}
	}
	return m
}

func begins(name string, starts []string) bool {
	return slices.ContainsFunc(starts, func(s string) bool { return strings.HasPrefix(name, s) })
}

// Compared says whether providers are compared by it, and if not why.
func (m Measure) Compared() (bool, string) {
	switch {
	case m.Unit == rules.UnitBrand:
		return false, "This is a figure of groups of homes, not of single providers."
	case begins(m.ID, derived):
		return false, "Enquiries come from concerns and are not compared provider by provider: that would count the same event twice."
	case m.ID == "concerns_unknown_12w" || m.ID == "concerns_self_reported_26w":
		return false, "Whose concern it is isn't recorded, or the provider raised it itself: no provider is compared by that."
	}
	return true, ""
}

// Asked says in words what the figure of a group is.
func (m Measure) Asked(by string) string {
	services := map[rules.UnitKind]string{rules.UnitLocation: "services", rules.UnitProvider: "providers", rules.UnitBrand: "groups"}[m.Unit]
	switch m.How {
	case Rate:
		if by == "service" {
			return "For 100 services, all on one scale"
		}
		return "For 100 beds, all on one scale; care homes only, since other services have no beds to count against"
	case Share:
		what := map[string]string{"one": "of which it is so", "low": "rated below Good", "down": "that went down"}[m.Yes]
		return "Per cent of " + services + " with a known answer " + what + ", all on one scale"
	case Middle:
		return "The middle one of all " + services + " with a known value, all on one scale; half of them lie in the band"
	}
	return "The mean of all " + services + " with a known value, all on one scale"
}

// Column is what one value is, for an axis or a column.
func (m Measure) Column(by string) string {
	switch {
	case m.How == Rate && by == "service":
		return "For 100 services"
	case m.How == Rate:
		return "For 100 beds"
	case m.How == Share, m.Percent:
		return "Per cent"
	case m.How == Middle:
		return "Middle value"
	}
	return "Mean"
}

// Group is the choice's heading in a list: the source that it comes from.
func (m Measure) Group() string {
	if m.Family == rules.Context {
		return "Size"
	}
	return words.Capital(m.Family.Title())
}
