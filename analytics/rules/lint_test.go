package rules

import (
	"slices"
	"strings"
	"testing"
)

func TestLint(t *testing.T) {
	tests := []struct{ name, old, new, code, want string }{
		{"nothing", "asks: Why?", "asks: Why?", "", ""},
		{"threshold elsewhere", "threshold: LIMIT", "threshold: 7", "threshold", "the threshold shown, 7, does not appear"},
		{"family", "evidence: cqc", "evidence: complaints", "family", "its evidence is called complaints but its condition looks at cqc"},
		{"standing", "    starts: [rating_change_days, rating_age_days]\n", "", "standing", "name in starts when it changed"},
		{"unused constant", "BAD: 1", "BAD: 1\n  SPARE: 2", "unused", "the constant SPARE is used by no rule"},
		{"question", "    asks: Why?\n", "", "question", "it asks nothing"},
		{"verdict", "Rated {rating_overall}.", "A failing provider.", "verdict", `the sentence says "failing provider"`},
		{"needs", "    needs: [cqc_api]\n", "", "needs", "names no source"},
		{"look-up", "clause: \"4\", ", "", "link", "neither a clause nor an address"},
		{"alone", "evidence: cqc\n", "evidence: cqc\n    supports: false\n", "alone", "no rule of another source"},
		{"tier", "concerns_12w >= LIMIT &&", "concerns_12w >= LIMIT && scan_score >= 2.9 &&", "tier", "name a tier of the detector"},
		{"twice", "when: rating_overall == BAD", "when: concerns_12w   >= LIMIT && distinct_adults_12w >= 2.0", "twice", `the same as that of "many"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := mustLoad(t, strings.Replace(base(t), tt.old, tt.new, 1))
			found := s.Lint()
			if tt.code == "" {
				if len(found) > 0 {
					t.Errorf("findings in a clean set: %v", found)
				}
				return
			}
			i := slices.IndexFunc(found, func(f Finding) bool { return f.Code == tt.code })
			if i < 0 || !strings.Contains(found[i].String(), tt.want) {
				t.Errorf("got %v, want %s: %s", found, tt.code, tt.want)
			}
		})
	}
}

const examples = `set: trial
cases:
  - name: Three concerns about two adults
    unit: location
    given: {concerns_12w: 3, distinct_adults_12w: 2, rating_overall: Good, rating_never: no}
    expect:
      met: [many]
      clear: [rated]
      says: {many: Three concerns about two adults.}
  - name: One adult
    unit: location
    given: {concerns_12w: 3, distinct_adults_12w: 1}
    expect: {met: [], clear: [many], unknown: [rated]}
`

func TestCases(t *testing.T) {
	s := mustLoad(t, base(t))
	tests := []struct {
		name, old, new, want string
		line                 int
	}{
		{"all pass", "", "", "", 0},
		{"not met", "distinct_adults_12w: 2", "distinct_adults_12w: 1", "many is clear; expected met", 3},
		{"unexpectedly met", "met: [many]", "met: []", "many is met, and the case does not say so", 3},
		{"unexpectedly unknown", "clear: [many], unknown", "clear: [many, rated], unknown", "rated is unknown, for want of rating_overall; expected clear", 10},
		{"no such rule", "clear: [rated]", "clear: [rates]", `no rule about a location is called "rates"`, 3},
		{"another sentence", "{many: Three concerns about", "{many: Some concerns about", `expected "Some concerns about two adults."`, 3},
		{"sentence of no rule", "says: {many:", "says: {manny:", `no rule is called "manny"`, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			cs, err := ParseCases("cases.yml", []byte(strings.Replace(examples, tt.old, tt.new, 1)))
			if err != nil {
				t.Fatal(err)
			}
			rep := s.Test(cs)
			if rep.Cases != 2 || !slices.Equal(rep.Untested, []string{"rated"}) && tt.name == "all pass" {
				t.Errorf("report %+v", rep)
			}
			if tt.want == "" {
				if len(rep.Failures) > 0 {
					t.Errorf("failures: %v", rep.Failures)
				}
				return
			}
			i := slices.IndexFunc(rep.Failures, func(f Failure) bool { return strings.Contains(f.Text, tt.want) && f.Line == tt.line })
			if i < 0 {
				t.Errorf("got %v, want line %d: %s", rep.Failures, tt.line, tt.want)
			}
		})
	}
}

func TestCasesRefuse(t *testing.T) {
	for _, tt := range []struct{ old, new, want string }{
		{"concerns_12w: 3, distinct_adults_12w: 2", "concern_12w: 3", `cases.yml:5:26: no indicator is called "concern_12w"; did you mean "concerns_12w"?`},
		{"rating_overall: Good", "rating_overall: Nice", "Nice is not a value of rating_overall"},
		{"rating_never: no", "running: no", "running is not worked out for a location"},
		{"unit: location", "unit: town", `"town" is not a kind of unit`},
		{"name: One adult", "name: ''", "the case has no name"},
		{"expect:\n", "expected:\n", `"expected"`},
	} {
		if _, err := ParseCases("cases.yml", []byte(strings.Replace(examples, tt.old, tt.new, 1))); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: got %v, want %s", tt.new, err, tt.want)
		}
	}
}
