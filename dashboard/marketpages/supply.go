package marketpages

import (
	"context"
	"fmt"
	"math"
	"sort"
	"sync/atomic"
	"time"

	"bellwether/analytics/spc"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/class"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// supplyView is the part of the market page about what there is, who holds it and what it costs.
type supplyView struct {
	By    string
	Other string
	// Rooms says that the reader may open the rows behind what services say of their room.
	Rooms     bool
	RoomsBy   chart.Figure
	Openings  chart.Figure
	Occupancy chart.Figure
	Cells     []cellRow
	Kinds     []cellRow
	Holders   []holderRow
	Soles     []read.Sole
	SolesAll  int64
	Depends   []read.Dependence
	Hosts     []hostRow
	Outside   string
	Fees      []feeRow
	Staff     []staffRow
	// Missing names the feeds without which a block has nothing to show.
	Missing map[string]string
}

// cellRow is a kind of service in a place, or in the whole market.
type cellRow struct {
	read.CapacityCell
	Hours string
	// From is the first day of the year in which openings and closures are counted.
	From string
	Beds bool
}

type holderRow struct {
	read.Concentration
	Providers, Groups, Top, Says string
}

type hostRow struct {
	read.Authority
	Count string
}

type feeRow struct {
	read.Fee
	Now, High, Then, Change string
}

type staffRow struct {
	read.Workforce
	Agency, Then, Absence string
}

// Market is the market's page; it keeps the supply side of the newest snapshot.
type Market struct{ supplies atomic.Pointer[cachedSupply] }

// cachedSupply keeps the newest snapshot's supply side, which is the same for every reader.
type cachedSupply struct {
	id, by string
	supply read.Supply
}

func (k *Market) supplyOf(ctx context.Context, snap *read.Snapshot, f read.Frame, by string) (read.Supply, error) {
	if c := k.supplies.Load(); c != nil && c.id == snap.ID && c.by == by {
		return c.supply, nil
	}
	supply, err := snap.Supply(ctx, f, by)
	if err == nil {
		k.supplies.Store(&cachedSupply{snap.ID, by, supply})
	}
	return supply, err
}

func (k *Market) supply(q *page.Request, m read.Market, exact bool) (v supplyView, s read.Supply, err error) {
	ctx := q.R.Context()
	v.By = read.ByArea
	if len(m.Areas) < 2 {
		// One area compares with nothing: its postcode districts do.
		v.By = read.ByDistrict
	}
	v.By = q.Params().One("places", v.By, read.ByArea, read.ByDistrict)
	v.Other = map[string]string{read.ByArea: read.ByDistrict, read.ByDistrict: read.ByArea}[v.By]
	if s, err = k.supplyOf(ctx, q.Snapshot, q.Frame, v.By); err != nil {
		return v, s, err
	}
	scope, err := q.Scope(access.Capacity)
	if err != nil {
		return v, s, err
	}
	v.Rooms = !scope.None()
	if v.Soles, err = q.Snapshot.Soles(ctx, scope, v.By); err != nil {
		return v, s, err
	}
	if len(v.Soles) > 0 {
		v.SolesAll = v.Soles[0].Total
	}
	if v.Rooms {
		if v.Depends, err = q.Snapshot.Dependences(ctx, scope); err != nil {
			return v, s, err
		}
	}
	v.RoomsBy, v.Openings, v.Occupancy = chart.Rooms(s.Cells), chart.Openings(s.Openings), occupancyFigure(s.Occupancy, v.Rooms)
	v.Cells, v.Kinds = cellRows(s.Cells, q.Frame.Run.AsOf), cellRows(s.Kinds, q.Frame.Run.AsOf)
	sort.SliceStable(v.Kinds, func(i, j int) bool { return v.Kinds[i].Locations > v.Kinds[j].Locations })
	for _, c := range s.Concentration {
		v.Holders = append(v.Holders, holderRow{c, words.Decimal(c.HHIProviders, 0), words.Decimal(c.HHIGroups, 0), words.Percent(c.TopThree, c.Beds), crowding(c.HHIGroups)})
	}
	v.Hosts, v.Outside = hostRows(s.Authorities, exact)
	for _, f := range s.Fees {
		v.Fees = append(v.Fees, feeRowOf(f))
	}
	for _, w := range s.Workforce {
		v.Staff = append(v.Staff, staffRowOf(w))
	}
	v.Missing = missingFeeds(s)
	return v, s, nil
}

// missingFeeds says of each block whose feed hasn't come what would fill it.
func missingFeeds(s read.Supply) map[string]string {
	out := map[string]string{}
	told := int64(0)
	for _, c := range s.Cells {
		told += c.Told
	}
	if told == 0 {
		out["capacity"] = "Not supplied: no capacity extract has been loaded. Most areas can export one from their capacity tracker; it goes into the inbox folder capacity."
	}
	if len(s.Fees) == 0 {
		out["placements"] = "Not supplied: no list of care packages has been loaded. It comes from the council's care management system and goes into the inbox folder placements."
	}
	return out
}

// crowding puts an index into the words of competition authorities, which speak of what is bought and sold, not of care.
func crowding(hhi float64) string {
	switch {
	case hhi >= 2500:
		return "held by few"
	case hhi >= 1500:
		return "held by rather few"
	}
	return "spread"
}

// cellRows gives the rows of the table by kind of service.
func cellRows(cells []read.CapacityCell, asOf time.Time) []cellRow {
	from := asOf.AddDate(0, 0, -364).Format(time.DateOnly)
	out := make([]cellRow, 0, len(cells))
	for _, c := range cells {
		row := cellRow{c, words.Decimal(c.ExtraHours, 0), from, c.Kind == "care_home" || c.Kind == "care_home_nursing"}
		if c.Told == 0 {
			row.Hours = "not supplied"
		}
		out = append(out, row)
	}
	return out
}

// KindRows are the rows of the table by kind of service.
func (v supplyView) KindRows() (t chart.Table) {
	for _, c := range v.Kinds {
		t.Rows = append(t.Rows, c.cells(words.Capital(words.Label(c.Kind)), v.Rooms))
	}
	return t
}

// CellRows are the rows of the table by place and kind of service.
func (v supplyView) CellRows() (t chart.Table) {
	for _, c := range v.Cells {
		place := c.Place
		if place == "" {
			place = "not known"
		}
		t.Rows = append(t.Rows, c.cells(place+", "+words.Label(c.Kind), v.Rooms))
	}
	return t
}

// cells are a row under its heading, with links to the rows behind the figures; those about room only where the reader may open them.
func (c cellRow) cells(heading string, open bool) []chart.Cell {
	behind := func(n int64, feed string, pairs ...string) chart.Cell {
		return chart.Num(words.Int(n)).To(link.Records(feed, append([]string{"area", c.Place, "kind", c.Kind}, pairs...)...))
	}
	room := func(n int64) chart.Cell {
		if open {
			return behind(n, "capacity")
		}
		return chart.Num(words.Int(n))
	}
	since := func(n int64, feed string) chart.Cell {
		if n == 0 {
			return chart.Num("0")
		}
		return behind(n, feed, "from", c.From)
	}
	beds, free, hours := chart.Num("none"), chart.Num(""), chart.Num(c.Hours)
	if c.Beds {
		beds, free, hours = chart.Num(words.Int(c.CapacityCell.Beds)), room(c.Vacancies), chart.Num("")
	}
	return []chart.Cell{chart.Txt(heading), chart.Num(words.Int(c.Providers)), behind(c.Locations, "locations"), beds, room(c.Told), free, hours,
		chart.Num(words.Int(c.Shut)), since(c.Opened, "openings"), since(c.Closed, "closures")}
}

func hostRows(list []read.Authority, exact bool) (rows []hostRow, says string) {
	var outside, all int64
	authorities := map[string]bool{}
	for _, a := range list {
		a.True = exact
		all += a.People
		if a.Outside {
			outside += a.People
			authorities[a.Name] = true
		}
		n := words.Int(a.People)
		if !exact {
			n = words.Disclosed(a.People)
		}
		rows = append(rows, hostRow{a, n})
	}
	if all == 0 {
		return rows, ""
	}
	count, of := words.Int(outside), words.Int(all)
	if !exact {
		count, of = words.Disclosed(outside), words.Disclosed(all)
	}
	return rows, fmt.Sprintf("%s of %s people on the lists are placed outside the area of the authority that placed them, by %s.", count, of, words.Plural(len(authorities), "authority|authorities"))
}

func feeRowOf(f read.Fee) feeRow {
	row := feeRow{Fee: f, Now: "too few to show", High: words.Unknown, Then: words.Unknown, Change: words.Unknown}
	if f.Shown() {
		row.Now = words.Money(*f.Median)
		if f.High != nil {
			row.High = words.Money(*f.High)
		}
	}
	if f.Compared() {
		row.Then = words.Money(*f.MedianThen)
		row.Change = signedPercent(100 * (*f.Median / *f.MedianThen - 1))
	}
	return row
}

func signedPercent(p float64) string {
	switch {
	case math.IsNaN(p) || math.IsInf(p, 0):
		return words.Unknown
	case p >= 0.05:
		return "+" + words.Decimal(p, 1) + "%"
	case p <= -0.05:
		return "−" + words.Decimal(-p, 1) + "%"
	}
	return "no change"
}

func staffRowOf(w read.Workforce) staffRow {
	row := staffRow{Workforce: w, Agency: words.Percent(w.Agency, w.Workers+w.Agency), Then: words.Unknown, Absence: "not supplied"}
	if w.Compared > 0 {
		row.Then = words.Percent(w.AgencyThen, w.WorkersThen+w.AgencyThen)
	}
	if w.HoursAbsence != nil && w.HoursPaid != nil && *w.HoursPaid > 0 {
		row.Absence = words.Decimal(100**w.HoursAbsence / *w.HoursPaid, 1) + "%"
	}
	return row
}

// occupancyFigure draws how full homes are, month by month, with the limits of chance.
func occupancyFigure(months []read.OccupancyMonth, rows bool) chart.Figure {
	var y []float64
	k := chart.Control{ID: "occupancy", What: "Beds taken in homes that report", Unit: "Per cent of beds", Period: "Month", Class: class.A, Percent: true,
		Caveat: "Only homes that have reported within two months. Neither way is better by itself: a full market has no room, an empty one may not last."}
	for _, m := range months {
		y, k.Days = append(y, math.Round(m.Share()*10)/10), append(k.Days, m.Month)
		if rows {
			k.Links = append(k.Links, link.Records("capacity"))
		}
	}
	k.Chart = chart.Limits(y, spc.NeitherIsBad)
	return chart.Controlled(k)
}

// ratesOf draws the rates of the market's streams with their limits.
func ratesOf(all []read.MarketWeek, sources []read.Source, exact, rows bool) []chart.Figure {
	var out []chart.Figure
	for _, s := range chart.Streams {
		weeks := told(all, sources, s)
		rates, from := chart.Rated(weeks, s, exact)
		k := chart.Control{ID: s.ID + "-rate", What: s.Name, Unit: "For 100 beds a year", Period: "Four weeks from", Class: class.A,
			Caveat: s.Caveat + " The icon speaks of the series alone: whether more is worse, or better recording, it can't know."}
		if exact {
			k.Class = class.C
		}
		for _, i := range from {
			k.Days = append(k.Days, weeks[i].Week)
			if rows {
				k.Links = append(k.Links, link.Records(s.ID, "from", weeks[i].Week.Format(time.DateOnly), "to", weeks[i+3].Week.Format(time.DateOnly)))
			}
		}
		// More concerns can be more harm or more openness, so neither way is called better.
		k.Chart = chart.Limits(rates, spc.NeitherIsBad)
		out = append(out, chart.Controlled(k))
	}
	return out
}

// told leaves out the weeks of which a stream's source has not spoken yet: silence is no fall.
func told(weeks []read.MarketWeek, sources []read.Source, s chart.Stream) []read.MarketWeek {
	for _, src := range sources {
		if src.Name != chart.StreamSources[s.ID] || src.DataTo == nil {
			continue
		}
		for len(weeks) > 0 && weeks[len(weeks)-1].Week.AddDate(0, 0, 6).After(*src.DataTo) {
			weeks = weeks[:len(weeks)-1]
		}
	}
	return weeks
}
