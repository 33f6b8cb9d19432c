package access

import (
	"errors"
	"fmt"

	"bellwether/internal/audit"
)

// ReasonNoAudit is the reason of a refusal because nothing could be recorded.
const ReasonNoAudit = "audit_unavailable"

// Recorder takes audit entries. *audit.Log is one.
type Recorder interface {
	Append(audit.Record) error
}

// Request identifies one request for the audit.
type Request struct {
	// ID is the same in the log of requests; Session is the public id of the
	// session, empty outside the web.
	ID, Session string
}

// Guard is the one door to everything that needs permission: it asks the
// policy and has the answer recorded before anything is shown.
type Guard struct {
	Policy *Policy
	Audit  Recorder
}

// Check decides and records. When the entry cannot be written it refuses with
// ReasonNoAudit and returns why as an error, whatever the policy says: a read
// that leaves no trace must not happen.
func (g Guard) Check(s Subject, a Action, r Resource, q Request) (Decision, error) {
	d := g.Policy.Authorise(s, a, r)
	if !recorded(a, r, d) {
		return d, nil
	}
	if g.Audit == nil {
		return Decision{Reason: ReasonNoAudit, Hide: d.Hide}, errors.New("access: refused, because no audit is set up")
	}
	err := g.Audit.Append(audit.Record{
		Actor:      s.UserID,
		Session:    q.Session,
		Action:     string(a),
		Class:      string(r.Class),
		Kind:       string(r.Kind),
		ID:         r.ID,
		Restricted: r.Restricted != "",
		Allow:      d.Allow,
		Reason:     d.Reason,
		Purpose:    s.Purpose,
		PolicyHash: g.Policy.Hash(),
		RequestID:  q.ID,
	})
	if err != nil {
		return Decision{Reason: ReasonNoAudit, Hide: d.Hide}, fmt.Errorf("access: refused, because the request could not be recorded: %w", err)
	}
	return d, nil
}

// recorded says whether a request belongs in the audit: whatever was refused,
// whatever changes something or leaves the house, and every look at what is
// more than public.
func recorded(a Action, r Resource, d Decision) bool {
	return !d.Allow || r.Class != ClassA || a != View && a != Scrape
}
