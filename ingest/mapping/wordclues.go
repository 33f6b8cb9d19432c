package mapping

// wordRule says what a value means whose words it holds: one of each group, none of not. The first rule that fits stands.
type wordRule struct {
	code, has, not string
}

// wordRules guess at words that no list has, such as "03 - Neglect / acts of omission (care home)". They are used by suggestions
// alone, which a person reads: a file is never loaded by a guess.
var wordRules = map[string][]wordRule{
	"abuse_types": {
		{"Self-Neglect", "self neglect|selfneglect|hoarding", ""},
		{"Sexual Exploitation", "sexual exploitation|cse", ""},
		{"Modern Slavery", "slavery|trafficking|forced labour|servitude", ""},
		{"Domestic Abuse", "domestic|coercive|honour|fgm|forced marriage", ""},
		{"Neglect and Acts of Omission", "neglect|omission|omissions|neglectful", ""},
		{"Organisational Abuse", "organisational|organizational|institutional|systemic", ""},
		{"Financial or Material Abuse", "financial|finance|material|theft|fraud|scam|money|fin", ""},
		{"Psychological Abuse", "psychological|psych|emotional|verbal|psy", ""},
		{"Discriminatory Abuse", "discriminatory|discrimination|hate|racial|disc", ""},
		{"Sexual Abuse", "sexual|sex|rape", ""},
		{"Physical Abuse", "physical|assault|phys|restraint|hitting", ""},
	},
	"decision": {
		{"pending", "pending|awaiting|await|outstanding|undecided|tbc|in progress|not yet|to be decided|under review", ""},
		{"other_enquiry", "non statutory|non s42|non section 42|other enquiry|other safeguarding|discretionary|locally agreed|other than s42", "no|not"},
		{"no_enquiry", "nfa|no further|not met|not meet|does not|doesnt|did not|didnt|no enquiry|not s42|not section 42|not safeguarding|closed|signpost|signposted|advice|information only|no action|inappropriate|rejected|no s42|not progressed|not proceed|not required|duplicate|care management|no", ""},
		{"s42", "s42|section 42|sec 42|s 42|statutory|full enquiry|proceed|progress|progressed|progresses|threshold met|criteria met|enquiry required|enquiry|accepted|meets|met|yes", "no|not|non"},
	},
	"location_of_risk": {
		{"Care Home - Nursing", "nursing", "district"},
		{"Hospital - Mental Health", "mental health|psychiatric|mh ward|mh hospital", ""},
		{"Hospital - Community", "community hospital|hospital community", ""},
		{"Hospital - Acute", "hospital|acute|ward|a e", ""},
		{"Care Home - Residential", "residential|care home|res home|rest home|respite", ""},
		{"Community Service", "day centre|day service|day care|day opportunities|community service|community services", "excluding"},
		{"Own Home", "own home|home address|own tenancy|supported living|extra care|sheltered|tenancy|domestic dwelling|home|shared lives", "perpetrator|alleged|relative|family|friend"},
		{"In the Community (excluding community services)", "community|public|street|outdoors|online|internet|bus|shop", ""},
		{"Other", "other|elsewhere|police|prison|education|college|perpetrator|relative|friend", ""},
	},
	"source_of_risk": {
		{"Other - Known to individual", "other resident|other service user|service user|another resident|fellow|tenant|other adult|another adult|other vulnerable|other patient", ""},
		{"Service Provider", "provider|staff|worker|carer paid|paid|employee|agency|care home|domiciliary|home care|nurse|social care|service|manager|pa", "family|unpaid|informal|relative"},
		{"Other - Unknown to individual", "unknown to|stranger|not known to|cold caller|scammer|unknown person", ""},
		{"Other - Known to individual", "family|relative|partner|spouse|husband|wife|son|daughter|parent|mother|father|brother|sister|friend|neighbour|neighbor|known|self|carer|informal|ex partner|grandchild|other", ""},
	},
	"outcome": {
		{"Enquiry ceased at individual's request and no action taken", "ceased|withdrawn by adult|adults request|individuals request", ""},
		{"Risk - Assessment inconclusive and no action taken", "inconclusive no|inconclusive and no", ""},
		{"Risk - Assessment inconclusive and action taken", "inconclusive and action|inconclusive action", ""},
		{"No risk identified and no action taken", "no risk identified and no|no risk identified no", ""},
		{"No risk identified and action taken", "no risk identified and action|no risk identified action", ""},
		{"Risk identified and no action taken", "identified and no|identified no", ""},
		{"Risk identified and action taken", "risk identified and action|risk identified action|identified and action taken", ""},
	},
	"complaint.outcome": {
		{"withdrawn", "withdrawn|withdrew|retracted", ""},
		{"not_upheld", "not upheld|no fault|unfounded|not justified|not well founded|unsubstantiated|rejected", "partly|partially|part|some"},
		{"partially_upheld", "partly|partially|part upheld|upheld in part|some elements|partial", ""},
		{"upheld", "upheld|justified|founded|substantiated|fault found", "not|no"},
		{"open", "open|ongoing|investigation|investigating|in progress|pending|awaiting|outstanding", "closed"},
	},
	"incident_type": {
		{"pressure_ulcer", "pressure|ulcer|sore|moisture lesion|skin damage|tissue viability", ""},
		{"medication", "medication|medicine|medicines|drug|dose|mar chart", ""},
		{"fall", "fall|fell|slip|trip", ""},
		{"missing_person", "missing|absconded|absent without|unauthorised absence", ""},
		{"deprivation_of_liberty", "dols|deprivation of liberty|deprivation", ""},
		{"restraint", "restraint|restrictive|physical intervention", ""},
		{"police", "police|crime", ""},
		{"infection", "infection|outbreak|covid|norovirus|flu", ""},
		{"abuse_allegation", "abuse|safeguarding|allegation|assault", ""},
		{"serious_injury", "injury|fracture|burn|scald|head injury", ""},
		{"death", "death|died|deceased", "near"},
		{"staffing", "staffing|short staffed|insufficient staff|staff shortage", ""},
		{"service_stopped", "service stopped|evacuation|power|flood|fire|heating|utilities", ""},
	},
	"incident.harm": {{"none", "no harm|none|near miss|no injury", ""}, {"death", "death|died|fatal|catastrophic", ""}, {"severe", "severe|major|serious|permanent", ""}, {"moderate", "moderate|medium", ""}, {"low", "low|minor|minimal|slight", ""}},
	"risk_outcome":  {{"Risk removed", "removed", ""}, {"Risk reduced", "reduced", ""}, {"Risk remained", "remained|remains|remaining", ""}},
	"severity":      {{"4", "critical|very high|extreme|severe", ""}, {"3", "significant|high|serious|red", ""}, {"2", "moderate|medium|amber", ""}, {"1", "low|minor|green|minimal", ""}},
}

// wordClue guesses the code that a word stands for, or "".
func wordClue(table, field, word string) string {
	if len(word) > maxLetter {
		return ""
	}
	folded := spoken(word)
	rules, own := wordRules[table+"."+field]
	if !own {
		rules = wordRules[field]
	}
	for _, r := range rules {
		if says(folded, r.has) && (r.not == "" || !says(folded, r.not)) {
			return r.code
		}
	}
	return ""
}
