package mapping

import (
	"slices"
	"strings"
	"sync"
)

// shape says what the cells of a field's column must look like.
type shape uint8

const (
	anything shape = iota
	asDate
	asLabel    // short words, several of them repeated
	asRef      // short, and mostly different from one another
	asRepeated // short identifiers that may repeat
	asPlace    // names, not codes
	asPostcode
	asLocation
	asKnown // words of the field's own list
	asText
	asAmount // numbers, with or without a pound sign
	asNumber // whole numbers
	asMark   // yes or no
)

// clue is what a heading's words say about a field where no known heading fits. Every group must be met by one of its words; none
// of the words of not may stand in the heading.
type clue struct {
	field  string
	weight int
	groups []string // words of one group divided by bars
	not    string
	cells  shape
}

const (
	numberWords = "ref|reference|id|no|number|num|identifier|key|refno|idno"
	eventWords  = "concern|safeguarding|case|alert|episode|contact|referral|form|workflow|step|event|record|notification|sac|sg|sga|item|activity|worklist|process|instance"
	personWords = "person|adult|client|customer|citizen|individual|user|patient|resident|mosaic|las|liquidlogic|lla|ais|eclipse|azeus|azeuscare|carefirst|swift|paris|frameworki|fwi|carestore|subject|su|victim|people"
	othersWords = "alleged|perpetrator|staff|worker|employee|allocated|responsible|referrer|reporter|manager|team|author|source|causing|caused|patch|ptch|pach|pai"
	placeWords  = "provider|home|establishment|agency|organisation|organization|org|supplier|service|company|setting"
)

// clues are met in the exports of case systems, whose columns each council names for itself. They are tried in the order of weight.
var clues = slices.Concat(caseClues, feedClues)

