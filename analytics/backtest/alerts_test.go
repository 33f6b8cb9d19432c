package backtest

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var quick = Resampling{Times: 20, Seed: 3}

// One home watched for a thousand days; horizon 182.
func ask(outcomes ...int) Question {
	q := Question{Watched: []Watched{{"A", 0, 1000}}, Horizon: 182, Gap: 91}
	for _, on := range outcomes {
		q.Outcomes = append(q.Outcomes, Outcome{"A", on})
	}
	return q
}

func TestMeasure(t *testing.T) {
	for _, tt := range []struct {
		name                     string
		alerts                   []Stretch
		q                        Question
		n, recent, right, judged int
		caught, early, outcomes  int
		medianLead               float64
	}{
		{"foretold", []Stretch{{"A", 100, 150}}, ask(200), 1, 0, 1, 1, 1, 1, 1, 100},
		{"too late", []Stretch{{"A", 200, 250}}, ask(200), 1, 0, 0, 1, 0, 0, 1, 0},
		{"of the same day", []Stretch{{"A", 200, 201}}, ask(200), 1, 0, 0, 1, 0, 0, 1, 0},
		{"too early", []Stretch{{"A", 100, 110}}, ask(500), 1, 0, 0, 1, 0, 0, 1, 0},
		{"still standing", []Stretch{{"A", 100, 450}}, ask(500), 1, 0, 0, 1, 1, 1, 1, 400},
		{"not yet judged", []Stretch{{"A", 900, 1000}}, ask(), 1, 1, 0, 0, 0, 0, 0, 0},
		{"recent but right", []Stretch{{"A", 900, 950}}, ask(990), 1, 0, 1, 1, 1, 1, 1, 90},
		{"two that are one", []Stretch{{"A", 100, 150}, {"A", 200, 250}}, ask(260), 1, 0, 1, 1, 1, 1, 1, 160},
		{"two apart", []Stretch{{"A", 100, 150}, {"A", 400, 450}}, ask(460), 2, 0, 1, 2, 1, 0, 1, 60},
		{"nobody alerted", nil, ask(300, 600), 0, 0, 0, 0, 0, 0, 2, 0},
		{"an outcome before the watch", []Stretch{{"A", 0, 10}}, ask(0), 1, 0, 0, 1, 0, 0, 0, 0},
		{"another unit's outcome", []Stretch{{"A", 100, 150}}, Question{Watched: []Watched{{"A", 0, 1000}, {"B", 0, 1000}}, Outcomes: []Outcome{{"B", 120}}, Horizon: 182}, 1, 0, 0, 1, 0, 0, 1, 0},
		{"an alert outside the watch", []Stretch{{"A", 1200, 1250}}, ask(), 0, 0, 0, 0, 0, 0, 0, 0},
		{"an unknown unit", []Stretch{{"Z", 100, 150}}, ask(200), 0, 0, 0, 0, 0, 0, 1, 0},
		{"a closure ends the watch", []Stretch{{"A", 900, 1000}}, ask(1000), 1, 0, 1, 1, 1, 1, 1, 100},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := Measure(tt.alerts, tt.q, quick)
			got := []int{r.Alerts, r.TooRecent, r.Precision.N, r.Precision.Of, r.Recall.N, r.Recall90.N, r.Recall.Of}
			want := []int{tt.n, tt.recent, tt.right, tt.judged, tt.caught, tt.early, tt.outcomes}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("alerts, too recent, right, judged, caught, by 90 days, outcomes:\n%s", diff)
			}
			if r.Lead.Median.Value != tt.medianLead || r.Lead.N != tt.caught {
				t.Errorf("lead %+v, want %g", r.Lead, tt.medianLead)
			}
		})
	}
}

func TestLoadIsPerUnitYear(t *testing.T) {
	q := Question{Watched: []Watched{{"A", 0, 3652}, {"B", 0, 3653}, {"none", 5, 5}}, Horizon: 100}
	r := Measure([]Stretch{{"A", 0, 365}, {"B", 1000, 1365}}, q, quick)
	if !near(r.UnitYears, 20, 0.01) || !near(r.AlertsPer100, 10, 0.01) || !near(r.TimeAlerted, 0.0999, 0.001) {
		t.Errorf("%+v", r)
	}
	if empty := Measure(nil, Question{}, quick); empty.Precision.Known || empty.Recall.Known || empty.UnitYears != 0 || empty.AlertsPer100 != 0 {
		t.Errorf("a market of nobody: %+v", empty)
	}
}

