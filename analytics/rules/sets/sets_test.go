package sets

import (
	"slices"
	"strings"
	"testing"

	"bellwether/analytics/rules"
)

func TestShippedSetsLoadAndLint(t *testing.T) {
	if got := IDs(); !slices.Equal(got, []string{"default", "tower-hamlets", "west-sussex"}) {
		t.Fatalf("IDs() = %v", got)
	}
	for _, id := range IDs() {
		s, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		if s.ID != id || len(s.Hash) != 64 {
			t.Errorf("%s: id %q, hash %q", id, s.ID, s.Hash)
		}
		for _, f := range s.Lint() {
			t.Errorf("%s: %s", id, f)
		}
	}
}

func TestShippedExamplesHold(t *testing.T) {
	for _, id := range IDs() {
		s, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		cs, err := Cases(id)
		if err != nil {
			t.Fatal(err)
		}
		rep := s.Test(cs)
		for _, f := range rep.Failures {
			t.Errorf("%s.cases.yml:%d: %s: %s", id, f.Line, f.Case, f.Text)
		}
		if len(rep.Untested) > 0 {
			t.Errorf("%s: no example shows these rules met: %s", id, strings.Join(rep.Untested, ", "))
		}
	}
}

// What every shipped rule must hold to, whatever it looks for.
func TestShippedRulesKeepThePrinciples(t *testing.T) {
	for _, id := range IDs() {
		s, err := Load(id)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range s.Rules {
			if r.Uses[0] == "manager_absent_days" && r.Strength != rules.Soft {
				t.Errorf("%s: %s: a manager's absence is soft", id, r.ID)
			}
			if r.FailureKind == rules.FailureEvent && !slices.Contains(r.Uses, "running") {
				t.Errorf("%s: %s: insolvency with the service still running is a risk, not an event", id, r.ID)
			}
			if r.Unit == rules.UnitBrand && (r.Second != rules.StandingFlag || r.Supports) {
				t.Errorf("%s: %s: the group must not make or support a home's first flag", id, r.ID)
			}
			if r.Evidence == rules.Group && (r.Second != rules.StandingFlag || r.Supports || r.Strength != rules.Soft) {
				t.Errorf("%s: %s: trouble at a sister home is context and never a source", id, r.ID)
			}
			if slices.Contains(r.Uses, "capacity_missed") && r.Strength != rules.Soft {
				t.Errorf("%s: %s: a missed capacity update is soft", id, r.ID)
			}
			if slices.Contains(r.Uses, "risk_signs") && r.FailureKind != rules.FailureRisk {
				t.Errorf("%s: %s: signs of failure risk propose contingency planning only", id, r.ID)
			}
			for _, u := range r.Uses {
				if ind, _ := rules.Lookup(u); ind.Statistical() && r.Strength == rules.Hard && len(r.Uses) == 1 {
					t.Errorf("%s: %s: a statistic alone is never a hard rule", id, r.ID)
				}
			}
		}
	}
}

func TestUnknownSet(t *testing.T) {
	for _, id := range []string{"", "nowhere", "default.cases", "../default"} {
		if _, err := Load(id); err == nil || !strings.Contains(err.Error(), "default, tower-hamlets, west-sussex") {
			t.Errorf("Load(%q) = %v; want the list of shipped sets", id, err)
		}
	}
}
