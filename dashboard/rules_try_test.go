package dashboard

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"bellwether/dashboard/page"

	measure "bellwether/analytics/backtest"
	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
	"bellwether/dashboard/read"
	"bellwether/internal/backtest"
)

// cannedTrial answers with one flag more at each of two providers.
type cannedTrial struct{}

func (cannedTrial) Compare(since time.Time, may func(string) bool) backtest.Simulation {
	var s backtest.Simulation
	s.Months = 12
	for _, p := range []string{"1-9000001", "1-9000002"} {
		if may(p) {
			s.Comparison.Appear = append(s.Comparison.Appear, flags.Flag{ProviderID: p, RuleTitle: "More concerns", CountsFrom: since.AddDate(0, 1, 0), Sentence: "3 concerns at " + p})
			s.Comparison.Moves = append(s.Comparison.Moves, flags.LevelMove{ProviderID: p, From: rules.MarketManagement, To: rules.PreProviderConcern})
			s.Appear.Flags++
		}
	}
	s.Appear.Followed = 1
	s.Same = 40
	return s
}

func withLimits(c *page.Config) {
	c.Rules = func() page.RuleSet {
		set := testRules()
		set.Rules[0].Limits = []page.RuleLimit{{Indicator: "concerns_12w", Says: "Concerns in twelve weeks", Sign: ">=", Value: 4}, {Indicator: "funnel_z", Says: "How far above its peers", Sign: ">=", Value: 1.96}}
		return set
	}
}

func TestTryingANumber(t *testing.T) {
	const at = "/rules/try?rule=concerns-above-usual&limit=concerns_12w&to="
	asked := 0
	var st *site
	var second *http.Response
	var says string
	st = newSite(t, county(t), withLimits, func(c *page.Config) {
		c.Try = func(_ context.Context, _ *read.Snapshot, rule, indicator string, to float64) (read.Trial, error) {
			asked++
			switch to {
			case 7:
				return nil, &rules.MoveError{Says: "the limit can't be moved there"}
			case 8:
				return nil, &backtest.TooLargeError{Looks: 9_000_000}
			case 9:
				return nil, context.DeadlineExceeded
			case 10:
				return nil, errors.New("the disk is on fire")
			case 11:
				second, says = st.get("chair", at+"2")
			}
			if rule != "concerns-above-usual" || indicator != "concerns_12w" {
				t.Errorf("asked of %s.%s", rule, indicator)
			}
			return cannedTrial{}, nil
		}
	})
	st.play(t, []scenario{
		{"chair", "/rules", 200, []string{"Try another number", "No back-test is kept yet"}, nil},
		{"chair", "/rules/try?rule=concerns-above-usual", 200, []string{"Instead of 4", "It changes nothing", "Concerns in twelve weeks"}, []string{"a month"}},
		{"chair", at + "3", 200, []string{"At 3 instead of 4: &#43;0.2 flags a month, &#43;0.1 true.", "Two flags would appear: one followed within half a year", "one followed by none of these, none too recent", "Saltmarsh Homes", "40 flags of the year stay", "OFFICIAL-SENSITIVE"}, []string{"<no value>", "%!"}},
		{"officer", at + "3", 200, []string{"3 concerns at 1-9000002"}, []string{"3 concerns at 1-9000001", "Saltmarsh"}},
		{"governance", at + "3", 200, []string{"shown to those who see flags"}, []string{"3 concerns at"}},
		{"chair", at + "x", 200, []string{"There is a problem", "Enter a number"}, nil},
		{"chair", at + "NaN", 200, []string{"Enter a number"}, nil},
		{"chair", at + "1e300", 200, []string{"Enter a number"}, nil},
		{"chair", at + "7", 200, []string{"The limit can&#39;t be moved there"}, nil},
		{"chair", at + "8", 200, []string{"more than a page replays"}, nil},
		{"chair", at + "9", 200, []string{"It took too long"}, nil},
		{"chair", at + "10", 500, []string{"Something went wrong"}, []string{"fire"}},
		{"chair", "/rules/try", 404, []string{"No such rule to try"}, nil},
		{"chair", "/rules/try?rule=business-failure", 404, []string{"No such rule to try"}, nil},
		{"chair", "/rules/try?rule=%3Cscript%3E&to=%00", 404, nil, []string{"<script>x"}},
	})
	before := asked
	st.get("chair", at+"3")
	if asked != before {
		t.Error("a trial that was kept ran again")
	}
	// One at a time: a second asker is told so, and told when to come back.
	st.get("chair", at+"11")
	if second.StatusCode != http.StatusServiceUnavailable || second.Header.Get("Retry-After") == "" || !strings.Contains(says, "one runs at a time") {
		t.Errorf("a second trial: %d, %.200s", second.StatusCode, says)
	}
}

