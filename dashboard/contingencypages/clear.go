package contingencypages

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"

	"bellwether/analytics/contingency"
	"bellwether/casework/clearance"
	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

var _ page.Clearances = (*clearance.Book)(nil)

// candidate is a home that somebody of the list could use.
type candidate struct {
	read.Spare
	Kinds     []string
	Spaces    int64
	Suggested int64
}

type clearView struct {
	Names     string
	List      string
	Query     string
	Homes     []candidate
	NotEnough bool
}

// fresh answers the question as if nobody had cleared it, which is what a lead looks at.
func fresh(q *page.Request, w whatIf) (outlook, []candidate, error) {
	o, err := outlookFrom(q, w, clearance.Clearance{}, false)
	if err != nil {
		return o, nil, err
	}
	at := map[string]int{}
	var out []candidate
	for _, i := range o.Candidates {
		s := o.Spare[i]
		k, had := at[s.LocationID]
		if !had {
			k = len(out)
			at[s.LocationID] = k
			out = append(out, candidate{Spare: s})
		}
		out[k].Kinds = append(out[k].Kinds, contingency.Kind(s.Kind).Name())
		out[k].Spaces += s.Free
	}
	for _, m := range o.Result.Moves {
		out[at[o.Spare[m.Place].LocationID]].Suggested += int64(m.People)
	}
	slices.SortStableFunc(out, func(a, b candidate) int { return int(b.Suggested - a.Suggested) })
	return o, out, nil
}

// seesAll says whether the reader may see the cases of every home on the list, restricted ones included. Who may not can't clear it, and
// is told the same as anybody who does not clear lists.
func seesAll(q *page.Request, homes []candidate) (bool, error) {
	if !leads(q, q.Subject.UserID) {
		return false, nil
	}
	asked := map[string]bool{}
	for _, h := range homes {
		if asked[h.ProviderID] {
			continue
		}
		asked[h.ProviderID] = true
		d, err := q.May(access.View, access.ClassB, access.PlacementStatus, h.ProviderID)
		if err != nil {
			return false, err
		}
		if !d.Allow {
			return false, nil
		}
	}
	blind, err := blindTo(q, q.Subject.UserID, time.Time{}, slices.Sorted(maps.Keys(asked)))
	return !blind, err
}

// ClearPage shows a list of destinations to a lead who may clear it.
func ClearPage(q *page.Request) error {
	p := q.Params()
	w := whatIfOf(p)
	if q.Config.Clearances == nil || w.None() {
		return page.ErrNotFound
	}
	o, homes, err := fresh(q, w)
	if err != nil {
		return err
	}
	all, err := seesAll(q, homes)
	if err != nil {
		return err
	}
	v := clearView{Names: chosenNames(o), List: o.List, Query: w.query().Encode(), Homes: homes, NotEnough: !all}
	return q.Page("clear", "Clear the list of destinations", v, page.To("If this provider stopped", "/contingency?"+v.Query))
}

