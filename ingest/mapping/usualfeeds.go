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
	"incident.incident_type": {
		"fall": {"Falls", "Fall - witnessed", "Fall - unwitnessed", "Slip, trip or fall", "Slips, trips and falls"}, "medication": {"Medicines", "Medication error", "Medicine error", "Medication incident", "Medicines error"},
		"pressure_ulcer":         {"Pressure ulcers", "Pressure sore", "Pressure damage", "Pressure injury", "Tissue viability", "Skin integrity"},
		"serious_injury":         {"Injury", "Serious injury to a person", "Serious injury to a person using the service", "Fracture"},
		"death":                  {"Death of a person", "Death of a person using the service", "Unexpected death", "Expected death", "Unauthorised absence and death"},
		"abuse_allegation":       {"Abuse or allegation of abuse", "Allegation of abuse", "Abuse or abuse allegation", "Safeguarding", "Abuse"},
		"police":                 {"Police involvement", "Police incident", "Incident reported to or investigated by the police", "Police called"},
		"missing_person":         {"Missing", "Absconded", "Unauthorised absence"},
		"restraint":              {"Physical intervention", "Restrictive practice", "Restrictive intervention"},
		"infection":              {"Outbreak", "Infectious disease", "Infection outbreak"},
		"deprivation_of_liberty": {"DoLS", "DOLS", "Application to deprive a person of their liberty", "Deprivation of liberty safeguards"},
		"staffing":               {"Staffing shortage", "Insufficient staff", "Staff shortage"},
		"service_stopped":        {"Events that stop the service", "Event that stops service", "Service disruption", "Events that prevent the service running safely"},
		"other":                  {"Other"}, nothing: notKnown,
	},
	"incident.harm":         {"none": {"No harm", "None", "Near miss"}, "low": {"Low", "Minor", "Minimal"}, "moderate": {"Moderate"}, "severe": {"Severe", "Major", "Serious"}, "death": {"Death", "Fatal", "Catastrophic"}, nothing: notKnown},
	"quality_visit.overall": grades, "quality_visit.involvement": grades, "quality_visit.personalised_care": grades, "quality_visit.safety": grades, "quality_visit.staffing": grades, "quality_visit.management": grades,
	"quality_visit.visit_type": {"planned": {"Announced", "Routine", "Planned", "Full audit", "Monitoring visit", "Annual"}, "follow_up": {"Follow up", "Follow-up", "Re-visit", "Revisit"}, "unannounced": {"Unannounced", "Spot check"},
		"contract_review": {"Contract review", "Contract monitoring"}, "joint": {"Joint visit", "Joint"}, "themed": {"Themed", "Themed visit"}, nothing: notKnown},
	"quality_action.status":   {"open": {"Open", "In progress", "Not started", "Outstanding", "Ongoing", "Overdue"}, "completed": {"Complete", "Completed", "Closed", "Done", "Achieved"}, "cancelled": {"Cancelled", "No longer required", "Withdrawn"}},
	"quality_action.priority": {"high": {"High", "Red", "Urgent", "1"}, "medium": {"Medium", "Amber", "2"}, "low": {"Low", "Green", "3"}, nothing: notKnown},
	"quality_action.theme": {"care_planning": {"Care planning", "Care plans", "Care plans and risk assessments", "Personalised care and support"}, "medicines": {"Medicines", "Medication", "Medicines management"}, "staffing": {"Staffing", "Recruitment", "Suitability of staffing"},
		"training": {"Training", "Supervision and training", "Supervision"}, "environment": {"Environment", "Premises"}, "infection_control": {"Infection control", "Infection prevention and control", "IPC"},
		"governance": {"Governance", "Management", "Quality assurance", "Quality of management"}, "safeguarding": {"Safeguarding", "Safeguarding and safety"}, "nutrition": {"Nutrition", "Food and nutrition", "Nutrition and hydration"},
		"records": {"Records", "Record keeping"}, "other": {"Other"}, nothing: notKnown},
	"lgsco_decision.decision": {"upheld": {"Upheld", "Upheld: fault and injustice", "Upheld - maladministration and injustice", "Upheld: no further action", "Report issued: Upheld; maladministration and injustice"}, "not_upheld": {"Not upheld", "Not upheld: no fault", "Not upheld: no maladministration"},
		"closed_initial": {"Closed after initial enquiries", "Closed after initial enquiries - out of jurisdiction", "Closed after initial enquiries - no further action"}, "premature": {"Premature", "Referred back for local resolution"}, "withdrawn": {"Withdrawn"}},
	"local_service.service_kind": {"day_service": {"Day service", "Day services", "Day centre", "Day care", "Day opportunities"}, "accommodation_based": {"Accommodation-based", "Accommodation based", "Accommodation-based support", "Housing related support", "Hostel", "Supported housing"},
		"advice_information": {"Advice and information", "Advice", "Information and advice", "Advocacy"}, "supported_living": {"Supported living", "Supported living (no personal care)"}, "community_support": {"Community support", "Outreach", "Floating support"},
		"out_of_area_care_home": {"Out of area care home", "Out of county care home", "Care home in Wales", "Care home in Scotland"}, "other": {"Other"}, nothing: notKnown},
	"local_service.status":   {"open": {"Open", "Active", "Operating", "Current"}, "closed": {"Closed", "Ceased", "Inactive"}, "suspended": {"Suspended", "Paused"}},
	"placement_return.payer": {"council": {"Council", "Local authority", "LA"}, "nhs": {"NHS", "CHC", "ICB"}, "self": {"Self funded", "Self-funded", "Self funder", "Private"}},
}

var grades = map[string][]string{
	"excellent": {"Excellent", "Outstanding"}, "good": {"Good", "Green", "Met", "Compliant"},
	"requires_improvement": {"Requires improvement", "Requires Improvement", "RI", "Amber", "Partially met", "Adequate", "Satisfactory"},
	"poor":                 {"Poor", "Inadequate", "Red", "Not met", "Non-compliant"}, nothing: append([]string{"Not assessed"}, notKnown...),
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
