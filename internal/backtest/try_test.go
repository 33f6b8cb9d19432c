package backtest

import (
	"testing"
	"time"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
)

// tried moves the trial set's limit of concerns on the test county.
func tried(t *testing.T, to float64, outcomes map[string][]measure.Outcome) *Trial {
	t.Helper()
	m := county(t)
	set, err := m.Set.Move("many", "concerns_12w", to)
	if err != nil {
		t.Fatal(err)
	}
	now, err := m.Find(m.Set)
	if err != nil {
		t.Fatal(err)
	}
	other, err := m.Find(set)
	if err != nil {
		t.Fatal(err)
	}
	return &Trial{AsOf: m.AsOf, Set: m.Set, Tried: set, now: now, new: other, outcomes: outcomes}
}

// Home A has nine concerns from week 100 on, home C three throughout.
func TestATrialSaysWhatFollowed(t *testing.T) {
	for _, tt := range []struct {
		name           string
		to             float64
		outcomes       map[string][]measure.Outcome
		appear, vanish Aftermath
	}{
		{"the same limit", 6, nil, Aftermath{}, Aftermath{}},
		{"lower: C's flag appears, and nothing followed it", 3, nil, Aftermath{Flags: 1}, Aftermath{}},
		{"out of reach: A's flag vanishes, and a lower rating had followed it", 99, map[string][]measure.Outcome{"downgrade": {{Unit: "PA", On: sunday(110)}}}, Aftermath{}, Aftermath{Flags: 1, Followed: 1}},
		{"a closure by itself follows nothing", 99, map[string][]measure.Outcome{"closure": {{Unit: "PA", On: sunday(110)}}}, Aftermath{}, Aftermath{Flags: 1}},
		{"a rating of the same day is not foretold", 99, map[string][]measure.Outcome{"downgrade": {{Unit: "PA", On: sunday(100)}}}, Aftermath{}, Aftermath{Flags: 1}},
		{"a panel that confirms it on the day is its own", 99, map[string][]measure.Outcome{"panel": {{Unit: "PA", On: sunday(100)}}}, Aftermath{}, Aftermath{Flags: 1, Followed: 1}},
		{"another provider's rating is no answer", 99, map[string][]measure.Outcome{"downgrade": {{Unit: "PB", On: sunday(110)}}}, Aftermath{}, Aftermath{Flags: 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			trial := tried(t, tt.to, tt.outcomes)
			s := trial.Compare(start, nil)
			if s.Appear != tt.appear || s.Vanish != tt.vanish {
				t.Errorf("appear %+v, vanish %+v", s.Appear, s.Vanish)
			}
			if s.Months < 36 || s.Months > 37.5 {
				t.Errorf("%.1f months", s.Months)
			}
		})
	}
}

// What a reader may not see is in none of the numbers.
func TestATrialShowsOnlyWhatMayBeShown(t *testing.T) {
	trial := tried(t, 3, nil)
	s := trial.Compare(start, func(provider string) bool { return provider != "PC" })
	if s.Appear.Flags != 0 || len(s.Moves) != 0 {
		t.Errorf("a hidden provider's flag shows: %+v", s)
	}
	for _, m := range s.Comparison.Months {
		if m.New.AtAny > m.Now.AtAny || m.New.Began > m.Now.Began {
			t.Errorf("a hidden provider counts in %s: %+v", m.Month.Format("Jan 2006"), m)
		}
	}
}

func TestAFlagOfYesterdayIsTooRecent(t *testing.T) {
	trial := tried(t, 6, nil)
	a := trial.aftermath([]flags.Flag{{ProviderID: "PA", Level: rules.ProviderConcern, CountsFrom: trial.AsOf.AddDate(0, 0, -1)}, {ProviderID: "PA", CountsFrom: trial.AsOf.AddDate(-1, 0, 0)}})
	if (a != Aftermath{Flags: 2, TooRecent: 1}) {
		t.Errorf("%+v", a)
	}
}

func TestTooLargeNamesTheCommand(t *testing.T) {
	if got := (&TooLargeError{2_000_000}).Error(); got != "this market has 2000000 weekly looks, more than a page replays while you wait; use `bellwether rules simulate`" {
		t.Error(got)
	}
}

// The lists of cases are the very ones that the shares count.
func TestTheCasesAreThoseThatAreCounted(t *testing.T) {
	h := replayed(t)
	for name, outcomes := range map[string][]measure.Outcome{
		"A's rating is seen coming, B's closure is not": {{Unit: "PA", On: sunday(110)}, {Unit: "PB", On: sunday(120)}},
		"only B's closure":    {{Unit: "PB", On: sunday(120)}},
		"a rating long after": {{Unit: "PA", On: sunday(150)}},
	} {
		q := measure.Question{Watched: h.watched, Outcomes: outcomes, Horizon: defaultHorizon, Gap: gap}
		missed, unfounded := h.cases(q)
		early := measure.Measure(h.alerts(rules.PreProviderConcern, ""), q, measure.Resampling{Times: 10})
		high := measure.Measure(h.alerts(rules.ProviderConcern, ""), q, measure.Resampling{Times: 10})
		if len(missed) != early.Recall.Of-early.Recall.N || len(unfounded) != high.Precision.Of-high.Precision.N {
			t.Errorf("%s: %d missed of %+v, %d unfounded of %+v", name, len(missed), early.Recall, len(unfounded), high.Precision)
		}
	}
}

func TestKeptReports(t *testing.T) {
	dir := t.TempDir() + "/reports"
	if r, err := Kept(dir); r != nil || err != nil {
		t.Errorf("an empty folder gives %v, %v", r, err)
	}
	want := report(t)
	if err := Keep(dir, want); err != nil {
		t.Fatal(err)
	}
	got, err := Kept(dir)
	if err != nil || got.Snapshot != want.Snapshot || len(got.Outcomes) != len(want.Outcomes) {
		t.Errorf("kept %+v, %v", got, err)
	}
	asOf, _ := time.Parse(time.DateOnly, want.AsOf)
	for _, tt := range []struct {
		name string
		r    *Report
		asOf time.Time
		hash string
		due  bool
	}{
		{"none kept", nil, asOf, want.RuleSetHash, true}, {"the same day", got, asOf, want.RuleSetHash, false}, {"other rules", got, asOf, "other", true},
		{"six days on", got, asOf.AddDate(0, 0, 6), want.RuleSetHash, false}, {"a week on", got, asOf.AddDate(0, 0, 7), want.RuleSetHash, true}, {"an earlier date", got, asOf.AddDate(0, 0, -1), want.RuleSetHash, true},
	} {
		if tt.r.Due(tt.asOf, tt.hash) != tt.due {
			t.Errorf("%s: due is %v", tt.name, !tt.due)
		}
	}
}
