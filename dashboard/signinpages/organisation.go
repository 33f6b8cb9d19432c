package signinpages

import (
	"encoding/json"
	"errors"
	"net/http"

	"bellwether/dashboard/page"
	"bellwether/internal/oidc"
)

const (
	// keyFlow holds what must be remembered while a browser is at the identity provider, keyNext where it wanted to go.
	keyFlow = "sign_in_flow"
	keyNext = "sign_in_next"

	viaOrganisation = "identity_provider"
)

// LeaveForOrganisation sends a browser to the identity provider.
func LeaveForOrganisation(q *page.Request) error {
	if q.Config.Organisation == nil {
		return page.ErrNotFound
	}
	ctx := q.R.Context()
	address, flow, err := q.Config.Organisation.Begin(ctx, q.R.URL.Query().Get("fresh") == "yes")
	if err != nil {
		return notSignedIn(q, err)
	}
	kept, err := json.Marshal(flow)
	if err != nil {
		return err
	}
	q.Sessions.Put(ctx, keyFlow, string(kept))
	q.Sessions.Put(ctx, keyNext, page.SafeNext(q.R.URL.Query().Get("next")))
	http.Redirect(q.W, q.R, address, http.StatusSeeOther)
	return nil
}

// BackFromOrganisation takes a browser back. What was remembered is forgotten before anything is checked: it serves once.
func BackFromOrganisation(q *page.Request) error {
	if q.Config.Organisation == nil {
		return page.ErrNotFound
	}
	ctx := q.R.Context()
	kept, next := q.Sessions.PopString(ctx, keyFlow), page.SafeNext(q.Sessions.PopString(ctx, keyNext))
	var flow oidc.Flow
	if kept != "" {
		if err := json.Unmarshal([]byte(kept), &flow); err != nil {
			return err
		}
	}
	user, err := q.Config.Organisation.Finish(ctx, flow, q.R.URL.Query())
	if err != nil {
		return notSignedIn(q, err)
	}
	// Somebody else who comes back into an open session gets a session of their own, never a share in this one.
	if q.Signed && q.Subject.UserID != user {
		if err := q.Sessions.Destroy(ctx); err != nil {
			return err
		}
	}
	if q.Signed && q.Subject.UserID == user && !flow.Fresh {
		return vouched(q, next)
	}
	return admit(q, page.Entrance{UserID: user}, viaOrganisation, next)
}

// vouched goes on with a session that the identity provider has just vouched for again, without counting as fresh proof.
func vouched(q *page.Request, next string) error {
	if err := q.Note(q.Subject.UserID, "confirm", q.Subject.UserID, true, "vouched_for"); err != nil {
		return err
	}
	q.Sessions.Put(q.R.Context(), page.KeyChecked, q.Config.Now().Unix())
	http.Redirect(q.W, q.R, next, http.StatusSeeOther)
	return nil
}

// notSignedIn records a refusal and says it plainly: what to do next, and nothing of what was sent.
func notSignedIn(q *page.Request, err error) error {
	var refused *oidc.RefusedError
	code := ""
	switch {
	case errors.Is(err, page.ErrNoAccount):
		code = "disabled"
	case errors.As(err, &refused):
		code = refused.Code
	default:
		return err
	}
	if err := q.Note("anonymous", "sign_in", viaOrganisation, false, code); err != nil {
		return err
	}
	if q.Signed && (code == oidc.CodeNoRole || code == "disabled") {
		// It was this account that was asked about, or somebody else sits there now: either way the session is over.
		if err := q.Sessions.Destroy(q.R.Context()); err != nil {
			return err
		}
		q.Signed = false
	}
	p := &page.Problem{Status: http.StatusForbidden, Title: "You are not signed in", Next: []page.Step{page.To("Try again", "/sign-in")}}
	switch code {
	case oidc.CodeUnavailable:
		q.Config.Log.Error("the identity provider can't be reached", "reference", q.Reference, "error", err)
		p.Status, p.Says = http.StatusServiceUnavailable, "Your organisation's sign-in can't be reached just now. Try again in a minute."
	case oidc.CodeNoRole:
		p.Says = "Your organisation knows you, and gives your account no role in Bellwether. Whoever looks after accounts there can give you one."
	case "disabled":
		p.Says = "Your account here is switched off. Whoever keeps the accounts can switch it on."
	case oidc.CodeState, oidc.CodeLate:
		p.Says = "The sign-in was begun in another window, or too long ago. Begin again."
	case oidc.CodeProvider:
		p.Says = "Your organisation did not sign you in. Begin again, or ask its help desk."
	case oidc.CodeNotFresh:
		p.Says = "Your organisation did not ask you to prove again who you are, and this needs it."
	default:
		q.Config.Log.Warn("a sign-in was refused", "reference", q.Reference, "code", code)
		p.Says = "What your organisation's sign-in sent could not be trusted, so it was not used. If it happens again, tell whoever runs the service."
	}
	return p
}
