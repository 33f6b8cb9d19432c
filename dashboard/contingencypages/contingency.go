// Package contingencypages is the room for the day on which a provider stops: where its people could go, and the lists that a safeguarding lead
// clears before anybody uses them.
package contingencypages

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellwether/analytics/contingency"
	"bellwether/casework/clearance"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// maxChosen is how many providers can be chosen one by one; a group or an area has no such limit.
const maxChosen = 40

// whatIf is one question: which services stop, and on which assumptions places are looked for.
type whatIf struct {
	read.Selection
	Miles, Rating, Level, Accepting, Nursing string
}

// Terms are the assumptions as the arithmetic takes them.
func (w whatIf) terms() contingency.Assumptions {
	miles, _ := strconv.ParseFloat(w.Miles, 64) // "any" is no limit
	rating, _ := strconv.Atoi(w.Rating)
	level, _ := strconv.Atoi(w.Level)
	return contingency.Assumptions{MaxMiles: miles, MinRating: rating, MaxLevel: level, AcceptingOnly: w.Accepting == "yes", NursingForResidential: w.Nursing == "yes"}
}

// query is the question as an address says it; the same question has one spelling.
func (w whatIf) query() url.Values {
	v := url.Values{"provider": slices.Sorted(slices.Values(w.Providers)), "miles": {w.Miles}, "level": {w.Level}}
	for name, value := range map[string]string{"brand": w.Brand, "area": w.Area, "rating": w.Rating, "accepting": w.Accepting, "nursing": w.Nursing} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v
}

// id names the question together with the snapshot that answers it.
func (w whatIf) id(snapshot string) string {
	sum := sha256.Sum256([]byte(snapshot + "?" + w.query().Encode()))
	return hex.EncodeToString(sum[:16])
}

func whatIfOf(p *page.Params) whatIf {
	w := whatIf{Selection: read.Selection{Brand: p.Text("brand", 40), Area: p.Text("area", 120)}, Miles: p.One("miles", "15", "5", "10", "25", "50", "any"), Rating: p.One("rating", "", "2", "3", "4"),
		Level: p.One("level", "1", "0", "2", "3"), Accepting: p.One("accepting", "", "yes"), Nursing: p.One("nursing", "", "yes")}
	for _, id := range p.Values["provider"] {
		if id = strings.TrimSpace(id); id == "" || slices.Contains(w.Providers, id) {
			continue
		}
		switch {
		case len(w.Providers) == maxChosen:
			p.Ignored = append(p.Ignored, fmt.Sprintf("providers after the first %d; choose a group or an area instead", maxChosen))
			return w
		case len(id) > 40 || strings.ContainsAny(id, ","):
			p.Ignore("provider", id)
		default:
			w.Providers = append(w.Providers, id)
		}
	}
	return w
}

// outlook is a question answered.
type outlook struct {
	Ask      whatIf
	Services []read.Stopping
	People   []read.Affected
	Spare    []read.Spare
	Groups   []contingency.Group
	Places   []contingency.Place
	Result   contingency.Assignment
	// Candidates are the places that anybody of the list could use; each home among them has to be looked at.
	Candidates []int
	Clearance  clearance.Clearance
	Cleared    bool
	List       string
}

// lookAhead answers a question as far as the reader may see. After a clearance only homes that were looked at and kept count.
func lookAhead(q *page.Request, w whatIf) (outlook, error) {
	if q.Config.Clearances == nil {
		return outlookFrom(q, w, clearance.Clearance{}, false)
	}
	c, ok, err := q.Config.Clearances.Of(q.R.Context(), w.id(q.Snapshot.ID))
	if err != nil {
		return outlook{}, err
	}
	o, err := outlookFrom(q, w, c, ok)
	if err != nil || !ok {
		return o, err
	}
	if holds, err := stillHolds(q, c, o); err != nil || holds {
		return o, err
	}
	return outlookFrom(q, w, clearance.Clearance{}, false)
}

func outlookFrom(q *page.Request, w whatIf, cleared clearance.Clearance, is bool) (o outlook, err error) {
	ctx := q.R.Context()
	o = outlook{Ask: w, List: w.id(q.Snapshot.ID), Clearance: cleared, Cleared: is}
	scope, err := q.Scope(access.Capacity)
	if err != nil {
		return o, err
	}
	if o.Services, err = q.Snapshot.Stopping(ctx, scope, w.Selection); err != nil {
		return o, err
	}
	if o.People, err = q.Snapshot.Affected(ctx, scope, w.Selection); err != nil {
		return o, err
	}
	spare, err := q.Snapshot.Spare(ctx, scope)
	if err != nil {
		return o, err
	}
	stops := map[string]bool{}
	for _, s := range o.Services {
		stops[s.LocationID] = true
	}
	for _, s := range spare {
		if !stops[s.LocationID] && (!o.Cleared || slices.Contains(o.Clearance.Kept, s.LocationID)) {
			o.Spare = append(o.Spare, s)
		}
	}
	o.Groups, o.Places = groupsOf(o.People), placesOf(o.Spare)
	o.Result = contingency.Assign(o.Groups, o.Places, w.terms())
	o.Candidates = contingency.Candidates(o.Groups, o.Places, w.terms())
	return o, nil
}

