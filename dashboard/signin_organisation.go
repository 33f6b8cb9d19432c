package dashboard

import (
	"encoding/json"
	"errors"
	"net/http"

	"bellwether/internal/oidc"
)

const (
	// keyFlow holds what must be remembered while a browser is at the identity provider, keyNext where it wanted to go.
	keyFlow = "sign_in_flow"
	keyNext = "sign_in_next"

	viaOrganisation = "identity_provider"
)

// leaveForOrganisation sends a browser to the identity provider.
func leaveForOrganisation(q *request) error {
	if q.cfg.Organisation == nil {
		return errNotFound
	}
	ctx := q.r.Context()
	address, flow, err := q.cfg.Organisation.Begin(ctx, q.r.URL.Query().Get("fresh") == "yes")
	if err != nil {
		return q.notSignedIn(err)
	}
	kept, err := json.Marshal(flow)
	if err != nil {
		return err
	}
	q.sessions.Put(ctx, keyFlow, string(kept))
	q.sessions.Put(ctx, keyNext, safeNext(q.r.URL.Query().Get("next")))
	http.Redirect(q.w, q.r, address, http.StatusSeeOther)
	return nil
}

// backFromOrganisation takes a browser back. What was remembered is forgotten before anything is checked: it serves once.
func backFromOrganisation(q *request) error {
	if q.cfg.Organisation == nil {
		return errNotFound
	}
	ctx := q.r.Context()
	kept, next := q.sessions.PopString(ctx, keyFlow), safeNext(q.sessions.PopString(ctx, keyNext))
	var flow oidc.Flow
	if kept != "" {
		if err := json.Unmarshal([]byte(kept), &flow); err != nil {
			return err
		}
	}
	user, err := q.cfg.Organisation.Finish(ctx, flow, q.r.URL.Query())
	if err != nil {
		return q.notSignedIn(err)
	}
	// Somebody else who comes back into an open session gets a session of their own, never a share in this one.
	if q.signed && q.sub.UserID != user {
		if err := q.sessions.Destroy(ctx); err != nil {
			return err
		}
	}
	if q.signed && q.sub.UserID == user && !flow.Fresh {
		return q.vouched(next)
	}
	return q.admit(Entrance{UserID: user}, viaOrganisation, next)
}

// vouched goes on with a session that the identity provider has just vouched for again, without counting as fresh proof.
func (q *request) vouched(next string) error {
	if err := q.note(q.sub.UserID, "confirm", q.sub.UserID, true, "vouched_for"); err != nil {
		return err
	}
	q.sessions.Put(q.r.Context(), keyChecked, q.cfg.Now().Unix())
	http.Redirect(q.w, q.r, next, http.StatusSeeOther)
	return nil
}

// notSignedIn records a refusal and says it plainly: what to do next, and nothing of what was sent.
func (q *request) notSignedIn(err error) error {
	var refused *oidc.RefusedError
	code := ""
	switch {
	case errors.Is(err, ErrNoAccount):
		code = "disabled"
	case errors.As(err, &refused):
		code = refused.Code
	default:
		return err
	}
	if err := q.note("anonymous", "sign_in", viaOrganisation, false, code); err != nil {
		return err
	}
	if q.signed && (code == oidc.CodeNoRole || code == "disabled") {
		// It was this account that was asked about, or somebody else sits there now: either way the session is over.
		if err := q.sessions.Destroy(q.r.Context()); err != nil {
			return err
		}
		q.signed = false
	}
	p := &problem{status: http.StatusForbidden, title: "You are not signed in", next: []step{{"Try again", "/sign-in"}}}
	switch code {
	case oidc.CodeUnavailable:
		q.cfg.Log.Error("the identity provider can't be reached", "reference", q.ref, "error", err)
		p.status, p.says = http.StatusServiceUnavailable, "Your organisation's sign-in can't be reached just now. Try again in a minute."
	case oidc.CodeNoRole:
		p.says = "Your organisation knows you, and gives your account no role in Bellwether. Whoever looks after accounts there can give you one."
	case "disabled":
		p.says = "Your account here is switched off. Whoever keeps the accounts can switch it on."
	case oidc.CodeState, oidc.CodeLate:
		p.says = "The sign-in was begun in another window, or too long ago. Begin again."
	case oidc.CodeProvider:
		p.says = "Your organisation did not sign you in. Begin again, or ask its help desk."
	case oidc.CodeNotFresh:
		p.says = "Your organisation did not ask you to prove again who you are, and this needs it."
	default:
		q.cfg.Log.Warn("a sign-in was refused", "reference", q.ref, "code", code)
		p.says = "What your organisation's sign-in sent could not be trusted, so it was not used. If it happens again, tell whoever runs the service."
	}
	return p
}
