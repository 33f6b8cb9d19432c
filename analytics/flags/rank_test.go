package flags

import (
	"math"
	"slices"
	"strings"
	"testing"

	"bellwether/analytics/rules"
)

func ids(items []Item) string {
	var s []string
	for _, i := range items {
		mark := ""
		if !i.WithinShare {
			mark = "-"
		}
		s = append(s, mark+i.ProviderID)
	}
	return strings.Join(s, " ")
}

func TestWorkList(t *testing.T) {
	score := map[string]float64{"soft-strong": 3, "soft-weak": 1}
	items := []Item{
		{ProviderID: "pre", Level: 1, Sources: 2},
		{ProviderID: "soft-weak", Level: 2, Sources: 2},
		{ProviderID: "soft-strong", Level: 2, Sources: 2},
		{ProviderID: "three-sources", Level: 2, Sources: 3},
		{ProviderID: "hard", Level: 2, Sources: 1, Always: true},
		{ProviderID: "risk", Level: 3, FailureKind: rules.FailureRisk, Sources: 2},
		{ProviderID: "event", Level: 3, FailureKind: rules.FailureEvent, Always: true},
	}
	list, l := workList(slices.Clone(items), 40, rules.AlertLoad{ConcernShare: 0.05, AnyShare: 0.25}, func(i Item) float64 { return score[i.ProviderID] })
	if got, want := ids(list), "event risk hard -three-sources -soft-strong -soft-weak pre"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if !l.ConcernBinds || l.AnyBinds || l.AtConcern != 6 || l.AtAny != 7 || l.ConcernCapacity != 2 || l.BelowLine != 3 {
		t.Errorf("load %+v", l)
	}
	for i, it := range list {
		if it.Rank != i+1 {
			t.Error("ranks are not 1, 2, 3, …")
		}
	}
}

func TestLoadInWords(t *testing.T) {
	share := rules.AlertLoad{ConcernShare: 0.05, AnyShare: 0.25}
	many := func(n int, it Item) []Item {
		var out []Item
		for range n {
			out = append(out, it)
		}
		return out
	}
	for _, tt := range []struct {
		name  string
		items []Item
		of    int
		want  string
	}{
		{"room", many(3, Item{Level: 1}), 120, "0 of 120 providers stand at provider concern or above (agreed share 5 %, which is 6) and 3 at any level (agreed share 25 %, which is 30). There is room for all of them."},
		{"binds", many(9, Item{Level: 2}), 120, "9 of 120 providers stand at provider concern or above (agreed share 5 %, which is 6) and 9 at any level (agreed share 25 %, which is 30). Capacity binds: 3 items are below the line and still listed."},
		{"one", many(7, Item{Level: 2}), 120, "Capacity binds: 1 item is below the line and still listed."},
		{"hard rules are never below", many(9, Item{Level: 2, Always: true}), 120, "so none is put below the line."},
		{"nobody", nil, 0, "0 of 0 providers"},
	} {
		_, l := workList(tt.items, tt.of, share, func(Item) float64 { return 0 })
		if !strings.Contains(l.Text, tt.want) {
			t.Errorf("%s: %s\nwant %s", tt.name, l.Text, tt.want)
		}
	}
}

func TestReasonsAreRanked(t *testing.T) {
	want := []Flag{
		{FlagID: "event", State: Open, Level: 3, FailureKind: rules.FailureEvent},
		{FlagID: "risk", State: Open, Level: 3, FailureKind: rules.FailureRisk},
		{FlagID: "hard", State: Open, Level: 2, Strength: rules.Hard, Score: 1},
		{FlagID: "strong", State: Open, Level: 2, Strength: rules.Soft, Score: 2},
		{FlagID: "new", State: Open, Level: 2, Strength: rules.Soft, Score: 1, OpenedOn: week(5)},
		{FlagID: "old", State: Open, Level: 2, Strength: rules.Soft, Score: 1, OpenedOn: week(1)},
		{FlagID: "low", State: Open, Level: 1, Strength: rules.Hard},
		{FlagID: "waiting", State: Waiting, Level: 3},
		{FlagID: "cleared", State: Cleared, Level: 3},
	}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, rank)
	for i := range want {
		if got[i].FlagID != want[i].FlagID {
			t.Fatalf("place %d: %s, want %s", i+1, got[i].FlagID, want[i].FlagID)
		}
	}
}

