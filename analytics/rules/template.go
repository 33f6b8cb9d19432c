package rules

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Template is a sentence with places for numbers.
//
//	{concerns_12w}              the value, written as its kind is: counts below ten in words
//	{concerns_12w:n}            in figures; {x:1} with one decimal; {x:words}; {x:percent}; {x:days}; {x:rating}
//	{usual_low:ceil}            the next whole number up, at least 0; {x:floor} the next one down
//	{concerns_12w?one|several}  the first word when the value is 1, else the second
//	{concerns_12w:clear}        the highest value at which the rule would be clear, all else equal
//	[[ where {expected:1} were expected ]]   left out unless everything in it is known
//
// Besides indicators and constants it may name expected, usual_low, usual_high,
// observed, threshold, one_in, window_weeks, clear_weeks and corroboration_weeks.
type Template struct {
	text  string
	parts []part
}

// String returns the template as it was written.
func (t *Template) String() string { return t.text }

type part struct {
	text string // literal, when name is empty and group is nil
	name string
	form string
	one  string // the two words of a {x?one|many}
	many string
	opts []part // an optional group
}

// Facts are the numbers around a rule's indicators that a sentence may use.
// Fields are unknown unless set.
type Facts struct {
	Expected, UsualLow, UsualHigh, Observed, Threshold Number
	OneIn                                              int64 // 0 = not given
	WindowWeeks                                        int   // 0 = the rule's own
}

// Number is a value that may be unknown.
type Number struct {
	Value float64
	OK    bool
}

// Known returns a known number.
func Known(x float64) Number { return Number{Value: x, OK: true} }

var extraNames = []string{"expected", "usual_low", "usual_high", "observed", "threshold", "one_in",
	"window_weeks", "clear_weeks", "corroboration_weeks"}

var forms = []string{"", "n", "1", "words", "percent", "chance", "days", "rating", "clear", "ceil", "floor"}

// parseTemplate reads a template; on a mistake it gives its offset in text.
func parseTemplate(text string, k UnitKind, constants map[string]float64) (*Template, int, *Error) {
	s := strings.TrimSpace(text)
	lead := strings.Index(text, s)
	t := &Template{text: s}
	var parse func(from, to int, grouped bool) ([]part, int, *Error)
	parse = func(from, to int, grouped bool) ([]part, int, *Error) {
		var out []part
		for i := from; i < to; {
			switch {
			case strings.HasPrefix(s[i:], "[["):
				end := strings.Index(s[i:to], "]]")
				if grouped || end < 0 {
					return nil, i, &Error{Msg: "[[ without its own ]]", Next: "close it; groups do not nest"}
				}
				inner, at, err := parse(i+2, i+end, true)
				if err != nil {
					return nil, at, err
				}
				out = append(out, part{opts: inner})
				i += end + 2
			case s[i] == '{':
				end := strings.IndexByte(s[i:to], '}')
				if end < 0 {
					return nil, i, &Error{Msg: "{ without }", Next: "close it"}
				}
				p, err := parsePlace(s[i+1:i+end], k, constants)
				if err != nil {
					return nil, i + 1, err
				}
				out = append(out, p)
				i += end + 1
			case s[i] == '}' || strings.HasPrefix(s[i:], "]]"):
				return nil, i, &Error{Msg: "a closing bracket without an opening one", Next: "take it out"}
			default:
				end := i + 1
				for end < to && s[end] != '{' && s[end] != '}' && !strings.HasPrefix(s[end:], "[[") && !strings.HasPrefix(s[end:], "]]") {
					end++
				}
				out = append(out, part{text: s[i:end]})
				i = end
			}
		}
		return out, 0, nil
	}
	parts, at, err := parse(0, len(s), false)
	if err != nil {
		return nil, lead + at, err
	}
	t.parts = parts
	return t, 0, nil
}

