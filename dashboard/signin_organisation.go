package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"bellwether/internal/oidc"
)

const (
	// keyFlow holds what must be remembered while a browser is at the identity provider, keyNext where it wanted to go.
	keyFlow = "sign_in_flow"
	keyNext = "sign_in_next"

	viaOrganisation = "identity_provider"
	// vouchFor is how long the identity provider's word holds in a session that goes on: a role or an account that was taken away there
	// is gone here no later.
	vouchFor = 15 * time.Minute
)

// leaveForOrganisation sends a browser to the identity provider.
func leaveForOrganisation(q *request) error {
	if q.s.cfg.Organisation == nil {
		return errNotFound
	}
	ctx := q.r.Context()
	address, flow, err := q.s.cfg.Organisation.Begin(ctx, q.r.URL.Query().Get("fresh") == "yes")
	if err != nil {
		return q.notSignedIn(err)
	}
	kept, err := json.Marshal(flow)
	if err != nil {
		return err
	}
	q.s.sessions.Put(ctx, keyFlow, string(kept))
	q.s.sessions.Put(ctx, keyNext, safeNext(q.r.URL.Query().Get("next")))
	http.Redirect(q.w, q.r, address, http.StatusSeeOther)
	return nil
}

// backFromOrganisation takes a browser back. What was remembered is forgotten before anything is checked: it serves once.
func backFromOrganisation(q *request) error {
	if q.s.cfg.Organisation == nil {
		return errNotFound
	}
	ctx := q.r.Context()
	kept, next := q.s.sessions.PopString(ctx, keyFlow), safeNext(q.s.sessions.PopString(ctx, keyNext))
	var flow oidc.Flow
	if kept != "" {
		if err := json.Unmarshal([]byte(kept), &flow); err != nil {
			return err
		}
	}
	user, err := q.s.cfg.Organisation.Finish(ctx, flow, q.r.URL.Query())
	if err != nil {
		return q.notSignedIn(err)
	}
	// Somebody else who comes back into an open session gets a session of their own, never a share in this one.
	if q.signed && q.sub.UserID != user {
		if err := q.s.sessions.Destroy(ctx); err != nil {
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
	q.s.sessions.Put(q.r.Context(), keyChecked, q.s.cfg.Now().Unix())
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
		if err := q.s.sessions.Destroy(q.r.Context()); err != nil {
			return err
		}
		q.signed = false
	}
	p := &problem{status: http.StatusForbidden, title: "You are not signed in", next: []step{{"Try again", "/sign-in"}}}
	switch code {
	case oidc.CodeUnavailable:
		q.s.cfg.Log.Error("the identity provider can't be reached", "reference", q.ref, "error", err)
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
		q.s.cfg.Log.Warn("a sign-in was refused", "reference", q.ref, "code", code)
		p.says = "What your organisation's sign-in sent could not be trusted, so it was not used. If it happens again, tell whoever runs the service."
	}
	return p
}

// federated says whether the session was begun by the identity provider.
func (q *request) federated() bool { return q.s.sessions.GetInt64(q.r.Context(), keyChecked) != 0 }

// unvouched says whether the identity provider must be asked again whether this account is still what it was.
func (s *Server) unvouched(ctx context.Context) bool {
	checked := s.sessions.GetInt64(ctx, keyChecked)
	return checked != 0 && s.cfg.Now().Sub(time.Unix(checked, 0)) > vouchFor
}

// askOrganisation sends a browser round by the identity provider, which knows it and asks nothing, and back to where it was.
func (q *request) askOrganisation() error {
	round := "/sign-in/organisation?next=" + url.QueryEscape(safeNext(q.r.URL.RequestURI()))
	switch {
	case q.s.cfg.Organisation == nil:
		return errors.Join(q.s.sessions.Destroy(q.r.Context()), q.askToSignIn())
	case strings.HasPrefix(q.r.URL.Path, "/api/"):
		return &problem{status: http.StatusUnauthorized, title: "Not signed in", says: "Sign in again with a browser and send its session cookie."}
	case q.r.Method != http.MethodGet && q.r.Method != http.MethodHead:
		return &problem{status: http.StatusForbidden, title: "Nothing was changed yet", says: "Your organisation must first be asked whether your account still holds. It takes a moment and no password; then go back and send the form again.",
			next: []step{{"Ask now", "/sign-in/organisation"}}}
	}
	http.Redirect(q.w, q.r, round, http.StatusSeeOther)
	return nil
}