func TestJoin(t *testing.T) {
	in := []Stretch{{"B", 0, 5}, {"A", 20, 30}, {"A", 0, 10}, {"A", 40, 40}, {"A", 35, 37}}
	if diff := cmp.Diff([]Stretch{{"A", 0, 10}, {"A", 20, 37}, {"B", 0, 5}}, Join(in, 5)); diff != "" {
		t.Error(diff)
	}
}

func TestAboveAndSameLoad(t *testing.T) {
	looks := []Look{{"A", 0, 7, 1}, {"A", 7, 7, 3}, {"A", 14, 7, 3}, {"A", 21, 7, 2}, {"B", 0, 7, 3}}
	if diff := cmp.Diff([]Stretch{{"A", 7, 21}, {"B", 0, 7}}, Above(looks, 3)); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct{ share, want float64 }{{1, 1}, {0.8, 2}, {0.6, 3}} {
		if got, ok := SameLoad(looks, tt.share); !ok || got != tt.want {
			t.Errorf("at a load of %g the threshold is %g, want %g", tt.share, got, tt.want)
		}
	}
	if got, ok := SameLoad(looks, 0.5); !ok || got <= 3 || len(Above(looks, got)) > 0 {
		t.Errorf("three ties don't fit in a half, yet the threshold is %g", got)
	}
	if _, ok := SameLoad(nil, 0.5); ok {
		t.Error("a threshold from nothing")
	}
}

func drawStretches(t *rapid.T) []Stretch {
	var out []Stretch
	for range rapid.IntRange(0, 12).Draw(t, "alerts") {
		from := rapid.IntRange(0, 900).Draw(t, "from")
		out = append(out, Stretch{string(rune('A' + rapid.IntRange(0, 3).Draw(t, "unit"))), from, from + rapid.IntRange(0, 200).Draw(t, "for")})
	}
	return out
}

func drawQuestion(t *rapid.T) Question {
	q := Question{Horizon: rapid.IntRange(1, 300).Draw(t, "horizon"), Gap: rapid.IntRange(0, 91).Draw(t, "gap")}
	for _, u := range []string{"A", "B", "C", "D"} {
		q.Watched = append(q.Watched, Watched{u, 0, rapid.IntRange(0, 1000).Draw(t, "until")})
		for range rapid.IntRange(0, 3).Draw(t, "outcomes") {
			q.Outcomes = append(q.Outcomes, Outcome{u, rapid.IntRange(0, 1000).Draw(t, "on")})
		}
	}
	return q
}

// The order of alerts and outcomes cannot matter, joining them beforehand changes nothing, and no number is out of its range.
func TestMeasureProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, q := drawStretches(rt), drawQuestion(rt)
		want := Measure(a, q, quick)
		mixed := q
		mixed.Outcomes = rapid.Permutation(q.Outcomes).Draw(rt, "outcomes")
		if diff := cmp.Diff(want, Measure(rapid.Permutation(a).Draw(rt, "alerts"), mixed, quick)); diff != "" {
			rt.Fatalf("another order:\n%s", diff)
		}
		if diff := cmp.Diff(want, Measure(Join(a, q.Gap), q, quick)); diff != "" {
			rt.Fatalf("joined before:\n%s", diff)
		}
		if want.TimeAlerted < 0 || want.TimeAlerted > 1 || want.Recall90.N > want.Recall.N || want.Precision.Of+want.TooRecent != want.Alerts || want.Lead.N != want.Recall.N {
			rt.Fatalf("%+v", want)
		}
	})
}

// One more alert never loses an outcome that was foretold.
func TestMoreAlertsNeverForetellLess(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, q := drawStretches(rt), drawQuestion(rt)
		more := append(a[:len(a):len(a)], drawStretches(rt)...)
		if before, after := Measure(a, q, quick), Measure(more, q, quick); after.Recall.N < before.Recall.N || after.TimeAlerted < before.TimeAlerted-1e-12 {
			rt.Fatalf("%d of %d, then %d", before.Recall.N, before.Recall.Of, after.Recall.N)
		}
	})
}

// A threshold at the same load never flags more looks than it may.
func TestSameLoadKeepsToItsShare(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		looks := make([]Look, rapid.IntRange(1, 40).Draw(rt, "looks"))
		for i := range looks {
			looks[i] = Look{"A", 7 * i, 7, float64(rapid.IntRange(0, 6).Draw(rt, "score"))}
		}
		share := rapid.Float64Range(0, 1).Draw(rt, "share")
		at, _ := SameLoad(looks, share)
		n := 0
		for _, l := range looks {
			if l.Score >= at {
				n++
			}
		}
		if float64(n) > share*float64(len(looks))+1e-9 {
			rt.Fatalf("%d of %d at a share of %g", n, len(looks), share)
		}
	})
}
