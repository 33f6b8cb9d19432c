package rules

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func base(t testing.TB) string {
	t.Helper()
	src, err := os.ReadFile("testdata/base.yml")
	if err != nil {
		t.Fatal(err)
	}
	return string(src)
}

func mustLoad(t testing.TB, src string) *Set {
	t.Helper()
	s, err := Load("trial.yml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLoad(t *testing.T) {
	s := mustLoad(t, base(t))
	if s.ID != "trial" || len(s.Rules) != 2 || s.Policy != DefaultPolicy() {
		t.Fatalf("got id %q, %d rules, policy %+v", s.ID, len(s.Rules), s.Policy)
	}
	many, ok := s.Rule("many")
	if !ok || strings.Join(many.Uses, " ") != "concerns_12w distinct_adults_12w" || *many.Threshold != 3 || !many.Supports || many.Second != AnySignal {
		t.Errorf("many = %+v", many)
	}
	rated, _ := s.Rule("rated")
	if !rated.Standing() || rated.LastsDays != 182 || rated.Line != 24 {
		t.Errorf("rated: standing %v, lasts %d, line %d", rated.Standing(), rated.LastsDays, rated.Line)
	}
	if got := rated.Citation.String(); got != "Some text, 4" {
		t.Errorf("citation = %q", got)
	}
	if len(s.RulesFor(UnitLocation)) != 2 || len(s.RulesFor(UnitBrand)) != 0 {
		t.Error("rules are not filed by unit")
	}
}

func TestHashFollowsTheFile(t *testing.T) {
	a, b := mustLoad(t, base(t)), mustLoad(t, strings.ReplaceAll(base(t), "\n", "\r\n"))
	if a.Hash != b.Hash {
		t.Error("line endings changed the hash")
	}
	if c := mustLoad(t, strings.Replace(base(t), "LIMIT: 3", "LIMIT: 4", 1)); c.Hash == a.Hash {
		t.Error("a changed limit left the hash as it was")
	}
}

func TestLoadRefuses(t *testing.T) {
	tests := []struct {
		name     string
		old, new string // one edit of the base file
		line     int
		caret    string // what stands above the caret, "" to leave it
		want     string
	}{
		{"unknown key", "title: Many concerns", "titel: Many concerns", 9, "titel", `no key of this name belongs here: "titel"`},
		{"unknown key at the top", "version:", "versoin:", 2, "versoin", `"versoin"`},
		{"broken yaml", "constants:\n", "constants: [\n", 0, "", "trial.yml"},
		{"wrong type", "window_weeks: 12", "window_weeks: twelve", 20, "twelve", ""},
		{"no id", "- id: many", "- id: ''", 8, "", "the rule needs an id"},
		{"id twice", "- id: rated", "- id: many", 24, "many", "already used on line 8"},
		{"level", "level: pre_provider_concern", "level: market_management", 10, "market_management", "pre_provider_concern, provider_concern or provider_failure"},
		{"strength", "strength: soft", "strength: firm", 11, "firm", "use hard or soft"},
		{"basis", "basis: local", "basis: own", 12, "own", "not a basis"},
		{"unit", "unit: location\n    evidence: safeguarding", "unit: county\n    evidence: safeguarding", 13, "county", "location, provider or brand"},
		{"evidence", "evidence: cqc", "evidence: rumour", 31, "rumour", "not an evidence family"},
		{"indicator misspelt", "concerns_12w >= LIMIT &&", "concern_12w >= LIMIT &&", 16, "concern_12w", `nothing is called "concern_12w"; did you mean "concerns_12w"?`},
		{"second indicator misspelt", "distinct_adults_12w >= 2.0", "adults_12w >= 2.0", 16, "adults_12w", `nothing is called "adults_12w"`},
		{"other unit", "distinct_adults_12w >= 2.0", "company_failure == 1.0", 16, "company_failure", "company_failure is worked out for a provider, and this rule is about a location"},
		{"whole number", "distinct_adults_12w >= 2.0", "distinct_adults_12w >= 2", 16, ">=", "write it with a decimal point"},
		{"not a condition", "concerns_12w >= LIMIT && distinct_adults_12w >= 2.0", "concerns_12w + 1.0", 16, "", "the condition gives a double, not yes or no"},
		{"syntax", "concerns_12w >= LIMIT &&", "concerns_12w >= &&", 16, "&&", "Syntax error"},
		{"no indicator", "rating_overall == BAD", "BAD == 1.0", 33, "", "names no indicator"},
		{"loops are off", "rating_overall == BAD", "'[1.0].all(x, x > rating_overall)'", 33, "", `nothing is called "all"`},
		{"no condition", "when: rating_overall == BAD", "when: ''", 33, "", "the rule has no condition"},
		{"folded expression", "when: concerns_12w >= LIMIT && distinct_adults_12w >= 2.0", "when: >-\n      concerns_12w >= LIMIT\n      && adults >= 2.0", 18, "adults", `nothing is called "adults"`},
		{"literal expression", "when: concerns_12w >= LIMIT && distinct_adults_12w >= 2.0", "when: |\n      concerns_12w >= LIMIT\n        && adults >= 2.0", 18, "adults", `nothing is called "adults"`},
		{"quoted expression", "when: concerns_12w >= LIMIT && distinct_adults_12w >= 2.0", `when: "concerns_12w >= LIMIT && adults >= 2.0"`, 16, "adults", `nothing is called "adults"`},
		{"anchored expression", "when: concerns_12w >= LIMIT && distinct_adults_12w >= 2.0", "when: &both >-\n      concerns_12w >= LIMIT\n      && adults >= 2.0", 18, "adults", `nothing is called "adults"`},
		{"threshold", "threshold: LIMIT", "threshold: LIMITT", 19, "LIMITT", `no constant is called "LIMITT"`},
		{"observed", "observed: concerns_12w", "observed: concerns", 18, "concerns", "no such indicator"},
		{"starts", "starts: [rating_change_days, rating_age_days]", "starts: [rating_change_days, rating_overall]", 34, "rating_overall", "cannot say when the fact began"},
		{"starts unknown", "starts: [rating_change_days, rating_age_days]", "starts: [rating_changed]", 34, "rating_changed", `no indicator is called "rating_changed"`},
		{"lasts without starts", "window_weeks: 12", "lasts_days: 12", 20, "12", "lasts_days and after_days need starts"},
		{"placeholder", "about {distinct_adults_12w} adults", "about {adults} adults", 21, "adults", `nothing is called "adults"`},
		{"placeholder of another unit", "Rated {rating_overall}.", "Rated {running}.", 35, "running", "running is not worked out for a location"},
		{"placeholder form", "{expected:1}", "{expected:2}", 21, "expected:2", `no number is written as "2"`},
		{"open bracket", "Rated {rating_overall}.", "Rated {rating_overall.", 35, "{rating", "{ without }"},
		{"open group", "[[ where {expected:1} were expected]]", "[[ where {expected:1} were expected", 21, "[[", "[[ without its own ]]"},
		{"hard without text", "    citation: {document: Some text, clause: \"4\", sets: a purpose}\n", "", 24, "", "must name the text it rests on"},
		{"cited without purpose", ", sets: a purpose", "", 29, "", "what it sets the trigger for"},
		{"failure kind on a concern", "strength: hard", "strength: hard\n    failure_kind: risk", 28, "risk", "belongs to the level provider_failure alone"},
		{"failure without kind", "level: provider_concern", "level: provider_failure", 24, "", "needs a failure_kind"},
		{"soft failure event", "level: pre_provider_concern", "level: provider_failure\n    failure_kind: event", 11, "event", "must be hard and cited"},
		{"second source of a hard rule", "asks: What now?", "second_source: any", 37, "any", "has no second source"},
		{"covers nothing", "asks: What now?", "asks: What now?\n    covers: [few]", 38, "few", `no rule is called "few"`},
		{"covers something else", "asks: What now?", "asks: What now?\n    covers: [many]", 38, "many", "not a weaker rule"},
		{"constant name", "LIMIT: 3", "limit: 3\n  LIMIT: 3", 5, "3", "must be in capitals"},
		{"constant is an indicator", "BAD: 1", "BAD: .inf", 6, ".inf", "not a finite number"},
		{"constant names no tier", "BAD: 1", "BAD: detector.worst", 6, "detector.worst", "detector.escalate, detector.pre_provider_concern or detector.provider_concern"},
		{"policy", "title: Trial rules", "title: Trial rules\npolicy: {clear_weeks: 0}", 4, "0}", "clear_weeks is 0; it must be from 1 to 104"},
		{"alert load", "title: Trial rules", "title: Trial rules\npolicy: {alert_load: {any_share: 25}}", 4, "25", "write 5 % as 0.05"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			src := strings.Replace(base(t), tt.old, tt.new, 1)
			if src == base(t) {
				t.Fatal("the edit changes nothing")
			}
			_, err := Load("trial.yml", []byte(src))
			if err == nil {
				t.Fatal("Load accepted it")
			}
			msg := err.Error()
			if !strings.Contains(msg, tt.want) {
				t.Errorf("message does not say %q:\n%s", tt.want, msg)
			}
			var es Errors
			if !errors.As(err, &es) {
				t.Fatalf("got %T, want Errors", err)
			}
			if tt.line > 0 && es[0].Line != tt.line {
				t.Errorf("line %d, want %d:\n%s", es[0].Line, tt.line, msg)
			}
			if tt.caret != "" {
				lines := strings.Split(src, "\n")
				if rest := lines[es[0].Line-1][es[0].Column-1:]; !strings.HasPrefix(rest, tt.caret) && !strings.HasPrefix(rest, `"`+tt.caret) {
					t.Errorf("the caret stands before %q, want %q:\n%s", rest, tt.caret, msg)
				}
			}
		})
	}
}

