package rules

import (
	"slices"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// program is a compiled expression with what it needs to say which indicators
// are missing. It is planned twice: looking for missing indicators makes every
// evaluation slower, and most looks have none.
type program struct {
	whole    cel.Program // when everything it names is known
	partial  cel.Program // when something is missing
	refs     []int       // positions in the catalogue
	patterns []*cel.AttributePatternType
}

// Hit is one rule's outcome at one look.
type Hit struct {
	Rule    *Rule
	Outcome Outcome
	// Missing names the indicators that the answer depends on and that are not
	// known, sorted; empty unless the outcome is Unknown.
	Missing []string
}

// Evaluator evaluates a set's rules again and again without setting up
// anything. One goroutine may use it at a time.
type Evaluator struct {
	set *Set
	act activation
	// unknown is reused for the patterns of one evaluation.
	unknown []*cel.AttributePatternType
	// last remembers, rule by rule, what went in and what came out: from one
	// week to the next most of what a rule looks at does not change.
	last map[*Rule]*memory
}

// memory is a rule's latest evaluation.
type memory struct {
	num   []float64
	known []bool
	hit   Hit
}

// same reports whether the rule's inputs are what they were, and takes note of
// them if not.
func (m *memory) same(p *program, v *Values) bool {
	same := m.num != nil
	if !same {
		m.num, m.known = make([]float64, len(p.refs)), make([]bool, len(p.refs))
	}
	for i, ref := range p.refs {
		if m.num[i] != v.num[ref] || m.known[i] != v.known[ref] {
			m.num[i], m.known[i], same = v.num[ref], v.known[ref], false
		}
	}
	return same
}

// NewEvaluator returns an evaluator for the set.
func (s *Set) NewEvaluator() *Evaluator {
	return &Evaluator{set: s, last: map[*Rule]*memory{}, unknown: make([]*cel.AttributePatternType, 0, 8)}
}

// Evaluate returns the outcome of every rule about units of kind k, in the
// order of the file.
func (s *Set) Evaluate(k UnitKind, v *Values) []Hit {
	e := s.pool.Get().(*Evaluator)
	defer s.pool.Put(e)
	return e.Append(make([]Hit, 0, len(s.byUnit[k])), k, v)
}

// Append evaluates every rule about units of kind k and appends the outcomes to
// dst, in the order of the file.
func (e *Evaluator) Append(dst []Hit, k UnitKind, v *Values) []Hit {
	for _, r := range e.set.byUnit[k] {
		dst = append(dst, e.Rule(r, v))
	}
	return dst
}

// Rule evaluates one rule. A standing rule whose fact is true but whose start
// is not known is unknown, and one whose fact is older than it counts for is
// clear.
func (e *Evaluator) Rule(r *Rule, v *Values) Hit {
	h := e.expression(r, v)
	if h.Outcome != Met || !r.Standing() {
		return h
	}
	days, ok := r.StartedDays(v)
	switch {
	case !ok:
		h.Outcome, h.Missing = Unknown, r.Starts
	case days > float64(r.LastsDays):
		h.Outcome = Clear
	}
	return h
}

// StartedDays returns how many days before the look a standing rule's fact
// began to count, by the first of its starts that is known. ok is false when
// none is.
func (r *Rule) StartedDays(v *Values) (days float64, ok bool) {
	for _, s := range r.Starts {
		if d, known := v.Get(s); known {
			return max(d-float64(r.AfterDays), 0), true
		}
	}
	return 0, false
}

func (e *Evaluator) expression(r *Rule, v *Values) Hit {
	m := e.last[r]
	if m == nil {
		m = &memory{}
		e.last[r] = m
	}
	if !m.same(r.prog, v) {
		m.hit = e.evaluate(r, v)
	}
	return m.hit
}

func (e *Evaluator) evaluate(r *Rule, v *Values) Hit {
	p := r.prog
	e.unknown = e.unknown[:0]
	for i, ref := range p.refs {
		if !v.known[ref] {
			e.unknown = append(e.unknown, p.patterns[i])
		}
	}
	e.act.values = v
	var vars any = &e.act
	prog := p.whole
	if len(e.unknown) > 0 {
		partial, err := cel.PartialVars(&e.act, e.unknown...)
		if err != nil {
			return Hit{Rule: r, Outcome: Unknown, Missing: r.Uses}
		}
		vars, prog = partial, p.partial
	}
	out, _, err := prog.Eval(vars)
	switch {
	case err != nil: // an arithmetic error, which has no answer
		return Hit{Rule: r, Outcome: Unknown, Missing: r.Uses}
	case out == types.True:
		return Hit{Rule: r, Outcome: Met}
	case out == types.False:
		return Hit{Rule: r, Outcome: Clear}
	}
	h := Hit{Rule: r, Outcome: Unknown}
	if u, ok := out.(*types.Unknown); ok {
		h.Missing = missing(u)
	}
	return h
}

// missing lists the variables that made a result unknown.
func missing(u *types.Unknown) []string {
	var names []string
	for _, id := range u.IDs() {
		trails, _ := u.GetAttributeTrails(id)
		for _, t := range trails {
			if !slices.Contains(names, t.Variable()) {
				names = append(names, t.Variable())
			}
		}
	}
	slices.Sort(names)
	return names
}

// activation hands values to CEL by name.
type activation struct{ values *Values }

var _ cel.Activation = (*activation)(nil)

// ResolveName implements cel.Activation.
func (a *activation) ResolveName(name string) (any, bool) {
	i, ok := index[name]
	if !ok || !a.values.known[i] {
		return nil, false
	}
	return types.Double(a.values.num[i]), true
}

// Parent implements cel.Activation.
func (a *activation) Parent() cel.Activation { return nil }
