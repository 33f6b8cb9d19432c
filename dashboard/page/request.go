// Package page is what every page of the dashboard needs: the one way in, who asks and what they may see, forms, errors, the frame around a
// page, and the wall that keeps what a reader may not see out of the questions that pages ask.
//
// A room of the dashboard is a package of handlers over it. Each takes a [Request], asks its Snapshot and its Config's books, and answers
// with [Request.Page], [Request.CSV], [Request.Done] or an error: a [Problem] is shown as it stands, anything else as a reference. Rooms
// import this package and it imports none of them; package dashboard has the table of routes that joins the two.
package page

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/alexedwards/scs/v2"

	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

// Request is one request on its way: who asks, of which snapshot, and what has been decided.
type Request struct {
	Server   *Server
	Config   *Config
	Sessions *scs.SessionManager
	W        http.ResponseWriter
	R        *http.Request
	Route    Route
	// Subject is who asks; Signed is false for somebody without a session.
	Subject access.Subject
	Signed  bool
	// Snapshot answers as this reader may ask, nil on a bare route; Frame is what stands around every page of it.
	Snapshot *read.Snapshot
	Frame    read.Frame
	// Reference is a short name by which a person and the log can mean this request.
	Reference string
	// Back says that the snapshot is an earlier one, at which the reader chose to look back.
	Back bool
	// Status is what the answer goes out with, 200 unless a handler sets another.
	Status int
	scopes map[access.Kind]read.Scope
	// walled remembers which providers are inside the wall for the reader.
	walled *read.Scope
	// unseen says that the page is made ahead and shown to nobody; see [Server.Ahead].
	unseen bool
	// placedBy remembers the authorities that place people with a provider.
	placedBy map[string][]string
}

// serve is the one way from a pattern to its handler.
func (s *Server) serve(rt Route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		q := &Request{Server: s, Config: &s.Config, Sessions: s.sessions, W: w, R: r, Route: rt, Reference: reference(), Status: http.StatusOK, scopes: map[access.Kind]read.Scope{}}
		if err := q.run(); err != nil {
			s.fail(w, r, err, q)
		}
	}
}

func (q *Request) run() error {
	ctx := q.R.Context()
	var err error
	if q.Config.Restricted != nil {
		// Before anything is decided: what another process has hidden since is hidden from here on.
		if err := q.Config.Restricted.Refresh(ctx); err != nil {
			return err
		}
	}
	if q.Subject, q.Signed, err = q.Server.Subject(ctx); err != nil {
		return err
	}
	if q.Route.Public {
		return q.Route.Handle(q)
	}
	if !q.Signed {
		return q.askToSignIn()
	}
	if q.Server.unvouched(ctx) {
		return q.askOrganisation()
	}
	if q.mustChange() {
		http.Redirect(q.W, q.R, "/account/password", http.StatusSeeOther)
		return nil
	}
	if lacks, err := q.lacksSecond(); err != nil {
		return err
	} else if lacks && !strings.HasPrefix(q.R.URL.Path, "/account") {
		http.Redirect(q.W, q.R, "/account/second", http.StatusSeeOther)
		return nil
	}
	q.Server.ahead.saw(q.Subject.UserID)
	if !q.Route.Bare {
		end, err := q.Server.turns.take(ctx)
		if err != nil {
			return err
		}
		defer end()
		q.W = &turnEnds{q.W, end}
		snap, release, err := q.acquire(ctx)
		if errors.Is(err, ErrNoSnapshot) && q.Route.Early {
			q.Frame.Empty = true
			return q.admitted()
		}
		if err != nil {
			return err
		}
		defer release()
		// What stands around every page is kept for all readers, so it is read as the program reads; the rest as this reader may.
		if q.Frame, err = q.Server.FrameOf(ctx, snap); err != nil {
			return err
		}
		if q.Snapshot, err = snap.For(q.Reader()); err != nil {
			return err
		}
	}
	return q.admitted()
}

// admitted hands the request to its handler, if the reader may enter.
func (q *Request) admitted() error {
	if err := q.enter(); err != nil {
		return err
	}
	if q.Route.Class == access.ClassC && !q.Route.Each && q.Snapshot != nil {
		q.Snapshot = q.Snapshot.Cleared() // the route itself is about people, and the reader has been let in
	}
	return q.Route.Handle(q)
}

// enter asks the authorise function about the route itself. A refusal is recorded, and says nothing about what exists.
func (q *Request) enter() error {
	res := access.Resource{Class: q.Route.Class, Kind: q.Route.Kind}
	d := q.Config.Authorise(q.Subject, q.Route.Action, res)
	if !d.Allow && q.Route.Each {
		allowed, err := q.any()
		if err != nil {
			return err
		}
		if allowed {
			return nil
		}
	}
	if d.Allow {
		return nil
	}
	if proof, err := q.lacksOnlyProof(); err != nil {
		return err
	} else if proof {
		d.Reason = NeedsRecentSignIn
	}
	return q.Refuse(d, "")
}

// lacksOnlyProof says whether a fresh proof of who is there would open the route. Without one the reason nearest at hand may be another
// condition that a single provider would fulfil.
func (q *Request) lacksOnlyProof() (bool, error) {
	if q.Subject.RecentSignIn {
		return false, nil
	}
	q.Subject.RecentSignIn = true
	defer func() { q.Subject.RecentSignIn = false }()
	if q.Config.Authorise(q.Subject, q.Route.Action, access.Resource{Class: q.Route.Class, Kind: q.Route.Kind}).Allow {
		return true, nil
	}
	if !q.Route.Each {
		return false, nil
	}
	return q.any()
}

