package rules

import (
	"fmt"
	"slices"
	"strings"
)

// Record writes the part of an algorithmic transparency record that the rule set itself can answer for: what it looks at, how it decides,
// and on whose authority, rule by rule. What only a council knows is left for it, and said to be.
func (s *Set) Record() string {
	var b strings.Builder
	cited, hard := 0, 0
	evidence := map[string]bool{}
	for _, r := range s.Rules {
		if r.Citation.Document != "" {
			cited++
		}
		if r.Strength == Hard {
			hard++
		}
		evidence[r.Evidence.Title()] = true
	}
	var families []string
	for f := range evidence {
		families = append(families, f)
	}
	slices.Sort(families)
	fmt.Fprintf(&b, "## The rules of the set %q\n\n%s, version %s, SHA-256 `%s`. %s\n\n", s.ID, s.Title, s.Version, s.Hash[:12], strings.TrimSpace(s.About))
	fmt.Fprintf(&b, "%d rules: %d cite a published text, %d are the council's own setting; %d stand alone, %d need a second, different source. Evidence comes from %s.\n\n",
		len(s.Rules), cited, len(s.Rules)-cited, hard, len(s.Rules)-hard, strings.Join(families, ", "))
	b.WriteString("| level | rule | stands | when | basis |\n|---|---|---|---|---|\n")
	for level := ProviderFailure; level >= PreProviderConcern; level-- {
		for _, r := range s.Rules {
			if r.Level != level {
				continue
			}
			stands, basis := "with a second source", r.Basis.Title()
			if r.Strength == Hard {
				stands = "alone"
			}
			if r.Citation.Document != "" {
				basis += ": " + r.Citation.String()
			}
			fmt.Fprintf(&b, "| %s | %s | %s | `%s` | %s |\n", level.Title(), cell(r.Title), stands, cell(r.When), cell(basis))
		}
	}
	return b.String()
}

// cell keeps a text within one cell of a Markdown table.
func cell(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "|", "\\|")
}
