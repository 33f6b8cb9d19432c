package chart

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"bellwether/dashboard/geo"
	"bellwether/dashboard/read"
	"bellwether/dashboard/words"
)

var update = flag.Bool("update", false, "write the golden options anew")

func day(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

func at(s string) *time.Time {
	t := day(s)
	return &t
}

func num(f float64) *float64 { return &f }

var levelNames = [4]string{"market management", "pre-provider concern", "provider concern", "provider failure"}

// hostile is in every name of the fixtures.
const hostile = `</script><script>alert(1)</script>"'`

func clock() Clock {
	st := read.Story{
		Locations: []read.Location{{ID: "1-8000010", Name: "Lark Rise " + hostile}, {ID: "1-8000011", Name: "Marsh View"}},
		Band:      []read.Band{{UnitName: "Lark Rise " + hostile, Week: day("2026-09-14"), Observed: num(4), Low: num(0), High: num(3), Window: 12}, {Week: day("2026-09-21"), UnitName: "Lark Rise", Observed: num(6), Low: num(0), High: num(3), Window: 12}},
		Ratings:   []read.Rating{{Location: "1-8000010", RatedOn: day("2024-02-01"), Rating: "Good", Score: 3}, {Location: "1-8000010", RatedOn: day("2026-05-12"), Rating: "Requires improvement", Score: 2}},
		Managers:  []read.ManagerGap{{Location: "1-8000010", Name: "Lark Rise", AbsentFrom: day("2026-02-09")}},
		Company:   []read.CompanyEvent{{Type: "administration", Failure: true, On: day("2026-09-14")}},
		Contracts: []read.Contract{{Title: "Placements " + hostile, StartsOn: at("2024-08-31"), EndsOn: at("2026-08-31"), Value: num(2e6)}, {Title: "Respite", StartsOn: at("2026-01-01"), EndsOn: at("2028-01-01"), AnnualValue: num(120000)}, {Title: "No value"}},
	}
	for i := range 4 {
		week := day("2026-08-31").AddDate(0, 0, 7*i)
		st.Weeks = append(st.Weeks, read.Week{Week: week, Concerns: int64(i), Enquiries: int64(i / 2), Complaints: 1})
		st.Levels = append(st.Levels, read.LevelAt{Week: week, Level: int64(i / 2)})
	}
	return Clock{Story: st, From: day("2024-04-04"), To: day("2026-10-01"), LevelNames: levelNames,
		Known: map[string]time.Time{"complaints": day("2026-08-30")}, Visits: []read.Visit{{On: day("2026-08-20"), Type: "responsive", Overall: "requires_improvement"}},
		Room:  []read.RoomMonth{{Month: day("2026-08-01"), Homes: 1, Occupied: 18, Beds: 40}, {Month: day("2026-09-01"), Homes: 1, Occupied: 12, Beds: 40}},
		Spend: []read.SpendMonth{{Month: day("2026-07-01"), Payer: "A " + hostile, Amount: 60000, Lines: 3}, {Month: day("2026-08-01"), Payer: "A", Amount: 21000, Lines: 2}, {Month: day("2026-08-01"), Payer: "B", Amount: 4500, Lines: 1}},
		Cases: []Stretch{{Name: "Initial meeting " + hostile, From: day("2026-08-03"), To: day("2026-10-01")}},
		Flags: []read.FlagRow{{State: "open", WindowStart: at("2026-07-06"), WindowEnd: at("2026-09-27")}, {State: "open", WindowStart: at("2026-07-06"), WindowEnd: at("2026-09-27")}, {State: "cleared", WindowStart: at("2025-01-01"), WindowEnd: at("2025-03-01")}}}
}

func aFlag() read.Flag {
	one := int64(290)
	return read.Flag{Level: 2, Source: "safeguarding", Observed: num(17), Expected: num(2.1), Low: num(0), High: num(5), Threshold: num(6), OneIn: &one, WindowStart: at("2026-07-06"), WindowEnd: at("2026-09-27")}
}

// figures are all the builders over small inputs, by the name of their golden file.
func figures() map[string]Figure {
	var levels []read.LevelWeek
	var weeks []read.MarketWeek
	var flagWeeks []read.FlagWeek
	for i := range 10 {
		week := day("2026-07-20").AddDate(0, 0, 7*i)
		levels = append(levels, read.LevelWeek{Week: week, PreConcern: int64(i), Concern: int64(i / 3)})
		weeks = append(weeks, read.MarketWeek{Week: week, Concerns: int64(3 + i), Enquiries: 2, Complaints: 9})
		flagWeeks = append(flagWeeks, read.FlagWeek{Week: week, Concerns: int64(i % 3)})
	}
	all := map[string]Figure{
		"levels":          Levels(levels, [3]string{levelNames[1], levelNames[2], levelNames[3]}),
		"weekly-exact":    Weekly(weeks, Streams[0], true),
		"weekly-rounded":  Weekly(weeks, Streams[0], false),
		"ratings":         Ratings([]read.RatingAge{{Band: 0, Rating: "Good", Locations: 12}, {Band: 3, Rating: "Requires improvement", Locations: 3}, {Band: 4, Rating: hostile, Locations: 1}}),
		"contracts":       ContractEnds([]read.ContractMonth{{Month: day("2026-10-01"), Contracts: 2, AnnualValue: 90000, Within90Days: 2}, {Month: day("2026-12-01"), Contracts: 1, Unvalued: 1}}),
		"groups":          Groups([]read.Group{{ID: "BD1", IsBrand: true, Name: "Windle " + hostile, Locations: 4, Beds: 120, BedsAll: 400}, {ID: "1-9", Name: "Alder Homes", Locations: 1, Beds: 60, BedsAll: 400}}),
		"lanes":           Lanes(clock()),
		"flag-unusual":    Unusual(aFlag()),
		"flag-behind":     Behind(flagWeeks, aFlag()),
		"flows":           Flows([]Flow{{Kind: "nursing care", People: 4}, {Kind: "nursing care", Home: "1-1", Name: "Lark Rise " + hostile, People: 9}, {Kind: "residential care", Home: "1-2", Name: "Lark Rise " + hostile, People: 3}}, "Places are missing for 4 of 16 people"),
		"places":          Places(mapPointsOf(6), []geo.Line{{{-2, 55}, {-1.5, 55}, {-1.5, 55.4}}}, levelNames, false),
		"places-hexagons": Places(mapPointsOf(6), nil, levelNames, true),
		"nothing-places":  Places(nil, nil, levelNames, false),
		"trend-unit":      Multiples(trendPoints(), Streams[0], "area", true)[0],
		"funnel":          Funnel(funnelPoints(), Streams[0]),
		"nothing-funnel":  Funnel(nil, Streams[0]),
		"nothing-flows":   Flows(nil, "No flow to draw"),
		"nothing-levels":  Levels(nil, [3]string{}),
		"nothing-weekly":  Weekly(nil, Streams[1], true),
		"nothing-ratings": Ratings(nil),
		"nothing-lanes":   Lanes(Clock{From: day("2024-04-04"), To: day("2026-10-01"), LevelNames: levelNames}),
	}
	maps.Copy(all, supplyFigures())
	return all
}

func TestGoldenOptions(t *testing.T) {
	for name, f := range figures() {
		t.Run(name, func(t *testing.T) {
			var got bytes.Buffer
			head := map[string]any{"title": f.Title, "subtitle": f.Subtitle, "summary": f.Summary, "height": f.Height, "table": f.Table.Rows}
			if f.Option != "" {
				var option any
				if err := json.Unmarshal([]byte(f.Option), &option); err != nil {
					t.Fatalf("the option isn't JSON: %v", err)
				}
				head["option"] = option
			}
			enc := json.NewEncoder(&got)
			enc.SetIndent("", " ")
			if err := enc.Encode(head); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join("testdata", name+".golden.json")
			if *update {
				if err := os.WriteFile(file, got.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got.String()); diff != "" {
				t.Errorf("run with -update after reading the change:\n%s", diff)
			}
		})
	}
}

func TestOptionsHoldNoMarkupAndNoCode(t *testing.T) {
	for name, f := range figures() {
		for _, bad := range []string{"<", ">", "__f__", "function"} {
			if strings.Contains(f.Option, bad) {
				t.Errorf("%s: the option holds %q", name, bad)
			}
		}
		if f.Summary == "" || f.Title == "" {
			t.Errorf("%s has no words", name)
		}
		if f.Option != "" && (f.Height == 0 || f.Height%20 != 0) {
			t.Errorf("%s is %d high", name, f.Height)
		}
	}
}

func TestRoundedStreamsHoldNoExactCount(t *testing.T) {
	weeks := []read.MarketWeek{}
	for i := range 8 {
		weeks = append(weeks, read.MarketWeek{Week: day("2026-07-20").AddDate(0, 0, 7*i), Concerns: 3}, read.MarketWeek{Week: day("2026-07-21").AddDate(0, 0, 7*i), Concerns: 13})
	}
	f := Weekly(weeks, Streams[0], false)
	for _, row := range f.Table.Rows {
		if text := row[1].Text; text != "*" && text != "15" {
			t.Errorf("a row says %s", text)
		}
	}
	if strings.Contains(f.Option, "13]") || strings.Contains(f.Option, "Mean") {
		t.Error("the option holds exact counts or a mean")
	}
}

func TestUnusualWords(t *testing.T) {
	one := int64(290)
	for _, tc := range []struct {
		f    read.Flag
		want string
	}{
		{aFlag(), "17 observed where 2.1 were expected; between 0 and 5 is usual. By chance alone, about once in 290 such periods."},
		{read.Flag{Observed: num(234), Threshold: num(28)}, "234 observed; the rule's threshold is 28."},
		{read.Flag{}, "This rule is met or it isn't: no comparison with other services is made."},
		{read.Flag{OneIn: &one}, "This rule is met or it isn't: no comparison with other services is made. By chance alone, about once in 290 such periods."},
	} {
		if got := UnusualWords(tc.f); got != tc.want {
			t.Errorf("got %q", got)
		}
	}
}

func TestSpark(t *testing.T) {
	if Spark(nil) != "" || Spark([]float64{1}) != "" || Bars(nil) != "" || Bars([]float64{0, 0}) != "" {
		t.Error("too little to draw gives no picture")
	}
	for _, u := range []string{string(Spark([]float64{0, 1, 5, 2})), string(Bars([]float64{0, 1, 5, 2}))} {
		if !strings.HasPrefix(u, "data:image/svg+xml;base64,") {
			t.Errorf("address %.60s", u)
		}
	}
}

func TestLinkWeeksPointsAtTheRows(t *testing.T) {
	k := clock()
	f := Lanes(k)
	f.LinkWeeks("1-9000001", k.Story.Weeks)
	if got, want := f.Table.Rows[0][1].Link, "/records/concerns?from=2026-09-21&provider=1-9000001&to=2026-09-21"; got != want {
		t.Errorf("link %s, want %s", got, want)
	}
	f.Unlink()
	if f.Table.Rows[0][1].Link != "" {
		t.Error("the link stays")
	}
}

// What a provider tells of itself is drawn from the week in which anybody first told, with the day since which it counts.
func TestIncidentsAreDrawnWithTheDaySinceWhichTheyCount(t *testing.T) {
	for _, tc := range []struct {
		name       string
		first      *time.Time
		from       *time.Time
		says, not  string
		tableSays  string
		marksADay  bool
		hasNoLane  bool
		unknownAll bool
	}{
		{name: "counting", first: at("2025-05-05"), from: at("2026-09-14"), says: "told of four incidents in the same weeks, counting as evidence since 14 Sep 2026", tableSays: "2", marksADay: true},
		{name: "listened to", first: at("2026-05-05"), from: at("2027-05-03"), says: "told of four incidents in the same weeks, listened to only, until 3 May 2027", tableSays: "2"},
		{name: "never told", not: "incident", tableSays: words.Unknown, hasNoLane: true, unknownAll: true},
	} {
		k := clock()
		k.Story.Streams = []read.Stream{{Name: "incidents", Listens: 52, First: tc.first, CountsFrom: tc.from}}
		if !tc.unknownAll {
			for i, n := range []int64{0, 1, 1, 2} {
				k.Story.Weeks[i].Incidents = &n
			}
			k.Story.IncidentBand = []read.Band{{Week: day("2026-09-21"), UnitName: "Lark Rise", Observed: num(6), Low: num(0), High: num(3), Window: 12}}
		}
		f := Lanes(k)
		if !strings.Contains(f.Summary, tc.says) || tc.not != "" && strings.Contains(f.Summary, tc.not) {
			t.Errorf("%s: %s", tc.name, f.Summary)
		}
		if got := f.Table.Rows[0][5].Text; got != tc.tableSays {
			t.Errorf("%s: the newest week says %q, want %q", tc.name, got, tc.tableSays)
		}
		if got := strings.Contains(f.Option, "Begin to count"); got != tc.marksADay {
			t.Errorf("%s: the day is marked: %v", tc.name, got)
		}
		if got := !strings.Contains(f.Option, "Incidents a week"); got != tc.hasNoLane {
			t.Errorf("%s: without a lane: %v", tc.name, got)
		}
		if !tc.unknownAll && !strings.Contains(f.Option, "Incidents in 12 weeks against the usual range") {
			t.Errorf("%s: no lane against the usual range", tc.name)
		}
	}
}

// A threshold in another unit than what is counted is told and not drawn on the count's axis.
func TestAThresholdKeepsItsUnit(t *testing.T) {
	f := aFlag()
	f.Measure, f.Threshold = "concerns in 12 weeks (limit in standard deviations above similar services)", num(1.96)
	fig := Unusual(f)
	if strings.Contains(fig.Option, "threshold") {
		t.Error("a threshold in standard deviations lies on an axis of concerns")
	}
	last := fig.Table.Rows[len(fig.Table.Rows)-1]
	if want := "The rule's threshold, in standard deviations above similar services"; last[0].Text != want {
		t.Errorf("the table says %q, want %q", last[0].Text, want)
	}
	if f.Counted() != "concerns in 12 weeks" {
		t.Errorf("counted %q", f.Counted())
	}
}

// Weeks of which a late source has not spoken stay empty, and the title says since when.
func TestALateSourceLeavesItsWeeksEmpty(t *testing.T) {
	var weeks []read.MarketWeek
	for i := range 12 {
		w := read.MarketWeek{Week: day("2026-07-06").AddDate(0, 0, 7*i), Complaints: 4}
		if i >= 8 {
			w.Complaints = 0
		}
		weeks = append(weeks, w)
	}
	f := WeeklyTold(weeks, 8, Streams[2], true)
	if f.Title != "Complaints: nothing known since 30 Aug 2026" || len(f.Table.Rows) != 8 || !strings.Contains(f.Option, "2026-09-21") || strings.Contains(f.Summary, "0 complaints") {
		t.Errorf("%s: %s, %d rows", f.Title, f.Summary, len(f.Table.Rows))
	}
}

func TestNice(t *testing.T) {
	for in, want := range map[float64]float64{3: 3, 9.2: 10, 12: 15, 23: 25, 51: 75, 120: 125} {
		if got := nice(in); got != want {
			t.Errorf("nice(%v) = %v, want %v", in, got, want)
		}
	}
}
