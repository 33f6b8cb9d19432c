// Package reviewpages is the room of the quality and safeguarding group: its queue, the steps on each item, what changed between meetings, the
// interests that members declare, and cases that escalate to it. What an item may become is casework/review.
package reviewpages

import (
	"slices"
	"strconv"
	"time"

	"bellwether/casework/review"
	"bellwether/casework/workdays"
	"bellwether/dashboard/link"
	"bellwether/dashboard/page"
	"bellwether/dashboard/queue"
	"bellwether/dashboard/words"
	"bellwether/internal/access"
)

// reviewGroup is the items of one corporate group, or of one provider.
type reviewGroup struct {
	Name      string
	Providers int
	N         int // items, those folded under their provider's first among them
	Items     []queue.Item
}

// reviewView is the queue with one item open beside it.
type reviewView struct {
	Lead     string
	Says     string
	Groups   []reviewGroup
	Shown    int
	Held     int
	Filter   reviewFilter
	Tabs     []reviewTab
	Owners   []page.Option
	Areas    []page.Option
	Ignored  []string
	Selected *reviewDetail
	// First says that nobody chose the item beside the list: it is the first of it.
	First bool
	Last  *review.Met
	// Minutes are meetings of the group whose minutes are not with all members yet.
	Minutes []minutesLine
	// Escalations are cases that wait for the group's decision.
	Escalations []EscalationLine
	// Returned are cases in their watch period whose provider is flagged again: they return.
	Returned []returnedLine
	MayAct   bool
	Form     *page.Form
	Today    time.Time
}

// reviewTab is one setting of the state filter with its count.
type reviewTab struct {
	Value, Text, Link string
	N                 int
	Current           bool
}

// reviewFilter is what the address asks for; it is kept in every link and form of the page.
type reviewFilter struct{ State, Level, Area, Owner string }

func (f reviewFilter) address(path string) string {
	state := f.State
	if state == "waiting" {
		state = ""
	}
	return link.With(path, "state", state, "level", f.Level, "area", f.Area, "owner", f.Owner)
}

// Address opens one item with the filters kept.
func (f reviewFilter) Address(id string) string { return f.address(link.Review(id)) }

// reviewStates are the settings of the state filter and which items each shows.
var reviewStates = []struct {
	value, text string
	has         func(review.Item) bool
}{
	{"waiting", "To review", func(i review.Item) bool { return i.State.Waiting() && i.Flag.HeldBack == "" }},
	{"new", "New", func(i review.Item) bool { return i.State == review.New && i.Flag.HeldBack == "" }},
	{"changed", "Changed", func(i review.Item) bool { return i.Changed && i.State != review.Closed && i.Flag.HeldBack == "" }},
	{"escalating", "Escalating", func(i review.Item) bool { return i.Escalating && i.State != review.Closed && i.Flag.HeldBack == "" }},
	{"returned", "Returned", func(i review.Item) bool { return i.State == review.Returned && i.Flag.HeldBack == "" }},
	{"regressed", "Regressed", func(i review.Item) bool { return i.State == review.Regressed && i.Flag.HeldBack == "" }},
	{"overdue", "Overdue", func(i review.Item) bool { return i.Overdue && i.Flag.HeldBack == "" }},
	{"acknowledged", "Taken up", func(i review.Item) bool { return i.State == review.Acknowledged }},
	{"decided", "Decided", func(i review.Item) bool { return i.State == review.Decided }},
	{"parked", "Parked", func(i review.Item) bool { return i.State == review.Parked }},
	{"held", "Held back", func(i review.Item) bool { return i.Flag.HeldBack != "" }},
	{"closed", "Closed", func(i review.Item) bool { return i.State == review.Closed }},
	{"all", "All", func(review.Item) bool { return true }},
}

func filterOf(p *page.Params) reviewFilter {
	states := make([]string, len(reviewStates))
	for n, s := range reviewStates {
		states[n] = s.value
	}
	return reviewFilter{State: p.One("state", states...), Level: p.One("level", "", "0", "1", "2", "3"), Area: p.Text("area", 120), Owner: p.Text("owner", 60)}
}

// Page is the review queue, with one item opened where the address names one.
func Page(q *page.Request) error { return showReview(q, q.R.PathValue("id"), nil, nil) }

