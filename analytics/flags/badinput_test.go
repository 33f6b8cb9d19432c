package flags

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"bellwether/analytics/rules"
)

// finite holds everything a table, a page or a metric could show of a result.
func finite(t interface {
	Helper()
	Fatalf(string, ...any)
}, res Result) {
	t.Helper()
	for _, f := range res.Flags {
		for name, n := range map[string]rules.Number{"observed": f.Observed, "expected": f.Expected, "usual low": f.UsualLow, "usual high": f.UsualHigh, "threshold": f.Threshold, "score": rules.Known(f.Score)} {
			if math.IsNaN(n.Value) || math.IsInf(n.Value, 0) {
				t.Fatalf("flag of %s: %s is %g", f.RuleID, name, n.Value)
			}
		}
		for _, text := range []string{f.Sentence, f.Counterfactual, f.Coverage} {
			if strings.Contains(text, "NaN") || strings.Contains(text, "Inf") || strings.Contains(text, "%!") || text == "" {
				t.Fatalf("flag of %s says %q", f.RuleID, text)
			}
		}
		if f.OneIn < 0 || f.OpenedOn.IsZero() || f.OpenedOn.After(f.AsOf) || f.LastMetOn.After(f.AsOf) {
			t.Fatalf("flag of %s: once in %d, from %s to %s, as of %s", f.RuleID, f.OneIn, f.OpenedOn, f.LastMetOn, f.AsOf)
		}
	}
	l := res.Load
	for _, x := range []float64{l.ConcernShare, l.AnyShare} {
		if math.IsNaN(x) || x < 0 || x > 1 {
			t.Fatalf("load %+v", l)
		}
	}
	if strings.Contains(l.Text, "NaN") || l.ConcernCapacity < 1 || l.AnyCapacity < 1 {
		t.Fatalf("load %+v", l)
	}
}

func TestOddInputHasADefinedAnswer(t *testing.T) {
	for name, weeks := range map[string][]vals{
		"one week":               {{"concerns_12w": 4, "complaints_12w": 3}},
		"no history":             {},
		"nothing known":          times(10, vals{}),
		"all zeros":              times(10, vals{"concerns_12w": 0, "complaints_12w": 0, "beds": 0}),
		"a gap":                  seq(times(4, vals{"concerns_12w": 7}), times(6, nil), times(4, vals{"concerns_12w": 7})),
		"a million in one week":  seq(times(3, vals{"concerns_12w": 0}), []vals{{"concerns_12w": 1e6, "complaints_12w": 1e6}}, times(3, vals{"concerns_12w": 0})),
		"numbers that are none":  times(5, vals{"concerns_12w": math.NaN(), "complaints_12w": math.Inf(1), "rating_overall": math.Inf(-1)}),
		"less than nothing":      times(5, vals{"concerns_12w": -3, "complaints_12w": -1}),
		"an age beyond all ages": times(5, vals{"rating_overall": 1, "rating_change_days": 1e12}),
		"an age below nought":    times(5, vals{"rating_overall": 1, "rating_change_days": -40}),
		"the largest number":     times(5, vals{"concerns_12w": math.MaxFloat64, "beds": math.MaxFloat64}),
		"the smallest":           times(5, vals{"concerns_12w": math.SmallestNonzeroFloat64}),
	} {
		t.Run(name, func(t *testing.T) { finite(t, run(t, nil, home(t, "A", "P", weeks...))) })
	}
	b := NewBuilder(trialSet(t), week(10))
	res, err := b.Result(nil)
	if err != nil || len(res.Flags)+len(res.Levels)+len(res.Items) != 0 {
		t.Errorf("a market of nobody: %+v, %v", res, err)
	}
	finite(t, res)
}

func TestSignalsThatAreNoNumbers(t *testing.T) {
	bad := []float64{math.NaN(), math.Inf(1), math.Inf(-1), 1e300, -1}
	u := home(t, "A", "P", times(len(bad), vals{"concerns_12w": 9, "complaints_12w": 9})...)
	for i, x := range bad {
		n := rules.Number{Value: x, OK: true}
		u.Looks[i].Signals = map[string]Signal{"funnel/concerns": {Observed: n, Expected: n, UsualLow: n, UsualHigh: n, WindowWeeks: -4, OneIn: -7}}
	}
	finite(t, run(t, nil, u))
}

