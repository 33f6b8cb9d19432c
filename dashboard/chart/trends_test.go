package chart

import (
	"math"
	"strings"
	"testing"

	"bellwether/dashboard/read"
)

func trendPoints() []read.TrendPoint {
	var out []read.TrendPoint
	for i, n := range []int64{3, 8, 12} {
		out = append(out, read.TrendPoint{Name: "Larkmouth " + hostile, Week: day("2026-07-27").AddDate(0, 0, 28*i), Events: n, Exposure: 400, Locations: 3})
	}
	return append(out, read.TrendPoint{Name: "", Week: day("2026-09-21"), Events: 2, Exposure: 0, Locations: 1})
}

func funnelPoints() []read.FunnelPoint {
	limit := func(p read.FunnelPoint, l998, l95, u95, u998 float64) read.FunnelPoint {
		p.Lower998, p.Lower95, p.Upper95, p.Upper998 = &l998, &l95, &u95, &u998
		return p
	}
	return []read.FunnelPoint{
		limit(read.FunnelPoint{LocationID: "1", ProviderID: "1-9", Name: "Lark Rise " + hostile, Observed: 17, Expected: 2.1}, 0, 0, 2.5, 3.6),
		limit(read.FunnelPoint{LocationID: "2", ProviderID: "1-8", Name: "Marsh View", Observed: 9, Expected: 3}, 0, 0, 2.4, 3.2),
		limit(read.FunnelPoint{LocationID: "3", ProviderID: "1-7", Name: "Quayside", Observed: 2, Expected: 2}, 0.1, 0.2, 2.6, 3.7),
	}
}

func TestMultiplesShareOneScaleAndHideSmallCounts(t *testing.T) {
	exact := Multiples(trendPoints(), Streams[0], "area", true)
	if len(exact) != 2 || !strings.Contains(exact[0].Title, ": 156") || exact[1].Option != "" {
		t.Fatalf("%d figures, %q", len(exact), exact[0].Title)
	}
	if !strings.Contains(exact[0].Option, `"max":160`) {
		t.Errorf("no common scale: %s", exact[0].Option)
	}
	rounded := Multiples(trendPoints(), Streams[0], "area", false)
	for _, row := range rounded[0].Table.Rows {
		if row[1].Text == "3" || row[1].Text == "8" || row[1].Text == "12" {
			t.Errorf("a true count shows: %v", row)
		}
	}
	if rounded[0].Table.Rows[0][2].Text != "not known" {
		t.Errorf("a rate is worked out from a hidden count: %v", rounded[0].Table.Rows[0])
	}
}

func TestPerHundred(t *testing.T) {
	if r, ok := PerHundred(12, 400); !ok || math.Abs(r-156) > 1e-9 {
		t.Errorf("%v, %v", r, ok)
	}
	if _, ok := PerHundred(3, 0); ok {
		t.Error("a rate without beds")
	}
}

// Byar's limits against the exact Poisson limits in published tables (Breslow and Day, 1987, table 2.10, for an expected of one).
func TestInterval(t *testing.T) {
	for _, tc := range []struct{ n, low, high float64 }{{1, 0.0253, 5.57}, {5, 1.62, 11.67}, {10, 4.80, 18.39}, {50, 37.11, 65.92}} {
		lo, hi := Interval(tc.n, 1)
		if math.Abs(lo-tc.low) > 0.03 || math.Abs(hi-tc.high) > 0.12 {
			t.Errorf("%v: %.3f to %.3f, want %.3f to %.3f", tc.n, lo, hi, tc.low, tc.high)
		}
	}
	if lo, hi := Interval(0, 2); lo != 0 || hi <= 1 || hi > 2 {
		t.Errorf("none of two: %.2f to %.2f", lo, hi)
	}
	if lo, hi := Interval(3, 0); lo != 0 || hi != 0 {
		t.Error("an interval without an expected count")
	}
}

func TestSpanStaysInItsPicture(t *testing.T) {
	for _, v := range [][3]float64{{0, 0, 0}, {1, 2, 3}, {5, 40, 900}} {
		if s := string(Span(v[0], v[1], v[2], 8)); !strings.HasPrefix(s, "data:image/svg+xml;base64,") {
			t.Errorf("%v: %s", v, s)
		}
	}
}

// A rate by beds and a rate by services are not alike: kinds with beds share one scale, the others another, and each says which it is.
func TestBedsAndServicesAreNotOnOneScale(t *testing.T) {
	var points []read.TrendPoint
	for name, n := range map[string]int64{"care_home": 12, "care_home_nursing": 8, "home_care": 300, "supported_living": 200} {
		points = append(points, read.TrendPoint{Name: name, Week: day("2026-09-21"), Events: n, Exposure: 400, Locations: 3})
	}
	for _, f := range Multiples(points, Streams[0], "service", true) {
		beds := strings.HasPrefix(f.Title, "Care home")
		if strings.Contains(f.Option, `"max":160`) != beds || strings.Contains(f.Option, `"max":3900`) == beds || strings.Contains(f.Summary, "for 100 beds a year") != beds || strings.Contains(f.Summary, "for 100 services a year") == beds {
			t.Errorf("%s: %s %s", f.Title, f.Summary, f.Option)
		}
	}
}
