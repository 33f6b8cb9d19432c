package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bellwether/analytics/rules/sets"
)

type simulation struct {
	Same           int `json:"flags_that_stay"`
	Appear, Vanish []struct{ Rule, Sentence string }
	Moves          []map[string]string `json:"providers_that_move"`
	Months         []struct {
		Month   string
		InForce struct{ AtConcern, AtAny, Began int } `json:"in_force"`
		Tried   struct{ AtConcern, AtAny, Began int }
	}
}

func simulate(t *testing.T, set string, more ...string) simulation {
	t.Helper()
	return simulateWith(t, append([]string{"--set", set}, more...)...)
}

func simulateWith(t *testing.T, more ...string) simulation {
	t.Helper()
	out, code := command(append([]string{"rules", "simulate", "--json", "--dir", demo.dir}, more...)...)
	var s simulation
	if err := json.Unmarshal([]byte(out), &s); err != nil || code != 0 {
		t.Fatalf("exit code %d, %v: %s", code, err, out)
	}
	return s
}

// The set in force, tried again, changes nothing: the simulation and the pipeline are one engine.
func TestSimulatingTheSetInForceChangesNothing(t *testing.T) {
	s := simulate(t, "default", "--since", "2025-10-01")
	if len(s.Appear)+len(s.Vanish)+len(s.Moves) != 0 || s.Same < 50 || len(s.Months) < 12 {
		t.Errorf("%d appear, %d vanish, %d move, %d stay, %d months", len(s.Appear), len(s.Vanish), len(s.Moves), s.Same, len(s.Months))
	}
	last := s.Months[len(s.Months)-1]
	if last.InForce != last.Tried || last.InForce.AtAny == 0 {
		t.Errorf("the last month's load differs: %+v", last)
	}
}

// A stricter limit makes flags of that rule vanish and none of it appear.
func TestSimulatingAStricterLimit(t *testing.T) {
	src, err := sets.Source("default")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "strict.yml")
	text := strings.Replace(string(src), "LIMIT_95: 1.96", "LIMIT_95: 2.60", 1)
	if text == string(src) {
		t.Fatal("the limit is written otherwise now")
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s, gone := simulate(t, file, "--since", "2026-01-01"), 0
	for _, f := range s.Vanish {
		if f.Rule == "concerns_above_limit" || f.Rule == "complaints_above_limit" {
			gone++
		}
	}
	if gone == 0 {
		t.Error("no flag of the stricter rule vanishes")
	}
	for _, f := range s.Appear {
		if f.Rule == "concerns_above_limit" {
			t.Errorf("a stricter limit makes a flag: %s", f.Sentence)
		}
	}
}

func TestSimulateInWords(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"--set", "west-sussex", "--since", "2026-06-01"}, "Would appear", 0},
		{[]string{"--set", "west-sussex", "--since", "2026-06-01"}, "AT CONCERN OR ABOVE", 0},
		{[]string{"--set", "nowhere.yml"}, "neither a rule set that ships", 2},
		{[]string{"--set", "default", "--since", "soon"}, "not a date", 2},
		{[]string{"--set", "default", "--since", "2030-01-01"}, "is after", 2},
	} {
		out, code := command(append(append([]string{"rules", "simulate"}, c.args...), "--dir", demo.dir)...)
		if code != c.code || !strings.Contains(out, c.want) {
			t.Errorf("%v: exit code %d, want %d and %q:\n%s", c.args, code, c.code, c.want, out)
		}
	}
}
