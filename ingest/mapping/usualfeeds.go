package mapping

// usualFor gives the usual spellings of a field's codes: those of the table's own field first, else those all tables share.
func usualFor(table, field string) map[string][]string {
	for _, name := range []string{table + "." + field, field} {
		for _, all := range []map[string]map[string][]string{usualWords, usualFeedWords} {
			if w := all[name]; w != nil {
				return w
			}
		}
	}
	return nil
}

// usualFeedWords are the spellings for what is known beside safeguarding, complaints and companies: placements, incidents, visits.
var usualFeedWords = map[string]map[string][]string{
	"placement.service": serviceWords,
	"placement.need": {
		"Physical support":     {"Physical Support - Access and Mobility Only", "Physical Support - Personal Care Support", "Physical Support: Access and mobility only", "Physical Support: Personal care support", "Physical disability", "Older people", "Frailty"},
		"Sensory support":      {"Sensory Support - Support for Visual Impairment", "Sensory Support - Support for Hearing Impairment", "Sensory Support - Support for Dual Impairment", "Sensory impairment"},
		"Memory and cognition": {"Support with Memory and Cognition", "Memory & Cognition", "Dementia"},
		"Learning disability":  {"Learning Disability Support", "LD", "Learning disabilities", "Learning disability or autism"},
		"Mental health":        {"Mental Health Support", "MH", "Mental illness"},
		"Social support":       {"Social Support - Substance Misuse Support", "Social Support - Support to Carer", "Social Support - Support for Social Isolation / Other", "Substance misuse"},
		nothing:                notKnown,
	},
	"placement.support_level": {
		"low": {"Low", "Band 1", "Standard"}, "moderate": {"Moderate", "Medium", "Band 2", "Enhanced"}, "high": {"High", "Band 3", "Complex", "Specialist"},
		"one_to_one": {"1:1", "One to one", "1-1", "1 to 1", "2:1"}, nothing: notKnown,
	},
	"placement.funding": {
		"council": {"Council", "Local authority", "LA", "ASC", "Adult social care", "Council funded", "LA funded"}, "joint_nhs": {"Joint", "Joint funded", "Jointly funded", "Joint NHS", "LA and CHC", "S117", "Section 117"},
		"nhs": {"CHC", "NHS", "Continuing healthcare", "NHS continuing healthcare", "FNC", "Fully funded NHS"}, "other_authority": {"Other authority", "Other local authority", "OLA", "Another council"},
		"self_funded_arranged": {"Self funded", "Self-funded", "Self funder", "Full cost", "Full cost payer", "Arranged by council, self-funded"}, "direct_payment": {"Direct payment", "DP"}, nothing: notKnown,
	},
	"placement_return.payer": {"council": {"Council", "Local authority", "LA"}, "nhs": {"NHS", "CHC", "ICB"}, "self": {"Self funded", "Self-funded", "Self funder", "Private"}},
}

var serviceWords = map[string][]string{
	"care_home":         {"Residential care", "Residential", "Residential home", "Residential care home", "Care home", "Care home without nursing", "Residential Permanent", "Residential Temporary", "Long term residential care"},
	"care_home_nursing": {"Nursing care", "Nursing", "Nursing home", "Care home with nursing", "Nursing Permanent", "Nursing Temporary", "Long term nursing care"},
	"home_care":         {"Home care", "Homecare", "Domiciliary care", "Dom care", "Home support", "Care at home", "Community: Home care"},
	"supported_living":  {"Supported living", "Supported accommodation", "Community Supported Living", "Supported tenancy"},
	"extra_care":        {"Extra care", "Extra care housing", "Housing with care", "ECH"},
	"shared_lives":      {"Shared lives", "Adult placement", "Shared Lives scheme"},
	"day_service":       {"Day care", "Day service", "Day opportunities", "Day centre", "Day support"},
	"other":             {"Other"},
	nothing:             notKnown,
}
