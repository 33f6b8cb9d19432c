package read

import (
	"testing"

	"bellwether/dashboard/class"
)

func TestEveryRowStatesItsClass(t *testing.T) {
	for _, tc := range []struct {
		row  any
		want class.Class
	}{
		{Run{}, class.A}, {Source{}, class.A}, {LevelCount{}, class.B}, {Move{}, class.B}, {LevelWeek{}, class.B}, {MarketWeek{}, class.A}, {RatingAge{}, class.A}, {ContractMonth{}, class.A}, {Area{}, class.A}, {Group{}, class.A},
		{ProviderRow{}, class.A}, {Choice{}, class.A}, {Provider{}, class.A}, {ProviderLevel{}, class.B}, {Location{}, class.A}, {Week{}, class.B}, {LevelAt{}, class.B}, {Band{}, class.B}, {Rating{}, class.A}, {ManagerGap{}, class.A},
		{CompanyEvent{}, class.A}, {Contract{}, class.A}, {Theme{}, class.B}, {Feed{}, class.B}, {Event{}, class.B}, {FlagRow{}, class.B}, {FlagChoice{}, class.B}, {Flag{}, class.B}, {Evidence{}, class.B}, {FlagHistory{}, class.B}, {FlagWeek{}, class.B},
		{Load{}, class.A}, {LoadWeek{}, class.A}, {QuarantineGroup{}, class.A}, {QuarantineRow{}, class.A}, {Check{}, class.A}, {Unmatched{}, class.B}, {UnmatchedFeed{}, class.A}, {Match{}, class.B}, {Candidate{}, class.B}, {Target{}, class.A}, {Lineage{}, class.A}, {Catch{}, class.B}, {MapPoint{}, class.A}, {TrendPoint{}, class.A}, {IndicatorPoint{}, class.A}, {IndicatorPeer{}, class.B}, {Stream{}, class.A}, {FunnelPoint{}, class.B}, {Affected{}, class.B}, {Stopping{}, class.B}, {Spare{}, class.B}, {CaseRecord{}, class.C}, {PublicRecord{}, class.A}, {ProviderRecord{}, class.B}, {Suggestion{}, class.A}, {Payer{}, class.B}, {RoomMonth{}, class.B}, {SpendMonth{}, class.A}, {QuestionRating{}, class.A}, {ComplaintTheme{}, class.B}, {Counts{}, class.B}, {VisitAction{}, class.B}, {Former{}, class.A}, {Owner{}, class.A}, {Compared{}, class.A}, {CapacityCell{}, class.A}, {Concentration{}, class.A}, {Sole{}, class.A}, {Dependence{}, class.B}, {Authority{}, class.A}, {Fee{}, class.A}, {Workforce{}, class.A}, {OccupancyMonth{}, class.A}, {OpeningMonth{}, class.A}, {LevelFlow{}, class.B},
	} {
		if got, ok := class.Declared(tc.row); !ok || got != tc.want {
			t.Errorf("%T states %s (%v), want %s", tc.row, got, ok, tc.want)
		}
	}
	if class.Of(Area{Name: "Larkmouth", Flagged: 1}) != class.B || class.Of(Evidence{What: "x", RecordID: "SC-1"}) != class.C || class.Of(MarketWeek{Concerns: 3, True: true}) != class.C || class.Of(ProviderRow{ID: "1", Visible: true}) != class.B {
		t.Error("a field's own class raises its row's")
	}
}
