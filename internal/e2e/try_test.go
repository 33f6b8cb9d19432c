package e2e

import (
	"strings"
	"testing"
)

// One number moved on the command line, on the county's own history.
func TestMovingOneLimit(t *testing.T) {
	s := simulateWith(t, "--move", "manager_absent.manager_absent_days=90", "--since", "2025-10-01")
	if len(s.Appear) != 0 || len(s.Vanish) == 0 || s.Same < 50 {
		t.Errorf("%d appear, %d vanish, %d stay", len(s.Appear), len(s.Vanish), s.Same)
	}
	own := 0
	for _, f := range s.Vanish { // a flag that lost its second source goes with the one that moved
		if f.Rule == "manager_absent" {
			own++
		}
	}
	if own == 0 {
		t.Error("no flag of the rule itself vanishes")
	}
	for _, tt := range []struct{ move, says string }{
		{"manager_absent", "--move as rule.indicator=number"}, {"manager_absent.manager_absent_days=soon", "--move as rule"}, {"nope.x=3", "no rule"}, {"manager_absent.concerns_12w=3", "it has manager_absent_days"},
	} {
		if out, code := command("rules", "simulate", "--move", tt.move, "--dir", demo.dir); code == 0 || !strings.Contains(out, tt.says) {
			t.Errorf("--move %s: exit code %d, %s", tt.move, code, out)
		}
	}
}

// The kept back-test is of the rules in force and nothing else.
func TestKeepingABackTest(t *testing.T) {
	if out, code := command("backtest", "--keep", "--set", "default", "--dir", demo.dir); code == 0 || !strings.Contains(out, "--keep is for the rules in force") {
		t.Errorf("exit code %d, %s", code, out)
	}
}
