package page

import (
	"net/http"

	"bellwether/dashboard/class"
	"bellwether/internal/access"
)

// DecisionNeedsProof is the refusal of what wants a fresh proof of who is there.
var DecisionNeedsProof = access.Decision{Reason: NeedsRecentSignIn}

// Record writes one line of the audit.
func (q *Request) Record(cls access.Class, id string, allowed bool, reason string) error {
	session, err := q.Server.Visit(q.R.Context())
	if err != nil {
		return err
	}
	e := Entry{At: q.Config.Now().UTC(), UserID: q.Subject.UserID, Roles: q.Subject.Roles, Session: session, Action: string(q.Route.Action), Kind: string(q.Route.Kind), Class: string(cls),
		ID: id, Allowed: allowed, Reason: reason, Purpose: q.Subject.Purpose, Restricted: reason == access.ReasonRestricted, RequestID: q.Reference, RuleSet: q.Frame.Run.RuleSet + "@" + q.Frame.Run.RuleSetHash}
	if q.Snapshot != nil {
		e.SnapshotID = q.Snapshot.ID
	}
	return q.Write(e)
}

// Write hands an entry to the auditor; a failure is an answer that says so.
func (q *Request) Write(e Entry) error {
	if q.unseen {
		return nil // nobody asked, and nobody is shown anything
	}
	if err := q.Config.Auditor.Record(q.R.Context(), e); err != nil {
		q.Config.Log.Error("audit failed, read refused", "reference", q.Reference, "error", err)
		return &Problem{Status: http.StatusServiceUnavailable, Title: "This can't be shown just now",
			Says: "Reading it could not be recorded, and what can't be recorded isn't shown. Whoever runs the service has been told in the log."}
	}
	return nil
}

// account records what is about to be shown, if it is above public facts, and gives its class.
func (q *Request) account(shown ...any) (class.Class, error) {
	c := class.Of(shown...)
	if c < class.B || q.Route.Public {
		return c, nil
	}
	return c, q.Record(access.Class(c.String()), q.R.PathValue("id"), true, "shown")
}

// Note records something that is done to an account rather than shown from the snapshot.
func (q *Request) Note(actor, action, id string, allowed bool, reason string) error {
	session, err := q.Server.Visit(q.R.Context())
	if err != nil {
		return err
	}
	return q.Write(Entry{At: q.Config.Now().UTC(), UserID: actor, Session: session, Action: action, Kind: string(access.OwnAccount), Class: string(access.ClassA), ID: id,
		Allowed: allowed, Reason: reason, RequestID: q.Reference})
}
