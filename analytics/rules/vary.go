package rules

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
)

// Limit is a number that a rule's condition holds an indicator against, and that may be moved to see what follows.
type Limit struct {
	Indicator string
	Sign      string // >=, >, <= or <
	Value     float64
	Constant  string // the constant that gives it; "" for a number written in the condition
}

// comparison finds an indicator held against a number or a constant. An equality is a code, such as a rating, and no limit.
var comparison = regexp.MustCompile(`\b([a-z][a-z0-9_]*)\s*(>=|<=|>|<)\s*(-?[0-9]+(?:\.[0-9]+)?|[A-Z][A-Z0-9_]*)`)

// Limits lists the limits of a rule, each indicator once, in the order of its condition.
func (s *Set) Limits(r *Rule) []Limit {
	var out []Limit
	seen := map[string]bool{}
	for _, m := range comparison.FindAllStringSubmatch(r.When, -1) {
		if _, known := Lookup(m[1]); !known || seen[m[1]] {
			continue
		}
		l := Limit{Indicator: m[1], Sign: m[2]}
		if v, ok := s.Constants[m[3]]; ok {
			l.Value, l.Constant = v, m[3]
		} else {
			l.Value, _ = strconv.ParseFloat(m[3], 64)
		}
		seen[m[1]] = true
		out = append(out, l)
	}
	return out
}

// MoveError says why a limit can't be moved as asked.
type MoveError struct{ Says string }

// Error implements error.
func (e *MoveError) Error() string { return e.Says }

// Move gives the set with one limit of one rule moved to another number: the same rules otherwise, loaded and checked as a file is. A
// constant that several rules share is moved in this rule alone.
func (s *Set) Move(rule, indicator string, to float64) (*Set, error) {
	r, ok := s.Rule(rule)
	if !ok {
		return nil, &MoveError{fmt.Sprintf("the set %s has no rule %q", s.ID, clean(rule))}
	}
	if math.IsNaN(to) || math.Abs(to) > 1e6 {
		return nil, &MoveError{"a limit lies between -1,000,000 and 1,000,000"}
	}
	var limit *Limit
	var names []string
	for _, l := range s.Limits(r) {
		names = append(names, l.Indicator)
		if l.Indicator == indicator {
			limit = &l
		}
	}
	if limit == nil {
		if len(names) == 0 {
			return nil, &MoveError{fmt.Sprintf("the rule %s holds nothing against a number that could be moved", rule)}
		}
		return nil, &MoveError{fmt.Sprintf("the rule %s holds no %q against a number; it has %s", rule, clean(indicator), joinList(names, "and"))}
	}
	var doc yaml.MapSlice
	if err := yaml.UnmarshalWithOptions([]byte(s.Source), &doc, yaml.UseOrderedMap()); err != nil {
		return nil, fmt.Errorf("read the rule set again: %w", err)
	}
	all, _ := valueOf(doc, "rules").([]any)
	for _, one := range all {
		fields, _ := one.(yaml.MapSlice)
		if valueOf(fields, "id") == rule {
			moveIn(fields, indicator, *limit, to)
		}
	}
	text, err := yaml.Marshal(doc)
	if err != nil {
		return nil, fmt.Errorf("write the rule set with its limit moved: %w", err)
	}
	moved, err := Load(s.File, text)
	if err != nil {
		return nil, &MoveError{fmt.Sprintf("%s can't be moved to %s: %v", indicator, strconv.FormatFloat(to, 'f', -1, 64), err)}
	}
	return moved, nil
}

func valueOf(doc yaml.MapSlice, key string) any {
	for _, item := range doc {
		if item.Key == key {
			return item.Value
		}
	}
	return nil
}

// moveIn writes the number into the condition, and into the threshold that is shown where that is the same one.
func moveIn(fields yaml.MapSlice, indicator string, was Limit, to float64) {
	written := strconv.FormatFloat(to, 'f', -1, 64)
	if !strings.Contains(written, ".") {
		written += ".0"
	}
	for i := range fields {
		switch fields[i].Key {
		case "when":
			when, _ := fields[i].Value.(string)
			done := false
			fields[i].Value = comparison.ReplaceAllStringFunc(when, func(m string) string {
				parts := comparison.FindStringSubmatch(m)
				if done || parts[1] != indicator {
					return m
				}
				done = true
				return parts[1] + " " + parts[2] + " " + written
			})
		case "threshold":
			v, isNumber := number(fields[i].Value)
			if name, isName := fields[i].Value.(string); isName && name != "" && name == was.Constant || isNumber && v == was.Value {
				fields[i].Value = to
			}
		}
	}
}