var caseClues = []clue{
	{"cqc_location_id", 95, []string{"cqc|location|registration"}, "provider", asLocation},
	{"cqc_location_id", 60, nil, "provider", asLocation},
	{"provider_postcode", 80, []string{"postcode|post code|pcode", placeWords + "|location"}, "adult|client|person|referrer|own", asPostcode},

	{"enquiry_ref", 85, []string{"enquiry|s42|section 42|s 42|inquiry", numberWords}, personWords + "|date|type|concern|" + othersWords, asRepeated},
	{"complaint_ref", 80, []string{"complaint|feedback|case|contact|enquiry", numberWords}, personWords + "|date|type|" + othersWords, asRef},
	{"complaint_ref", 30, []string{numberWords}, personWords + "|date|type|nhs|cqc|provider|location|phone|telephone|house|" + othersWords, asRef},
	{"concern_ref", 80, []string{"concern|alert|safeguarding", numberWords}, personWords + "|date|type|enquiry|s42|nhs|cqc|" + othersWords, asRepeated},
	{"concern_ref", 70, []string{eventWords, numberWords}, personWords + "|date|type|enquiry|s42|nhs|cqc|provider|location|" + othersWords, asRepeated},
	{"concern_ref", 30, []string{numberWords}, personWords + "|date|type|enquiry|s42|nhs|cqc|provider|location|phone|telephone|house|" + othersWords, asRef},
	{"adult_ref", 75, []string{personWords, numberWords}, "cqc|provider|location|date|postcode|phone|" + othersWords, asRepeated},
	{"adult_ref", 40, []string{"nhs", numberWords}, othersWords, asRepeated},
	{"alleged_ref", 75, []string{"alleged|perpetrator|patch|ptch|pach|pai|causing harm|caused harm|source of risk|staff member|responsible for", numberWords}, "cqc|date|phone", asRepeated},

	{"adult_dob", 90, []string{"dob|birth|born|d o b"}, "", anything},
	{"received_on", 70, []string{"received|rec d|recd|recvd|rcvd|raised|reported|referred|notified|submitted"}, wrongDate, asDate},
	{"received_on", 60, []string{"concern|alert|referral|contact|safeguarding|notification|episode"}, wrongDate + "|enquiry|s42", asDate},
	{"received_on", 40, []string{"start|started|begin|opened|open|commenced"}, wrongDate + "|enquiry|s42", asDate},
	{"recorded_on", 65, []string{"recorded|entered|created|logged|input|inputted|keyed|added|creation"}, "birth|dob|decision|end|closed", asDate},
	{"decision_on", 65, []string{"decision|decn|dec n|decided|triage|triaged|threshold|screening|screened|outcome"}, "due|target|birth|end|ended|closed", asDate},
	{"started_on", 70, []string{"start|started|began|begin|commenced|opened|initiated"}, "birth|concern|due", asDate},
	{"started_on", 50, []string{"enquiry|s42|section 42"}, "birth|end|ended|closed|concluded|completed|due|decision|outcome", asDate},
	{"concluded_on", 70, []string{"end|ended|concluded|conclusion|closed|closure|completed|completion|finish|finished"}, "birth|concern|due", asDate},
	{"closed_on", 65, []string{"closed|closure|response|responded|resolved|completed|concluded|answered"}, "birth|due|target", asDate},

	{"abuse_types", 70, []string{"abuse|harm|allegation|neglect"}, "date|id|name|location|place|source|relationship|outcome|person|perpetrator|by", asKnown},
	{"abuse_types", 50, []string{"risk|category|categories|nature|type|types|concern|primary|secondary|main|other"}, "date|id|name|location|place|source|relationship|outcome|level|rating", asKnown},
	{"location_of_risk", 70, []string{"location|place|setting|where|venue|occurred|site"}, "id|cqc|postcode|name|date", asKnown},
	{"source_of_risk", 70, []string{"source|perpetrator|alleged|responsible|causing|caused|cause|patch|ptch|pach"}, "id|ref|name|referral|referrer|date|concern", asKnown},
	{"relationship", 65, []string{"relationship"}, "id|name|date", asLabel},
	{"decision", 70, []string{"decision|s42|section 42|threshold|triage|criteria|proceed|progressed|enquiry|screening|next action|next step"}, "date|id|ref|by|worker|name|reason", asKnown},
	{"decision", 45, []string{"outcome|result|action|disposal|conclusion"}, "date|id|ref|by|worker|name|reason", asKnown},
	{"outcome", 50, []string{"outcome|result|closure reason|reason closed|conclusion|finding"}, "date|by|id", asLabel},
	{"severity", 55, []string{"severity|level|rating|rag|priority|grade|seriousness"}, "date|cqc|overall", asKnown},
	{"placing_authority", 65, []string{"placing|funding|funder|ordinary residence|responsible authority|responsible la|commissioning"}, "date|id", asLabel},
	{"referrer", 65, []string{"referrer|source of referral|referral source|raised by|reported by|referred by|source of concern|concern source|alerter|notifier|contact from|contact source|referring"}, "date|name|phone|email|telephone|address|id|postcode", asLabel},

	{"theme", 65, []string{"about|subject|category|nature|theme|issue|topic"}, placeWords + "|date|name|id|who", asLabel},

	{"provider_name", 75, []string{placeWords, "name|title|named"}, "id|code|postcode|type|user|address|person|adult|client|team|date|email|own|first|last|fore", asPlace},
	{"provider_name", 60, []string{placeWords}, "id|no|number|code|postcode|type|user|address|person|adult|client|team|date|email|own|source|cqc|ref|category|referrer|first|last|manager|kind", asPlace},
	{"provider_name", 35, []string{"location|place|site"}, "id|code|postcode|type|adult|client|person|date|address|street|own", asPlace},

	{"adult_name", 75, []string{"name|forename|forenames|surname|firstname|lastname|initials"}, placeWords + "|file|" + othersWords, anything},
	{"details", 55, []string{"details|detail|description|narrative|summary|notes|note|text|comments|comment|happened|views|wishes|information|circumstances|free"}, "date|id", anything},
	{"details", 20, nil, "", asText},
	{"complainant_type", 60, []string{"complainant|made by|raised by|brought by", "type|relationship|capacity|category|role|status"}, "name|date|id", asLabel},
	{"complainant_name", 50, []string{"complainant|made by|brought by"}, "type|relationship|date|id|ref", anything},
}

const wrongDate = "decision|decn|decided|outcome|end|ended|closed|closure|complete|completed|recorded|entered|created|birth|dob|born|death|died|conference|review|due|target|modified|updated|extract|run|authorised|strategy|incident|logged|printed"

// phrases are lists of words made ready for searching, by how they are written: each is asked of many headings.
var phrases sync.Map

// says tells whether a heading holds one of the words; "a|b" are two of them, and a word may be a phrase.
func says(heading, words string) bool {
	found, ok := phrases.Load(words)
	if !ok {
		var list []string
		for w := range strings.SplitSeq(words, "|") {
			if w != "" {
				list = append(list, " "+w+" ", " "+w+"s ")
			}
		}
		found, _ = phrases.LoadOrStore(words, list)
	}
	padded := " " + heading + " "
	for _, w := range found.([]string) {
		if len(w) <= len(padded) && strings.Contains(padded, w) {
			return true
		}
	}
	return false
}

// fits tells whether the heading meets the clue.
func (c *clue) fits(heading string) bool {
	for _, g := range c.groups {
		if !says(heading, g) {
			return false
		}
	}
	return c.not == "" || !says(heading, c.not)
}
