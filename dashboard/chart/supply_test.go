package chart

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"bellwether/analytics/spc"
	"bellwether/dashboard/read"
)

func months(n int) (out []time.Time) {
	for i := range n {
		out = append(out, day("2024-01-01").AddDate(0, i, 0))
	}
	return out
}

func someCells() []read.CapacityCell {
	return []read.CapacityCell{
		{Place: "Larkmouth " + hostile, Kind: "care_home", Providers: 3, Locations: 4, Beds: 120, Told: 3, Occupied: 90, Vacancies: 12, VacanciesShut: 4, Shut: 1},
		{Place: "", Kind: "care_home_nursing", Providers: 1, Locations: 1, Beds: 40},
		{Place: "Larkmouth " + hostile, Kind: "home_care", Providers: 2, Locations: 2, ExtraHours: 80},
	}
}

func control(values []float64, percent bool) Control {
	c, err := spc.Series(values, spc.Options{Better: spc.NeitherIsBad})
	if err != nil {
		panic(err)
	}
	return Control{ID: "rate", What: "Concerns", Unit: "For 100 beds a year", Period: "Four weeks from", Days: months(len(values)), Chart: c, Percent: percent, Links: []string{"/records/concerns"}}
}

var climbing = []float64{4, 5, 4, 6, 5, 4, 5, 6, 5, 4, 5, 5, 4, 14}

// supplyFigures join the golden options.
func supplyFigures() map[string]Figure {
	rare, err := spc.Events([]int{10, 60, 130, 190, 260, 330, 341, 350, 356, 360}, 0, 800, spc.Options{Better: spc.LowIsGood})
	if err != nil {
		panic(err)
	}
	gaps := Control{ID: "gaps", What: "Concerns", Unit: "Days since the one before", Period: "Day", Chart: rare}
	for _, p := range rare.Points {
		gaps.Days = append(gaps.Days, day("2024-01-01").AddDate(0, 0, p.At))
	}
	return map[string]Figure{
		"rooms":            Rooms(someCells()),
		"openings":         Openings([]read.OpeningMonth{{Month: day("2026-08-01"), Opened: 2, Closed: 1, Beds: -14}, {Month: day("2026-09-01")}}),
		"movement":         Movement([]read.LevelFlow{{From: 0, To: 0, Providers: 90}, {From: 0, To: 1, Providers: 3}, {From: 2, To: 1, Providers: 1}, {From: 1, To: 1, Providers: 4}, {From: 1, To: 3, Providers: 1}}, levelNames),
		"control":          Controlled(control(climbing, false)),
		"control-share":    Controlled(control([]float64{91, 92, 90.5, 91, 92, 91, 90, 88}, true)),
		"control-gaps":     Controlled(gaps),
		"peers":            Peers(funnelPoints(), func(p read.FunnelPoint) bool { return p.LocationID == funnelPoints()[0].LocationID }, Streams[0]),
		"nothing-peers":    Peers(funnelPoints(), func(read.FunnelPoint) bool { return false }, Streams[0]),
		"spend":            Spent([]read.SpendMonth{{Month: day("2026-07-01"), Payer: "Larkshire " + hostile, Amount: 12000.5, Lines: 3}, {Month: day("2026-08-01"), Payer: "Larkshire", Amount: 9000, Lines: 2}, {Month: day("2026-08-01"), Payer: "Wrenshire", Amount: 1000, Lines: 1}}),
		"nothing-spend":    Spent(nil),
		"nothing-rooms":    Rooms(nil),
		"nothing-openings": Openings(nil),
		"nothing-movement": Movement([]read.LevelFlow{{From: 0, To: 0, Providers: 90}}, levelNames),
		"nothing-control":  Controlled(Control{ID: "rate", What: "Concerns", Chart: spc.Chart{Open: 12, Variation: spc.TooFew, Because: "Nothing has been counted yet."}}),
	}
}

func TestControlledSaysWhatItShows(t *testing.T) {
	f := Controlled(control(climbing, false))
	if !strings.Contains(f.Title, "unusual, higher") || f.IconSays != "Unusual, higher" || f.Icon == "" || !strings.Contains(f.Summary, "is usual") {
		t.Errorf("title %q, icon %q, summary %q", f.Title, f.IconSays, f.Summary)
	}
	if got := f.Table.Rows[0]; got[1].Text != "14" || !strings.HasPrefix(got[2].Text, "unusual") {
		t.Errorf("the newest comes first: %+v", got)
	}
	if last := f.Table.Rows[len(f.Table.Rows)-1]; last[1].Link != "/records/concerns" || f.Table.Rows[0][1].Link != "" {
		t.Errorf("links go to the points that have them: %+v", last)
	}
	few := Controlled(control([]float64{1, 2, 1}, false))
	if few.IconSays != "Too few to tell" || strings.Contains(few.Subtitle, "limits") || strings.Contains(few.Option, "dashed") {
		t.Errorf("three points have no limits: %+v", few)
	}
	share := Controlled(control([]float64{91, 92, 90.5, 91, 92, 91, 90, 88}, true))
	if !strings.Contains(share.Subtitle, "doesn't begin at nought") || !strings.Contains(share.Title, "88.0%") && !strings.Contains(share.Title, "88%") {
		t.Errorf("a share: %q, %q", share.Title, share.Subtitle)
	}
}

