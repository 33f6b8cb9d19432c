package providerpages

import (
	"slices"

	"bellwether/dashboard/chart"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/internal/access"
)

// locationView is one location's page.
type locationView struct {
	Provider read.Provider
	Location read.Location
	Level    *read.ProviderLevel
	Signals  bool
	Refused  string
	Open     []read.FlagRow
	Clock    chart.Figure
	More     moreView
	Timeline []read.Event
	Pager    page.Pager
	// NewID leads to the registration that carries this one on.
	NewID string
}

// Location shows one location by itself. Who may see what of it is decided by its provider.
func Location(q *page.Request) error {
	ctx, id := q.R.Context(), q.R.PathValue("id")
	owner, ok, err := q.Snapshot.OwnerOf(ctx, id)
	if err != nil {
		return err
	}
	if !ok || owner.ProviderID == "" {
		return page.ErrNotFound
	}
	d, err := q.May(access.View, access.ClassA, access.Provider, owner.ProviderID)
	if err != nil {
		return err
	}
	if d.Hide {
		return page.ErrNotFound
	}
	if !d.Allow {
		return q.Refuse(d, id)
	}
	p, ok, err := q.Snapshot.Provider(ctx, owner.ProviderID)
	if err != nil {
		return err
	}
	if !ok {
		return page.ErrNotFound
	}
	v := locationView{Provider: p}
	if owner.CurrentID != id {
		v.NewID = owner.CurrentID
	}
	st, err := q.Snapshot.Story(ctx, q.Frame, owner.ProviderID)
	if err != nil {
		return err
	}
	st, v.Location = storyOf(st, id)
	v.Location.ID = id
	if v.Location.Name == "" {
		v.Location.Name = owner.Name
	}
	mine := func(f read.FunnelPoint) bool { return f.LocationID == id }
	if d, err = q.May(access.View, access.ClassB, access.Timeline, owner.ProviderID); err != nil {
		return err
	}
	steps := []page.Step{page.To("Providers", "/providers"), page.To(p.Name, "/providers/"+p.ID)}
	if !d.Allow {
		v.Refused = page.Why(d.Reason)
		v.Clock = chart.Lanes(clock(q, read.Story{Locations: st.Locations, Ratings: st.Ratings, Managers: st.Managers}, nil))
		if v.More, err = more(q, p.ID, id, false, mine); err != nil {
			return err
		}
		return q.Page("location", v.Location.Name, v, steps...)
	}
	v.Signals = true
	if st.Weeks, err = q.Snapshot.LocationWeeks(ctx, q.Frame, id); err != nil {
		return err
	}
	flags, _, err := q.Snapshot.Flags(ctx, q.Frame, read.Only([]string{p.ID}), read.FlagQuery{State: "open", Provider: p.ID, Sort: "level", Limit: 200})
	if err != nil {
		return err
	}
	for _, f := range flags {
		if f.LocationID == id {
			v.Open = append(v.Open, f)
		}
	}
	level, ok, err := q.Snapshot.ProviderLevel(ctx, p.ID)
	if err != nil {
		return err
	}
	if ok {
		v.Level = &level
	}
	if v.More, err = more(q, p.ID, id, true, mine); err != nil {
		return err
	}
	k := clock(q, st, v.Open)
	k.Visits, k.Room = v.More.Visits, v.More.More.Room
	v.Clock = chart.Lanes(k)
	nth := q.Params().Page()
	var total int64
	if v.Timeline, total, err = q.Snapshot.Timeline(ctx, p.ID, id, "", timelineSize, (nth-1)*timelineSize); err != nil {
		return err
	}
	v.Pager = q.Paging(total, nth, timelineSize, len(v.Timeline), "event")
	return q.Page("location", v.Location.Name, v, steps...)
}

// storyOf keeps of a provider's story what is about one location.
func storyOf(st read.Story, id string) (out read.Story, at read.Location) {
	for _, l := range st.Locations {
		if l.ID == id {
			out.Locations, at = []read.Location{l}, l
		}
	}
	for _, r := range st.Ratings {
		if r.Location == id {
			out.Ratings = append(out.Ratings, r)
		}
	}
	for _, g := range st.Managers {
		if g.Location == id {
			out.Managers = append(out.Managers, g)
		}
	}
	about := func(bands []read.Band) []read.Band {
		return slices.DeleteFunc(slices.Clone(bands), func(b read.Band) bool { return b.UnitID != id })
	}
	out.Band, out.ComplaintBand, out.IncidentBand, out.Streams = about(st.Band), about(st.ComplaintBand), about(st.IncidentBand), st.Streams
	return out, at
}
