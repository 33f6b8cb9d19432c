package datapages

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"bellwether/dashboard/page"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
	"bellwether/ingest/identity"
	"bellwether/internal/access"
)

var _ page.Matches = identity.Book{}

// decided is one decision in the words of the page.
type decided struct {
	_    struct{} `class:"B"`
	ID   string
	Name string
	What string // means, does not mean, was open again
	Who  string // is meant
	By   string
	At   time.Time
	Why  string
}

// matchesView lists names that wait for somebody to say who is meant, or what was decided.
type matchesView struct {
	Lead        string
	State, Text string
	Rows        []read.Match
	Decided     []decided
	Pager       page.Pager
	Ignored     []string
	Off         bool
}

// States are the settings of the state filter.
func (matchesView) States() [][2]string {
	return [][2]string{{"proposed", "With a likely answer"}, {"all", "All that wait"}, {"decided", "Decided"}}
}

// openNames are the names that wait: those of the snapshot, less those that somebody has settled since, without candidates that the reader
// may not know of.
func openNames(q *page.Request) (list []read.Match, all, inForce []identity.Decision, err error) {
	ctx := q.R.Context()
	if list, err = q.Snapshot.Matches(ctx); err != nil {
		return nil, nil, nil, err
	}
	if all, err = q.Config.Matches.All(ctx); err != nil {
		return nil, nil, nil, err
	}
	if inForce, err = q.Config.Matches.InForce(ctx); err != nil {
		return nil, nil, nil, err
	}
	settled, refused := map[string]bool{}, map[string]bool{}
	for _, d := range inForce {
		if d.Action == identity.Accept {
			settled[d.ID()] = true
		} else {
			refused[d.ID()+" "+d.LocationID+" "+d.ProviderID] = true
		}
	}
	list = slices.DeleteFunc(list, func(m read.Match) bool { return settled[m.ID()] })
	seen := map[string]bool{}
	for i := range list {
		m := &list[i]
		var rest []read.Candidate
		for _, c := range m.Candidates {
			show, asked := seen[c.ProviderID]
			if !asked {
				d, err := q.May(access.View, access.ClassB, access.Match, c.ProviderID)
				if err != nil {
					return nil, nil, nil, err
				}
				show = d.Allow
				seen[c.ProviderID] = show
			}
			if show && !refused[m.ID()+" "+c.LocationID+" "+c.ProviderID] {
				rest = append(rest, c)
			}
		}
		m.Candidates = rest
	}
	return list, all, inForce, nil
}

func mayDecideMatches(q *page.Request) bool {
	return q.Config.Authorise(q.Subject, access.Review, access.Resource{Class: access.ClassB, Kind: access.Match}).Allow
}

// Matches lists the names that match no provider.
func Matches(q *page.Request) error {
	p := q.Params()
	v := matchesView{State: p.One("state", "proposed", "all", "decided"), Text: p.Text("q", 80)}
	here := page.To("Data", "/data")
	if q.Config.Matches == nil || q.Frame.Empty {
		v.Off, v.Lead = true, "Names that match no provider"
		return q.Page("matches", "Matches to confirm", v, here)
	}
	list, _, inForce, err := openNames(q)
	if err != nil {
		return err
	}
	records, likely := int64(0), 0
	for _, m := range list {
		records += m.Records
		if len(m.Candidates) > 0 {
			likely++
		}
	}
	v.Lead = words.Capital(words.Spell(len(list), "name")) + " of " + words.Plural(int(records), "record") + " match no provider; " + words.Spell(likely, "name") + map[bool]string{true: " has", false: " have"}[likely == 1] + " a likely answer."
	nth := p.Page()
	from := (nth - 1) * page.Size
	if v.State == "decided" {
		lines, err := decisions(q, inForce)
		if err != nil {
			return err
		}
		lines = slices.DeleteFunc(lines, func(d decided) bool { return !holds(d.Name, v.Text) })
		from = min(from, len(lines))
		v.Decided = lines[from:min(from+page.Size, len(lines))]
		v.Pager = q.Paging(int64(len(lines)), nth, page.Size, len(v.Decided), "decision")
	} else {
		list = slices.DeleteFunc(list, func(m read.Match) bool {
			return v.State == "proposed" && len(m.Candidates) == 0 || !holds(m.Name, v.Text)
		})
		from = min(from, len(list))
		v.Rows = list[from:min(from+page.Size, len(list))]
		v.Pager = q.Paging(int64(len(list)), nth, page.Size, len(v.Rows), "name")
	}
	v.Ignored = p.Ignored
	return q.Page("matches", "Matches to confirm", v, here)
}

