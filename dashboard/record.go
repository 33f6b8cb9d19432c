package dashboard

import (
	"net/http"

	"bellwether/dashboard/class"
	"bellwether/internal/access"
)

// decisionNeedsProof is the refusal of what wants a fresh proof of who is there.
var decisionNeedsProof = access.Decision{Reason: needsRecentSignIn}

// record writes one line of the audit.
func (q *request) record(cls access.Class, id string, allowed bool, reason string) error {
	session, err := q.s.visit(q.r.Context())
	if err != nil {
		return err
	}
	e := Entry{At: q.cfg.Now().UTC(), UserID: q.sub.UserID, Roles: q.sub.Roles, Session: session, Action: string(q.route.action), Kind: string(q.route.kind), Class: string(cls),
		ID: id, Allowed: allowed, Reason: reason, Purpose: q.sub.Purpose, Restricted: reason == access.ReasonRestricted, RequestID: q.ref, RuleSet: q.frame.Run.RuleSet + "@" + q.frame.Run.RuleSetHash}
	if q.snap != nil {
		e.SnapshotID = q.snap.ID
	}
	return q.write(e)
}

// write hands an entry to the auditor; a failure is an answer that says so.
func (q *request) write(e Entry) error {
	if err := q.cfg.Auditor.Record(q.r.Context(), e); err != nil {
		q.cfg.Log.Error("audit failed, read refused", "reference", q.ref, "error", err)
		return &problem{status: http.StatusServiceUnavailable, title: "This can't be shown just now",
			says: "Reading it could not be recorded, and what can't be recorded isn't shown. Whoever runs the service has been told in the log."}
	}
	return nil
}

// account records what is about to be shown, if it is above public facts, and gives its class.
func (q *request) account(shown ...any) (class.Class, error) {
	c := class.Of(shown...)
	if c < class.B || q.route.public {
		return c, nil
	}
	return c, q.record(access.Class(c.String()), q.r.PathValue("id"), true, "shown")
}

// note records something that is done to an account rather than shown from the snapshot.
func (q *request) note(actor, action, id string, allowed bool, reason string) error {
	session, err := q.s.visit(q.r.Context())
	if err != nil {
		return err
	}
	return q.write(Entry{At: q.cfg.Now().UTC(), UserID: actor, Session: session, Action: action, Kind: string(access.OwnAccount), Class: string(access.ClassA), ID: id,
		Allowed: allowed, Reason: reason, RequestID: q.ref})
}