func TestDescribe(t *testing.T) {
	set := trialSet(t)
	r, _ := set.Rule("soft_concerns")
	v, err := rules.ValuesOf(vals{"concerns_12w": 9})
	if err != nil {
		t.Fatal(err)
	}
	l := Look{Week: week(20), Values: v, Signals: map[string]Signal{"funnel/concerns": {
		Observed: rules.Known(9), Expected: rules.Known(2.123456), UsualLow: rules.Known(math.NaN()), UsualHigh: rules.Known(math.Inf(1)), WindowWeeks: 8, OneIn: -3}}}
	st := Describe(set, r, l)
	if st.Expected != rules.Known(2.1235) || st.UsualLow.OK || st.UsualHigh.OK || st.OneIn != 0 || st.Observed != rules.Known(9) {
		t.Errorf("numbers: %+v", st)
	}
	if got := st.WindowEnd.Sub(st.WindowStart).Hours()/24 + 1; got != 56 {
		t.Errorf("the window is %v days, want the signal's 56", got)
	}
	if st != Describe(set, r, l) {
		t.Error("the same look gives another statement")
	}
	if empty := Describe(set, r, Look{Week: week(0)}); empty.Observed.OK || empty.Sentence == "" || math.IsNaN(empty.Score) {
		t.Errorf("nothing known: %+v", empty)
	}
}

func TestRound4(t *testing.T) {
	for _, tt := range []struct {
		in, want rules.Number
	}{
		{rules.Known(1.00005), rules.Known(1.0001)}, {rules.Known(math.NaN()), rules.Number{}}, {rules.Known(math.Inf(-1)), rules.Number{}},
		{rules.Number{Value: 3}, rules.Number{}}, {rules.Known(-0.00001), rules.Known(0)}, {rules.Known(math.MaxFloat64), rules.Known(math.MaxFloat64)},
	} {
		if got := round4(tt.in); got != tt.want {
			t.Errorf("round4(%v) = %v, want %v", tt.in, got, tt.want)
		}
	}
	if Any(rules.Number{}) != nil || Any(rules.Known(2)) != 2.0 {
		t.Error("Any does not give nil for unknown")
	}
}

func TestStrongerFlagCoversTheWeaker(t *testing.T) {
	res := tellSet(t)
	var strong, weak Flag
	for _, f := range res.Flags {
		switch f.RuleID {
		case "concerns_far_above_limit":
			strong = f
		case "concerns_above_limit":
			weak = f
		}
	}
	if weak.CoveredBy != strong.FlagID || strong.CoveredBy != "" || weak.State != Open {
		t.Errorf("covered by %q, want %q; state %s", weak.CoveredBy, strong.FlagID, weak.State)
	}
	if slices.Contains(res.Items[0].Reasons, weak.FlagID) || !slices.Contains(res.Items[0].Reasons, strong.FlagID) {
		t.Errorf("reasons %v", res.Items[0].Reasons)
	}
	if res.Levels[0].FlagsOpen <= len(res.Items[0].Reasons) {
		t.Error("covered flags are still counted as open")
	}
}

func TestFlagIDs(t *testing.T) {
	base := flagID("P", "A", "r", 20000)
	if len(base) != 32 || strings.Trim(base, "0123456789abcdef") != "" {
		t.Errorf("id %q", base)
	}
	for _, other := range []string{flagID("Q", "A", "r", 20000), flagID("P", "B", "r", 20000), flagID("P", "A", "s", 20000), flagID("P", "A", "r", 20001), flagID("PA", "", "r", 20000)} {
		if other == base {
			t.Error("two things share an id")
		}
	}
	// Ids are written into casework: they must never change from one version to the next.
	if got := flagID("9-100001", "9-200002", "inadequate_overall", dayOf(week(0))); got != "a12f216f3da84b8d3e602ebcc8ae542e" {
		t.Errorf("id %s", got)
	}
}