func cannedReport() *backtest.Report {
	share := func(n, of int) measure.Share { return measure.Wilson(n, of) }
	method := func(name, title string, limit float64, n int) backtest.MethodReport {
		m := backtest.MethodReport{Name: name, Title: title, Limit: limit}
		m.Recall, m.Precision, m.AlertsPer100, m.TimeAlerted = share(n, 11), share(n, 20), 9.6, 0.04
		m.Lead = measure.Lead{N: n, Median: measure.Estimate{Value: 54, Low: 20, High: 90, Known: true}}
		return m
	}
	return &backtest.Report{Snapshot: "s", AsOf: "2026-09-30", RuleSet: "default 2026.1", RuleSetHash: "2b91c07d44e8", Since: "2024-03-27", Until: "2026-09-30", HorizonDays: 182, Providers: 40, Outcomes: []backtest.OutcomeReport{
		{Name: "downgrade", Title: "Overall rating lowered", Outcomes: 11, Methods: []backtest.MethodReport{method("rules_provider_concern", "The rules, at provider concern or above", 0, 2), method("rules_pre_provider_concern", "The rules, at any level", 0, 3), method("three_in_12w", "Three concerns in 12 weeks, as usually set", 3, 9)},
			Missed: []backtest.Case{{ProviderID: "1-9000001", On: "2026-05-04"}, {ProviderID: "1-9000002", On: "2026-02-04"}}, Unfounded: []backtest.Case{{ProviderID: "1-9000002", On: "2025-05-04", Until: "2025-09-01"}}},
		{Name: "enforcement", Title: "Enforcement by CQC", Silence: "No feed that is read carries enforcement notices, so nothing can be said."},
	}}
}

func TestTheBackTestIsShown(t *testing.T) {
	var broken error
	st := newSite(t, county(t), func(c *page.Config) {
		c.BackTest = func() (*backtest.Report, error) { return cannedReport(), broken }
	})
	st.play(t, []scenario{
		{"chair", "/rules", 200, []string{"How they would have done", "Of 11 such events, eight came without any flag before; three came after one, the middle one of them"}, nil},
		{"chair", "/rules/backtest", 200, []string{"replayed week by week", "Missed: no flag of any level came before", "Saltmarsh Homes", "on 4 May 2026", "One alert", "No feed that is read carries enforcement notices", "Three concerns in 12 weeks, as usually set"}[:4], []string{"<no value>", "%!"}},
		{"officer", "/rules/backtest", 200, []string{"on 4 Feb 2026"}, []string{"on 4 May 2026"}},
		{"governance", "/rules/backtest", 200, []string{"The rules, at any level"}, []string{"Missed:", "Saltmarsh"}},
		{"chair", "/rules/backtest?figure=load-downgrade&format=csv", 200, []string{"Three concerns in 12 weeks"}, nil},
	})
	broken = errors.New("can't be read")
	st.play(t, []scenario{{"chair", "/rules/backtest", 200, []string{"No back-test is kept yet"}, nil}})
}