func TestGapsSayHowLongItHasBeenQuiet(t *testing.T) {
	f := supplyFigures()["control-gaps"]
	if !strings.Contains(f.Title, "440 days since the last") {
		t.Error(f.Title)
	}
	for label, want := range map[string]string{"Below LCL": "unusual: below", "Above UCL": "unusual: above", "7 Point Trend": "unusual: 7 Point Trend"} {
		if got := reading(spc.Point{Label: label, Marked: true}); !strings.HasPrefix(got, want) {
			t.Errorf("%s reads %q", label, got)
		}
	}
	if reading(spc.Point{Label: "Below LCL"}) != "usual" {
		t.Error("a point that isn't marked is usual")
	}
}

func TestRatedHidesWhatIsSmall(t *testing.T) {
	beds := int64(1000)
	var weeks []read.MarketWeek
	for i := range 14 {
		n := int64(10)
		if i < 6 {
			n = 1
		}
		weeks = append(weeks, read.MarketWeek{Week: day("2026-01-05").AddDate(0, 0, 7*i), Beds: &beds, Concerns: n})
	}
	exact, from := Rated(weeks, Streams[0], true)
	if fmt.Sprint(exact) != "[5.2 52 52]" || fmt.Sprint(from) != "[2 6 10]" {
		t.Errorf("exact %v from %v", exact, from)
	}
	rounded, from := Rated(weeks, Streams[0], false)
	if fmt.Sprint(rounded) != "[52 52]" || fmt.Sprint(from) != "[6 10]" {
		t.Errorf("a hidden count must leave no rate: %v from %v", rounded, from)
	}
	if r, _ := Rated(weeks[:3], Streams[0], true); r != nil {
		t.Errorf("three weeks make no period: %v", r)
	}
	if r, _ := Rated([]read.MarketWeek{{}, {}, {}, {}}, Streams[0], true); r != nil {
		t.Errorf("no bed has no rate: %v", r)
	}
}

func TestMovementCountsWhatItDraws(t *testing.T) {
	f := supplyFigures()["movement"]
	if f.Title != "In 13 weeks four went up and one down" {
		t.Error(f.Title)
	}
	if strings.Contains(f.Option, `"value":90`) {
		t.Error("those that stayed where most are would be all that is seen")
	}
	if f.Table.Rows[1][2].Link != "/providers?level=1" {
		t.Errorf("a flow leads to its providers: %+v", f.Table.Rows[1])
	}
}

func TestPlaceNames(t *testing.T) {
	if PlaceName("") != "Not known" || PlaceName("LK1") != "LK1" || signed(-3) != "−3" || signed(0) != "0" || signed(1200) != "+1,200" {
		t.Error("names and signs")
	}
	for v, want := range map[float64]int{3: 0, 3.5: 1, 250.5: 0} {
		if places(v) != want {
			t.Errorf("%v has %d places", v, places(v))
		}
	}
	if floorOf([]spc.Point{{Y: 91}, {Y: 88}}, 85) != 80 || floorOf(nil, 2) != 0 {
		t.Error("where a scale of shares begins")
	}
}

func TestPeersNameOnlyTheirOwn(t *testing.T) {
	points := funnelPoints()
	f := supplyFigures()["peers"]
	if len(f.Table.Rows) != 1 || f.Table.Rows[0][0].Link != "/locations/"+points[0].LocationID {
		t.Errorf("rows %+v", f.Table.Rows)
	}
	for _, p := range points[1:] {
		if p.Name != points[0].Name && strings.Contains(f.Option, p.Name) {
			t.Errorf("another home is named: %s", p.Name)
		}
	}
	if none := supplyFigures()["nothing-peers"]; none.Option != "" || !strings.Contains(none.Title, "not compared") {
		t.Errorf("%+v", none)
	}
}

func TestSpentAddsByMonth(t *testing.T) {
	f := supplyFigures()["spend"]
	if !strings.HasPrefix(f.Title, "£10,000 paid in August 2026") || len(f.Table.Rows) != 3 || f.Table.Rows[0][1].Text != "Wrenshire" {
		t.Errorf("%q %+v", f.Title, f.Table.Rows)
	}
}
