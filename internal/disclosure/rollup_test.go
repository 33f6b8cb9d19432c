package disclosure

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// released makes a council's table, releases it, and reads back what left.
func released(t interface{ Fatal(...any) }, name string, p Profile, table Table) Council {
	out, err := Publish(p, table)
	if err != nil {
		t.Fatal(err)
	}
	c := Council{Terms: Terms{Format: TermsFormat, Council: name, Subject: "concerns", From: "2025-04-01", To: "2026-04-01", By: "quarter", Profile: p.Name, Besides: out.Suppressed > 0}}
	for i, row := range out.Cells {
		c.Areas = append(c.Areas, fmt.Sprintf("area %d", i))
		c.Shown = append(c.Shown, append(row, out.RowTotals[i]))
	}
	for i := range out.ColTotals {
		c.Columns = append(c.Columns, fmt.Sprintf("2025 Q%d", i+1))
	}
	c.Shown = append(c.Shown, append(out.ColTotals, out.Total))
	return c
}

func TestRollUp(t *testing.T) {
	a := released(t, "Larkshire", SAC, Table{{41, 52}, {63, 74}})
	b := released(t, "Wrenshire", SAC, Table{{103, 98}})
	r, err := RollUp([]Council{b, a})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Councils) != 2 || r.Councils[0].Name != "Larkshire" || r.Councils[0].Shown[2].Value != 230 || r.Whole.Name != "region" {
		t.Errorf("%+v", r)
	}
	for i, truth := range []int64{41 + 63 + 103, 52 + 74 + 98, 41 + 63 + 103 + 52 + 74 + 98} {
		if w := r.Whole.Can[i]; w.Open || truth < w.Least || truth > w.Most || w.Most-w.Least > 8 {
			t.Errorf("column %d: %d is not between %d and %d", i, truth, w.Least, w.Most)
		}
	}
}

func TestWhatCanNotBeAddedUp(t *testing.T) {
	a := released(t, "Larkshire", SAC, Table{{41, 52}})
	other := func(change func(*Council)) Council {
		b := released(t, "Wrenshire", SAC, Table{{41, 52}})
		change(&b)
		return b
	}
	for name, c := range map[string]struct {
		b    Council
		want string
	}{
		"another rule":      {released(t, "Wrenshire", NHS, Table{{41, 52}}), "disclosure rule"},
		"other days":        {other(func(b *Council) { b.To = "2026-01-01" }), "the last day"},
		"another subject":   {other(func(b *Council) { b.Subject = "enquiries" }), "what is counted"},
		"months":            {other(func(b *Council) { b.By = "month" }), "the span of a column"},
		"the same council":  {other(func(b *Council) { b.Council = "Larkshire" }), "two tables"},
		"no total":          {other(func(b *Council) { b.Shown = b.Shown[:1] }), "no total"},
		"a changed cell":    {other(func(b *Council) { b.Shown[1][0].Value = 900 }), "contradicts itself"},
		"a line cut short":  {other(func(b *Council) { b.Shown[0] = b.Shown[0][:1] }), "rows of one length"},
		"a rule of its own": {other(func(b *Council) { b.Profile = "ours" }), "disclosure rule"},
	} {
		if _, err := RollUp([]Council{a, c.b}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var mixed *MixedError
	if _, err := RollUp([]Council{a, released(t, "Wrenshire", NHS, Table{{41, 52}})}); !errors.As(err, &mixed) {
		t.Errorf("%v", err)
	}
	if _, err := RollUp([]Council{a}); err == nil {
		t.Error("one council was taken for a region")
	}
}

// TestTheTruthLiesBetweenTheBounds releases tables of any counts, rolls them up, and holds the bounds against the counts as they are.
func TestTheTruthLiesBetweenTheBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SampledFrom([]Profile{SAC, NHS}).Draw(t, "rule")
		var all []Council
		truth := make([]int64, 4)
		for i := range rapid.IntRange(2, 4).Draw(t, "councils") {
			table := Table{}
			for range rapid.IntRange(1, 4).Draw(t, "areas") {
				row := rapid.SliceOfN(rapid.Int64Range(0, 60), 3, 3).Draw(t, "row")
				for k, n := range row {
					truth[k] += n
					truth[3] += n
				}
				table = append(table, row)
			}
			if _, err := Publish(p, table); err != nil {
				t.Skip("a table that can't be shown at all")
			}
			all = append(all, released(t, fmt.Sprintf("council %d", i), p, table))
		}
		r, err := RollUp(all)
		if err != nil {
			t.Fatal(err)
		}
		for k, n := range truth {
			if w := r.Whole.Can[k]; n < w.Least || !w.Open && n > w.Most {
				t.Fatalf("column %d: %d is not between %d and %d", k, n, w.Least, w.Most)
			}
		}
	})
}
