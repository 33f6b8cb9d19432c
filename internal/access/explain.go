package access

import (
	"maps"
	"slices"
)

// Right is one line of what a role allows, for a page on which people see what
// they may see and why.
type Right struct {
	Role    string
	Actions []Action
	Classes []Class
	Kinds   []Kind
	// When lists the conditions in words, empty if there are none.
	When []string
}

// wording says each condition to a person.
var wording = map[string]string{
	"portfolio":      "the provider or its area is in your portfolio",
	"own_case":       "you have a part in the case",
	"broken_glass":   "you have opened the case in an emergency",
	"reason":         "you give a reason, which is recorded",
	"referred":       "the provider has been referred to the strategic group",
	"agenda":         "the case is on the agenda of the next meeting",
	"shared":         "the host authority has shared it with your organisation",
	"placed":         "your organisation has placed people there",
	"granted":        "it was granted to this account by name",
	"recent_sign_in": "you have confirmed your sign-in a short while ago",
}

// Explain lists what a subject's roles allow, in the order of the policy file.
func (p *Policy) Explain(s Subject) []Right {
	if p == nil {
		return nil
	}
	var rights []Right
	for _, role := range slices.Sorted(slices.Values(s.Roles)) {
		for _, r := range p.rules {
			if r.role != role {
				continue
			}
			right := Right{Role: p.Roles[role].Title, Actions: r.actions, Classes: r.classes, Kinds: r.kinds}
			for _, c := range r.conditions {
				right.When = append(right.When, wording[c])
			}
			rights = append(rights, right)
		}
	}
	return rights
}

// RoleNames returns the names of all roles in order.
func (p *Policy) RoleNames() []string {
	if p == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(p.Roles))
}