func holds(name, text string) bool {
	return text == "" || strings.Contains(strings.ToLower(name), strings.ToLower(text))
}

// decisions puts decisions into words, newest first, without those about providers of which the reader may not know.
func decisions(q *page.Request, all []identity.Decision) ([]decided, error) {
	ctx := q.R.Context()
	names, err := q.Names(ctx)
	if err != nil {
		return nil, err
	}
	var out []decided
	for _, d := range all {
		line := decided{ID: d.ID(), Name: d.Name, By: d.By, At: d.At, Why: d.Why,
			What: map[identity.Action]string{identity.Accept: "means", identity.Reject: "does not mean", identity.Undo: "is open again"}[d.Action]}
		if n := names[d.By]; n != "" {
			line.By = n
		}
		if d.Action != identity.Undo {
			allowed, err := q.May(access.View, access.ClassB, access.Match, d.ProviderID)
			if err != nil {
				return nil, err
			}
			if !allowed.Allow {
				continue
			}
			id := d.LocationID
			if id == "" {
				id = d.ProviderID
			}
			line.Who = id
			if t, ok, err := q.Snapshot.MatchTarget(ctx, id); err != nil {
				return nil, err
			} else if ok {
				line.Who = t.Name + " (" + id + ")"
			}
		}
		out = append(out, line)
	}
	slices.SortStableFunc(out, func(a, b decided) int { return b.At.Compare(a.At) })
	return out, nil
}

// matchView is one name: what it may mean, what was decided about it, and the step that is about to be taken.
type matchView struct {
	Match     read.Match
	Waits     bool // the snapshot holds records under it, and nothing is decided
	History   []decided
	InForce   bool
	MayDecide bool
	Form      *page.Form
	// What is asked to confirm.
	Do     string
	Target read.Target
	Seen   string // how many decisions there were when the form was made
}

// theMatch is the name that the address means, waiting or decided.
func theMatch(q *page.Request) (v matchView, err error) {
	if q.Config.Matches == nil {
		return v, page.ErrNotFound
	}
	list, all, inForce, err := openNames(q)
	if err != nil {
		return v, err
	}
	id := q.R.PathValue("id")
	about := identity.About(all, id)
	if at := slices.IndexFunc(list, func(m read.Match) bool { return m.ID() == id }); at >= 0 {
		v.Match, v.Waits = list[at], true
	} else if len(about) > 0 {
		v.Match.Given = about[0].Given
	} else {
		return v, page.ErrNotFound
	}
	if v.History, err = decisions(q, about); err != nil {
		return v, err
	}
	v.InForce = len(identity.About(inForce, id)) > 0
	v.Seen, v.MayDecide = strconv.Itoa(len(about)), mayDecideMatches(q)
	return v, nil
}

func (v matchView) address() string { return "/data/matches/" + v.Match.ID() }

// Match is one such name with the providers that it may mean.
func Match(q *page.Request) error {
	v, err := theMatch(q)
	if err != nil {
		return err
	}
	return q.Page("match", "Who is meant", v, matchCrumbs()...)
}