// any says whether the reader has some right to the route's rows: through the portfolio, or through a single provider.
func (q *Request) any() (bool, error) {
	for _, area := range q.Subject.LocalAuthorities {
		if q.Config.Authorise(q.Subject, q.Route.Action, access.Resource{Class: q.Route.Class, Kind: q.Route.Kind, LocalAuthority: area}).Allow {
			return true, nil
		}
	}
	if q.Snapshot == nil {
		return false, nil
	}
	if q.Route.Cases {
		return q.anyCase()
	}
	scope, err := q.ScopeOf(q.Route.Action, q.Route.Class, q.Route.Kind)
	return !scope.None(), err
}

// Refuse records a denial and answers it.
func (q *Request) Refuse(d access.Decision, id string) error {
	if err := q.Record(access.Class(q.Route.Class), id, false, d.Reason); err != nil {
		return err
	}
	if d.Hide {
		return ErrNotFound
	}
	p := Forbidden(q.why(d.Reason))
	if d.Reason == NeedsRecentSignIn {
		next := q.R.URL.RequestURI()
		if q.R.Method != http.MethodGet {
			next = "/account"
		}
		p.Next = append([]Step{{"Confirm that it is you", "/account/confirm?next=" + url.QueryEscape(SafeNext(next))}}, p.Next...)
	}
	return p
}

// why puts a refusal into words, with those for people's rows where that is what the route holds.
func (q *Request) why(reason string) string {
	if reason == access.ReasonNoRule && q.Route.Class == access.ClassC {
		return Why("needs_own_case")
	}
	return Why(reason)
}

// Why puts a refusal's code into words.
func Why(reason string) string {
	switch reason {
	case access.ReasonNoRole:
		return "Your account has no role yet. Whoever keeps the accounts can give it one."
	case access.ReasonConflict:
		return "You have declared an interest in this provider. The chair can clear it."
	case "needs_portfolio":
		return "It is outside the areas and providers in your portfolio."
	case NeedsRecentSignIn:
		return "This needs proof within the last ten minutes that it is you. Confirm it, and you come back here."
	case "needs_own_case":
		return "Rows about people are shown to those with a part in the case. The figures and the dated sentences beside them are shown to you."
	default:
		return "What it holds is for other roles. Nothing was changed by asking."
	}
}

// May asks about something of a provider, in each of its areas.
func (q *Request) May(action access.Action, cls access.Class, kind access.Kind, provider string) (access.Decision, error) {
	if provider == "" {
		return q.Config.Authorise(q.Subject, action, access.Resource{Class: cls, Kind: kind}), nil
	}
	places, err := q.Snapshot.PlacesOf(q.R.Context(), provider)
	if err != nil {
		return access.Decision{}, err
	}
	if len(places) == 0 {
		places = []read.Place{{Provider: provider}}
	}
	return q.decide(action, cls, kind, places)
}

// decide allows if any of a provider's places is allowed. Its facts are the same in every place and are asked for once.
func (q *Request) decide(action access.Action, cls access.Class, kind access.Kind, places []read.Place) (access.Decision, error) {
	var d access.Decision
	res := access.Resource{Class: cls, Kind: kind, ID: places[0].Provider, ProviderID: places[0].Provider}
	// A restriction hides what is known here, never what the public register says: a provider missing from it would give it away.
	if q.Config.Facts != nil && cls != access.ClassA {
		var err error
		if res, err = q.Config.Facts.About(q.R.Context(), res); err != nil {
			return d, err
		}
	}
	res.ProviderOrganisation = access.RunBy(q.Subject, places[0].Name, q.Config.Words.Authority)
	for _, p := range places {
		res.LocalAuthority = p.Area
		if d = q.Config.Authorise(q.Subject, action, res); d.Allow {
			return d, nil
		}
	}
	return d, nil
}

// Scope is the set of providers of which the reader may see identifiable figures of a kind.
func (q *Request) Scope(kind access.Kind) (read.Scope, error) {
	if sc, ok := q.scopes[kind]; ok {
		return sc, nil
	}
	sc, err := q.ScopeOf(access.View, access.ClassB, kind)
	if err == nil {
		q.scopes[kind] = sc
	}
	return sc, err
}

// ScopeOf is the set of providers about which the reader may do something.
func (q *Request) ScopeOf(action access.Action, cls access.Class, kind access.Kind) (read.Scope, error) {
	unlimited := len(q.Subject.Conflicts) == 0 && q.Config.Authorise(q.Subject, action, access.Resource{Class: cls, Kind: kind}).Allow
	if unlimited && q.Config.Facts == nil && q.Subject.Organisation == "" {
		return read.Everyone, nil
	}
	places, err := q.Server.placesOf(q.R.Context(), q.Snapshot)
	if err != nil {
		return read.Scope{}, err
	}
	var ids []string
	all := unlimited
	for from := 0; from < len(places); {
		to := from + 1
		for to < len(places) && places[to].Provider == places[from].Provider {
			to++
		}
		d, err := q.decide(action, cls, kind, places[from:to])
		if err != nil {
			return read.Scope{}, err
		}
		switch {
		case d.Allow:
			ids = append(ids, places[from].Provider)
		case !d.Hide:
			all = false
		}
		from = to
	}
	if all {
		// What is hidden is left out without a word: a reader without limits must not read that there are some.
		return read.AllOf(ids), nil
	}
	return read.Only(ids), nil
}