func parsePlace(body string, k UnitKind, constants map[string]float64) (part, *Error) {
	name, words, choice := strings.Cut(body, "?")
	name, form, _ := strings.Cut(name, ":")
	p := part{name: strings.TrimSpace(name), form: form}
	if choice {
		var ok bool
		if p.one, p.many, ok = strings.Cut(words, "|"); !ok {
			return p, &Error{Msg: "a choice needs two wordings", Next: "write {" + name + "?one|several}"}
		}
	}
	if !slices.Contains(forms, form) {
		return p, &Error{Msg: "no number is written as " + quote(form), Next: "use " + orList(forms[1:])}
	}
	ind, isInd := Lookup(p.name)
	_, isConst := constants[p.name]
	switch {
	case isInd && !ind.For(k):
		return p, &Error{Msg: p.name + " is not worked out for a " + string(k), Next: "name an indicator of a " + string(k)}
	case !isInd && !isConst && !slices.Contains(extraNames, p.name):
		return p, &Error{Msg: "nothing is called " + quote(p.name) + suggest(p.name, append(indicatorNames(k), extraNames...)),
			Next: "name an indicator, a constant or one of " + orList(extraNames)}
	case form == "clear" && !isInd:
		return p, &Error{Msg: "only an indicator has a value at which the rule clears", Next: "name an indicator"}
	}
	return p, nil
}

// sentence fills a template for one rule.
type sentence struct {
	set   *Set
	rule  *Rule
	vals  *Values
	facts Facts
	eval  *Evaluator
}

func (s *sentence) fill(t *Template) string {
	var b strings.Builder
	s.write(&b, t.parts)
	return capital(strings.Join(strings.Fields(b.String()), " "))
}

func (s *sentence) write(b *strings.Builder, parts []part) {
	for _, p := range parts {
		switch {
		case p.opts != nil:
			if s.allKnown(p.opts) {
				s.write(b, p.opts)
			}
		case p.name == "":
			b.WriteString(p.text)
		default:
			x, ok := s.value(p)
			switch {
			case !ok:
				b.WriteString("an unknown number of")
			case p.many != "":
				if x == 1 {
					b.WriteString(p.one)
				} else {
					b.WriteString(p.many)
				}
			default:
				b.WriteString(write(p, x))
			}
		}
	}
}

func (s *sentence) allKnown(parts []part) bool {
	for _, p := range parts {
		if p.name != "" {
			if _, ok := s.value(p); !ok {
				return false
			}
		}
	}
	return true
}

// value finds what a place stands for.
func (s *sentence) value(p part) (float64, bool) {
	if _, ok := index[p.name]; ok {
		if p.form == "clear" {
			return s.set.clearAt(s.eval, s.rule, s.vals, p.name)
		}
		return s.vals.Get(p.name)
	}
	if c, ok := s.set.Constants[p.name]; ok {
		return c, true
	}
	weeks := s.facts.WindowWeeks
	if weeks == 0 {
		weeks = s.rule.WindowWeeks
	}
	n := map[string]Number{
		"expected": s.facts.Expected, "usual_low": s.facts.UsualLow, "usual_high": s.facts.UsualHigh,
		"observed": s.facts.Observed, "threshold": s.facts.Threshold,
		"one_in":              {Value: float64(s.facts.OneIn), OK: s.facts.OneIn > 0},
		"window_weeks":        {Value: float64(weeks), OK: weeks > 0},
		"clear_weeks":         Known(float64(s.set.Policy.ClearWeeks)),
		"corroboration_weeks": Known(float64(s.set.Policy.CorroborationWeeks)),
	}[p.name]
	return n.Value, n.OK
}

func write(p part, x float64) string {
	switch p.form {
	case "n":
		return Figures(x)
	case "1":
		return decimals(x, 1, false)
	case "words":
		return Words(x)
	case "chance":
		return Chance(int64(x))
	case "percent":
		return decimals(100*x, 0, true) + " %"
	case "days":
		return DaysText(x)
	case "rating":
		return RatingName(x)
	case "ceil":
		return Figures(math.Ceil(max(x, 0)))
	case "floor":
		return Figures(math.Floor(max(x, 0)))
	}
	if ind, ok := Lookup(p.name); ok {
		return ind.Format(x)
	}
	return Figures(x)
}

// capital makes the first letter of a sentence a capital.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
