package cases

import (
	"fmt"
	"strconv"
	"strings"
)

// Agenda is the strategic group's draft agenda, which the chair adapts.
const Agenda = `1. Introductions and declarations of interest
2. Minutes of last meeting
3. Action tracker
4. Discussion and updates
5. Feedback from the Quality and Safeguarding Information Group, if needed
6. Strategic risk register
7. Any other business`

// GroupAgenda is the draft agenda of the Quality and Safeguarding Information Group.
const GroupAgenda = `1. Introductions and declarations of interest
2. Minutes of last meeting
3. Action tracker
4. Cases whose risks remain high: escalation to the strategic group
5. Providers for review
6. What changed since the last meeting
7. Any other business`

// NextAction proposes the number of the next action.
func NextAction(c Case) string {
	highest := 0
	for _, r := range c.Records["actions"] {
		if n, err := strconv.Atoi(r.Values["number"]); err == nil {
			highest = max(highest, n)
		}
	}
	return strconv.Itoa(highest + 1)
}

// Letter drafts a letter to a recipient from what the case holds: plain words, no findings, nothing about a person. Nobody has sent it;
// whoever does reads it first.
func Letter(c Case, to string) string {
	if to == "" || to == "provider" && c.ContactRestricted() {
		return ""
	}
	asks := map[string]string{
		"cqc":      "We would welcome anything that you hold and may share, and your attendance at our next meeting.",
		"placing":  "You keep the duty of care for the people you have placed. Please tell us who they are, when you last reviewed them, and who leads for you.",
		"icb":      "Please name who will take part for you, and tell us of anyone whose care you fund there.",
		"adass":    "This alert is sent so that authorities that place people there can review them.",
		"provider": "You are asked to share as much as you can and to tell us your own view. You may correct what we hold, reply, and appeal against a decision.",
		"families": "We will tell you what is being done, and you can ask us at any time. You may have somebody to speak for you.",
	}[to]
	place := ""
	if p, in := c.Placement(); in {
		place = map[string]string{"caution": "Placements are made with caution.", "voluntary": "New placements have stopped by agreement with the provider.",
			"partial": "New placements are suspended in part: " + p.Values["scope"] + ".", "full": "New placements are suspended."}[p.Values["status"]]
	}
	lead := c.Role("lead_enquiry_officer")
	if lead == "" {
		lead = "the lead enquiry officer"
	}
	return strings.TrimSpace(fmt.Sprintf("We write about %s, which is subject to our provider concerns process. The process asks what is needed so that people are safe and well cared for; it finds no fault by itself.\n\n%s\n\n%s\n\nYour contact is %s.",
		c.ProviderName, place, asks, lead))
}
