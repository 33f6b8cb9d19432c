package rules

import (
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/operators"
	"cel.dev/cel-go/common/types"
)

// InWords writes a rule's condition as one sentence for people who read no expressions: each indicator by what the catalogue says it is,
// each limit in its own unit. A condition that can't be put into words is given as it is written.
func (s *Set) InWords(r *Rule) string {
	env, err := cel.NewEnv(cel.ClearMacros())
	if err != nil {
		return "When " + r.When
	}
	parsed, iss := env.Parse(r.When)
	if iss != nil && iss.Err() != nil {
		return "When " + r.When
	}
	w := speaker{s.Constants}
	said, ok := w.condition(parsed.NativeRep().Expr(), true)
	if !ok {
		return "When " + r.When
	}
	return "When " + said + "."
}

// speaker puts expressions into words.
type speaker struct{ constants map[string]float64 }

// condition says what must hold. Parts of the outermost condition are told apart by semicolons.
func (w speaker) condition(e ast.Expr, outermost bool) (string, bool) {
	if e.Kind() != ast.CallKind {
		return "", false
	}
	c := e.AsCall()
	switch c.FunctionName() {
	case operators.LogicalAnd, operators.LogicalOr:
		var parts []string
		for _, a := range w.flatten(e, c.FunctionName()) {
			said, ok := w.condition(a, false)
			if !ok {
				return "", false
			}
			parts = append(parts, said)
		}
		switch {
		case c.FunctionName() == operators.LogicalOr:
			return "either " + strings.Join(parts, ", or "), true
		case outermost:
			return strings.Join(parts, "; and "), true
		}
		return strings.Join(parts, " while "), true
	case operators.LogicalNot:
		said, ok := w.condition(c.Args()[0], false)
		return "it is not so that " + said, ok
	}
	if len(c.Args()) != 2 {
		return "", false
	}
	return w.comparison(c.FunctionName(), c.Args()[0], c.Args()[1])
}

// flatten lists the operands of a chain of one operator.
func (w speaker) flatten(e ast.Expr, operator string) []ast.Expr {
	if e.Kind() != ast.CallKind || e.AsCall().FunctionName() != operator {
		return []ast.Expr{e}
	}
	var out []ast.Expr
	for _, a := range e.AsCall().Args() {
		out = append(out, w.flatten(a, operator)...)
	}
	return out
}

// comparison says how something is held against something else.
func (w speaker) comparison(sign string, left, right ast.Expr) (string, bool) {
	limit, number := w.number(right) // rules are written with what is measured on the left
	if left.Kind() == ast.IdentKind && number {
		if ind, known := Lookup(left.AsIdent()); known {
			return held(ind, sign, limit)
		}
	}
	a, ok := w.amount(left)
	if !ok {
		return "", false
	}
	b, ok := w.amount(right)
	if !ok {
		return "", false
	}
	if number {
		b = Figures(limit)
	}
	how, ok := map[string]string{operators.GreaterEquals: "at least", operators.Greater: "more than", operators.LessEquals: "at most", operators.Less: "less than", operators.Equals: "exactly"}[sign]
	is := " is "
	if strings.Contains(a, ", ") {
		is = ", is "
	}
	return a + is + how + " " + b, ok
}

// held says one indicator against its limit, in the indicator's own unit.
func held(ind Indicator, sign string, limit float64) (string, bool) {
	what := subject(ind)
	if ind.Kind == YesNo && sign == operators.Equals {
		fact, isFact := strings.CutPrefix(what, "whether ")
		if isFact && limit == 0 {
			return "it is not so that " + fact, true
		}
		return fact, isFact
	}
	switch ind.Kind {
	case Rating:
		how, ok := map[string]string{operators.Equals: "", operators.LessEquals: " or worse", operators.GreaterEquals: " or better"}[sign]
		return what + " is " + RatingName(limit) + how, ok
	case Step:
		return step(what, sign, limit)
	case Share:
		return bound(what+": ", sign, Figures(100*limit)+"%", "less")
	case Days:
		since, dated := strings.CutPrefix(what, "days since ")
		if dated && sign == operators.GreaterEquals && limit == 0 {
			return since, true
		}
		for _, verb := range []string{" is", " are"} {
			if late, by := strings.CutPrefix(what, "days by which "); by && strings.HasSuffix(late, verb+" overdue") {
				return bound(late+" by ", sign, DaysText(limit), "less")
			}
		}
		of, counts := strings.CutPrefix(what, "days ")
		if counts {
			said, ok := bound("", sign, DaysText(limit), "less")
			return said + " " + of, ok
		}
	case Count:
		for _, odd := range []string{"most ", "of those, "} {
			what = strings.TrimPrefix(what, odd)
		}
		said, ok := bound("", sign, Figures(limit), "fewer")
		return said + " " + what, ok
	}
	return bound(what+": ", sign, Figures(limit), "less")
}