func TestLoadReportsEveryMistake(t *testing.T) {
	src := strings.NewReplacer("strength: soft", "strength: firm", "evidence: cqc", "evidence: rumour", "rating_overall == BAD", "rating_overal == BAD").Replace(base(t))
	_, err := Load("trial.yml", []byte(src))
	var es Errors
	if !errors.As(err, &es) || len(es) != 3 {
		t.Fatalf("want three mistakes, got %v", err)
	}
	if es[0].Line > es[1].Line || es[1].Line > es[2].Line {
		t.Error("mistakes are not in the order of the file")
	}
}

func TestMessageShowsLineAndCaret(t *testing.T) {
	_, err := Load("trial.yml", []byte(strings.Replace(base(t), "rating_overall == BAD", "rating_overal == BAD", 1)))
	want := `trial.yml:33:11: rule "rated": nothing is called "rating_overal"; did you mean "rating_overall"?; take the name from the indicator catalogue
    32 |     needs: [cqc_api]
>   33 |     when: rating_overal == BAD
                   ^`
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
}

func TestLoadOddFiles(t *testing.T) {
	for name, src := range map[string]string{
		"empty": "", "blank": " \n", "list": "- a\n- b\n", "two documents": "set: a\n---\nset: b\n", "scalar": "hello",
		"stray tag": "set: ![a]\n", "no rules": "set: abc\nversion: \"1\"\ntitle: t\n", "binary": "\x00\x01\x02", "huge": strings.Repeat("# x\n", 300000),
	} {
		if _, err := Load(name, []byte(src)); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add(base(f))
	f.Add("set: ![a]\nrules: &x [*x]\n")
	f.Add("set: a\nrules:\n  - when: >-\n      a\n      b\n")
	f.Fuzz(func(t *testing.T, src string) {
		if s, err := Load("fuzz.yml", []byte(src)); err == nil {
			s.Lint()
			for _, k := range UnitKinds() {
				s.Evaluate(k, NewValues())
			}
		} else if err.Error() == "" {
			t.Error("an error says nothing")
		}
	})
}
