package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Cases is a file of examples that a panel member can read and check: given
// these indicators, these rules are met, clear or unknown.
type Cases struct {
	File  string
	Set   string // the set they are about
	Cases []Case
}

// Case is one example.
type Case struct {
	Name    string
	Story   string
	Unit    UnitKind
	Given   *Values
	Met     []string          // exactly these rules are met
	Clear   []string          // these are clear; others may be too
	Unknown []string          // these are unknown; others may be too
	Says    map[string]string // the sentence a met rule says
	Line    int
}

type casesDoc struct {
	Set   string    `yaml:"set"`
	Cases []caseDoc `yaml:"cases"`
}

type caseDoc struct {
	Name   string         `yaml:"name"`
	Story  string         `yaml:"story"`
	Unit   string         `yaml:"unit"`
	Given  map[string]any `yaml:"given"`
	Expect struct {
		Met     []string          `yaml:"met"`
		Clear   []string          `yaml:"clear"`
		Unknown []string          `yaml:"unknown"`
		Says    map[string]string `yaml:"says"`
	} `yaml:"expect"`
}

// ParseCases reads a file of examples. Values are numbers, a rating's name, or
// yes and no. Mistakes are returned together as [Errors].
func ParseCases(name string, src []byte) (*Cases, error) {
	var doc casesDoc
	p, bad := decode(name, src, &doc)
	if bad != nil {
		return nil, Errors{bad}
	}
	out := &Cases{File: name, Set: doc.Set}
	var errs Errors
	for i, d := range doc.Cases {
		path := fmt.Sprintf("$.cases[%d]", i)
		c := Case{Name: d.Name, Story: strings.TrimSpace(d.Story), Unit: UnitKind(d.Unit), Given: NewValues(),
			Met: d.Expect.Met, Clear: d.Expect.Clear, Unknown: d.Expect.Unknown, Says: d.Expect.Says}
		c.Line, _ = p.at(path)
		if d.Name == "" {
			errs = append(errs, p.err(path, "", "say in a few words what it shows", "the case has no name"))
		}
		if !in(c.Unit, UnitKinds()...) {
			errs = append(errs, p.err(path+".unit", "", "use "+orList(UnitKinds()), "%q is not a kind of unit", d.Unit))
		}
		for n, raw := range d.Given {
			v, ok := caseValue(raw)
			ind, known := Lookup(n)
			switch {
			case !known:
				errs = append(errs, p.err(path+".given."+n, "", "take the name from the indicator catalogue",
					"no indicator is called %q%s", n, suggest(n, indicatorNames(c.Unit))))
			case !ind.For(c.Unit):
				errs = append(errs, p.err(path+".given."+n, "", "give indicators of a "+d.Unit, "%s is not worked out for a %s", n, d.Unit))
			case !ok:
				errs = append(errs, p.err(path+".given."+n, "", "write a number, a rating, or yes or no", "%v is not a value of %s", raw, n))
			default:
				c.Given.SetAt(index[n], v)
			}
		}
		out.Cases = append(out.Cases, c)
	}
	if len(errs) > 0 {
		slices.SortStableFunc(errs, func(a, b *Error) int { return a.Line - b.Line })
		return nil, errs
	}
	return out, nil
}

func caseValue(raw any) (float64, bool) {
	switch v := raw.(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case string:
		for s := 1.0; s <= 4; s++ {
			if strings.EqualFold(v, RatingName(s)) {
				return s, true
			}
		}
		switch strings.ToLower(v) {
		case "yes":
			return 1, true
		case "no":
			return 0, true
		}
		return 0, false
	}
	return number(raw)
}

// Report is the result of running a file of examples.
type Report struct {
	Cases    int
	Failures []Failure
	Untested []string // rules that no case shows met
}

// Failure is one expectation that did not hold.
type Failure struct {
	Case string
	Line int
	Text string
}

// Test evaluates every case. A case passes when exactly the rules it lists as
// met are met, and those it lists as clear and unknown are so.
func (s *Set) Test(cs *Cases) Report {
	rep := Report{Cases: len(cs.Cases)}
	shown := map[string]bool{}
	for _, c := range cs.Cases {
		fail := func(format string, args ...any) {
			rep.Failures = append(rep.Failures, Failure{Case: c.Name, Line: c.Line, Text: fmt.Sprintf(format, args...)})
		}
		got := map[string]Hit{}
		for _, h := range s.Evaluate(c.Unit, c.Given) {
			got[h.Rule.ID] = h
			if h.Outcome == Met {
				shown[h.Rule.ID] = true
				if !slices.Contains(c.Met, h.Rule.ID) {
					fail("%s is met, and the case does not say so", h.Rule.ID)
				}
			}
		}
		for want, ids := range map[Outcome][]string{Met: c.Met, Clear: c.Clear, Unknown: c.Unknown} {
			for _, id := range ids {
				h, ok := got[id]
				switch {
				case !ok:
					fail("no rule about a %s is called %q", c.Unit, id)
				case h.Outcome != want && h.Outcome == Unknown:
					fail("%s is unknown, for want of %s; expected %s", id, joinList(h.Missing, "and"), want)
				case h.Outcome != want:
					fail("%s is %s; expected %s", id, h.Outcome, want)
				}
			}
		}
		for id, want := range c.Says {
			if r, ok := s.Rule(id); ok {
				if text := s.Sentence(r, c.Given, r.Facts(c.Given)); text != want {
					fail("%s says %q; expected %q", id, text, want)
				}
			} else {
				fail("no rule is called %q", id)
			}
		}
	}
	for _, r := range s.Rules {
		if !shown[r.ID] {
			rep.Untested = append(rep.Untested, r.ID)
		}
	}
	slices.SortStableFunc(rep.Failures, func(a, b Failure) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Text, b.Text)
	})
	return rep
}