// bound says a limit; less is the word for what lies below it.
func bound(before, sign, limit, less string) (string, bool) {
	how, ok := map[string]string{operators.GreaterEquals: limit + " or more", operators.Greater: "more than " + limit, operators.LessEquals: limit + " or " + less, operators.Less: less + " than " + limit, operators.Equals: limit}[sign]
	return before + how, ok
}

// step says a direction against a limit.
func step(what, sign string, limit float64) (string, bool) {
	switch {
	case sign == operators.Less && limit == 1:
		return what + " is not upwards", true
	case sign == operators.Less && limit == 0, sign == operators.Equals && limit == -1:
		return what + " is downwards", true
	case sign == operators.Greater && limit == 0, sign == operators.GreaterEquals && limit == 1, sign == operators.Equals && limit == 1:
		return what + " is upwards", true
	}
	return "", false
}

// subject is what an indicator is, to stand within a sentence.
func subject(ind Indicator) string {
	doc, _, _ := strings.Cut(strings.TrimSuffix(ind.Doc, "."), ";")
	doc, _, _ = strings.Cut(doc, ". ")
	if len(doc) > 1 && strings.ToLower(doc[1:2]) == doc[1:2] {
		doc = strings.ToLower(doc[:1]) + doc[1:]
	}
	return doc
}

// number gives a constant's or a literal's value.
func (w speaker) number(e ast.Expr) (float64, bool) {
	switch e.Kind() {
	case ast.LiteralKind:
		v, ok := e.AsLiteral().(types.Double)
		return float64(v), ok
	case ast.IdentKind:
		v, ok := w.constants[e.AsIdent()]
		return v, ok
	case ast.CallKind:
		c := e.AsCall()
		if c.FunctionName() == operators.Multiply && len(c.Args()) == 2 {
			a, ok := w.number(c.Args()[0])
			b, also := w.number(c.Args()[1])
			return a * b, ok && also
		}
		if c.FunctionName() == operators.Negate && len(c.Args()) == 1 {
			a, ok := w.number(c.Args()[0])
			return -a, ok
		}
	}
	return 0, false
}

// amount says a sum, a difference or a multiple of indicators.
func (w speaker) amount(e ast.Expr) (string, bool) {
	if n, ok := w.number(e); ok {
		return Figures(n), true
	}
	if e.Kind() == ast.IdentKind {
		ind, known := Lookup(e.AsIdent())
		return subject(ind), known
	}
	if e.Kind() != ast.CallKind || len(e.AsCall().Args()) != 2 {
		return "", false
	}
	if times, rest := w.multiple(e); rest != nil && times != 1 {
		said, ok := w.amount(rest)
		return Figures(times) + " times " + said, ok
	}
	join, ok := map[string]string{operators.Add: ", added to ", operators.Subtract: ", less "}[e.AsCall().FunctionName()]
	if !ok {
		return "", false
	}
	a, ok := w.amount(e.AsCall().Args()[0])
	b, also := w.amount(e.AsCall().Args()[1])
	return a + join + b, ok && also
}

// multiple splits a product into its number and the one thing that isn't a number; rest is nil where there is none or more than one.
func (w speaker) multiple(e ast.Expr) (times float64, rest ast.Expr) {
	times = 1
	for _, f := range w.flatten(e, operators.Multiply) {
		n, ok := w.number(f)
		switch {
		case ok:
			times *= n
		case rest != nil:
			return 1, nil
		default:
			rest = f
		}
	}
	if rest == e {
		return 1, nil
	}
	return times, rest
}
