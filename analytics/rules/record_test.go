package rules_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bellwether/analytics/rules/sets"
)

var updateRecord = flag.Bool("update-record", false, "write the rules into docs/trust/atrs.md anew")

const (
	transparencyRecord = "../../docs/trust/atrs.md"
	madeFromHere       = "<!-- From here on the record is made from the rule set: go test ./analytics/rules -update-record -->\n\n"
)

// TestTransparencyRecordIsMadeFromTheRules holds the paper that a council publishes to the rules in force: neither can change alone.
func TestTransparencyRecordIsMadeFromTheRules(t *testing.T) {
	set, err := sets.Load("default")
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(transparencyRecord)
	if err != nil {
		t.Fatal(err)
	}
	byHand, made, ok := strings.Cut(string(body), madeFromHere)
	if *updateRecord {
		if err := os.WriteFile(transparencyRecord, []byte(byHand+madeFromHere+set.Record()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(set.Record(), made); !ok || diff != "" {
		t.Errorf("docs/trust/atrs.md differs from the rule set (go test ./analytics/rules -update-record writes it):\n%s", diff)
	}
}

func TestARecordNamesEveryRuleOnce(t *testing.T) {
	for _, id := range sets.IDs() {
		set, err := sets.Load(id)
		if err != nil {
			t.Fatal(err)
		}
		record := set.Record()
		if n := strings.Count(record, "\n| ") - 1; n != len(set.Rules) {
			t.Errorf("%s: %d lines of %d rules", id, n, len(set.Rules))
		}
		for _, r := range set.Rules {
			if !strings.Contains(record, "| "+strings.ReplaceAll(r.Title, "|", "\\|")+" |") {
				t.Errorf("%s: the record leaves out %q", id, r.Title)
			}
		}
		if !strings.Contains(record, set.Hash[:12]) || !strings.Contains(record, set.Version) {
			t.Errorf("%s: the record doesn't say which rules it is about", id)
		}
	}
}
