package dashboard

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/alexedwards/scs/v2"

	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

// request is one request on its way: who asks, of which snapshot, and what has been decided.
type request struct {
	s        *Server
	cfg      *Config
	sessions *scs.SessionManager
	w        http.ResponseWriter
	r        *http.Request
	route    route
	sub      access.Subject
	signed   bool
	snap     *read.Snapshot
	frame    read.Frame
	ref      string
	// back says that the snapshot is an earlier one, at which the reader chose to look back.
	back   bool
	status int
	scopes map[access.Kind]read.Scope
	// walled remembers which providers are inside the wall for the reader.
	walled *read.Scope
	// placedBy remembers the authorities that place people with a provider.
	placedBy map[string][]string
}

// serve is the one way from a pattern to its handler.
func (s *Server) serve(rt route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		q := &request{s: s, cfg: &s.cfg, sessions: s.sessions, w: w, r: r, route: rt, ref: reference(), status: http.StatusOK, scopes: map[access.Kind]read.Scope{}}
		if err := q.run(); err != nil {
			s.fail(w, r, err, q)
		}
	}
}

func (q *request) run() error {
	ctx := q.r.Context()
	var err error
	if q.cfg.Restricted != nil {
		// Before anything is decided: what another process has hidden since is hidden from here on.
		if err := q.cfg.Restricted.Refresh(ctx); err != nil {
			return err
		}
	}
	if q.sub, q.signed, err = q.s.subject(ctx); err != nil {
		return err
	}
	if q.route.public {
		return q.route.handle(q)
	}
	if !q.signed {
		return q.askToSignIn()
	}
	if q.s.unvouched(ctx) {
		return q.askOrganisation()
	}
	if q.mustChange() {
		http.Redirect(q.w, q.r, "/account/password", http.StatusSeeOther)
		return nil
	}
	if lacks, err := q.lacksSecond(); err != nil {
		return err
	} else if lacks && !strings.HasPrefix(q.r.URL.Path, "/account") {
		http.Redirect(q.w, q.r, "/account/second", http.StatusSeeOther)
		return nil
	}
	if !q.route.bare {
		snap, release, err := q.acquire(ctx)
		if errors.Is(err, ErrNoSnapshot) && q.route.early {
			q.frame.Empty = true
			return q.admitted()
		}
		if err != nil {
			return err
		}
		defer release()
		// What stands around every page is kept for all readers, so it is read as the program reads; the rest as this reader may.
		if q.frame, err = q.s.frameOf(ctx, snap); err != nil {
			return err
		}
		if q.snap, err = snap.For(q.reader()); err != nil {
			return err
		}
	}
	return q.admitted()
}

// admitted hands the request to its handler, if the reader may enter.
func (q *request) admitted() error {
	if err := q.enter(); err != nil {
		return err
	}
	if q.route.class == access.ClassC && !q.route.each && q.snap != nil {
		q.snap = q.snap.Cleared() // the route itself is about people, and the reader has been let in
	}
	return q.route.handle(q)
}

// enter asks the authorise function about the route itself. A refusal is recorded, and says nothing about what exists.
func (q *request) enter() error {
	res := access.Resource{Class: q.route.class, Kind: q.route.kind}
	d := q.cfg.Authorise(q.sub, q.route.action, res)
	if !d.Allow && q.route.each {
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
		d.Reason = needsRecentSignIn
	}
	return q.refuse(d, "")
}

// lacksOnlyProof says whether a fresh proof of who is there would open the route. Without one the reason nearest at hand may be another
// condition that a single provider would fulfil.
func (q *request) lacksOnlyProof() (bool, error) {
	if q.sub.RecentSignIn {
		return false, nil
	}
	q.sub.RecentSignIn = true
	defer func() { q.sub.RecentSignIn = false }()
	if q.cfg.Authorise(q.sub, q.route.action, access.Resource{Class: q.route.class, Kind: q.route.kind}).Allow {
		return true, nil
	}
	if !q.route.each {
		return false, nil
	}
	return q.any()
}

