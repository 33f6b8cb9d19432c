package rules

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// one returns a set with a single soft rule over the given condition.
func one(t testing.TB, when string) (*Set, *Rule) {
	t.Helper()
	s := mustLoad(t, strings.Replace(base(t), "concerns_12w >= LIMIT && distinct_adults_12w >= 2.0", "'"+when+"'", 1))
	r, _ := s.Rule("many")
	return s, r
}

func values(t testing.TB, m map[string]float64) *Values {
	t.Helper()
	v, err := ValuesOf(m)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestThreeOutcomes(t *testing.T) {
	type m = map[string]float64
	const and = "concerns_12w >= LIMIT && distinct_adults_12w >= 2.0"
	const or = "concerns_12w >= LIMIT || distinct_adults_12w >= 2.0"
	tests := []struct {
		when    string
		given   m
		want    Outcome
		missing string
	}{
		{and, m{"concerns_12w": 3, "distinct_adults_12w": 2}, Met, ""},
		{and, m{"concerns_12w": 2, "distinct_adults_12w": 2}, Clear, ""},
		{and, m{"concerns_12w": 3}, Unknown, "distinct_adults_12w"},
		{and, m{"concerns_12w": 2}, Clear, ""}, // whatever the other is, it is clear
		{and, m{}, Unknown, "concerns_12w distinct_adults_12w"},
		{and, m{"concerns_12w": 0, "distinct_adults_12w": 0}, Clear, ""}, // zero is known
		{or, m{"concerns_12w": 3}, Met, ""},                              // whatever the other is, it is met
		{or, m{"concerns_12w": 1}, Unknown, "distinct_adults_12w"},
		{"!(concerns_12w >= LIMIT)", m{}, Unknown, "concerns_12w"},
		{"concerns_12w / distinct_adults_12w > 1.0", m{"concerns_12w": 1, "distinct_adults_12w": 0}, Met, ""}, // infinitely many
		{"concerns_12w / distinct_adults_12w > 1.0", m{"concerns_12w": 0, "distinct_adults_12w": 0}, Clear, ""},
		{"concerns_12w > 1.0 ? distinct_adults_12w > 1.0 : enquiries_12w > 1.0", m{"concerns_12w": 2, "distinct_adults_12w": 2}, Met, ""},
		{"concerns_12w > 1.0 ? distinct_adults_12w > 1.0 : enquiries_12w > 1.0", m{"concerns_12w": 0}, Unknown, "enquiries_12w"},
	}
	for _, tt := range tests {
		s, r := one(t, tt.when)
		h := s.NewEvaluator().Rule(r, values(t, tt.given))
		if h.Outcome != tt.want || strings.Join(h.Missing, " ") != tt.missing {
			t.Errorf("%s with %v: %s (missing %v), want %s (%s)", tt.when, tt.given, h.Outcome, h.Missing, tt.want, tt.missing)
		}
	}
}

func TestStandingFactsCountOnceAndForATime(t *testing.T) {
	s := mustLoad(t, base(t))
	r, _ := s.Rule("rated")
	type m = map[string]float64
	tests := []struct {
		name  string
		given m
		want  Outcome
		days  float64
	}{
		{"changed last week", m{"rating_overall": 1, "rating_change_days": 7, "rating_age_days": 30}, Met, 7},
		{"never changed, so the age counts", m{"rating_overall": 1, "rating_age_days": 30}, Met, 30},
		{"on the last day", m{"rating_overall": 1, "rating_change_days": 182}, Met, 182},
		{"a day too old", m{"rating_overall": 1, "rating_change_days": 183}, Clear, 183},
		{"start not known", m{"rating_overall": 1}, Unknown, 0},
		{"good, start not known", m{"rating_overall": 3}, Clear, 0},
		{"a date in the future counts as today", m{"rating_overall": 1, "rating_change_days": -4}, Met, 0},
	}
	for _, tt := range tests {
		h := s.NewEvaluator().Rule(r, values(t, tt.given))
		days, _ := r.StartedDays(values(t, tt.given))
		if h.Outcome != tt.want || days != tt.days {
			t.Errorf("%s: %s after %v days, want %s after %v", tt.name, h.Outcome, days, tt.want, tt.days)
		}
	}
}

func TestEvaluateKeepsTheOrderOfTheFile(t *testing.T) {
	s := mustLoad(t, base(t))
	hits := s.Evaluate(UnitLocation, values(t, map[string]float64{"concerns_12w": 5, "distinct_adults_12w": 5, "rating_overall": 3}))
	if len(hits) != 2 || hits[0].Rule.ID != "many" || hits[0].Outcome != Met || hits[1].Rule.ID != "rated" || hits[1].Outcome != Clear {
		t.Errorf("got %+v", hits)
	}
	if got := s.Evaluate(UnitBrand, NewValues()); len(got) != 0 {
		t.Errorf("rules about a brand: %v", got)
	}
}

func TestValues(t *testing.T) {
	v := NewValues()
	if err := v.Set("concern_12w", 1); err == nil || !strings.Contains(err.Error(), `did you mean "concerns_12w"?`) {
		t.Errorf("unknown name: %v", err)
	}
	for _, x := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if err := v.Set("beds", x); err != nil {
			t.Fatal(err)
		}
		if _, ok := v.Get("beds"); ok {
			t.Errorf("%v is taken for a value", x)
		}
	}
	v.SetAt(-1, 1)
	v.SetAt(1<<20, 1)
	if err := v.Set("funnel_z", 2); err != nil {
		t.Fatal(err)
	}
	if err := v.Set("rating_overall", 3); err != nil {
		t.Fatal(err)
	}
	if got := joinList(v.Speaking(), "and"); got != "safeguarding and cqc" {
		t.Errorf("Speaking() = %q", got)
	}
	c := v.Clone()
	v.Reset()
	if _, ok := v.Get("funnel_z"); ok {
		t.Error("Reset left a value")
	}
	if x, ok := c.Get("funnel_z"); !ok || x != 2 {
		t.Error("Clone shares its storage")
	}
	if _, ok := (*Values)(nil).Get("beds"); ok {
		t.Error("nil values know something")
	}
}

