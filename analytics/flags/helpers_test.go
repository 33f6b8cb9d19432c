package flags

import (
	"math"
	"sync"
	"testing"
	"time"

	"bellwether/analytics/rules"
)

var nan = math.NaN()

// A small set with one rule of every sort, over plain indicators.
const trial = `set: trial
version: "1"
title: Trial
policy: {clear_weeks: 3, event_window_days: 70, corroboration_weeks: 4, step_down_reviews: 2, watch_weeks: 4}
rules:
  - {id: hard_rating, title: Hard, level: provider_concern, strength: hard, basis: local, citation: {document: Text, clause: "1"}, unit: location,
     evidence: cqc, when: rating_overall == 1.0, starts: [rating_change_days], measure: rating, observed: rating_overall, threshold: 1, says: "Rated {rating_overall}.", clears_when: Better.}
  - {id: soft_concerns, title: Concerns, level: pre_provider_concern, strength: soft, basis: local, unit: location, evidence: safeguarding,
     when: concerns_12w >= 3.0, measure: concerns, observed: concerns_12w, threshold: 3, window_weeks: 12, signal: funnel/concerns, says: "{concerns_12w:n} concerns.", clears_when: Fewer.}
  - {id: soft_many, title: Many, level: provider_concern, strength: soft, basis: local, unit: location, evidence: safeguarding,
     when: concerns_12w >= 6.0, measure: concerns, observed: concerns_12w, threshold: 6, window_weeks: 12, says: "{concerns_12w:n} concerns.", clears_when: Fewer.}
  - {id: soft_complaints, title: Complaints, level: pre_provider_concern, strength: soft, basis: local, unit: location, evidence: complaints,
     when: complaints_12w >= 2.0, measure: complaints, observed: complaints_12w, threshold: 2, window_weeks: 12, says: "{complaints_12w:n} complaints.", clears_when: Fewer.}
  - {id: context, title: Context, level: pre_provider_concern, strength: soft, basis: local, unit: location, evidence: contracts, second_source: standing, supports: false,
     when: beds >= 50.0, says: Large., clears_when: Smaller.}
  - {id: soft_money, title: Money, level: provider_failure, failure_kind: risk, strength: soft, basis: local, unit: provider, evidence: finance,
     when: accounts_overdue_days >= 28.0, measure: days, observed: accounts_overdue_days, threshold: 28, says: Late., clears_when: Filed.}
  - {id: event, title: Event, level: provider_failure, failure_kind: event, strength: hard, basis: cited, citation: {document: Act, clause: "48", sets: duty}, unit: provider,
     evidence: finance, when: company_failure == 1.0 && running == 0.0, says: Stopped., clears_when: Running.}
  - {id: group, title: Group, level: provider_concern, strength: soft, basis: local, unit: brand, evidence: group, second_source: standing,
     when: brand_locations_elevated >= 2.0, says: Group., clears_when: Fewer.}
`

var loadTrial = sync.OnceValues(func() (*rules.Set, error) { return rules.Load("trial.yml", []byte(trial)) })

func trialSet(t testing.TB) *rules.Set {
	t.Helper()
	s, err := loadTrial()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var monday = time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC)

func week(i int) time.Time { return monday.AddDate(0, 0, 7*i) }

type vals = map[string]float64

// weekly builds looks from one map a week; nil is a week without a look.
func weekly(t testing.TB, weeks ...vals) []Look {
	t.Helper()
	var out []Look
	for i, m := range weeks {
		if m == nil {
			continue
		}
		v, err := rules.ValuesOf(m)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, Look{Week: week(i), Values: v})
	}
	return out
}

// times repeats a week.
func times(n int, m vals) []vals {
	out := make([]vals, n)
	for i := range out {
		out[i] = m
	}
	return out
}

func seq(parts ...[]vals) []vals {
	var out []vals
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func home(t testing.TB, id, provider string, weeks ...vals) Unit {
	return Unit{Kind: rules.UnitLocation, ID: id, ProviderIDs: []string{provider}, Looks: weekly(t, weeks...)}
}

// run builds a result as of long after the last week.
func run(t testing.TB, decisions []Decision, units ...Unit) Result {
	t.Helper()
	b := NewBuilder(trialSet(t), week(300))
	for _, u := range units {
		if err := b.Add(u); err != nil {
			t.Fatal(err)
		}
	}
	res, err := b.Result(decisions)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// levels spells a provider's weekly levels as digits.
func levels(res Result, provider string) string {
	s := ""
	for _, w := range res.Weeks {
		if w.ProviderID == provider {
			s += string(rune('0' + w.Level))
		}
	}
	return s
}

func find(t testing.TB, res Result, provider, rule string) []Flag {
	t.Helper()
	var out []Flag
	for _, f := range res.Flags {
		if f.ProviderID == provider && f.RuleID == rule {
			out = append(out, f)
		}
	}
	return out
}
