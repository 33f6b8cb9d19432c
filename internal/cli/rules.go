package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"bellwether/analytics/rules"
	"bellwether/analytics/rules/sets"
)

type rulesCmd struct {
	Lint rulesLintCmd `cmd:"" help:"Check a rule set: types, names, citations, what nothing can meet."`
	Test rulesTestCmd `cmd:"" help:"Run a rule set's examples."`
	Show rulesShowCmd `cmd:"" help:"Read a rule set in words."`

	Simulate rulesSimulateCmd `cmd:"" help:"Try a rule set on stored history: which flags would appear or vanish."`
}

// ruleFile loads a set that ships, by its name, or a file.
func ruleFile(name string) (*rules.Set, error) {
	if slices.Contains(sets.IDs(), name) {
		return sets.Load(name)
	}
	src, err := os.ReadFile(name)
	if err != nil {
		return nil, usage{fmt.Errorf("%q is neither a rule set that ships (%v) nor a readable file", name, sets.IDs())}
	}
	set, err := rules.Load(filepath.Base(name), src)
	if err != nil {
		return nil, usage{err}
	}
	return set, nil
}

type rulesLintCmd struct {
	Set string `arg:"" optional:"" help:"default, west-sussex, tower-hamlets, or a file." default:"default"`
}

// Help gives an example.
func (rulesLintCmd) Help() string { return "Example:\n  bellwether rules lint my-rules.yml" }

// Run checks a set and lists what it finds.
func (c rulesLintCmd) Run(s *session) error {
	set, err := ruleFile(c.Set)
	if err != nil {
		return err
	}
	found := set.Lint()
	if s.JSON {
		return printJSON(s.Stdout, found)
	}
	for _, f := range found {
		fmt.Fprintf(s.Stdout, "%s:%d: %s: %s\n", c.Set, f.Line, f.Rule, f.Text)
	}
	if len(found) > 0 {
		return refusal{fmt.Errorf("%d things to look at in %s", len(found), c.Set)}
	}
	_, err = fmt.Fprintf(s.Stdout, "%s: %d rules, nothing to mend.\n", set.Title, len(set.Rules))
	return err
}

type rulesTestCmd struct {
	Set   string `arg:"" optional:"" help:"default, west-sussex, tower-hamlets, or a file." default:"default"`
	Cases string `help:"A file of examples; sets that ship have their own." type:"path"`
}

// Help gives an example.
func (rulesTestCmd) Help() string {
	return "Example:\n  bellwether rules test my-rules.yml --cases my-cases.yml"
}

// Run runs the examples of a set.
func (c rulesTestCmd) Run(s *session) error {
	set, err := ruleFile(c.Set)
	if err != nil {
		return err
	}
	var cases *rules.Cases
	switch {
	case c.Cases != "":
		src, err := os.ReadFile(c.Cases)
		if err != nil {
			return usage{err}
		}
		if cases, err = rules.ParseCases(filepath.Base(c.Cases), src); err != nil {
			return usage{err}
		}
	case slices.Contains(sets.IDs(), c.Set):
		if cases, err = sets.Cases(c.Set); err != nil {
			return err
		}
	default:
		return usage{errors.New("name the examples with --cases FILE")}
	}
	report := set.Test(cases)
	if s.JSON {
		return printJSON(s.Stdout, report)
	}
	c.print(s, report)
	if len(report.Failures) > 0 {
		return refusal{errors.New("some examples do not hold")}
	}
	return nil
}

type rulesShowCmd struct {
	Set string `arg:"" optional:"" help:"default, west-sussex, tower-hamlets, or a file." default:"default"`
}

// Help gives an example.
func (rulesShowCmd) Help() string { return "Example:\n  bellwether rules show tower-hamlets" }

// Run reads a set aloud.
func (c rulesShowCmd) Run(s *session) error {
	set, err := ruleFile(c.Set)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.Stdout, "%s (%s, version %s, %s)\n%s\n", set.Title, set.ID, set.Version, set.Hash[:12], set.About)
	for level := rules.ProviderFailure; level >= rules.PreProviderConcern; level-- {
		fmt.Fprintf(s.Stdout, "\n%s\n", level.Title())
		for _, r := range set.Rules {
			if r.Level != level {
				continue
			}
			fmt.Fprintf(s.Stdout, "  %s [%s, %s]\n    when %s\n", r.Title, r.Strength, r.Basis.Title(), r.When)
			if r.Citation.Document != "" {
				fmt.Fprintf(s.Stdout, "    %s\n", r.Citation)
			}
		}
	}
	return nil
}

func (c rulesTestCmd) print(s *session, r rules.Report) {
	for _, f := range r.Failures {
		fmt.Fprintf(s.Stdout, "line %d, %q: %s\n", f.Line, f.Case, f.Text)
	}
	fmt.Fprintf(s.Stdout, "%d examples, %d do not hold; %d rules have no example that meets them.\n", r.Cases, len(r.Failures), len(r.Untested))
}
