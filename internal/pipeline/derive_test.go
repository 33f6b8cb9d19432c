package pipeline

import (
	"testing"

	"pgregory.net/rapid"

	"bellwether/analytics/rules"
	"bellwether/analytics/surveillance/panel"
)

// one makes a home with one look holding these indicators.
func one(id, provider, brand string, given map[string]float64) *unit {
	v, err := rules.ValuesOf(given)
	if err != nil {
		panic(err)
	}
	return &unit{id: id, provider: provider, brand: brand, looks: []look{{week: oneWeek, endsOn: oneWeek.AddDate(0, 0, 6), values: v}}}
}

func said(t *testing.T, u *unit, name string) any {
	t.Helper()
	if x, ok := u.looks[0].get(name); ok {
		return x
	}
	return nil
}

func TestSistersCountTheOtherHomesOfTheGroup(t *testing.T) {
	units := []*unit{
		one("A", "P1", "B1", map[string]float64{"funnel_z": 2.5}),
		one("B", "P2", "B1", map[string]float64{"funnel_z": 0.1}),
		one("C", "P2", "B1", map[string]float64{"rating_overall": 1}),
		one("D", "P2", "B1", map[string]float64{"rating_direction": -1, "rating_change_days": 100}),
		one("E", "P2", "B1", map[string]float64{"rating_direction": -1, "rating_change_days": 900, "service_stopped": 0}),
		one("F", "P2", "B1", map[string]float64{"funnel_z": 9, "service_stopped": 1}),
		one("G", "P3", "", map[string]float64{"scan_score": 3}),
		one("H", "P3", "", map[string]float64{"scan_score": 0.2}),
		one("I", "P4", "", nil),
		one("J", "", "", map[string]float64{"funnel_z": 9}),
	}
	if err := derive(units); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		unit           int
		homes, trouble any
		why            string
	}{
		{0, 4.0, 2.0, "above a limit itself, and not its own sister"}, {1, 4.0, 3.0, "three of four sisters are in trouble"}, {2, 4.0, 2.0, "rated Inadequate itself"},
		{4, 4.0, 3.0, "an old fall is no trouble of its own"}, {5, 5.0, 3.0, "a home that stopped has sisters and is none"},
		{6, 1.0, 0.0, "no brand: the provider's other home"}, {7, 1.0, 1.0, "the same, seen from the other"}, {8, 0.0, 0.0, "one home alone"}, {9, nil, nil, "nobody's home: unknown"},
	} {
		if n, bad := said(t, units[c.unit], "sister_homes"), said(t, units[c.unit], "sister_homes_elevated"); n != c.homes || bad != c.trouble {
			t.Errorf("%s (%s): %v of %v, want %v of %v", units[c.unit].id, c.why, bad, n, c.trouble, c.homes)
		}
	}
}

func TestUpheldShare(t *testing.T) {
	for _, c := range []struct {
		given map[string]float64
		want  any
	}{
		{map[string]float64{"complaints_52w": 6, "complaints_upheld_52w": 2}, 0.333333}, {map[string]float64{"complaints_52w": 0, "complaints_upheld_52w": 0}, nil},
		{map[string]float64{"complaints_52w": 6}, nil}, {nil, nil},
	} {
		units := []*unit{one("A", "P", "", c.given)}
		if err := derive(units); err != nil {
			t.Fatal(err)
		}
		if got := said(t, units[0], "complaints_upheld_share_52w"); got != c.want {
			t.Errorf("%v: %v, want %v", c.given, got, c.want)
		}
	}
}

func TestRiskSignsCountRecordsOfDifferentKinds(t *testing.T) {
	for _, c := range []struct {
		name  string
		given map[string]float64
		share any
		signs float64
	}{
		{"nothing known", nil, nil, 0},
		{"accounts a week late are no sign", map[string]float64{"accounts_overdue_days": 7}, nil, 0},
		{"accounts five weeks late", map[string]float64{"accounts_overdue_days": 35}, nil, 1},
		{"accounts that were late years ago", map[string]float64{"accounts_overdue_days": 900}, nil, 0},
		{"an old proposal to strike off", map[string]float64{"strike_off_days": 900}, nil, 0},
		{"all at once", map[string]float64{"accounts_overdue_days": 35, "strike_off_days": 10, "charges_365d": 2, "contracts_ended_early_365d": 1, "placements_fall_share": 0.3, "spend_fall_share": 0.5}, 0.5, 7},
		{"a full home is no sign", map[string]float64{"charges_365d": 1}, 0.95, 1},
		{"a small fall is no sign", map[string]float64{"placements_fall_share": 0.1, "spend_fall_share": 0.1}, nil, 0},
	} {
		home := one("A", "P", "", nil)
		if c.share != nil {
			_ = home.looks[0].values.Set("occupancy_share", c.share.(float64))
		}
		v, err := rules.ValuesOf(c.given)
		if err != nil {
			t.Fatal(err)
		}
		w := signalWriter{lowHomes: map[string]int{}}
		w.occupancy(home, &home.looks[0])
		n, known := w.lowHomes["P"]
		if known != (c.share != nil) {
			t.Errorf("%s: occupancy known %v", c.name, known)
		}
		if known {
			_ = v.Set("homes_occupancy_low", float64(n))
		}
		if got := riskSigns(v); got != c.signs {
			t.Errorf("%s: %v signs, want %v", c.name, got, c.signs)
		}
	}
}

// One more record of any kind never takes a sign away, and nothing told makes none.
func TestRiskSignsAreMonotone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rules.NewValues()
		before := riskSigns(v)
		for _, s := range signs {
			if rapid.Bool().Draw(t, s.indicator) {
				_ = v.Set(s.indicator, s.from)
				if now := riskSigns(v); now != before+1 {
					t.Fatalf("%s: %v signs after %v", s.indicator, now, before)
				}
				before++
			}
		}
	})
}

func TestStreamsBeginWhenTheyAreFirstHeardOf(t *testing.T) {
	streams := []panel.Stream{{Name: "concerns"}, {Name: "complaints"}, {Name: "incidents"}}
	began(streams, []panel.Event{{Stream: 1, Week: 40}, {Stream: 0, Week: 12}, {Stream: 0, Week: 10}}, 99)
	for i, want := range []int{10, 40, 100} {
		if streams[i].From != want {
			t.Errorf("%s begins in week %d, want %d", streams[i].Name, streams[i].From, want)
		}
	}
}

// A stream counts after it has been listened to, and none before the scan itself speaks; one that never began has no day.
func TestStreamsCountAfterTheyWereListenedTo(t *testing.T) {
	got := countedFrom([]panel.Stream{{Name: "concerns", From: 10}, {Name: "incidents", From: 60, Learn: 52}, {Name: "complaints", From: 100}}, 10, 99)
	want := []counted{{"concerns", 0, monday(10), monday(36)}, {"incidents", 52, monday(60), monday(112)}, {stream: "complaints"}}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}

func TestCoverageNamesTheSourcesThatSpoke(t *testing.T) {
	v, err := rules.ValuesOf(map[string]float64{"concerns_12w": 0, "incidents_12w": 1, "beds": 40, "visit_age_days": 3})
	if err != nil {
		t.Fatal(err)
	}
	if got := spoke(v); got != "safeguarding,incidents,quality" {
		t.Errorf("%q", got)
	}
	if got := spoke(rules.NewValues()); got != "" {
		t.Errorf("nobody spoke: %q", got)
	}
}
