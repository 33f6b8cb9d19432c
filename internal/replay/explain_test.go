package replay

import (
	"database/sql"
	"strings"
	"testing"
	"time"

	"bellwether/analytics/flags"
	"bellwether/analytics/rules"
)

var day1 = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

func sample() flags.Flag {
	return flags.Flag{FlagID: "f1", ProviderID: "P", LocationID: "L", RuleID: "r", Level: rules.ProviderConcern, Observed: rules.Known(9), Expected: rules.Known(2.1),
		Threshold: rules.Known(1.96), OneIn: 290, OpenedOn: day1, State: flags.Open, Score: 1.5, Sentence: "9 concerns."}
}

// asStored is a flag as the snapshot gives it back.
func asStored(f flags.Flag) map[string]string {
	out := map[string]string{}
	row := FlagRow(f)
	for i, c := range FlagColumns() {
		out[c.Name] = written(row[i])
	}
	return out
}

func TestAFlagAgreesWithItself(t *testing.T) {
	x := Explanation{Flag: sample()}
	x.compare(asStored(sample()))
	if len(x.Mismatches) != 0 || x.Compared != len(FlagColumns()) {
		t.Errorf("%d compared, %v", x.Compared, x.Mismatches)
	}
}

// Whatever is altered in the stored flag, by however little, is found and named.
func TestEveryAlteredValueIsFound(t *testing.T) {
	for _, c := range FlagColumns() {
		stored := asStored(sample())
		stored[c.Name] += "1"
		x := Explanation{Flag: sample()}
		x.compare(stored)
		if len(x.Mismatches) != 1 || x.Mismatches[0].What != c.Name {
			t.Errorf("%s altered: found %v", c.Name, x.Mismatches)
		}
	}
	stored := asStored(sample())
	stored["expected"] = "2.1001"
	x := Explanation{Flag: sample()}
	if x.compare(stored); len(x.Mismatches) != 1 || x.Mismatches[0].Recomputed != "2.1000" {
		t.Errorf("the last digit: %v", x.Mismatches)
	}
}

func TestEvidenceIsComparedRowByRow(t *testing.T) {
	on := sql.NullTime{Time: day1, Valid: true}
	a, b := EvidenceRow{Feed: "complaints", RecordID: "1", OccurredOn: on, What: "Complaint"}, EvidenceRow{Feed: "complaints", RecordID: "2", What: "Complaint"}
	changed := a
	changed.What = "Complaint: upheld"
	for _, tt := range []struct {
		name        string
		now, stored []EvidenceRow
		want        int
	}{
		{"the same", []EvidenceRow{a, b}, []EvidenceRow{b, a}, 0}, {"one is gone", []EvidenceRow{a}, []EvidenceRow{a, b}, 1}, {"one is new", []EvidenceRow{a, b}, []EvidenceRow{a}, 1},
		{"one says otherwise", []EvidenceRow{changed}, []EvidenceRow{a}, 2}, {"none", nil, nil, 0},
	} {
		x := Explanation{Evidence: tt.now}
		x.compareEvidence(tt.stored)
		if len(x.Mismatches) != tt.want {
			t.Errorf("%s: %v", tt.name, x.Mismatches)
		}
	}
}

func TestWritten(t *testing.T) {
	for want, v := range map[string]any{"": rules.Number{}, "0.0000": rules.Known(0), "2.1000": 2.1, "-3": -3, "290": int64(290), "open": "open", "2026-03-02": day1} {
		if got := written(v); got != want {
			t.Errorf("written(%v) = %q, want %q", v, got, want)
		}
	}
	if written(time.Time{}) != "" || written(nil) != "" {
		t.Error("nothing is written as nothing")
	}
}

const set = `set: trial
version: "1"
title: Trial
rules:
  - {id: many, title: Many, level: pre_provider_concern, strength: hard, basis: local, citation: {document: D, clause: "1"}, unit: location, evidence: safeguarding, needs: [safeguarding_concerns],
     when: concerns_12w >= 3.0, observed: concerns_12w, measure: concerns, threshold: 3, window_weeks: 12, says: "{concerns_12w:n} concerns.", clears_when: Fewer., asks: Why?}
`

func market(t *testing.T, counts ...float64) *Market {
	t.Helper()
	s, err := rules.Load("trial.yml", []byte(set))
	if err != nil {
		t.Fatal(err)
	}
	u := flags.Unit{Kind: rules.UnitLocation, ID: "L", ProviderIDs: []string{"P"}}
	for i, n := range counts {
		v, err := rules.ValuesOf(map[string]float64{"concerns_12w": n})
		if err != nil {
			t.Fatal(err)
		}
		u.Looks = append(u.Looks, flags.Look{Week: day1.AddDate(0, 0, 7*i), Values: v})
	}
	return &Market{AsOf: day1.AddDate(1, 0, 0), Set: s, SetHash: s.Hash, Units: []flags.Unit{u}, First: day1, Last: day1.AddDate(0, 0, 7*(len(counts)-1))}
}

func TestTheRuleIsEvaluatedAgain(t *testing.T) {
	m := market(t, 1, 4, 5)
	res, err := m.Find(m.Set)
	if err != nil || len(res.Flags) != 1 {
		t.Fatalf("%v %v", res.Flags, err)
	}
	x, err := m.explain(res.Flags[0].FlagID, res, asStored(res.Flags[0]), nil, nil)
	if err != nil || len(x.Mismatches) != 0 || x.Rule.Outcome != rules.Met || x.Rule.Inputs[0].Text != "five" {
		t.Errorf("%v %+v", err, x)
	}
	// Had the looks been altered, the flag would not come out again.
	m.Units[0].Looks[2].Values.SetAt(mustIndex(t, "concerns_12w"), 2)
	other, err := m.Find(m.Set)
	if err != nil {
		t.Fatal(err)
	}
	if x, err = m.explain(res.Flags[0].FlagID, other, asStored(res.Flags[0]), nil, nil); err != nil || len(x.Mismatches) == 0 {
		t.Errorf("an altered look goes unseen: %v %+v", err, x)
	}
	m.SetHash = "another"
	if x, _ = m.explain(res.Flags[0].FlagID, res, asStored(res.Flags[0]), nil, nil); !strings.Contains(x.Mismatches[0].What, "hash") {
		t.Errorf("another rule set goes unseen: %+v", x.Mismatches)
	}
	if x, _ = m.explain("gone", res, map[string]string{"rule_id": "many"}, nil, nil); len(x.Mismatches) != 2 || x.Mismatches[1].What != "the flag itself" {
		t.Errorf("a flag that no rule makes goes unseen: %+v", x.Mismatches)
	}
}

func mustIndex(t *testing.T, name string) int {
	t.Helper()
	i, ok := rules.Index(name)
	if !ok {
		t.Fatal(name)
	}
	return i
}
