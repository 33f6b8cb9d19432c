package flags

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"bellwether/analytics/rules"
)

// drawWeek is one home's week: each source unknown, clear, met or strongly met.
func drawWeek(t *rapid.T, i, changed int) vals {
	v := vals{}
	if n := rapid.SampledFrom([]int{-1, 0, 0, 0, 4, 8}).Draw(t, "concerns"); n >= 0 {
		v["concerns_12w"] = float64(n)
	}
	if n := rapid.SampledFrom([]int{-1, 0, 0, 0, 3}).Draw(t, "complaints"); n >= 0 {
		v["complaints_12w"] = float64(n)
	}
	if i >= changed {
		v["rating_overall"], v["rating_change_days"] = 1, float64(6+7*(i-changed))
	} else {
		v["rating_overall"] = 3
	}
	return v
}

func drawHome(t *rapid.T, n int) []vals {
	changed := rapid.IntRange(0, 2*n).Draw(t, "rating changed in week")
	out := make([]vals, n)
	for i := range out {
		out[i] = drawWeek(t, i, changed)
	}
	return out
}

func copyWeeks(w []vals) []vals {
	out := make([]vals, len(w))
	for i, m := range w {
		out[i] = vals{}
		for k, v := range m {
			out[i][k] = v
		}
	}
	return out
}

func atLeast(t *rapid.T, what string, more, less string) {
	for i := range less {
		if more[i] < less[i] {
			t.Fatalf("%s: in week %d the level fell from %c to %c\n%s\n%s", what, i, less[i], more[i], less, more)
		}
	}
}

func TestMoreEvidenceNeverLowers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawHome(rt, 24)
		before := levels(run(t, nil, home(t, "A", "P", w...)), "P")
		more := copyWeeks(w)
		for range rapid.IntRange(1, 4).Draw(rt, "changes") {
			i := rapid.IntRange(0, len(w)-1).Draw(rt, "week")
			switch rapid.IntRange(0, 2).Draw(rt, "what") {
			case 0:
				more[i]["concerns_12w"] += 8 // enough to meet every rule, also from unknown
			case 1:
				more[i]["complaints_12w"] = 5
			case 2:
				more[i]["rating_overall"] = 1
				if _, ok := more[i]["rating_change_days"]; !ok {
					more[i]["rating_change_days"] = 3
				}
			}
		}
		atLeast(rt, "more evidence", levels(run(t, nil, home(t, "A", "P", more...)), "P"), before)
	})
}

func TestUnknownNeverLowers(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawHome(rt, 24)
		set := trialSet(t)
		before := levels(run(t, nil, home(t, "A", "P", w...)), "P")
		less := copyWeeks(w)
		for range rapid.IntRange(1, 6).Draw(rt, "changes") {
			i := rapid.IntRange(0, len(w)-1).Draw(rt, "week")
			name := rapid.SampledFrom([]string{"concerns_12w", "complaints_12w"}).Draw(rt, "indicator")
			v, _ := rules.ValuesOf(less[i])
			met := false // a look that meets a rule is evidence; only others are made unknown
			for _, h := range set.Evaluate(rules.UnitLocation, v) {
				met = met || h.Outcome == rules.Met && strings.Contains(h.Rule.When, name)
			}
			if !met {
				delete(less[i], name)
			}
		}
		atLeast(rt, "less known", levels(run(t, nil, home(t, "A", "P", less...)), "P"), before)
	})
}

func TestALevelFallsOnlyAfterClearLooks(t *testing.T) {
	set := trialSet(t)
	rapid.Check(t, func(rt *rapid.T) {
		w := drawHome(rt, 30)
		res := run(t, nil, home(t, "A", "P", w...))
		l := levels(res, "P")
		for i := 1; i < len(l); i++ {
			if l[i] >= l[i-1] {
				continue
			}
			explained := false
			for _, f := range res.Flags {
				// The flag that carried the level is over, or its only second source is.
				if !f.ClearedOn.Equal(week(i).AddDate(0, 0, 6)) {
					continue
				}
				explained = true
				r, _ := set.Rule(f.RuleID)
				for j := i - set.Policy.ClearWeeks + 1; j <= i; j++ {
					v, _ := rules.ValuesOf(w[j])
					if got := set.NewEvaluator().Rule(r, v).Outcome; got != rules.Clear {
						rt.Fatalf("%s closed in week %d, and in week %d it is %s", f.RuleID, i, j, got)
					}
				}
			}
			if !explained {
				rt.Fatalf("the level fell in week %d and no flag closed: %s", i, l)
			}
		}
	})
}

func TestLaterWeeksChangeNothingBefore(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawHome(rt, 30)
		cut := rapid.IntRange(1, len(w)).Draw(rt, "weeks seen first")
		first, all := run(t, nil, home(t, "A", "P", w[:cut]...)), run(t, nil, home(t, "A", "P", w...))
		if !strings.HasPrefix(levels(all, "P"), levels(first, "P")) {
			rt.Fatalf("the past changed:\n%s\n%s", levels(first, "P"), levels(all, "P"))
		}
		ids := map[string]Flag{}
		for _, f := range all.Flags {
			if _, dup := ids[f.FlagID]; dup {
				rt.Fatalf("two flags have the id %s", f.FlagID)
			}
			ids[f.FlagID] = f
		}
		for _, f := range first.Flags {
			if g, ok := ids[f.FlagID]; !ok || g.RuleID != f.RuleID || !g.OpenedOn.Equal(f.OpenedOn) {
				rt.Fatalf("flag %s of %s is gone", f.FlagID, f.RuleID)
			}
		}
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		late := Unit{Kind: rules.UnitProvider, ID: "P", ProviderIDs: []string{"P"}}
		for i := range 20 {
			v, _ := rules.ValuesOf(vals{"accounts_overdue_days": float64(rapid.SampledFrom([]int{0, 40}).Draw(rt, "late"))})
			late.Looks = append(late.Looks, Look{Week: week(i), Values: v})
		}
		units := []Unit{home(t, "A", "P", drawHome(rt, 20)...), home(t, "B", "P", drawHome(rt, 20)...), home(t, "C", "Q", drawHome(rt, 20)...), late}
		want := run(t, nil, units...)
		mixed := rapid.Permutation(units).Draw(rt, "units")
		for i := range mixed {
			mixed[i].Looks = rapid.Permutation(mixed[i].Looks).Draw(rt, "looks")
		}
		if diff := cmp.Diff(want, run(t, nil, mixed...), cmpopts.IgnoreUnexported(Flag{})); diff != "" {
			rt.Fatalf("another order gives another result:\n%s", diff)
		}
	})
}