// any says whether the reader has some right to the route's rows: through the portfolio, or through a single provider.
func (q *request) any() (bool, error) {
	for _, area := range q.sub.LocalAuthorities {
		if q.cfg.Authorise(q.sub, q.route.action, access.Resource{Class: q.route.class, Kind: q.route.kind, LocalAuthority: area}).Allow {
			return true, nil
		}
	}
	if q.snap == nil {
		return false, nil
	}
	if q.route.cases {
		return q.anyCase()
	}
	scope, err := q.scopeOf(q.route.action, q.route.class, q.route.kind)
	return !scope.None(), err
}

// refuse records a denial and answers it.
func (q *request) refuse(d access.Decision, id string) error {
	if err := q.record(access.Class(q.route.class), id, false, d.Reason); err != nil {
		return err
	}
	if d.Hide {
		return errNotFound
	}
	p := forbidden(q.why(d.Reason))
	if d.Reason == needsRecentSignIn {
		next := q.r.URL.RequestURI()
		if q.r.Method != http.MethodGet {
			next = "/account"
		}
		p.next = append([]step{{"Confirm that it is you", "/account/confirm?next=" + url.QueryEscape(safeNext(next))}}, p.next...)
	}
	return p
}

// why puts a refusal into words, with those for people's rows where that is what the route holds.
func (q *request) why(reason string) string {
	if reason == access.ReasonNoRule && q.route.class == access.ClassC {
		return why("needs_own_case")
	}
	return why(reason)
}

// why puts a refusal's code into words.
func why(reason string) string {
	switch reason {
	case access.ReasonNoRole:
		return "Your account has no role yet. Whoever keeps the accounts can give it one."
	case access.ReasonConflict:
		return "You have declared an interest in this provider. The chair can clear it."
	case "needs_portfolio":
		return "It is outside the areas and providers in your portfolio."
	case needsRecentSignIn:
		return "This needs proof within the last ten minutes that it is you. Confirm it, and you come back here."
	case "needs_own_case":
		return "Rows about people are shown to those with a part in the case. The figures and the dated sentences beside them are shown to you."
	default:
		return "What it holds is for other roles. Nothing was changed by asking."
	}
}

// may asks about something of a provider, in each of its areas.
func (q *request) may(action access.Action, cls access.Class, kind access.Kind, provider string) (access.Decision, error) {
	if provider == "" {
		return q.cfg.Authorise(q.sub, action, access.Resource{Class: cls, Kind: kind}), nil
	}
	places, err := q.snap.PlacesOf(q.r.Context(), provider)
	if err != nil {
		return access.Decision{}, err
	}
	if len(places) == 0 {
		places = []read.Place{{Provider: provider}}
	}
	return q.decide(action, cls, kind, places)
}

// decide allows if any of a provider's places is allowed. Its facts are the same in every place and are asked for once.
func (q *request) decide(action access.Action, cls access.Class, kind access.Kind, places []read.Place) (access.Decision, error) {
	var d access.Decision
	res := access.Resource{Class: cls, Kind: kind, ID: places[0].Provider, ProviderID: places[0].Provider}
	// A restriction hides what is known here, never what the public register says: a provider missing from it would give it away.
	if q.cfg.Facts != nil && cls != access.ClassA {
		var err error
		if res, err = q.cfg.Facts.About(q.r.Context(), res); err != nil {
			return d, err
		}
	}
	res.ProviderOrganisation = access.RunBy(q.sub, places[0].Name, q.cfg.Words.Authority)
	for _, p := range places {
		res.LocalAuthority = p.Area
		if d = q.cfg.Authorise(q.sub, action, res); d.Allow {
			return d, nil
		}
	}
	return d, nil
}

// scope is the set of providers of which the reader may see identifiable figures of a kind.
func (q *request) scope(kind access.Kind) (read.Scope, error) {
	if sc, ok := q.scopes[kind]; ok {
		return sc, nil
	}
	sc, err := q.scopeOf(access.View, access.ClassB, kind)
	if err == nil {
		q.scopes[kind] = sc
	}
	return sc, err
}

// scopeOf is the set of providers about which the reader may do something.
func (q *request) scopeOf(action access.Action, cls access.Class, kind access.Kind) (read.Scope, error) {
	unlimited := len(q.sub.Conflicts) == 0 && q.cfg.Authorise(q.sub, action, access.Resource{Class: cls, Kind: kind}).Allow
	if unlimited && q.cfg.Facts == nil && q.sub.Organisation == "" {
		return read.Everyone, nil
	}
	places, err := q.s.placesOf(q.r.Context(), q.snap)
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
