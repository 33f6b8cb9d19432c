package gen

import "testing"

func TestLabelledNames(t *testing.T) {
	all := LabelledNames(Seed)
	c := build(Seed)
	names := map[string]string{}
	for _, l := range c.locations {
		names[l.id] = l.name
	}
	exact, with, none := 0, 0, 0
	for _, v := range all {
		switch {
		case v.LocationID == "":
			none++
		case names[v.LocationID] == v.Name:
			exact++
		}
		if v.Postcode != "" {
			with++
		}
	}
	if len(all) < 500 || none != 60 || exact > len(all)*6/10 || exact < len(all)*3/10 || with < len(all)*4/10 {
		t.Errorf("%d names, %d exact, %d with a postcode, %d of none", len(all), exact, with, none)
	}
	if again := LabelledNames(Seed); len(again) != len(all) || again[7] != all[7] {
		t.Error("the exercise differs from one making to the next")
	}
}
