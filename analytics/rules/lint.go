package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Finding is something about a set that loads but may not be meant.
type Finding struct {
	Line int
	Rule string // id; "" for the set as a whole
	Code string // short and stable, for filters: threshold, family, alone, …
	Text string // what, and what to do about it
}

// String returns the finding on one line.
func (f Finding) String() string {
	if f.Rule == "" {
		return fmt.Sprintf("line %d: %s [%s]", f.Line, f.Text, f.Code)
	}
	return fmt.Sprintf("line %d: rule %q: %s [%s]", f.Line, f.Rule, f.Text, f.Code)
}

var (
	numeral = regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?`)
	verdict = regexp.MustCompile(`(?i)\b(failing|fails|unsafe|dangerous|abusive|guilty|bad) (provider|home|service|care)\b`)
)

// Lint looks through a loaded set for what is legal and probably wrong. The
// findings are in the order of the file.
func (s *Set) Lint() []Finding {
	var out []Finding
	seen := map[string]string{}
	used := map[string]bool{}
	for _, r := range s.Rules {
		add := func(code, format string, args ...any) {
			out = append(out, Finding{Line: r.Line, Rule: r.ID, Code: code, Text: fmt.Sprintf(format, args...)})
		}
		words := expressionWords(r.When)
		for _, w := range words {
			used[w] = true
		}
		lintText(r, add)
		lintEvidence(s, r, add)
		if r.Threshold != nil && !s.mentions(r, *r.Threshold) {
			add("threshold", "the threshold shown, %s, does not appear in the condition", Figures(*r.Threshold))
		}
		key := string(r.Unit) + " " + strings.Join(strings.Fields(r.When), " ")
		if prev, dup := seen[key]; dup {
			add("twice", "the condition is the same as that of %q", prev)
		}
		seen[key] = r.ID
	}
	for name := range s.Constants {
		if !used[name] && !s.usedOutside(name) {
			out = append(out, Finding{Line: 1, Code: "unused", Text: "the constant " + name + " is used by no rule"})
		}
	}
	slices.SortStableFunc(out, func(a, b Finding) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return strings.Compare(a.Text, b.Text)
	})
	return out
}

func lintText(r *Rule, add func(code, format string, args ...any)) {
	if r.Strength == Hard && r.Citation.URL == "" && r.Citation.Clause == "" {
		add("link", "the citation gives neither a clause nor an address, so nobody can look it up")
	}
	if r.Asks == "" {
		add("question", "it asks nothing: write in asks what the panel would like to hear from the provider")
	}
	if m := verdict.FindString(r.Says.String()); m != "" {
		add("verdict", "the sentence says %q: write what was observed, not a verdict", m)
	}
	if len(r.Needs) == 0 {
		add("needs", "it names no source: write in needs which feeds it cannot speak without")
	}
}

func lintEvidence(s *Set, r *Rule, add func(code, format string, args ...any)) {
	var families []Family
	rating := false
	for _, u := range r.Uses {
		ind, _ := Lookup(u)
		if ind.Family != Context && !slices.Contains(families, ind.Family) {
			families = append(families, ind.Family)
		}
		rating = rating || ind.Kind == Rating
	}
	if !slices.Contains(families, r.Evidence) {
		add("family", "its evidence is called %s but its condition looks at %s", r.Evidence, joinList(families, "and"))
	}
	if rating && !r.Standing() {
		add("standing", "a rating stands for years: name in starts when it changed, so that it flags once")
	}
	if slices.Contains(r.Uses, "scan_score") && !slices.ContainsFunc(expressionWords(r.When), func(w string) bool { return s.tiers[w] }) {
		add("tier", "the limit of scan_score is a number of its own: name a tier of the detector, such as detector.provider_concern, in the constants")
	}
	if r.Strength == Soft && !slices.ContainsFunc(s.Rules, func(o *Rule) bool { return o.Supports && o.Evidence != r.Evidence }) {
		add("alone", "no rule of another source could ever be its second source")
	}
}

// mentions reports whether a number stands in a rule's condition, as a literal
// or a constant, or is the point from which its fact counts.
func (s *Set) mentions(r *Rule, x float64) bool {
	for _, w := range expressionWords(r.When) {
		if s.Constants[w] == x && s.has(w) {
			return true
		}
	}
	for _, n := range numeral.FindAllString(r.When, -1) {
		if v, err := strconv.ParseFloat(n, 64); err == nil && v == x {
			return true
		}
	}
	return false
}

func (s *Set) has(constant string) bool { _, ok := s.Constants[constant]; return ok }

// usedOutside reports whether a constant is named in a sentence.
func (s *Set) usedOutside(name string) bool {
	return slices.ContainsFunc(s.Rules, func(r *Rule) bool {
		return strings.Contains(r.Says.String(), "{"+name) || strings.Contains(r.Clears.String(), "{"+name)
	})
}

var word = regexp.MustCompile(`[A-Za-z_][A-Za-z0-9_]*`)

func expressionWords(expr string) []string { return word.FindAllString(expr, -1) }
