package rules_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/analytics/rules"
	"bellwether/analytics/rules/sets"
)

func shippedSet(t *testing.T) *rules.Set {
	t.Helper()
	set, err := sets.Load("default")
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func TestLimits(t *testing.T) {
	set := shippedSet(t)
	for _, tt := range []struct {
		rule string
		want []rules.Limit
	}{
		{"inadequate_overall", nil}, // a rating is a code, not a limit
		{"manager_absent", []rules.Limit{{Indicator: "manager_absent_days", Sign: ">", Value: 28, Constant: "NOTIFIABLE_ABSENCE"}}},
	} {
		r, ok := set.Rule(tt.rule)
		if !ok {
			var ids []string
			for _, r := range set.Rules {
				ids = append(ids, r.ID)
			}
			t.Fatalf("no rule %s among %v", tt.rule, ids)
		}
		if diff := cmp.Diff(tt.want, set.Limits(r)); diff != "" {
			t.Errorf("%s: %s", tt.rule, diff)
		}
	}
}

// A limit moved to where it stands gives the same rules; moved elsewhere, it changes its own rule and no other.
func TestMoveChangesOneNumber(t *testing.T) {
	set := shippedSet(t)
	moved := 0
	for _, r := range set.Rules {
		for _, l := range set.Limits(r) {
			other, err := set.Move(r.ID, l.Indicator, l.Value+1)
			if err != nil {
				t.Errorf("%s.%s: %v", r.ID, l.Indicator, err)
				continue
			}
			moved++
			for i, was := range set.Rules {
				is := other.Rules[i]
				if was.ID != is.ID || was.Title != is.Title || was.Says.String() != is.Says.String() || was.Level != is.Level || was.Citation != is.Citation {
					t.Fatalf("%s.%s: the rule %s is another", r.ID, l.Indicator, was.ID)
				}
				if was.ID != r.ID && (was.When != is.When || cmp.Diff(was.Threshold, is.Threshold) != "") {
					t.Errorf("%s.%s: %s changed too: %q", r.ID, l.Indicator, was.ID, is.When)
				}
			}
			again, _ := other.Rule(r.ID)
			for _, x := range other.Limits(again) {
				if x.Indicator == l.Indicator && x.Value != l.Value+1 {
					t.Errorf("%s.%s stands at %v, want %v", r.ID, l.Indicator, x.Value, l.Value+1)
				}
			}
			if other.Hash == set.Hash {
				t.Errorf("%s.%s: another limit, the same hash", r.ID, l.Indicator)
			}
		}
	}
	if moved < 15 {
		t.Errorf("only %d limits can be moved", moved)
	}
}

// The threshold that a panel reads moves with the limit that it is.
func TestMoveTakesTheShownThresholdAlong(t *testing.T) {
	set := shippedSet(t)
	shown := 0
	for _, r := range set.Rules {
		if r.Threshold == nil {
			continue
		}
		for _, l := range set.Limits(r) {
			if l.Value != *r.Threshold || l.Indicator != r.Observed {
				continue
			}
			other, err := set.Move(r.ID, l.Indicator, l.Value+2)
			if err != nil {
				t.Fatal(err)
			}
			is, _ := other.Rule(r.ID)
			if is.Threshold == nil || *is.Threshold != l.Value+2 {
				t.Errorf("%s shows %v", r.ID, is.Threshold)
			}
			shown++
		}
	}
	if shown == 0 {
		t.Error("no rule of the shipped set shows the limit that it observes")
	}
}

func TestMoveRefuses(t *testing.T) {
	set := shippedSet(t)
	for _, tt := range []struct {
		rule, indicator string
		to              float64
		says            string
	}{
		{"nope", "concerns_12w", 4, "no rule"},
		{"manager_absent", "concerns_12w", 4, "it has manager_absent_days"},
		{"inadequate_overall", "rating_overall", 2, "could be moved"},
		{"manager_absent", "manager_absent_days", 1e9, "between"},
	} {
		_, err := set.Move(tt.rule, tt.indicator, tt.to)
		var refused *rules.MoveError
		if !errors.As(err, &refused) || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s.%s: %v", tt.rule, tt.indicator, err)
		}
	}
}
