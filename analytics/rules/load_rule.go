package rules

import (
	"fmt"
	"math"
	"strings"
)

// rule checks and compiles the i-th rule. It reports every mistake it can see,
// not the first alone.
func (l *loader) rule(i int, d ruleDoc) {
	base := fmt.Sprintf("$.rules[%d]", i)
	bad := len(l.errs)
	fail := func(key, next, format string, args ...any) { l.fail(base+"."+key, d.ID, next, format, args...) }
	r := &Rule{ID: d.ID, Title: d.Title, FailureKind: FailureKind(d.FailureKind), Strength: Strength(d.Strength), Basis: Basis(d.Basis),
		Unit: UnitKind(d.Unit), Evidence: Family(d.Evidence), Needs: d.Needs, When: strings.TrimSpace(d.When), Starts: d.Starts,
		Measure: d.Measure, Observed: d.Observed, Signal: d.Signal, WindowWeeks: d.WindowWeeks, Asks: strings.TrimSpace(d.Asks),
		Covers: d.Covers, Second: Support(d.Second), Supports: d.Supports == nil || *d.Supports}
	r.Line, _ = l.at(base)

	if !ruleIDForm.MatchString(d.ID) {
		fail("id", "use small letters, digits and underscores", "the rule needs an id, not %q", d.ID)
	} else if prev, dup := l.set.byID[d.ID]; dup {
		fail("id", "rename one of them", "the id is already used on line %d", prev.Line)
	}
	if d.Title == "" {
		fail("title", "say in a few words what it looks for", "the rule has no title")
	}
	level, ok := ParseLevel(d.Level)
	if !ok || level == MarketManagement {
		fail("level", "use one of "+orList(levelNames[1:]), "%q is not a level that a rule can propose", d.Level)
	}
	r.Level = level
	if !in(r.Strength, Hard, Soft) {
		fail("strength", "use hard or soft", "%q is not a strength", d.Strength)
	}
	if !in(r.Basis, Cited, Local) {
		fail("basis", "use cited only where a text sets this trigger for this purpose, else local", "%q is not a basis", d.Basis)
	}
	if !in(r.Unit, UnitKinds()...) {
		fail("unit", "use "+orList(UnitKinds()), "%q is not a kind of unit", d.Unit)
	}
	if !in(r.Evidence, Families()...) {
		fail("evidence", "use "+orList(Families()), "%q is not an evidence family", d.Evidence)
	}
	l.citation(fail, r, d.Citation)
	l.failure(fail, r)
	l.secondSource(fail, r, d)
	l.standing(fail, r, d)
	l.shown(fail, r, d)
	if in(r.Unit, UnitKinds()...) {
		l.expression(base, fail, r, d)
	}
	if len(l.errs) == bad {
		l.set.Rules = append(l.set.Rules, r)
		l.set.byID[r.ID] = r
		l.set.byUnit[r.Unit] = append(l.set.byUnit[r.Unit], r)
	}
}

// covers checks, once every rule is read, that the weaker rules exist and are
// about the same kind of unit and source, at the same level or below.
func (l *loader) covers() {
	for i, r := range l.set.Rules {
		for j, id := range r.Covers {
			path := fmt.Sprintf("$.rules[%d].covers[%d]", i, j)
			w, ok := l.set.byID[id]
			switch {
			case !ok:
				l.fail(path, r.ID, "name a rule of this set", "no rule is called %q", id)
			case w == r || w.Unit != r.Unit || w.Evidence != r.Evidence || w.Level > r.Level:
				l.fail(path, r.ID, "cover only weaker rules about the same thing", "%s is not a weaker rule of the same unit and evidence", id)
			}
		}
	}
}

type failFunc func(key, next, format string, args ...any)

func (l *loader) citation(fail failFunc, r *Rule, c *citationDoc) {
	if c != nil {
		r.Citation = Citation{Document: c.Document, Clause: c.Clause, URL: c.URL, Sets: c.Sets, Reading: c.Reading}
		if c.Document == "" {
			fail("citation", "name the document", "the citation has no document")
		}
	}
	if r.Strength == Hard && r.Citation.Document == "" {
		fail("citation", "cite the text or make the rule soft", "a hard rule fires alone and must name the text it rests on")
	}
	if r.Basis == Cited && (r.Citation.Document == "" || r.Citation.Sets == "") {
		fail("citation", "say in sets what the text uses the trigger for, or call the basis local",
			"a cited rule must name the document and what it sets the trigger for")
	}
}

func (l *loader) failure(fail failFunc, r *Rule) {
	if r.Level != ProviderFailure {
		if r.FailureKind != NoFailure {
			fail("failure_kind", "take it out", "failure_kind belongs to the level %s alone", failureWords)
		}
		return
	}
	switch r.FailureKind {
	case FailureRisk:
	case FailureEvent:
		if r.Strength != Hard || r.Basis != Cited {
			fail("failure_kind", "make it a risk", "a failure event is named by a text or a person: the rule must be hard and cited")
		}
	default:
		fail("failure_kind", "use risk for contingency planning, event for a named event", "the level %s needs a failure_kind", failureWords)
	}
}

