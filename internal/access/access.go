// Package access decides who may do what. One pure function, Authorise, is
// asked before every page, record, export and decision; it denies unless a
// rule of the policy file allows. The policy is embedded, loaded strictly and
// identified by its hash, which every audit entry carries.
package access

import (
	"slices"
	"strings"
)

// Class says how sensitive a resource is; A is the least.
type Class string

// The four classes of content.
const (
	ClassA Class = "A" // aggregates under disclosure control and public facts
	ClassB Class = "B" // a provider can be identified
	ClassC Class = "C" // case detail, people under pseudonyms
	ClassD Class = "D" // identity made known again, alleged source, police material
)

// Action is what the subject wants to do.
type Action string

// The actions that the policy knows.
const (
	View            Action = "view"
	Export          Action = "export"
	Review          Action = "review"           // acknowledge, decide, park or disagree
	Record          Action = "record"           // add to a case, meeting or tracker
	OpenCase        Action = "open_case"        // start a case, with or without a flag
	ContactProvider Action = "contact_provider" // write to the provider
	Restrict        Action = "restrict"         // hide a case or change its named list
	Relink          Action = "relink"           // make an identity known again
	BreakGlass      Action = "break_glass"      // open one case in an emergency
	Operate         Action = "operate"          // run a source, replay held rows
	Administer      Action = "administer"       // change accounts
	Scrape          Action = "scrape"           // read metrics
)

// Kind says what a resource is.
type Kind string

// The kinds that the policy knows.
const (
	Market             Kind = "market"
	Provider           Kind = "provider"
	Source             Kind = "source" // sources, freshness, runs and lineage
	Quarantine         Kind = "quarantine"
	Rules              Kind = "rules"
	Match              Kind = "match" // names that match no provider, and who is meant
	Flag               Kind = "flag"
	ReviewItem         Kind = "review"
	Timeline           Kind = "timeline"
	Intelligence       Kind = "intelligence" // what people know and write down
	Contract           Kind = "contract"
	Capacity           Kind = "capacity"
	Monitoring         Kind = "monitoring"
	PlacementStatus    Kind = "placement_status"
	Case               Kind = "case"
	Meeting            Kind = "meeting"
	ActionItem         Kind = "action"
	Plan               Kind = "plan"
	Risk               Kind = "risk"
	Notification       Kind = "notification"
	Interest           Kind = "interest" // a declared interest, to be cleared
	Summary            Kind = "summary"
	Count              Kind = "count" // true counts without rows
	Paper              Kind = "paper" // a marked, encrypted paper
	Pack               Kind = "pack"  // a meeting pack
	Minutes            Kind = "minutes"
	Person             Kind = "person"
	Concern            Kind = "concern"
	Enquiry            Kind = "enquiry"
	Identity           Kind = "identity"
	AllegedSource      Kind = "alleged_source"
	Police             Kind = "police"
	AuditLog           Kind = "audit"
	DecisionLog        Kind = "decision"
	BreakGlassUse      Kind = "break_glass"
	Restriction        Kind = "restriction"         // how many restrictions there are
	Retention          Kind = "retention"           // what is kept for how long, and what is destroyed
	InformationRequest Kind = "information_request" // requests under the Freedom of Information Act, and of people about themselves
	Account            Kind = "account"
	OwnAccount         Kind = "own_account"
	Health             Kind = "health"
	MetricsOperational Kind = "metrics_operational"
	MetricsBusiness    Kind = "metrics_business"
)

// Reasons for which a resource may be restricted. PoliceRestriction is the one
// that breaking the glass does not open.
const (
	PoliceRestriction    = "police"
	ComplicitRestriction = "complicit_provider"
	ConflictRestriction  = "conflict_of_interest"
	CourtRestriction     = "court_order"
)

// All is the entry of Subject.LocalAuthorities that stands for every area.
const All = "*"

// Subject is who asks, as known at this request.
type Subject struct {
	UserID, Name string
	Roles        []string
	// Organisation is the subject's employer, and its tenant where the role is
	// one of another organisation.
	Organisation string
	// LocalAuthorities and Providers are the portfolio.
	LocalAuthorities []string
	Providers        []string
	// Cases are those in which the subject has a part.
	Cases []string
	// Conflicts are providers in which the subject has declared an interest
	// that the chair has not cleared.
	Conflicts []string
	// Grants are kinds that were granted to this subject one by one.
	Grants []string
	// BrokenGlass are cases that the subject has opened in an emergency and
	// that have not expired.
	BrokenGlass []string
	// Purpose is the code of the reason given for this request, if any.
	Purpose string
	// RecentSignIn says that the subject proved who they are a short while ago.
	RecentSignIn bool
}

