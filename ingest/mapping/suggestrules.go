package mapping

import "slices"

// attribution proposes the usual rules, written out with the words that this file has for another resident, a provider that reports
// and a worker of another service, so that a person can read and change them.
func (s *suggester) attribution() {
	if s.t.Index(riskAttribution) < 0 {
		return
	}
	_, source := s.column["source_of_risk"]
	_, relationship := s.column[Relationship]
	_, referrer := s.column[Referrer]
	_, location := s.column["location_of_risk"]
	if !source && !relationship {
		return
	}
	resident := func(field string) []string {
		return s.met(field, "other resident|other service user|another resident|another service user|fellow|other tenant|other patient|other adult|another adult|other vulnerable|resident|service user|tenant|co resident", "staff|family|relative", otherResidents)
	}
	provider, other := []string{"Service Provider"}, []string{"Other - Known to individual", "Other - Unknown to individual"}
	add := func(is string, when map[string][]string) {
		for _, words := range when {
			if len(words) == 0 {
				return
			}
		}
		s.out.Rules = append(s.out.Rules, RuleGuess{Is: is, When: when})
	}
	if relationship {
		add(residentOnResident, map[string][]string{Relationship: resident(Relationship)})
	}
	if !source {
		return
	}
	add(residentOnResident, map[string][]string{"source_of_risk": resident("source_of_risk")})
	reporters := s.met(Referrer, "provider|care home|home manager|registered manager|home care|domiciliary|residential|nursing home|care agency|care staff|day centre|support provider", "hospital|health|nhs|police|council|social worker", providerReferrers)
	if relationship {
		workers := s.met(Relationship, "another service|other service|health professional|health worker|nhs|hospital|other professional|gp|nurse", "this provider|own", otherWorkers)
		if referrer {
			add(raisedByProvider, map[string][]string{"source_of_risk": provider, Relationship: workers, Referrer: reporters})
		}
		add(othersAtAddress, map[string][]string{"source_of_risk": provider, Relationship: workers})
	}
	add(byProvider, map[string][]string{"source_of_risk": provider})
	if location {
		add(othersAtAddress, map[string][]string{"source_of_risk": other, "location_of_risk": {"Care Home - Nursing", "Care Home - Residential", "Community Service"}})
	}
	if referrer {
		add(raisedByProvider, map[string][]string{"source_of_risk": other, Referrer: reporters})
	}
	add(othersAtAddress, map[string][]string{"source_of_risk": other})
}

// met lists the words of a column that speak of something: those of the usual list, and those met in the file whose words say so.
func (s *suggester) met(field, has, not string, usual []string) []string {
	at, ok := s.column[field]
	if !ok {
		return nil
	}
	out := slices.Clone(usual)
	known := oneOf(usual...)
	var found []string
	for _, r := range s.rows {
		typed := s.cell(r, at)
		if f := spoken(typed); typed != "" && len(typed) <= maxLetter && !known[Fold(typed)] && says(f, has) && !says(f, not) {
			known[Fold(typed)] = true
			found = append(found, typed)
		}
	}
	slices.Sort(found)
	return append(out, found...)
}