func TestWhatIsRefused(t *testing.T) {
	good := weekly(t, times(3, vals{"concerns_12w": 1})...)
	for name, tt := range map[string]struct {
		edit func(*Unit)
		want string
	}{
		"a duplicated week":    {func(u *Unit) { u.Looks = append(u.Looks, u.Looks[1]) }, "given twice"},
		"a future week":        {func(u *Unit) { u.Looks[2].Week = week(400) }, "after the as-of date"},
		"a Tuesday":            {func(u *Unit) { u.Looks[0].Week = u.Looks[0].Week.AddDate(0, 0, 1) }, "does not begin on a Monday"},
		"a look of next month": {func(u *Unit) { u.Looks[0].EndsOn = week(5) }, "outside that week"},
		"no id":                {func(u *Unit) { u.ID = "" }, "needs a kind and an id"},
		"an unknown kind":      {func(u *Unit) { u.Kind = "ward" }, "needs a kind and an id"},
		"no provider":          {func(u *Unit) { u.ProviderIDs = nil }, "has no provider"},
		"an empty provider":    {func(u *Unit) { u.ProviderIDs = []string{""} }, "has no provider"},
		"two providers":        {func(u *Unit) { u.ProviderIDs = []string{"P", "Q"} }, "only a brand may have several"},
	} {
		t.Run(name, func(t *testing.T) {
			u := Unit{Kind: rules.UnitLocation, ID: "A", ProviderIDs: []string{"P"}, Looks: append([]Look(nil), good...)}
			tt.edit(&u)
			if err := NewBuilder(trialSet(t), week(300)).Add(u); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("%v, want %q", err, tt.want)
			}
		})
	}
	b := NewBuilder(trialSet(t), week(300))
	if err := b.Add(home(t, "A", "P", vals{})); err != nil {
		t.Fatal(err)
	}
	if err := b.Add(home(t, "A", "P", vals{})); err == nil {
		t.Error("a unit given twice is accepted")
	}
}

// Whatever numbers arrive, in any mixture of weeks, what comes out can be shown.
func TestNothingThatCannotBeShown(t *testing.T) {
	odd := []float64{math.NaN(), math.Inf(1), math.Inf(-1), -1e9, -1, 0, 1e-300, 1, 3, 7, 1e6, 1e18, math.MaxFloat64}
	rapid.Check(t, func(rt *rapid.T) {
		var weeks []vals
		for range rapid.IntRange(0, 30).Draw(rt, "weeks") {
			v := vals{}
			for _, name := range []string{"concerns_12w", "complaints_12w", "rating_overall", "rating_change_days", "beds"} {
				if rapid.Bool().Draw(rt, "known") {
					v[name] = rapid.SampledFrom(odd).Draw(rt, name)
				}
			}
			weeks = append(weeks, v)
		}
		finite(rt, run(t, nil, home(t, "A", "P", weeks...)))
	})
}

// A quiet market has no flag at all, however large it is; and the share of providers at a level is that of one in ten of it.
func TestSilenceAndScale(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(rt, "homes")
		var quiet, mixed []Unit
		for i := range n {
			id := fmt.Sprint("H", i)
			quiet = append(quiet, home(t, id, "P"+id, times(6, vals{"concerns_12w": 2, "complaints_12w": 1, "rating_overall": 3})...))
			mixed = append(mixed, home(t, id, "P"+id, times(6, vals{"concerns_12w": 2, "rating_overall": 1, "rating_change_days": 20})...))
		}
		if res := run(t, nil, quiet...); len(res.Flags) > 0 || res.Load.AtAny > 0 {
			rt.Fatalf("%d homes with nothing to report have %d flags", n, len(res.Flags))
		}
		res := run(t, nil, mixed...)
		if res.Load.AtConcern != n || res.Load.ConcernShare != 1 || len(res.Items) != n {
			rt.Fatalf("%d of %d homes are rated Inadequate: %+v", res.Load.AtConcern, n, res.Load)
		}
		for _, it := range res.Items {
			if !it.WithinShare {
				rt.Fatal("a hard rule was put below the line")
			}
		}
	})
}

// One incident that two feeds report is one source; a second, real incident makes two.
func TestOneIncidentIsOneSource(t *testing.T) {
	at := func(i int) time.Time { return week(i).AddDate(0, 0, 2) }
	build := func(extra ...Incident) Unit {
		u := home(t, "A", "P", times(4, vals{"concerns_12w": 4, "complaints_12w": 2})...)
		for i := range 2 {
			for _, f := range []rules.Family{rules.Safeguarding, rules.Complaints} {
				u.Incidents = append(u.Incidents, Incident{Key: fmt.Sprint("fall", i), Family: f, On: at(i)})
			}
		}
		u.Incidents = append(u.Incidents, extra...)
		return u
	}
	if got := levels(run(t, nil, build()), "P"); strings.Trim(got, "0") != "" {
		t.Errorf("the same two incidents, told twice, lift the home: %s", got)
	}
	other := []Incident{{Key: "a", Family: rules.Safeguarding, On: at(1)}, {Key: "b", Family: rules.Complaints, On: at(1)}}
	if got := levels(run(t, nil, build(other...)), "P"); !strings.Contains(got, "1") {
		t.Errorf("two feeds with incidents of their own do not corroborate: %s", got)
	}
}