// ClearList records that a lead has looked at a list, and what was taken off.
func ClearList(q *page.Request) error {
	f, err := q.Sent()
	if err != nil {
		return err
	}
	w := whatIfOf(q.Params())
	if q.Config.Clearances == nil || w.None() {
		return page.ErrNotFound
	}
	// Rows are decided one by one elsewhere; this one is about every home of the list at once.
	if d := q.Config.Authorise(q.Subject, access.Review, access.Resource{Class: access.ClassB, Kind: access.PlacementStatus}); !d.Allow {
		return q.Refuse(d, "")
	}
	o, homes, err := fresh(q, w)
	if err != nil {
		return err
	}
	back := "/contingency?" + w.query().Encode()
	if f.Get("list") != o.List || f.Get("homes") != strconv.Itoa(len(homes)) {
		return &page.Problem{Status: http.StatusConflict, Title: "The list has changed", Says: "Newer data has come, or another question was asked, since this list was opened. Nothing was recorded. Look at the list as it is now.",
			Next: []page.Step{page.To("Look at the list again", "/contingency/clear?"+w.query().Encode())}}
	}
	all, err := seesAll(q, homes)
	if err != nil {
		return err
	}
	if !all {
		return page.Forbidden("This list needs a lead with a wider view. It stays provisional; nothing was recorded.")
	}
	var removed, kept []string
	for _, h := range homes {
		if f.Has("remove", h.LocationID) {
			removed = append(removed, h.LocationID)
		} else {
			kept = append(kept, h.LocationID)
		}
	}
	if err := q.Record(access.ClassB, o.List, true, "destinations_cleared"); err != nil {
		return err
	}
	if _, err := q.Config.Clearances.Clear(q.R.Context(), o.List, q.Subject.UserID, removed, kept); err != nil {
		return err
	}
	return q.Done(fmt.Sprintf("The list is cleared with %s left on it.", words.Plural(len(kept), "home")), back)
}

// ListCSV gives the list as a closure plan takes it: people by service, need and payer, with the place that arithmetic suggests.
// It holds no person's number and no pseudonym: a plan's own list of people is kept in the case.
func ListCSV(q *page.Request) error {
	w := whatIfOf(q.Params())
	if w.None() {
		return page.ErrNotFound
	}
	o, err := lookAhead(q, w)
	if err != nil {
		return err
	}
	ok, err := exportable(q, o.Services)
	if err != nil {
		return err
	}
	if !ok {
		return page.Forbidden("The list holds services that your role may see and not take away.")
	}
	status := "PROVISIONAL: not cleared by a safeguarding lead. Nothing shown against a home does not mean that it is safe to place there."
	if o.Cleared {
		status = "Looked at by a safeguarding lead on " + words.Date(o.Clearance.At) + ", until " + words.Date(o.Clearance.Until()) + ". A home is chosen with the person, after an assessment."
	}
	head := []string{"list_status", "line", "people", "from_provider_id", "from_location_id", "from_service", "area", "placing_authority", "paid_by", "need", "support_level", "kind_of_place", "hours_each_a_week",
		"to_location_id", "to_home", "to_postcode", "miles", "cqc_rating", "own_level", "takes_admissions", "capacity_as_of", "median_fee_there", "without_a_place_because"}
	var out [][]string
	line := func(g, people int, to []string, why string) {
		p := o.People[g]
		paid := p.Funding
		if paid != "" {
			paid = words.Label(paid)
		}
		row := []string{status, strconv.Itoa(len(out) + 1), strconv.Itoa(people), p.ProviderID, p.LocationID, placeName(p), p.Area, p.Authority, paid, p.Need, words.Label(p.Support), o.Groups[g].Kind.Name(), hoursCell(p.Hours)}
		out = append(out, append(append(row, to...), why))
	}
	for _, m := range o.Result.Moves {
		s, miles := o.Spare[m.Place], ""
		if m.MilesKnown {
			miles = words.Decimal(m.Miles, 1)
		}
		level := words.Unknown
		if s.Level >= 0 {
			level = q.Config.Words.Levels[min(s.Level, 3)]
		}
		line(m.Group, m.People, []string{s.LocationID, s.Name, s.Postcode, miles, s.Rating, level, acceptingWord(s.Accepting), page.ISO(s.UpdatedOn), page.PlainFloat(s.Fee)}, "")
	}
	for _, s := range o.Result.Short {
		line(s.Group, s.People, make([]string, 9), whyShort(s.Why, w))
	}
	return q.CSV("closure_list", head, out, o.People, o.Spare)
}

func hoursCell(h float64) string {
	if h == 0 {
		return ""
	}
	return strconv.FormatFloat(h, 'f', -1, 64)
}

func acceptingWord(a string) string {
	if a == "" {
		return words.Unknown
	}
	return a
}
