package page

import (
	"context"
	"slices"

	"bellwether/casework/cases"
	"bellwether/internal/access"
)

// MayCase asks about something of a case. A part in the case is a fact about the reader, a restriction one about the case; both are as
// recorded at this moment. What may be done in class B may be done by those who may do it in class C.
func (q *Request) MayCase(action access.Action, cls access.Class, kind access.Kind, c cases.Case) (access.Decision, error) {
	return q.MayStand(action, cls, kind, &cases.Standing{Case: &c, People: c.People(), Interested: c.Interested(), SharedWith: c.SharedWith(q.Config.Casework.Now()), PlacedBy: c.PlacedBy(),
		ContactRestricted: c.ContactRestricted(), Referred: c.Referred()})
}

// MayStand is MayCase where the facts about the case are at hand already.
func (q *Request) MayStand(action access.Action, cls access.Class, kind access.Kind, s *cases.Standing) (access.Decision, error) {
	sub, c := q.Subject, s.Case
	if slices.Contains(s.People, sub.UserID) {
		sub.Cases = append(slices.Clip(sub.Cases), c.ID)
	}
	res := access.Resource{Class: cls, Kind: kind, ID: c.ID, CaseID: c.ID, ProviderID: c.Subject(), ContactRestricted: s.ContactRestricted, Referred: s.Referred, SharedWith: s.SharedWith,
		PlacingAuthorities: s.PlacedBy, ProviderOrganisation: access.RunBy(sub, c.ProviderName, q.Config.Words.Authority)}
	if slices.Contains(s.Interested, sub.UserID) {
		sub.Conflicts = append(slices.Clip(sub.Conflicts), res.ProviderID)
	}
	// Only an authority's own people are asked about the placement data, and only where it matters.
	if sub.Organisation != "" && slices.Contains(s.SharedWith, sub.Organisation) && !slices.Contains(res.PlacingAuthorities, sub.Organisation) && q.Snapshot != nil && c.ProviderID != "" {
		by, err := q.Placing(q.R.Context(), c.ProviderID)
		if err != nil {
			return access.Decision{}, err
		}
		res.PlacingAuthorities = append(slices.Clip(res.PlacingAuthorities), by...)
	}
	if q.Config.Facts != nil {
		var err error
		if res, err = q.Config.Facts.About(q.R.Context(), res); err != nil {
			return access.Decision{}, err
		}
	}
	d := q.Config.Authorise(sub, action, res)
	if !d.Allow && cls == access.ClassB && action != access.View {
		res.Class = access.ClassC
		if own := q.Config.Authorise(sub, action, res); own.Allow {
			return own, nil
		}
	}
	return d, nil
}

// MayEntry asks about one entry of a register. An entry about a person whom an authority placed is that authority's; the others are not.
func (q *Request) MayEntry(r cases.Register, c cases.Case, rec cases.Record) (access.Decision, error) {
	s := &cases.Standing{Case: &c, People: c.People(), Interested: c.Interested(), SharedWith: c.SharedWith(q.Config.Casework.Now()), ContactRestricted: c.ContactRestricted(), Referred: c.Referred()}
	if _, has := r.Field("placing"); has {
		s.PlacedBy = []string{rec.Values["placing"]}
		if q.Subject.Organisation != "" && rec.Values["placing"] != q.Subject.Organisation {
			s.SharedWith = nil
		}
	} else if r.ID == "notifications" && access.TenantOnly(q.Subject) {
		if rec.Values["name"] != q.Subject.Organisation {
			return access.Decision{Hide: true}, nil
		}
		s.PlacedBy = c.PlacedBy()
	}
	return q.MayStand(access.View, r.Class, r.Kind, s)
}

// Placing lists the authorities that the data says have people at a provider, once a request.
func (q *Request) Placing(ctx context.Context, provider string) ([]string, error) {
	if by, known := q.placedBy[provider]; known {
		return by, nil
	}
	list, err := q.Snapshot.PlacedBy(ctx, provider)
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

// Restriction says why a case that the reader sees is restricted, empty for no restriction.
func (q *Request) Restriction(caseID string) string {
	if q.Config.Restricted == nil || !q.Config.Restricted.Restricted(caseID) {
		return ""
	}
	r, err := q.Config.Restricted.About(q.R.Context(), access.Resource{CaseID: caseID})
	if err != nil {
		return ""
	}
	return r.Restricted
}

// Visible lists the cases that the reader may know of.
func (q *Request) Visible(ctx context.Context) ([]*cases.Standing, error) {
	all, err := q.Config.Casework.Standings(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*cases.Standing, 0, len(all))
	for _, s := range all {
		d, err := q.MayStand(access.View, access.ClassB, access.Case, s)
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
func (q *Request) anyCase() (bool, error) {
	kind, cls := q.Route.Kind, q.Route.Class
	if r, ok := cases.Find(q.R.PathValue("register")); ok {
		kind = r.Kind
		if access.TenantOnly(q.Subject) {
			cls = r.Class
		}
	}
	var asked []*cases.Standing
	if id := q.R.PathValue("id"); id != "" {
		s, found, err := q.Config.Casework.Standing(q.R.Context(), id)
		if err != nil || !found {
			return false, err
		}
		asked = append(asked, s)
	} else {
		all, err := q.Config.Casework.Standings(q.R.Context())
		if err != nil {
			return false, err
		}
		asked = all
	}
	for _, s := range asked {
		d, err := q.MayStand(q.Route.Action, cls, kind, s)
		if err == nil && !d.Allow && kind == access.Pack {
			d, err = q.MayIssue(*s.Case)
		}
		if err != nil || d.Allow {
			return d.Allow, err
		}
	}
	return false, nil
}

// TheCase is the case that the address names, for a reader who may know of it; for anybody else there is no such page.
func (q *Request) TheCase() (cases.Case, error) {
	id := q.R.PathValue("id")
	c, found, err := q.Config.Casework.Get(q.R.Context(), id)
	if err != nil {
		return c, err
	}
	if !found {
		return c, ErrNotFound
	}
	d, err := q.MayCase(access.View, access.ClassB, access.Case, c)
	if err != nil {
		return c, err
	}
	if d.Hide {
		return c, ErrNotFound
	}
	if !d.Allow {
		return c, q.Refuse(d, id)
	}
	return c, nil
}

// MayIssue asks whether the reader may make the encrypted file: those who issue packs, and an officer for a case of their own.
func (q *Request) MayIssue(c cases.Case) (access.Decision, error) {
	d, err := q.MayCase(access.Export, access.ClassB, access.Pack, c)
	if err != nil || d.Allow {
		return d, err
	}
	own, err := q.MayCase(access.Export, access.ClassC, access.Paper, c)
	if err != nil || own.Allow || own.Reason == NeedsRecentSignIn {
		return own, err
	}
	return d, nil
}