func groupsOf(people []read.Affected) []contingency.Group {
	out := make([]contingency.Group, len(people))
	for i, p := range people {
		out[i] = contingency.Group{ID: strconv.Itoa(i), From: p.LocationID, At: pointOf(p.Lat, p.Lon), Kind: contingency.Requires(p.Service, p.Need), People: int(p.People), Hours: p.Hours}
	}
	return out
}

func placesOf(spare []read.Spare) []contingency.Place {
	out := make([]contingency.Place, len(spare))
	for i, s := range spare {
		out[i] = contingency.Place{ID: s.LocationID + " " + s.Kind, Location: s.LocationID, At: pointOf(s.Lat, s.Lon), Kind: contingency.Kind(s.Kind), Free: int(s.Free), Rating: int(s.Score), Level: int(s.Level), Accepting: s.Accepting}
	}
	return out
}

func pointOf(lat, lon *float64) contingency.Point {
	if lat == nil || lon == nil {
		return contingency.Point{}
	}
	return contingency.Point{Lat: *lat, Lon: *lon}
}

// destination is one home on the list of destinations.
type destination struct {
	read.Spare
	People int64
	Miles  string
	Kinds  string
}

// shortfall is people of one need at one service without a place.
type shortfall struct {
	_      struct{} `class:"B"`
	From   string
	Kind   string
	Why    string
	People int64
}

// count is one line of a small table of people.
type count struct {
	_                       struct{} `class:"B"`
	Name, Link              string
	People, Placed, Outside int64
	Cost                    *float64
}

type contingencyView struct {
	Ask           whatIf
	Query         addressQuery
	Chosen        []read.Stopping
	Choices       map[string][]read.Choice
	Find          string
	Found         []read.ProviderRow
	FoundTotal    int64
	Ignored       []string
	Lead          string
	Sentences     []string
	Tiles         []page.Tile
	Flows         chart.Figure
	Needs         []count
	Funders       []count
	Homes         []count
	Destinations  []destination
	Short         []shortfall
	Rule          string
	Cleared       bool
	ClearedOn     time.Time
	ClearedUntil  time.Time
	ClearLink     string
	Download      string
	Hours         int64
	HoursSpare    int64
	NothingChosen bool
	Overdue       []read.OverdueList // homes to chase for their yearly lists
}

// OverdueCount counts the homes to chase.
func (v contingencyView) OverdueCount() int64 { return int64(len(v.Overdue)) }

// addressQuery is an address's query, for links that a page builds on.
type addressQuery struct{ Encoded string }

// Page asks where people could go if providers stopped.
func Page(q *page.Request) error {
	p := q.Params()
	w := whatIfOf(p)
	v := contingencyView{Ask: w, Query: addressQuery{w.query().Encode()}, Ignored: p.Ignored, Rule: contingency.Rule, NothingChosen: w.None(), Find: p.Text("find", 100)}
	ctx := q.R.Context()
	scope, err := q.Scope(access.Capacity)
	if err != nil {
		return err
	}
	if v.Choices, err = q.Snapshot.Choices(ctx); err != nil {
		return err
	}
	if v.Find != "" {
		found, _, err := q.Snapshot.Providers(ctx, q.Frame, scope, read.ProviderQuery{Text: v.Find, Sort: "name", Limit: 60})
		if err != nil {
			return err
		}
		for _, r := range found {
			if r.Visible && !slices.Contains(w.Providers, r.ID) && len(v.Found) < 12 {
				v.Found = append(v.Found, r)
			}
		}
	}
	if w.None() {
		if v.Overdue, err = q.Snapshot.OverdueLists(ctx, q.Frame, scope); err != nil {
			return err
		}
		return q.Page("contingency", "If this provider stopped", v)
	}
	o, err := lookAhead(q, w)
	if err != nil {
		return err
	}
	say(&v, o)
	v.Cleared, v.ClearedOn, v.ClearedUntil = o.Cleared, o.Clearance.At, o.Clearance.Until()
	if q.Config.Clearances != nil && q.Config.Authorise(q.Subject, access.Review, access.Resource{Class: access.ClassB, Kind: access.PlacementStatus}).Allow && len(o.Candidates) > 0 {
		v.ClearLink = "/contingency/clear?" + v.Query.Encoded
	}
	if ok, err := mayExportOf(q, o.Services); err != nil {
		return err
	} else if ok && len(o.People) > 0 {
		v.Download = "/contingency/list.csv?" + v.Query.Encoded
	}
	return q.Page("contingency", "If this provider stopped", v)
}

// mayExportOf says whether the reader could take the closure list of every chosen provider away, once they have proved who they are.
func mayExportOf(q *page.Request, services []read.Stopping) (bool, error) {
	sub := q.Subject
	q.Subject.RecentSignIn = true
	defer func() { q.Subject = sub }()
	return exportable(q, services)
}

