package mapping

// nothing stands for "no value was recorded" among the codes of usualWords.
const nothing = ""

var notKnown = []string{"Not known", "Unknown", "Not recorded", "Not stated", "Not specified", "N/A", "None recorded", "Don't know"}

// usualWords are spellings met in extracts and publications for the codes of a field, named by table and field, or by field
// alone where all tables agree. They stand behind a council's own words, never before them.
var usualWords = map[string]map[string][]string{
	"abuse_types": {
		"Physical Abuse":               {"Physical"},
		"Sexual Abuse":                 {"Sexual"},
		"Psychological Abuse":          {"Psychological", "Emotional", "Emotional or Psychological", "Psychological/Emotional", "Emotional Abuse"},
		"Financial or Material Abuse":  {"Financial", "Financial/Material", "Financial and Material", "Financial Abuse", "Financial or Material"},
		"Discriminatory Abuse":         {"Discriminatory", "Discrimination"},
		"Organisational Abuse":         {"Organisational", "Institutional", "Institutional Abuse", "Organisational/Institutional"},
		"Neglect and Acts of Omission": {"Neglect", "Neglect and Omission", "Neglect or Acts of Omission", "Neglect/Acts of Omission", "Acts of Omission", "Neglect & Acts of Omission"},
		"Domestic Abuse":               {"Domestic", "Domestic Violence", "Domestic Violence and Abuse", "Domestic Abuse/Violence"},
		"Sexual Exploitation":          {},
		"Modern Slavery":               {"Slavery", "Human Trafficking", "Modern Day Slavery"},
		"Self-Neglect":                 {"Self Neglect", "Selfneglect"},
		nothing:                        notKnown,
	},
	"location_of_risk": {
		"Own Home":                 {"Home", "Person's own home", "Adult's own home", "Supported living", "Supported accommodation", "Extra care", "Extra care housing", "Sheltered accommodation"},
		"Community Service":        {"Day centre", "Day service", "Day care"},
		"Care Home - Nursing":      {"Nursing home", "Nursing care home", "Care home with nursing", "Nursing care home permanent", "Nursing care home temporary"},
		"Care Home - Residential":  {"Residential home", "Residential care home", "Care home without nursing", "Care home", "Residential care home permanent", "Residential care home temporary"},
		"Hospital - Acute":         {"Acute hospital", "Hospital"},
		"Hospital - Mental Health": {"Mental health hospital", "Mental health inpatient setting", "Psychiatric hospital"},
		"Hospital - Community":     {"Community hospital"},
		"In the Community (excluding community services)": {"Community", "In the community", "Public place", "In a public place"},
		"Other": {"Other setting", "Elsewhere"},
		nothing: notKnown,
	},
	"source_of_risk": {
		"Service Provider": {"Social Care Support or Service Provider - public", "Social Care Support or Service Provider - private",
			"Social Care Support or Service Provider - voluntary", "Social Care Support or Service Provider", "Service provider - staff", "Service provider - organisation",
			"Provider", "Care provider", "Care worker", "Care home staff", "Home care staff", "Paid carer", "Staff member", "Social care staff",
			"Residential care staff", "Domiciliary care staff", "Day care staff"},
		"Other - Known to individual": {"Known to individual", "Known to individual - family or friend", "Known to individual - other", "Known to individual - other service user",
			"Known", "Relative", "Family member", "Partner", "Friend", "Neighbour", "Friend or neighbour", "Other family member",
			"Other service user", "Another service user", "Other vulnerable adult", "Other adult at risk", "Another resident", "Other resident", "Self"},
		"Other - Unknown to individual": {"Unknown to individual", "Stranger", "Unknown/stranger"},
		nothing:                         append([]string{"Unmapped"}, notKnown...),
	},
	"safeguarding_concern.decision": {
		"s42": {"Section 42 enquiry", "S42 enquiry", "Section 42", "S.42", "Progress to s42 enquiry", "Proceed to section 42 enquiry", "Meets S42 criteria",
			"Statutory enquiry", "Yes", "Y", "Criteria met"},
		"other_enquiry": {"Other enquiry", "Other safeguarding enquiry", "Non-statutory enquiry", "Non statutory enquiry", "Discretionary enquiry",
			"Other safeguarding enquiry (non-statutory)"},
		"no_enquiry": {"No further action", "NFA", "No enquiry", "Not safeguarding", "No further safeguarding action", "Did not meet S42 criteria",
			"Does not meet criteria", "Criteria not met", "No", "N", "Closed at concern stage", "Signposted"},
		"pending": {"Awaiting decision", "Pending", "Decision pending", "In progress", "Open", "Not yet decided"},
	},
	"severity": {
		"1": {"Low", "1 - Low", "Minor"}, "2": {"Moderate", "Medium", "2 - Moderate"},
		"3": {"Significant", "High", "3 - Significant", "Serious"}, "4": {"Critical", "Very high", "4 - Critical"},
		nothing: notKnown,
	},
	"safeguarding_enquiry.outcome": {
		"Risk identified and action taken":                           {"Risk identified - action taken", "Action taken"},
		"Risk identified and no action taken":                        {"Risk identified - no action", "Risk identified - no action taken"},
		"Risk - Assessment inconclusive and action taken":            {"Inconclusive - action taken", "Inconclusive and action taken"},
		"Risk - Assessment inconclusive and no action taken":         {"Inconclusive - no action", "Inconclusive and no action taken"},
		"No risk identified and action taken":                        {"No risk identified - action taken"},
		"No risk identified and no action taken":                     {"No risk identified - no action", "No risk identified - no action taken", "No risk identified"},
		"Enquiry ceased at individual's request and no action taken": {"Ceased at individual's request", "Enquiry ceased at individual's request"},
	},
	"risk_outcome": {
		"Risk remained": {"Remains", "Remained", "Risk remains"}, "Risk reduced": {"Reduced"}, "Risk removed": {"Removed"},
		nothing: {"Not applicable", "N/A"},
	},
	"asked_outcomes": {
		"Yes they were asked and outcomes were expressed":    {"Yes - outcomes expressed", "Asked and expressed", "Yes, outcomes were expressed"},
		"Yes they were asked but no outcomes were expressed": {"Yes - none expressed", "Asked but not expressed", "Yes, no outcomes were expressed"},
		"No":           {"Not asked"},
		"Don't Know":   {"Unknown"},
		"Not Recorded": {},
	},
	"outcomes_achieved": {
		"Fully Achieved": {"Fully", "Fully met"}, "Partially Achieved": {"Partially", "Partly", "Partially met"}, "Not Achieved": {"Not met"},
		nothing: {"Not applicable", "N/A"},
	},
	"capacity": {
		"Yes, they lacked capacity":      {"Lacked capacity", "Yes", "Lacks capacity", "Yes they lacked capacity"},
		"No, they did not lack capacity": {"Did not lack capacity", "No", "Has capacity", "Had capacity"},
		"Don't know":                     {"Unknown"},
		"Not recorded":                   {},
	},
	"complaint.outcome": {
		"upheld":           {"Fully upheld", "Upheld - maladministration", "Justified", "Well-founded"},
		"partially_upheld": {"Partially upheld", "Partly upheld", "Part upheld", "Partly justified"},
		"not_upheld":       {"Not upheld", "Unfounded", "Not justified", "No fault"},
		"withdrawn":        {"Withdrawn by complainant", "Retracted"},
		"open":             {"Ongoing", "In progress", "Awaiting response", "Not yet concluded", "Under investigation"},
	},
	"company_event.event_type": {
		"administration":              {"In administration", "Administration order", "Appointment of administrator", "in-administration", "administration-order"},
		"receivership":                {"Receiver appointed", "Receiver manager", "receiver-manager", "Live but receiver manager on at least one charge"},
		"administrative_receivership": {"Administrative receiver", "administrative-receiver", "Administrative receiver appointed"},
		"cvl":                         {"creditors-voluntary-liquidation", "Creditors' voluntary liquidation", "Creditors voluntary winding up"},
		"winding_up_order":            {"compulsory-liquidation", "Winding-up order", "Compulsory liquidation", "Wound up by the court"},
		"voluntary_arrangement":       {"corporate-voluntary-arrangement", "Company voluntary arrangement", "CVA", "voluntary-arrangement", "corporate-voluntary-arrangement-moratorium"},
		"accounts_overdue":            {"Accounts overdue", "Late accounts"},
		"charge_created":              {"Charge created", "Charge registered", "Mortgage created"},
		"strike_off_proposed":         {"active-proposal-to-strike-off", "Active - Proposal to Strike off", "First Gazette notice for compulsory strike-off", "Strike off proposed"},
		"dissolved":                   {"Dissolution", "Final Gazette dissolved"},
	},
	"rating": {
		"Requires improvement": {"RI"},
		"Not Rated":            {"Unrated", "Not yet rated"},
		nothing:                {"-"},
	},
	"domain": {"Well-led": {"Well led", "Wellled"}},
}

var (
	relationshipHeadings = []string{"Relationship to Adult", "Relationship", "Relationship to Adult at Risk", "Alleged Perpetrator Relationship",
		"Relationship of Alleged Person", "Relationship to Victim", "Relationship of Source to Adult"}
	referrerHeadings = []string{"Referrer Type", "Referrer", "Source of Referral", "Referral Source", "Referred By", "Raised By", "Source of Concern"}

	otherResidents = []string{"Other resident or service user", "Other service user", "Another service user", "Service user", "Other resident", "Another resident",
		"Resident", "Fellow resident", "Other vulnerable adult", "Other adult at risk", "Known to individual - other service user", "Other tenant", "Other patient"}
	providerReferrers = []string{"Care provider - manager or staff", "Care provider", "Provider", "Service provider", "Care home", "Care home staff", "Care home manager",
		"Residential care staff", "Domiciliary care staff", "Home care provider", "Home care agency", "Social care provider", "Provider staff", "Registered manager",
		"Residential home", "Nursing home", "Day care staff"}
	otherWorkers = []string{"Paid worker - another service", "Worker of another service", "Health professional", "Other professional", "Health worker",
		"NHS staff", "Hospital staff"}
)
