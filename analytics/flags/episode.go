package flags

import (
	"slices"

	"bellwether/analytics/rules"
)

// unit is what an episode keeps of the unit it is about.
type unit struct {
	kind      rules.UnitKind
	id        string
	brand     string
	coverage  string
	incidents map[rules.Family][]event
}

type event struct {
	key string
	on  day
}

func (u *unit) location() string {
	if u.kind == rules.UnitLocation {
		return u.id
	}
	return ""
}

// place is what the unit is called in a flag's id.
func (u *unit) place() string {
	if u.kind == rules.UnitProvider {
		return ""
	}
	return u.id
}

// episode is one stretch of time in which a rule holds for a unit.
type episode struct {
	rule    *rules.Rule
	unit    *unit
	start   day // the fact's own date, or the first look that met the rule
	met     []span
	cleared day       // 0 while it lasts
	last    Look      // that met the rule; let go once said is known
	said    Statement // what the rule said about that look
}

func (e *episode) end() day {
	if e.cleared == 0 {
		return never
	}
	return e.cleared
}

func (e *episode) lastMet() day { return e.met[len(e.met)-1].to }

// meets records a look that meets the rule.
func (e *episode) meets(at day, l Look) {
	if n := len(e.met); n > 0 && e.met[n-1].to == at-7 {
		e.met[n-1].to = at
	} else {
		e.met = append(e.met, span{at, at})
	}
	e.last = l
}

// folder folds one rule's outcomes, look by look, into episodes.
type folder struct {
	rule    *rules.Rule
	unit    *unit
	clear   int // clear looks in a row, so many weeks
	before  day // the previous look
	current *episode
	done    []*episode
}

func (f *folder) look(at day, h rules.Hit, l Look, clearWeeks int) {
	if f.before != 0 && at != f.before+7 {
		f.clear = 0 // a week without a look is not a clear one
	}
	f.before = at
	switch h.Outcome {
	case rules.Unknown:
		f.clear = 0
	case rules.Met:
		f.clear = 0
		if f.current == nil {
			f.current = &episode{rule: f.rule, unit: f.unit, start: f.begins(at, l)}
		}
		f.current.meets(at, l)
	case rules.Clear:
		if l.running() {
			return // the week may yet bring what meets it: nothing clears early
		}
		if f.clear++; f.current != nil && f.clear >= clearWeeks {
			f.current.cleared = at
			f.done = append(f.done, f.current)
			f.current = nil
		}
	}
}

// begins gives the start of an episode: a standing fact's own date, unless that
// falls in an episode that is over, when the fact has come back.
func (f *folder) begins(at day, l Look) day {
	days, ok := f.rule.StartedDays(l.Values)
	if !ok || !f.rule.Standing() {
		return at
	}
	start := l.end() - day(min(days, 36500))
	if n := len(f.done); n > 0 && start <= f.done[n-1].cleared {
		return at
	}
	return start
}

// fold evaluates every rule at every look of a unit and returns the episodes
// and the outcomes at the last look.
func fold(set *rules.Set, e *rules.Evaluator, u Unit) (episodes []*episode, latest []rules.Hit) {
	looks := slices.Clone(u.Looks)
	slices.SortFunc(looks, func(a, b Look) int { return a.Week.Compare(b.Week) })
	about := &unit{kind: u.Kind, id: u.ID, brand: u.BrandID}
	if len(u.Incidents) > 0 {
		about.incidents = map[rules.Family][]event{}
		for _, i := range u.Incidents {
			about.incidents[i.Family] = append(about.incidents[i.Family], event{i.Key, dayOf(i.On)})
		}
	}
	rs := set.RulesFor(u.Kind)
	folders := make([]folder, len(rs))
	for i, r := range rs {
		folders[i] = folder{rule: r, unit: about}
	}
	nothing := rules.NewValues()
	for _, l := range looks {
		if l.Values == nil {
			l.Values = nothing
		}
		latest = e.Append(latest[:0], u.Kind, l.Values)
		for i := range folders {
			folders[i].look(l.sunday(), latest[i], l, set.Policy.ClearWeeks)
		}
	}
	if len(looks) > 0 {
		last := looks[len(looks)-1].Values
		if last == nil {
			last = nothing
		}
		about.coverage = coverage(u.Kind, last)
	}
	for _, f := range folders {
		episodes = append(episodes, f.done...)
		if f.current != nil {
			if u.Ended {
				f.current.cleared = f.before
			}
			episodes = append(episodes, f.current)
		}
	}
	for _, ep := range episodes { // a country's looks would fill the memory many times over, and the caller may use its values again
		ep.said, ep.last = Describe(set, ep.rule, ep.last), Look{Week: ep.last.Week}
	}
	return episodes, latest
}

// coverage says which feeds spoke about a unit and which did not.
func coverage(k rules.UnitKind, v *rules.Values) string {
	spoke := v.Speaking()
	var yes, no []string
	for _, f := range rules.FamiliesFor(k) {
		if slices.Contains(spoke, f) {
			yes = append(yes, f.Title())
		} else {
			no = append(no, f.Title())
		}
	}
	s := "Nothing is known from any source."
	if len(yes) > 0 {
		s = "Known from: " + join(yes) + "."
	}
	if len(no) > 0 && len(yes) > 0 {
		s += " Silent: " + join(no) + "; silence is not reassurance."
	}
	return s
}