// aim fills in what the form asks to confirm; what can't be is named beside its field.
func aim(q *page.Request, v *matchView, do, target string, f *page.Form) error {
	v.Form = f
	if v.Do = do; do == string(identity.Undo) {
		if !v.InForce {
			f.Refuse("do", "nothing is decided about this name, so there is nothing to take back")
		}
		return nil
	}
	if do != string(identity.Accept) && do != string(identity.Reject) {
		f.Refuse("do", "choose whether the name means it or not")
		return nil
	}
	t, ok, err := q.Snapshot.MatchTarget(q.R.Context(), target)
	if err != nil {
		return err
	}
	if !ok {
		f.Refuse("target", "choose a candidate, or give the id of a service or provider that the newest snapshot knows")
		return nil
	}
	d, err := q.May(access.Review, access.ClassB, access.Match, t.ProviderID)
	if err != nil {
		return err
	}
	if d.Hide {
		f.Refuse("target", "choose a candidate, or give the id of a service or provider that the newest snapshot knows")
		return nil
	}
	if !d.Allow {
		return q.Refuse(d, v.Match.ID())
	}
	v.Target = t
	return nil
}

// ConfirmMatch shows what is about to be recorded, and asks for the reason. It is posted to, so that what was typed stays out of addresses.
func ConfirmMatch(q *page.Request) error {
	f, err := q.Sent()
	if err != nil {
		return err
	}
	v, err := theMatch(q)
	if err != nil {
		return err
	}
	target := f.Get("target")
	if other := f.Get("other"); other != "" {
		target = words.Clip(other, 40)
	}
	if err := aim(q, &v, f.Get("do"), target, f); err != nil {
		return err
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return q.Page("match", "Who is meant", v, matchCrumbs()...)
	}
	v.Seen = f.Get("seen")
	return q.Page("match_confirm", "Check before you record it", v, append(matchCrumbs(), page.To("Who is meant", v.address()))...)
}

func matchCrumbs() []page.Step {
	return []page.Step{page.To("Data", "/data"), page.To("Matches to confirm", "/data/matches")}
}

// DecideMatch records the decision.
func DecideMatch(q *page.Request) error {
	f, err := q.Sent()
	if err != nil {
		return err
	}
	v, err := theMatch(q)
	if err != nil {
		return err
	}
	if f.Get("seen") != v.Seen {
		return &page.Problem{Status: http.StatusConflict, Title: "Somebody else has decided meanwhile", Says: "Nothing was recorded. Look at what was decided about the name since you opened it.", Next: []page.Step{page.To("Look at the name again", v.address())}}
	}
	if err := aim(q, &v, f.Get("do"), f.Get("target"), f); err != nil {
		return err
	}
	why := words.Clip(f.Get("why"), 500)
	if len(f.Errors) == 0 && why == "" {
		f.Refuse("why", "say what it rests on, for the next reader")
	}
	if len(f.Errors) > 0 {
		q.Status = http.StatusUnprocessableEntity
		return q.Page("match_confirm", "Check before you record it", v, append(matchCrumbs(), page.To("Who is meant", v.address()))...)
	}
	// What can't be audited isn't recorded either.
	if err := q.Record(access.ClassB, v.Match.ID(), true, "match_"+v.Do); err != nil {
		return err
	}
	_, err = q.Config.Matches.Decide(q.R.Context(), identity.Decision{By: q.Subject.UserID, Action: identity.Action(v.Do), Given: v.Match.Given, LocationID: v.Target.LocationID, ProviderID: v.Target.ProviderID, Why: why})
	if err != nil {
		return errors.Join(errors.New("the decision about a name could not be kept"), err)
	}
	says := map[string]string{"accept": "Recorded: the name means " + v.Target.Name + ".", "reject": "Recorded: the name does not mean " + v.Target.Name + ".", "undo": "Taken back: the name is open again."}[v.Do]
	return q.Done(says+" It holds from the next run on, for records already loaded too.", v.address())
}
