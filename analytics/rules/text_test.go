package rules

import (
	"strings"
	"testing"
)

func TestFormats(t *testing.T) {
	for got, want := range map[string]string{
		Words(0): "no", Words(1): "one", Words(9): "nine", Words(10): "10", Words(2.5): "2.5", Words(-1): "-1", Words(1234567): "1,234,567",
		Figures(1.96): "1.96", Figures(3): "3", Figures(-0.001): "0", Figures(12345.678): "12,345.68", Figures(-1234): "-1,234",
		DaysText(0): "0 days", DaysText(1): "1 day", DaysText(12): "12 days", DaysText(120): "120 days", DaysText(121): "4 months",
		DaysText(729): "24 months", DaysText(730): "2 years", DaysText(1241): "3.4 years",
		RatingName(1): "Inadequate", RatingName(2): "Requires improvement", RatingName(3): "Good", RatingName(4): "Outstanding", RatingName(2.5): "not rated",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestIndicatorFormat(t *testing.T) {
	for _, tt := range []struct {
		name string
		x    float64
		want string
	}{
		{"concerns_12w", 3, "three"}, {"concerns_12w", 14, "14"}, {"rating_safe", 1, "Inadequate"}, {"theme_share_26w", 0.625, "62 %"},
		{"rating_never", 1, "yes"}, {"running", 0, "no"}, {"rating_direction", -1, "down"}, {"funnel_z", 3.456, "3.46"}, {"manager_absent_days", 45, "45 days"},
	} {
		ind, ok := Lookup(tt.name)
		if !ok {
			t.Fatal(tt.name)
		}
		if got := ind.Format(tt.x); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestChance(t *testing.T) {
	for n, want := range map[int64]string{290: "about once in 290", 1_000_000: "about once in 1,000,000", 67_548_047: "less than once in a million"} {
		if got := Chance(n); got != want {
			t.Errorf("Chance(%d) = %q, want %q", n, got, want)
		}
	}
}

func TestOneIn(t *testing.T) {
	for p, want := range map[float64]int64{0.00345: 290, 0.05: 20, 0.4: 3, 0.5: 0, 0: 0, -1: 0, 1e-12: 1_000_000_000, 0.000123: 8100, 0.0999: 10} {
		if got := OneIn(p); got != want {
			t.Errorf("OneIn(%v) = %d, want %d", p, got, want)
		}
	}
}

// say renders a template in the rule "many".
func say(t *testing.T, text string, v map[string]float64, f Facts) string {
	t.Helper()
	s := mustLoad(t, base(t))
	r, _ := s.Rule("many")
	tpl, _, err := parseTemplate(text, UnitLocation, s.Constants)
	if err != nil {
		t.Fatal(err)
	}
	return s.fill(r, tpl, values(t, v), f)
}

func TestSentences(t *testing.T) {
	type m = map[string]float64
	full := Facts{Expected: Known(2.1), UsualLow: Known(0), UsualHigh: Known(5), OneIn: 290}
	const long = "{concerns_12w:n} {concerns_12w?concern|concerns} in {window_weeks} weeks[[ where {expected:1} were expected]][[ (usual range {usual_low:n} to {usual_high:n})]][[; by chance {one_in:chance} such periods]]."
	tests := []struct {
		text  string
		given m
		facts Facts
		want  string
	}{
		{long, m{"concerns_12w": 9}, full, "9 concerns in 12 weeks where 2.1 were expected (usual range 0 to 5); by chance about once in 290 such periods."},
		{long, m{"concerns_12w": 1}, Facts{}, "1 concern in 12 weeks."},
		{long, m{"concerns_12w": 4}, Facts{Expected: Known(2)}, "4 concerns in 12 weeks where 2.0 were expected."},
		{"{concerns_12w} adults", m{"concerns_12w": 3}, Facts{}, "Three adults"},
		{"{concerns_12w} adults", m{}, Facts{}, "An unknown number of adults"},
		{"over {LIMIT} and {clear_weeks} weeks", m{}, Facts{}, "Over 3 and 13 weeks"},
		{"fewer than {concerns_12w:clear}", m{"concerns_12w": 9, "distinct_adults_12w": 4}, Facts{}, "Fewer than two"},
		{"{theme_share_26w:percent} of {concerns_12w:words}, {rating_age_days:days}, {rating_overall:rating}", m{"theme_share_26w": 0.5, "concerns_12w": 2, "rating_age_days": 5, "rating_overall": 2}, Facts{},
			"50 % of two, 5 days, Requires improvement"},
		{"observed {observed:n} over {threshold}", m{}, Facts{Observed: Known(7), Threshold: Known(1.96)}, "Observed 7 over 1.96"},
		{"{usual_low:ceil} to {usual_high:floor}, {expected:ceil}", m{}, Facts{UsualLow: Known(-0.4), UsualHigh: Known(6.9), Expected: Known(2.1)}, "0 to 6, 3"},
		{"  two\n  lines  ", m{}, Facts{}, "Two lines"},
		{"ébauche", m{}, Facts{}, "Ébauche"},
	}
	for _, tt := range tests {
		if got := say(t, tt.text, tt.given, tt.facts); got != tt.want {
			t.Errorf("%s\n got %q\nwant %q", tt.text, got, tt.want)
		}
	}
}

func TestClearAt(t *testing.T) {
	type m = map[string]float64
	tests := []struct {
		when, name string
		given      m
		want       float64
		ok         bool
	}{
		{"concerns_12w >= LIMIT", "concerns_12w", m{"concerns_12w": 9}, 2, true},
		{"concerns_12w > LIMIT", "concerns_12w", m{"concerns_12w": 9}, 3, true},
		{"funnel_z >= 1.96", "funnel_z", m{"funnel_z": 3.4}, 1.95, true},
		{"theme_share_26w >= 0.5", "theme_share_26w", m{"theme_share_26w": 0.8}, 0.49, true},
		{"concerns_12w >= LIMIT || enquiries_12w > 0.0", "concerns_12w", m{"concerns_12w": 9, "enquiries_12w": 1}, 0, false}, // the other keeps it met
		{"concerns_12w >= LIMIT", "concerns_12w", m{"concerns_12w": 1}, 0, false},                                            // not met
		{"concerns_12w >= 0.0", "concerns_12w", m{"concerns_12w": 4}, 0, false},                                              // never clear
		{"concerns_12w >= LIMIT", "funnel_z", m{"concerns_12w": 9}, 0, false},                                                // unknown
		{"concerns_12w >= LIMIT", "concerns_12w", m{"concerns_12w": 1e9}, 0, false},                                          // absurd
	}
	for _, tt := range tests {
		s, r := one(t, tt.when)
		got, ok := s.clearAt(s.NewEvaluator(), r, values(t, tt.given), tt.name)
		if got != tt.want || ok != tt.ok {
			t.Errorf("%s, %v: %s clears at %v (%v), want %v (%v)", tt.when, tt.given, tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

func TestExplain(t *testing.T) {
	s := mustLoad(t, base(t))
	r, _ := s.Rule("rated")
	x := s.Explain(r, values(t, map[string]float64{"rating_overall": 1, "rating_age_days": 40}))
	var lines []string
	for _, i := range x.Inputs {
		lines = append(lines, i.Indicator.Name+"="+i.Text)
	}
	if x.Outcome != Met || strings.Join(lines, " ") != "rating_overall=Inadequate rating_change_days=unknown rating_age_days=40 days" {
		t.Errorf("%s %v", x.Outcome, lines)
	}
	if x.Expression != "rating_overall == BAD" {
		t.Errorf("expression %q", x.Expression)
	}
	if len(r.Uses) != 1 {
		t.Error("Explain changed the rule")
	}
}

func TestVocabulary(t *testing.T) {
	for l := MarketManagement; l <= ProviderFailure; l++ {
		if got, ok := ParseLevel(l.String()); !ok || got != l {
			t.Errorf("ParseLevel(%q) = %v, %v", l.String(), got, ok)
		}
		if l.Title() == "" || strings.Contains(l.Title(), "_") {
			t.Errorf("title of %s: %q", l, l.Title())
		}
	}
	if _, ok := ParseLevel("worst"); ok {
		t.Error("worst is a level")
	}
	if Level(9).String() != "level(9)" || Level(9).Title() != "level(9)" {
		t.Error("a level out of range has no defined name")
	}
	if Cited.Title() != "cited" || Local.Title() != "local setting" {
		t.Error("the titles of the bases changed; they are stored in flags")
	}
}

func TestCatalogueIsInOrder(t *testing.T) {
	seen := map[string]bool{}
	for _, i := range Catalogue() {
		if seen[i.Name] {
			t.Errorf("%s is declared twice", i.Name)
		}
		seen[i.Name] = true
		if len(i.Units) == 0 || !strings.HasSuffix(i.Doc, ".") || (i.Kind == Count) != (i.Noun != "") {
			t.Errorf("%s: incomplete: %+v", i.Name, i)
		}
		if strings.HasSuffix(i.Name, "_days") != (i.Kind == Days) {
			t.Errorf("%s: the name and the kind %s disagree", i.Name, i.Kind)
		}
	}
	if len(seen) != len(index) {
		t.Error("the index is not whole")
	}
}