// Leaving a value out may make an answer unknown; it never turns met into clear
// or clear into met.
func TestUnknownNeverDecides(t *testing.T) {
	src := []string{"concerns_12w >= LIMIT && distinct_adults_12w >= 2.0", "concerns_12w >= LIMIT || funnel_z > 1.0 && enquiries_12w > 0.0",
		"!(funnel_z > 1.0) || concerns_12w > 2.0", "concerns_12w * 52.0 >= concerns_52w * 12.0 && funnel_z >= 1.0"}
	names := []string{"concerns_12w", "distinct_adults_12w", "funnel_z", "enquiries_12w", "concerns_52w"}
	sets := make([]*Set, len(src))
	for i, w := range src {
		sets[i], _ = one(t, w)
	}
	rapid.Check(t, func(t *rapid.T) {
		s := sets[rapid.IntRange(0, len(sets)-1).Draw(t, "condition")]
		full := NewValues()
		for _, n := range names {
			full.SetAt(index[n], float64(rapid.IntRange(0, 4).Draw(t, n)))
		}
		part := full.Clone()
		for _, n := range names {
			if rapid.Bool().Draw(t, "hide "+n) {
				part.SetAt(index[n], math.NaN())
			}
		}
		r, _ := s.Rule("many")
		e := s.NewEvaluator()
		whole, some := e.Rule(r, full), e.Rule(r, part)
		if whole.Outcome == Unknown {
			t.Fatal("everything is known and the answer is not")
		}
		if some.Outcome != Unknown && some.Outcome != whole.Outcome {
			t.Fatalf("with less known the answer went from %s to %s", whole.Outcome, some.Outcome)
		}
		if (some.Outcome == Unknown) != (len(some.Missing) > 0) {
			t.Fatalf("%s with missing %v", some.Outcome, some.Missing)
		}
	})
}

func TestEvaluateFromManyGoroutines(t *testing.T) {
	s := mustLoad(t, base(t))
	done := make(chan int)
	for range 4 {
		go func() {
			met := 0
			for i := range 500 {
				v := NewValues()
				v.SetAt(index["concerns_12w"], float64(i%6))
				v.SetAt(index["distinct_adults_12w"], 2)
				for _, h := range s.Evaluate(UnitLocation, v) {
					if h.Outcome == Met {
						met++
					}
				}
			}
			done <- met
		}()
	}
	for range 4 {
		if got := <-done; got != 249 {
			t.Errorf("met %d times, want 249", got)
		}
	}
}

func BenchmarkEvaluate(b *testing.B) {
	for _, known := range []string{"all known", "half unknown"} {
		b.Run(known, func(b *testing.B) {
			s := mustLoad(b, base(b))
			v := values(b, map[string]float64{"concerns_12w": 2, "rating_overall": 3})
			if known == "all known" {
				v.SetAt(index["concerns_12w"], 5)
				v.SetAt(index["distinct_adults_12w"], 1)
			} else {
				v.SetAt(index["concerns_12w"], 5)
			}
			e := s.NewEvaluator()
			hits := make([]Hit, 0, 2)
			b.ReportAllocs()
			for b.Loop() {
				v.num[index["concerns_12w"]] += 1e-9 // something new every time: nothing is remembered
				v.num[index["rating_overall"]] += 1e-9
				hits = e.Append(hits[:0], UnitLocation, v)
			}
			b.ReportMetric(float64(b.N)*float64(len(hits))/b.Elapsed().Seconds(), "rules/s")
		})
	}
}
