package flags

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"bellwether/analytics/rules"
)

// with builds a result under the trial set with one edit.
func with(t testing.TB, old, new string, units ...Unit) Result {
	t.Helper()
	text := strings.Replace(trial, old, new, 1)
	if old != new && text == trial {
		t.Fatalf("%q is not in the trial set", old)
	}
	set, err := rules.Load("trial.yml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	b := NewBuilder(set, week(300))
	for _, u := range units {
		if err := b.Add(u); err != nil {
			t.Fatal(err)
		}
	}
	res, err := b.Result(nil)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestCompare(t *testing.T) {
	// One home with concerns and complaints from week 4, another rated Inadequate in week 2.
	busy := func() Unit {
		return home(t, "A", "P", seq(times(4, vals{"concerns_12w": 0, "complaints_12w": 0}), times(8, vals{"concerns_12w": 4, "complaints_12w": 2}))...)
	}
	rated := func() Unit {
		var w []vals
		for i := range 12 {
			w = append(w, vals{"concerns_12w": 0, "complaints_12w": 0, "rating_overall": 1, "rating_change_days": float64(7*i + 3)})
		}
		return home(t, "B", "Q", w...)
	}
	now := with(t, "", "", busy(), rated())
	for _, tt := range []struct {
		name, old, new string
		since          time.Time
		appear, vanish string
		same           int
		moves          []LevelMove
	}{
		{"the same set", "", "", week(0), "", "", 3, nil},
		{"a limit out of reach", "concerns_12w >= 3.0", "concerns_12w >= 9.0", week(0), "", "soft_complaints soft_concerns", 1, []LevelMove{{"P", rules.PreProviderConcern, rules.MarketManagement}}},
		{"a lower limit", "concerns_12w >= 6.0", "concerns_12w >= 4.0", week(0), "soft_many", "", 3, []LevelMove{{"P", rules.PreProviderConcern, rules.ProviderConcern}}},
		{"a hard rule that looks for another rating", "rating_overall == 1.0", "rating_overall == 2.0", week(0), "", "hard_rating", 2, []LevelMove{{"Q", rules.ProviderConcern, rules.MarketManagement}}},
		{"nothing since", "concerns_12w >= 3.0", "concerns_12w >= 9.0", week(200), "", "soft_complaints soft_concerns", 1, []LevelMove{{"P", rules.PreProviderConcern, rules.MarketManagement}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := Compare(now, with(t, tt.old, tt.new, busy(), rated()), tt.since)
			if got := names(c.Appear); got != tt.appear {
				t.Errorf("appear %q, want %q", got, tt.appear)
			}
			if got := names(c.Vanish); got != tt.vanish {
				t.Errorf("vanish %q, want %q", got, tt.vanish)
			}
			if c.Same != tt.same {
				t.Errorf("%d stay, want %d", c.Same, tt.same)
			}
			if diff := cmp.Diff(tt.moves, c.Moves); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func names(fs []Flag) string {
	var out []string
	for _, f := range fs {
		out = append(out, f.RuleID)
	}
	for i := range out {
		for j := i + 1; j < len(out); j++ {
			if out[j] < out[i] {
				out[i], out[j] = out[j], out[i]
			}
		}
	}
	return strings.Join(out, " ")
}

func TestCompareCountsTheLoadOfEachMonth(t *testing.T) {
	a := home(t, "A", "P", seq(times(8, vals{"concerns_12w": 0, "complaints_12w": 0}), times(6, vals{"concerns_12w": 7, "complaints_12w": 2}))...)
	c := Compare(with(t, "concerns_12w >= 3.0", "concerns_12w >= 99.0", a), with(t, "", "", a), week(0))
	var got []string
	for _, m := range c.Months {
		got = append(got, m.Month.Format("Jan ")+string(rune('0'+m.Now.AtConcern))+string(rune('0'+m.Now.AtAny))+string(rune('0'+m.Now.Began))+
			" "+string(rune('0'+m.New.AtConcern))+string(rune('0'+m.New.AtAny))+string(rune('0'+m.New.Began)))
	}
	want := []string{"Jan 000 000", "Feb 000 000", "Mar 112 113", "Apr 110 110"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("months:\n%s\n%v", diff, got)
	}
	if c.Months[0].Providers != 1 {
		t.Errorf("%d providers", c.Months[0].Providers)
	}
}

// A set compared with itself changes nothing; comparing the other way round swaps what appears and what vanishes.
func TestCompareIsSymmetric(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		w := drawHome(rt, 20)
		limit := rapid.SampledFrom([]string{"concerns_12w >= 3.0", "concerns_12w >= 5.0", "concerns_12w >= 9.0"}).Draw(rt, "limit")
		now, other := with(t, "", "", home(t, "A", "P", w...)), with(t, "concerns_12w >= 3.0", limit, home(t, "A", "P", w...))
		since := week(rapid.IntRange(0, 19).Draw(rt, "since"))
		if c := Compare(now, now, since); len(c.Appear)+len(c.Vanish)+len(c.Moves)+len(c.ByRule) > 0 {
			rt.Fatalf("a set differs from itself: %+v", c)
		}
		there, back := Compare(now, other, since), Compare(other, now, since)
		if names(there.Appear) != names(back.Vanish) || names(there.Vanish) != names(back.Appear) {
			rt.Fatalf("there %q %q, back %q %q", names(there.Appear), names(there.Vanish), names(back.Appear), names(back.Vanish))
		}
	})
}
