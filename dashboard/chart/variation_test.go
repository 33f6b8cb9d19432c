package chart

import (
	"encoding/json"
	"strings"
	"testing"

	"bellwether/analytics/spc"
)

func TestVariationIsDrawnInTheChartThatSuitsIt(t *testing.T) {
	var often, rare []int
	for i := range 60 {
		often = append(often, -i*10)
	}
	for i := range 9 {
		rare = append(rare, -i*70)
	}
	for name, c := range map[string]struct {
		days           []int
		rows           int
		title, subtext string
	}{
		"often":   {often, 32, "Concerns: ", "Records in each four weeks"},
		"seldom":  {rare, 8, "Concerns: ", "Days between one record and the next"},
		"never":   {nil, 0, "Concerns: too few to tell", ""},
		"one day": {[]int{-5, -5, -5, -5, -5, -5, -5, -5}, 7, "Concerns: ", "Days between one record and the next; no limits can be set"},
	} {
		t.Run(name, func(t *testing.T) {
			drawn, err := spc.Events(c.days, -895, 0, spc.Options{Better: spc.LowIsGood})
			if err != nil {
				t.Fatal(err)
			}
			f := Variation(drawn, Streams[0], day("2026-10-01"))
			if !strings.HasPrefix(f.Title, c.title) || !strings.Contains(f.Subtitle, c.subtext) || len(f.Table.Rows) != c.rows || f.Summary == "" {
				t.Errorf("%q, %q, %d rows, %q", f.Title, f.Subtitle, len(f.Table.Rows), f.Summary)
			}
			if (f.Option == "") != (c.rows == 0) {
				t.Errorf("drawn: %v", f.Option != "")
			}
			if f.Option != "" && !json.Valid([]byte(f.Option)) || strings.Contains(f.Option, "NaN") {
				t.Errorf("no option: %.200s", f.Option)
			}
			if c.rows > 0 && f.Table.Rows[0][0].Text == "" {
				t.Error("a row has no day")
			}
		})
	}
}

func TestVariationNamesWhatMarksAPoint(t *testing.T) {
	days := []int{}
	for p := range 30 {
		for range 2 {
			days = append(days, -40-p*28)
		}
	}
	for range 30 {
		days = append(days, -3)
	}
	c, err := spc.Events(days, -895, 0, spc.Options{Better: spc.LowIsGood})
	if err != nil {
		t.Fatal(err)
	}
	f := Variation(c, Streams[0], day("2026-10-01"))
	if f.Title != "Concerns: concerning, higher than usual" || f.Table.Rows[0][2].Text != "above the upper limit" || f.Table.Rows[0][0].Text != "1 Oct 2026" || !strings.Contains(f.Option, "Unusual") {
		t.Errorf("%q %v", f.Title, f.Table.Rows[0])
	}
	if pointWords("something else") != "something else" {
		t.Error("an unknown label is changed")
	}
}