// Resource is what is asked for. Its lists must hold what is in force now:
// entries that have expired are left out by whoever builds it.
type Resource struct {
	Class          Class
	Kind           Kind
	ID             string
	ProviderID     string
	LocalAuthority string
	// CaseID is the case that the resource belongs to, if any.
	CaseID string
	// ProviderOrganisation is the organisation that runs the provider.
	ProviderOrganisation string
	// Restricted is the reason of a restriction, empty for none; Named are the
	// users who may know of it.
	Restricted string
	Named      []string
	// ContactRestricted forbids writing to the provider.
	ContactRestricted bool
	// Referred says that the provider is before the strategic group, OnAgenda
	// that the case is on the agenda of the next meeting.
	Referred, OnAgenda bool
	// SharedWith are organisations that the host authority has shared this with.
	SharedWith []string
	// PlacingAuthorities have placed people with the provider, or this person.
	PlacingAuthorities []string
}

// Decision is the answer. Reason is a code without any content, fit for the
// audit: for an allowed request the rule that allowed it, otherwise why not.
type Decision struct {
	Allow  bool
	Reason string
	// Hide asks the caller to answer exactly as if the resource did not exist.
	Hide bool
}

// Codes of refusals that no single condition of a rule explains.
const (
	ReasonNoRule            = "no_rule"
	ReasonNoRole            = "no_role"
	ReasonUnknown           = "unknown_request"
	ReasonRestricted        = "restricted"
	ReasonConflict          = "conflict_of_interest"
	ReasonContactRestricted = "contact_restricted"
	ReasonNoPolicy          = "policy_unreadable"
)

// Authorise decides by the embedded policy. It is pure: the same arguments
// give the same answer, and nothing is read or written.
func Authorise(s Subject, a Action, r Resource) Decision {
	return Default().Authorise(s, a, r)
}

// Authorise decides by this policy.
func (p *Policy) Authorise(s Subject, a Action, r Resource) Decision {
	if p == nil {
		return Decision{Reason: ReasonNoPolicy, Hide: true}
	}
	if s.UserID == "" || len(s.Roles) == 0 {
		return Decision{Reason: ReasonNoRole, Hide: r.Restricted != ""}
	}
	// The restriction comes first, so that no other reason can give away that
	// there is something to refuse.
	if r.Restricted != "" && !MayKnow(s, a, r) {
		return Decision{Reason: ReasonRestricted, Hide: true}
	}
	if !knownActions[a] || !knownKinds[r.Kind] || !knownClasses[r.Class] {
		return Decision{Reason: ReasonUnknown}
	}
	decision := p.byRules(s, a, r)
	switch {
	case !decision.Allow:
	case r.Class != ClassA && conflicted(s, r):
		decision = Decision{Reason: ReasonConflict}
	case a == ContactProvider && r.ContactRestricted:
		decision = Decision{Reason: ReasonContactRestricted}
	}
	decision.Hide = !decision.Allow && r.Class != ClassA && p.onlyTenant(s)
	return decision
}

// byRules looks for a rule that allows, and failing that for the rule that
// came closest, to say what it lacked.
func (p *Policy) byRules(s Subject, a Action, r Resource) Decision {
	reason, fewest := ReasonNoRule, len(conditions)+1
	for _, role := range s.Roles {
		for _, rule := range p.index[key{role, a, r.Class, r.Kind}] {
			lacking := 0
			first := ""
			for _, c := range rule.conditions {
				if !conditions[c](s, r) {
					if lacking == 0 {
						first = c
					}
					lacking++
				}
			}
			if lacking == 0 {
				return Decision{Allow: true, Reason: rule.name}
			}
			if lacking < fewest {
				fewest, reason = lacking, "needs_"+first
			}
		}
	}
	return Decision{Reason: reason}
}

// MayKnow says whether a subject may know that a restricted resource exists.
// Broken glass lets its holder look, do nothing else, and never see what
// belongs to the police.
func MayKnow(s Subject, a Action, r Resource) bool {
	if slices.Contains(r.Named, s.UserID) {
		return true
	}
	return a == View && r.Restricted != PoliceRestriction && r.Kind != Police && r.CaseID != "" && slices.Contains(s.BrokenGlass, r.CaseID)
}

// conflicted says whether the subject has an interest in the provider.
func conflicted(s Subject, r Resource) bool {
	if r.ProviderID != "" && slices.Contains(s.Conflicts, r.ProviderID) {
		return true
	}
	return r.ProviderOrganisation != "" && r.ProviderOrganisation == s.Organisation
}

// RunBy gives the subject's own organisation where that runs the provider of a name, empty otherwise: whoever works for a provider has an
// interest in it without declaring one. The host authority is left out, for it reviews its own services too.
func RunBy(s Subject, provider, host string) string {
	own := strings.TrimSpace(s.Organisation)
	if own == "" || strings.EqualFold(own, strings.TrimSpace(host)) || !strings.EqualFold(own, strings.TrimSpace(provider)) {
		return ""
	}
	return s.Organisation
}

// TenantOnly says whether a subject works for another organisation and for nobody here: such people see what was shared with them.
func TenantOnly(s Subject) bool { return len(s.Roles) > 0 && Default().onlyTenant(s) }

// onlyTenant says whether all roles of a subject are those of another
// organisation, to which a refusal must not confirm that something exists.
func (p *Policy) onlyTenant(s Subject) bool {
	for _, role := range s.Roles {
		if r, known := p.Roles[role]; known && !r.Tenant {
			return false
		}
	}
	return true
}