func exportable(q *page.Request, services []read.Stopping) (bool, error) {
	asked := map[string]bool{}
	for _, s := range services {
		if asked[s.ProviderID] {
			continue
		}
		asked[s.ProviderID] = true
		if d, err := q.May(access.Export, access.ClassB, access.Paper, s.ProviderID); err != nil || !d.Allow {
			return false, err
		}
	}
	return len(asked) > 0, nil
}

// say puts an outlook into the page's words and tables.
func say(v *contingencyView, o outlook) {
	v.Chosen = o.Services
	placed := make([]int64, len(o.Groups))
	atPlace := map[int][]contingency.Move{}
	for _, m := range o.Result.Moves {
		placed[m.Group] += int64(m.People)
		atPlace[m.Place] = append(atPlace[m.Place], m)
	}
	v.Needs = tally(o, placed, func(i int) string { return words.Capital(o.Groups[i].Kind.Name()) }, nil)
	v.Funders = tally(o, placed, func(i int) string { return payer(o.People[i]) }, nil)
	v.Homes = tally(o, placed, func(i int) string { return placeName(o.People[i]) }, func(i int) string { return "/providers/" + url.PathEscape(o.People[i].ProviderID) })
	for _, s := range o.Result.Short {
		v.Short = append(v.Short, shortfall{From: placeName(o.People[s.Group]), Kind: o.Groups[s.Group].Kind.Name(), Why: whyShort(s.Why, v.Ask), People: int64(s.People)})
	}
	v.Short = mergeShort(v.Short)
	v.Destinations = destinations(o, atPlace)
	for i, g := range o.Groups {
		if g.Kind == contingency.HomeCare {
			v.Hours += int64(o.People[i].Hours * float64(o.People[i].People))
		}
	}
	for _, s := range o.Spare {
		if s.Kind == string(contingency.HomeCare) && s.Accepting != "no" {
			v.HoursSpare += s.Free
		}
	}
	v.Lead, v.Sentences = contingencySentences(o, v)
	v.Tiles = contingencyTiles(o, len(v.Destinations))
	v.Flows = chart.Flows(flowsOf(o), flowTitle(o))
}

func payer(p read.Affected) string {
	switch {
	case !p.Listed():
		return "Not known to the council: people who pay for themselves, or whom others placed"
	case p.Authority != "" && p.Funding != "":
		return p.Authority + ": paid by " + words.Label(p.Funding)
	case p.Authority != "":
		return p.Authority
	case p.Funding != "":
		return words.Capital(words.Label(p.Funding))
	}
	return "Payer not stated"
}

func placeName(p read.Affected) string {
	if p.LocationName == "" {
		return p.ProviderName + " (service not stated)"
	}
	return p.LocationName
}

// tally counts people by something, the largest first.
func tally(o outlook, placed []int64, by func(int) string, link func(int) string) []count {
	at := map[string]int{}
	var out []count
	for i, p := range o.People {
		name := by(i)
		k, had := at[name]
		if !had {
			k = len(out)
			at[name] = k
			c := count{Name: name}
			if link != nil {
				c.Link = link(i)
			}
			out = append(out, c)
		}
		c := &out[k]
		c.People, c.Placed = c.People+p.People, c.Placed+placed[i]
		c.Outside = c.People - c.Placed
		if p.WeeklyCost != nil {
			sum := *p.WeeklyCost
			if c.Cost != nil {
				sum += *c.Cost
			}
			c.Cost = &sum
		}
	}
	slices.SortStableFunc(out, func(a, b count) int { return int(b.People - a.People) })
	return out
}

func mergeShort(list []shortfall) []shortfall {
	var out []shortfall
	for _, s := range list {
		if i := slices.IndexFunc(out, func(o shortfall) bool { return o.From == s.From && o.Kind == s.Kind && o.Why == s.Why }); i >= 0 {
			out[i].People += s.People
		} else {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b shortfall) int { return int(b.People - a.People) })
	return out
}

func destinations(o outlook, at map[int][]contingency.Move) []destination {
	var out []destination
	for i, s := range o.Spare {
		moves := at[i]
		if len(moves) == 0 {
			continue
		}
		d := destination{Spare: s, Kinds: contingency.Kind(s.Kind).Name()}
		low, high, known := 0.0, 0.0, true
		for k, m := range moves {
			d.People += int64(m.People)
			known = known && m.MilesKnown
			if k == 0 || m.Miles < low {
				low = m.Miles
			}
			high = max(high, m.Miles)
		}
		d.Miles = milesOf(low, high, known)
		out = append(out, d)
	}
	slices.SortStableFunc(out, func(a, b destination) int { return int(b.People - a.People) })
	return out
}

func milesOf(low, high float64, known bool) string {
	if !known {
		return words.Unknown
	}
	a, b := words.Decimal(low, 1), words.Decimal(high, 1)
	if a == b {
		return a
	}
	return a + " to " + b
}
