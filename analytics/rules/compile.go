package rules

import (
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
)

// compiler type-checks expressions about one kind of unit. Only that kind's
// indicators and the set's constants are declared, all of them doubles.
type compiler struct {
	env       *cel.Env
	unit      UnitKind
	constants []string
}

func newCompiler(k UnitKind, constants map[string]float64) (*compiler, error) {
	opts := []cel.EnvOption{cel.ClearMacros()} // no loops: an expression is a bounded amount of work
	for _, n := range indicatorNames(k) {
		opts = append(opts, cel.Variable(n, cel.DoubleType))
	}
	c := &compiler{unit: k}
	for n, v := range constants {
		c.constants = append(c.constants, n)
		opts = append(opts, cel.Constant(n, cel.DoubleType, types.Double(v)))
	}
	slices.Sort(c.constants)
	env, err := cel.NewEnv(opts...)
	c.env = env
	return c, err
}

// mistake is an error inside an expression: where, counted in characters from
// its start, and what.
type mistake struct {
	offset int
	msg    string
	next   string
}

var undeclared = regexp.MustCompile(`undeclared reference to '([^']+)'`)

// compile checks an expression and returns its program and the indicators it
// names, in catalogue order.
func (c *compiler) compile(expr string) (*program, []string, *mistake) {
	checked, iss := c.env.Compile(expr)
	if iss != nil && len(iss.Errors()) > 0 {
		e := iss.Errors()[0]
		m := &mistake{msg: e.Message, offset: offsetOf(expr, e.Location.Line(), e.Location.Column())}
		c.explain(m)
		return nil, nil, m
	}
	if checked.OutputType() != cel.BoolType {
		return nil, nil, &mistake{msg: "the condition gives a " + checked.OutputType().String() + ", not yes or no",
			next: "compare it with a limit"}
	}
	uses := map[string]bool{}
	for _, ref := range checked.NativeRep().ReferenceMap() {
		if _, ok := index[ref.Name]; ok {
			uses[ref.Name] = true
		}
	}
	if len(uses) == 0 {
		return nil, nil, &mistake{msg: "the condition names no indicator", next: "name at least one"}
	}
	p := &program{}
	var err error
	if p.whole, err = c.env.Program(checked, cel.EvalOptions(cel.OptOptimize)); err == nil {
		p.partial, err = c.env.Program(checked, cel.EvalOptions(cel.OptOptimize, cel.OptPartialEval))
	}
	if err != nil {
		return nil, nil, &mistake{msg: err.Error(), next: "simplify the expression"}
	}
	var names []string
	for i, ind := range catalogue {
		if uses[ind.Name] {
			names = append(names, ind.Name)
			p.refs = append(p.refs, i)
			p.patterns = append(p.patterns, cel.AttributePattern(ind.Name))
		}
	}
	return p, names, nil
}

// explain replaces the type checker's words by ones that name the next step.
func (c *compiler) explain(m *mistake) {
	if w := undeclared.FindStringSubmatch(m.msg); w != nil {
		name := w[1]
		if ind, ok := Lookup(name); ok {
			m.msg = name + " is worked out for a " + orList(ind.Units) + ", and this rule is about a " + string(c.unit)
			m.next = "use an indicator of a " + string(c.unit) + ", or change the rule's unit"
			return
		}
		m.msg = "nothing is called " + quote(name) + suggest(name, append(indicatorNames(c.unit), c.constants...))
		m.next = "take the name from the indicator catalogue"
		return
	}
	if strings.Contains(m.msg, "found no matching overload") && strings.Contains(m.msg, "int") {
		m.msg = "a whole number cannot be compared with an indicator"
		m.next = "write it with a decimal point, for example 2.0"
		return
	}
	if m.next == "" {
		m.next = "correct the expression"
	}
}

// offsetOf turns the checker's line (from 1) and column (from 0) into an offset.
func offsetOf(expr string, line, column int) int {
	off := 0
	for ; line > 1; line-- {
		i := strings.IndexByte(expr[off:], '\n')
		if i < 0 {
			break
		}
		off += i + 1
	}
	return off + column
}
