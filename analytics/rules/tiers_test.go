package rules

import (
	"strings"
	"testing"

	"bellwether/analytics/surveillance/panel"
)

func TestTiersAreTheDetectorsOwn(t *testing.T) {
	d := panel.DefaultThresholds()
	for name, want := range map[string]float64{
		"detector.pre_provider_concern": d.PreConcern, "detector.provider_concern": d.Concern, "detector.escalate": d.Escalate,
	} {
		s := mustLoad(t, strings.Replace(base(t), "LIMIT: 3", "LIMIT: "+name, 1))
		if got := s.Constants["LIMIT"]; got != want {
			t.Errorf("%s loads as %g, the detector says %g", name, got, want)
		}
		if r, _ := s.Rule("many"); r.Threshold == nil || *r.Threshold != want {
			t.Errorf("%s: the threshold shown is not the tier", name)
		}
	}
	if len(tierNames()) != 3 {
		t.Errorf("the tiers are %v", tierNames())
	}
}

// A set whose limits come from the detector is another set when the detector's thresholds move, and the same one when they do not.
func TestHashFollowsTheTiers(t *testing.T) {
	src := "set: a"
	plain, low, high := hash(src, nil), hash(src, []string{"A=1"}), hash(src, []string{"A=2"})
	if plain == low || low == high || low != hash(src, []string{"A=1"}) || len(plain) != 64 {
		t.Errorf("hashes %s, %s, %s", plain, low, high)
	}
	text := strings.Replace(base(t), "LIMIT: 3", "LIMIT: detector.escalate", 1)
	if named := mustLoad(t, text); named.Hash == hash(text, nil) {
		t.Error("the set's hash leaves out its tiers")
	}
}
