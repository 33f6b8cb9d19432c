package marketpages

import (
	"strings"
	"testing"
	"time"

	"bellwether/analytics/spc"
	"bellwether/dashboard/chart"
	"bellwether/dashboard/read"
)

func TestPartsOfTheMarketThatNobodySuppliedSaySo(t *testing.T) {
	got := missingFeeds(read.Supply{Cells: []read.CapacityCell{{Beds: 10}}})
	if !strings.Contains(got["capacity"], "Not supplied") || !strings.Contains(got["placements"], "Not supplied") {
		t.Errorf("%v", got)
	}
	if got = missingFeeds(read.Supply{Cells: []read.CapacityCell{{Told: 1}}, Fees: []read.Fee{{Packages: 1}}}); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if says := freeBeds(read.Supply{}); !strings.Contains(says, "has not been supplied") {
		t.Error(says)
	}
	if f := occupancyFigure(nil, true); f.Option != "" || f.Summary == "" {
		t.Errorf("no month of occupancy: %+v", f)
	}
}

func TestWordsOfSupply(t *testing.T) {
	for hhi, want := range map[float64]string{400: "spread", 1500: "held by rather few", 2500: "held by few"} {
		if crowding(hhi) != want {
			t.Errorf("%v is %q", hhi, crowding(hhi))
		}
	}
	for p, want := range map[float64]string{1.26: "+1.3%", -3: "−3%", 0.01: "no change"} {
		if got := signedPercent(p); got != want && got != strings.Replace(want, "%", ".0%", 1) {
			t.Errorf("%v is %q", p, got)
		}
	}
	m, h := 900.0, 1000.0
	for name, tc := range map[string]struct {
		fee       read.Fee
		now, then string
	}{
		"few":      {read.Fee{Packages: 3, Median: &m}, "too few to show", "not known"},
		"one year": {read.Fee{Packages: 9, Median: &m, High: &h}, "£900", "not known"},
		"two":      {read.Fee{Packages: 9, Median: &m, High: &h, MedianThen: &h, PackagesThen: 9}, "£900", "£1,000"},
	} {
		if row := feeRowOf(tc.fee); row.Now != tc.now || row.Then != tc.then {
			t.Errorf("%s: %+v", name, row)
		}
	}
	paid, away := 1000.0, 50.0
	if row := staffRowOf(read.Workforce{Workers: 90, Agency: 10, HoursPaid: &paid, HoursAbsence: &away}); row.Agency != "10%" || row.Then != "not known" || !strings.HasPrefix(row.Absence, "5") {
		t.Errorf("%+v", row)
	}
	if row := staffRowOf(read.Workforce{}); row.Absence != "not supplied" {
		t.Errorf("%+v", row)
	}
	rows, says := hostRows([]read.Authority{{Name: "Wrenshire Council", Host: "Larkmouth", Outside: true, People: 3}, {Name: "Larkshire Council", Host: "Larkmouth", People: 40}}, false)
	if rows[0].Count == "3" || rows[0].True || strings.Contains(says, "3 of") {
		t.Errorf("a small count is shown: %+v, %s", rows[0], says)
	}
	if rows, says = hostRows([]read.Authority{{Outside: true, People: 3}}, true); rows[0].Count != "3" || !rows[0].True || !strings.HasPrefix(says, "3 of 3") {
		t.Errorf("%+v, %s", rows[0], says)
	}
	if _, says = hostRows(nil, true); says != "" {
		t.Error(says)
	}
}

func TestSilenceIsNoFall(t *testing.T) {
	week := func(i int) time.Time { return time.Date(2026, 6, 1+7*i, 0, 0, 0, 0, time.UTC) }
	var weeks []read.MarketWeek
	beds := int64(100)
	for i := range 12 {
		weeks = append(weeks, read.MarketWeek{Week: week(i), Complaints: 8, Beds: &beds})
	}
	to := week(8)
	sources := []read.Source{{Name: "complaints", DataTo: &to}, {Name: "safeguarding_concerns"}}
	if got := told(weeks, sources, chart.Streams[2]); len(got) != 8 {
		t.Errorf("%d weeks of complaints are told", len(got))
	}
	if got := told(weeks, sources, chart.Streams[0]); len(got) != 12 {
		t.Errorf("%d weeks of concerns are told", len(got))
	}
	if got := told(nil, sources, chart.Streams[2]); got != nil {
		t.Error("nothing is told of nothing")
	}
	figures := ratesOf(weeks, sources, true, true)
	if len(figures) != 3 || len(figures[2].Table.Rows) != 2 || figures[2].Table.Rows[0][1].Link == "" || figures[0].IconSays != spc.TooFew.Icon().Says && figures[0].IconSays != "Too few to tell" {
		t.Errorf("%+v", figures)
	}
}
