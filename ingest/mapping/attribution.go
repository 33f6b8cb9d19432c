package mapping

// The codes of a concern's attribution: only the first counts towards a provider.
const (
	byProvider         = "provider"
	unknownSource      = "unknown_source"
	raisedByProvider   = "raised_by_provider"
	othersAtAddress    = "others_at_address"
	residentOnResident = "resident_on_resident"
)

const riskAttribution = "risk_attribution"

// rule is one line of the attribution rules: every condition given must hold.
type rule struct {
	is                                       string
	source, relationship, referrer, location condition
}

// condition is a set of folded words; nil means that anything fits.
type condition map[string]bool

// The special words of a condition.
const (
	wordMissing  = "missing"
	wordUnmapped = "unmapped"
)

// Circumstances is what the attribution rules look at, as typed in the file.
type Circumstances struct {
	SourceOfRisk, Relationship, Referrer, LocationOfRisk string
}

// Attribute says whose act a concern is about, by the first rule that fits.
func (m *Mapping) Attribute(c Circumstances) string {
	for _, r := range m.rules {
		if m.holds(r.source, "source_of_risk", c.SourceOfRisk) && m.holds(r.relationship, Relationship, c.Relationship) &&
			m.holds(r.referrer, Referrer, c.Referrer) && m.holds(r.location, "location_of_risk", c.LocationOfRisk) {
			return r.is
		}
	}
	return m.fallback
}

func (m *Mapping) holds(c condition, field, typed string) bool {
	if c == nil {
		return true
	}
	code, known := m.Word(field, typed)
	if code == "" {
		return c[wordMissing] || typed != "" && c[Fold(typed)]
	}
	return c[Fold(typed)] || c[Fold(code)] || !known && c[wordUnmapped]
}

func oneOf(list ...string) condition {
	c := condition{}
	for _, w := range list {
		c[Fold(w)] = true
	}
	return c
}

// usualRules decide where a council gave no rules of its own. They follow the national labels, and the words that case systems
// usually have for another resident and for a provider that reports.
func usualRules() []rule {
	resident := oneOf(otherResidents...)
	provider := oneOf("Service Provider")
	other := oneOf("Other - Known to individual", "Other - Unknown to individual")
	reporter := oneOf(providerReferrers...)
	atAddress := oneOf("Care Home - Nursing", "Care Home - Residential", "Community Service")
	notThisProvider := oneOf(otherWorkers...)
	return []rule{
		{is: residentOnResident, relationship: resident},
		{is: residentOnResident, source: resident},
		{is: raisedByProvider, source: provider, relationship: notThisProvider, referrer: reporter},
		{is: othersAtAddress, source: provider, relationship: notThisProvider},
		{is: byProvider, source: provider},
		{is: othersAtAddress, source: other, location: atAddress},
		{is: raisedByProvider, source: other, referrer: reporter},
		{is: othersAtAddress, source: other},
	}
}
