package dashboard

import (
	"context"
	"slices"

	"bellwether/casework/cases"
	"bellwether/internal/access"
)

// mayCase asks about something of a case. A part in the case is a fact about the reader, a restriction one about the case; both are as
// recorded at this moment. What may be done in class B may be done by those who may do it in class C.
func (q *request) mayCase(action access.Action, cls access.Class, kind access.Kind, c cases.Case) (access.Decision, error) {
	return q.mayStand(action, cls, kind, &cases.Standing{Case: &c, People: c.People(), Interested: c.Interested(), SharedWith: c.SharedWith(q.cfg.Casework.Now()), PlacedBy: c.PlacedBy(),
		ContactRestricted: c.ContactRestricted(), Referred: c.Referred()})
}

// mayStand is mayCase where the facts about the case are at hand already.
func (q *request) mayStand(action access.Action, cls access.Class, kind access.Kind, s *cases.Standing) (access.Decision, error) {
	sub, c := q.sub, s.Case
	if slices.Contains(s.People, sub.UserID) {
		sub.Cases = append(slices.Clip(sub.Cases), c.ID)
	}
	res := access.Resource{Class: cls, Kind: kind, ID: c.ID, CaseID: c.ID, ProviderID: c.Subject(), ContactRestricted: s.ContactRestricted, Referred: s.Referred, SharedWith: s.SharedWith,
		PlacingAuthorities: s.PlacedBy, ProviderOrganisation: access.RunBy(sub, c.ProviderName, q.cfg.Words.Authority)}
	if slices.Contains(s.Interested, sub.UserID) {
		sub.Conflicts = append(slices.Clip(sub.Conflicts), res.ProviderID)
	}
	// Only an authority's own people are asked about the placement data, and only where it matters.
	if sub.Organisation != "" && slices.Contains(s.SharedWith, sub.Organisation) && !slices.Contains(res.PlacingAuthorities, sub.Organisation) && q.snap != nil && c.ProviderID != "" {
		by, err := q.placing(q.r.Context(), c.ProviderID)
		if err != nil {
			return access.Decision{}, err
		}
		res.PlacingAuthorities = append(slices.Clip(res.PlacingAuthorities), by...)
	}
	if q.cfg.Facts != nil {
		var err error
		if res, err = q.cfg.Facts.About(q.r.Context(), res); err != nil {
			return access.Decision{}, err
		}
	}
	d := q.cfg.Authorise(sub, action, res)
	if !d.Allow && cls == access.ClassB && action != access.View {
		res.Class = access.ClassC
		if own := q.cfg.Authorise(sub, action, res); own.Allow {
			return own, nil
		}
	}
	return d, nil
}

// mayEntry asks about one entry of a register. An entry about a person whom an authority placed is that authority's; the others are not.
func (q *request) mayEntry(r cases.Register, c cases.Case, rec cases.Record) (access.Decision, error) {
	s := &cases.Standing{Case: &c, People: c.People(), Interested: c.Interested(), SharedWith: c.SharedWith(q.cfg.Casework.Now()), ContactRestricted: c.ContactRestricted(), Referred: c.Referred()}
	if _, has := r.Field("placing"); has {
		s.PlacedBy = []string{rec.Values["placing"]}
		if q.sub.Organisation != "" && rec.Values["placing"] != q.sub.Organisation {
			s.SharedWith = nil
		}
	} else if r.ID == "notifications" && access.TenantOnly(q.sub) {
		if rec.Values["name"] != q.sub.Organisation {
			return access.Decision{Hide: true}, nil
		}
		s.PlacedBy = c.PlacedBy()
	}
	return q.mayStand(access.View, r.Class, r.Kind, s)
}

// placing lists the authorities that the data says have people at a provider, once a request.
func (q *request) placing(ctx context.Context, provider string) ([]string, error) {
	if by, known := q.placedBy[provider]; known {
		return by, nil
	}
	list, err := q.snap.PlacedBy(ctx, provider)
	if err != nil {
		return nil, err
	}
	var by []string
	for _, p := range list {
		by = append(by, p.Authority)
	}
	if q.placedBy == nil {
		q.placedBy = map[string][]string{}
	}
	q.placedBy[provider] = by
	return by, nil
}

// restriction says why a case that the reader sees is restricted, empty for no restriction.
func (q *request) restriction(caseID string) string {
	if q.cfg.Restricted == nil || !q.cfg.Restricted.Restricted(caseID) {
		return ""
	}
	r, err := q.cfg.Restricted.About(q.r.Context(), access.Resource{CaseID: caseID})
	if err != nil {
		return ""
	}
	return r.Restricted
}

// visible lists the cases that the reader may know of.
func (q *request) visible(ctx context.Context) ([]*cases.Standing, error) {
	all, err := q.cfg.Casework.Standings(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*cases.Standing, 0, len(all))
	for _, s := range all {
		d, err := q.mayStand(access.View, access.ClassB, access.Case, s)
		if err != nil {
			return nil, err
		}
		if d.Allow {
			out = append(out, s)
		}
	}
	return out, nil
}

// anyCase says whether the route's action is open to the reader on the case that the address names, or on any.
func (q *request) anyCase() (bool, error) {
	kind, cls := q.route.kind, q.route.class
	if r, ok := cases.Find(q.r.PathValue("register")); ok {
		kind = r.Kind
		if access.TenantOnly(q.sub) {
			cls = r.Class
		}
	}
	var asked []*cases.Standing
	if id := q.r.PathValue("id"); id != "" {
		s, found, err := q.cfg.Casework.Standing(q.r.Context(), id)
		if err != nil || !found {
			return false, err
		}
		asked = append(asked, s)
	} else {
		all, err := q.cfg.Casework.Standings(q.r.Context())
		if err != nil {
			return false, err
		}
		asked = all
	}
	for _, s := range asked {
		d, err := q.mayStand(q.route.action, cls, kind, s)
		if err == nil && !d.Allow && kind == access.Pack {
			d, err = q.mayIssue(*s.Case)
		}
		if err != nil || d.Allow {
			return d.Allow, err
		}
	}
	return false, nil
}

// theCase is the case that the address names, for a reader who may know of it; for anybody else there is no such page.
func (q *request) theCase() (cases.Case, error) {
	id := q.r.PathValue("id")
	c, found, err := q.cfg.Casework.Get(q.r.Context(), id)
	if err != nil {
		return c, err
	}
	if !found {
		return c, errNotFound
	}
	d, err := q.mayCase(access.View, access.ClassB, access.Case, c)
	if err != nil {
		return c, err
	}
	if d.Hide {
		return c, errNotFound
	}
	if !d.Allow {
		return c, q.refuse(d, id)
	}
	return c, nil
}

// mayIssue asks whether the reader may make the encrypted file: those who issue packs, and an officer for a case of their own.
func (q *request) mayIssue(c cases.Case) (access.Decision, error) {
	d, err := q.mayCase(access.Export, access.ClassB, access.Pack, c)
	if err != nil || d.Allow {
		return d, err
	}
	own, err := q.mayCase(access.Export, access.ClassC, access.Paper, c)
	if err != nil || own.Allow || own.Reason == needsRecentSignIn {
		return own, err
	}
	return d, nil
}
