package access

import "slices"

// conditions are the words that a rule may use after "when". Each is a fact
// about the subject and the resource; all of them only ever add access, so a
// fact that is missing can never open something.
var conditions = map[string]func(Subject, Resource) bool{
	// portfolio: the provider, or its area, is one of the subject's.
	"portfolio": func(s Subject, r Resource) bool {
		if r.ProviderID != "" && slices.Contains(s.Providers, r.ProviderID) {
			return true
		}
		return slices.Contains(s.LocalAuthorities, All) ||
			r.LocalAuthority != "" && slices.Contains(s.LocalAuthorities, r.LocalAuthority)
	},
	// own_case: the subject has a part in the case.
	"own_case": func(s Subject, r Resource) bool {
		return r.CaseID != "" && slices.Contains(s.Cases, r.CaseID)
	},
	// broken_glass: the subject has opened the case in an emergency.
	"broken_glass": func(s Subject, r Resource) bool {
		return r.CaseID != "" && slices.Contains(s.BrokenGlass, r.CaseID)
	},
	// reason: the subject has said why.
	"reason": func(s Subject, _ Resource) bool { return s.Purpose != "" },
	// referred: the provider is before the strategic group.
	"referred": func(_ Subject, r Resource) bool { return r.Referred },
	// agenda: the case is on the agenda of the next meeting.
	"agenda": func(_ Subject, r Resource) bool { return r.OnAgenda },
	// shared: the host authority has shared it with the subject's organisation.
	"shared": func(s Subject, r Resource) bool {
		return s.Organisation != "" && slices.Contains(r.SharedWith, s.Organisation)
	},
	// placed: the subject's organisation has placed people there.
	"placed": func(s Subject, r Resource) bool {
		return s.Organisation != "" && slices.Contains(r.PlacingAuthorities, s.Organisation)
	},
	// granted: this kind was granted to this subject by name.
	"granted": func(s Subject, r Resource) bool { return slices.Contains(s.Grants, string(r.Kind)) },
	// recent_sign_in: the subject proved who they are a short while ago.
	"recent_sign_in": func(s Subject, _ Resource) bool { return s.RecentSignIn },
}

var knownClasses = map[Class]bool{ClassA: true, ClassB: true, ClassC: true, ClassD: true}

var knownActions = set(View, Export, Review, Record, OpenCase, ContactProvider, Restrict, Relink,
	BreakGlass, Operate, Administer, Scrape)

var knownKinds = set(Market, Provider, Source, Quarantine, Rules, Match, Flag, ReviewItem, Timeline, Intelligence, Contract,
	Capacity, Monitoring, PlacementStatus, Case, Meeting, ActionItem, Plan, Risk, Notification, Interest, Summary,
	Count, Paper, Pack, Minutes, Person, Concern, Enquiry, Identity, AllegedSource, Police, AuditLog,
	DecisionLog, BreakGlassUse, Restriction, Retention, InformationRequest, Account, OwnAccount, Health, MetricsOperational, MetricsBusiness)

func set[T comparable](members ...T) map[T]bool {
	m := make(map[T]bool, len(members))
	for _, member := range members {
		m[member] = true
	}
	return m
}