func (l *loader) secondSource(fail failFunc, r *Rule, d ruleDoc) {
	if r.Strength == Hard {
		if d.Second != "" {
			fail("second_source", "take it out", "a hard rule fires alone and has no second source")
		}
		return
	}
	if r.Second == "" {
		r.Second = AnySignal
	}
	if !in(r.Second, AnySignal, StandingFlag) {
		fail("second_source", "use any or standing", "%q is not a kind of second source", d.Second)
	}
	if r.Evidence == Group {
		if r.Second != StandingFlag {
			fail("second_source", "write second_source: standing", "what happens at other homes of a group only adds to a flag that stands on its own")
		}
		r.Supports = false
	}
}

func (l *loader) standing(fail failFunc, r *Rule, d ruleDoc) {
	for i, s := range r.Starts {
		ind, ok := Lookup(s)
		switch {
		case !ok:
			fail(fmt.Sprintf("starts[%d]", i), "name an indicator in days", "no indicator is called %q%s", s, suggest(s, indicatorNames(r.Unit)))
		case ind.Kind != Days || !ind.For(r.Unit):
			fail(fmt.Sprintf("starts[%d]", i), "name one in days for a "+string(r.Unit), "%s cannot say when the fact began", s)
		}
	}
	if !r.Standing() {
		if d.LastsDays != nil || d.AfterDays != nil {
			fail("lasts_days", "say in starts when the fact began", "lasts_days and after_days need starts")
		}
		return
	}
	if after, ok := l.amount(fail, "after_days", d.AfterDays); ok {
		r.AfterDays = int(after)
		if r.AfterDays < 0 || r.AfterDays > 3650 {
			fail("after_days", "correct the number", "after_days is %d; it must be from 0 to 3650", r.AfterDays)
		}
	}
	r.LastsDays = l.set.Policy.EventWindowDays
	if d.LastsDays != nil {
		r.LastsDays = *d.LastsDays
		if r.LastsDays < 7 || r.LastsDays > 3650 {
			fail("lasts_days", "correct the number", "lasts_days is %d; it must be from 7 to 3650", r.LastsDays)
		}
	}
}

// shown checks what is shown beside a flag: observed value, threshold, window.
func (l *loader) shown(fail failFunc, r *Rule, d ruleDoc) {
	if r.Observed != "" {
		if ind, ok := Lookup(r.Observed); !ok || !ind.For(r.Unit) {
			fail("observed", "name an indicator of a "+string(r.Unit), "no such indicator: %q%s", r.Observed, suggest(r.Observed, indicatorNames(r.Unit)))
		}
		if r.Measure == "" {
			fail("measure", "say in words what is observed", "observed is given without measure")
		}
	}
	if v, ok := l.amount(fail, "threshold", d.Threshold); ok {
		r.Threshold = &v
	}
	if r.Signal != "" && !signalForm.MatchString(r.Signal) {
		fail("signal", "for example funnel/concerns or scan/concerns", "%q is not a signal", r.Signal)
	}
	if r.WindowWeeks < 0 || r.WindowWeeks > 520 {
		fail("window_weeks", "correct the number", "window_weeks is %d; it must be from 0 to 520", r.WindowWeeks)
	}
}

// amount reads a number that may be written as the name of a constant. ok is
// false when it is not given or wrong.
func (l *loader) amount(fail failFunc, key string, given any) (float64, bool) {
	if given == nil {
		return 0, false
	}
	if name, isName := given.(string); isName {
		v, ok := l.set.Constants[name]
		if !ok {
			fail(key, "write a number or the name of a constant", "no constant is called %q", name)
		}
		return v, ok
	}
	v, ok := number(given)
	if !ok {
		fail(key, "write a number or the name of a constant", "%s is not a number", key)
	}
	return v, ok
}

func (l *loader) expression(base string, fail failFunc, r *Rule, d ruleDoc) {
	c := l.envs[r.Unit]
	if r.When == "" {
		fail("when", "write an expression over the indicators", "the rule has no condition")
		return
	}
	prog, uses, bad := c.compile(d.When)
	if bad != nil {
		e := l.err(base+".when", r.ID, bad.next, "%s", bad.msg)
		e.Line, e.Column = l.inside(base+".when", bad.offset)
		l.errs = append(l.errs, e)
		return
	}
	r.prog, r.Uses = prog, uses
	for _, u := range uses {
		if ind, _ := Lookup(u); r.FailureKind == FailureEvent && ind.Statistical() {
			fail("when", "use a recorded event instead", "a failure event is never inferred from statistics, and %s is one", u)
		}
	}
	for key, text := range map[string]string{"says": d.Says, "clears_when": d.ClearsWhen} {
		if strings.TrimSpace(text) == "" {
			fail(key, "write one plain sentence", "the rule has no %s", key)
			continue
		}
		t, offset, err := parseTemplate(text, r.Unit, l.set.Constants)
		if err != nil {
			e := l.err(base+"."+key, r.ID, err.Next, "%s", err.Msg)
			e.Line, e.Column = l.inside(base+"."+key, offset)
			l.errs = append(l.errs, e)
			continue
		}
		if key == "says" {
			r.Says = t
		} else {
			r.Clears = t
		}
	}
}

// number converts what the YAML reader makes of a number.
func number(v any) (float64, bool) {
	var f float64
	switch n := v.(type) {
	case uint64:
		f = float64(n)
	case int64:
		f = float64(n)
	case int:
		f = float64(n)
	case float64:
		f = n
	default:
		return 0, false
	}
	return f, !math.IsNaN(f) && !math.IsInf(f, 0)
}