// showReview renders the queue; f and conflict are of a form that could not be recorded.
func showReview(q *page.Request, id string, f *page.Form, conflict *reviewConflict) error {
	ctx := q.R.Context()
	p := q.Params()
	v := reviewView{Filter: filterOf(p), Ignored: p.Ignored, Form: f, Today: workdays.Day(q.Config.Reviews.Now())}
	all, items, err := queue.Read(ctx, q)
	if err != nil {
		return err
	}
	v.fill(all, items, q.Config.Reviews.Now())
	if v.Form == nil {
		v.Form = page.Draft()
	}
	if !access.TenantOnly(q.Subject) {
		if v.Escalations, err = Escalations(ctx, q); err != nil {
			return err
		}
		if v.Returned, err = returned(ctx, q, all); err != nil {
			return err
		}
	}
	met, err := q.Config.Reviews.Meetings(ctx)
	if err != nil {
		return err
	}
	if len(met) > 0 {
		v.Last = &met[0]
		v.Minutes = minutesWanted(met, v.Today)
	}
	v.MayAct = q.Config.Authorise(q.Subject, access.Review, access.Resource{Class: access.ClassB, Kind: access.ReviewItem}).Allow
	at := slices.IndexFunc(all, func(i queue.Item) bool { return i.ItemID() == id })
	if id != "" && at < 0 {
		return page.ErrNotFound
	}
	if at >= 0 {
		if v.Selected, err = detailOfItem(ctx, q, all[at], all, f); err != nil {
			return err
		}
		v.Selected.Conflict = conflict
	}
	if id == "" && len(v.Groups) > 0 {
		v.First = true
		if v.Selected, err = detailOfItem(ctx, q, v.Groups[0].Items[0], all, nil); err != nil {
			return err
		}
		if err := q.Record(access.ClassB, v.Selected.Item.ItemID(), true, "shown"); err != nil {
			return err
		}
	}
	title := "Review queue"
	if v.Selected != nil && !v.First {
		title = v.Selected.Item.ProviderName
		return q.Page("review", title, v, page.To("Review queue", v.Filter.address("/review")))
	}
	return q.Page("review", title, v)
}

// fill counts and filters the queue.
func (v *reviewView) fill(all []queue.Item, items []review.Item, now time.Time) {
	v.Lead, v.Says = reviewLead(items, now)
	owners, areas := map[string]string{}, map[string]string{}
	var kept []queue.Item
	for _, s := range reviewStates {
		tab := reviewTab{Value: s.value, Text: s.text, Current: s.value == v.Filter.State}
		at := v.Filter
		at.State = s.value
		tab.Link = at.address("/review")
		for _, i := range all {
			if !v.Filter.keeps(i) || !s.has(i.Item) {
				continue
			}
			tab.N++
			if tab.Current {
				kept = append(kept, i)
			}
		}
		if tab.N > 0 || tab.Current || s.value == "waiting" || s.value == "all" {
			v.Tabs = append(v.Tabs, tab)
		}
	}
	for _, i := range all {
		if i.Review.Owner != "" {
			owners[i.Review.Owner] = i.Owner
		}
		if i.Area != "" {
			areas[i.Area] = i.Area
		}
		if i.Item.Flag.HeldBack != "" {
			v.Held++
		}
	}
	v.Owners, v.Areas = page.Options(owners), page.Options(areas)
	v.Shown = len(kept)
	v.gather(kept)
}

func (f reviewFilter) keeps(i queue.Item) bool {
	return (f.Level == "" || strconv.Itoa(i.Item.Flag.Level) == f.Level) && (f.Area == "" || i.Area == f.Area) && (f.Owner == "" || i.Review.Owner == f.Owner || i.Review.Deputy == f.Owner)
}

// gather puts the items of one corporate group together, keeping the rank.
func (v *reviewView) gather(kept []queue.Item) {
	plain := make([]review.Item, len(kept))
	by := map[string]queue.Item{}
	for n, i := range kept {
		plain[n], by[i.ItemID()] = i.Item, i
	}
	for _, g := range review.Gather(plain) {
		out := reviewGroup{Providers: g.Providers}
		first := map[string]int{}
		for _, i := range g.Items {
			if at, ok := first[i.Flag.ProviderID]; ok {
				out.Items[at].More = append(out.Items[at].More, by[i.Flag.ID])
				continue
			}
			first[i.Flag.ProviderID] = len(out.Items)
			out.Items = append(out.Items, by[i.Flag.ID])
		}
		out.N = len(g.Items)
		if g.BrandID != "" && len(g.Items) > 1 {
			out.Name = out.Items[0].BrandName
			if out.Name == "" {
				out.Name = "One corporate group"
			}
		}
		v.Groups = append(v.Groups, out)
	}
}

// reviewLead says in one line what waits, as a chair would read it out.
func reviewLead(items []review.Item, now time.Time) (lead, says string) {
	c := review.Count(items, now)
	changed := 0
	for _, i := range items {
		if i.State.Waiting() && i.Changed && i.Flag.HeldBack == "" {
			changed++
		}
	}
	lead = words.Capital(words.SpellNumber(c.Unreviewed)) + " to review"
	if c.Unreviewed == 0 {
		return "Nothing waits for review.", "Every open flag has an owner, a decision or a day on which it comes back."
	}
	var parts []string
	for _, p := range []struct {
		n    int
		word string
	}{{c.ByState[review.New], "new"}, {changed, "changed"}, {c.ByState[review.Returned], "returned"}, {c.ByState[review.Regressed], "regressed"}, {c.Overdue, "overdue"}} {
		if p.n > 0 {
			parts = append(parts, words.Int(int64(p.n))+" "+p.word)
		}
	}
	lead += ": " + words.List(parts) + "."
	says = "The oldest has waited " + words.Age(c.OldestDays) + "."
	if c.OldestDays == 0 {
		says = "None has waited for a day yet."
	}
	return lead, says
}
